//! The exact bytes behind a page: records, signatures, proofs, statements, keys. Never media.

use super::{nothing, page::PageError, signed_in::SignedIn};
use crate::{
    http::{ApiError, blocking},
    log::{LogHashes, cosigned::cosigned},
    office::Office,
    store::StoreError,
};
use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use liuhen_record::{
    DeviceId, ItemId,
    proof::TlogProof,
    sign::DeviceKey,
    tlog::{ProveError, prove_inclusion},
};
use std::sync::Arc;

/// A file to save. Its name is made of our own digits and letters only.
fn file(name: &str, bytes: Vec<u8>) -> Result<Response, ApiError> {
    let disposition = format!("attachment; filename=\"{name}\"");
    let disposition = HeaderValue::from_str(&disposition).map_err(|error| ApiError::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// A C2SP proof of one leaf under the log's checkpoint as it is now.
fn proof_of(office: &Office, leaf: u64) -> Result<Vec<u8>, ApiError> {
    let checkpoint = office.notary.checkpoint(office.ledger.as_ref())?;
    let (hashes, checkpoint_note) = office.read(|rows| {
        let hashes =
            prove_inclusion(&LogHashes(rows), checkpoint.size, leaf).map_err(|error| match error {
                ProveError::Store(error) => error,
                _ => StoreError::Impossible("leaf"),
            })?;
        Ok::<_, StoreError>((hashes, cosigned(rows, &checkpoint)?))
    })?;
    let proof = TlogProof { index: leaf, hashes, checkpoint_note, extra: None };
    Ok(proof.to_string().into_bytes())
}

/// `GET /console/record/{device}/{seq}.json|.sig|.tlog-proof`
pub async fn record_file(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path((device, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let device = device.parse::<DeviceId>().map_err(|_| PageError(nothing()))?;
    let (seq, extension) = name.split_once('.').ok_or_else(|| PageError(nothing()))?;
    let seq = seq.parse::<i64>().map_err(|_| PageError(nothing()))?;
    let extension = extension.to_owned();
    let (name, bytes) = blocking(&office, move |office| {
        let row = office.read(|rows| rows.record(device, seq))?.ok_or_else(nothing)?;
        let bytes = match extension.as_str() {
            "json" => row.bytes,
            "sig" => row.sig.ok_or_else(nothing)?,
            "tlog-proof" => proof_of(office, row.leaf)?,
            _ => return Err(nothing()),
        };
        let now_ms = office.clock.now_ms();
        office.write(|rows| user.note(rows, now_ms, "download", format!("record:{device}/{seq}")))?;
        Ok::<_, ApiError>((format!("{seq:010}.{extension}"), bytes))
    })
    .await?;
    Ok(file(&name, bytes)?)
}

/// `GET /console/item/{item}/statement.json|item.tlog-proof`
pub async fn item_file(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path((item, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let item = item.parse::<ItemId>().map_err(|_| PageError(nothing()))?;
    let (name, bytes) = blocking(&office, move |office| {
        let row = office.read(|rows| rows.item(item))?.ok_or_else(nothing)?;
        let bytes = match (name.as_str(), row.leaf, row.statement) {
            ("statement.json", _, Some(statement)) => statement,
            ("item.tlog-proof", Some(leaf), _) => proof_of(office, leaf)?,
            _ => return Err(nothing()),
        };
        let now_ms = office.clock.now_ms();
        office.write(|rows| user.note(rows, now_ms, "download", format!("item:{item}")))?;
        Ok::<_, ApiError>((name, bytes))
    })
    .await?;
    Ok(file(&name, bytes)?)
}

/// `GET /console/device/{device}/device.pem`
pub async fn device_file(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path((device, name)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let device = device.parse::<DeviceId>().map_err(|_| PageError(nothing()))?;
    if name != "device.pem" {
        return Err(PageError(nothing()));
    }
    let key = blocking(&office, move |office| {
        let row = office.read(|rows| rows.device(device))?.ok_or_else(nothing)?;
        let key = DeviceKey::from_spki(&row.spki).map_err(|error| ApiError::internal(&error))?;
        let now_ms = office.clock.now_ms();
        office.write(|rows| user.note(rows, now_ms, "download", format!("device:{device}")))?;
        Ok::<_, ApiError>(key)
    })
    .await?;
    Ok(file("device.pem", key.pem().into_bytes())?)
}

/// `GET /console/log/{size}.note|.tsr`: a stamped checkpoint, and the authority's reply about it.
pub async fn stamp_file(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path(name): Path<String>,
) -> Result<Response, PageError> {
    let (size, extension) = name.split_once('.').ok_or_else(|| PageError(nothing()))?;
    let size = size.parse::<u64>().map_err(|_| PageError(nothing()))?;
    let wanted = extension.to_owned();
    let bytes = blocking(&office, move |office| {
        let row = office.read(|rows| rows.stamp(size))?.ok_or_else(nothing)?;
        let bytes = match wanted.as_str() {
            "note" => row.note.into_bytes(),
            "tsr" => row.reply,
            _ => return Err(nothing()),
        };
        let now_ms = office.clock.now_ms();
        office.write(|rows| user.note(rows, now_ms, "download", format!("log:{size}")))?;
        Ok::<_, ApiError>(bytes)
    })
    .await?;
    Ok(file(&format!("{size}.{extension}"), bytes)?)
}

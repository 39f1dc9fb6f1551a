//! A whole piece in one request: a checksum that is the digest in the record.
//!
//! It needs no offset, no claim and no turn. Every such request writes a file of its own; whichever is first to be
//! whole and right stores the piece, and every other finds it stored. So a transfer service of a phone's system may
//! repeat the request as often and as concurrently as it likes.

use super::{
    UPLOAD_TTL_MS,
    body::{Incoming, WAITING_PARTS, feed},
    errors::{checksum_mismatch, interrupted, not_found},
    headers::PieceName,
    kept::{self, Arrived},
    writer::{Part, Sink},
};
use crate::{
    http::{ApiError, blocking},
    items::running,
    office::Office,
    random,
    store::{Ledger, StagedId, UploadId, UploadRow},
};
use liuhen_record::DeviceId;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Which piece it is, and which upload shows it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Who brings it.
    pub device: DeviceId,
    /// The piece.
    pub name: PieceName,
    /// Its length.
    pub len_bytes: i64,
    /// What an upload made for it says.
    pub metadata: String,
    /// The upload that was asked for; `None` for a creation.
    pub upload: Option<UploadId>,
}

impl Place {
    /// The piece of an upload that there is.
    pub fn of(row: &UploadRow) -> Self {
        Self {
            device: row.device,
            name: PieceName { item: row.item, idx: row.idx, sha256: row.sha256 },
            len_bytes: row.len_bytes,
            metadata: row.metadata.clone(),
            upload: Some(row.upload),
        }
    }
}

/// Receives and stores it; returns the finished upload.
pub(super) async fn receive(
    office: &Arc<Office>,
    place: Place,
    body: &mut Incoming,
) -> Result<UploadRow, ApiError> {
    let (sender, receiver) = mpsc::channel(WAITING_PARTS);
    let writing = tokio::spawn({
        let office = office.clone();
        async move { blocking(&office, move |office| write(office, &place, receiver)).await }
    });
    let stalled = feed(body, office.patience, &office.crowd, sender, std::future::pending()).await;
    let written = writing.await.map_err(|error| ApiError::internal(&error))?;
    match (written, stalled) {
        (Err(error), Some(stalled)) if error.code() == super::errors::INTERRUPTED => Err(stalled),
        (written, _) => written,
    }
}

fn write(office: &Office, place: &Place, body: mpsc::Receiver<Part>) -> Result<UploadRow, ApiError> {
    let staged = StagedId(random::bytes().map_err(|error| ApiError::internal(&error))?);
    let stored = write_to(office, place, staged, body);
    if stored.is_err() {
        office.pieces.discard(&staged)?;
    }
    stored
}

fn write_to(
    office: &Office,
    place: &Place,
    staged: StagedId,
    body: mpsc::Receiver<Part>,
) -> Result<UploadRow, ApiError> {
    let PieceName { item, idx, sha256 } = place.name;
    let before = running::before(office, item, idx)?;
    let file = office.pieces.stage_whole(&staged, place.len_bytes as u64)?;
    let mut sink = Sink::of_whole(file, place.len_bytes, before);
    if !sink.receive(body)? {
        return Err(interrupted());
    }
    let whole = sink.item();
    let (mut file, end_bytes, found) = sink.end();
    if end_bytes != place.len_bytes || found != Some(sha256) {
        return Err(checksum_mismatch());
    }
    file.sync_bytes()?;
    let new_id = UploadId(random::bytes().map_err(|error| ApiError::internal(&error))?);
    let arrived = Arrived { item, idx, sha256, staged, whole };
    let (row, left) = kept::keep(office, arrived, file, |rows, now_ms| finish(rows, place, new_id, now_ms))?;
    if let Some(left) = left {
        office.pieces.discard(&left)?;
    }
    Ok(row)
}

/// The piece is stored: the upload that shows it is done, also one that others were writing.
fn finish(
    rows: &dyn Ledger,
    place: &Place,
    new_id: UploadId,
    now_ms: i64,
) -> Result<(UploadRow, Option<StagedId>), ApiError> {
    let PieceName { item, idx, sha256 } = place.name;
    let old = rows.upload_of(item, idx)?;
    if place.upload.is_some_and(|upload| old.as_ref().is_none_or(|old| old.upload != upload)) {
        return Err(not_found());
    }
    let left = old.as_ref().filter(|old| !old.done).map(|old| old.staged);
    let row = UploadRow {
        upload: old.as_ref().map_or(new_id, |old| old.upload),
        device: place.device,
        item,
        idx,
        sha256,
        len_bytes: place.len_bytes,
        metadata: place.metadata.clone(),
        offset_bytes: place.len_bytes,
        epoch: old.as_ref().map_or(0, |old| old.epoch + 1),
        done: true,
        expires_ms: now_ms + UPLOAD_TTL_MS,
        staged: old.as_ref().map_or(StagedId(new_id.0), |old| old.staged),
        busy: false,
    };
    rows.put_upload(&row)?;
    Ok((row, left))
}

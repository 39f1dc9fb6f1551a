//! The asynchronous half of a `PATCH`: who may append where, and the body handed over part by part.

use super::{
    UPLOAD_TTL_MS,
    errors::{expired, not_found, offset_conflict, taken_over, too_long},
    headers::Checksum,
    writer::{Append, Part},
};
use crate::{
    fault::Point,
    http::{ApiError, blocking, json::IDLE},
    office::Office,
    store::{StoreError, UploadId, UploadRow},
};
use axum::{body::BodyDataStream, http::HeaderMap};
use futures_util::StreamExt as _;
use liuhen_record::{DeviceId, seal::PIECE_BYTES};
use std::{pin::pin, sync::Arc};
use tokio::sync::mpsc;

/// Parts of a body that wait for the disk; a part has at most some 64 KiB.
const WAITING_PARTS: usize = 16;
const OFFSET_STREAM: &str = "application/offset+octet-stream";

/// Whether the request carries bytes of an upload.
pub(super) fn carries_bytes(headers: &HeaderMap) -> bool {
    super::headers::text(headers, "content-type") == Some(OFFSET_STREAM)
}

/// The upload of this device; 404 for those of others, too, so that ids are no oracle.
pub(super) async fn find(
    office: &Arc<Office>,
    device: DeviceId,
    upload: UploadId,
) -> Result<UploadRow, ApiError> {
    let (row, now_ms) = blocking(office, move |office| {
        let row = office.read(|rows| rows.upload(&upload))?;
        Ok::<_, StoreError>((row, office.clock.now_ms()))
    })
    .await?;
    let row = row.filter(|row| row.device == device).ok_or_else(not_found)?;
    if !row.done && row.expires_ms <= now_ms { Err(expired()) } else { Ok(row) }
}

/// Appends a body at `offset_bytes`; returns the new offset.
pub(super) async fn append(
    office: &Arc<Office>,
    row: UploadRow,
    offset_bytes: u64,
    headers: &HeaderMap,
    body: &mut BodyDataStream,
) -> Result<UploadRow, ApiError> {
    let checksum = super::headers::text(headers, "upload-checksum").map(Checksum::parse).transpose()?;
    if row.done {
        // The same piece again: its answer was lost.
        let same = offset_bytes == 0 && checksum.is_some_and(|sum| sum.is_sha256(&row.sha256));
        return if same { Ok(row) } else { Err(offset_conflict(row.len_bytes)) };
    }
    if offset_bytes != row.offset_bytes as u64 {
        return Err(offset_conflict(row.offset_bytes));
    }
    let rest_bytes = (row.len_bytes - row.offset_bytes) as u64;
    let announced = super::headers::number(headers, "content-length").ok();
    if announced.is_some_and(|len| len > rest_bytes) {
        return Err(too_long(rest_bytes));
    }
    let claimed = claim(office, row).await?;
    let turn = office.takeovers.take(claimed.upload).await.ok_or_else(taken_over)?;
    let over = turn.over();
    let (sender, receiver) = mpsc::channel(WAITING_PARTS);
    let work = Append { upload: claimed.clone(), checksum, turn };
    let writing = tokio::spawn({
        let office = office.clone();
        async move { blocking(&office, move |office| work.run(office, receiver)).await }
    });
    feed(body, sender, over).await;
    let offset_bytes = writing.await.map_err(|error| ApiError::internal(&error))??;
    Ok(UploadRow { offset_bytes, ..claimed })
}

/// Raises the epoch: from here on an older request changes nothing.
async fn claim(office: &Arc<Office>, row: UploadRow) -> Result<UploadRow, ApiError> {
    blocking(office, move |office| {
        let expires_ms = office.clock.now_ms() + UPLOAD_TTL_MS;
        let claimed = office.write(|rows| {
            let epoch = rows.claim_upload(&row.upload, row.offset_bytes, expires_ms)?;
            Ok::<_, StoreError>((epoch, rows.upload(&row.upload)?))
        })?;
        office.faults.hit(Point::UploadClaimed).map_err(StoreError::from)?;
        match claimed {
            (Some(epoch), Some(row)) => Ok(UploadRow { epoch, ..row }),
            (None, Some(now)) => Err(offset_conflict(now.offset_bytes)),
            (_, None) => Err(not_found()),
        }
    })
    .await
}

/// Hands the body to the writer until it ends, breaks off, stalls, or a newer request takes over.
async fn feed(body: &mut BodyDataStream, sender: mpsc::Sender<Part>, over: impl Future<Output = ()>) {
    let mut over = pin!(over);
    loop {
        let part = tokio::select! {
            biased;
            () = &mut over => return,
            part = tokio::time::timeout(IDLE, body.next()) => part,
        };
        let part = match part {
            Ok(Some(Ok(bytes))) => Part::Bytes(bytes),
            Ok(None) => Part::End,
            Ok(Some(Err(_))) | Err(_) => return,
        };
        let last = matches!(part, Part::End);
        // The writer gives up when the body is too long or the disk fails; it says why itself.
        if sender.send(part).await.is_err() || last {
            return;
        }
    }
}

/// Reads what is left of a body, so that the answer is not lost: closing a connection with unread bytes resets it,
/// and a phone that never sees the answer would send the same piece for ever.
pub(super) async fn drain(body: &mut BodyDataStream) {
    let mut left_bytes = PIECE_BYTES;
    while let Ok(Some(Ok(part))) = tokio::time::timeout(IDLE, body.next()).await {
        left_bytes = left_bytes.saturating_sub(part.len() as u64);
        if left_bytes == 0 {
            return;
        }
    }
}

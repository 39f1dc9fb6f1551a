//! The asynchronous half of a `PATCH`: who may append where, and the body handed over part by part.

use super::{
    UPLOAD_TTL_MS,
    body::{Incoming, WAITING_PARTS, feed},
    errors::{expired, not_found, offset_conflict, taken_over, too_long},
    headers::{Checksum, number},
    takeover::Ending,
    whole,
    writer::{Append, bytes_are_gone, give_up},
};
use crate::{
    fault::Point,
    http::{ApiError, blocking},
    office::Office,
    random,
    store::{StagedId, StoreError, UploadId, UploadRow},
};
use axum::http::HeaderMap;
use liuhen_record::DeviceId;
use std::sync::Arc;
use tokio::sync::mpsc;

/// What a request brings, and whether it must be all of it.
pub(super) struct Brought<'b> {
    /// Where in the piece it belongs.
    pub offset_bytes: u64,
    /// What it must hash to, if the phone said so: then all of it counts or nothing.
    pub checksum: Option<Checksum>,
    /// `Content-Length`, where there is one.
    pub len_bytes: Option<u64>,
    /// The bytes.
    pub body: &'b mut Incoming,
}

impl<'b> Brought<'b> {
    /// Of a request with these headers.
    pub fn new(
        headers: &HeaderMap,
        offset_bytes: u64,
        checksum: Option<Checksum>,
        body: &'b mut Incoming,
    ) -> Self {
        Self { offset_bytes, checksum, len_bytes: number(headers, "content-length").ok(), body }
    }

    /// Whether it claims to be the whole piece of this digest.
    pub fn is_piece(&self, sha256: &liuhen_record::Digest) -> bool {
        self.offset_bytes == 0 && self.checksum.as_ref().is_some_and(|sum| sum.is_sha256(sha256))
    }
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

/// The upload once nobody writes it any more, here or elsewhere: whoever asks for the offset wants to go on from there.
pub(super) async fn still(
    office: &Arc<Office>,
    device: DeviceId,
    upload: UploadId,
) -> Result<UploadRow, ApiError> {
    let row = find(office, device, upload).await?;
    if row.done {
        return Ok(row);
    }
    let turn = office.takeovers.take(upload, Ending::Save).await;
    let row = find(office, device, upload).await?;
    // Without a turn somebody newer brings bytes: the offset may move, and that is his affair.
    if turn.is_none() || !row.busy {
        return Ok(row);
    }
    // Nobody here writes it: another server does, or one died doing so.
    blocking(office, move |office| office.write(|rows| rows.fence_upload(&upload))).await?;
    find(office, device, upload).await
}

/// Appends; returns the upload as it is then.
pub(super) async fn append(
    office: &Arc<Office>,
    row: UploadRow,
    brought: Brought<'_>,
) -> Result<UploadRow, ApiError> {
    if row.done {
        // The same piece again: its answer was lost.
        return if brought.is_piece(&row.sha256) { Ok(row) } else { Err(offset_conflict(row.len_bytes)) };
    }
    check_fits(&row, &brought)?;
    if brought.is_piece(&row.sha256) {
        let place = whole::Place::of(&row);
        return whole::receive(office, place, brought.body).await;
    }
    let turn = office.takeovers.take(row.upload, Ending::Drop).await.ok_or_else(taken_over)?;
    let row = find(office, row.device, row.upload).await?;
    if row.done {
        return Err(offset_conflict(row.len_bytes));
    }
    check_fits(&row, &brought)?;
    let claimed = blocking(office, move |office| claim(office, &row)).await?;
    let over = turn.over();
    let (sender, receiver) = mpsc::channel(WAITING_PARTS);
    let work = Append { upload: claimed.clone(), checksum: brought.checksum, turn };
    let writing = tokio::spawn({
        let office = office.clone();
        async move { blocking(&office, move |office| work.run(office, receiver)).await }
    });
    let stalled = feed(brought.body, office.patience, &office.crowd, sender, over).await;
    let written = writing.await.map_err(|error| ApiError::internal(&error))?;
    match (written, stalled) {
        (Ok(offset_bytes), _) => {
            Ok(UploadRow { offset_bytes, done: offset_bytes == claimed.len_bytes, ..claimed })
        }
        (Err(error), Some(stalled)) if error.code() == super::errors::INTERRUPTED => Err(stalled),
        (Err(error), _) => Err(error),
    }
}

fn check_fits(row: &UploadRow, brought: &Brought<'_>) -> Result<(), ApiError> {
    if brought.offset_bytes != row.offset_bytes as u64 {
        return Err(offset_conflict(row.offset_bytes));
    }
    let rest_bytes = (row.len_bytes - row.offset_bytes) as u64;
    if brought.len_bytes.is_some_and(|len| len > rest_bytes) { Err(too_long(rest_bytes)) } else { Ok(()) }
}

/// Raises the epoch: from here on an older request changes nothing. When one may still write the file, the bytes that
/// are acknowledged are copied to a place that it does not know.
fn claim(office: &Office, row: &UploadRow) -> Result<UploadRow, ApiError> {
    let mut staged = row.staged;
    if row.busy {
        staged = StagedId(random::bytes().map_err(|error| ApiError::internal(&error))?);
        let copied = match row.offset_bytes {
            0 => Ok(()),
            bytes => office.pieces.copy_staged(&row.staged, &staged, bytes as u64),
        };
        if let Err(error) = copied {
            // What a full disk left of the copy: nobody knows its name.
            office.pieces.discard(&staged)?;
            return Err(if bytes_are_gone(&error) { give_up(office, row)? } else { error.into() });
        }
        office.faults.hit(Point::StagedCopied).map_err(StoreError::from)?;
    }
    let expires_ms = office.clock.now_ms() + UPLOAD_TTL_MS;
    let epoch = office.write(|rows| rows.claim_upload(row, staged, expires_ms));
    if staged != row.staged {
        let unused = if matches!(epoch, Ok(Some(_))) { row.staged } else { staged };
        office.pieces.discard(&unused)?;
    }
    office.faults.hit(Point::UploadClaimed).map_err(StoreError::from)?;
    match epoch? {
        Some(epoch) => Ok(UploadRow { epoch, staged, expires_ms, busy: true, ..row.clone() }),
        None => Err(taken_over()),
    }
}

//! `POST`: an upload for a piece that a record names.

use super::{
    UPLOAD_TTL_MS,
    headers::{self, PieceName},
    whole::Place,
};
use crate::{
    fault::Point,
    http::ApiError,
    office::Office,
    random,
    store::{ItemStage, Ledger, StagedId, StoreError, UploadId, UploadRow},
};
use axum::http::HeaderMap;
use liuhen_record::{DeviceId, seal::PIECE_BYTES};

/// What the headers of a creation say.
#[derive(Clone)]
pub(super) struct Wanted {
    pub name: PieceName,
    pub len_bytes: u64,
    pub metadata: String,
}

impl Wanted {
    /// Of a tus creation.
    pub fn parse(headers: &HeaderMap) -> Result<Self, ApiError> {
        if headers.contains_key("upload-defer-length") {
            return Err(ApiError::new(
                400,
                "defer_length",
                "the length of a sealed piece is known: send Upload-Length",
                "必须提供上传长度",
            ));
        }
        if headers.contains_key("upload-concat") {
            return Err(ApiError::new(
                400,
                "concatenation",
                "uploads are not concatenated here",
                "不支持合并上传",
            ));
        }
        Self::of_length(headers, headers::number(headers, "upload-length")?)
    }

    /// Of a creation whose length is known.
    pub fn of_length(headers: &HeaderMap, len_bytes: u64) -> Result<Self, ApiError> {
        if len_bytes > PIECE_BYTES {
            return Err(ApiError::new(413, "too_long", "longer than a piece may be", "分片超出最大长度")
                .with("max_bytes", PIECE_BYTES));
        }
        let metadata = headers::list(headers, "upload-metadata")?;
        let name = PieceName::from_metadata(&headers::metadata(&metadata)?).ok_or_else(|| {
            ApiError::new(
                422,
                "metadata",
                "Upload-Metadata must name item, piece and sha256",
                "上传信息缺少资料编号、分片序号或摘要",
            )
        })?;
        Ok(Self { name, len_bytes, metadata })
    }

    /// The piece as one that comes in one request.
    pub fn place(&self, device: DeviceId) -> Place {
        let Self { name, len_bytes, metadata } = self.clone();
        Place { device, name, len_bytes: len_bytes as i64, metadata, upload: None }
    }
}

/// The finished upload of a piece that is stored; `None` when it is not.
pub(super) fn stored(
    office: &Office,
    device: DeviceId,
    wanted: &Wanted,
) -> Result<Option<UploadRow>, ApiError> {
    if office.read(|rows| check(rows, device, wanted))? {
        return create(office, device, wanted, false).map(Some);
    }
    Ok(None)
}

/// Finds or makes the upload. `afresh` drops what an earlier upload of the piece had received.
pub(super) fn create(
    office: &Office,
    device: DeviceId,
    wanted: &Wanted,
    afresh: bool,
) -> Result<UploadRow, ApiError> {
    let id = UploadId(random::bytes().map_err(|error| ApiError::internal(&error))?);
    let now_ms = office.clock.now_ms();
    let (row, replaced) = office.write(|rows| {
        let stored = check(rows, device, wanted)?;
        let PieceName { item, idx, sha256 } = wanted.name;
        let old = rows.upload_of(item, idx)?.filter(|old| old.device == device);
        // One that has expired is not gone on with, but what it had received goes with it.
        let usable = old.as_ref().filter(|old| old.done || old.expires_ms > now_ms);
        if let Some(old) = usable.filter(|old| old.done == stored && (stored || !afresh)) {
            if old.metadata != wanted.metadata {
                // `HEAD` tells what the newest creation said.
                rows.set_upload_metadata(&old.upload, &wanted.metadata)?;
            }
            return Ok((UploadRow { metadata: wanted.metadata.clone(), ..old.clone() }, None));
        }
        let len_bytes = wanted.len_bytes as i64;
        let row = UploadRow {
            upload: id,
            device,
            item,
            idx,
            sha256,
            len_bytes,
            metadata: wanted.metadata.clone(),
            offset_bytes: if stored { len_bytes } else { 0 },
            epoch: 0,
            done: stored,
            expires_ms: now_ms + UPLOAD_TTL_MS,
            staged: StagedId(id.0),
            busy: false,
        };
        rows.put_upload(&row)?;
        Ok::<_, ApiError>((row, old))
    })?;
    office.faults.hit(Point::UploadCreated).map_err(StoreError::from)?;
    if let Some(replaced) = replaced {
        office.pieces.discard(&replaced.staged)?;
    }
    Ok(row)
}

/// Whether the piece is one that this device's records name, and is stored already.
fn check(rows: &dyn Ledger, device: DeviceId, wanted: &Wanted) -> Result<bool, ApiError> {
    let unknown = || {
        ApiError::new(
            404,
            "piece_unknown",
            "no record of this device names such a piece",
            "该分片未在记录中登记",
        )
    };
    let name = &wanted.name;
    let item = rows.item(name.item)?.filter(|item| item.device == device).ok_or_else(unknown)?;
    let mut pieces = rows.pieces(name.item)?;
    if name.idx < 0 || name.idx >= pieces.len() as i64 {
        return Err(unknown());
    }
    let piece = pieces.swap_remove(name.idx as usize);
    if piece.sha256 != name.sha256 || piece.len_bytes as u64 != wanted.len_bytes {
        return Err(ApiError::new(
            422,
            "piece_mismatch",
            "length or digest is not the one in the record",
            "分片长度或摘要与记录不一致",
        ));
    }
    if item.stage == ItemStage::Refused {
        return Err(ApiError::new(
            409,
            "item_refused",
            "the pieces of this item are not its sealed file",
            "该资料的分片与记录不符，已拒收",
        ));
    }
    Ok(piece.stored_ms.is_some())
}

/// Drops an upload and what it had received. A stored piece stays.
pub(super) fn terminate(office: &Office, row: &UploadRow) -> Result<(), StoreError> {
    office.write(|rows| rows.drop_upload(&row.upload))?;
    office.pieces.discard(&row.staged)
}

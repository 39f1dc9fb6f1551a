//! What a phone has still to send.

use crate::store::{Ledger, StoreError};
use liuhen_record::{DeviceId, Digest, ItemId};
use serde::Serialize;

/// Items of one answer; the phone asks again when these are stored.
const MAX_ITEMS: i64 = 500;

/// An item of which pieces are missing, or which is being finalised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingItem {
    /// The item.
    pub item: ItemId,
    /// `awaiting_pieces` or `finalising`.
    pub state: &'static str,
    /// The pieces that are not stored.
    pub pieces: Vec<MissingPiece>,
}

/// A piece that is not stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingPiece {
    /// Its place, from 0.
    pub index: i64,
    /// Its SHA-256.
    pub sha256: Digest,
    /// Its length, bytes.
    pub len_bytes: i64,
    /// Path of its upload, when there is one.
    pub upload_url: Option<String>,
    /// Bytes that are durable.
    pub offset_bytes: i64,
}

/// The sealed items of `device` that are not stored, in the order of their records.
///
/// # Errors
/// [`StoreError`].
pub fn missing(rows: &dyn Ledger, device: DeviceId) -> Result<Vec<MissingItem>, StoreError> {
    let mut items = Vec::new();
    for item in rows.unstored(device, MAX_ITEMS)? {
        let mut pieces = Vec::new();
        for piece in rows.pieces(item.item)?.into_iter().filter(|p| p.stored_ms.is_none()) {
            let upload = rows.upload_of(item.item, piece.idx)?;
            pieces.push(MissingPiece {
                index: piece.idx,
                sha256: piece.sha256,
                len_bytes: piece.len_bytes,
                upload_url: upload.as_ref().map(|u| format!("/v1/uploads/{}", u.upload)),
                offset_bytes: upload.map_or(0, |u| u.offset_bytes),
            });
        }
        let state = if pieces.is_empty() { "finalising" } else { "awaiting_pieces" };
        items.push(MissingItem { item: item.item, state, pieces });
    }
    Ok(items)
}

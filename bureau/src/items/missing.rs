//! What a phone has still to send.

use crate::store::{Ledger, StoreError};
use liuhen_record::{DeviceId, Digest, ItemId};
use serde::Serialize;

/// Items of one answer; the phone asks again when these are stored.
const MAX_ITEMS: i64 = 500;
/// Refused items of one answer.
const MAX_REFUSED: i64 = 5000;
/// Pieces of one answer, unless its first item alone has more; a record has room for some ten thousand.
const MAX_PIECES: usize = 5000;

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

/// Items of `device` that were refused for good, in the order of their records; a phone parks them. Only a phone that
/// contradicts its own signed records has any, so the first [`MAX_REFUSED`] of them are enough.
///
/// # Errors
/// [`StoreError`].
pub fn refused(rows: &dyn Ledger, device: DeviceId) -> Result<Vec<ItemId>, StoreError> {
    rows.refused(device, MAX_REFUSED)
}

/// The sealed items of `device` that are not stored, in the order of their records, cut off when there are many. An item is
/// listed with all that it lacks or not at all: of a listed item a phone takes as stored what is not named.
///
/// # Errors
/// [`StoreError`].
pub fn missing(rows: &dyn Ledger, device: DeviceId) -> Result<Vec<MissingItem>, StoreError> {
    let (mut items, mut listed) = (Vec::new(), 0);
    for item in rows.unstored(device, MAX_ITEMS)? {
        let lacking = rows.pieces(item.item)?.into_iter().filter(|piece| piece.stored_ms.is_none());
        let lacking: Vec<_> = lacking.collect();
        listed += lacking.len();
        if listed > MAX_PIECES && !items.is_empty() {
            break;
        }
        let mut pieces = Vec::new();
        for piece in lacking {
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

//! The last steps of a piece that is whole and right: durable, under its name, listed, its item finished.

use super::{errors::lost, writer::bytes_are_gone};
use crate::{
    fault::Point,
    http::ApiError,
    items::finalise,
    office::Office,
    store::{Ledger, StagedId, StagedPiece, StoreError},
};
use liuhen_record::{Digest, ItemId};
use ring::digest::Context;

/// A piece that arrived and was verified.
pub(super) struct Arrived {
    /// Its item.
    pub item: ItemId,
    /// Its place, from 0.
    pub idx: i64,
    /// Its SHA-256, as found.
    pub sha256: Digest,
    /// Where its bytes are.
    pub staged: StagedId,
    /// SHA-256 of the item up to the end of this piece, where it was taken.
    pub whole: Option<Context>,
}

/// Keeps the piece, whose bytes are durable, and lists it in the transaction in which `finish` notes the upload's end.
pub(super) fn keep<T>(
    office: &Office,
    arrived: Arrived,
    file: Box<dyn StagedPiece>,
    mut finish: impl FnMut(&dyn Ledger, i64) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let Arrived { item, idx, sha256, staged, whole } = arrived;
    drop(file);
    match office.pieces.keep(&staged, &sha256) {
        Err(error) if bytes_are_gone(&error) => return Err(lost()),
        kept => kept?,
    }
    let now_ms = office.clock.now_ms();
    let (finished, item_stored) = office.write(|rows| {
        let finished = finish(rows, now_ms)?;
        rows.piece_stored(item, idx, now_ms)?;
        let item_stored = finalise::finish_single(rows, item, now_ms)?;
        if item_stored {
            office.faults.hit(Point::ItemAppended).map_err(StoreError::from)?;
        }
        Ok::<_, ApiError>((finished, item_stored))
    })?;
    office.faults.hit(Point::PieceCommitted).map_err(StoreError::from)?;
    if item_stored {
        office.faults.hit(Point::ItemCommitted).map_err(StoreError::from)?;
        return Ok(finished);
    }
    if let (Some(whole), Ok(idx)) = (whole, usize::try_from(idx)) {
        office.running_digests.passed(item, idx, whole);
    }
    // The piece is safe whatever becomes of this; the sweep finishes what is left.
    if let Err(error) = finalise::piece_stored(office, item) {
        eprintln!("item {item} could not be finalised: {error}");
    }
    Ok(finished)
}

//! What a crash or time left of uploads.

use crate::{
    office::Office,
    store::{ItemStage, PieceRow, StoreError},
};

/// At start: pieces that were kept but not listed are listed, staged bytes that nobody knows are removed.
///
/// # Errors
/// [`StoreError`].
pub fn at_start(office: &Office) -> Result<(), StoreError> {
    adopt_kept(office)?;
    for staged in office.pieces.staged()? {
        if office.read(|rows| rows.is_staged(&staged))? {
            continue;
        }
        if let Err(error) = office.pieces.discard(&staged) {
            // It takes room, and keeps nobody from working.
            eprintln!("staged bytes {staged} could not be removed: {error}");
        }
    }
    Ok(())
}

/// A crash between keeping a piece and listing it: the piece was verified before it got its name. The name may be in the
/// system's memory only, and a power cut would take it back: it is made durable before it is listed.
fn adopt_kept(office: &Office) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let items = office.read(|rows| rows.items_at(ItemStage::Sealed, after, 500))?;
        let Some(last) = items.last() else { return Ok(()) };
        after = Some(last.item);
        for item in &items {
            adopt_pieces(office, item.item)?;
        }
    }
}

fn adopt_pieces(office: &Office, item: liuhen_record::ItemId) -> Result<(), StoreError> {
    let pieces = office.read(|rows| rows.pieces(item))?;
    for piece in pieces.iter().filter(|piece| piece.stored_ms.is_none()) {
        match adoptable(office, piece) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(error) => {
                // It stays where it is, and its phone is asked for it.
                eprintln!(
                    "piece {} of item {item} could not be looked at and made durable: {error}",
                    piece.idx
                );
                continue;
            }
        }
        let now_ms = office.clock.now_ms();
        office.write(|rows| {
            rows.piece_stored(item, piece.idx, now_ms)?;
            rows.finish_uploads_of(item, piece.idx)
        })?;
    }
    Ok(())
}

/// Whether the piece is there, and durable now.
fn adoptable(office: &Office, piece: &PieceRow) -> Result<bool, StoreError> {
    let there = office.pieces.kept_bytes(&piece.sha256)? == Some(piece.len_bytes as u64);
    if there {
        office.pieces.settle(&piece.sha256)?;
    }
    Ok(there)
}

/// From time to time: uploads that nobody continued are forgotten.
///
/// # Errors
/// [`StoreError`].
pub fn expire(office: &Office) -> Result<(), StoreError> {
    let now_ms = office.clock.now_ms();
    for row in office.read(|rows| rows.expired_uploads(now_ms))? {
        // Somebody may have gone on with it since it was read: what he has acknowledged stays.
        if office.write(|rows| rows.drop_expired(&row, now_ms))? {
            office.pieces.discard(&row.staged)?;
        }
    }
    Ok(())
}

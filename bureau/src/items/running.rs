//! The digest of an item whose pieces come one after another, taken while they come: when the last one is there, nothing is
//! still to be read, however long the item. Pieces that come in another order, or in parts, are read back.
//!
//! Kept in memory only. What is lost is computed again from the pieces, and so is everything after a restart.

use crate::{
    office::Office,
    store::{PieceRow, StoreError},
};
use liuhen_record::{Digest, ItemId};
use ring::digest::{Context, SHA256};
use std::{
    collections::HashMap,
    io::Read as _,
    sync::{Mutex, PoisonError},
};

/// Items whose digest is kept at once; of others it is computed when they are whole.
const MOST_ITEMS: usize = 1024;
const BUFFER_BYTES: usize = 256 * 1024;

/// The digests that are under way.
#[derive(Default)]
pub struct RunningDigests(Mutex<HashMap<ItemId, Running>>);

/// The digest of the first pieces of an item.
#[derive(Clone)]
struct Running {
    pieces: usize,
    whole: Context,
}

impl RunningDigests {
    /// Takes the digest away: whoever has it goes on with it, and everybody else begins anew.
    fn take(&self, item: ItemId) -> Running {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&item).unwrap_or_else(|| Running { pieces: 0, whole: Context::new(&SHA256) })
    }

    fn put(&self, item: ItemId, running: Running) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST_ITEMS || all.contains_key(&item) {
            all.insert(item, running);
        }
    }

    /// The digest of the pieces before `idx`, for whoever brings that piece; `None` when it is not known.
    fn before(&self, item: ItemId, idx: usize) -> Option<Context> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(&item) {
            Some(running) => (running.pieces == idx).then(|| running.whole.clone()),
            None => (idx == 0).then(|| Context::new(&SHA256)),
        }
    }

    /// Piece `idx` is stored, and `whole` is the digest of all up to it: taken over unless somebody was faster.
    pub fn passed(&self, item: ItemId, idx: usize, whole: Context) {
        if self.pieces_read(item) == idx {
            self.put(item, Running { pieces: idx + 1, whole });
        }
    }

    /// A piece of the item is wanted again: its digest begins anew.
    pub fn forget(&self, item: ItemId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&item);
    }

    /// How many pieces of an item are read already.
    pub fn pieces_read(&self, item: ItemId) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&item).map_or(0, |running| running.pieces)
    }
}

/// The digest of the pieces before one that comes now, to go on with while it passes. `None` when that is not known, or the
/// item has no other piece and so no other digest.
///
/// # Errors
/// [`StoreError`].
pub fn before(office: &Office, item: ItemId, idx: i64) -> Result<Option<Context>, StoreError> {
    let Ok(idx) = usize::try_from(idx) else { return Ok(None) };
    if idx == 0 && office.read(|rows| rows.pieces(item))?.len() < 2 {
        return Ok(None);
    }
    Ok(office.running_digests.before(item, idx))
}

/// Reads the pieces that follow those already read, as far as they are stored.
///
/// # Errors
/// [`StoreError`], also when a piece that is listed cannot be read.
pub fn advance(office: &Office, item: ItemId, pieces: &[PieceRow]) -> Result<(), StoreError> {
    let mut running = office.running_digests.take(item);
    read_on(office, pieces, &mut running)?;
    office.running_digests.put(item, running);
    Ok(())
}

/// SHA-256 of the concatenated pieces, which must all be stored.
///
/// # Errors
/// [`StoreError`], also when a piece that is listed cannot be read.
pub fn finish(office: &Office, item: ItemId, pieces: &[PieceRow]) -> Result<Digest, StoreError> {
    let mut running = office.running_digests.take(item);
    read_on(office, pieces, &mut running)?;
    if running.pieces != pieces.len() {
        return Err(StoreError::Impossible("item without its pieces"));
    }
    Ok(running.whole.finish().into())
}

fn read_on(office: &Office, pieces: &[PieceRow], running: &mut Running) -> Result<(), StoreError> {
    let mut buffer = vec![0; BUFFER_BYTES];
    let next = pieces.iter().skip(running.pieces).take_while(|piece| piece.stored_ms.is_some());
    for piece in next {
        let mut reader = office.pieces.open(&piece.sha256)?;
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            running.whole.update(&buffer[..read]);
        }
        running.pieces += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(context: Option<Context>, bytes: &[u8]) -> Context {
        let mut context = context.unwrap();
        context.update(bytes);
        context
    }

    #[test]
    fn a_digest_goes_on_with_the_next_piece_and_with_no_other() {
        let (all, item) = (RunningDigests::default(), ItemId([1; 16]));
        assert!(all.before(item, 1).is_none(), "what came before the second piece is not known");
        let first = after(all.before(item, 0), b"one ");
        // Not stored yet: somebody else who brings the first piece begins where it does.
        let again = after(all.before(item, 0), b"one ");
        all.passed(item, 0, first);
        let second = after(all.before(item, 1), b"two");
        assert!(all.before(item, 0).is_none() && all.before(item, 2).is_none());
        all.passed(item, 1, second);
        all.passed(item, 0, again);
        all.passed(item, 5, Context::new(&SHA256));
        assert_eq!(all.pieces_read(item), 2, "who comes late or too early changes nothing");
        let whole: Digest = all.before(item, 2).unwrap().finish().into();
        assert_eq!(whole, Digest::of(b"one two"));
    }
}

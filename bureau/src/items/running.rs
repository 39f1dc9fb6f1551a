//! The digest of an item whose pieces come one after another, taken while they come: when the last one is there, only that
//! one is still to be read back, however long the item.
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

    /// How many pieces of an item are read already.
    pub fn pieces_read(&self, item: ItemId) -> usize {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&item).map_or(0, |running| running.pieces)
    }
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

//! Space set aside when a recording begins, so that it can be ended when the disk has no byte left
//! (`spec/tail-journal.md` §6).

use super::pieced::item_dir;
use crate::ports::Storage;
use liuhen_record::ItemId;
use std::io;

/// Room for the last chunk (64 KiB), for the pages that its records and pieces take in the database's log, for the
/// record of the gap that follows, and for what the file system needs itself.
const RESERVE_BYTES: usize = 512 * 1024;

fn path(item: ItemId) -> String {
    format!("{}/reserve", item_dir(item))
}

/// Makes the item's folder and takes the space in it, durably. The name is not durable before the folder is synced.
pub(super) fn take(storage: &dyn Storage, item: ItemId) -> io::Result<()> {
    storage.make_dir(&item_dir(item))?;
    let mut file = storage.create(&path(item))?;
    file.write_at(0, &incompressible())?;
    file.sync()
}

/// Gives the space back, if it is still taken, so that what is written next may use it.
pub(super) fn release(storage: &dyn Storage, item: ItemId) -> io::Result<()> {
    let path = path(item);
    if storage.exists(&path)? {
        storage.remove_file(&path)?;
        // File systems with a journal reuse space only after the removal was committed.
        storage.sync_dir(&item_dir(item))?;
    }
    Ok(())
}

/// Some file systems compress, and would take no space for zeros: xorshift64*.
fn incompressible() -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bytes = Vec::with_capacity(RESERVE_BYTES);
    while bytes.len() < RESERVE_BYTES {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.extend_from_slice(&state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_le_bytes());
    }
    bytes
}

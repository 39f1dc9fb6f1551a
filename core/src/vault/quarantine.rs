//! Setting a damaged vault aside: everything is moved, nothing is deleted, and capturing goes on in a new vault.

use super::{DATABASE, head, key, suspect};
use crate::ports::{Clock, Storage};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use std::io;

/// The folder that holds what was set aside.
pub(super) const FOLDER: &str = "quarantine";

/// The order of quarantine, while it is being carried out; afterwards it lies in the folder as its note.
const ORDER: &str = "quarantine.json";

/// What was set aside, why and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Note {
    /// Name of the folder below [`FOLDER`].
    pub folder: String,
    /// What was wrong.
    pub reason: String,
    /// The phone's clock then, Unix milliseconds.
    pub set_aside_ms: i64,
    /// Item folders that were there: they stay where they are, the old database has their keys.
    pub items: Vec<String>,
}

/// Everything that belongs to the database, in the order in which it is moved. The write-ahead log goes first: SQLite
/// removes a log that has no database.
fn files() -> [String; 6] {
    [
        format!("{DATABASE}-wal"),
        format!("{DATABASE}-shm"),
        DATABASE.to_owned(),
        head::NAME.to_owned(),
        key::NAME.to_owned(),
        suspect::NAME.to_owned(),
    ]
}

/// Gives the order, then carries it out. A crash in between is made good by [`finish`] at the next open.
pub(super) fn set_aside(storage: &dyn Storage, clock: &dyn Clock, reason: &str) -> io::Result<Note> {
    let now_ms = clock.read().wall_ms;
    let day = DateTime::from_timestamp_millis(now_ms)
        .map_or_else(String::new, |t| t.format("%Y%m%dT%H%M%SZ").to_string());
    let taken = storage.list(FOLDER)?;
    let folder = (0..=taken.len())
        .map(|n| format!("{day}-{n}"))
        .find(|name| !taken.contains(name))
        .unwrap_or_default();
    let items = storage.list(crate::capture::ITEMS)?;
    let note = Note { folder, reason: reason.to_owned(), set_aside_ms: now_ms, items };
    let bytes = serde_json::to_vec_pretty(&note)?;
    let beside = format!("{ORDER}.new");
    if storage.exists(&beside)? {
        // Half an order from a crash: it was never in force.
        storage.remove_file(&beside)?;
    }
    let mut file = storage.create(&beside)?;
    file.write_at(0, &bytes)?;
    file.sync()?;
    storage.rename(&beside, ORDER)?;
    storage.sync_dir("")?;
    carry_out(storage, &note)?;
    Ok(note)
}

/// Carries out an order that a crash interrupted; `None` when there is none.
pub(super) fn finish(storage: &dyn Storage) -> io::Result<Option<Note>> {
    if !storage.exists(ORDER)? {
        return Ok(None);
    }
    let file = storage.open(ORDER)?;
    let mut bytes = vec![0; file.len_bytes()? as usize];
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read_at(filled as u64, &mut bytes[filled..])? {
            0 => break,
            got => filled += got,
        }
    }
    let note: Note = serde_json::from_slice(&bytes)?;
    carry_out(storage, &note)?;
    Ok(Some(note))
}

fn carry_out(storage: &dyn Storage, note: &Note) -> io::Result<()> {
    let folder = format!("{FOLDER}/{}", note.folder);
    storage.make_dir(&folder)?;
    storage.sync_dir(FOLDER)?;
    storage.sync_dir("")?;
    for name in files() {
        if storage.exists(&name)? {
            storage.rename(&name, &format!("{folder}/{name}"))?;
        }
    }
    storage.sync_dir(&folder)?;
    storage.sync_dir("")?;
    storage.rename(ORDER, &format!("{folder}/note.json"))?;
    storage.sync_dir(&folder)?;
    storage.sync_dir("")
}

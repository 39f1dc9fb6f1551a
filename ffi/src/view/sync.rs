//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::word::{ItemId, Text};

/// How synchronisation stands, in one word.
pub type SyncPhase = liuhen_core::phone::screen::SyncPhase;

/// How synchronisation stands, in one word.
#[uniffi::remote(Enum)]
pub enum SyncPhase {
    /// Nothing is left to do.
    Done,
    /// It goes on by itself.
    Waiting,
    /// It is going on.
    Running,
    /// Somebody must look.
    Trouble,
}

/// A piece that somebody must look at.
pub type ParkedLine = liuhen_core::phone::screen::ParkedLine;

/// A piece that somebody must look at.
#[uniffi::remote(Record)]
pub struct ParkedLine {
    /// Its item.
    pub item: ItemId,
    /// Its number in the item, from 0.
    pub index: i64,
    /// Why.
    pub sentence: Text,
}

/// How synchronisation stands.
pub type SyncView = liuhen_core::phone::screen::SyncView;

/// How synchronisation stands.
#[uniffi::remote(Record)]
pub struct SyncView {
    /// In one word.
    pub phase: SyncPhase,
    /// In a sentence; there always is one.
    pub sentence: Text,
    /// Code of what is waited for.
    pub code: Option<String>,
    /// Records that the bureau has not acknowledged.
    pub unsent_records: u64,
    /// Items whose storage is not proved.
    pub items_not_stored: u64,
    /// Their sealed bytes.
    pub bytes_to_send: u64,
    /// When the last synchronisation ended, Unix milliseconds.
    pub last_ended_ms: Option<i64>,
    /// The same for people.
    pub last_text: Option<Text>,
    /// Pieces that somebody must look at.
    pub parked: Vec<ParkedLine>,
}

//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    enrol::OfficerLine,
    today::SessionCard,
    word::{ItemId, SessionId, Text},
};

/// A file of a recorder that the rules could place nowhere.
pub type FootageLine = liuhen_core::phone::screen::FootageLine;

/// A file of a recorder that the rules could place nowhere.
#[uniffi::remote(Record)]
pub struct FootageLine {
    /// The sealed file.
    pub item: ItemId,
    /// The recorder.
    pub recorder_no: String,
    /// Path on its card.
    pub path: String,
    /// Length, bytes.
    pub len_bytes: i64,
    /// When it was recorded by the recorder's clock, where it tells.
    pub claimed_text: Option<Text>,
    /// Why the rules could place it nowhere.
    pub why: Text,
    /// The session to which it belongs by the last word by hand.
    pub session: Option<SessionId>,
    /// Whose word that is, and why.
    pub said: Option<Text>,
}

/// Footage that the rules could place nowhere, and what is needed to place it by hand.
pub type FootageView = liuhen_core::phone::screen::FootageView;

/// Footage that the rules could place nowhere, and what is needed to place it by hand.
#[uniffi::remote(Record)]
pub struct FootageView {
    /// Files that belong to no session, in order of import; at most 200.
    pub unassigned: Vec<FootageLine>,
    /// Of these there are so many in all.
    pub unassigned_count: u64,
    /// Files that somebody placed by hand, in order of import; at most 200.
    pub by_hand: Vec<FootageLine>,
    /// Activities of this phone, the newest first; at most 200.
    pub sessions: Vec<SessionCard>,
    /// Everybody on the roster.
    pub officers: Vec<OfficerLine>,
}

//! Footage that import could place in no session: to be placed by hand, and what was said of it so far.

use super::{
    super::{Phone, PhoneError, SHOWN_ITEMS, SignedIn},
    SessionCard,
};
use crate::say::{self, Sentence};
use liuhen_record::{
    ItemId, Kind, SessionId,
    kind::{FileAssigned, FileImported},
};

/// A file of a recorder that the rules could place nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    pub claimed_text: Option<Sentence>,
    /// Why the rules could place it nowhere.
    pub why: Sentence,
    /// The session to which it belongs by the last word by hand.
    pub session: Option<SessionId>,
    /// Whose word that is, and why.
    pub said: Option<Sentence>,
}

/// Footage that the rules could place nowhere, and what is needed to place it by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FootageView {
    /// Files that belong to no session, in order of import; at most [`SHOWN_ITEMS`].
    pub unassigned: Vec<FootageLine>,
    /// Of these there are so many in all.
    pub unassigned_count: u64,
    /// Files that somebody placed by hand, in order of import; at most [`SHOWN_ITEMS`].
    pub by_hand: Vec<FootageLine>,
    /// Activities of this phone, the newest first; at most [`SHOWN_ITEMS`].
    pub sessions: Vec<SessionCard>,
    /// Everybody on the roster.
    pub officers: Vec<SignedIn>,
}

impl FootageLine {
    fn of(file: &FileImported, by_hand: Option<(SessionId, &FileAssigned)>) -> Option<Self> {
        Some(Self {
            item: file.item,
            recorder_no: file.recorder_no.clone(),
            path: file.path.clone(),
            len_bytes: file.len_bytes,
            claimed_text: file.claimed_from_ms.map(say::screen::moment),
            why: say::screen::unassigned(file.unassigned?),
            session: by_hand.map(|(session, _)| session),
            said: by_hand.map(|(_, said)| say::screen::assigned(said)),
        })
    }
}

impl Phone {
    /// Footage that import could place in no session, and what is needed to place it by hand.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn footage_view(&self) -> Result<FootageView, PhoneError> {
        let footage = self.footage(None)?;
        let (mut unassigned, mut by_hand) = (Vec::new(), Vec::new());
        for (_, of) in footage.recorders() {
            unassigned.extend(of.unassigned.iter().filter_map(|file| FootageLine::of(file, None)));
            by_hand
                .extend(of.by_hand.iter().filter_map(|(file, word)| FootageLine::of(file, word.in_force())));
        }
        let unassigned_count = unassigned.len() as u64;
        unassigned.truncate(SHOWN_ITEMS);
        by_hand.truncate(SHOWN_ITEMS);
        let opened = self.records_of(&["session_opened"])?;
        let card = |record: &liuhen_record::Record| match (&record.kind, record.session) {
            (Kind::SessionOpened(body), Some(session)) => {
                Some(SessionCard::of(session, record.time.best_ms(), body))
            }
            _ => None,
        };
        let sessions = opened.iter().rev().filter_map(card).take(SHOWN_ITEMS).collect();
        Ok(FootageView { unassigned, unassigned_count, by_hand, sessions, officers: self.officers()? })
    }
}

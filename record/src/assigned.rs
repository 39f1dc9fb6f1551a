//! Where footage belongs by hand, after import could place it in no session (`spec/recorder-import.md` §6.6): for the phone,
//! the bureau and the verifier alike, which word on an item is the last.

use crate::{ItemId, Kind, Record, SessionId, kind::FileAssigned};
use serde::Serialize;
use std::collections::BTreeMap;

/// What was said last of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastWord {
    /// Number of its record.
    pub seq: i64,
    /// The session, or none once it was taken back.
    pub session: Option<SessionId>,
    /// What it says.
    pub said: FileAssigned,
}

impl LastWord {
    /// The session to which it assigns the item, and what it says; none when it takes back.
    pub fn in_force(&self) -> Option<(SessionId, &FileAssigned)> {
        Some((self.session?, &self.said))
    }
}

/// The last word on every item that anybody assigned by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assigned(BTreeMap<ItemId, LastWord>);

impl Assigned {
    /// Folds `records`, in order.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut assigned = Self::default();
        for record in records {
            assigned.take(record);
        }
        assigned
    }

    /// Takes the next record; gives the word before, if it is another word on an item.
    pub fn take(&mut self, record: &Record) -> Option<LastWord> {
        let Kind::FileAssigned(said) = &record.kind else { return None };
        let word = LastWord { seq: record.seq, session: record.session, said: said.clone() };
        self.0.insert(said.item, word)
    }

    /// The last word on an item.
    pub fn last(&self, item: ItemId) -> Option<&LastWord> {
        self.0.get(&item)
    }

    /// The session to which an item belongs by the last word on it, and that word; none where none stands.
    pub fn in_force(&self, item: ItemId) -> Option<(SessionId, &FileAssigned)> {
        self.last(item).and_then(LastWord::in_force)
    }

    /// The items that belong to a session by the last word on them.
    pub fn items_in(&self, session: SessionId) -> impl Iterator<Item = &ItemId> {
        self.0.iter().filter(move |(_, word)| word.session == Some(session)).map(|(item, _)| item)
    }
}

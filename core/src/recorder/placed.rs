//! Where footage belongs by hand, after import could place it in no session (`spec/recorder-import.md` §6.6).

use liuhen_record::{ItemId, Kind, Record, SessionId, kind::FileAssigned};
use serde::Serialize;
use std::collections::BTreeMap;

/// The last word on a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Number of its record.
    pub seq: i64,
    /// The session, or none once it was taken back.
    pub session: Option<SessionId>,
    /// What it says.
    pub said: FileAssigned,
}

/// The last word on every file that anybody assigned by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placed(BTreeMap<ItemId, Place>);

impl Placed {
    /// Folds `records`, in order of their numbers.
    pub fn fold<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut places = BTreeMap::new();
        for record in records {
            if let Kind::FileAssigned(said) = &record.kind {
                let place = Place { seq: record.seq, session: record.session, said: said.clone() };
                places.insert(said.item, place);
            }
        }
        Self(places)
    }

    /// The last word on an item.
    pub fn of(&self, item: ItemId) -> Option<&Place> {
        self.0.get(&item)
    }
}

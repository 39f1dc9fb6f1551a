//! What the ledger says of captured items, read once and remembered, so that a phone with a hundred thousand records
//! shows its first screen at once.

use super::super::{Phone, PhoneError};
use crate::session::day::Captures;
use liuhen_record::{ItemId, Kind, Record, kind::Readability};
use serde::{Deserialize, Serialize};
use std::{cell::Ref, collections::HashMap};

/// The setting under which it is remembered. The number goes up when what is folded changes.
const SEEN: &str = "seen_1";

/// So many records are read anew at a start before what they say is remembered again.
const REMEMBERED_EVERY: i64 = 2_000;

/// What records tell of items beyond their day: read once.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Seen {
    next_seq: i64,
    pub(in crate::phone) captures: Captures,
    pub(super) told: HashMap<ItemId, Told>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) media_type: String,
    pub(super) label: Option<String>,
    pub(super) duration_ms: Option<i64>,
    pub(super) readable: bool,
    pub(super) thumbnail: Option<ItemId>,
}

impl Seen {
    /// The item that holds the small picture of a photograph.
    pub(in crate::phone) fn thumbnail(&self, photo: ItemId) -> Option<ItemId> {
        self.told.get(&photo)?.thumbnail
    }

    fn apply(&mut self, record: &Record) {
        self.captures.apply(record);
        match &record.kind {
            Kind::CaptureOpened(body) => {
                if let Some(photo) = body.derived_from.and_then(|photo| self.told.get_mut(&photo)) {
                    photo.thumbnail = Some(body.item);
                }
                let told = Told {
                    media_type: body.media_type.clone(),
                    label: body.label.clone(),
                    duration_ms: None,
                    readable: true,
                    thumbnail: None,
                };
                self.told.insert(body.item, told);
            }
            Kind::CaptureSealed(body) => {
                if let Some(told) = self.told.get_mut(&body.item) {
                    told.duration_ms = body.description.duration_ms;
                    told.readable = !matches!(body.description.readability, Readability::Unreadable { .. });
                }
            }
            _ => {}
        }
    }
}

impl Phone {
    /// What records tell of items, up to the last one.
    pub(in crate::phone) fn look(&self) -> Result<Ref<'_, Seen>, PhoneError> {
        let (end, from) = (self.vault.head().0, self.seen.borrow().next_seq.max(1));
        if from < end {
            let mut records = self.vault.kind_records("capture_opened", from)?;
            records.extend(self.vault.kind_records("capture_sealed", from)?);
            records.sort_by_key(|record| record.seq);
            let mut seen = self.seen.borrow_mut();
            for record in &records {
                seen.apply(record);
            }
            seen.next_seq = end;
        }
        Ok(self.seen.borrow())
    }

    /// Takes up what an earlier run remembered, and remembers more when much was added. It is derived from the ledger:
    /// where it cannot be read, or goes beyond the ledger, the ledger is read from its beginning.
    pub(in crate::phone) fn recall_seen(&mut self) -> Result<(), PhoneError> {
        let head = self.vault.head().0;
        let kept = self.vault.get_setting::<Seen>(SEEN).ok().flatten().filter(|seen| seen.next_seq <= head);
        let kept_to = kept.as_ref().map_or(1, |seen| seen.next_seq);
        self.seen.replace(kept.unwrap_or_default());
        if head - kept_to < REMEMBERED_EVERY {
            return Ok(());
        }
        drop(self.look()?);
        // A full disk must not keep the phone from starting.
        drop(self.vault.put_setting(SEEN, &*self.seen.borrow()));
        Ok(())
    }
}

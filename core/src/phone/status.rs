//! What the first screen shows.

use super::{Phone, PhoneError};
use crate::{
    session::{
        Requirement,
        day::{self, DayCount, DayLine},
    },
    sync::Waiting,
    vault::ParkedPiece,
};
use liuhen_record::{
    DeviceId, ItemId, SessionId,
    kind::{ItemState, MediaKind},
};
use serde::Serialize;

/// One item as the first screen shows it.
#[derive(Debug, Clone, Serialize)]
pub struct ItemLine {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// How far it has come.
    pub state: ItemState,
    /// Whether its local bytes were freed after a verified receipt.
    pub freed: bool,
    /// Length of the sealed file, bytes.
    pub len_bytes: i64,
}

/// The phone at one moment.
#[derive(Debug, Clone)]
pub struct PhoneStatus {
    /// This phone; `None` before enrolment.
    pub device: Option<DeviceId>,
    /// The bureau's number for it.
    pub device_no: Option<String>,
    /// Records written.
    pub records: i64,
    /// Records that the bureau has not acknowledged.
    pub unsent_records: i64,
    /// The open session.
    pub session: Option<SessionId>,
    /// Its checklist as it stands.
    pub checklist: Vec<Requirement>,
    /// Items without a receipt, and the last [`SHOWN_ITEMS`] others.
    pub items: Vec<ItemLine>,
    /// Items in all.
    pub item_count: usize,
    /// Items whose storage at the bureau is not proved yet.
    pub not_stored: usize,
    /// Free space, bytes.
    pub free_bytes: u64,
    /// What the outbox waits for.
    pub waiting: Option<Waiting>,
    /// Today in Asia/Shanghai, `YYYY-MM-DD`, and its items counted (article 10).
    pub today: (String, DayCount),
    /// Items of any day that are overdue, longest first.
    pub overdue: Vec<DayLine>,
    /// Pieces that cannot be sent without somebody looking.
    pub parked: Vec<ParkedPiece>,
}

/// Stored items that the first screen shows; older ones are found by searching.
pub const SHOWN_ITEMS: usize = 200;

impl Phone {
    /// What the first screen shows.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn status(&self) -> Result<PhoneStatus, PhoneError> {
        let known = if self.vault.device().is_some() { Some(self.enrolment()?.enrolment) } else { None };
        let session = self.current_id()?;
        let checklist = match session {
            Some(session) => self.view(session)?.checklist(&self.time()?, &self.rules),
            None => Vec::new(),
        };
        let rows = self.vault.item_marks()?;
        let stored = |state: ItemState| state >= ItemState::Stored;
        let not_stored = rows.iter().filter(|row| !stored(row.state)).count();
        let first_shown = rows.len().saturating_sub(SHOWN_ITEMS);
        let shown = rows.iter().enumerate().filter(|(n, row)| *n >= first_shown || !stored(row.state));
        let items = shown.map(|(_, row)| ItemLine {
            item: row.item,
            session: row.session,
            media: row.media,
            state: row.state,
            freed: row.freed,
            len_bytes: row.len_bytes,
        });
        let records = self.vault.head().0 - 1;
        let lines = self.lines_with(&rows)?;
        let today = day::today(&self.time()?);
        let count = DayCount::of(day::of_day(&lines, &today));
        Ok(PhoneStatus {
            device: self.vault.device(),
            device_no: known.map(|enrolment| enrolment.device_no),
            records,
            unsent_records: records - self.vault.sent_to(),
            session,
            checklist,
            items: items.collect(),
            item_count: rows.len(),
            not_stored,
            free_bytes: self.ports.storage.free_bytes().unwrap_or(0),
            waiting: self.waiting()?,
            today: (today, count),
            overdue: day::overdue(&lines).into_iter().cloned().collect(),
            parked: self.vault.parked_pieces()?,
        })
    }
}

//! The rules of the ledger itself. Deliberately few: what was captured is kept and judged by people; only what
//! would make the ledger ambiguous is refused.

use crate::store::{Ledger, StoreError};
use liuhen_record::{DeviceId, ItemId, Kind, Record, SessionId};

/// The rules, against what is stored.
pub struct Rules<'r> {
    rows: &'r dyn Ledger,
    vkey: &'r str,
    /// The session asked for last, and whose it is: neither ever changes, and the records of a batch are mostly of one.
    known: Option<(SessionId, DeviceId)>,
}

impl<'r> Rules<'r> {
    /// Of the bureau whose log has the key `vkey`.
    pub fn new(rows: &'r dyn Ledger, vkey: &'r str) -> Self {
        Self { rows, vkey, known: None }
    }

    /// Checks a record; the rule broken, in words.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn broken_by(&mut self, record: &Record) -> Result<Option<&'static str>, StoreError> {
        if let Some(rule) = shape(record, self.vkey) {
            return Ok(Some(rule));
        }
        let Some(session) = record.session else { return capture(self.rows, record) };
        match (&record.kind, self.owner(session)?) {
            (Kind::SessionOpened(_), Some(_)) => return Ok(Some("the session was opened before")),
            (Kind::SessionOpened(_), None) => return Ok(None),
            (_, None) => return Ok(Some("the session was never opened")),
            (_, Some(owner)) if owner != record.device => {
                return Ok(Some("the session belongs to another device"));
            }
            _ => {}
        }
        capture(self.rows, record)
    }

    /// The device that opened a session.
    fn owner(&mut self, session: SessionId) -> Result<Option<DeviceId>, StoreError> {
        if let Some((known, owner)) = self.known
            && known == session
        {
            return Ok(Some(owner));
        }
        let owner = self.rows.session(session)?.map(|row| row.device);
        if let Some(owner) = owner {
            self.known = Some((session, owner));
        }
        Ok(owner)
    }
}

/// An item is opened once, and sealed once where it was opened.
fn capture(rows: &dyn Ledger, record: &Record) -> Result<Option<&'static str>, StoreError> {
    match &record.kind {
        Kind::CaptureOpened(body) => opened(rows, body.item),
        Kind::CaptureSealed(body) => sealed(rows, record, body.item),
        _ => Ok(None),
    }
}

fn shape(record: &Record, vkey: &str) -> Option<&'static str> {
    match &record.kind {
        Kind::DeviceEnrolled(_) if record.seq != 1 => {
            return Some("a device is enrolled by its first record");
        }
        Kind::DeviceEnrolled(body) if body.bureau_vkey != vkey => return Some("enrolled at another bureau"),
        Kind::DeviceEnrolled(_) => {}
        _ if record.seq == 1 => return Some("the first record enrols the device"),
        _ => {}
    }
    match (record.kind.needs_session(), record.session) {
        (Some(true), None) => Some("the record belongs into a session"),
        (Some(false), Some(_)) => Some("the record belongs outside every session"),
        _ => None,
    }
}

fn opened(rows: &dyn Ledger, item: ItemId) -> Result<Option<&'static str>, StoreError> {
    Ok(rows.item(item)?.map(|_| "the item was opened before"))
}

fn sealed(rows: &dyn Ledger, record: &Record, item: ItemId) -> Result<Option<&'static str>, StoreError> {
    Ok(match rows.item(item)? {
        None => Some("the item was never opened"),
        Some(row) if row.device != record.device || row.session != record.session => {
            Some("the item belongs elsewhere")
        }
        Some(row) if row.sealed_seq.is_some() => Some("the item was sealed before"),
        Some(_) => None,
    })
}

//! The rules of the ledger itself. Deliberately few: what was captured is kept and judged by people; only what
//! would make the ledger ambiguous is refused.

use crate::store::{Ledger, StoreError};
use liuhen_record::{ItemId, Kind, Record};

/// Checks a record against what is stored; the rule broken, in words.
///
/// # Errors
/// [`StoreError`].
pub fn broken_rule(
    rows: &dyn Ledger,
    record: &Record,
    vkey: &str,
) -> Result<Option<&'static str>, StoreError> {
    if let Some(rule) = shape(record, vkey) {
        return Ok(Some(rule));
    }
    let Some(session) = record.session else { return capture(rows, record) };
    let known = rows.session(session)?;
    match (&record.kind, known) {
        (Kind::SessionOpened(_), Some(_)) => return Ok(Some("the session was opened before")),
        (Kind::SessionOpened(_), None) => return Ok(None),
        (_, None) => return Ok(Some("the session was never opened")),
        (_, Some(known)) if known.device != record.device => {
            return Ok(Some("the session belongs to another device"));
        }
        _ => {}
    }
    capture(rows, record)
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

//! What one record changes in the projections.

use super::day_of;
use crate::store::{
    IndexedOfficer, IndexedSession, Ledger, NewItemIndex, Review, SessionOutcome, StoreError,
};
use liuhen_record::{
    Digest, ItemId, Kind, Record, SessionId,
    kind::{CaptureOpened, CaptureSealed, CloseCause, ItemReview, SessionOpened},
};
use serde::Serialize;

/// Most reviews of one session that are looked through: an activity of some hundred thousand items has fewer parts.
const MOST_REVIEWS: i64 = 1_000;

/// The word by which a unit variant is written in a record.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Applies a record that was just added.
///
/// # Errors
/// [`StoreError`].
pub fn project(rows: &dyn Ledger, record: &Record) -> Result<(), StoreError> {
    for item in items_of(&record.kind) {
        rows.put_record_item(item, record.device, record.seq)?;
    }
    capture(rows, record)?;
    project_footage(rows, record)?;
    let Some(session) = record.session else { return Ok(()) };
    if let Some(recorder_no) = recorder_of(&record.kind) {
        rows.put_session_recorder(session, recorder_no)?;
    }
    match &record.kind {
        Kind::SessionOpened(body) => rows.put_session(&opened_session(record, session, body)),
        Kind::TriggerMarked(body) => rows.add_trigger(session, &word(body.trigger)),
        Kind::ReviewConfirmed(body) => {
            for review in &body.items {
                let done = match review {
                    ItemReview::Reviewed { .. } => Review::Reviewed,
                    ItemReview::Waived { .. } => Review::Waived,
                };
                rows.set_item_review(session, review.item(), done)?;
            }
            // An activity may be reviewed in parts: what was refused of it stays to be seen.
            let refused = rows.has_refused_items(session)?;
            let outcome = if refused { SessionOutcome::Refused } else { SessionOutcome::Confirmed };
            rows.set_outcome(session, outcome)
        }
        Kind::SignatureRefused(body) => {
            for item in reviewed_items(rows, session, body.manifest_sha256)? {
                rows.refuse_item_review(session, item)?;
            }
            rows.set_outcome(session, SessionOutcome::Refused)
        }
        Kind::SessionClosed(_) => rows.close_session(session, record.time.best_ms()),
        _ => Ok(()),
    }
}

/// Items that the review with this manifest was about.
fn reviewed_items(
    rows: &dyn Ledger,
    session: SessionId,
    manifest_sha256: Digest,
) -> Result<Vec<ItemId>, StoreError> {
    for row in rows.session_kinds(session, &["review_opened"], 1, MOST_REVIEWS)? {
        let opened = Record::parse(&row.bytes).map_err(|_| StoreError::Impossible("stored record"))?;
        if let Kind::ReviewOpened(opened) = opened.kind
            && opened.manifest_sha256 == manifest_sha256
        {
            return Ok(opened.manifest.items.into_iter().map(|item| item.item).collect());
        }
    }
    Ok(Vec::new())
}

/// The kinds of records of which [`project_footage`] takes something.
pub const FOOTAGE_KINDS: [&str; 3] = ["file_imported", "footage_missing", "file_assigned"];

/// What a record that was just added says of recorders' footage: a part of [`project`].
///
/// # Errors
/// [`StoreError`].
pub fn project_footage(rows: &dyn Ledger, record: &Record) -> Result<(), StoreError> {
    match &record.kind {
        Kind::FileImported(body) => rows.put_footage(record.device, record.seq, body),
        Kind::FootageMissing(body) => rows.put_missing(record.device, record.seq, body),
        Kind::FileAssigned(body) => rows.assign_item(body.item, record.device, record.session),
        _ => Ok(()),
    }
}

/// Items, whether or not they are in a session.
fn capture(rows: &dyn Ledger, record: &Record) -> Result<(), StoreError> {
    match &record.kind {
        Kind::CaptureOpened(body) => {
            rows.own_footage(body.item, record.device)?;
            rows.put_item_index(&opened_item(record, body))
        }
        Kind::CaptureSealed(body) => {
            let (from_ms, to_ms) = match body.cause {
                // Sealed later, perhaps after a restart: only the opening knows when it was.
                CloseCause::Recovered => recovered(rows, record, body)?,
                _ => used(record, body),
            };
            rows.seal_item_index(body.item, from_ms, to_ms, &day_of(to_ms))
        }
        // Used when the recorder recorded it, by its clock as far as that is known; due on the day of the import.
        Kind::FileImported(body) => {
            let Some(from_ms) = body.claimed_from_ms else { return Ok(()) };
            let offset_ms = body.clock_offset_ms.unwrap_or(0);
            let to_ms = body.claimed_to_ms.unwrap_or(from_ms).max(from_ms);
            let used_ms = (from_ms.saturating_sub(offset_ms), to_ms.saturating_sub(offset_ms));
            // Of its own item only: what another phone says of it is shown beside it, and changes nothing.
            rows.set_item_times(body.item, record.device, used_ms, &day_of(record.time.best_ms()))
        }
        _ => Ok(()),
    }
}

/// The recorder that a record of a session tells of.
fn recorder_of(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::RecorderPaired(body) => Some(&body.recorder_no),
        Kind::RecorderEvent(body) => Some(&body.recorder_no),
        Kind::RecorderListed(body) => Some(&body.recorder_no),
        Kind::FileImported(body) => Some(&body.recorder_no),
        Kind::FileAssigned(body) => Some(&body.recorder_no),
        Kind::FootageMissing(body) => Some(&body.recorder_no),
        _ => None,
    }
}

fn opened_session(record: &Record, session: SessionId, body: &SessionOpened) -> IndexedSession {
    let officers = body.officers.iter().map(|o| IndexedOfficer {
        officer: o.officer.clone(),
        name: o.name.clone(),
        cert_no: o.cert_no.clone(),
        unit: o.unit.clone(),
        role: word(o.role),
    });
    IndexedSession {
        session,
        device: record.device,
        opened_seq: record.seq,
        activity: word(body.activity),
        device_no: body.device_no.clone(),
        party: body.party.name.clone(),
        cause_code: body.cause.code.clone(),
        cause_name: body.cause.name.clone(),
        place: body.place_text.clone(),
        opened_ms: record.time.best_ms(),
        closed_ms: None,
        outcome: SessionOutcome::None,
        triggers: String::new(),
        officers: officers.collect(),
    }
}

fn opened_item(record: &Record, body: &CaptureOpened) -> NewItemIndex {
    let opened_ms = record.time.best_ms();
    let label = body.label.as_ref().or(body.original_name.as_ref());
    NewItemIndex {
        item: body.item,
        device: record.device,
        session: record.session,
        media: word(body.media),
        device_no: body.source_no.clone(),
        officer: record.officer.clone().unwrap_or_default(),
        opened_ms,
        day: day_of(opened_ms),
        label: label.cloned().unwrap_or_default(),
        derived_from: body.derived_from,
    }
}

/// From when to when it was recorded: the record's best clock, carried back by the monotonic clock.
fn used(record: &Record, body: &CaptureSealed) -> (i64, i64) {
    let (at_ms, mono_ms) = (record.time.best_ms(), record.time.mono_ms);
    let back = |then_mono_ms: i64| at_ms.saturating_sub(mono_ms.saturating_sub(then_mono_ms).max(0));
    let to_ms = back(body.ended_mono_ms);
    (back(body.started_mono_ms).min(to_ms), to_ms)
}

/// As [`used`], for a recording that broke off: from its opening, for as long as its record says.
fn recovered(rows: &dyn Ledger, record: &Record, body: &CaptureSealed) -> Result<(i64, i64), StoreError> {
    let opened = rows.indexed_item(body.item)?;
    let from_ms = opened.map_or_else(|| record.time.best_ms(), |item| item.used_from_ms);
    let lasted_ms = body.ended_mono_ms.saturating_sub(body.started_mono_ms).max(0);
    Ok((from_ms, from_ms.saturating_add(lasted_ms)))
}

/// The items that a record speaks of: their custody chain.
fn items_of(kind: &Kind) -> Vec<ItemId> {
    match kind {
        Kind::CertificateShown(body) => body.item.into_iter().collect(),
        Kind::CaptureOpened(body) => vec![body.item],
        Kind::CaptureRecovered(body) => vec![body.item],
        Kind::CaptureSealed(body) => vec![body.item],
        Kind::DocumentFilled(body) => body.media.clone(),
        Kind::GapRecorded(body) => body.items.clone(),
        Kind::FaultReported(body) => body.last_good_item.into_iter().collect(),
        Kind::ReviewOpened(body) => body.manifest.items.iter().map(|i| i.item).collect(),
        Kind::ReviewConfirmed(body) => body.items.iter().map(ItemReview::item).collect(),
        Kind::ItemViewed(body) => vec![body.item],
        Kind::SessionClosed(body) => body.unreviewed.clone(),
        Kind::ReceiptVerified(body) => body.items.clone(),
        Kind::MediaFreed(body) => vec![body.item],
        Kind::FileImported(body) => vec![body.item],
        Kind::FileAssigned(body) => vec![body.item],
        Kind::FileNotImported(body) => body.item.into_iter().collect(),
        Kind::FootageReleasable(body) => body.files.iter().map(|file| file.item).collect(),
        _ => Vec::new(),
    }
}

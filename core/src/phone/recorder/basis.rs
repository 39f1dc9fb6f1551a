//! What an import begins with: the card's label, who supervises, what is here already.

use super::super::{Phone, PhoneError};
use crate::{
    ports::{Card, CardEntry, CardEntryKind},
    session::{Missing, Refused},
};
use liuhen_record::{
    Digest, ItemId, Kind, SessionId,
    kind::{MediaSource, Supervisor, SupervisorRole},
    roster::Officer,
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io::Read as _,
};

/// The file in which a card holds the officer number.
const LABEL_FILE: &str = "sn.txt";
/// A label is no longer than this, bytes; a longer file of that name is footage like any other.
const LABEL_BYTES: u64 = 64;
/// What is here already of one recorder.
#[derive(Default)]
pub(super) struct Known {
    pub(super) lengths: HashSet<i64>,
    pub(super) items: HashMap<Digest, (ItemId, Option<SessionId>)>,
    /// Items of which a `file_imported` record tells.
    pub(super) told: HashSet<ItemId>,
}

pub(super) fn is_label(entry: &CardEntry) -> bool {
    let small = |kind| matches!(kind, CardEntryKind::File(file) if file.len_bytes <= LABEL_BYTES);
    entry.path.0.len() == 1 && entry.path.name().eq_ignore_ascii_case(LABEL_FILE) && small(entry.kind)
}

/// The officer number that the card holds.
pub(super) fn read_label(card: &mut dyn Card, entries: &[CardEntry]) -> Option<String> {
    let entry = entries.iter().find(|entry| is_label(entry))?;
    let mut bytes = Vec::new();
    card.open(&entry.path).ok()?.take(LABEL_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let plausible = !text.is_empty() && text.chars().count() <= 32 && !text.contains('\n');
    plausible.then(|| crate::capture::escape_name(text))
}

/// A faulty recorder is drained before two officers of the roster, or before the custodian (article 20).
pub(super) fn check_supervision(
    device_no: &str,
    supervisors: &[Supervisor],
    roster: &[Officer],
) -> Result<(), Refused> {
    let officers: Vec<_> = supervisors.iter().filter(|s| s.role == SupervisorRole::Officer).collect();
    let unknown = officers.iter().filter(|s| !roster.iter().any(|officer| officer.name == s.name));
    let mut missing: Vec<Missing> =
        unknown.map(|s| Missing::UnknownOfficer { officer: s.name.clone() }).collect();
    let different: BTreeSet<&str> = officers.iter().map(|s| s.name.as_str()).collect();
    let custodian =
        supervisors.iter().any(|s| s.role == SupervisorRole::Custodian && !s.name.trim().is_empty());
    if different.len() < 2 && !custodian {
        missing.push(Missing::Supervision { device_no: device_no.to_owned() });
    }
    Refused::unless_empty(missing)
}

/// What is here of a recorder, by digest.
pub(super) fn known(phone: &Phone, recorder_no: &str) -> Result<Known, PhoneError> {
    let mut known = Known::default();
    let mut theirs = HashMap::new();
    for record in phone.records_of(&["capture_opened", "capture_sealed", "file_imported"])? {
        match &record.kind {
            Kind::CaptureOpened(body)
                if body.source == MediaSource::Recorder && body.source_no == recorder_no =>
            {
                theirs.insert(body.item, record.session);
            }
            Kind::CaptureSealed(body) => {
                if let Some(session) = theirs.get(&body.item) {
                    known.lengths.insert(body.pt_len_bytes);
                    known.items.insert(body.pt_sha256, (body.item, *session));
                }
            }
            Kind::FileImported(body) => {
                known.told.insert(body.item);
            }
            _ => {}
        }
    }
    Ok(known)
}

//! What an import says: of every file, of what was left out, of what is missing, and at its end.

use super::{
    super::{Phone, PhoneError},
    import::{Before, Import},
    pages,
};
use crate::{ports::CardEntry, recorder::Claim, vault::Draft};
use liuhen_record::{
    Digest, ItemId, Kind, SessionId,
    kind::{
        FileImported, FileNotImported, FootageMissing, ImportFinished, ImportOutcome, ListMatch, NotImported,
        RecorderFile, Unassigned,
    },
};
use std::collections::BTreeMap;

impl Import<'_> {
    pub(super) fn here_already(
        &mut self,
        entry: &CardEntry,
        path: &str,
        len_bytes: i64,
        sha256: Digest,
        (item, session): (ItemId, Option<SessionId>),
    ) -> Result<(), PhoneError> {
        self.done.already_here += 1;
        if self.known.told.contains(&item) {
            let (listed, index) = self.listing.match_file(&entry.path.text(), len_bytes, sha256);
            self.account(&listed, index);
            return Ok(());
        }
        // Sealed, and the phone died before it was told: tell it now, where the item is.
        let mut before = self.before(entry, Some((len_bytes, sha256)));
        before.assignment.session = match (session, before.assignment.session) {
            (Some(session), _) => Ok(session),
            (None, Err(why)) => Err(why),
            (None, Ok(_)) => Err(Unassigned::NoTime),
        };
        self.tell(entry, path, (item, len_bytes, sha256, false), &before)
    }

    pub(super) fn sealed(
        &mut self,
        entry: &CardEntry,
        path: &str,
        copied: (ItemId, i64, Digest, bool),
        before: &Before,
    ) -> Result<(), PhoneError> {
        self.done.files += 1;
        self.done.bytes = self.done.bytes.saturating_add(copied.1);
        if before.assignment.session.is_err() {
            self.done.unassigned += 1;
        }
        self.tell(entry, path, copied, before)
    }

    /// Writes the `file_imported` record.
    pub(super) fn tell(
        &mut self,
        entry: &CardEntry,
        path: &str,
        (item, len_bytes, sha256, changed_while_read): (ItemId, i64, Digest, bool),
        before: &Before,
    ) -> Result<(), PhoneError> {
        let (listed, index) = self.listing.match_file(&entry.path.text(), len_bytes, sha256);
        self.account(&listed, index);
        let escaped = |text: &String| crate::capture::escape_name(text);
        let Before { claim, told, assignment } = before;
        let session = assignment.session.ok();
        let body = FileImported {
            import: self.id,
            recorder_no: self.done.recorder_no.clone(),
            item,
            path: path.to_owned(),
            len_bytes,
            sha256,
            listed,
            claimed_from_ms: claim.from_ms,
            claimed_to_ms: claim.to_ms,
            clock_offset_ms: assignment.clock_offset_ms,
            claimed_officer_no: claim.officer_no.as_ref().map(escaped),
            pattern: told.as_ref().map(|told| told.pattern.clone()),
            changed_while_read,
            issued_seq: assignment.issued_seq,
            unassigned: assignment.session.err(),
        };
        self.phone.write_in(session, Kind::FileImported(body))?;
        self.known.lengths.insert(len_bytes);
        self.known.items.insert(sha256, (item, session));
        self.known.told.insert(item);
        Ok(())
    }

    pub(super) fn account(&mut self, listed: &ListMatch, index: Option<usize>) {
        let count = match listed {
            ListMatch::Matched { .. } => &mut self.done.matched,
            ListMatch::Altered { .. } => &mut self.done.altered,
            ListMatch::Unknown => &mut self.done.unknown,
        };
        *count += 1;
        self.accounted.extend(index);
    }

    pub(super) fn leave_out(
        &mut self,
        path: &str,
        reason: NotImported,
        item: Option<ItemId>,
    ) -> Result<NotImported, PhoneError> {
        self.done.not_imported += 1;
        let body = FileNotImported {
            import: self.id,
            recorder_no: self.done.recorder_no.clone(),
            path: path.to_owned(),
            reason,
            item,
        };
        self.phone.write_in(None, Kind::FileNotImported(body))?;
        Ok(reason)
    }

    /// Says what is missing, in the session to which it belongs, and ends the import.
    pub(super) fn finish(mut self, outcome: ImportOutcome) -> Result<ImportFinished, PhoneError> {
        self.done.outcome = outcome;
        if outcome == ImportOutcome::Complete {
            let mut places: BTreeMap<Option<SessionId>, Vec<RecorderFile>> = BTreeMap::new();
            for file in self.listing.missing(&self.accounted) {
                let claim = Claim {
                    name: Some(file.name.clone()),
                    from_ms: Some(file.started_ms),
                    to_ms: Some(file.ended_ms),
                    ..Claim::default()
                };
                let session = self.assign(&claim).session.ok();
                places.entry(session).or_default().push(file.clone());
                self.done.missing += 1;
            }
            for (session, files) in places {
                for files in pages(&files) {
                    let (import, recorder_no) = (self.id, self.done.recorder_no.clone());
                    let body = FootageMissing { import, recorder_no, files };
                    self.phone.write_in(session, Kind::FootageMissing(body))?;
                }
            }
        }
        self.phone.write_in(None, Kind::ImportFinished(self.done.clone()))?;
        Ok(self.done)
    }
}

impl Phone {
    /// Writes one record into a session, or into none.
    pub(super) fn write_in(&mut self, session: Option<SessionId>, kind: Kind) -> Result<(), PhoneError> {
        let stamp = self.stamp()?;
        self.vault.append(Draft::new(session, kind, stamp))?;
        Ok(())
    }
}

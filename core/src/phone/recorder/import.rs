//! Copying a recorder's files from its mounted card or a folder by hand (`spec/recorder-import.md`). The card is only
//! read. Every file is sealed through the same path as the phone's own captures, whatever it is called; where it
//! belongs, and how it stands to the recorder's own list, becomes a record.

use super::{
    super::{Phone, PhoneError},
    basis::{Known, check_supervision, is_label, known, read_label},
    copy::{Copied, Wanted, digest_of},
};
use crate::{
    ports::{Card, CardEntry, CardEntryKind, CardFile},
    recorder::{
        Assignment, Claim, Clocks, Listing, NamePatterns, NameTold, Register, Span, Witnessed, assign, spans,
    },
    session::{Missing, Refused},
    sync::Cancel,
};
use liuhen_record::{
    Digest, ImportId, Kind,
    kind::{ImportBegun, ImportFinished, ImportOutcome, NotImported, Supervisor},
};
use std::collections::BTreeSet;

/// Lists named by an import.
const MAX_LISTS: usize = 64;

/// What is copied.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The recorder that the card belongs to.
    pub recorder_no: String,
    /// Who supervises, when the recorder is out of order (article 20).
    pub supervisors: Vec<Supervisor>,
    /// How names are read.
    pub patterns: NamePatterns,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress<'a> {
    /// Files looked at.
    pub files_done: usize,
    /// Files on the card.
    pub files_total: usize,
    /// Bytes read.
    pub bytes_done: u64,
    /// Bytes on the card.
    pub bytes_total: u64,
    /// The file being read, escaped.
    pub path: &'a str,
}

/// An import under way.
pub(super) struct Import<'p> {
    pub(super) phone: &'p mut Phone,
    pub(super) id: ImportId,
    pub(super) patterns: NamePatterns,
    pub(super) listing: Listing,
    pub(super) register: Register,
    pub(super) clocks: Clocks,
    pub(super) witnessed: Witnessed,
    pub(super) spans: Vec<Span>,
    pub(super) known: Known,
    /// Entries of the listing that a file accounts for.
    pub(super) accounted: BTreeSet<usize>,
    pub(super) done: ImportFinished,
}

/// What is known of a file before it is read.
pub(super) struct Before {
    pub(super) claim: Claim,
    pub(super) told: Option<NameTold>,
    pub(super) assignment: Assignment,
}

impl Phone {
    /// Copies everything on `card` that is not here yet, seals it, and says how it stands to the recorder's own list.
    /// Nothing on the card is changed. An import that was interrupted is continued by importing again.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] when the recorder is out of order and nobody supervises; [`PhoneError::Source`] when
    /// the card cannot be read at all; [`PhoneError::Vault`] when what happened could not be recorded any more.
    pub fn import_card(
        &mut self,
        card: &mut dyn Card,
        request: &ImportRequest,
        progress: &mut dyn FnMut(ImportProgress<'_>),
        cancel: &Cancel,
    ) -> Result<ImportFinished, PhoneError> {
        let recorder_no = request.recorder_no.trim().to_owned();
        if recorder_no.is_empty() {
            return Err(Refused::from(Missing::Filled { field: "recorder_no".to_owned() }).into());
        }
        let roster = self.roster()?;
        if self.faulty()?.holds(&recorder_no) {
            check_supervision(&recorder_no, &request.supervisors, roster.officers())?;
        }
        let entries = card.entries().map_err(PhoneError::Source)?;
        let label = read_label(card, &entries);
        let mut import = Import::begin(self, &recorder_no, request, label.as_deref())?;
        let files: Vec<&CardEntry> =
            entries.iter().filter(|entry| label.is_none() || !is_label(entry)).collect();
        let outcome = import.run(card, &files, progress, cancel)?;
        import.finish(outcome)
    }
}

impl<'p> Import<'p> {
    fn begin(
        phone: &'p mut Phone,
        recorder_no: &str,
        request: &ImportRequest,
        label: Option<&str>,
    ) -> Result<Self, PhoneError> {
        let import = ImportId(phone.random_id()?);
        let now_ms = phone.now_ms()?;
        let listing = Listing::fold(recorder_no, &phone.records_of(&["recorder_listed"])?);
        let lists = listing.lists();
        phone.write_in(
            None,
            Kind::ImportBegun(ImportBegun {
                import,
                recorder_no: recorder_no.to_owned(),
                card_officer_no: label.map(str::to_owned),
                supervisors: request.supervisors.clone(),
                lists: lists[lists.len().saturating_sub(MAX_LISTS)..].to_vec(),
            }),
        )?;
        let imported = phone.records_of(&["file_imported"])?;
        let earlier = imported.iter().filter_map(|record| match &record.kind {
            Kind::FileImported(body) if body.recorder_no == recorder_no => Some(body),
            _ => None,
        });
        let accounted =
            earlier.filter_map(|f| listing.match_file(&f.path, f.len_bytes, f.sha256).1).collect();
        let done = ImportFinished {
            import,
            recorder_no: recorder_no.to_owned(),
            outcome: ImportOutcome::Complete,
            files: 0,
            bytes: 0,
            already_here: 0,
            matched: 0,
            unknown: 0,
            altered: 0,
            missing: 0,
            unassigned: 0,
            not_imported: 0,
        };
        Ok(Self {
            id: import,
            patterns: request.patterns.clone(),
            register: phone.recorder_register()?,
            clocks: Clocks::fold(recorder_no, &phone.records_of(&["recorder_paired"])?),
            witnessed: Witnessed::fold(recorder_no, &phone.records_of(&["recorder_event"])?),
            spans: spans(&phone.records_of(&["session_opened", "session_closed"])?, now_ms),
            known: known(phone, recorder_no)?,
            listing,
            accounted,
            done,
            phone,
        })
    }

    fn run(
        &mut self,
        card: &mut dyn Card,
        entries: &[&CardEntry],
        progress: &mut dyn FnMut(ImportProgress<'_>),
        cancel: &Cancel,
    ) -> Result<ImportOutcome, PhoneError> {
        let len = |entry: &&CardEntry| if let CardEntryKind::File(f) = entry.kind { f.len_bytes } else { 0 };
        let bytes_total = entries.iter().map(len).sum();
        let mut bytes_before = 0;
        for (files_done, entry) in entries.iter().enumerate() {
            if cancel.is_cancelled() {
                return Ok(ImportOutcome::Cancelled);
            }
            let path = entry.path.shown();
            let mut tell = |bytes: u64| {
                let bytes_done = bytes_before + bytes;
                let files_total = entries.len();
                progress(ImportProgress { files_done, files_total, bytes_done, bytes_total, path: &path });
            };
            tell(0);
            let reason = match entry.kind {
                CardEntryKind::File(file) => {
                    let failed = self.file(card, entry, file, &path, &mut tell, cancel)?;
                    bytes_before += file.len_bytes;
                    let Some(reason) = failed else { continue };
                    reason
                }
                CardEntryKind::SymbolicLink => self.leave_out(&path, NotImported::SymbolicLink, None)?,
                CardEntryKind::Special => self.leave_out(&path, NotImported::SpecialFile, None)?,
                CardEntryKind::Unreadable => self.leave_out(&path, NotImported::Unreadable, None)?,
                CardEntryKind::TooMany => self.leave_out(&path, NotImported::TooMany, None)?,
            };
            match reason {
                NotImported::StorageFull | NotImported::StorageError => {
                    return Ok(ImportOutcome::StorageFull);
                }
                NotImported::Cancelled => return Ok(ImportOutcome::Cancelled),
                NotImported::Unreadable | NotImported::ReadError if !card.is_there() => {
                    return Ok(ImportOutcome::CardLost);
                }
                _ => {}
            }
        }
        Ok(if card.is_there() { ImportOutcome::Complete } else { ImportOutcome::CardLost })
    }

    /// One file; why it was not copied whole, if it was not.
    fn file(
        &mut self,
        card: &mut dyn Card,
        entry: &CardEntry,
        file: CardFile,
        path: &str,
        tell: &mut dyn FnMut(u64),
        cancel: &Cancel,
    ) -> Result<Option<NotImported>, PhoneError> {
        let len_bytes = i64::try_from(file.len_bytes).unwrap_or(i64::MAX);
        let mut before = self.before(entry, None);
        // A file is read twice only where it may be here already, or where nothing but its digest tells its time.
        if self.known.lengths.contains(&len_bytes) || before.claim.from_ms.is_none() {
            // A file that cannot be read to its end is read again below, and what can be read is sealed.
            if let Ok(sha256) = digest_of(card, &entry.path) {
                if let Some(known) = self.known.items.get(&sha256).copied() {
                    self.here_already(entry, path, len_bytes, sha256, known)?;
                    tell(file.len_bytes);
                    return Ok(None);
                }
                before = self.before(entry, Some((len_bytes, sha256)));
            }
        }
        let wanted = Wanted {
            path: &entry.path,
            file,
            recorder_no: self.done.recorder_no.clone(),
            session: before.assignment.session.ok(),
        };
        match self.phone.copy_file(card, &wanted, tell, cancel)? {
            Copied::Whole { item, len_bytes, sha256, changed } => {
                self.sealed(entry, path, (item, len_bytes, sha256, changed), &before)?;
                Ok(None)
            }
            Copied::Broken { item, reason } => self.leave_out(path, reason, item).map(Some),
        }
    }

    /// What list and name tell of a file; of one whose digest is known, the list tells more.
    pub(super) fn before(&self, entry: &CardEntry, content: Option<(i64, Digest)>) -> Before {
        let text = entry.path.text();
        let told = self.patterns.read(&entry.path.name());
        let by_digest = content.and_then(|(len_bytes, sha256)| {
            self.listing.file(self.listing.match_file(&text, len_bytes, sha256).1?)
        });
        let listed = by_digest.or_else(|| self.listing.only_named(&text));
        let claim = Claim {
            name: listed.map(|f| f.name.clone()).or_else(|| Some(entry.path.name())),
            from_ms: listed.map(|f| f.started_ms).or(told.as_ref().map(|t| t.from_ms)),
            to_ms: listed.map(|f| f.ended_ms).or(told.as_ref().and_then(|t| t.to_ms)),
            officer_no: told.as_ref().and_then(|t| t.officer_no.clone()),
            serial: told.as_ref().and_then(|t| t.serial.clone()),
        };
        let assignment = self.assign(&claim);
        Before { claim, told, assignment }
    }

    pub(super) fn assign(&self, claim: &Claim) -> Assignment {
        let slack_ms = self.phone.rules.clock_offset_ms;
        let Self { register, clocks, witnessed, spans, .. } = self;
        assign(&self.done.recorder_no, claim, register, clocks, witnessed, spans, slack_ms)
    }
}

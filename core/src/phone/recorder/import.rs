//! Copying a recorder's files from its mounted card or a folder by hand (`spec/recorder-import.md`). The card is only
//! read. Every file is sealed through the same path as the phone's own captures, whatever it is called; where it
//! belongs, and how it stands to the recorder's own list, becomes a record.

use super::{
    super::{Phone, PhoneError},
    copy::{Copied, Wanted, digest_of},
    pages,
};
use crate::{
    ports::{Card, CardEntry, CardEntryKind, CardFile},
    recorder::{Assignment, Claim, Clocks, Listing, NamePatterns, NameTold, Register, Span, assign, spans},
    session::{Missing, Refused},
    sync::Cancel,
    vault::Draft,
};
use liuhen_record::{
    Digest, ImportId, ItemId, Kind, SessionId,
    kind::{
        FileImported, FileNotImported, FootageMissing, ImportBegun, ImportFinished, ImportOutcome, ListMatch,
        MediaSource, NotImported, RecorderFile, Supervisor, SupervisorRole,
    },
    roster::Officer,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    io::Read as _,
};

/// The file in which a card holds the officer number.
const LABEL_FILE: &str = "sn.txt";
/// A label is no longer than this, bytes; a longer file of that name is footage like any other.
const LABEL_BYTES: u64 = 64;
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

/// What is here already of one recorder.
#[derive(Default)]
struct Known {
    lengths: HashSet<i64>,
    items: HashMap<Digest, (ItemId, Option<SessionId>)>,
    /// Items of which a `file_imported` record tells.
    told: HashSet<ItemId>,
}

/// An import under way.
struct Import<'p> {
    phone: &'p mut Phone,
    import: ImportId,
    patterns: NamePatterns,
    listing: Listing,
    register: Register,
    clocks: Clocks,
    spans: Vec<Span>,
    known: Known,
    /// Entries of the listing that a file accounts for.
    accounted: BTreeSet<usize>,
    done: ImportFinished,
}

/// What is known of a file before it is read.
struct Before {
    claim: Claim,
    told: Option<NameTold>,
    assignment: Assignment,
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

fn is_label(entry: &CardEntry) -> bool {
    let small = |kind| matches!(kind, CardEntryKind::File(file) if file.len_bytes <= LABEL_BYTES);
    entry.path.0.len() == 1 && entry.path.name().eq_ignore_ascii_case(LABEL_FILE) && small(entry.kind)
}

/// The officer number that the card holds.
fn read_label(card: &mut dyn Card, entries: &[CardEntry]) -> Option<String> {
    let entry = entries.iter().find(|entry| is_label(entry))?;
    let mut bytes = Vec::new();
    card.open(&entry.path).ok()?.take(LABEL_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let plausible = !text.is_empty() && text.chars().count() <= 32 && !text.contains('\n');
    plausible.then(|| crate::capture::escape_name(text))
}

/// A faulty recorder is drained before two officers of the roster, or before the custodian (article 20).
fn check_supervision(device_no: &str, supervisors: &[Supervisor], roster: &[Officer]) -> Result<(), Refused> {
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
            import,
            patterns: request.patterns.clone(),
            register: phone.recorder_register()?,
            clocks: Clocks::fold(recorder_no, &phone.records_of(&["recorder_paired"])?),
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
            match digest_of(card, &entry.path) {
                Ok(sha256) => {
                    if let Some(known) = self.known.items.get(&sha256).copied() {
                        self.here_already(entry, path, len_bytes, sha256, known)?;
                        tell(file.len_bytes);
                        return Ok(None);
                    }
                    before = self.before(entry, Some((len_bytes, sha256)));
                }
                Err(_) => {} // It is read again below, and what can be read is sealed.
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
    fn before(&self, entry: &CardEntry, content: Option<(i64, Digest)>) -> Before {
        let text = entry.path.text();
        let told = self.patterns.read(&entry.path.name());
        let by_digest = content.and_then(|(len_bytes, sha256)| {
            self.listing.file(self.listing.match_file(&text, len_bytes, sha256).1?)
        });
        let listed = by_digest.or_else(|| self.listing.only_named(&text));
        let claim = Claim {
            from_ms: listed.map(|f| f.started_ms).or(told.as_ref().map(|t| t.from_ms)),
            to_ms: listed.map(|f| f.ended_ms).or(told.as_ref().and_then(|t| t.to_ms)),
            officer_no: told.as_ref().and_then(|t| t.officer_no.clone()),
            serial: told.as_ref().and_then(|t| t.serial.clone()),
        };
        let assignment = self.assign(&claim);
        Before { claim, told, assignment }
    }

    fn assign(&self, claim: &Claim) -> Assignment {
        let slack_ms = self.phone.rules.clock_offset_ms;
        assign(&self.done.recorder_no, claim, &self.register, &self.clocks, &self.spans, slack_ms)
    }

    fn here_already(
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
            (None, Ok(_)) => Err(liuhen_record::kind::Unassigned::NoTime),
        };
        self.tell(entry, path, (item, len_bytes, sha256, false), &before)
    }

    fn sealed(
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
    fn tell(
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
            import: self.import,
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

    fn account(&mut self, listed: &ListMatch, index: Option<usize>) {
        let count = match listed {
            ListMatch::Matched { .. } => &mut self.done.matched,
            ListMatch::Altered { .. } => &mut self.done.altered,
            ListMatch::Unknown => &mut self.done.unknown,
        };
        *count += 1;
        self.accounted.extend(index);
    }

    fn leave_out(
        &mut self,
        path: &str,
        reason: NotImported,
        item: Option<ItemId>,
    ) -> Result<NotImported, PhoneError> {
        self.done.not_imported += 1;
        let body = FileNotImported {
            import: self.import,
            recorder_no: self.done.recorder_no.clone(),
            path: path.to_owned(),
            reason,
            item,
        };
        self.phone.write_in(None, Kind::FileNotImported(body))?;
        Ok(reason)
    }

    /// Says what is missing, in the session to which it belongs, and ends the import.
    fn finish(mut self, outcome: ImportOutcome) -> Result<ImportFinished, PhoneError> {
        self.done.outcome = outcome;
        if outcome == ImportOutcome::Complete {
            let mut places: BTreeMap<Option<SessionId>, Vec<RecorderFile>> = BTreeMap::new();
            for file in self.listing.missing(&self.accounted) {
                let (from_ms, to_ms) = (Some(file.started_ms), Some(file.ended_ms));
                let session = self.assign(&Claim { from_ms, to_ms, ..Claim::default() }).session.ok();
                places.entry(session).or_default().push(file.clone());
                self.done.missing += 1;
            }
            for (session, files) in places {
                for files in pages(files) {
                    let (import, recorder_no) = (self.import, self.done.recorder_no.clone());
                    let body = FootageMissing { import, recorder_no, files };
                    self.phone.write_in(session, Kind::FootageMissing(body))?;
                }
            }
        }
        self.phone.write_in(None, Kind::ImportFinished(self.done.clone()))?;
        Ok(self.done)
    }
}

/// What is here of a recorder, by digest.
fn known(phone: &Phone, recorder_no: &str) -> Result<Known, PhoneError> {
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

impl Phone {
    /// Writes one record into a session, or into none.
    pub(super) fn write_in(&mut self, session: Option<SessionId>, kind: Kind) -> Result<(), PhoneError> {
        let stamp = self.stamp()?;
        self.vault.append(Draft::new(session, kind, stamp))?;
        Ok(())
    }
}

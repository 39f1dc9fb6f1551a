//! The rules between records: each chain whole, each session opened, each item opened before it was sealed,
//! each document a revision of the one before. Only what later rules need is kept.

use super::bag::Bag;
use super::records::ReadRecord;
use super::review::Reviews;
use super::{Broken, Entry, Fetch, Note, Remark, Report, Rule, VerifierKey};
use crate::assigned::Assigned;
use crate::chain::{Chain, ChainError};
use crate::kind::{CaptureSealed, DocumentFilled, MediaKind, Piece};
use crate::{DeviceId, Digest, DocumentId, ItemId, Kind, Record, SessionId};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// What a `capture_sealed` record says of an item.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The device that sealed it.
    pub device: DeviceId,
    /// The number of the record.
    pub seq: i64,
    /// SHA-256 of the record's bytes.
    pub record_sha256: Digest,
    /// The session in which it was sealed.
    pub session: Option<SessionId>,
    /// What sort of media it was opened as.
    pub media: Option<MediaKind>,
    /// Length of the sealed file, bytes.
    pub len_bytes: i64,
    /// Length of what is inside, bytes.
    pub pt_len_bytes: i64,
    /// SHA-256 of the sealed file.
    pub ct_sha256: Digest,
    /// SHA-256 of it after its header.
    pub payload_sha256: Digest,
    /// SHA-256 of what is inside.
    pub pt_sha256: Digest,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

/// A revision of a document.
#[derive(Debug, Clone)]
pub struct Filled {
    /// The number of its record.
    pub seq: i64,
    /// From 1.
    pub revision: i64,
    /// Title.
    pub title: String,
    /// Digest of its text.
    pub sha256: Digest,
}

/// A session as its records made it.
#[derive(Debug, Default)]
pub struct Session {
    pub(super) documents: BTreeMap<DocumentId, Vec<Filled>>,
    pub(super) opened: BTreeMap<ItemId, MediaKind>,
    pub(super) sealed: Vec<ItemId>,
    pub(super) reviews: Reviews,
    closed: bool,
}

struct Device {
    chain: Chain,
    /// Whether every record so far was there and could be read: only then is something absent a fault of the
    /// record that misses it, and not of the one already named.
    complete: bool,
    sessions: BTreeMap<SessionId, Session>,
    /// Captures that belong to no session: footage of recorders that nobody could place.
    unassigned: Session,
    assigned: Assigned,
}

/// All chains of a package.
pub struct Ledger {
    devices: BTreeMap<DeviceId, Device>,
    items: BTreeMap<ItemId, Sealed>,
    /// Items of which a record says that the device freed exactly what was sealed.
    freed: BTreeSet<ItemId>,
    bureau_key: Option<String>,
}

impl Ledger {
    /// A ledger of the devices that the package names.
    pub fn new<F: Fetch + ?Sized>(bag: &Bag<'_, F>, bureau_key: Option<&VerifierKey>) -> Self {
        let mut devices = BTreeMap::new();
        for entry in bag.entries() {
            if let Entry::Device(device) | Entry::Record(device, _) = entry {
                devices.entry(*device).or_insert_with(|| Device {
                    chain: Chain::new(*device),
                    complete: true,
                    sessions: BTreeMap::new(),
                    unassigned: Session::default(),
                    assigned: Assigned::default(),
                });
            }
        }
        let bureau_key = bureau_key.map(ToString::to_string);
        Self { devices, items: BTreeMap::new(), freed: BTreeSet::new(), bureau_key }
    }

    /// What sealed `item`.
    pub fn sealed(&self, item: ItemId) -> Option<&Sealed> {
        self.items.get(&item)
    }

    /// Whether its device recorded that it freed `item`.
    pub fn is_freed(&self, item: ItemId) -> bool {
        self.freed.contains(&item)
    }

    /// Every item sealed.
    pub fn items(&self) -> impl Iterator<Item = (&ItemId, &Sealed)> {
        self.items.iter()
    }

    /// Whether every record of every device was there and could be read.
    pub fn is_complete(&self) -> bool {
        self.devices.values().all(|device| device.complete)
    }

    /// The last record of every device: its number, 0 for none, and its digest.
    pub fn heads(&self) -> impl Iterator<Item = (DeviceId, i64, Digest)> {
        self.devices.values().map(|device| {
            let chain = &device.chain;
            (chain.device(), chain.next_seq() - 1, chain.head())
        })
    }

    /// Takes the next record file; files come in the order of their numbers, device by device.
    pub fn take(&mut self, read: &ReadRecord, report: &mut Report) {
        let Some(device) = self.devices.get_mut(&read.device) else { return };
        let entry = Entry::Record(read.device, read.seq);
        let mut broken = Vec::new();
        let expected = device.chain.next_seq();
        if read.seq != expected {
            let missing = Entry::Record(read.device, expected);
            let error = ChainError::Seq { expected, found: read.seq };
            broken.push(Broken::at(Rule::Chain, &missing).because(error));
            device.complete = false;
            device.chain = Chain::resume(read.device, read.seq, Digest::ZERO);
        }
        match (&read.record, read.digest) {
            (Some(record), Some(digest)) => {
                if let Err(error) = device.chain.append(record, digest)
                    && read.seq == expected
                {
                    broken.push(Broken::at(Rule::Chain, &entry).because(error));
                }
                let mut step = Step {
                    entry: &entry,
                    record,
                    digest,
                    complete: device.complete,
                    items: &mut self.items,
                    freed: &mut self.freed,
                    broken: &mut broken,
                };
                step.place(self.bureau_key.as_deref());
                step.assigned(&mut device.assigned);
                step.session(&mut device.sessions, &mut device.unassigned);
                device.chain = Chain::resume(read.device, read.seq + 1, digest);
            }
            (_, digest) => {
                device.complete = false;
                device.chain = Chain::resume(read.device, read.seq + 1, digest.unwrap_or(Digest::ZERO));
            }
        }
        report.add(broken);
    }

    /// What a reader should know of the sessions.
    pub fn remarks(&self, report: &mut Report) {
        let sessions = self
            .devices
            .values()
            .flat_map(|device: &Device| iter::repeat(&device.assigned).zip(&device.sessions));
        for (assigned, (id, session)) in sessions {
            report.counts.sessions += 1;
            if !session.closed {
                report.notes.push(Note::new(Remark::NotClosed).on(*id, None));
            }
            let media = |item: &&ItemId| session.opened.get(item) != Some(&MediaKind::Thumbnail);
            let ours = session.sealed.iter().filter(media).chain(assigned.items_in(*id));
            let unreviewed: Vec<_> = ours.filter(|item| !session.reviews.covers(**item)).collect();
            if session.reviews.is_empty() {
                report.notes.push(Note::new(Remark::NoReview).because(unreviewed.len()).on(*id, None));
            } else {
                for item in unreviewed {
                    report.notes.push(Note::new(Remark::Unreviewed).because(item).on(*id, Some(*item)));
                }
            }
        }
    }
}

/// One record on its way into the ledger.
pub struct Step<'a> {
    pub(super) entry: &'a Entry,
    pub(super) record: &'a Record,
    digest: Digest,
    complete: bool,
    pub(super) items: &'a mut BTreeMap<ItemId, Sealed>,
    freed: &'a mut BTreeSet<ItemId>,
    broken: &'a mut Vec<Broken>,
}

impl Step<'_> {
    /// Reports the record itself.
    pub(super) fn broken(&mut self, rule: Rule, detail: impl std::fmt::Display) {
        self.broken.push(Broken::at(rule, self.entry).because(detail));
    }

    /// Reports that the record speaks of something that is not there, unless a record before it is missing.
    pub(super) fn absent(&mut self, rule: Rule, detail: impl std::fmt::Display) {
        if self.complete {
            self.broken(rule, detail);
        }
    }

    /// Where a record of this kind may stand.
    fn place(&mut self, bureau_key: Option<&str>) {
        let kind = &self.record.kind;
        let enrols = matches!(kind, Kind::DeviceEnrolled(_));
        if enrols != (self.record.seq == 1) {
            self.broken(Rule::SessionKind, "the first record of a chain, and no other, enrols the device");
        }
        if kind.needs_session().is_some_and(|needed| needed != self.record.session.is_some()) {
            self.broken(Rule::SessionKind, kind.name());
        }
        if let (Kind::DeviceEnrolled(body), Some(key)) = (kind, bureau_key)
            && body.bureau_vkey != key
        {
            self.broken(Rule::BureauKey, "the device was enrolled under another key");
        }
        if let Kind::MediaFreed(body) = kind {
            let sealed = self.items.get(&body.item);
            if sealed.is_some_and(|sealed| sealed.ct_sha256 == body.ct_sha256) {
                self.freed.insert(body.item);
            } else {
                self.absent(Rule::FreedOther, body.item);
            }
        }
    }

    /// Only what was sealed in no session is assigned by hand, and each word on it names the one before.
    fn assigned(&mut self, assigned: &mut Assigned) {
        let Kind::FileAssigned(body) = &self.record.kind else { return };
        let sealed = self.items.get(&body.item);
        let same = sealed.is_some_and(|sealed| {
            sealed.session.is_none()
                && sealed.pt_sha256 == body.sha256
                && sealed.device == self.record.device
                && sealed.seq < body.imported_seq
                && body.imported_seq < self.record.seq
        });
        let before = assigned.take(self.record);
        if !same || before.map(|word| word.seq) != body.supersedes {
            self.absent(Rule::AssignedOther, body.item);
        }
    }

    fn session(&mut self, sessions: &mut BTreeMap<SessionId, Session>, unassigned: &mut Session) {
        let Some(id) = self.record.session else {
            self.capture(unassigned);
            return;
        };
        if matches!(self.record.kind, Kind::SessionOpened(_)) {
            if sessions.insert(id, Session::default()).is_some() {
                self.broken(Rule::SessionKind, "the session was opened twice");
            }
            return;
        }
        if !sessions.contains_key(&id) {
            self.absent(Rule::SessionUnknown, id);
        }
        let session = sessions.entry(id).or_default();
        self.capture(session);
        match &self.record.kind {
            Kind::DocumentFilled(body) => self.document(session, body),
            Kind::NoticeGiven(body) => self.document_named(session, body.document, body.document_sha256),
            Kind::ReviewOpened(body) => self.review_opened(session, body),
            Kind::ReviewConfirmed(body) => {
                self.document_named(session, body.document, body.document_sha256);
                self.review_confirmed(session, body);
            }
            Kind::SignatureRefused(body) => self.signature_refused(session, body),
            Kind::SessionClosed(_) => session.closed = true,
            _ => {}
        }
    }

    /// An item is sealed in the session, or outside every session, where it was opened.
    fn capture(&mut self, place: &mut Session) {
        match &self.record.kind {
            Kind::CaptureOpened(body) => {
                place.opened.insert(body.item, body.media);
            }
            Kind::CaptureSealed(body) => self.sealed(place, body),
            _ => {}
        }
    }

    fn sealed(&mut self, session: &mut Session, body: &CaptureSealed) {
        let media = session.opened.get(&body.item).copied();
        if media.is_none() {
            self.absent(Rule::CaptureUnopened, body.item);
        }
        session.sealed.push(body.item);
        let sealed = Sealed {
            device: self.record.device,
            seq: self.record.seq,
            record_sha256: self.digest,
            session: self.record.session,
            media,
            len_bytes: body.len_bytes,
            pt_len_bytes: body.pt_len_bytes,
            ct_sha256: body.ct_sha256,
            payload_sha256: body.payload_sha256,
            pt_sha256: body.pt_sha256,
            pieces: body.pieces.clone(),
        };
        if let Some(first) = self.items.insert(body.item, sealed) {
            let entry = Entry::Record(first.device, first.seq);
            self.broken(Rule::SealedTwice, format_args!("{} by {entry}", body.item));
            self.items.insert(body.item, first);
        }
    }

    fn document(&mut self, session: &mut Session, body: &DocumentFilled) {
        let revisions = session.documents.entry(body.document).or_default();
        let follows = match (revisions.last(), body.supersedes) {
            (None, None) => true,
            (Some(last), Some(sha256)) => last.sha256 == sha256 && last.revision + 1 == body.revision,
            _ => false,
        };
        revisions.push(Filled {
            seq: self.record.seq,
            revision: body.revision,
            title: body.title.clone(),
            sha256: body.document_sha256,
        });
        if !follows {
            self.absent(Rule::DocumentRevision, format_args!("{} revision {}", body.document, body.revision));
        }
    }

    fn document_named(&mut self, session: &Session, document: DocumentId, sha256: Digest) {
        let revisions = session.documents.get(&document).into_iter().flatten();
        let known: BTreeSet<Digest> = revisions.map(|filled| filled.sha256).collect();
        if !known.contains(&sha256) {
            self.absent(Rule::DocumentUnknown, document);
        }
    }
}

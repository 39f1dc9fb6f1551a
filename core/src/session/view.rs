//! What a session's records amount to.

use super::timeline::Timeline;
use liuhen_record::{
    DocumentId, ItemId, SessionId,
    kind::{
        CaptureOpened, CaptureRecovered, CaptureSealed, CertificateShown, DocumentFilled, FaultReported,
        GapRecorded, MediaKind, NoticeGiven, OfficerOfRecord, RecorderAlarm, RecorderEvent, RecorderListed,
        RecorderPaired, ReviewConfirmed, ReviewOpened, SessionClosed, SessionOpened, SignatureRefused,
        TriggerMarked,
    },
    time::TimeClaim,
};

/// A record's body with its place in the chain and in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped<T> {
    /// Number of the record.
    pub seq: i64,
    /// When it happened on the session's line of time, Unix milliseconds (`spec/session.md` §3).
    pub at_ms: i64,
    /// What the record itself claims about its time.
    pub time: TimeClaim,
    /// What happened.
    pub body: T,
}

/// A captured file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemView {
    /// The item.
    pub item: ItemId,
    /// How it began.
    pub opened: Stamped<CaptureOpened>,
    /// How recovery ended it, when a crash had interrupted it.
    pub recovered: Option<CaptureRecovered>,
    /// How it ended; `None` while it runs.
    pub sealed: Option<SealedView>,
}

/// The end of a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedView {
    /// The record.
    pub record: Stamped<CaptureSealed>,
    /// Start of the capture on the session's line of time, Unix milliseconds.
    pub started_ms: i64,
    /// End of the capture on the session's line of time, Unix milliseconds.
    pub ended_ms: i64,
}

impl ItemView {
    /// Whether it is a small picture derived from another item.
    pub fn is_thumbnail(&self) -> bool {
        self.opened.body.media == MediaKind::Thumbnail
    }

    /// When it began, on the session's line of time, Unix milliseconds.
    pub fn started_ms(&self) -> i64 {
        self.sealed.as_ref().map_or(self.opened.at_ms, |s| s.started_ms)
    }
}

/// A document with all its revisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentView {
    /// The document.
    pub document: DocumentId,
    /// First revision.
    pub first: Stamped<DocumentFilled>,
    /// Last revision; the first again when it was never corrected.
    pub last: Stamped<DocumentFilled>,
}

/// How a review ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The party signed.
    Confirmed(ReviewConfirmed),
    /// The party refused, could not sign, or was absent.
    Refused(SignatureRefused),
}

impl Outcome {
    /// Digest of the manifest concerned.
    pub fn manifest_sha256(&self) -> liuhen_record::Digest {
        match self {
            Self::Confirmed(body) => body.manifest_sha256,
            Self::Refused(body) => body.manifest_sha256,
        }
    }
}

/// A session as its records tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: SessionId,
    /// Its opening.
    pub opened: Option<Stamped<SessionOpened>>,
    /// The first showing of the certificates.
    pub certificate: Option<Stamped<CertificateShown>>,
    /// The first notice of recording.
    pub notice: Option<Stamped<NoticeGiven>>,
    /// Captured files, in order of their beginning.
    pub items: Vec<ItemView>,
    /// Documents, in order of their first revision.
    pub documents: Vec<DocumentView>,
    /// Holes explained.
    pub gaps: Vec<Stamped<GapRecorded>>,
    /// Circumstances of article 12.
    pub triggers: Vec<Stamped<TriggerMarked>>,
    /// Equipment reported out of order.
    pub faults: Vec<Stamped<FaultReported>>,
    /// Recorders paired within the session.
    pub paired: Vec<Stamped<RecorderPaired>>,
    /// What recorders did.
    pub recorder_events: Vec<Stamped<RecorderEvent>>,
    /// What was not as it should be with recorders.
    pub recorder_alarms: Vec<Stamped<RecorderAlarm>>,
    /// What recorders say they recorded.
    pub recorder_lists: Vec<Stamped<RecorderListed>>,
    /// Reviews begun.
    pub reviews: Vec<Stamped<ReviewOpened>>,
    /// Reviews ended.
    pub outcomes: Vec<Stamped<Outcome>>,
    /// Its closing.
    pub closed: Option<Stamped<SessionClosed>>,
    pub(super) timeline: Timeline,
}

impl SessionView {
    /// The officers as they stood when the session was opened.
    pub fn officers(&self) -> &[OfficerOfRecord] {
        self.opened.as_ref().map_or(&[], |o| &o.body.officers)
    }

    /// A captured file.
    pub fn item(&self, item: ItemId) -> Option<&ItemView> {
        self.items.iter().find(|i| i.item == item)
    }

    /// A document.
    pub fn document(&self, document: DocumentId) -> Option<&DocumentView> {
        self.documents.iter().find(|d| d.document == document)
    }

    /// Documents made from a template, in order of their first revision.
    pub fn documents_of<'a>(&'a self, template: &'a str) -> impl Iterator<Item = &'a DocumentView> + 'a {
        self.documents.iter().filter(move |d| d.last.body.template == template)
    }

    /// Captures that have begun and not ended.
    pub fn running(&self) -> impl Iterator<Item = &ItemView> {
        self.items.iter().filter(|i| i.sealed.is_none())
    }

    /// Whether nothing was recorded at all: no capture, no document, no notice. Such a session, opened by mistake,
    /// is closed with explanations alone.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.documents.is_empty() && self.notice.is_none()
    }

    /// The last review begun.
    pub fn current_review(&self) -> Option<&Stamped<ReviewOpened>> {
        self.reviews.last()
    }

    /// When `now` is on the session's line of time, Unix milliseconds.
    pub fn instant_ms(&self, now: &TimeClaim) -> i64 {
        self.timeline.instant(now)
    }
}

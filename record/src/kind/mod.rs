//! Everything that can happen, as one enum with data. Adding a variant is adding a rule to `spec/record.md`.

pub mod closing;
pub mod device;
pub mod document;
pub mod footage;
pub mod media;
pub mod recorder;
pub mod review;
pub mod session;

use serde::Serialize;

pub use closing::{ChecklistEntry, SessionClosed, WholeLists};
pub use device::{
    DayEnded, DayItem, DeviceEnrolled, ItemState, ItemViewed, MediaFreed, ReceiptVerified, StoreQuarantined,
};
pub use document::{Correction, DocumentFilled, Page};
pub use footage::{
    FileAssigned, FileImported, FileNotImported, FootageMissing, FootageReleasable, ImportBegun,
    ImportFinished, ImportOutcome, ListMatch, MatchedBy, NotImported, ReleasableFile, Supervisor,
    SupervisorRole, Unassigned,
};
pub use media::{
    CaptureOpened, CaptureRecovered, CaptureSealed, CloseCause, MediaDescription, MediaKind, MediaSource,
    Piece, Readability, RecoveryRule,
};
pub use recorder::{
    Alarm, Condition, ListPage, RecorderAlarm, RecorderEvent, RecorderEventKind, RecorderFile,
    RecorderIssued, RecorderListed, RecorderPaired, RecorderReturned, RepairRecorded, RepairStep,
};
pub use review::{
    ItemReview, MAX_POINTS, ManifestDocument, ManifestItem, PageView, RefusalReason, ReviewConfirmed,
    ReviewManifest, ReviewOpened, SignatureBlock, SignatureRefused, SignatureState, SignerRole, Stroke,
    Witness,
};
pub use session::{
    Activity, Cause, CertificateShown, DeviceState, FaultReported, GapReason, GapRecorded, NoticeChannel,
    NoticeGiven, NoticeResponse, OfficerOfRecord, OfficerRole, Overridden, Party, PartyKind, PreUseCheck,
    RecorderState, SessionOpened, Trigger, TriggerMarked,
};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Kind {
    /// The device joined the bureau; always the first record of a chain.
    DeviceEnrolled(DeviceEnrolled),
    /// The previous store of this phone was damaged and set aside.
    StoreQuarantined(StoreQuarantined),
    /// Equipment was checked before use (article 19).
    PreUseCheck(PreUseCheck),
    /// A body recorder was paired (articles 16, 19, 20).
    RecorderPaired(RecorderPaired),
    /// A body recorder started, stopped, marked, or was lost.
    RecorderEvent(RecorderEvent),
    /// What a body recorder says it recorded.
    RecorderListed(RecorderListed),
    /// An enforcement activity was opened (articles 2, 6, 7, 16).
    SessionOpened(SessionOpened),
    /// The officers showed their certificates (article 17).
    CertificateShown(CertificateShown),
    /// The party was told of the recording (article 18).
    NoticeGiven(NoticeGiven),
    /// A capture began; written before its first byte.
    CaptureOpened(CaptureOpened),
    /// A capture was ended by recovery after a crash.
    CaptureRecovered(CaptureRecovered),
    /// A capture is complete: its digests are final.
    CaptureSealed(CaptureSealed),
    /// A document was filled or corrected.
    DocumentFilled(DocumentFilled),
    /// A hole in the recording was explained (article 17).
    GapRecorded(GapRecorded),
    /// A circumstance of article 12 was marked.
    TriggerMarked(TriggerMarked),
    /// Equipment failed (article 20).
    FaultReported(FaultReported),
    /// The party's review began over a manifest of everything recorded (article 18).
    ReviewOpened(ReviewOpened),
    /// The party reviewed and signed (article 18).
    ReviewConfirmed(ReviewConfirmed),
    /// The party refused, could not sign, or was absent (行政强制法 art. 18; 行诉证据规定 art. 15).
    SignatureRefused(SignatureRefused),
    /// An officer looked at an item on the phone.
    ItemViewed(ItemViewed),
    /// The activity ended.
    SessionClosed(SessionClosed),
    /// The working day ended (article 10).
    DayEnded(DayEnded),
    /// The bureau's proof was verified on the phone.
    ReceiptVerified(ReceiptVerified),
    /// Local media was freed after a verified receipt.
    MediaFreed(MediaFreed),
    /// A recorder was issued to an officer (领用).
    RecorderIssued(RecorderIssued),
    /// A recorder was returned (归还).
    RecorderReturned(RecorderReturned),
    /// A recorder is not as it should be, or is not the one it should be.
    RecorderAlarm(RecorderAlarm),
    /// Faulty equipment was sent to repair, came back, or was retired (article 20).
    RepairRecorded(RepairRecorded),
    /// Copying from a recorder's card began.
    ImportBegun(ImportBegun),
    /// A file of a recorder was copied and sealed.
    FileImported(FileImported),
    /// Something on a recorder's card was not copied whole.
    FileNotImported(FileNotImported),
    /// Files that a recorder listed are not on its card.
    FootageMissing(FootageMissing),
    /// Copying from a recorder's card ended.
    ImportFinished(ImportFinished),
    /// A recorder's files are proved to be at the bureau: its copies may be released.
    FootageReleasable(FootageReleasable),
    /// An officer said to which session a file of a recorder belongs.
    FileAssigned(FileAssigned),
}

/// Names and readers of kinds, from one list.
macro_rules! named {
    ($($kind:ident $name:ident,)*) => {
        impl Kind {
            /// The kind's name as written in the record.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => stringify!($name),)*
                }
            }

            /// The kind called `name` with the body whose JSON is `body`: what deriving does, without first
            /// reading the body into a tree because its name comes after it.
            ///
            /// # Errors
            /// As `serde_json`, also for a name that is not known.
            pub(crate) fn read(name: &str, body: &str) -> Result<Self, serde_json::Error> {
                match name {
                    $(stringify!($name) => serde_json::from_str(body).map(Self::$kind),)*
                    _ => Err(serde::de::Error::unknown_variant(name, &[$(stringify!($name)),*])),
                }
            }
        }
    };
}

named! {
    DeviceEnrolled device_enrolled,
    StoreQuarantined store_quarantined,
    PreUseCheck pre_use_check,
    RecorderPaired recorder_paired,
    RecorderEvent recorder_event,
    RecorderListed recorder_listed,
    SessionOpened session_opened,
    CertificateShown certificate_shown,
    NoticeGiven notice_given,
    CaptureOpened capture_opened,
    CaptureRecovered capture_recovered,
    CaptureSealed capture_sealed,
    DocumentFilled document_filled,
    GapRecorded gap_recorded,
    TriggerMarked trigger_marked,
    FaultReported fault_reported,
    ReviewOpened review_opened,
    ReviewConfirmed review_confirmed,
    SignatureRefused signature_refused,
    ItemViewed item_viewed,
    SessionClosed session_closed,
    DayEnded day_ended,
    ReceiptVerified receipt_verified,
    MediaFreed media_freed,
    RecorderIssued recorder_issued,
    RecorderReturned recorder_returned,
    RecorderAlarm recorder_alarm,
    RepairRecorded repair_recorded,
    ImportBegun import_begun,
    FileImported file_imported,
    FileNotImported file_not_imported,
    FootageMissing footage_missing,
    ImportFinished import_finished,
    FootageReleasable footage_releasable,
    FileAssigned file_assigned,
}

impl Kind {
    /// Whether the device key must sign this record: what enrols the device, seals media, confirms or refuses a
    /// review, closes a session, a day or the import of a card, or assigns footage by hand. The chain covers the rest.
    pub fn must_be_signed(&self) -> bool {
        matches!(
            self,
            Self::DeviceEnrolled(_)
                | Self::CaptureSealed(_)
                | Self::ReviewConfirmed(_)
                | Self::SignatureRefused(_)
                | Self::SessionClosed(_)
                | Self::DayEnded(_)
                | Self::ImportFinished(_)
                | Self::FileAssigned(_)
        )
    }

    /// Whether the record belongs inside a session; `None` where both occur.
    pub fn needs_session(&self) -> Option<bool> {
        match self {
            Self::DeviceEnrolled(_)
            | Self::StoreQuarantined(_)
            | Self::PreUseCheck(_)
            | Self::DayEnded(_)
            | Self::ReceiptVerified(_)
            | Self::MediaFreed(_)
            | Self::RecorderIssued(_)
            | Self::RecorderReturned(_)
            | Self::RepairRecorded(_)
            | Self::ImportBegun(_)
            | Self::FileNotImported(_)
            | Self::ImportFinished(_)
            | Self::FootageReleasable(_) => Some(false),
            Self::RecorderPaired(_)
            | Self::RecorderEvent(_)
            | Self::RecorderListed(_)
            | Self::RecorderAlarm(_)
            | Self::FaultReported(_)
            | Self::CaptureRecovered(_)
            | Self::CaptureSealed(_)
            | Self::FileImported(_)
            | Self::FileAssigned(_)
            | Self::FootageMissing(_) => None,
            // Footage of a recorder may belong to no session; what the phone itself captures always does.
            Self::CaptureOpened(body) => (body.source == MediaSource::Phone).then_some(true),
            _ => Some(true),
        }
    }

    /// Checks the rules that a body must keep by itself.
    ///
    /// # Errors
    /// The rule broken, in words.
    pub fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::CaptureSealed(body) => body.check(),
            Self::DocumentFilled(body) => body.check(),
            Self::ReviewOpened(body) => body.check(),
            Self::ReviewConfirmed(body) => body.check(),
            Self::SignatureRefused(body) => body.check(),
            Self::SessionOpened(body) => body.check(),
            Self::SessionClosed(body) => body.check(),
            Self::GapRecorded(body) => body.check(),
            Self::FaultReported(body) => body.check(),
            Self::RecorderListed(body) => body.check(),
            Self::RecorderIssued(body) => body.check(),
            Self::RecorderReturned(body) => body.check(),
            Self::RepairRecorded(body) => body.check(),
            Self::ImportBegun(body) => body.check(),
            Self::FileAssigned(body) => body.check(),
            _ => Ok(()),
        }
    }
}

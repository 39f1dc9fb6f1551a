//! What a gate misses. Every variant is one thing an officer can do something about; the sentences are in
//! [`crate::say::missing`].

use crate::say;
use liuhen_record::{ItemId, SessionId, roster::NotQualified};
use serde::Serialize;
use std::fmt;

/// One missing thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Missing {
    /// Fewer officers than required (article 7; 行政处罚法 art. 42).
    Officers {
        /// Different officers named.
        found: usize,
        /// How many are required.
        required: usize,
    },
    /// The bureau's roster does not know this officer.
    UnknownOfficer {
        /// The id given.
        officer: String,
    },
    /// The same officer is named twice.
    OfficerTwice {
        /// The id.
        officer: String,
    },
    /// The officer may not be an officer of record at this time (article 7).
    Qualification {
        /// The id.
        officer: String,
        /// The name on the roster.
        name: String,
        /// Why not.
        reason: NotQualified,
    },
    /// Not exactly one leading officer.
    LeadOfficer {
        /// Leads named.
        found: usize,
    },
    /// No check of the equipment before use (article 19).
    Check,
    /// The check is too old (article 19).
    FreshCheck {
        /// Its age, whole minutes.
        age_minutes: i64,
        /// The greatest age allowed, minutes.
        allowed_minutes: i64,
    },
    /// A checked value failed and was not overridden with a reason (article 19).
    CheckPassed {
        /// What failed, as in `pre_use_check`.
        what: String,
    },
    /// The device is reported out of order (article 20).
    DeviceInOrder {
        /// Its number.
        device_no: String,
    },
    /// The recording device's number (article 16).
    DeviceNo,
    /// The party's name (article 16).
    PartyName,
    /// The cause, code and name (article 16).
    Cause,
    /// Where the activity takes place.
    Place,
    /// Text that is too long or holds characters that cannot be shown.
    FitText {
        /// Which text.
        field: String,
    },
    /// The session is not open.
    Opened,
    /// The session is closed.
    StillOpen,
    /// The certificates were not shown (article 17).
    CertificateShown,
    /// The certificate of an officer of record is not among those shown.
    CertificateOf {
        /// The officer's name.
        name: String,
    },
    /// Notice of recording was not given (article 18; PIPL art. 17).
    Notice,
    /// The notice's text is not a filled 录音录像告知书 of this session in its last revision.
    NoticeDocument,
    /// The substantive stage began before notice was given (article 18).
    NoticeFirst {
        /// What came before the notice.
        title: String,
    },
    /// The template is not known.
    Template {
        /// The id given.
        template: String,
    },
    /// There is no such document in this session.
    Document,
    /// There is no such item in this session.
    Item {
        /// The item.
        item: ItemId,
    },
    /// A gap that ends before it starts, or outside the session.
    GapTimes,
    /// The explanation of a gap.
    GapExplanation,
    /// What stands in for a gap, or why nothing does.
    GapSubstitute,
    /// What happened, in words; T4 needs it.
    TriggerNote,
    /// The symptom of a fault.
    FaultSymptom,
    /// A capture is still running.
    CaptureEnded {
        /// The item.
        item: ItemId,
    },
    /// A hole in the recording without explanation (article 17).
    HoleExplained {
        /// Start, Unix milliseconds.
        from_ms: i64,
        /// End, Unix milliseconds.
        to_ms: i64,
    },
    /// The written record that the activity asks for (articles 5, 6).
    TextRecord {
        /// Its title.
        title: String,
    },
    /// Whether a recorder that went out of reach kept recording.
    RecorderFound {
        /// Its number.
        recorder_no: String,
    },
    /// When a recorder stopped that stopped by itself, or was released while it recorded.
    RecorderStop {
        /// Its number.
        recorder_no: String,
    },
    /// The party's review was neither confirmed nor refused (article 18).
    ReviewSettled,
    /// Items or documents that came after the review.
    ReviewOfLater {
        /// How many.
        count: usize,
    },
    /// A review was not begun.
    ReviewOpened,
    /// There is nothing to review.
    Recorded,
    /// A document was corrected after the review began: begin it again.
    ReviewCurrent {
        /// The document's title.
        title: String,
    },
    /// An item of the manifest was neither reviewed nor waived.
    ItemReviewed {
        /// The item.
        item: ItemId,
    },
    /// An item is spoken of that the manifest does not name, or is spoken of twice.
    ItemOfManifest {
        /// The item.
        item: ItemId,
    },
    /// An item was waived without a reason.
    WaiverReason {
        /// The item.
        item: ItemId,
    },
    /// A page of a document was not shown.
    PageShown {
        /// The document's title.
        title: String,
        /// Page number from 1.
        page: i64,
    },
    /// The confirmation (记录内容查阅确认书) made for this review, with what the party said.
    ConfirmationDocument,
    /// The confirmation is not corrected: it is made again.
    ConfirmationMadeAgain,
    /// The signature of the party or of somebody for the party.
    PartySignature,
    /// The officers' signatures.
    OfficerSignatures {
        /// Different officers of record who signed.
        found: usize,
        /// How many are required.
        required: usize,
    },
    /// An officer signed before the party.
    PartyFirst {
        /// The officer's name.
        name: String,
    },
    /// A signature by somebody who is not an officer of this session.
    OfficerOfRecord {
        /// The name written.
        name: String,
    },
    /// A signature that cannot be one.
    FitSignature {
        /// The name.
        name: String,
        /// The rule broken, in English.
        rule: String,
    },
    /// The reason in words (行诉证据规定 art. 15).
    ReasonNote,
    /// A witness (行政强制法 art. 18).
    Witness,
    /// Why there is no witness.
    NoWitnessNote,
    /// The witness's name, unit and telephone.
    WitnessDetails,
    /// A field of a form is empty.
    Filled {
        /// Which.
        field: String,
    },
    /// An officer number of at most six characters.
    OfficerNoFits,
    /// Times of a binding that lie in the future, or end before they begin.
    BindingTimes,
    /// The recorder, or the same device under another number, is in somebody's hands.
    RecorderFree {
        /// Its number.
        recorder_no: String,
        /// The name of the officer who has it.
        holder: String,
        /// That officer's id.
        officer: String,
    },
    /// The recorder is issued to nobody.
    RecorderIssued {
        /// Its number.
        recorder_no: String,
    },
    /// The device that answers is the one issued under that number.
    RecorderSame {
        /// Its number.
        recorder_no: String,
        /// Serial bound.
        expected: String,
        /// Serial told.
        found: String,
    },
    /// The recorder has no such thing, or its driver cannot ask for it.
    RecorderCan {
        /// What.
        what: String,
    },
    /// Two officers or the custodian, under whose eyes a faulty recorder is drained (article 20).
    Supervision {
        /// The recorder.
        device_no: String,
    },
    /// A fault report before a repair.
    FaultReport {
        /// The device.
        device_no: String,
    },
    /// A repairer who is no officer of the bureau (article 20: 严禁私自拆装).
    ProfessionalRepair {
        /// The name given.
        name: String,
    },
    /// A file of a recorder that import could place in no session.
    FileUnassigned {
        /// The item.
        item: ItemId,
    },
    /// A session of this phone.
    SessionKnown {
        /// The id given.
        session: SessionId,
    },
    /// Another place than the file has already.
    AssignmentNew {
        /// The item.
        item: ItemId,
    },
    /// Why a file belongs where an officer puts it.
    AssignmentReason,
    /// A witness who is no officer of the bureau.
    IndependentWitness {
        /// The name.
        name: String,
    },
    /// The witness's own signature.
    WitnessSignature,
}

impl Missing {
    /// The code for programs: `officers`, `certificate_shown`, …
    pub fn code(&self) -> &'static str {
        say::missing::code(self)
    }

    /// The sentence for an officer.
    pub fn zh(&self) -> String {
        say::missing::zh(self)
    }

    /// The same sentence in English.
    pub fn en(&self) -> String {
        say::missing::en(self)
    }
}

/// A gate's refusal: everything that is missing, most important first. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Refused {
    /// What is missing; never empty.
    pub missing: Vec<Missing>,
}

impl Refused {
    /// `Ok` when nothing is missing.
    pub(crate) fn unless_empty(missing: Vec<Missing>) -> Result<(), Self> {
        if missing.is_empty() { Ok(()) } else { Err(Self { missing }) }
    }

    /// The sentences, one a line.
    pub fn zh(&self) -> String {
        self.missing.iter().map(Missing::zh).collect::<Vec<_>>().join("\n")
    }

    /// The sentences in English, one a line.
    pub fn en(&self) -> String {
        self.missing.iter().map(Missing::en).collect::<Vec<_>>().join("\n")
    }
}

impl From<Missing> for Refused {
    fn from(missing: Missing) -> Self {
        Self { missing: vec![missing] }
    }
}

impl fmt::Display for Refused {
    /// The codes: sentences hold names, and errors do not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<_> = self.missing.iter().map(Missing::code).collect();
        write!(f, "refused, missing: {}", codes.join(", "))
    }
}

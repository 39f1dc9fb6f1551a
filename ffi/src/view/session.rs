//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    item::ItemLine,
    paper::DocumentLine,
    recorder::RecorderLine,
    review::ReviewStage,
    word::{Choice, Gate, Need, SessionId, Text},
};

/// How a line of the checklist stands.
pub type StepState = liuhen_core::phone::screen::StepState;

/// How a line of the checklist stands.
#[uniffi::remote(Enum)]
pub enum StepState {
    /// Met.
    Done,
    /// Met by what the records explain.
    Explained,
    /// Not met.
    Missing,
}

/// Where a line of the checklist is met.
pub type StepWay = liuhen_core::phone::screen::StepWay;

/// Where a line of the checklist is met.
#[uniffi::remote(Enum)]
pub enum StepWay {
    /// The certificates are shown.
    Certificate,
    /// Notice is given.
    Notice,
    /// The capture screen: something still runs.
    Capture,
    /// A document is filled.
    Documents,
    /// The party reviews and signs.
    Review,
    /// A hole is explained.
    Gap,
    /// A recorder is looked for.
    Recorder,
    /// Nothing but an explanation at closing is left.
    Explain,
}

/// A line of the record checklist (音像记录清单).
pub type Step = liuhen_core::phone::screen::Step;

/// A line of the record checklist (音像记录清单).
#[uniffi::remote(Record)]
pub struct Step {
    /// Its name for programs; an explanation at closing names it.
    pub code: String,
    /// Its name for people.
    pub label: Text,
    /// How it stands.
    pub state: StepState,
    /// Where it is met.
    pub way: StepWay,
    /// What is missing.
    pub missing: Vec<Need>,
    /// Whether an explanation can stand in for it at closing.
    pub explainable: bool,
    /// What the records explain.
    pub explanation: Option<String>,
}

/// What may be done now.
pub type SessionGates = liuhen_core::phone::screen::SessionGates;

/// What may be done now.
#[uniffi::remote(Record)]
pub struct SessionGates {
    /// Show the certificates.
    pub show_certificate: Gate,
    /// Give notice.
    pub give_notice: Gate,
    /// Capture.
    pub capture: Gate,
    /// Begin the party's review.
    pub review: Gate,
    /// Let the party sign.
    pub sign: Gate,
    /// Note that the party does not sign.
    pub refuse: Gate,
    /// Explain a hole.
    pub gap: Gate,
    /// Mark a circumstance of article 12.
    pub trigger: Gate,
    /// Close: everything that is neither met nor explainable.
    pub close: Gate,
}

/// The party as an officer tells it.
pub type PartyGiven = liuhen_core::phone::screen::PartyGiven;

/// The party as an officer tells it.
#[uniffi::remote(Record)]
pub struct PartyGiven {
    /// Name or unit name.
    pub name: String,
    /// Unit or person, by its word.
    pub kind: String,
    /// 统一社会信用代码 of a unit.
    pub uscc: Option<String>,
    /// 法定代表人 or 现场负责人.
    pub representative: Option<String>,
}

/// A hole in the recording.
pub type HoleLine = liuhen_core::phone::screen::HoleLine;

/// A hole in the recording.
#[uniffi::remote(Record)]
pub struct HoleLine {
    /// Start, Unix milliseconds on the session's line of time.
    pub from_ms: i64,
    /// End.
    pub to_ms: i64,
    /// For people.
    pub sentence: Text,
}

/// A circumstance of article 12 that the records point to.
pub type Suggestion = liuhen_core::phone::screen::SuggestionLine;

/// A circumstance of article 12 that the records point to.
#[uniffi::remote(Record)]
pub struct Suggestion {
    /// Which.
    pub trigger: Choice,
    /// Why.
    pub because: Text,
}

/// The activity that is open.
pub type SessionView = liuhen_core::phone::screen::SessionView;

/// The activity that is open.
#[uniffi::remote(Record)]
pub struct SessionView {
    /// The session.
    pub session: SessionId,
    /// What sort of activity.
    pub activity: Text,
    /// The party.
    pub party: PartyGiven,
    /// The cause.
    pub cause_name: String,
    /// Where.
    pub place_text: String,
    /// Names of the officers, the lead first.
    pub officers: Vec<String>,
    /// When it was opened, Unix milliseconds.
    pub opened_at_ms: i64,
    /// The same for people.
    pub opened_text: Text,
    /// For how long it has been open.
    pub elapsed_text: Text,
    /// The checklist.
    pub steps: Vec<Step>,
    /// The first line of it that is missing.
    pub next: Option<Step>,
    /// What may be done now.
    pub gates: SessionGates,
    /// What was captured, in order.
    pub items: Vec<ItemLine>,
    /// Documents, in order.
    pub documents: Vec<DocumentLine>,
    /// Holes that nobody explained.
    pub holes: Vec<HoleLine>,
    /// Holes that were explained.
    pub gaps: Vec<Text>,
    /// Circumstances marked.
    pub triggers: Vec<Text>,
    /// Circumstances that the records point to.
    pub suggestions: Vec<Suggestion>,
    /// How far the party's review has come.
    pub review: ReviewStage,
    /// Recorders that are issued.
    pub recorders: Vec<RecorderLine>,
}

/// An activity that was closed.
pub type ClosedView = liuhen_core::phone::screen::ClosedView;

/// An activity that was closed.
#[uniffi::remote(Record)]
pub struct ClosedView {
    /// Items.
    pub items: u64,
    /// Items that the party did not review.
    pub unreviewed: u64,
    /// In a sentence.
    pub sentence: Text,
}

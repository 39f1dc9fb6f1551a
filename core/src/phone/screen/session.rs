//! The activity that is open.

use super::{
    super::{Phone, PhoneError},
    DocumentLine, Gate, ItemLine, Need, RecorderLine, ReviewStage, needs,
};
use crate::{
    say::{
        self, Sentence,
        choice::{self, Choice},
        label,
    },
    session::{self, Action, Requirement},
};
use liuhen_record::{
    SessionId,
    kind::{MediaSource, Party},
};
use std::collections::BTreeMap;

/// How a line of the checklist stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Met.
    Done,
    /// Met by what the records explain.
    Explained,
    /// Not met.
    Missing,
}

/// Where a line of the checklist is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl StepWay {
    fn of(what: &str) -> Self {
        match what {
            session::what::CERTIFICATE_SHOWN => Self::Certificate,
            session::what::NOTICE_GIVEN => Self::Notice,
            session::what::CAPTURES_ENDED => Self::Capture,
            session::what::RECORDING_CONTINUOUS => Self::Gap,
            session::what::RECORDERS_CONFIRMED => Self::Recorder,
            session::what::TEXT_RECORD => Self::Documents,
            session::what::REVIEW_SETTLED | session::what::ALL_REVIEWED => Self::Review,
            _ => Self::Explain,
        }
    }
}

/// A line of the record checklist (音像记录清单).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name for programs; an explanation at closing names it.
    pub code: String,
    /// Its name for people.
    pub label: Sentence,
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

impl From<Requirement> for Step {
    fn from(requirement: Requirement) -> Self {
        let state = match (requirement.missing.is_empty(), &requirement.explanation) {
            (false, _) => StepState::Missing,
            (true, Some(_)) => StepState::Explained,
            (true, None) => StepState::Done,
        };
        Self {
            code: requirement.what.to_owned(),
            label: say::sentence(requirement.zh(), requirement.en()),
            state,
            way: StepWay::of(requirement.what),
            missing: needs(&requirement.missing),
            explainable: requirement.explainable,
            explanation: requirement.explanation,
        }
    }
}

/// What may be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl From<&Party> for PartyGiven {
    fn from(party: &Party) -> Self {
        Self {
            name: party.name.clone(),
            kind: choice::code(&party.kind),
            uscc: party.uscc.clone(),
            representative: party.representative.clone(),
        }
    }
}

impl PartyGiven {
    /// The party of the record; what is left blank is absent.
    ///
    /// # Errors
    /// [`PhoneError::Word`] for an unknown sort of party.
    pub fn party(self) -> Result<Party, PhoneError> {
        let told = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let Self { name, kind, uscc, representative } = self;
        let kind = choice::read(&kind).ok_or(PhoneError::Word(kind))?;
        Ok(Party { name, kind, uscc: told(uscc), representative: told(representative) })
    }
}

/// A hole in the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoleLine {
    /// Start, Unix milliseconds on the session's line of time.
    pub from_ms: i64,
    /// End.
    pub to_ms: i64,
    /// For people.
    pub sentence: Sentence,
}

/// A circumstance of article 12 that the records point to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestionLine {
    /// Which.
    pub trigger: Choice,
    /// Why.
    pub because: Sentence,
}

/// The activity that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: SessionId,
    /// What sort of activity.
    pub activity: Sentence,
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
    pub opened_text: Sentence,
    /// For how long it has been open.
    pub elapsed_text: Sentence,
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
    pub gaps: Vec<Sentence>,
    /// Circumstances marked.
    pub triggers: Vec<Sentence>,
    /// Circumstances that the records point to.
    pub suggestions: Vec<SuggestionLine>,
    /// How far the party's review has come.
    pub review: ReviewStage,
    /// Recorders that are issued.
    pub recorders: Vec<RecorderLine>,
}

/// An activity that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedView {
    /// Items.
    pub items: u64,
    /// Items that the party did not review.
    pub unreviewed: u64,
    /// In a sentence.
    pub sentence: Sentence,
}

impl Phone {
    /// The activity that is open.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn session_view(&self) -> Result<SessionView, PhoneError> {
        let view = self.current()?;
        let opened = view.opened.as_ref().ok_or(PhoneError::NoSession)?;
        let now = self.time()?;
        let steps = self.steps(&view)?;
        let officers = view.officers().iter().map(|officer| officer.name.clone());
        let gaps = view.gaps.iter().map(|g| say::screen::gap(g.body.reason, g.body.from_ms, g.body.to_ms));
        Ok(SessionView {
            session: view.session,
            activity: label::activity(opened.body.activity).into(),
            party: PartyGiven::from(&opened.body.party),
            cause_name: opened.body.cause.name.clone(),
            place_text: opened.body.place_text.clone(),
            officers: officers.collect(),
            opened_at_ms: opened.at_ms,
            opened_text: say::screen::moment(opened.at_ms),
            elapsed_text: say::screen::span(view.instant_ms(&now).saturating_sub(opened.at_ms)),
            next: next_step(&steps).cloned(),
            gates: gates(&view, &steps),
            steps,
            items: self.lines_of(&view)?,
            documents: view.documents.iter().map(DocumentLine::from).collect(),
            holes: self.hole_lines(&view)?,
            gaps: gaps.collect(),
            triggers: view.triggers.iter().map(|t| label::trigger(t.body.trigger).into()).collect(),
            suggestions: suggestions(&view),
            review: self.review_stage(&view)?,
            recorders: self.recorder_lines()?,
        })
    }

    /// The checklist of an activity as it stands.
    pub(super) fn steps(&self, view: &session::SessionView) -> Result<Vec<Step>, PhoneError> {
        Ok(view.checklist(&self.time()?, &self.rules).into_iter().map(Step::from).collect())
    }

    pub(super) fn hole_lines(&self, view: &session::SessionView) -> Result<Vec<HoleLine>, PhoneError> {
        let holes = view.holes(&self.time()?, &self.rules).into_iter();
        let lines = holes.map(|hole| HoleLine {
            from_ms: hole.from_ms,
            to_ms: hole.to_ms,
            sentence: say::screen::hole(hole.from_ms, hole.to_ms),
        });
        Ok(lines.collect())
    }

    /// Closes the activity, as a screen shows it.
    ///
    /// # Errors
    /// As [`Phone::close_session`].
    pub fn close_session_view(
        &mut self,
        explanations: &BTreeMap<String, String>,
    ) -> Result<ClosedView, PhoneError> {
        let closed = self.close_session(explanations)?;
        let (items, unreviewed) = (closed.item_count(), closed.unreviewed_count());
        Ok(ClosedView { items, unreviewed, sentence: say::screen::closed(items, unreviewed) })
    }
}

/// The first step that is missing.
pub(super) fn next_step(steps: &[Step]) -> Option<&Step> {
    steps.iter().find(|step| step.state == StepState::Missing)
}

pub(super) fn suggestions(view: &session::SessionView) -> Vec<SuggestionLine> {
    let line = |suggestion: session::Suggestion| SuggestionLine {
        trigger: choice::choice(&suggestion.trigger, label::trigger(suggestion.trigger)),
        because: label::because(suggestion.because).into(),
    };
    view.suggestions().into_iter().map(line).collect()
}

fn gates(view: &session::SessionView, steps: &[Step]) -> SessionGates {
    let ask = |action| Gate::ask(view.check(action));
    let barred = steps.iter().filter(|step| step.state == StepState::Missing && !step.explainable);
    let mut close = ask(Action::Close);
    close.missing.extend(barred.flat_map(|step| step.missing.clone()));
    close.allowed = close.missing.is_empty();
    SessionGates {
        show_certificate: ask(Action::ShowCertificate),
        give_notice: ask(Action::GiveNotice),
        capture: ask(Action::Capture { source: MediaSource::Phone }),
        review: ask(Action::OpenReview),
        sign: ask(Action::ConfirmReview),
        refuse: ask(Action::RefuseSignature),
        gap: ask(Action::RecordGap),
        trigger: ask(Action::MarkTrigger),
        close,
    }
}

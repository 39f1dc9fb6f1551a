//! What each screen shows, as the phone stands now: facts and finished sentences in both languages, so that a shell
//! draws and decides nothing. One type a screen, one function that makes it; nothing here writes.

mod capture;
mod enrol;
mod footage;
mod item;
mod open;
mod paper;
mod recorder;
mod review;
mod seen;
mod session;
mod sheet;
mod sign;
mod sync;
mod today;

pub use capture::CaptureView;
pub use enrol::{EnrolmentView, InvitationView, PolicyView, SettingsView, SignInView};
pub use footage::{FootageLine, FootageView};
pub use item::ItemLine;
pub use open::{CheckLine, CheckVerdict, CheckView, OpenForm, OpenSessionView};
pub use paper::{
    DocumentLine, DocumentView, DocumentsView, FieldView, FormView, NoticeForm, PageView, TemplateLine,
};
pub use recorder::{RecorderLine, RecorderView, RecordersView};
pub use review::{ReviewDocument, ReviewItem, ReviewPage, ReviewStage, ReviewView};
pub use seen::Seen;
pub use session::{
    ClosedView, HoleLine, PartyGiven, SessionGates, SessionView, Step, StepState, StepWay, SuggestionLine,
};
pub use sheet::{DeviceLine, FaultSheetView, GapSheetView, TriggerSheetView};
pub use sign::{PadView, SignView};
pub use sync::{ParkedLine, SyncPhase, SyncView};
pub use today::{DayCounts, DayEndView, SessionCard, TodayView};

use super::PhoneError;
use crate::{
    say::{self, Sentence},
    session::{Missing, Refused},
};

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its code.
    pub code: String,
    /// The sentence.
    pub sentence: Sentence,
}

impl From<&Missing> for Need {
    fn from(missing: &Missing) -> Self {
        Self { code: missing.code().to_owned(), sentence: say::sentence(missing.zh(), missing.en()) }
    }
}

fn needs<'a>(missing: impl IntoIterator<Item = &'a Missing>) -> Vec<Need> {
    missing.into_iter().map(Need::from).collect()
}

/// Whether something may be done now, and what is missing if not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Whether it may.
    pub allowed: bool,
    /// What is missing; empty when it may.
    pub missing: Vec<Need>,
}

impl Gate {
    fn of(missing: &[Missing]) -> Self {
        Self { allowed: missing.is_empty(), missing: needs(missing) }
    }

    fn ask(checked: Result<(), Refused>) -> Self {
        Self::of(&checked.err().map(|refused| refused.missing).unwrap_or_default())
    }

    /// Whether a text is an enrolment code, or an invitation with the bureau's address and a code.
    pub fn code(text: &str) -> Self {
        let read = text.parse::<crate::sync::Invitation>().map(drop);
        match read.or_else(|_| text.parse::<crate::sync::EnrolCode>().map(drop)) {
            Ok(()) => Self::of(&[]),
            Err(error) => Self::closed("code", say::sentence(say::screen::BAD_CODE, error.to_string())),
        }
    }

    fn closed(code: &str, sentence: Sentence) -> Self {
        Self { allowed: false, missing: vec![Need { code: code.to_owned(), sentence }] }
    }

    fn refused_by(error: &PhoneError) -> Self {
        Self::closed(error.code(), say::sentence(error.zh(), error.en()))
    }
}

impl PhoneError {
    /// What is missing, each with its sentence: of the law's order, or of a document's fields by name.
    pub fn needs(&self) -> Vec<Need> {
        match self {
            Self::Refused(refused) => needs(&refused.missing),
            Self::Fill(crate::document::FillError::Fields { problems }) => {
                let need = |p: &crate::document::FieldProblem| Need {
                    code: p.field.clone(),
                    sentence: say::fill::field(p),
                };
                problems.iter().map(need).collect()
            }
            _ => Vec::new(),
        }
    }
}

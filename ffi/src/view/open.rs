//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    capture::StorageForecast,
    enrol::OfficerLine,
    recorder::RecorderLine,
    word::{Choice, Gate, Text},
};

/// How one value of a check stands.
pub type CheckVerdict = liuhen_core::phone::screen::CheckVerdict;

/// How one value of a check stands.
#[uniffi::remote(Enum)]
pub enum CheckVerdict {
    /// Good.
    Good,
    /// Not good.
    Failed,
    /// Not good, and used all the same with a reason.
    Overridden,
}

/// One value of a check.
pub type CheckLine = liuhen_core::phone::screen::CheckLine;

/// One value of a check.
#[uniffi::remote(Record)]
pub struct CheckLine {
    /// Its code; an override names it.
    pub code: String,
    /// What it is about.
    pub label: Text,
    /// How it stands.
    pub verdict: CheckVerdict,
    /// Whether a reason may be given to use it all the same.
    pub overridable: bool,
    /// Why it is used all the same.
    pub reason: Option<String>,
}

/// A check before use (article 19).
pub type CheckView = liuhen_core::phone::screen::CheckView;

/// A check before use (article 19).
#[uniffi::remote(Record)]
pub struct CheckView {
    /// Whether an activity may be opened on it.
    pub passed: bool,
    /// Whether it is recent enough.
    pub fresh: bool,
    /// Its values.
    pub lines: Vec<CheckLine>,
    /// In a sentence.
    pub sentence: Text,
}

/// The screen that opens an activity.
pub type OpenSessionView = liuhen_core::phone::screen::OpenSessionView;

/// The screen that opens an activity.
#[uniffi::remote(Record)]
pub struct OpenSessionView {
    /// Everybody on the roster.
    pub officers: Vec<OfficerLine>,
    /// The activities of article 6.
    pub activities: Vec<Choice>,
    /// Unit or person.
    pub party_kinds: Vec<Choice>,
    /// The patrol, then causes of earlier activities on this phone, the latest first, then the usual ones; any other can be
    /// typed.
    pub causes: Vec<Choice>,
    /// The bureau's number for this phone.
    pub device_no: String,
    /// Recorders that are issued.
    pub recorders: Vec<RecorderLine>,
    /// The last check.
    pub check: Option<CheckView>,
    /// What stands in the way whatever is filled in.
    pub gate: Gate,
    /// The space on this phone.
    pub storage: StorageForecast,
}

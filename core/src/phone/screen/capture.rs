//! Before something is captured: whether it may be, and whether there is space.

use super::{
    super::{Phone, PhoneError, Space, SpaceLevel},
    Gate, ItemLine,
};
use crate::{say::Sentence, session::Action};
use liuhen_record::kind::MediaSource;

/// The capture screen before it captures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureView {
    /// Whether something may be captured now.
    pub gate: Gate,
    /// The space, before it is used.
    pub storage: Space,
    /// What the officer should know.
    pub warnings: Vec<Sentence>,
    /// What was captured last in this session.
    pub last: Option<ItemLine>,
}

impl Phone {
    /// The capture screen before it captures.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn capture_view(&self) -> Result<CaptureView, PhoneError> {
        let storage = self.space();
        let warnings = (storage.level != SpaceLevel::Plenty).then(|| storage.sentence.clone());
        let (gate, last) = match self.current() {
            Ok(view) => {
                let gate = Gate::ask(view.check(Action::Capture { source: MediaSource::Phone }));
                (gate, self.last_line_of(&view)?)
            }
            Err(error @ PhoneError::NoSession) => (Gate::refused_by(&error), None),
            Err(error) => return Err(error),
        };
        Ok(CaptureView { gate, storage, warnings: warnings.into_iter().collect(), last })
    }
}

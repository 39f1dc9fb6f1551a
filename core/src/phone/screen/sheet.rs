//! The sheets: a hole explained, a circumstance marked, a fault reported.

use super::{
    super::{Phone, PhoneError},
    Gate, HoleLine, SuggestionLine,
    session::suggestions,
};
use crate::{
    say::{
        self, Sentence,
        choice::{self, Choice},
        label,
    },
    session::{Action, Hole},
};
use liuhen_record::kind::GapReason;

/// Holes and why there may be some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapSheetView {
    /// Holes that nobody explained.
    pub holes: Vec<HoleLine>,
    /// Reasons.
    pub reasons: Vec<Choice>,
    /// Whether one can be explained now.
    pub gate: Gate,
}

/// Circumstances of article 12.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerSheetView {
    /// All.
    pub triggers: Vec<Choice>,
    /// Those that the records point to.
    pub suggestions: Vec<SuggestionLine>,
    /// Those that were marked.
    pub marked: Vec<Sentence>,
    /// Whether one can be marked now.
    pub gate: Gate,
}

/// A device that can be out of order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceLine {
    /// The bureau's number.
    pub device_no: String,
    /// What it is.
    pub label: Sentence,
    /// Whether it is out of order.
    pub faulty: bool,
}

/// Devices that can be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultSheetView {
    /// This phone first, then the recorders that are issued.
    pub devices: Vec<DeviceLine>,
}

impl Phone {
    /// The sheet that explains holes.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn gap_sheet(&self) -> Result<GapSheetView, PhoneError> {
        let view = self.current()?;
        Ok(GapSheetView {
            holes: self.hole_lines(&view)?,
            reasons: choice::gap_reasons(),
            gate: Gate::ask(view.check(Action::RecordGap)),
        })
    }

    /// Explains one hole as the sheet told it.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn explain_hole(
        &mut self,
        hole: Hole,
        reason: GapReason,
        explanation: &str,
    ) -> Result<(), PhoneError> {
        let request = self.gap_over(hole, reason, explanation)?;
        self.record_gap(&request)
    }

    /// The sheet that marks circumstances.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn trigger_sheet(&self) -> Result<TriggerSheetView, PhoneError> {
        let view = self.current()?;
        Ok(TriggerSheetView {
            triggers: choice::triggers(),
            suggestions: suggestions(&view),
            marked: view.triggers.iter().map(|t| label::trigger(t.body.trigger).into()).collect(),
            gate: Gate::ask(view.check(Action::MarkTrigger)),
        })
    }

    /// The sheet that reports a device.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn fault_sheet(&self) -> Result<FaultSheetView, PhoneError> {
        let own = self.enrolment()?.enrolment.device_no;
        let faulty = self.is_faulty(&own)?;
        let phone = DeviceLine { device_no: own, label: say::screen::this_phone(), faulty };
        let recorders = self.recorder_lines()?.into_iter().map(|line| DeviceLine {
            label: say::screen::recorder_of(&line.recorder_no, &line.holder),
            device_no: line.recorder_no,
            faulty: line.faulty,
        });
        Ok(FaultSheetView { devices: std::iter::once(phone).chain(recorders).collect() })
    }
}

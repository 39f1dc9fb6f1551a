//! Body recorders: who has which, and what the one in use does.

use super::super::{Phone, PhoneError, Watched};
use crate::say::{
    self, Sentence,
    choice::{self, Choice},
};
use liuhen_btle::{Capabilities, ListSupport, RecorderState};

/// A recorder that is issued.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, shown one by one")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderLine {
    /// The bureau's number.
    pub recorder_no: String,
    /// Maker's serial number.
    pub serial: String,
    /// Name of the officer who has it.
    pub holder: String,
    /// Whether it is out of order.
    pub faulty: bool,
    /// Whether it was ever paired with this phone.
    pub paired: bool,
    /// Whether it records, as far as is known.
    pub recording: bool,
    /// Whether it went out of reach.
    pub lost: bool,
    /// In a sentence.
    pub sentence: Sentence,
}

/// All recorders, and what is needed to issue one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordersView {
    /// Those that are issued.
    pub recorders: Vec<RecorderLine>,
    /// Everybody on the roster.
    pub officers: Vec<super::super::SignedIn>,
    /// Conditions.
    pub conditions: Vec<Choice>,
}

/// The recorder in use, after something was asked of it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, shown one by one")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderView {
    /// The bureau's number.
    pub recorder_no: String,
    /// Battery, percent, when it told.
    pub battery_percent: Option<u8>,
    /// Free space on its card, bytes.
    pub free_bytes: Option<u64>,
    /// Minutes for which that lasts.
    pub minutes_left: Option<i64>,
    /// Whether it records, when it told.
    pub recording: Option<bool>,
    /// For how long, seconds.
    pub recording_secs: Option<u32>,
    /// Whether it is out of reach.
    pub lost: bool,
    /// What is wrong now for the first time.
    pub alarms: Vec<Sentence>,
    /// What happened.
    pub events: Vec<Sentence>,
    /// Whether its clock can be set.
    pub can_clock: bool,
    /// Whether it can be started and stopped from here.
    pub can_control: bool,
    /// Whether it can mark a moment.
    pub can_mark: bool,
    /// Whether it tells which files it holds.
    pub can_list: bool,
    /// Files that it listed.
    pub files: Option<u32>,
    /// In a sentence.
    pub sentence: Sentence,
}

impl RecorderView {
    /// A recorder of which nothing but its capabilities is known yet.
    pub fn new(recorder_no: &str, can: &Capabilities) -> Self {
        Self {
            recorder_no: recorder_no.to_owned(),
            battery_percent: None,
            free_bytes: None,
            minutes_left: None,
            recording: None,
            recording_secs: None,
            lost: false,
            alarms: Vec::new(),
            events: Vec::new(),
            can_clock: can.clock,
            can_control: can.control,
            can_mark: can.mark,
            can_list: can.list != ListSupport::None,
            files: None,
            sentence: say::screen::recorder_ready(),
        }
    }

    /// What a look at it found.
    #[must_use]
    pub fn watched(mut self, watched: &Watched, bytes_per_sec: i64) -> Self {
        self.alarms = watched.alarms.iter().map(|alarm| say::screen::alarm(alarm.alarm)).collect();
        self.events = watched.events.iter().map(|event| say::screen::event(*event)).collect();
        self.lost = watched.state.is_none();
        if let Some(state) = &watched.state {
            self = self.told(state, bytes_per_sec);
        }
        let said = self.alarms.first().or(self.events.first()).cloned();
        let lost = self.lost.then(say::screen::recorder_lost);
        self.sentence = said.or(lost).unwrap_or_else(|| say::screen::recorder(self.recording == Some(true)));
        self
    }

    fn told(mut self, state: &RecorderState, bytes_per_sec: i64) -> Self {
        let by_bytes = state.free_bytes / bytes_per_sec.max(1).unsigned_abs();
        let left_secs = state.remaining_secs.map_or(by_bytes, u64::from);
        self.battery_percent = Some(state.battery_percent);
        self.free_bytes = Some(state.free_bytes);
        self.minutes_left = Some(i64::try_from(left_secs / 60).unwrap_or(i64::MAX));
        self.recording = Some(state.recording.is_some());
        self.recording_secs = state.recording.as_ref().and_then(|recording| recording.elapsed_secs);
        self
    }
}

impl Phone {
    /// All recorders, and what is needed to issue one.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn recorders_view(&self) -> Result<RecordersView, PhoneError> {
        Ok(RecordersView {
            recorders: self.recorder_lines()?,
            officers: self.officers()?,
            conditions: choice::conditions(),
        })
    }

    /// Recorders that are issued, as lists show them.
    pub(super) fn recorder_lines(&self) -> Result<Vec<RecorderLine>, PhoneError> {
        let (register, faulty) = (self.recorder_register()?, self.faulty()?);
        let mut lines = Vec::new();
        for binding in register.all().iter().filter(|binding| binding.to_ms.is_none()) {
            let issued = &binding.issued;
            let (paired, recording, lost) = self.recorder_use(&issued.recorder_no)?;
            let faulty = faulty.holds(&issued.recorder_no);
            lines.push(RecorderLine {
                recorder_no: issued.recorder_no.clone(),
                serial: issued.serial.clone(),
                holder: issued.name.clone(),
                faulty,
                paired,
                recording,
                lost,
                sentence: match (faulty, lost, recording, paired) {
                    (true, ..) => say::screen::recorder_faulty(),
                    (_, true, ..) => say::screen::recorder_lost(),
                    (_, _, true, _) => say::screen::recorder(true),
                    (.., true) => say::screen::recorder(false),
                    _ => say::screen::recorder_unpaired(),
                },
            });
        }
        Ok(lines)
    }
}

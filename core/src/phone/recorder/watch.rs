//! Looking at a recorder while it is used: warnings, and what it did without being told (articles 17, 19).

use super::super::{Phone, PhoneError};
use liuhen_btle::{Moment, Recorder, RecorderError, RecorderState};
use liuhen_record::{
    Kind, Record,
    kind::{Alarm, RecorderAlarm, RecorderEventKind},
};

/// Battery below which an officer is warned, percent.
const LOW_PERCENT: u8 = 20;
/// Battery that is about to end, percent.
const CRITICAL_PERCENT: u8 = 10;
/// Space that is about to end, seconds of recording.
const LOW_SPACE_SECS: u64 = 600;

/// What a look at a recorder found.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The recorder; `None` when it does not answer.
    pub state: Option<RecorderState>,
    /// What is wrong now for the first time since it was paired.
    pub alarms: Vec<RecorderAlarm>,
    /// What it did without being told, or what happened to the link.
    pub events: Vec<RecorderEventKind>,
}

/// What the ledger says of a recorder.
#[derive(Default)]
struct Ledger {
    /// And not released since.
    paired: bool,
    running: bool,
    lost: bool,
    file: Option<String>,
    /// Alarms since it was paired.
    told: Vec<Alarm>,
}

impl Ledger {
    fn fold<'a>(recorder_no: &str, records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut ledger = Self::default();
        for record in records {
            match &record.kind {
                Kind::RecorderPaired(body) if body.recorder_no == recorder_no => {
                    ledger.paired = true;
                    ledger.told.clear();
                }
                Kind::RecorderAlarm(body) if body.recorder_no == recorder_no => ledger.told.push(body.alarm),
                Kind::RecorderEvent(body) if body.recorder_no == recorder_no => {
                    match body.event {
                        RecorderEventKind::Started => ledger.running = true,
                        RecorderEventKind::Stopped => ledger.running = false,
                        RecorderEventKind::Released => (ledger.paired, ledger.running) = (false, false),
                        _ => {}
                    }
                    ledger.lost = body.event == RecorderEventKind::LinkLost;
                    if body.file.is_some() {
                        ledger.file.clone_from(&body.file);
                    }
                }
                _ => {}
            }
        }
        ledger
    }
}

impl Phone {
    /// Looks at a recorder that is used, and records what is new: a warning once, a stop that nobody asked for, a
    /// file that followed another, a link lost or found again.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] when another device answers (with an alarm on record); [`PhoneError::Recorder`] for
    /// anything but silence.
    pub async fn watch_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<Watched, PhoneError> {
        let before = self.recorder_ledger(recorder_no)?;
        let news = (before.running && !before.lost).then_some(RecorderEventKind::LinkLost);
        let silent = Watched { state: None, alarms: Vec::new(), events: news.into_iter().collect() };
        match self.recognise(recorder, recorder_no).await {
            Err(PhoneError::Recorder(RecorderError::OutOfReach)) => return Ok(silent),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        let answer = recorder.state().await;
        let state = match self.heard(recorder_no, answer) {
            Err(PhoneError::Recorder(RecorderError::OutOfReach)) => return Ok(silent),
            other => other?,
        };
        let mut watched = Watched { state: None, alarms: Vec::new(), events: Vec::new() };
        if before.lost {
            self.note(recorder_no, RecorderEventKind::LinkFound, None, &mut watched)?;
        }
        if before.running {
            self.note_recording(recorder_no, &before, &state, &mut watched)?;
        }
        for (alarm, found) in warnings(&state, self.rules.recording_bytes_per_sec) {
            if !before.told.contains(&alarm) {
                watched.alarms.push(self.raise(recorder_no, alarm, None, Some(found), None)?);
            }
        }
        watched.state = Some(state);
        Ok(watched)
    }

    fn note_recording(
        &mut self,
        recorder_no: &str,
        before: &Ledger,
        state: &RecorderState,
        watched: &mut Watched,
    ) -> Result<(), PhoneError> {
        let Some(recording) = &state.recording else {
            let file = before.file.clone();
            watched.alarms.push(self.raise(recorder_no, Alarm::StoppedByItself, None, None, file.clone())?);
            return self.note(recorder_no, RecorderEventKind::Stopped, file, watched);
        };
        if recording.file.is_some() && before.file.is_some() && recording.file != before.file {
            return self.note(recorder_no, RecorderEventKind::Segment, recording.file.clone(), watched);
        }
        Ok(())
    }

    fn note(
        &mut self,
        recorder_no: &str,
        event: RecorderEventKind,
        file: Option<String>,
        watched: &mut Watched,
    ) -> Result<(), PhoneError> {
        watched.events.push(event);
        self.write_event(recorder_no, event, &Moment { recorder_ms: None, file })
    }

    fn recorder_ledger(&self, recorder_no: &str) -> Result<Ledger, PhoneError> {
        let records = self.records_of(&["recorder_paired", "recorder_event", "recorder_alarm"])?;
        Ok(Ledger::fold(recorder_no, &records))
    }

    /// Whether a recorder is paired here and not released, whether it records, and whether it went out of reach, by the ledger.
    pub(in crate::phone) fn recorder_use(&self, recorder_no: &str) -> Result<(bool, bool, bool), PhoneError> {
        let ledger = self.recorder_ledger(recorder_no)?;
        Ok((ledger.paired, ledger.running, ledger.lost))
    }

    /// Whether the loss of its link is news: it records, and was not lost already.
    pub(super) fn in_use(&self, recorder_no: &str) -> Result<bool, PhoneError> {
        let ledger = self.recorder_ledger(recorder_no)?;
        Ok(ledger.running && !ledger.lost)
    }
}

fn warnings(state: &RecorderState, bytes_per_sec: i64) -> Vec<(Alarm, String)> {
    let mut warnings = Vec::new();
    let percent = state.battery_percent;
    if percent < CRITICAL_PERCENT {
        warnings.push((Alarm::BatteryCritical, format!("{percent} %")));
    } else if percent < LOW_PERCENT {
        warnings.push((Alarm::BatteryLow, format!("{percent} %")));
    }
    let by_bytes = state.free_bytes / bytes_per_sec.max(1).unsigned_abs();
    let left_secs = state.remaining_secs.map_or(by_bytes, u64::from);
    if left_secs < LOW_SPACE_SECS {
        warnings.push((Alarm::StorageLow, format!("{left_secs} s")));
    }
    warnings
}

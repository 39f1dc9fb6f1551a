//! A paired body recorder: what it says becomes records on the session's timeline (articles 16, 17, 19).

use super::{Phone, PhoneError};
use liuhen_btle::{Moment, Recorder, RecorderError, clock};
use liuhen_record::{
    Digest, Kind,
    kind::{
        DeviceState, RecorderEvent, RecorderEventKind, RecorderFile, RecorderListed, RecorderPaired,
        RecorderState,
    },
};

impl Phone {
    /// Pairs `recorder`: compares it with the register entry (`recorder_no`, `bound_officer`), measures its clock,
    /// sets it, measures again, and records both offsets.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer; nothing is recorded then.
    pub async fn pair_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
        bound_officer: &str,
    ) -> Result<RecorderPaired, PhoneError> {
        let clock_port = self.ports.clock.clone();
        let now = || clock_port.read().wall_ms;
        let identity = recorder.identity().await?;
        let state = recorder.state().await?;
        let set = clock::set(recorder, now).await?;
        let body = RecorderPaired {
            recorder_no: recorder_no.to_owned(),
            serial: identity.serial,
            model: identity.model,
            firmware: identity.firmware,
            configured_officer_no: identity.officer_no,
            bound_officer: bound_officer.to_owned(),
            battery_percent: i64::from(state.battery_percent),
            free_bytes: i64::try_from(state.free_bytes).unwrap_or(i64::MAX >> 11),
            clock_offset_ms: set.before.offset_ms,
            clock_uncertainty_ms: set.before.uncertainty_ms,
            clock_offset_after_ms: Some(set.after.offset_ms),
        };
        self.write(Kind::RecorderPaired(body.clone()))?;
        Ok(body)
    }

    /// What the pre-use check needs to know of a recorder (article 19).
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer.
    pub async fn recorder_state(
        &self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<RecorderState, PhoneError> {
        let clock_port = self.ports.clock.clone();
        let state = recorder.state().await?;
        let offset = clock::measure(recorder, || clock_port.read().wall_ms).await?;
        Ok(RecorderState {
            recorder_no: recorder_no.to_owned(),
            state: DeviceState {
                battery_percent: i64::from(state.battery_percent),
                free_bytes: i64::try_from(state.free_bytes).unwrap_or(i64::MAX >> 11),
                clock_offset_ms: Some(offset.offset_ms),
            },
        })
    }

    /// Starts the recorder and records that it did.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`]; a recorder that does not answer is recorded as lost.
    pub async fn start_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        let moment = recorder.start().await;
        self.write_moment(recorder_no, RecorderEventKind::Started, moment)
    }

    /// Stops the recorder and records that it did.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`]; a recorder that does not answer is recorded as lost.
    pub async fn stop_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        let moment = recorder.stop().await;
        self.write_moment(recorder_no, RecorderEventKind::Stopped, moment)
    }

    /// Marks this moment as important on the recorder (重点标记).
    ///
    /// # Errors
    /// [`PhoneError::Recorder`]; a recorder that does not answer is recorded as lost.
    pub async fn mark_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        let moment = recorder.mark().await;
        self.write_moment(recorder_no, RecorderEventKind::Marked, moment)
    }

    /// Collects the recorder's list of files, so that footage copied later is tied to it or shown missing.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer.
    pub async fn list_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<RecorderListed, PhoneError> {
        let list = recorder.list_files().await?;
        let files = list.files().iter().map(|file| RecorderFile {
            name: file.name.clone(),
            len_bytes: i64::try_from(file.len_bytes).unwrap_or(i64::MAX >> 11),
            sha256: file.sha256.map(Digest),
            started_ms: file.started_ms,
            ended_ms: file.ended_ms,
        });
        let body = RecorderListed {
            recorder_no: recorder_no.to_owned(),
            list_sha256: Digest(list.sha256()),
            files: files.collect(),
        };
        self.write(Kind::RecorderListed(body.clone()))?;
        Ok(body)
    }

    fn write_moment(
        &mut self,
        recorder_no: &str,
        event: RecorderEventKind,
        moment: Result<Moment, RecorderError>,
    ) -> Result<(), PhoneError> {
        let (event, moment, failed) = match moment {
            Ok(moment) => (event, Some(moment), None),
            Err(RecorderError::OutOfReach) => {
                (RecorderEventKind::LinkLost, None, Some(RecorderError::OutOfReach))
            }
            Err(error) => return Err(error.into()),
        };
        self.write(Kind::RecorderEvent(RecorderEvent {
            recorder_no: recorder_no.to_owned(),
            event,
            recorder_ms: moment.as_ref().and_then(|m| m.recorder_ms),
            file: moment.and_then(|m| m.file),
        }))?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

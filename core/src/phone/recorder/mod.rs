//! A paired body recorder: what it says becomes records on the session's timeline (articles 16, 17, 19, 20).
//!
//! Whoever answers is asked who it is before anything else is written of it. A device that is not the one issued under
//! that number leaves an alarm and nothing more.

mod assign;
mod basis;
mod copy;
mod held;
mod import;
mod keeping;
mod proof;
mod tell;
mod watch;

pub use assign::AssignRequest;
pub use held::{CardCopy, HeldRecorder};
pub use import::{ImportProgress, ImportRequest};
pub use watch::Watched;

use super::{Phone, PhoneError};
use crate::{
    recorder::{Binding, Listing},
    session::{Missing, Refused},
};
use liuhen_btle::{ListSupport, Moment, Recorder, RecorderError, RecorderIdentity, clock};
use liuhen_record::{
    Digest, Kind,
    canonical::MAX_INTEGER,
    kind::{
        Alarm, DeviceState, ListPage, RecorderAlarm, RecorderEvent, RecorderEventKind, RecorderFile,
        RecorderListed, RecorderPaired, RecorderState,
    },
};
use proof::Proved;

/// Files of one record at most: with names as long as they may be they stay below its 1 MiB.
const PAGE_FILES: usize = 500;
/// Longest name in a list, bytes.
const MAX_NAME_BYTES: usize = 1024;
/// Alarms about changed entries of one list at most.
const MAX_CHANGES: usize = 20;

/// A number as a record can hold it.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(MAX_INTEGER).min(MAX_INTEGER)
}

impl Phone {
    /// Pairs `recorder`, which is issued under `recorder_no`: asks who it is, measures its clock, sets it, measures
    /// again, and records both offsets.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] when it is out of order, issued to nobody, or is another device (then with an alarm on
    /// record); [`PhoneError::Recorder`] when it does not answer, nothing is recorded then.
    pub async fn pair_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<RecorderPaired, PhoneError> {
        self.faulty()?.check_pairing(recorder_no)?;
        let (identity, binding, key_sha256) = self.recognise(recorder, recorder_no).await?;
        let state = recorder.state().await?;
        let clock_port = self.ports.clock.clone();
        // A recorder whose clock nobody can ask may be off by anything.
        let (before, unsure_ms, after) = if recorder.capabilities().clock {
            let set = clock::set(recorder, move || clock_port.read().wall_ms).await?;
            (set.before.offset_ms, set.before.uncertainty_ms, Some(set.after.offset_ms))
        } else {
            (0, MAX_INTEGER, None)
        };
        if !same_officer(&identity, &binding) {
            let (bound, told) = (binding.issued.configured_officer_no.clone(), identity.officer_no.clone());
            self.raise(recorder_no, Alarm::OtherOfficer, Some(bound), Some(told), None)?;
        }
        let body = RecorderPaired {
            recorder_no: recorder_no.to_owned(),
            serial: identity.serial,
            model: identity.model,
            firmware: identity.firmware,
            configured_officer_no: identity.officer_no,
            bound_officer: binding.issued.officer,
            battery_percent: i64::from(state.battery_percent),
            free_bytes: whole(state.free_bytes),
            clock_offset_ms: before,
            clock_uncertainty_ms: unsure_ms,
            clock_offset_after_ms: after,
            issued_seq: Some(binding.seq),
            key_sha256,
        };
        self.write(Kind::RecorderPaired(body.clone()))?;
        Ok(body)
    }

    /// What the pre-use check needs to know of a recorder (article 19): battery, space, clock with its uncertainty,
    /// and whether it is the one issued.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer.
    pub async fn recorder_state(
        &self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<RecorderState, PhoneError> {
        let identity = recorder.identity().await?;
        let state = recorder.state().await?;
        let clock_port = self.ports.clock.clone();
        let offset = if recorder.capabilities().clock {
            Some(clock::measure(recorder, move || clock_port.read().wall_ms).await?)
        } else {
            None
        };
        let binding = self.recorder_register()?.held(recorder_no).cloned();
        let issued = match binding {
            Some(b) if b.issued.serial == identity.serial && same_officer(&identity, &b) => {
                let proved = self.prove(recorder, &identity, &b).await?;
                (!matches!(proved, Proved::OtherKey { .. })).then_some(b)
            }
            _ => None,
        };
        Ok(RecorderState {
            recorder_no: recorder_no.to_owned(),
            state: DeviceState {
                battery_percent: i64::from(state.battery_percent),
                free_bytes: whole(state.free_bytes),
                clock_offset_ms: offset.map(|o| o.offset_ms),
                clock_uncertainty_ms: offset.map(|o| o.uncertainty_ms),
            },
            serial: Some(identity.serial),
            configured_officer_no: Some(identity.officer_no),
            issued_seq: issued.map(|b| b.seq),
        })
    }

    /// Starts the recorder and records that it did.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`]; one that does not answer while it records is recorded as lost. [`PhoneError::Refused`] when it
    /// is out of order or another device.
    pub async fn start_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        self.faulty()?.check_pairing(recorder_no)?;
        self.recognise(recorder, recorder_no).await?;
        able(recorder.capabilities().control, "control")?;
        let moment = recorder.start().await;
        self.write_moment(recorder_no, RecorderEventKind::Started, moment)
    }

    /// Stops the recorder and records that it did.
    ///
    /// # Errors
    /// As [`Phone::start_recorder`], except that one out of order can be stopped.
    pub async fn stop_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        self.recognise(recorder, recorder_no).await?;
        able(recorder.capabilities().control, "control")?;
        let moment = recorder.stop().await;
        self.write_moment(recorder_no, RecorderEventKind::Stopped, moment)
    }

    /// Marks this moment as important on the recorder (重点标记).
    ///
    /// # Errors
    /// As [`Phone::stop_recorder`].
    pub async fn mark_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(), PhoneError> {
        self.recognise(recorder, recorder_no).await?;
        able(recorder.capabilities().mark, "mark")?;
        let moment = recorder.mark().await;
        self.write_moment(recorder_no, RecorderEventKind::Marked, moment)
    }

    /// Lets the recorder go at the end of use.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn release_recorder(&mut self, recorder_no: &str) -> Result<(), PhoneError> {
        self.write_event(recorder_no, RecorderEventKind::Released, &Moment::default())
    }

    /// Collects the recorder's list of files, in as many records as it takes, so that footage copied later is tied to
    /// it or shown missing. A recorder out of order is asked all the same: it is drained.
    ///
    /// # Errors
    /// [`PhoneError::Recorder`] when it does not answer; [`PhoneError::Refused`] when it has no list or is another
    /// device.
    pub async fn list_recorder(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<RecorderListed, PhoneError> {
        self.recognise(recorder, recorder_no).await?;
        able(recorder.capabilities().list != ListSupport::None, "list")?;
        let answer = recorder.list_files().await;
        let list = self.heard(recorder_no, answer)?;
        if list.files().iter().any(|file| file.name.len() > MAX_NAME_BYTES) {
            return Err(RecorderError::Malformed("file name").into());
        }
        let files = list.files().iter().map(|file| RecorderFile {
            name: file.name.clone(),
            len_bytes: whole(file.len_bytes),
            sha256: file.sha256.map(Digest),
            started_ms: file.started_ms.clamp(-MAX_INTEGER, MAX_INTEGER),
            ended_ms: file.ended_ms.clamp(-MAX_INTEGER, MAX_INTEGER),
            important: file.important,
        });
        let (files, list_sha256) = (files.collect::<Vec<_>>(), Digest(list.sha256()));
        let known = Listing::fold(recorder_no, &self.records_of(&["recorder_listed"])?);
        for change in known.changed(&files).into_iter().take(MAX_CHANGES) {
            let (before, now) = (change.before.sha256, change.now.sha256);
            let told = |digest: Option<Digest>| digest.map(|digest| digest.to_string());
            self.raise(recorder_no, Alarm::ListChanged, told(before), told(now), Some(change.now.name))?;
        }
        let whole_list =
            RecorderListed { recorder_no: recorder_no.to_owned(), list_sha256, files, page: None };
        self.write_list(&whole_list)?;
        Ok(whole_list)
    }

    fn write_list(&mut self, list: &RecorderListed) -> Result<(), PhoneError> {
        let parts = pages(&list.files);
        if parts.len() <= 1 {
            self.write(Kind::RecorderListed(list.clone()))?;
            return Ok(());
        }
        let of = parts.len() as i64;
        for (n, files) in (1..).zip(parts) {
            let page = Some(ListPage { n, of, files: list.files.len() as i64 });
            let (recorder_no, list_sha256) = (list.recorder_no.clone(), list.list_sha256);
            self.write(Kind::RecorderListed(RecorderListed { recorder_no, list_sha256, files, page }))?;
        }
        Ok(())
    }

    /// Who answers, the binding of that number now, and the key that it proved to hold (its SHA-256).
    async fn recognise(
        &mut self,
        recorder: &mut dyn Recorder,
        recorder_no: &str,
    ) -> Result<(RecorderIdentity, Binding, Option<Digest>), PhoneError> {
        // Whoever holds it, whatever the clock says: one that went back must not keep a recorder from being stopped.
        let binding = self.recorder_register()?.held(recorder_no).cloned();
        let Some(binding) = binding else {
            return Err(Refused::from(Missing::RecorderIssued { recorder_no: recorder_no.to_owned() }).into());
        };
        let answer = recorder.identity().await;
        let identity = self.heard(recorder_no, answer)?;
        let expected = binding.issued.serial.clone();
        if identity.serial != expected {
            let found = crate::capture::escape_name(&identity.serial);
            return Err(self.swapped(recorder_no, expected, found));
        }
        let answer = match self.prove(recorder, &identity, &binding).await {
            Ok(proved) => Ok(proved),
            Err(PhoneError::Recorder(error)) => Err(error),
            Err(error) => return Err(error),
        };
        match self.heard(recorder_no, answer)? {
            Proved::Nothing => Ok((identity, binding, None)),
            Proved::Key(key) => Ok((identity, binding, Some(key))),
            Proved::OtherKey { expected, found } => {
                let found = found.map_or_else(|| "-".to_owned(), |key| key.to_string());
                Err(self.swapped(recorder_no, expected.to_string(), found))
            }
        }
    }

    /// Raises the alarm that another device answers; gives the refusal, or why it could not be raised.
    fn swapped(&mut self, recorder_no: &str, expected: String, found: String) -> PhoneError {
        let told = (Some(expected.clone()), Some(found.clone()));
        match self.raise(recorder_no, Alarm::Swapped, told.0, told.1, None) {
            Ok(_) => {
                let recorder_no = recorder_no.to_owned();
                Refused::from(Missing::RecorderSame { recorder_no, expected, found }).into()
            }
            Err(error) => error,
        }
    }

    /// An answer, or the record of what its failure means.
    fn heard<T>(&mut self, recorder_no: &str, answer: Result<T, RecorderError>) -> Result<T, PhoneError> {
        match &answer {
            Err(RecorderError::Replaced) => {
                self.raise(recorder_no, Alarm::Swapped, None, None, None)?;
            }
            Err(RecorderError::OutOfReach) if self.in_use(recorder_no)? => {
                self.write_event(recorder_no, RecorderEventKind::LinkLost, &Moment::default())?;
            }
            _ => {}
        }
        Ok(answer?)
    }

    fn write_moment(
        &mut self,
        recorder_no: &str,
        event: RecorderEventKind,
        answer: Result<Moment, RecorderError>,
    ) -> Result<(), PhoneError> {
        let moment = self.heard(recorder_no, answer)?;
        self.write_event(recorder_no, event, &moment)
    }

    fn write_event(
        &mut self,
        recorder_no: &str,
        event: RecorderEventKind,
        moment: &Moment,
    ) -> Result<(), PhoneError> {
        self.write(Kind::RecorderEvent(RecorderEvent {
            recorder_no: recorder_no.to_owned(),
            event,
            recorder_ms: moment.recorder_ms,
            file: moment.file.clone(),
        }))?;
        Ok(())
    }

    fn raise(
        &mut self,
        recorder_no: &str,
        alarm: Alarm,
        expected: Option<String>,
        found: Option<String>,
        file: Option<String>,
    ) -> Result<RecorderAlarm, PhoneError> {
        let recorder_no = recorder_no.to_owned();
        let body = RecorderAlarm { recorder_no, alarm, expected, found, file };
        self.write(Kind::RecorderAlarm(body.clone()))?;
        Ok(body)
    }
}

/// Whether the officer number configured in it is the one bound; where either is silent nothing contradicts.
fn same_officer(identity: &RecorderIdentity, binding: &Binding) -> bool {
    let (told, bound) = (identity.officer_no.trim(), binding.issued.configured_officer_no.as_str());
    told.is_empty() || bound.is_empty() || told == bound
}

fn able(can: bool, what: &str) -> Result<(), Refused> {
    if can { Ok(()) } else { Err(Missing::RecorderCan { what: what.to_owned() }.into()) }
}

/// Files in portions that fit into a record.
fn pages(files: &[RecorderFile]) -> Vec<Vec<RecorderFile>> {
    files.chunks(PAGE_FILES).map(<[RecorderFile]>::to_vec).collect()
}

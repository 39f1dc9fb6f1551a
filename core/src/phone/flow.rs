//! One activity from opening to closing, as an officer does it.

use super::{Phone, PhoneError, officer};
use crate::{
    session::{
        self, Action, CheckValues, GapRequest, Hole, LastCheck, OpenRequest, SessionView, check_open,
        check_pre_use, fault::Faulty,
    },
    vault::Draft,
};
use liuhen_record::{
    ItemId, Kind, SessionId,
    kind::{
        Activity, Cause, DeviceState, GapReason, OfficerRole, Overridden, Party, PreUseCheck, RecorderState,
        SessionClosed, SessionOpened, Trigger,
    },
    time::TimeClaim,
};
use std::collections::BTreeMap;

/// What an officer tells for the check before use; the phone measures the rest.
#[derive(Debug, Clone)]
pub struct CheckRequest {
    /// Battery of the phone, percent.
    pub battery_percent: i64,
    /// Minutes of recording planned.
    pub planned_minutes: i64,
    /// The recorder as measured, when one is used.
    pub recorder: Option<RecorderState>,
    /// Failed values used all the same, with reasons.
    pub overrides: Vec<Overridden>,
}

/// What an officer tells to open an activity.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// What sort of activity.
    pub activity: Activity,
    /// Officer ids, the lead first.
    pub officers: Vec<String>,
    /// The party.
    pub party: Party,
    /// The cause.
    pub cause: Cause,
    /// Where, in words.
    pub place_text: String,
    /// The recording device (执法记录设备编号); this phone when absent.
    pub device_no: Option<String>,
}

impl Phone {
    /// Checks the equipment before use (article 19) and records what was found, good or not.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`]; [`PhoneError::Vault`].
    pub fn check_equipment(&mut self, request: CheckRequest) -> Result<PreUseCheck, PhoneError> {
        self.enrolment()?;
        let time = self.time()?;
        let free = self.ports.storage.free_bytes().unwrap_or(0);
        let phone = DeviceState {
            battery_percent: request.battery_percent,
            free_bytes: i64::try_from(free).unwrap_or(i64::MAX).min(liuhen_record::canonical::MAX_INTEGER),
            clock_offset_ms: time.anchor_age_ms.map(|_| time.wall_ms.saturating_sub(time.best_ms())),
            clock_uncertainty_ms: None,
        };
        let values =
            CheckValues { phone, recorder: request.recorder, planned_minutes: request.planned_minutes };
        let body = check_pre_use(values, &request.overrides, &self.rules);
        self.write(Kind::PreUseCheck(body.clone()))?;
        Ok(body)
    }

    /// Opens an activity (articles 6, 7, 16, 19), in the name of whoever is signed in; where nobody has a PIN, in the
    /// name of the lead, who is taken to be at work from then on.
    ///
    /// # Errors
    /// [`PhoneError::SessionOpen`]; [`PhoneError::Refused`] with everything that is missing.
    pub fn open_session(&mut self, request: OpenSession) -> Result<(SessionId, SessionOpened), PhoneError> {
        let (body, time) = self.check_open(request)?;
        let session = SessionId(self.random_id()?);
        let signed_in = self.current_officer()?;
        let lead = body.officers.first().map(|officer| officer.officer.clone());
        // Naming the lead signs nobody in, except where nobody can sign in.
        let names = if self.knows_a_pin()? { None } else { lead };
        if names.is_some() {
            self.vault.put_setting(officer::CURRENT, &names)?;
            self.begin_presence();
        }
        let draft = Draft {
            session: Some(session),
            officer: names.clone().or_else(|| signed_in.clone()),
            kind: Kind::SessionOpened(body.clone()),
            time,
            place: self.ports.location.place(),
        };
        if let Err(error) = self.vault.append(draft) {
            if names.is_some() {
                // Whoever was named before; nothing hangs on it while no activity is open.
                drop(match signed_in {
                    Some(before) => self.vault.put_setting(officer::CURRENT, &before),
                    None => self.vault.remove_setting(officer::CURRENT),
                });
            }
            return Err(error.into());
        }
        Ok((session, body))
    }

    /// The record with which an activity would be opened, and at what time.
    ///
    /// # Errors
    /// As [`Phone::open_session`].
    pub(super) fn check_open(&self, request: OpenSession) -> Result<(SessionOpened, TimeClaim), PhoneError> {
        if self.current_id()?.is_some() {
            return Err(PhoneError::SessionOpen);
        }
        let known = self.enrolment()?;
        let roles = |index: usize| if index == 0 { OfficerRole::Lead } else { OfficerRole::Assisting };
        let officers = request.officers.into_iter().enumerate().map(|(n, id)| (id, roles(n))).collect();
        let request = OpenRequest {
            activity: request.activity,
            officers,
            device_no: request.device_no.unwrap_or(known.enrolment.device_no),
            party: request.party,
            cause: request.cause,
            place_text: request.place_text,
        };
        let check = self.vault.last_of_kind("pre_use_check")?;
        let check = check.as_ref().and_then(|record| match &record.kind {
            Kind::PreUseCheck(body) => Some(LastCheck { seq: record.seq, time: &record.time, body }),
            _ => None,
        });
        let time = self.time()?;
        let body = check_open(&request, known.roster.officers(), check, &self.faulty()?, &time, &self.rules)?;
        Ok((body, time))
    }

    /// Records that the certificates were shown (article 17).
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn show_certificate(
        &mut self,
        confirmed_by_party: bool,
        item: Option<ItemId>,
    ) -> Result<(), PhoneError> {
        let body = session::certificate(&*self.current()?, &[], confirmed_by_party, item)?;
        self.write(Kind::CertificateShown(body))?;
        Ok(())
    }

    /// Explains a hole in the recording (article 17).
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn record_gap(&mut self, request: &GapRequest) -> Result<(), PhoneError> {
        let body = self.current()?.gap(request, &self.time()?)?;
        self.write(Kind::GapRecorded(body))?;
        Ok(())
    }

    /// Holes of the current session that nobody has explained yet.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn unexplained_holes(&self) -> Result<Vec<Hole>, PhoneError> {
        Ok(self.current()?.holes(&self.time()?, &self.rules))
    }

    /// Marks a circumstance of article 12.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn mark_trigger(&mut self, trigger: Trigger, note: &str) -> Result<(), PhoneError> {
        let body = session::trigger(&*self.current()?, trigger, note)?;
        self.write(Kind::TriggerMarked(body))?;
        Ok(())
    }

    /// Reports equipment out of order (article 20); it stays out of use on this phone.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn report_fault(
        &mut self,
        device_no: Option<&str>,
        symptom: &str,
        data_on_device: bool,
    ) -> Result<(), PhoneError> {
        let own = self.enrolment()?.enrolment.device_no;
        let view = self.current_id()?.map(|session| self.view(session)).transpose()?;
        let last_good =
            view.as_ref().and_then(|v| v.items.iter().rev().find(|i| i.sealed.is_some())).map(|i| i.item);
        let device_no = device_no.unwrap_or(&own);
        let body = session::fault_report(view.as_deref(), device_no, symptom, last_good, data_on_device)?;
        self.write(Kind::FaultReported(body))?;
        Ok(())
    }

    /// Whether a device is reported out of order and not repaired since (article 20).
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn is_faulty(&self, device_no: &str) -> Result<bool, PhoneError> {
        Ok(self.faulty()?.holds(device_no))
    }

    /// What is out of order (article 20).
    pub(super) fn faulty(&self) -> Result<Faulty, PhoneError> {
        Ok(Faulty::fold(&self.records_of(&["fault_reported", "repair_recorded", "recorder_returned"])?))
    }

    /// Closes the current activity. What is missing may be explained by name where the rules allow it.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with everything that still stands in the way.
    pub fn close_session(
        &mut self,
        explanations: &BTreeMap<String, String>,
    ) -> Result<SessionClosed, PhoneError> {
        // The last chance for thumbnails that something kept from being made; no reason to keep a session open.
        drop(self.make_missing_thumbnails());
        let view = self.current()?;
        view.check(Action::Close)?;
        let body = view.close(&self.time()?, explanations, &self.rules)?;
        self.write(Kind::SessionClosed(body.clone()))?;
        Ok(body)
    }

    /// A gap over `hole`, told by the officer signed in, with nothing standing in for it.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn gap_over(
        &self,
        hole: Hole,
        reason: GapReason,
        explanation: &str,
    ) -> Result<GapRequest, PhoneError> {
        let reporter = self.current_officer()?;
        Ok(GapRequest {
            from_ms: hole.from_ms,
            to_ms: hole.to_ms,
            reason,
            explanation: explanation.to_owned(),
            substitute: substitutes(&*self.current()?, hole),
            reporter: reporter.unwrap_or_else(|| "system".to_owned()),
        })
    }
}

/// Photos taken and documents filled during a hole stand in for the missing recording (article 17).
fn substitutes(view: &SessionView, hole: Hole) -> session::Substitute {
    let during = |at_ms: i64| (hole.from_ms..=hole.to_ms).contains(&at_ms);
    let items: Vec<_> = view
        .items
        .iter()
        .filter(|item| !item.is_thumbnail() && item.sealed.is_some() && during(item.started_ms()))
        .map(|item| item.item)
        .collect();
    let documents: Vec<_> =
        view.documents.iter().filter(|d| during(d.first.at_ms)).map(|d| d.document).collect();
    if items.is_empty() && documents.is_empty() {
        return session::Substitute::None { why: "无替代记录".to_owned() };
    }
    session::Substitute::Named { items, documents }
}

//! One activity from opening to closing, and its sheets.

use crate::{
    core::Core,
    failure::CoreFailure,
    view::{
        open::{CheckView, OpenSessionView},
        session::{ClosedView, PartyGiven, SessionView},
        sheet::{FaultSheetView, GapSheetView, TriggerSheetView},
        word::{Gate, ItemId, Text},
    },
};
use liuhen_core::{
    phone::{self, screen::OpenForm},
    say::{self, choice::word},
    session::Hole,
};
use liuhen_record::kind::{DeviceState, Overridden};
use std::collections::HashMap;

/// A recorder as it was measured for a check, from `RecorderConnection.state_for_check`.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RecorderState {
    /// The bureau's number.
    pub recorder_no: String,
    /// Battery, percent.
    pub battery_percent: i64,
    /// Free space, bytes.
    pub free_bytes: i64,
    /// Its clock minus ours, milliseconds.
    pub clock_offset_ms: Option<i64>,
    /// The true offset lies within so much, milliseconds.
    pub clock_uncertainty_ms: Option<i64>,
    /// The serial number that it told.
    pub serial: Option<String>,
    /// The officer number configured in it.
    pub configured_officer_no: Option<String>,
    /// Number of the record that issued it.
    pub issued_seq: Option<i64>,
}

impl From<RecorderState> for liuhen_record::kind::RecorderState {
    fn from(told: RecorderState) -> Self {
        let RecorderState { battery_percent, free_bytes, clock_offset_ms, clock_uncertainty_ms, .. } = told;
        Self {
            recorder_no: told.recorder_no,
            state: DeviceState { battery_percent, free_bytes, clock_offset_ms, clock_uncertainty_ms },
            serial: told.serial,
            configured_officer_no: told.configured_officer_no,
            issued_seq: told.issued_seq,
        }
    }
}

impl From<liuhen_record::kind::RecorderState> for RecorderState {
    fn from(told: liuhen_record::kind::RecorderState) -> Self {
        let DeviceState { battery_percent, free_bytes, clock_offset_ms, clock_uncertainty_ms } = told.state;
        Self {
            recorder_no: told.recorder_no,
            battery_percent,
            free_bytes,
            clock_offset_ms,
            clock_uncertainty_ms,
            serial: told.serial,
            configured_officer_no: told.configured_officer_no,
            issued_seq: told.issued_seq,
        }
    }
}

/// A value that failed and is used all the same.
#[derive(Debug, Clone, uniffi::Record)]
pub struct OverrideGiven {
    /// Its code.
    pub what: String,
    /// Why.
    pub reason: String,
}

/// What an officer tells for the check before use.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CheckRequest {
    /// Battery of the phone, percent.
    pub battery_percent: i64,
    /// Minutes of recording planned.
    pub planned_minutes: i64,
    /// The recorder as measured, when one is used.
    pub recorder: Option<RecorderState>,
    /// Failed values used all the same.
    pub overrides: Vec<OverrideGiven>,
}

/// What an officer tells to open an activity.
#[derive(Debug, Clone, uniffi::Record)]
pub struct OpenSessionRequest {
    /// What sort of activity, by its code.
    pub activity: String,
    /// Officer ids, the lead first.
    pub officers: Vec<String>,
    /// The party.
    pub party: PartyGiven,
    /// Code of the cause; empty for one that was typed.
    pub cause_code: String,
    /// Its name.
    pub cause_name: String,
    /// Where, in words.
    pub place_text: String,
    /// The recording device; this phone when absent.
    pub device_no: Option<String>,
}

impl From<OpenSessionRequest> for OpenForm {
    fn from(given: OpenSessionRequest) -> Self {
        let OpenSessionRequest { activity, officers, party, cause_code, cause_name, place_text, device_no } =
            given;
        Self { activity, officers, party, cause: (cause_code, cause_name), place_text, device_no }
    }
}

#[uniffi::export]
impl Core {
    /// The screen that opens an activity.
    pub async fn open_session_screen(&self) -> Result<OpenSessionView, CoreFailure> {
        self.with(|phone| phone.open_session_view()).await
    }

    /// Checks the equipment before use and records what was found, good or not.
    pub async fn check_equipment(&self, request: CheckRequest) -> Result<CheckView, CoreFailure> {
        let overridden = |given: OverrideGiven| Overridden { what: given.what, reason: given.reason };
        let request = phone::CheckRequest {
            battery_percent: request.battery_percent,
            planned_minutes: request.planned_minutes,
            recorder: request.recorder.map(Into::into),
            overrides: request.overrides.into_iter().map(overridden).collect(),
        };
        self.with(move |phone| phone.check_shown(request)).await
    }

    /// What a half-filled form lacks; activity, sort of party and cause may be empty.
    pub async fn open_gate(&self, request: OpenSessionRequest) -> Result<Gate, CoreFailure> {
        self.with(move |phone| phone.open_gate(request.into())).await
    }

    /// Opens an activity.
    pub async fn open_session(&self, request: OpenSessionRequest) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.open_session(OpenForm::from(request).asked()?)?;
            phone.session_view()
        })
        .await
    }

    /// The activity that is open.
    pub async fn session(&self) -> Result<SessionView, CoreFailure> {
        self.with(|phone| phone.session_view()).await
    }

    /// Records that the certificates were shown.
    pub async fn show_certificate(
        &self,
        confirmed_by_party: bool,
        photo: Option<ItemId>,
    ) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.show_certificate(confirmed_by_party, photo)?;
            phone.session_view()
        })
        .await
    }

    /// Closes the activity; `explanations` holds reasons by the code of a step.
    pub async fn close_session(
        &self,
        explanations: HashMap<String, String>,
    ) -> Result<ClosedView, CoreFailure> {
        self.with(move |phone| phone.close_session_view(&explanations.into_iter().collect())).await
    }

    /// Holes and why there may be some.
    pub async fn gap_sheet(&self) -> Result<GapSheetView, CoreFailure> {
        self.with(|phone| phone.gap_sheet()).await
    }

    /// Explains one hole.
    pub async fn explain_gap(
        &self,
        from_ms: i64,
        to_ms: i64,
        reason: String,
        explanation: String,
    ) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.explain_hole(Hole { from_ms, to_ms }, word(&reason)?, &explanation)?;
            phone.session_view()
        })
        .await
    }

    /// Circumstances of article 12.
    pub async fn trigger_sheet(&self) -> Result<TriggerSheetView, CoreFailure> {
        self.with(|phone| phone.trigger_sheet()).await
    }

    /// Marks a circumstance of article 12.
    pub async fn mark_trigger(&self, trigger: String, note: String) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.mark_trigger(word(&trigger)?, &note)?;
            phone.session_view()
        })
        .await
    }

    /// Devices that can be reported out of order.
    pub async fn fault_sheet(&self) -> Result<FaultSheetView, CoreFailure> {
        self.with(|phone| phone.fault_sheet()).await
    }

    /// Reports a device out of order; this phone when none is named.
    pub async fn report_fault(
        &self,
        device_no: Option<String>,
        symptom: String,
        data_on_device: bool,
    ) -> Result<Text, CoreFailure> {
        self.with(move |phone| {
            phone.report_fault(device_no.as_deref(), &symptom, data_on_device)?;
            Ok(say::screen::fault_reported())
        })
        .await
    }
}

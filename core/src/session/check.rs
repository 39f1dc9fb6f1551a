//! Equipment before use (article 19): measured values against the rules, and what was used all the same.

use super::Rules;
use liuhen_record::kind::{DeviceState, Overridden, PreUseCheck, RecorderState};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckValues {
    /// This phone.
    pub phone: DeviceState,
    /// The recorder, if one is used.
    pub recorder: Option<RecorderState>,
    /// Minutes of recording planned.
    pub planned_minutes: i64,
}

/// Judges measured values. A value that fails and that `overrides` names with a reason is listed as overridden,
/// otherwise as failed; an override of something that does not fail is dropped. A clock that was not compared with
/// the bureau's fails: not measured is not good.
pub fn check_pre_use(values: CheckValues, overrides: &[Overridden], rules: &Rules) -> PreUseCheck {
    let mut failing = Vec::new();
    let needed_bytes = rules.space_needed_bytes(values.planned_minutes);
    let phone = (&values.phone, ["phone_battery", "phone_space", "phone_clock"], rules.phone_battery_percent);
    let recorder = values.recorder.as_ref().map(|r| {
        let names = ["recorder_battery", "recorder_space", "recorder_clock"];
        (&r.state, names, rules.recorder_battery_percent)
    });
    for (state, [battery, space, clock], least_percent) in std::iter::once(phone).chain(recorder) {
        // What may be off counts as off: a clock measured badly is no better than a clock that is wrong.
        let unsure_ms = state.clock_uncertainty_ms.unwrap_or(0).unsigned_abs();
        let clock_good = state.clock_offset_ms.is_some_and(|ms| {
            ms.unsigned_abs().saturating_add(unsure_ms) <= rules.clock_offset_ms.unsigned_abs()
        });
        let judged = [
            (battery, state.battery_percent >= least_percent),
            (space, state.free_bytes >= needed_bytes),
            (clock, clock_good),
        ];
        failing.extend(judged.into_iter().filter(|(_, good)| !good).map(|(what, _)| what));
    }
    // It told who it is, and no issue says the same.
    if values.recorder.as_ref().is_some_and(|r| r.serial.is_some() && r.issued_seq.is_none()) {
        failing.push("recorder_identity");
    }
    let mut body = PreUseCheck {
        phone: values.phone,
        recorder: values.recorder,
        planned_minutes: values.planned_minutes,
        failed: Vec::new(),
        overridden: Vec::new(),
    };
    for what in failing {
        let given = overrides.iter().find(|o| o.what == what && !o.reason.trim().is_empty());
        match given {
            Some(overridden) => body.overridden.push(overridden.clone()),
            None => body.failed.push(what.to_owned()),
        }
    }
    body
}

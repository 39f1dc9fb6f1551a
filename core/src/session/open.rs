//! Opening a session (articles 7, 16, 17, 19; 行政处罚法 art. 42).

use super::{Missing, Refused, Rules, fault, qualified_officer};
use crate::document::text::fits_one_line;
use liuhen_record::{
    kind::{Activity, Cause, OfficerOfRecord, OfficerRole, Party, PreUseCheck, SessionOpened},
    roster::Officer,
    time::TimeClaim,
};
use std::collections::BTreeSet;

/// What an officer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// What sort of activity.
    pub activity: Activity,
    /// Ids of the officers with their part in it.
    pub officers: Vec<(String, OfficerRole)>,
    /// Recording device in use (执法记录设备编号).
    pub device_no: String,
    /// The party.
    pub party: Party,
    /// The cause.
    pub cause: Cause,
    /// Where, in words.
    pub place_text: String,
}

/// The last check of the equipment.
#[derive(Debug, Clone, Copy)]
pub struct LastCheck<'a> {
    /// Number of its record.
    pub seq: i64,
    /// When it was made.
    pub time: &'a TimeClaim,
    /// What it found.
    pub body: &'a PreUseCheck,
}

/// The record with which the session opens. `faulty` holds the numbers of devices reported out of order.
///
/// # Errors
/// [`Refused`] with everything that is missing.
pub fn check_open(
    request: &OpenRequest,
    roster: &[Officer],
    check: Option<LastCheck<'_>>,
    faulty: &fault::Faulty,
    now: &TimeClaim,
    rules: &Rules,
) -> Result<SessionOpened, Refused> {
    let mut missing = Vec::new();
    let officers = qualified(request, roster, now.best_ms(), rules, &mut missing);
    check_equipment(request, check, faulty, now, rules, &mut missing);
    check_keys(request, &mut missing);
    Refused::unless_empty(missing)?;
    Ok(SessionOpened {
        activity: request.activity,
        officers,
        device_no: request.device_no.trim().to_owned(),
        party: request.party.clone(),
        cause: request.cause.clone(),
        place_text: request.place_text.trim().to_owned(),
        rules: rules.version.to_owned(),
        check_seq: check.map_or(0, |c| c.seq),
    })
}

fn qualified(
    request: &OpenRequest,
    roster: &[Officer],
    at_ms: i64,
    rules: &Rules,
    missing: &mut Vec<Missing>,
) -> Vec<OfficerOfRecord> {
    let mut seen = BTreeSet::new();
    let mut officers = Vec::new();
    for (id, role) in &request.officers {
        if !seen.insert(id) {
            missing.push(Missing::OfficerTwice { officer: id.clone() });
            continue;
        }
        match qualified_officer(roster, id, at_ms) {
            Ok((officer, certificate)) => officers.push(OfficerOfRecord {
                officer: officer.id.clone(),
                name: officer.name.clone(),
                cert_no: certificate.cert_no.clone(),
                unit: officer.unit.clone(),
                role: *role,
            }),
            Err(lacking) => missing.push(lacking),
        }
    }
    if seen.len() < rules.min_officers {
        missing.push(Missing::Officers { found: seen.len(), required: rules.min_officers });
    }
    let leads = request.officers.iter().filter(|(_, role)| *role == OfficerRole::Lead).count();
    if leads != 1 {
        missing.push(Missing::LeadOfficer { found: leads });
    }
    officers
}

fn check_equipment(
    request: &OpenRequest,
    check: Option<LastCheck<'_>>,
    faulty: &fault::Faulty,
    now: &TimeClaim,
    rules: &Rules,
    missing: &mut Vec<Missing>,
) {
    if faulty.holds(&request.device_no) {
        missing.push(Missing::DeviceInOrder { device_no: request.device_no.clone() });
    }
    let Some(check) = check else {
        missing.push(Missing::Check);
        return;
    };
    missing.extend(stale_check(check.time, now, rules));
    missing.extend(check.body.failed.iter().map(|what| Missing::CheckPassed { what: what.clone() }));
}

/// What is missing when a check made at `then` no longer counts.
pub fn stale_check(then: &TimeClaim, now: &TimeClaim, rules: &Rules) -> Option<Missing> {
    let age_ms = age_ms(then, now);
    // An age below zero means that clocks of two boots disagree: nothing shows that the check is fresh.
    let fresh = (0..=rules.check_max_age_ms).contains(&age_ms);
    let (age_minutes, allowed_minutes) = (age_ms.saturating_abs() / 60_000, rules.check_max_age_ms / 60_000);
    (!fresh).then_some(Missing::FreshCheck { age_minutes, allowed_minutes })
}

fn age_ms(then: &TimeClaim, now: &TimeClaim) -> i64 {
    if then.boot_id == now.boot_id {
        now.mono_ms.saturating_sub(then.mono_ms)
    } else {
        now.best_ms().saturating_sub(then.best_ms())
    }
}

fn check_keys(request: &OpenRequest, missing: &mut Vec<Missing>) {
    let blank = |text: &str| text.trim().is_empty();
    let cause_blank = blank(&request.cause.code) || blank(&request.cause.name);
    let absent = [
        (blank(&request.device_no), Missing::DeviceNo),
        (blank(&request.party.name), Missing::PartyName),
        (cause_blank, Missing::Cause),
        (blank(&request.place_text), Missing::Place),
    ];
    missing.extend(absent.into_iter().filter(|(is_absent, _)| *is_absent).map(|(_, missing)| missing));
    let party = &request.party;
    let texts = [
        ("device_no", Some(&request.device_no)),
        ("party.name", Some(&party.name)),
        ("party.uscc", party.uscc.as_ref()),
        ("party.representative", party.representative.as_ref()),
        ("cause.code", Some(&request.cause.code)),
        ("cause.name", Some(&request.cause.name)),
        ("place", Some(&request.place_text)),
    ];
    let unfit = texts.into_iter().filter(|(_, text)| text.is_some_and(|t| !fits_one_line(t)));
    missing.extend(unfit.map(|(field, _)| Missing::FitText { field: field.to_owned() }));
}

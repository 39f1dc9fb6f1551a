//! Before an activity: the equipment and everything that is chosen.

use super::{
    super::{OpenSession, Phone, PhoneError, SignedIn, Space},
    Gate, Need, PartyGiven, RecorderLine, needs,
};
use crate::{
    say::{
        self, Sentence,
        choice::{self, Choice, word},
        label,
    },
    session::Missing,
};
use liuhen_record::{
    Kind, Record,
    kind::{Activity, Cause, PartyKind, PreUseCheck},
};

/// How one value of a check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckVerdict {
    /// Good.
    Good,
    /// Not good.
    Failed,
    /// Not good, and used all the same with a reason.
    Overridden,
}

/// One value of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// Its code; an override names it.
    pub code: String,
    /// What it is about.
    pub label: Sentence,
    /// How it stands.
    pub verdict: CheckVerdict,
    /// Whether a reason may be given to use it all the same.
    pub overridable: bool,
    /// Why it is used all the same.
    pub reason: Option<String>,
}

/// A check before use (article 19).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckView {
    /// Whether an activity may be opened on it.
    pub passed: bool,
    /// Whether it is recent enough.
    pub fresh: bool,
    /// Its values.
    pub lines: Vec<CheckLine>,
    /// In a sentence.
    pub sentence: Sentence,
}

/// The screen that opens an activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSessionView {
    /// Everybody on the roster.
    pub officers: Vec<SignedIn>,
    /// The activities of article 6.
    pub activities: Vec<Choice>,
    /// Unit or person.
    pub party_kinds: Vec<Choice>,
    /// The patrol, then causes of earlier activities on this phone, the latest first, then the usual ones; any other can be
    /// typed.
    pub causes: Vec<Choice>,
    /// The bureau's number for this phone.
    pub device_no: String,
    /// Recorders that are issued.
    pub recorders: Vec<RecorderLine>,
    /// The last check.
    pub check: Option<CheckView>,
    /// What stands in the way whatever is filled in.
    pub gate: Gate,
    /// The space on this phone.
    pub storage: Space,
}

/// The form that opens an activity, as far as it is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenForm {
    /// What sort of activity, by its code; may be empty.
    pub activity: String,
    /// Officer ids, the lead first.
    pub officers: Vec<String>,
    /// The party; its kind may be empty.
    pub party: PartyGiven,
    /// The cause; one that was typed has no code.
    pub cause: (String, String),
    /// Where, in words.
    pub place_text: String,
    /// The recording device; this phone when absent.
    pub device_no: Option<String>,
}

/// Causes that are offered.
const MOST_CAUSES: usize = 30;
/// Names of what is checked, in order.
const PHONE: [&str; 3] = ["phone_battery", "phone_space", "phone_clock"];
const RECORDER: [&str; 4] = ["recorder_battery", "recorder_space", "recorder_clock", "recorder_identity"];

impl OpenForm {
    /// What the form asks for.
    ///
    /// # Errors
    /// [`PhoneError::Word`] for a choice that was not made, or of no vocabulary.
    pub fn asked(self) -> Result<OpenSession, PhoneError> {
        let (code, name) = self.cause;
        let name = name.trim().to_owned();
        // A cause that is in no list is its own code.
        let code = if code.trim().is_empty() { name.clone() } else { code };
        Ok(OpenSession {
            activity: word(&self.activity)?,
            officers: self.officers,
            party: self.party.party()?,
            cause: Cause { code, name },
            place_text: self.place_text,
            device_no: self.device_no,
        })
    }

    /// The same with something in place of choices that were not made, so that the rest can be checked.
    fn assumed(mut self) -> Result<OpenSession, PhoneError> {
        if self.activity.is_empty() {
            self.activity = choice::code(&Activity::Patrol);
        }
        if self.party.kind.is_empty() {
            self.party.kind = choice::code(&PartyKind::Unit);
        }
        self.asked()
    }
}

impl Phone {
    /// The screen that opens an activity.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn open_session_view(&self) -> Result<OpenSessionView, PhoneError> {
        let device_no = self.enrolment()?.enrolment.device_no;
        let mut missing = Vec::new();
        if self.is_faulty(&device_no)? {
            missing.push(Missing::DeviceInOrder { device_no: device_no.clone() });
        }
        let check = self.last_check()?;
        match &check {
            None => missing.push(Missing::Check),
            Some(check) => missing.extend(self.check_missing(check)?),
        }
        let gate = match self.current_id()? {
            Some(_) => Gate::refused_by(&PhoneError::SessionOpen),
            None => Gate { allowed: missing.is_empty(), missing: needs(&missing) },
        };
        Ok(OpenSessionView {
            officers: self.officers()?,
            activities: choice::activities(),
            party_kinds: choice::party_kinds(),
            causes: self.offered_causes()?,
            device_no,
            recorders: self.recorder_lines()?,
            check: self.check_view()?,
            gate,
            storage: self.space(),
        })
    }

    /// What a form lacks before the activity may be opened with it; empty choices are among what it lacks.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`]; [`PhoneError::Word`] for a word of no vocabulary.
    pub fn open_gate(&self, form: OpenForm) -> Result<Gate, PhoneError> {
        let unchosen = [
            (form.activity.is_empty(), "activity", choice::no_activity()),
            (form.party.kind.is_empty(), "party_kind", choice::no_party_kind()),
        ];
        let mut missing: Vec<Need> = unchosen
            .into_iter()
            .filter(|(is_unchosen, ..)| *is_unchosen)
            .map(|(_, code, sentence)| Need { code: code.to_owned(), sentence })
            .collect();
        match self.check_open(form.assumed()?) {
            Ok(_) => {}
            Err(PhoneError::Refused(refused)) => missing.extend(needs(&refused.missing)),
            Err(error @ PhoneError::SessionOpen) => return Ok(Gate::refused_by(&error)),
            Err(error) => return Err(error),
        }
        Ok(Gate { allowed: missing.is_empty(), missing })
    }

    /// The last check before use.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn check_view(&self) -> Result<Option<CheckView>, PhoneError> {
        let Some(record) = self.last_check()? else { return Ok(None) };
        let missing = self.check_missing(&record)?;
        let Kind::PreUseCheck(body) = &record.kind else { return Ok(None) };
        let stale = |m: &Missing| matches!(m, Missing::FreshCheck { .. });
        let said = missing.first().map(|first| say::sentence(first.zh(), first.en()));
        Ok(Some(CheckView {
            passed: body.failed.is_empty(),
            fresh: !missing.iter().any(stale),
            lines: check_lines(body),
            sentence: said.unwrap_or_else(say::screen::check_passed),
        }))
    }

    /// Checks the equipment and shows what was found.
    ///
    /// # Errors
    /// As [`Phone::check_equipment`].
    pub fn check_shown(&mut self, request: super::super::CheckRequest) -> Result<CheckView, PhoneError> {
        self.check_equipment(request)?;
        self.check_view()?.ok_or(PhoneError::NotEnrolled)
    }

    fn offered_causes(&self) -> Result<Vec<Choice>, PhoneError> {
        // A patrol has no cause of its own.
        let mut usual = choice::causes().into_iter();
        let mut causes: Vec<Choice> = usual.by_ref().take(1).collect();
        for record in self.vault.kind_records("session_opened", 1)?.iter().rev() {
            let Kind::SessionOpened(body) = &record.kind else { continue };
            let known = causes.iter().any(|cause| cause.code == body.cause.code);
            if !known && causes.len() < MOST_CAUSES {
                let label = say::sentence(body.cause.name.as_str(), body.cause.name.as_str());
                causes.push(Choice { code: body.cause.code.clone(), label });
            }
        }
        let earlier = causes.clone();
        causes.extend(usual.filter(|cause| earlier.iter().all(|known| known.code != cause.code)));
        Ok(causes)
    }

    fn last_check(&self) -> Result<Option<Record>, PhoneError> {
        Ok(self.vault.last_of_kind("pre_use_check")?)
    }

    fn check_missing(&self, record: &Record) -> Result<Vec<Missing>, PhoneError> {
        let Kind::PreUseCheck(body) = &record.kind else { return Ok(vec![Missing::Check]) };
        let stale = crate::session::stale_check(&record.time, &self.time()?, &self.rules);
        let failed = body.failed.iter().map(|what| Missing::CheckPassed { what: what.clone() });
        Ok(stale.into_iter().chain(failed).collect())
    }
}

fn check_lines(body: &PreUseCheck) -> Vec<CheckLine> {
    let recorder: &[&str] = if body.recorder.is_some() { &RECORDER } else { &[] };
    let line = |what: &&str| {
        let failed = body.failed.iter().any(|failed| failed == what);
        let overridden = body.overridden.iter().find(|overridden| overridden.what == **what);
        let verdict = match (failed, overridden) {
            (true, _) => CheckVerdict::Failed,
            (_, Some(_)) => CheckVerdict::Overridden,
            _ => CheckVerdict::Good,
        };
        CheckLine {
            code: (*what).to_owned(),
            label: if verdict == CheckVerdict::Good {
                say::screen::checked(what)
            } else {
                label::checked(what).into()
            },
            verdict,
            overridable: verdict != CheckVerdict::Good,
            reason: overridden.map(|overridden| overridden.reason.clone()),
        }
    };
    PHONE.iter().chain(recorder).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(cause: (&str, &str)) -> OpenForm {
        let party = PartyGiven {
            name: "示例公司".to_owned(),
            kind: "unit".to_owned(),
            uscc: None,
            representative: None,
        };
        OpenForm {
            activity: "patrol".to_owned(),
            officers: Vec::new(),
            party,
            cause: (cause.0.to_owned(), cause.1.to_owned()),
            place_text: String::new(),
            device_no: None,
        }
    }

    #[test]
    fn a_cause_in_words_is_its_own_code() {
        let asked = form(("", " 未建立职工名册 ")).asked().expect("the form is filled");
        assert_eq!(
            asked.cause,
            Cause { code: "未建立职工名册".to_owned(), name: "未建立职工名册".to_owned() }
        );
        let chosen = form(("wages", "工资支付")).asked().expect("the form is filled");
        assert_eq!(chosen.cause.code, "wages");
    }

    #[test]
    fn what_was_not_chosen_is_assumed_for_the_gate_only() {
        let mut unchosen = form(("", ""));
        unchosen.activity.clear();
        unchosen.party.kind.clear();
        assert!(unchosen.clone().assumed().is_ok());
        assert!(matches!(unchosen.asked(), Err(PhoneError::Word(_))));
    }
}

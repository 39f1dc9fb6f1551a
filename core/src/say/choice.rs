//! What people choose from: the words of the records, with their names. A screen shows the names and gives the code
//! back; it knows no vocabulary of its own.

use super::{Phrase, Sentence, label, phrase};
use crate::phone::PhoneError;
use liuhen_record::kind::{
    Activity, Condition, GapReason, NoticeChannel, NoticeResponse, PartyKind, RefusalReason, SignatureState,
    SignerRole, Trigger,
};
use serde::{Serialize, de::DeserializeOwned};

/// One thing to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The word of the record.
    pub code: String,
    /// Its name.
    pub label: Sentence,
}

/// The word of the record for a value of a closed vocabulary.
pub fn code<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Reads a word of the record; `None` for one that is not in the vocabulary.
pub fn read<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

/// Reads a word of the record.
///
/// # Errors
/// [`PhoneError::Word`] for one that is not in the vocabulary.
pub fn word<T: DeserializeOwned>(code: &str) -> Result<T, PhoneError> {
    read(code).ok_or_else(|| PhoneError::Word(code.to_owned()))
}

/// One value with its name.
pub fn choice<T: Serialize>(value: &T, label: impl Into<Sentence>) -> Choice {
    Choice { code: code(value), label: label.into() }
}

fn choices<T: Serialize + Copy>(values: &[T], label: impl Fn(T) -> Phrase) -> Vec<Choice> {
    values.iter().map(|value| choice(value, label(*value))).collect()
}

/// The activities of article 6, the most frequent first.
pub fn activities() -> Vec<Choice> {
    let all = [
        Activity::Patrol,
        Activity::EvidenceCollection,
        Activity::Inquiry,
        Activity::Service,
        Activity::Hearing,
        Activity::Coercion,
        Activity::Penalty,
    ];
    choices(&all, label::activity)
}

/// Causes that labour inspection meets (劳动保障监察条例 arts. 11, 23–30; 保障农民工工资支付条例), the patrol first, which has none of
/// its own. Any other is typed.
pub fn causes() -> Vec<Choice> {
    let all = [
        ("patrol", "日常巡查", "routine patrol"),
        ("wages", "工资支付、最低工资、经济补偿", "wages, minimum wage, severance pay"),
        ("migrant_wages", "农民工工资支付", "wages of migrant workers"),
        ("working_time", "工作时间和休息休假", "working time, rest and leave"),
        ("contract", "订立劳动合同", "labour contracts"),
        ("social_insurance", "社会保险参保缴费", "social insurance"),
        ("women_minors", "女职工和未成年工保护", "protection of women and minors"),
        ("child_labour", "使用童工", "child labour"),
        ("internal_rules", "内部规章制度", "internal rules"),
        ("agencies", "职业介绍、职业技能培训和鉴定", "job agencies, training and skill tests"),
        (
            "obstruction",
            "阻挠监察、伪证、拒不改正、打击报复",
            "obstruction, false evidence, defiance, retaliation",
        ),
    ];
    all.into_iter()
        .map(|(code, zh, en)| Choice { code: code.to_owned(), label: phrase(zh, en).into() })
        .collect()
}

/// What a form lacks in which no activity is chosen.
pub fn no_activity() -> Sentence {
    phrase("尚未选择执法活动", "no activity is chosen").into()
}

/// What a form lacks in which no sort of party is chosen.
pub fn no_party_kind() -> Sentence {
    phrase("尚未选择当事人类型", "no sort of party is chosen").into()
}

/// Unit or person.
pub fn party_kinds() -> Vec<Choice> {
    choices(&[PartyKind::Unit, PartyKind::Person], |kind| match kind {
        PartyKind::Unit => phrase("单位", "unit"),
        PartyKind::Person => phrase("个人", "person"),
    })
}

/// How notice is given (article 18).
pub fn channels() -> Vec<Choice> {
    choices(&[NoticeChannel::OnScreen, NoticeChannel::Spoken, NoticeChannel::Paper], label::channel)
}

/// What the party answers to the notice.
pub fn responses() -> Vec<Choice> {
    let all = [
        NoticeResponse::Acknowledged,
        NoticeResponse::Agreed,
        NoticeResponse::Objected,
        NoticeResponse::Unable,
        NoticeResponse::Absent,
    ];
    choices(&all, label::response)
}

/// Why there is a hole (article 17).
pub fn gap_reasons() -> Vec<Choice> {
    let all = [
        GapReason::PlaceChange,
        GapReason::DeviceFault,
        GapReason::BatteryLow,
        GapReason::StorageFull,
        GapReason::Environment,
        GapReason::StateSecret,
        GapReason::Privacy,
        GapReason::Emergency,
        GapReason::Obstructed,
        GapReason::Other,
    ];
    choices(&all, label::gap_reason)
}

/// The circumstances of article 12.
pub fn triggers() -> Vec<Choice> {
    choices(&[Trigger::T1, Trigger::T2, Trigger::T3, Trigger::T4], label::trigger)
}

/// Who may sign for the party.
pub fn party_signers() -> Vec<Choice> {
    let all = [SignerRole::Party, SignerRole::AuthorisedAgent, SignerRole::SiteLeader, SignerRole::Guardian];
    choices(&all, label::signer)
}

/// How it comes that the party does not sign.
pub fn signature_states() -> Vec<Choice> {
    let all = [SignatureState::Refused, SignatureState::Unable, SignatureState::Absent];
    choices(&all, label::signature_state)
}

/// Why the party does not sign.
pub fn refusal_reasons() -> Vec<Choice> {
    let all =
        [RefusalReason::Uncooperative, RefusalReason::Untrue, RefusalReason::NotStated, RefusalReason::Other];
    choices(&all, label::refusal_reason)
}

/// In which condition a recorder is handed out or comes back.
pub fn conditions() -> Vec<Choice> {
    choices(&[Condition::Good, Condition::Worn, Condition::Damaged], |condition| match condition {
        Condition::Good => phrase("完好", "good"),
        Condition::Worn => phrase("有磨损", "worn"),
        Condition::Damaged => phrase("损坏", "damaged"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_reads_back_as_the_word_of_the_record() {
        let all = [
            activities(),
            party_kinds(),
            channels(),
            responses(),
            gap_reasons(),
            triggers(),
            party_signers(),
            signature_states(),
            refusal_reasons(),
            conditions(),
        ];
        for choice in all.iter().flatten() {
            assert!(!choice.code.is_empty() && !choice.label.zh.is_empty() && !choice.label.en.is_empty());
        }
        assert_eq!(read::<Activity>(&activities()[1].code), Some(Activity::EvidenceCollection));
        assert_eq!(read::<Trigger>(&code(&Trigger::T3)), Some(Trigger::T3));
        assert_eq!(read::<GapReason>("lunch"), None);
    }
}

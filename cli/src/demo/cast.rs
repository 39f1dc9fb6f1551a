//! Who takes part, and what they say. All names are made up.

use liuhen_core::{recorder::IssueRequest, review::Strokes};
use liuhen_record::kind::Condition;
use std::collections::BTreeMap;

/// Officers of the demo's section, with certificates (also the example for `liuhen bureau officers`).
pub const OFFICERS: &str = include_str!("../../../spec/examples/officers.json");

/// Who signs.
#[derive(Debug, Clone, Copy)]
pub enum Hand {
    /// 王平
    Party,
    /// 李文
    FirstOfficer,
    /// 丁一
    SecondOfficer,
    /// 田玉
    Witness,
}

/// The handwriting of somebody.
pub fn strokes(hand: Hand) -> Result<Strokes, liuhen_core::review::StrokesError> {
    Strokes::parse(match hand {
        Hand::Party => include_bytes!("../../../spec/examples/strokes-party.json"),
        Hand::FirstOfficer => include_bytes!("../../../spec/examples/strokes-officer-1.json"),
        Hand::SecondOfficer => include_bytes!("../../../spec/examples/strokes-officer-2.json"),
        Hand::Witness => include_bytes!("../../../spec/examples/strokes-witness.json"),
    })
}

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// How the simulated recorder is handed out.
pub fn issue(recorder_no: &str) -> IssueRequest {
    IssueRequest {
        recorder_no: recorder_no.to_owned(),
        serial: "SIM0001".to_owned(),
        configured_officer_no: "210001".to_owned(),
        from_ms: None,
        issued_by: "赵保管".to_owned(),
        condition: Condition::Good,
        note: None,
    }
}

/// What the notice says beside what the phone knows.
pub fn notice() -> BTreeMap<String, String> {
    fields(&[("authority_contact", "综合科，0411-00000000"), ("party_words", "听清楚了，可以。")])
}

/// 现场检查笔录 of the first session.
pub fn inspection() -> BTreeMap<String, String> {
    fields(&[
        ("inspection_reason", "根据日常巡查计划，检查用人单位订立劳动合同、支付工资和缴纳社会保险情况。"),
        ("party_address", "大连市西岗区示例路18号"),
        ("site_contact", "王平"),
        ("site_contact_title", "人事主管"),
        ("weather", "晴"),
        ("party_confirms_certificate", "yes"),
        ("recusal_asked", "no"),
        (
            "findings",
            "现场有员工12人，出示劳动合同10份。\n查阅2026年9月、10月工资表，张贴于办公区公告栏，已拍照。\n考勤采用指纹机，导出记录已拍照。",
        ),
        ("measures", "要求单位于五个工作日内提交未出示的2份劳动合同复印件。"),
        ("party_opinion", "情况属实，按要求提交。"),
    ])
}

/// What the party wants changed in it.
pub fn inspection_correction() -> BTreeMap<String, String> {
    fields(&[(
        "findings",
        "现场有员工13人，出示劳动合同10份。\n查阅2026年9月、10月工资表，张贴于办公区公告栏，已拍照。\n考勤采用指纹机，导出记录已拍照。",
    )])
}

/// 询问笔录 of the second session.
pub fn inquiry() -> BTreeMap<String, String> {
    fields(&[
        ("inquiree_name", "王平"),
        ("inquiree_gender", "male"),
        ("inquiree_id_no", "21020319800101000X"),
        ("inquiree_employer", "大连示例餐饮有限公司"),
        ("inquiree_title", "人事主管"),
        ("relation_to_case", "agent"),
        ("rights_told", "yes"),
        ("recusal_asked", "no"),
        (
            "qa",
            "问：你单位有几名员工未签订书面劳动合同？\n答：三名，入职都不满一个月。\n问：以上三名员工的工资是否按时支付？\n答：我不清楚，要问财务。",
        ),
    ])
}

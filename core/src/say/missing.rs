//! What a gate misses, in sentences.

use super::{counted, label};
use crate::session::{Missing, day};
use chrono::{DateTime, FixedOffset};

struct Said {
    code: &'static str,
    zh: String,
    en: String,
}

#[expect(clippy::unnecessary_wraps, reason = "every arm of the groups below is one of these, or none")]
fn said(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Option<Said> {
    Some(Said { code, zh: zh.into(), en: en.into() })
}

/// The code for programs.
pub fn code(missing: &Missing) -> &'static str {
    say(missing).code
}

/// In Chinese.
pub fn zh(missing: &Missing) -> String {
    say(missing).zh
}

/// In English.
pub fn en(missing: &Missing) -> String {
    say(missing).en
}

fn say(missing: &Missing) -> Said {
    let said = officers(missing).or_else(|| opening(missing)).or_else(|| steps(missing));
    let said = said.or_else(|| words(missing)).or_else(|| closing(missing));
    let said = said.or_else(|| reviewing(missing)).or_else(|| signing(missing));
    let said = said.or_else(|| recorders(missing)).or_else(|| footage(missing));
    // Every variant is in one of the groups: a test goes through them all.
    said.unwrap_or_else(|| Said {
        code: "unknown",
        zh: "条件不满足".into(),
        en: "a condition is not met".into(),
    })
}

fn officers(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::Officers { found, required } => said(
            "officers",
            format!("执法人员不足：至少{required}名，现有{found}名"),
            format!("too few officers: at least {required} are required, {found} named"),
        ),
        Missing::UnknownOfficer { officer } => said(
            "unknown_officer",
            format!("名册中没有该执法人员：{officer}"),
            format!("officer {officer} is not on the roster"),
        ),
        Missing::OfficerTwice { officer } => said(
            "officer_twice",
            format!("同一执法人员重复填写：{officer}"),
            format!("officer {officer} is named twice"),
        ),
        Missing::Qualification { name, reason, .. } => {
            let reason = label::not_qualified(*reason);
            said(
                "qualification",
                format!("{name}目前不能执法记录：{}", reason.zh),
                format!("{name} may not be an officer of record now: {}", reason.en),
            )
        }
        Missing::LeadOfficer { found: 0 } => {
            said("lead_officer", "尚未指定主办人员", "no leading officer is named")
        }
        Missing::LeadOfficer { found } => said(
            "lead_officer",
            format!("主办人员只能有一名，现有{found}名"),
            format!("there is one leading officer; {found} are named"),
        ),
        _ => None,
    }
}

fn opening(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::Check => said("check", "尚未做使用前检查", "the equipment was not checked before use"),
        Missing::FreshCheck { age_minutes, allowed_minutes } => said(
            "fresh_check",
            format!("使用前检查已过{age_minutes}分钟，超过{allowed_minutes}分钟须重新检查"),
            format!(
                "the check is {age_minutes} minutes old; after {allowed_minutes} minutes it is made again"
            ),
        ),
        Missing::CheckPassed { what } => {
            let checked = label::checked(what);
            said(
                "check_passed",
                format!("使用前检查不合格：{}。确需使用请注明理由", checked.zh),
                format!("the check failed: {}; give a reason to use it all the same", checked.en),
            )
        }
        Missing::DeviceInOrder { device_no } => said(
            "device_in_order",
            format!("设备{device_no}已报故障，停用待修，不能用于记录"),
            format!("device {device_no} is reported out of order and may not record"),
        ),
        Missing::DeviceNo => {
            said("device_no", "尚未填写执法记录设备编号", "the recording device's number is missing")
        }
        Missing::PartyName => said("party_name", "尚未填写案件当事人", "the party's name is missing"),
        Missing::Cause => said("cause", "尚未选择案由", "the cause is missing"),
        Missing::Place => said("place", "尚未填写执法地点", "the place is missing"),
        Missing::Opened => said("opened", "执法活动尚未开始", "no session is open"),
        Missing::StillOpen => said("still_open", "执法活动已结束", "the session is closed"),
        _ => None,
    }
}

fn steps(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::CertificateShown => {
            said("certificate_shown", "尚未出示执法证件", "the enforcement certificates were not shown")
        }
        Missing::CertificateOf { name } => said(
            "certificate_of",
            format!("{name}的执法证件尚未出示"),
            format!("the certificate of {name} was not shown"),
        ),
        Missing::Notice => said("notice", "尚未告知录音录像", "notice of recording was not given"),
        Missing::NoticeDocument => said(
            "notice_document",
            "尚未填写录音录像告知书",
            "the notice of recording (录音录像告知书) was not filled in",
        ),
        Missing::NoticeFirst { title } => said(
            "notice_first",
            format!("《{title}》早于录音录像告知，应当事先告知"),
            format!("{title} precedes the notice of recording"),
        ),
        Missing::Template { template } => {
            said("template", format!("没有这种文书：{template}"), format!("there is no template {template}"))
        }
        Missing::Document => said("document", "本次执法活动没有这份文书", "the session has no such document"),
        Missing::Item { item } => said(
            "item",
            format!("本次执法活动没有这份声像资料：{}", label::short(item)),
            format!("the session has no item {}", label::short(item)),
        ),
        _ => None,
    }
}

fn words(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::FitText { field } => said(
            "fit_text",
            format!("文字过长或含有不能显示的字符：{field}"),
            format!("text too long or with characters that cannot be shown: {field}"),
        ),
        Missing::GapTimes => {
            said("gap_times", "中断的起止时间不对", "the gap's times are not within the session")
        }
        Missing::GapExplanation => said("gap_explanation", "尚未说明中断原因", "the gap is not explained"),
        Missing::GapSubstitute => said(
            "gap_substitute",
            "尚未注明替代记录（照片或文书）；没有的，请说明为什么没有",
            "name what stands in for the gap (photo or document), or say why nothing does",
        ),
        Missing::TriggerNote => {
            said("trigger_note", "“其他重要情况”须写明情况", "T4 needs words: say what happened")
        }
        Missing::FaultSymptom => said("fault_symptom", "尚未填写故障现象", "the fault's symptom is missing"),
        _ => None,
    }
}

fn closing(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::CaptureEnded { item } => said(
            "capture_ended",
            format!("录制尚未停止：{}", label::short(item)),
            format!("a capture is still running: {}", label::short(item)),
        ),
        Missing::HoleExplained { from_ms, to_ms } => {
            let (from, to) = (clock(*from_ms), clock(*to_ms));
            let secs = to_ms.saturating_sub(*from_ms) / 1_000;
            let length = if secs >= 120 { format!("{}分钟", secs / 60) } else { format!("{secs}秒") };
            said(
                "hole_explained",
                format!("{from}至{to}没有录音录像（{length}），尚未说明原因"),
                format!("no recording from {from} to {to} ({secs} s), and no explanation"),
            )
        }
        Missing::TextRecord { title } => said(
            "text_record",
            format!("尚未制作《{title}》"),
            format!("the written record {title} was not made"),
        ),
        Missing::RecorderFound { recorder_no } => said(
            "recorder_found",
            format!("执法记录仪{recorder_no}已断开连接，是否一直在录尚未确认"),
            format!("recorder {recorder_no} is out of reach; whether it went on recording is not known"),
        ),
        Missing::RecorderStop { recorder_no } => said(
            "recorder_stop",
            format!("执法记录仪{recorder_no}何时停止录制不明，请读取其文件清单或说明情况"),
            format!("when recorder {recorder_no} stopped is not known: collect its list, or explain"),
        ),
        Missing::ReviewSettled => said(
            "review_settled",
            "记录内容尚未交当事人查阅签字（拒签、不能签、不在场的，请注明）",
            "the party's review was neither signed nor noted as refused, unable or absent",
        ),
        Missing::ReviewOfLater { count } => said(
            "review_of_later",
            format!("有{count}项记录未经当事人查阅，请补查阅或说明原因"),
            format!(
                "{} came after the party's review; review again or explain",
                counted(*count as u64, "recording", "recordings")
            ),
        ),
        _ => None,
    }
}

fn reviewing(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::ReviewOpened => {
            said("review_opened", "尚未开始当事人查阅", "the party's review was not begun")
        }
        Missing::Recorded => said("recorded", "还没有可供查阅的记录", "there is nothing to review yet"),
        Missing::ReviewCurrent { title } => said(
            "review_current",
            format!("查阅开始后《{title}》已更正，请重新开始查阅"),
            format!("{title} was corrected after the review began: begin it again"),
        ),
        Missing::ItemReviewed { item } => said(
            "item_reviewed",
            format!("尚未查阅或注明放弃查阅：{}", label::short(item)),
            format!("item {} was neither reviewed nor waived", label::short(item)),
        ),
        Missing::ItemOfManifest { item } => said(
            "item_of_manifest",
            format!("查阅清单中没有或重复：{}", label::short(item)),
            format!("item {} is not on the review list, or is there twice", label::short(item)),
        ),
        Missing::WaiverReason { item } => said(
            "waiver_reason",
            format!("放弃查阅须注明原因：{}", label::short(item)),
            format!("waiving item {} needs a reason", label::short(item)),
        ),
        Missing::PageShown { title, page } => said(
            "page_shown",
            format!("《{title}》第{page}页尚未给当事人看"),
            format!("page {page} of {title} was not shown"),
        ),
        Missing::ConfirmationDocument => said(
            "confirmation_document",
            "尚未按本次查阅情况制作《记录内容查阅确认书》",
            "the confirmation (记录内容查阅确认书) was not made for this review",
        ),
        Missing::ConfirmationMadeAgain => said(
            "confirmation_made_again",
            "《记录内容查阅确认书》不能更正，请重新制作并交当事人查看后签字",
            "the confirmation (记录内容查阅确认书) is not corrected: make it again, show it and have it signed",
        ),
        _ => None,
    }
}

fn signing(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::PartySignature => said("party_signature", "当事人尚未签字", "the party has not signed"),
        Missing::OfficerSignatures { found, required } => said(
            "officer_signatures",
            format!("执法人员签字不足：须{required}名，已签{found}名"),
            format!("{required} officers sign; {found} did"),
        ),
        Missing::PartyFirst { name } => said(
            "party_first",
            format!("{name}的签字早于当事人，应当在当事人之后签字"),
            format!("{name} signed before the party; officers sign after"),
        ),
        Missing::OfficerOfRecord { name } => said(
            "officer_of_record",
            format!("{name}不是本次执法活动的执法人员"),
            format!("{name} is not an officer of this session"),
        ),
        Missing::FitSignature { name, rule } => said(
            "fit_signature",
            format!("{name}的签字无效，请重签"),
            format!("the signature of {name} is not valid: {rule}"),
        ),
        Missing::ReasonNote => {
            said("reason_note", "尚未写明不签字的原因", "the reason is not noted in words")
        }
        Missing::Witness => said("witness", "当事人不在场，须有见证人", "an absent party needs a witness"),
        Missing::NoWitnessNote => {
            said("no_witness_note", "没有见证人的，请注明原因", "there is no witness: note why")
        }
        Missing::WitnessDetails => said(
            "witness_details",
            "见证人的姓名、单位（住址）、电话尚未填全",
            "the witness's name, unit and telephone are not complete",
        ),
        Missing::IndependentWitness { name } => said(
            "independent_witness",
            format!("{name}是本机关执法人员，不能作见证人"),
            format!("{name} is an officer of the bureau and cannot be the witness"),
        ),
        Missing::WitnessSignature => {
            said("witness_signature", "见证人尚未签字", "the witness has not signed")
        }
        _ => None,
    }
}

fn recorders(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::Filled { field } => {
            said("filled", format!("尚未填写：{}", label::field(field).zh), format!("{field} is empty"))
        }
        Missing::OfficerNoFits => said(
            "officer_no_fits",
            "执法记录仪内的警号最多六位；证号另由领用登记对应",
            "an officer number in a recorder has at most six characters; the issue record ties it to the certificate",
        ),
        Missing::BindingTimes => said(
            "binding_times",
            "领用或归还时间不对：不能晚于现在，归还不能早于领用",
            "the times of issue or return are in the future or the wrong way round",
        ),
        Missing::RecorderFree { recorder_no, holder, .. } => said(
            "recorder_free",
            format!("执法记录仪{recorder_no}在{holder}名下，尚未归还"),
            format!("recorder {recorder_no} is in the hands of {holder} and was not returned"),
        ),
        Missing::RecorderIssued { recorder_no } => said(
            "recorder_issued",
            format!("执法记录仪{recorder_no}尚未办理领用，不能配对"),
            format!("recorder {recorder_no} is issued to nobody"),
        ),
        Missing::RecorderSame { recorder_no, expected, found } => said(
            "recorder_same",
            format!(
                "应答的不是领用的执法记录仪{recorder_no}：登记序号{expected}，应答序号{found}；已记录告警"
            ),
            format!(
                "not the recorder issued as {recorder_no}: serial {expected} is bound, {found} answers; recorded"
            ),
        ),
        Missing::RecorderCan { what } => said(
            "recorder_can",
            format!("该型号执法记录仪不支持：{}", label::ability(what).zh),
            format!("this recorder cannot do that: {}", label::ability(what).en),
        ),
        Missing::Supervision { device_no } => said(
            "supervision",
            format!("设备{device_no}已报故障，须两名执法人员或专门人员在场监督才能导出"),
            format!("device {device_no} is out of order: it is drained before two officers or the custodian"),
        ),
        Missing::FaultReport { device_no } => said(
            "fault_report",
            format!("设备{device_no}没有未了结的故障报告"),
            format!("device {device_no} is not reported out of order"),
        ),
        Missing::ProfessionalRepair { name } => said(
            "professional_repair",
            format!("{name}是本机关执法人员，不得自行维修；应交专业人员维修"),
            format!("{name} is an officer of the bureau; repairs are for professionals"),
        ),
        _ => None,
    }
}

fn footage(missing: &Missing) -> Option<Said> {
    match missing {
        Missing::FileUnassigned { .. } => said(
            "file_unassigned",
            "这不是未归属执法活动的记录仪文件，不能人工归属",
            "this is no file of a recorder that belongs to no session",
        ),
        Missing::SessionKnown { .. } => {
            said("session_known", "本机没有该执法活动", "there is no such session here")
        }
        Missing::AssignmentNew { .. } => {
            said("assignment_new", "该文件的归属没有变化", "the file belongs there already")
        }
        Missing::AssignmentReason => {
            said("assignment_reason", "请写明归属的理由", "say why the file belongs there")
        }
        _ => None,
    }
}

/// Hour, minute and second in Asia/Shanghai.
fn clock(at_ms: i64) -> String {
    let zone = FixedOffset::east_opt(day::SHANGHAI_MINUTES * 60);
    let local = zone.zip(DateTime::from_timestamp_millis(at_ms)).map(|(zone, at)| at.with_timezone(&zone));
    local.map_or_else(|| at_ms.to_string(), |at| at.format("%H:%M:%S").to_string())
}

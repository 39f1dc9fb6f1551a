//! Opening, showing, explaining, closing.

use super::word;
use crate::{
    args::OpenArgs,
    output::{Output, Refusal},
};
use liuhen_core::{
    phone::{CheckRequest, OpenSession, Phone},
    session::Hole,
};
use liuhen_record::kind::{Activity, Cause, GapReason, Overridden, Party, PartyKind, Trigger};
use serde_json::json;

/// `patrol check`
pub fn check(
    phone: &mut Phone,
    battery_percent: i64,
    planned_minutes: i64,
    overrides: Vec<(String, String)>,
    output: Output,
) -> Result<(), Refusal> {
    let overrides = overrides.into_iter().map(|(what, reason)| Overridden { what, reason }).collect();
    let body = phone.check_equipment(CheckRequest {
        battery_percent,
        planned_minutes,
        recorder: None,
        overrides,
    })?;
    let failed = body.failed.join("、");
    if body.failed.is_empty() {
        output.answer(&body, "使用前检查合格，已记录", "pre-use check passed and recorded");
    } else {
        output.answer(
            &body,
            &format!("使用前检查不合格：{failed}；已记录。可排除后重新检查，或用 --override 说明理由"),
            &format!("pre-use check failed: {failed}; recorded. Mend and check again, or give reasons by --override"),
        );
    }
    Ok(())
}

/// `patrol open`
pub fn open(phone: &mut Phone, arguments: OpenArgs, output: Output) -> Result<(), Refusal> {
    let activity: Activity = word("执法活动种类", &arguments.activity)?;
    let party = Party {
        name: arguments.party,
        kind: if arguments.person { PartyKind::Person } else { PartyKind::Unit },
        uscc: arguments.uscc,
        representative: arguments.representative,
    };
    let (code, name) = arguments.cause;
    let (session, body) = phone.open_session(OpenSession {
        activity,
        officers: arguments.officers,
        party,
        cause: Cause { code, name },
        place_text: arguments.place,
        device_no: None,
    })?;
    output.answer(
        &json!({ "session": session, "opened": body }),
        &format!("执法活动已开始：{session}"),
        &format!("activity opened: {session}"),
    );
    Ok(())
}

/// `patrol show-certificate`
pub fn show_certificate(phone: &mut Phone, confirmed: bool, output: Output) -> Result<(), Refusal> {
    phone.show_certificate(confirmed, None)?;
    output.answer(
        &json!({ "confirmed_by_party": confirmed }),
        "已记录出示执法证件",
        "certificates shown: recorded",
    );
    Ok(())
}

/// `patrol gap`
pub fn gap(
    phone: &mut Phone,
    reason: &str,
    explanation: &str,
    times: Option<(i64, i64)>,
    output: Output,
) -> Result<(), Refusal> {
    let reason: GapReason = word("间断原因", reason)?;
    let holes = match times {
        Some((from_ms, to_ms)) => vec![Hole { from_ms, to_ms }],
        None => phone.unexplained_holes()?,
    };
    for hole in &holes {
        let request = phone.gap_over(*hole, reason, explanation)?;
        phone.record_gap(&request)?;
    }
    let count = holes.len();
    output.answer(
        &json!({ "gaps": holes }),
        &format!("已说明录制间断 {count} 处"),
        &format!("{count} gaps explained"),
    );
    Ok(())
}

/// `patrol trigger`
pub fn trigger(phone: &mut Phone, code: &str, note: &str, output: Output) -> Result<(), Refusal> {
    let trigger: Trigger = word("第十二条情形", code)?;
    phone.mark_trigger(trigger, note)?;
    output.answer(
        &json!({ "trigger": code }),
        &format!("已标记 {code}，本次资料将长期保存"),
        &format!("{code} marked"),
    );
    Ok(())
}

/// `patrol fault`
pub fn fault(
    phone: &mut Phone,
    device_no: Option<&str>,
    symptom: &str,
    data_on_device: bool,
    output: Output,
) -> Result<(), Refusal> {
    phone.report_fault(device_no, symptom, data_on_device)?;
    output.answer(
        &json!({ "data_on_device": data_on_device }),
        "故障已报告，该设备停止使用，请交专业人员维修，勿自行拆装",
        "fault reported; the device is out of use until it is repaired",
    );
    Ok(())
}

/// `patrol close`
pub fn close(phone: &mut Phone, explanations: Vec<(String, String)>, output: Output) -> Result<(), Refusal> {
    let body = phone.close_session(&explanations.into_iter().collect())?;
    let (items, unreviewed) = (body.item_count(), body.unreviewed_count());
    output.answer(
        &body,
        &format!("执法活动已结束：资料 {items} 件，其中未经当事人查阅 {unreviewed} 件"),
        &format!("activity closed: {items} items, {unreviewed} not reviewed by the party"),
    );
    Ok(())
}

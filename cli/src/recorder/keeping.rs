//! Recorders in the bureau's keeping: issued, returned, repaired; and what their footage amounts to.

use super::args::{AssignArgs, IssueArgs, RepairArgs, ReturnArgs};
use crate::{
    lang::Lang,
    output::{Output, Refusal},
    patrol::{wait, word},
};
use liuhen_btle::Recorder;
use liuhen_core::{
    phone::{AssignRequest, Phone},
    recorder::{IssueRequest, RecorderFootage, ReturnRequest},
    say,
};
use liuhen_record::{
    ItemId, SessionId,
    kind::{Condition, RepairRecorded, RepairStep},
};
use serde_json::{Value, json};

/// `recorder issue`
pub fn issue(
    phone: &mut Phone,
    recorder_no: &str,
    arguments: IssueArgs,
    recorder: Option<Box<dyn Recorder>>,
    output: Output,
) -> Result<(), Refusal> {
    let condition: Condition = word("状况", &arguments.condition)?;
    let request = IssueRequest {
        recorder_no: recorder_no.to_owned(),
        serial: arguments.serial,
        configured_officer_no: arguments.officer_no,
        from_ms: arguments.from_ms,
        issued_by: arguments.issued_by,
        condition,
        note: arguments.note,
    };
    let officer = &arguments.officer;
    let body = match recorder {
        Some(mut recorder) => wait(phone.issue_recorder_at_hand(&request, officer, &mut *recorder))??,
        None => phone.issue_recorder(&request, officer)?,
    };
    let (key_zh, key_en) = match body.key_sha256 {
        Some(_) => ("；设备密钥已核验并绑定", "; its key was proved and is bound"),
        None => ("", ""),
    };
    output.answer(
        &body,
        &format!(
            "已登记领用：{recorder_no}（序号 {}）→ {}，证号 {}{key_zh}",
            body.serial, body.name, body.cert_no
        ),
        &format!(
            "issued: {recorder_no} (serial {}) to {}, certificate {}{key_en}",
            body.serial, body.name, body.cert_no
        ),
    );
    Ok(())
}

/// `recorder return`
pub fn give_back(
    phone: &mut Phone,
    recorder_no: &str,
    arguments: ReturnArgs,
    output: Output,
) -> Result<(), Refusal> {
    let condition: Condition = word("状况", &arguments.condition)?;
    let body = phone.return_recorder(&ReturnRequest {
        recorder_no: recorder_no.to_owned(),
        to_ms: arguments.to_ms,
        received_by: arguments.received_by,
        condition,
        data_on_device: !arguments.no_data_on_device,
        note: arguments.note,
    })?;
    let (zh, en) = if condition == Condition::Damaged {
        ("；设备损坏，停用待修", "; it is damaged and out of use until it is repaired")
    } else {
        ("", "")
    };
    output.answer(
        &body,
        &format!("已登记归还：{recorder_no}，接收人 {}{zh}", body.received_by),
        &format!("returned: {recorder_no}, received by {}{en}", body.received_by),
    );
    Ok(())
}

/// `recorder repair`
pub fn repair(
    phone: &mut Phone,
    recorder_no: &str,
    arguments: RepairArgs,
    output: Output,
) -> Result<(), Refusal> {
    let step: RepairStep = word("维修步骤", &arguments.step)?;
    let body = phone.record_repair(&RepairRecorded {
        device_no: recorder_no.to_owned(),
        step,
        repairer: arguments.repairer,
        approved_by: arguments.approved_by,
        approval_no: arguments.approval_no,
        cost_fen: arguments.cost_fen,
        note: arguments.note,
    })?;
    let unpaid = body.cost_fen.is_some() && body.approval_no.is_none();
    let (zh, en) = match step {
        RepairStep::Sent => ("已登记送修", "sent to repair"),
        RepairStep::Returned => ("已登记修复返回，可以使用", "back from repair and fit for use"),
        RepairStep::Retired => ("已登记停用报废", "retired"),
    };
    let (more_zh, more_en) = if unpaid {
        ("；无审批号，费用不予报销", "; without an approval number the cost is not reimbursed")
    } else {
        ("", "")
    };
    output.answer(&body, &format!("{recorder_no}：{zh}{more_zh}"), &format!("{recorder_no}: {en}{more_en}"));
    Ok(())
}

/// `recorder assign`
pub fn assign(phone: &mut Phone, arguments: &AssignArgs, output: Output) -> Result<(), Refusal> {
    let unknown = |text: &str| Refusal::new("id", format!("不是编号：{text}"), format!("not an id: {text}"));
    let item: ItemId = arguments.item.parse().map_err(|_| unknown(&arguments.item))?;
    let session = arguments.session.as_deref();
    let session = session.map(|text| text.parse::<SessionId>().map_err(|_| unknown(text))).transpose()?;
    let (officer, reason) = (arguments.officer.clone(), arguments.reason.clone());
    let body = phone.assign_file(&AssignRequest { item, session, officer, reason })?;
    let again = body.supersedes;
    let (again_zh, again_en) = (
        again.map_or(String::new(), |seq| format!("；取代第 {seq} 号记录，该记录保留")),
        again.map_or(String::new(), |seq| format!("; supersedes record {seq}, which stays")),
    );
    let (zh, en) = match session {
        Some(session) => (format!("已归入执法活动 {session}"), format!("now belongs to session {session}")),
        None => ("人工归属已撤回".to_owned(), "the assignment by hand is taken back".to_owned()),
    };
    output.answer(
        &body,
        &format!("资料 {item} {zh}，{}（证号 {}）决定{again_zh}；文件未作任何改动", body.name, body.cert_no),
        &format!(
            "item {item} {en}, says {} (certificate {}){again_en}; the file is as it was",
            body.name, body.cert_no
        ),
    );
    Ok(())
}

/// `recorder release`
pub fn release(phone: &mut Phone, recorder_no: &str, output: Output) -> Result<(), Refusal> {
    phone.release_recorder(recorder_no)?;
    output.answer(
        &json!({ "recorder_no": recorder_no, "event": "released" }),
        &format!("执法记录仪 {recorder_no} 已解除配对"),
        &format!("recorder {recorder_no} released"),
    );
    Ok(())
}

/// `recorder status` without a link: what the ledger says.
pub fn status(phone: &Phone, recorder_no: Option<&str>, output: Output) -> Result<(), Refusal> {
    let (register, footage) = (phone.recorder_register()?, phone.footage(None)?);
    let mut numbers: Vec<&str> = register.bindings().iter().map(|b| b.issued.recorder_no.as_str()).collect();
    numbers.extend(footage.recorders().map(|(no, _)| no));
    numbers.sort_unstable();
    numbers.dedup();
    numbers.retain(|no| recorder_no.is_none_or(|wanted| wanted == *no));
    let (mut values, mut zh, mut en) = (Vec::new(), Vec::new(), Vec::new());
    for no in numbers {
        let held = register.held(no);
        let of = footage.recorder(no);
        let faulty = phone.is_faulty(no)?;
        let holder = held.map(|b| (b.issued.name.as_str(), b.issued.cert_no.as_str()));
        values.push(json!({
            "recorder_no": no,
            "faulty": faulty,
            "issued": held.map(|b| &b.issued),
            "footage": of.map_or(Value::Null, counts),
        }));
        let (issued_zh, issued_en) = holder.map_or_else(
            || ("未领用".to_owned(), "issued to nobody".to_owned()),
            |(name, cert)| {
                (format!("领用人 {name}（证号 {cert}）"), format!("issued to {name} (certificate {cert})"))
            },
        );
        let (fault_zh, fault_en) = if faulty { ("，故障停用", ", out of order") } else { ("", "") };
        zh.push(format!("{no}：{issued_zh}{fault_zh}"));
        en.push(format!("{no}: {issued_en}{fault_en}"));
        if let Some(of) = of {
            zh.extend(lines(of, true));
            en.extend(lines(of, false));
        }
    }
    if values.is_empty() {
        zh.push("没有执法记录仪的记录".to_owned());
        en.push("no recorder is known".to_owned());
    }
    output.answer(&json!({ "recorders": values }), &zh.join("\n"), &en.join("\n"));
    Ok(())
}

fn counts(of: &RecorderFootage) -> Value {
    let paths = |files: &[liuhen_record::kind::FileImported]| {
        files.iter().map(|file| file.path.clone()).collect::<Vec<_>>()
    };
    json!({
        "matched": of.matched.len(),
        "missing": of.missing.iter().map(|file| &file.name).collect::<Vec<_>>(),
        "unknown": paths(&of.unknown),
        "altered": paths(&of.altered),
        "unassigned": of.unassigned.iter().map(|file| json!({ "path": file.path, "item": file.item, "why": file.unassigned })).collect::<Vec<_>>(),
        "by_hand": of.by_hand.iter().map(|(file, word)| json!({ "path": file.path, "item": file.item, "session": word.session, "said": word.said })).collect::<Vec<_>>(),
        "not_imported": of.not_imported,
        "last_import": of.last_import,
        "releasable": of.releasable.len(),
    })
}

/// What became of a recorder's footage, line by line.
pub fn lines(of: &RecorderFootage, zh: bool) -> Vec<String> {
    let pick = |chinese: String, english: String| if zh { chinese } else { english };
    let (matched, missing, unknown, altered) =
        (of.matched.len(), of.missing.len(), of.unknown.len(), of.altered.len());
    let mut lines = vec![pick(
        format!(
            "  与清单相符 {matched}，缺失 {missing}，清单外 {unknown}，不一致 {altered}，可释放 {}",
            of.releasable.len()
        ),
        format!(
            "  matched {matched}, missing {missing}, unknown {unknown}, altered {altered}, releasable {}",
            of.releasable.len()
        ),
    )];
    let missing = of.missing.iter().map(|file| ("缺失", "missing", &file.name));
    let altered = of.altered.iter().map(|file| ("不一致", "altered", &file.path));
    let unknown = of.unknown.iter().map(|file| ("清单外", "unknown", &file.path));
    let left_out = of.not_imported.iter().map(|file| ("未完整导入", "not copied whole", &file.path));
    for (chinese, english, path) in missing.chain(altered).chain(unknown).chain(left_out) {
        lines.push(pick(format!("  · {chinese} {path}"), format!("  · {english} {path}")));
    }
    for file in &of.unassigned {
        let (path, item) = (&file.path, file.item);
        let why = file.unassigned.map(say::screen::unassigned);
        let because = |lang| why.as_ref().map_or("", |why| why.text(lang));
        lines.push(pick(
            format!("  · 未归属 {path}（资料 {item}）：{}", because(Lang::Zh)),
            format!("  · unassigned {path} (item {item}): {}", because(Lang::En)),
        ));
    }
    for (file, word) in &of.by_hand {
        let (path, session) = (&file.path, word.session.map_or(String::new(), |id| id.to_string()));
        let (name, reason) = (&word.said.name, &word.said.reason);
        lines.push(pick(
            format!("  · 人工归属 {path} → 执法活动 {session}：{name}，{reason}"),
            format!("  · assigned by hand {path} to session {session}: {name}, {reason}"),
        ));
    }
    lines
}

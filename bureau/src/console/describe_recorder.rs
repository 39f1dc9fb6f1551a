//! Records of recorders' keeping and footage in a few Chinese lines.

use super::words;
use liuhen_record::{
    Kind,
    kind::{
        Condition, FileImported, ImportFinished, ImportOutcome, ListMatch, MatchedBy, RecorderIssued,
        RepairRecorded,
    },
};

/// The lines below a record's name.
pub fn lines(kind: &Kind) -> Vec<String> {
    match kind {
        Kind::RecorderIssued(b) => issued(b),
        Kind::RecorderReturned(b) => vec![
            format!("{} 由 {} 收回，{}", b.recorder_no, b.received_by, condition(b.condition)),
            if b.data_on_device {
                "设备内仍有资料".to_owned()
            } else {
                "设备内无资料".to_owned()
            },
            b.note.clone().unwrap_or_default(),
        ],
        Kind::RecorderAlarm(b) => {
            let expected = b.expected.as_ref().map_or(String::new(), |text| format!("；应为 {text}"));
            let found = b.found.as_ref().map_or(String::new(), |text| format!("；实为 {text}"));
            let file = b.file.as_ref().map_or(String::new(), |text| format!("；文件 {text}"));
            vec![format!("{}：{}{expected}{found}{file}", b.recorder_no, words::alarm(b.alarm))]
        }
        Kind::RepairRecorded(b) => repair(b),
        Kind::ImportBegun(b) => {
            let people: Vec<_> = b.supervisors.iter().map(|s| s.name.as_str()).collect();
            let seen = if people.is_empty() {
                String::new()
            } else {
                format!("，监督人 {}", people.join("、"))
            };
            let label = b.card_officer_no.as_ref().map_or(String::new(), |no| format!("，卡内警号 {no}"));
            vec![format!("{}{label}{seen}", b.recorder_no)]
        }
        Kind::FileImported(b) => imported(b),
        Kind::FileNotImported(b) => vec![format!("{}：{}", b.path, words::not_imported(b.reason))],
        Kind::FootageMissing(b) => {
            let names: Vec<_> = b.files.iter().take(20).map(|f| f.name.as_str()).collect();
            vec![format!("{}：清单所列 {} 个文件不在卡上", b.recorder_no, b.files.len()), names.join("、")]
        }
        Kind::FileAssigned(b) => vec![
            format!("{} 的文件，{}（证号 {}）决定归属，资料 {}", b.recorder_no, b.name, b.cert_no, b.item),
            format!("理由：{}", b.reason),
            b.supersedes.map_or(String::new(), |seq| format!("取代第 {seq} 号记录的归属；该记录保留")),
        ],
        Kind::ImportFinished(b) => finished(b),
        Kind::FootageReleasable(b) => {
            vec![format!(
                "{}：{} 个文件已核验入库，记录仪内副本可释放（未删除）",
                b.recorder_no,
                b.files.len()
            )]
        }
        _ => Vec::new(),
    }
}

fn issued(b: &RecorderIssued) -> Vec<String> {
    vec![
        format!("{}（序号 {}）发放给 {}，证号 {}，{}", b.recorder_no, b.serial, b.name, b.cert_no, b.unit),
        format!(
            "自 {} 起；设备内警号 {}；发放人 {}，{}",
            words::at(b.from_ms),
            if b.configured_officer_no.is_empty() { "未设置" } else { &b.configured_officer_no },
            b.issued_by,
            condition(b.condition)
        ),
        b.note.clone().unwrap_or_default(),
    ]
}

fn repair(b: &RepairRecorded) -> Vec<String> {
    let step = words::repair_step(b.step);
    let cost = b.cost_fen.map_or(String::new(), |fen| {
        let paid = if b.approval_no.is_some() { "" } else { "（无审批号，不予报销）" };
        format!("；费用 {}.{:02} 元{paid}", fen / 100, fen % 100)
    });
    let number = b.approval_no.as_ref().map_or(String::new(), |no| format!("，审批号 {no}"));
    vec![format!("{}：{step}；{}；批准人 {}{number}{cost}", b.device_no, b.repairer, b.approved_by)]
}

fn imported(b: &FileImported) -> Vec<String> {
    let changed = if b.changed_while_read { "；读取期间文件有变化" } else { "" };
    let time =
        b.claimed_from_ms.map_or("无录制时间".to_owned(), |ms| format!("记录仪时间 {}", words::at(ms)));
    vec![
        format!("{} {}", b.path, words::bytes(b.len_bytes)),
        format!("{}；{time}{changed}", listed(&b.listed)),
        b.unassigned.map_or(String::new(), |why| format!("未归属执法活动：{}", words::unassigned(why))),
    ]
}

fn finished(b: &ImportFinished) -> Vec<String> {
    let outcome = match b.outcome {
        ImportOutcome::Complete => "全部读完",
        ImportOutcome::Cancelled => "人工中止",
        ImportOutcome::CardLost => "存储卡中途断开",
        ImportOutcome::StorageFull => "本机空间不足或存储出错",
    };
    vec![
        format!("{}：{outcome}；封存 {} 件，此前已有 {} 件", b.recorder_no, b.files, b.already_here),
        format!(
            "与清单相符 {}，缺失 {}，清单外 {}，不一致 {}；未归属 {}，未完整导入 {}",
            b.matched, b.missing, b.unknown, b.altered, b.unassigned, b.not_imported
        ),
    ]
}

fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Good => "状况良好",
        Condition::Worn => "有磨损，可用",
        Condition::Damaged => "损坏，停用待修",
    }
}

/// How a file stands to the recorder's list.
pub fn listed(listed: &ListMatch) -> String {
    match listed {
        ListMatch::Matched { by, listed_name } => {
            let by = match by {
                MatchedBy::Digest => "摘要",
                MatchedBy::NameAndLength => "名称和长度",
            };
            let other = listed_name.as_ref().map_or(String::new(), |name| format!("，清单中名为 {name}"));
            format!("与清单相符（按{by}{other}）")
        }
        ListMatch::Altered { .. } => "与清单不一致：同名文件内容不同".to_owned(),
        ListMatch::Unknown => "清单中没有".to_owned(),
    }
}

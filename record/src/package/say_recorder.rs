//! Records about recorders and their footage in Chinese words, for the readable page.

use super::say::size;
use crate::kind::{Kind, ListMatch};
use crate::words;

/// The particulars of a record about a recorder's keeping or its footage, in one line.
pub fn detail(kind: &Kind) -> String {
    match kind {
        Kind::RecorderIssued(b) => format!(
            "{}（序号 {}）由 {} 发放给 {}（证号 {}，设备内警号 {}）",
            b.recorder_no, b.serial, b.issued_by, b.name, b.cert_no, b.configured_officer_no
        ),
        Kind::RecorderReturned(b) => format!("{} 由 {} 收回", b.recorder_no, b.received_by),
        Kind::RecorderAlarm(b) => {
            let told = |text: &Option<String>| text.clone().unwrap_or_default();
            format!(
                "{} {}：应为 {}，实为 {}",
                b.recorder_no,
                words::alarm(b.alarm),
                told(&b.expected),
                told(&b.found)
            )
        }
        Kind::RepairRecorded(b) => {
            format!(
                "{} {}：{}，批准人 {}",
                b.device_no,
                words::repair_step(b.step),
                b.repairer,
                b.approved_by
            )
        }
        Kind::ImportBegun(b) => format!("{} 监督人 {} 名", b.recorder_no, b.supervisors.len()),
        Kind::FileImported(b) => {
            let place = if b.unassigned.is_some() { "，未归属执法活动" } else { "" };
            format!("{} {} {}{place}", b.path, size(b.len_bytes), listed(&b.listed))
        }
        Kind::FileNotImported(b) => format!("{} {}", b.path, words::not_imported(b.reason)),
        Kind::FootageMissing(b) => format!("{} 缺失 {} 个文件", b.recorder_no, b.files.len()),
        Kind::ImportFinished(b) => format!(
            "{} 封存 {} 件，相符 {}，缺失 {}，清单外 {}，不一致 {}",
            b.recorder_no, b.files, b.matched, b.missing, b.unknown, b.altered
        ),
        Kind::FootageReleasable(b) => format!("{} 共 {} 个文件，未删除", b.recorder_no, b.files.len()),
        Kind::FileAssigned(b) => {
            let again = b.supersedes.map_or(String::new(), |seq| format!("，取代第 {seq} 号记录"));
            format!(
                "{} 资料 {} 由 {}（证号 {}）决定归属{again}，理由：{}",
                b.recorder_no, b.item, b.name, b.cert_no, b.reason
            )
        }
        _ => String::new(),
    }
}

fn listed(listed: &ListMatch) -> &'static str {
    match listed {
        ListMatch::Matched { .. } => "与清单相符",
        ListMatch::Altered { .. } => "与清单不一致",
        ListMatch::Unknown => "清单外",
    }
}

//! Records about recorders and their footage in Chinese words, for the readable page.

use super::words::size;
use crate::kind::{Alarm, Kind, ListMatch, NotImported, RepairStep};

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
                alarm(b.alarm),
                told(&b.expected),
                told(&b.found)
            )
        }
        Kind::RepairRecorded(b) => {
            format!("{} {}：{}，批准人 {}", b.device_no, repair(b.step), b.repairer, b.approved_by)
        }
        Kind::ImportBegun(b) => format!("{} 监督人 {} 名", b.recorder_no, b.supervisors.len()),
        Kind::FileImported(b) => {
            let place = if b.unassigned.is_some() { "，未归属执法活动" } else { "" };
            format!("{} {} {}{place}", b.path, size(b.len_bytes), listed(&b.listed))
        }
        Kind::FileNotImported(b) => format!("{} {}", b.path, not_imported(b.reason)),
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

/// What is wrong with a recorder.
fn alarm(alarm: Alarm) -> &'static str {
    match alarm {
        Alarm::Swapped => "设备被调换",
        Alarm::OtherOfficer => "设备内警号不符",
        Alarm::BatteryLow => "电量低",
        Alarm::BatteryCritical => "电量即将耗尽",
        Alarm::StorageLow => "存储空间不足",
        Alarm::StoppedByItself => "自行停止录制",
        Alarm::ListChanged => "文件清单前后不一致",
    }
}

fn repair(step: RepairStep) -> &'static str {
    match step {
        RepairStep::Sent => "送修",
        RepairStep::Returned => "修复返回",
        RepairStep::Retired => "停用报废",
    }
}

fn listed(listed: &ListMatch) -> &'static str {
    match listed {
        ListMatch::Matched { .. } => "与清单相符",
        ListMatch::Altered { .. } => "与清单不一致",
        ListMatch::Unknown => "清单外",
    }
}

fn not_imported(reason: NotImported) -> &'static str {
    match reason {
        NotImported::Unreadable => "无法打开",
        NotImported::ReadError => "读取中断，已读部分已封存",
        NotImported::SymbolicLink => "符号链接，不跟随",
        NotImported::SpecialFile => "不是普通文件",
        NotImported::TooMany => "层级过深或数量过多",
        NotImported::StorageFull => "本机空间不足，已读部分已封存",
        NotImported::StorageError => "本机存储出错，已读部分已封存",
        NotImported::Cancelled => "人工中止，已读部分已封存",
    }
}

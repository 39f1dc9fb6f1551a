//! Codes as people say them, and numbers as people read them.

use crate::{
    index::shanghai,
    store::{Incident, IncidentKind, ItemStage, Review, SessionOutcome},
};
use liuhen_record::kind::{MediaSource, PartyKind, RecoveryRule, Trigger};
pub use liuhen_record::words::{
    alarm, channel, close_cause, gap_reason, grade, kind, not_imported, officer_role, recorder_event,
    refusal_reason, repair_step, response, signature_state, signer, trigger, unassigned,
};

/// An instant in Asia/Shanghai.
pub fn at(ms: i64) -> String {
    shanghai(ms)
        .map_or_else(|| "（时间无法表示）".to_owned(), |at| at.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// The time of day of an instant in Asia/Shanghai.
pub fn clock(ms: i64) -> String {
    shanghai(ms).map_or_else(|| "—".to_owned(), |at| at.format("%H:%M:%S").to_string())
}

/// From one instant to another: one instant when they are the same second, and the day only once.
pub fn between(from_ms: i64, to_ms: i64) -> String {
    let (from, to) = (at(from_ms), at(to_ms));
    if from == to {
        return from;
    }
    let to = if from.get(..10) == to.get(..10) { clock(to_ms) } else { to };
    format!("{from} 至 {to}（{}）", duration(to_ms - from_ms))
}

/// A duration.
pub fn duration(ms: i64) -> String {
    let secs = ms.max(0) / 1000;
    match (secs / 3600, secs / 60 % 60, secs % 60) {
        (0, 0, s) => format!("{s} 秒"),
        (0, m, s) => format!("{m} 分 {s} 秒"),
        (h, m, s) => format!("{h} 小时 {m} 分 {s} 秒"),
    }
}

/// A length in bytes.
pub fn bytes(len: i64) -> String {
    let mut size = len as f64;
    for unit in ["字节", "KiB", "MiB", "GiB"] {
        if size < 1024.0 || unit == "GiB" {
            return if unit == "字节" { format!("{len} {unit}") } else { format!("{size:.1} {unit}") };
        }
        size /= 1024.0;
    }
    String::new()
}

/// First digits of a long hexadecimal number.
pub fn short(hex: &impl ToString) -> String {
    hex.to_string().chars().take(12).collect()
}

/// Activity by its word in the record.
pub fn activity(word: &str) -> &'static str {
    by_word(word).map_or("其他", liuhen_record::words::activity)
}

/// Media by its word in the record.
pub fn media(word: &str) -> &'static str {
    by_word(word).map_or("其他文件", liuhen_record::words::media)
}

fn by_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub fn source(source: MediaSource) -> &'static str {
    match source {
        MediaSource::Phone => "手机",
        MediaSource::Recorder => "执法记录仪",
        MediaSource::Camera => "照相机",
        MediaSource::Camcorder => "摄像机",
        MediaSource::FixedCamera => "视频监控设施",
    }
}

/// Tone and word of an item's state.
pub fn stage(stage: ItemStage) -> (&'static str, &'static str) {
    match stage {
        ItemStage::Captured => ("busy", "采集中"),
        ItemStage::Sealed => ("wait", "待上传"),
        ItemStage::Stored => ("good", "已入库"),
        ItemStage::Refused => ("bad", "已拒收"),
    }
}

/// Tone and word of what the party did with an item.
pub fn review(review: Review) -> (&'static str, &'static str) {
    match review {
        Review::None => ("wait", "未经当事人查阅"),
        Review::Reviewed => ("good", "当事人已查阅"),
        Review::Waived => ("busy", "当事人放弃查阅"),
        Review::Refused => ("bad", "当事人拒绝或未能查阅"),
    }
}

/// Tone and word of how a session's review ended.
pub fn outcome(outcome: SessionOutcome) -> (&'static str, &'static str) {
    match outcome {
        SessionOutcome::None => ("wait", "尚未查阅签字"),
        SessionOutcome::Confirmed => ("good", "已查阅并签字"),
        SessionOutcome::Refused => ("bad", "拒绝、不能签字或不在场"),
    }
}

pub fn incident(kind: IncidentKind) -> &'static str {
    match kind {
        IncidentKind::Fork => "分叉",
        IncidentKind::Gap => "断号",
        IncidentKind::Invalid => "拒收",
        IncidentKind::ItemDigest => "资料摘要不符",
    }
}

/// Why a record was refused, in words; rules of the format keep their own name beside it.
pub fn incident_reason(incident: &Incident) -> String {
    match incident.kind {
        IncidentKind::Fork => format!("第 {} 号已保存另一条内容不同的记录", incident.seq),
        IncidentKind::Gap => format!("第 {} 号之前的记录未收到", incident.seq),
        IncidentKind::ItemDigest => "分片拼合后与签名记录中的文件摘要不符".to_owned(),
        IncidentKind::Invalid => format!("不符合记录规则（{}）", rule(&incident.reason)),
    }
}

fn rule(reason: &str) -> &str {
    match reason {
        "not signed" => "缺少设备签名",
        "the signature does not verify" => "设备签名验证失败",
        "written by another device" => "由其他设备书写",
        "enrolled at another bureau" => "登记于其他单位",
        "the first record enrols the device" | "a device is enrolled by its first record" => {
            "首条记录必须是设备登记"
        }
        "the record belongs into a session" => "应属于某次执法活动",
        "the record belongs outside every session" => "不应属于执法活动",
        "the session was opened before" => "执法活动重复开始",
        "the session was never opened" => "执法活动未开始",
        "the session belongs to another device" => "执法活动属于其他设备",
        "the item was opened before" => "资料重复开始采集",
        "the item was never opened" => "资料未开始采集即封存",
        "the item was sealed before" => "资料重复封存",
        "the item belongs elsewhere" => "资料属于其他设备或活动",
        reason if reason.contains("does not follow") => "未衔接上一条记录",
        reason if reason.contains("canonical") => "不是规范形式",
        reason => reason,
    }
}

/// Triggers as kept in the index.
pub fn triggers(words: &str) -> Vec<&'static str> {
    let known = [("T1", Trigger::T1), ("T2", Trigger::T2), ("T3", Trigger::T3), ("T4", Trigger::T4)];
    known.iter().filter(|(word, _)| words.split(' ').any(|w| w == *word)).map(|(_, t)| trigger(*t)).collect()
}

pub fn party_kind(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Person => "个人",
        PartyKind::Unit => "单位",
    }
}

pub fn recovery(rule: RecoveryRule) -> &'static str {
    match rule {
        RecoveryRule::AlreadySealed => "文件已完整封存",
        RecoveryRule::FromJournal => "由尾部日志补全末块",
        RecoveryRule::ResealedLast => "末块重新封存",
        RecoveryRule::Empty => "无媒体数据落盘，封存为空文件",
    }
}

pub fn audit_action(word: &str) -> &'static str {
    match word {
        "sign_in" => "登录",
        "sign_in_refused" => "登录被拒",
        "sign_in_throttled" => "登录被限流",
        "sign_out" => "退出",
        "password_changed" => "修改密码",
        "password_refused" => "修改密码被拒",
        "password_throttled" => "修改密码被限流",
        "view_home" => "查看今日概况",
        "view_day" => "查看当日存储",
        "view_item" => "查看资料页",
        "view_session" => "查看执法活动页",
        "view_signature" => "查看签名",
        "view_devices" => "查看设备列表",
        "view_device" => "查看设备页",
        "view_recorders" => "查看执法记录仪",
        "view_audit" => "查看审计日志",
        "view_audit_refused" => "查看审计日志被拒",
        "search" => "检索资料",
        "download" => "下载记录或证明",
        "enrol_code_made" => "生成登记码",
        "account_added" => "新增账号",
        "device_revoked" => "注销设备",
        "officers_imported" => "导入执法人员名册",
        "recipients_signed" => "签发接收方名单",
        "witnesses_signed" => "签发见证方名单",
        "stamp_asked" => "申请可信时间戳",
        "package_written" => "导出数据包",
        _ => "其他操作",
    }
}

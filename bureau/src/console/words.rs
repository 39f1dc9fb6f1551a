//! Codes as people say them, and numbers as people read them.

use crate::{
    index::shanghai,
    store::{Incident, IncidentKind, ItemStage, Review, SessionOutcome},
};
use liuhen_record::{
    Kind,
    kind::{
        Activity, CloseCause, GapReason, MediaKind, MediaSource, NoticeChannel, NoticeResponse, OfficerRole,
        PartyKind, RecorderEventKind, RecoveryRule, RefusalReason, SignatureState, SignerRole, Trigger,
    },
    time::TimeGrade,
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
    match serde_json::from_value(serde_json::Value::String(word.to_owned())) {
        Ok(Activity::Patrol) => "日常巡查",
        Ok(Activity::EvidenceCollection) => "调查取证",
        Ok(Activity::Inquiry) => "询问当事人",
        Ok(Activity::Service) => "文书送达",
        Ok(Activity::Hearing) => "行政听证",
        Ok(Activity::Coercion) => "行政强制",
        Ok(Activity::Penalty) => "实施处罚",
        Err(_) => "其他",
    }
}

/// Media by its word in the record.
pub fn media(word: &str) -> &'static str {
    match serde_json::from_value(serde_json::Value::String(word.to_owned())) {
        Ok(MediaKind::Photo) => "照片",
        Ok(MediaKind::Audio) => "录音",
        Ok(MediaKind::Video) => "录像",
        Ok(MediaKind::Thumbnail) => "缩略图",
        Ok(MediaKind::Other) | Err(_) => "其他文件",
    }
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

pub fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::T1 => "T1 当事人提出异议、投诉、上访",
        Trigger::T2 => "T2 当事人逃避、拒绝、阻碍执法或侮辱殴打执法人员",
        Trigger::T3 => "T3 参与处置群体性事件、突发事件",
        Trigger::T4 => "T4 其他重要情况",
    }
}

/// Triggers as kept in the index.
pub fn triggers(words: &str) -> Vec<&'static str> {
    let known = [("T1", Trigger::T1), ("T2", Trigger::T2), ("T3", Trigger::T3), ("T4", Trigger::T4)];
    known.iter().filter(|(word, _)| words.split(' ').any(|w| w == *word)).map(|(_, t)| trigger(*t)).collect()
}

pub fn officer_role(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Lead => "主办",
        OfficerRole::Assisting => "协办",
    }
}

pub fn party_kind(kind: PartyKind) -> &'static str {
    match kind {
        PartyKind::Person => "个人",
        PartyKind::Unit => "单位",
    }
}

pub fn channel(channel: NoticeChannel) -> &'static str {
    match channel {
        NoticeChannel::Spoken => "口头宣读",
        NoticeChannel::OnScreen => "屏幕出示",
        NoticeChannel::Paper => "书面",
    }
}

pub fn response(response: NoticeResponse) -> &'static str {
    match response {
        NoticeResponse::Agreed => "同意",
        NoticeResponse::Acknowledged => "已知悉",
        NoticeResponse::Objected => "反对",
        NoticeResponse::Unable => "无法表达",
        NoticeResponse::Absent => "不在场",
    }
}

pub fn gap_reason(reason: GapReason) -> &'static str {
    match reason {
        GapReason::DeviceFault => "设备故障",
        GapReason::BatteryLow => "电量不足",
        GapReason::StorageFull => "存储不足",
        GapReason::Environment => "天气、环境",
        GapReason::StateSecret => "涉密",
        GapReason::Privacy => "个人隐私、商业秘密",
        GapReason::Emergency => "紧急情况",
        GapReason::PlaceChange => "场所变换",
        GapReason::Obstructed => "当事人或现场阻止",
        GapReason::Other => "其他",
    }
}

pub fn recorder_event(event: RecorderEventKind) -> &'static str {
    match event {
        RecorderEventKind::Started => "开始录制",
        RecorderEventKind::Stopped => "停止录制",
        RecorderEventKind::Marked => "重点标记",
        RecorderEventKind::LinkLost => "连接中断",
        RecorderEventKind::LinkFound => "连接恢复",
        RecorderEventKind::Released => "解除绑定",
        RecorderEventKind::Segment => "分段，继续录制",
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

pub fn close_cause(cause: CloseCause) -> &'static str {
    match cause {
        CloseCause::Finished => "正常结束",
        CloseCause::Recovered => "断电或崩溃后恢复",
        CloseCause::StorageFull => "存储空间不足",
        CloseCause::StorageError => "存储出错",
    }
}

pub fn signer(role: SignerRole) -> &'static str {
    match role {
        SignerRole::Party => "当事人",
        SignerRole::AuthorisedAgent => "委托代理人",
        SignerRole::SiteLeader => "现场负责人",
        SignerRole::Officer => "执法人员",
        SignerRole::Scribe => "记录人",
        SignerRole::Witness => "见证人",
        SignerRole::Interpreter => "翻译人员",
        SignerRole::Guardian => "监护人",
    }
}

pub fn signature_state(state: SignatureState) -> &'static str {
    match state {
        SignatureState::Refused => "拒绝签字",
        SignatureState::Unable => "不能签字",
        SignatureState::Absent => "不在场",
    }
}

pub fn refusal_reason(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Untrue => "认为记录不实",
        RefusalReason::Uncooperative => "不配合",
        RefusalReason::NotStated => "未说明",
        RefusalReason::Other => "其他",
    }
}

pub fn grade(grade: TimeGrade) -> &'static str {
    match grade {
        TimeGrade::T0 => "T0 时钟矛盾",
        TimeGrade::T1 => "T1 仅本机时钟",
        TimeGrade::T2 => "T2 已与局端对时",
        TimeGrade::T3 => "T3 前后均有证明",
    }
}

pub fn audit_action(word: &str) -> &'static str {
    match word {
        "sign_in" => "登录",
        "sign_in_refused" => "登录被拒",
        "sign_in_throttled" => "登录被限流",
        "sign_out" => "退出",
        "password_changed" => "修改密码",
        "view_item" => "查看资料页",
        "view_session" => "查看执法活动页",
        "download" => "下载记录或证明",
        _ => "其他操作",
    }
}

pub fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::DeviceEnrolled(_) => "设备登记",
        Kind::StoreQuarantined(_) => "旧存储损坏隔离",
        Kind::PreUseCheck(_) => "使用前检查",
        Kind::RecorderPaired(_) => "绑定执法记录仪",
        Kind::RecorderEvent(_) => "执法记录仪事件",
        Kind::RecorderListed(_) => "执法记录仪文件清单",
        Kind::SessionOpened(_) => "执法活动开始",
        Kind::CertificateShown(_) => "出示执法证件",
        Kind::NoticeGiven(_) => "告知录音录像",
        Kind::CaptureOpened(_) => "开始采集",
        Kind::CaptureRecovered(_) => "采集中断后恢复",
        Kind::CaptureSealed(_) => "采集封存",
        Kind::DocumentFilled(_) => "制作文书",
        Kind::GapRecorded(_) => "记录间断说明",
        Kind::TriggerMarked(_) => "标记长期保存情形",
        Kind::FaultReported(_) => "设备故障报告",
        Kind::ReviewOpened(_) => "提请当事人查阅",
        Kind::ReviewConfirmed(_) => "当事人查阅签字",
        Kind::SignatureRefused(_) => "未签字情况",
        Kind::ItemViewed(_) => "手机端查看",
        Kind::SessionClosed(_) => "执法活动结束",
        Kind::DayEnded(_) => "收工",
        Kind::ReceiptVerified(_) => "手机验证入库回执",
        Kind::MediaFreed(_) => "手机释放本地资料",
        Kind::RecorderIssued(_) => "执法记录仪领用",
        Kind::RecorderReturned(_) => "执法记录仪归还",
        Kind::RecorderAlarm(_) => "执法记录仪告警",
        Kind::RepairRecorded(_) => "设备维修",
        Kind::ImportBegun(_) => "开始导入记录仪文件",
        Kind::FileImported(_) => "导入记录仪文件",
        Kind::FileNotImported(_) => "未能完整导入的文件",
        Kind::FootageMissing(_) => "记录仪清单中缺失的文件",
        Kind::ImportFinished(_) => "记录仪文件导入结束",
        Kind::FootageReleasable(_) => "记录仪内副本可释放",
        Kind::FileAssigned(_) => "人工归属记录仪文件",
    }
}

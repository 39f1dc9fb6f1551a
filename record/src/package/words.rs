//! Records in Chinese words, for the readable page.

use super::recorder_words;
use crate::kind::{
    Activity, CloseCause, GapReason, ItemReview, Kind, MediaKind, NoticeChannel, NoticeResponse, OfficerRole,
    RecorderEventKind, RefusalReason, SignatureState, SignerRole, Trigger,
};
use crate::place::PlaceClaim;
use crate::time::{TimeClaim, TimeGrade};
use chrono::{DateTime, FixedOffset};

/// What a record is called.
pub fn kind(kind: &Kind) -> &'static str {
    match kind {
        Kind::DeviceEnrolled(_) => "设备登记",
        Kind::StoreQuarantined(_) => "损坏的存储已隔离保留",
        Kind::PreUseCheck(_) => "使用前检查",
        Kind::RecorderPaired(_) => "执法记录仪配对",
        Kind::RecorderEvent(_) => "执法记录仪事件",
        Kind::RecorderListed(_) => "执法记录仪文件清单",
        Kind::SessionOpened(_) => "执法活动开始",
        Kind::CertificateShown(_) => "出示执法证件",
        Kind::NoticeGiven(_) => "录音录像告知",
        Kind::CaptureOpened(_) => "开始采集",
        Kind::CaptureRecovered(_) => "中断后恢复",
        Kind::CaptureSealed(_) => "封存",
        Kind::DocumentFilled(_) => "填写文书",
        Kind::GapRecorded(_) => "记录中断说明",
        Kind::TriggerMarked(_) => "第十二条情形标记",
        Kind::FaultReported(_) => "设备故障报告",
        Kind::ReviewOpened(_) => "当事人查阅开始",
        Kind::ReviewConfirmed(_) => "当事人查阅确认签字",
        Kind::SignatureRefused(_) => "未签字情况记录",
        Kind::ItemViewed(_) => "查看资料",
        Kind::SessionClosed(_) => "执法活动结束",
        Kind::DayEnded(_) => "收工",
        Kind::ReceiptVerified(_) => "局方存证回执已核验",
        Kind::MediaFreed(_) => "本机副本已释放",
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

/// The particulars of a record, in one line.
pub fn detail(kind: &Kind) -> String {
    match kind {
        Kind::SessionOpened(b) => {
            format!("{}；当事人 {}；案由 {}", activity(b.activity), b.party.name, b.cause.name)
        }
        Kind::CertificateShown(b) => {
            let seen = if b.confirmed_by_party { "当事人已确认" } else { "当事人未确认" };
            format!("证号 {}，{seen}", b.cert_nos.join("、"))
        }
        Kind::NoticeGiven(b) => format!("{}，当事人{}", channel(b.channel), response(b.response)),
        Kind::CaptureOpened(b) => {
            let label = b.label.as_deref().or(b.original_name.as_deref()).unwrap_or("");
            format!("{} {} {label}", media(b.media), b.item)
        }
        Kind::CaptureRecovered(b) => format!("{} 保留 {}", b.item, size(b.kept_bytes)),
        Kind::CaptureSealed(b) => format!("{} {}，{}", b.item, size(b.pt_len_bytes), cause(b.cause)),
        Kind::DocumentFilled(b) => format!("{} 第 {} 版，{} 页", b.title, b.revision, b.pages.len()),
        Kind::GapRecorded(b) => {
            format!("{} 秒，{}：{}", (b.to_ms.saturating_sub(b.from_ms)) / 1000, gap(b.reason), b.explanation)
        }
        Kind::TriggerMarked(b) => format!("{} {}", trigger(b.trigger), b.note),
        Kind::FaultReported(b) => format!("{}：{}", b.device_no, b.symptom),
        Kind::ReviewOpened(b) => {
            format!("资料 {} 件，文书 {} 份", b.manifest.items.len(), b.manifest.documents.len())
        }
        Kind::ReviewConfirmed(b) => {
            let waived = b.items.iter().filter(|i| matches!(i, ItemReview::Waived { .. })).count();
            let objection = if b.objection.is_empty() { "无异议" } else { &b.objection };
            format!("资料 {} 件（放弃查阅 {waived} 件）；{objection}", b.items.len())
        }
        Kind::SignatureRefused(b) => {
            let witness = b.witness.as_ref().map_or("无见证人", |w| w.name.as_str());
            format!("{}（{}）：{}；见证人 {witness}", refusal(b.state), refusal_reason(b.reason), b.note)
        }
        Kind::ItemViewed(b) => format!("{}：{}", b.item, b.purpose),
        Kind::SessionClosed(b) => {
            format!("资料 {} 件，其中未经当事人查阅 {} 件", b.items.len(), b.unreviewed.len())
        }
        _ => device_detail(kind),
    }
}

/// The particulars of a record about a phone or a recorder, in one line.
fn device_detail(kind: &Kind) -> String {
    match kind {
        Kind::DeviceEnrolled(b) => format!("设备编号 {}，{}，密钥存于 {}", b.device_no, b.app, b.key_store),
        Kind::StoreQuarantined(b) => format!("{}：{}", b.folder, b.reason),
        Kind::PreUseCheck(b) => {
            format!(
                "电量 {}%，剩余空间 {}，未达标 {} 项",
                b.phone.battery_percent,
                size(b.phone.free_bytes),
                b.failed.len()
            )
        }
        Kind::RecorderPaired(b) => {
            format!(
                "{} {}（{}），电量 {}%，时钟差 {} ms",
                b.recorder_no, b.model, b.serial, b.battery_percent, b.clock_offset_ms
            )
        }
        Kind::RecorderEvent(b) => format!("{} {}", b.recorder_no, recorder_event(b.event)),
        Kind::RecorderListed(b) => format!("{} 共 {} 个文件", b.recorder_no, b.files.len()),
        Kind::DayEnded(b) => format!("{} 共 {} 件", b.day, b.items.len()),
        Kind::ReceiptVerified(b) => {
            format!(
                "日志 {} 条，记录至第 {} 号，资料 {} 件",
                b.checkpoint_size,
                b.records_to_seq,
                b.items.len()
            )
        }
        Kind::MediaFreed(b) => b.item.to_string(),
        _ => recorder_words::detail(kind),
    }
}

/// The six activities of article 6, and others.
pub fn activity(activity: Activity) -> &'static str {
    match activity {
        Activity::Patrol => "日常巡查",
        Activity::EvidenceCollection => "调查取证",
        Activity::Inquiry => "询问当事人",
        Activity::Service => "文书送达",
        Activity::Hearing => "行政听证",
        Activity::Coercion => "行政强制",
        Activity::Penalty => "实施处罚",
    }
}

/// Lead or assisting.
pub fn officer_role(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Lead => "主办",
        OfficerRole::Assisting => "协办",
    }
}

/// What sort of media.
pub fn media(media: MediaKind) -> &'static str {
    match media {
        MediaKind::Photo => "照片",
        MediaKind::Audio => "录音",
        MediaKind::Video => "录像",
        MediaKind::Thumbnail => "缩略图",
        MediaKind::Other => "其他文件",
    }
}

/// Who signs.
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

/// Refused, unable or absent.
pub fn refusal(state: SignatureState) -> &'static str {
    match state {
        SignatureState::Refused => "拒绝签字",
        SignatureState::Unable => "不能签字",
        SignatureState::Absent => "不在场",
    }
}

fn refusal_reason(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Untrue => "认为记录不实",
        RefusalReason::Uncooperative => "不配合",
        RefusalReason::NotStated => "未说明",
        RefusalReason::Other => "其他",
    }
}

fn channel(channel: NoticeChannel) -> &'static str {
    match channel {
        NoticeChannel::Spoken => "口头宣读",
        NoticeChannel::OnScreen => "屏幕出示",
        NoticeChannel::Paper => "书面出示",
    }
}

fn response(response: NoticeResponse) -> &'static str {
    match response {
        NoticeResponse::Agreed => "同意",
        NoticeResponse::Acknowledged => "已知悉",
        NoticeResponse::Objected => "反对",
        NoticeResponse::Unable => "无法表达",
        NoticeResponse::Absent => "不在场",
    }
}

fn cause(cause: CloseCause) -> &'static str {
    match cause {
        CloseCause::Finished => "正常结束",
        CloseCause::Recovered => "中断后恢复",
        CloseCause::StorageFull => "存储空间不足而结束",
        CloseCause::StorageError => "存储故障而结束",
    }
}

fn gap(reason: GapReason) -> &'static str {
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

fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::T1 => "当事人提出异议、投诉、上访",
        Trigger::T2 => "当事人逃避、拒绝、阻碍执法，谩骂、侮辱、殴打执法人员",
        Trigger::T3 => "参与处置群体性事件、突发事件",
        Trigger::T4 => "其他重要情况",
    }
}

fn recorder_event(event: RecorderEventKind) -> &'static str {
    match event {
        RecorderEventKind::Started => "开始录制",
        RecorderEventKind::Stopped => "停止录制",
        RecorderEventKind::Marked => "重点标记",
        RecorderEventKind::LinkLost => "连接中断",
        RecorderEventKind::LinkFound => "连接恢复",
        RecorderEventKind::Released => "解除配对",
        RecorderEventKind::Segment => "分段，继续录制",
    }
}

/// A length as people read it.
pub fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} 字节"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        _ => format!("{}.{} MiB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
}

/// The best estimate of when it was, in Asia/Shanghai, whatever zone the phone was set to.
pub fn time(claim: &TimeClaim) -> String {
    let zone = FixedOffset::east_opt(8 * 3600);
    let instant = DateTime::from_timestamp_millis(claim.best_ms());
    let (Some(zone), Some(instant)) = (zone, instant) else { return format!("{} ms", claim.best_ms()) };
    instant.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// What the time is worth.
pub fn grade(grade: TimeGrade) -> &'static str {
    match grade {
        TimeGrade::T0 => "T0 各时钟相互矛盾",
        TimeGrade::T1 => "T1 仅本机时钟",
        TimeGrade::T2 => "T2 有局方校时",
        TimeGrade::T3 => "T3 前后均有证明",
    }
}

/// Where it claims to have been.
pub fn place(claim: &PlaceClaim) -> String {
    match claim {
        PlaceClaim::Fixed(p) => {
            format!("{}, {}（±{} m）", degrees(p.lat_e7), degrees(p.lon_e7), p.accuracy_cm / 100)
        }
        PlaceClaim::Stale { position: p, age_ms } => {
            format!("{}, {}（{} 秒前）", degrees(p.lat_e7), degrees(p.lon_e7), age_ms / 1000)
        }
        PlaceClaim::Mock(p) => format!("{}, {}（系统报告为模拟位置）", degrees(p.lat_e7), degrees(p.lon_e7)),
        PlaceClaim::Denied => "未授权定位".to_owned(),
        PlaceClaim::Absent { .. } => "无定位".to_owned(),
    }
}

fn degrees(e7: i64) -> String {
    let sign = if e7 < 0 { "-" } else { "" };
    format!("{sign}{}.{:07}", e7.unsigned_abs() / 10_000_000, e7.unsigned_abs() % 10_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_as_in_shanghai_whatever_the_phone_was_set_to() {
        let claim = TimeClaim::make(1_795_000_000_000, -300, 1, "b".to_owned(), None);
        assert_eq!(time(&claim), "2026-11-18 19:06:40");
        let absurd = TimeClaim::make(i64::MAX, i32::MAX, 1, "b".to_owned(), None);
        assert_eq!(time(&absurd), format!("{} ms", i64::MAX));
    }

    #[test]
    fn degrees_keep_their_sign_near_zero() {
        assert_eq!(degrees(-5), "-0.0000005");
        assert_eq!(degrees(282_280_000), "28.2280000");
    }

    #[test]
    fn lengths_are_shown_in_the_unit_that_fits() {
        assert_eq!(size(1023), "1023 字节");
        assert_eq!(size(3 << 19), "1.5 MiB");
    }
}

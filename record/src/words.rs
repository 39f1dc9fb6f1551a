//! What the words of a record's codes are in Chinese: one vocabulary for a package's readable page and for whoever else
//! shows records.
//!
//! The readable page is checked word by word ([`mod@crate::package`]): to change a word that stands on it is to change the format.

use crate::kind::{
    Activity, Alarm, CloseCause, GapReason, Kind, MediaKind, NotImported, NoticeChannel, NoticeResponse,
    OfficerRole, RecorderEventKind, RefusalReason, RepairStep, SignatureState, SignerRole, Trigger,
    Unassigned,
};
use crate::time::TimeGrade;

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
pub fn signature_state(state: SignatureState) -> &'static str {
    match state {
        SignatureState::Refused => "拒绝签字",
        SignatureState::Unable => "不能签字",
        SignatureState::Absent => "不在场",
    }
}

/// The reason for not signing.
pub fn refusal_reason(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::Untrue => "认为记录不实",
        RefusalReason::Uncooperative => "不配合",
        RefusalReason::NotStated => "未说明",
        RefusalReason::Other => "其他",
    }
}

/// How notice was given.
pub fn channel(channel: NoticeChannel) -> &'static str {
    match channel {
        NoticeChannel::Spoken => "口头宣读",
        NoticeChannel::OnScreen => "屏幕出示",
        NoticeChannel::Paper => "书面出示",
    }
}

/// What the party answered to the notice.
pub fn response(response: NoticeResponse) -> &'static str {
    match response {
        NoticeResponse::Agreed => "同意",
        NoticeResponse::Acknowledged => "已知悉",
        NoticeResponse::Objected => "反对",
        NoticeResponse::Unable => "无法表达",
        NoticeResponse::Absent => "不在场",
    }
}

/// Why a capture ended.
pub fn close_cause(cause: CloseCause) -> &'static str {
    match cause {
        CloseCause::Finished => "正常结束",
        CloseCause::Recovered => "中断后恢复",
        CloseCause::StorageFull => "存储空间不足而结束",
        CloseCause::StorageError => "存储故障而结束",
    }
}

/// Why there is a hole (article 17).
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

/// A circumstance of article 12.
pub fn trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::T1 => "当事人提出异议、投诉、上访",
        Trigger::T2 => "当事人逃避、拒绝、阻碍执法，谩骂、侮辱、殴打执法人员",
        Trigger::T3 => "参与处置群体性事件、突发事件",
        Trigger::T4 => "其他重要情况",
    }
}

/// What a recorder did.
pub fn recorder_event(event: RecorderEventKind) -> &'static str {
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

/// What the time is worth.
pub fn grade(grade: TimeGrade) -> &'static str {
    match grade {
        TimeGrade::T0 => "T0 各时钟相互矛盾",
        TimeGrade::T1 => "T1 仅本机时钟",
        TimeGrade::T2 => "T2 有局方校时",
        TimeGrade::T3 => "T3 前后均有证明",
    }
}

/// What is wrong with a recorder.
pub fn alarm(alarm: Alarm) -> &'static str {
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

/// A step of a repair.
pub fn repair_step(step: RepairStep) -> &'static str {
    match step {
        RepairStep::Sent => "送修",
        RepairStep::Returned => "修复返回",
        RepairStep::Retired => "停用报废",
    }
}

/// Why a file was not imported whole.
pub fn not_imported(reason: NotImported) -> &'static str {
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

/// Why a file belongs to no session.
pub fn unassigned(why: Unassigned) -> &'static str {
    match why {
        Unassigned::NoTime => "没有可用的录制时间",
        Unassigned::AmbiguousTime => "记录仪时钟曾回拨，录制时间不能确定",
        Unassigned::NoBinding => "当时记录仪没有领用登记",
        Unassigned::OtherOfficer => "文件所载警号不是当时的领用人",
        Unassigned::OtherRecorder => "文件所载序号是另一台记录仪",
        Unassigned::NoSession => "当时领用人没有执法活动",
    }
}

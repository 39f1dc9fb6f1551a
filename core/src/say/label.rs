//! Names of things, as officers and parties call them.

use super::{Phrase, phrase};
use crate::session::{Because, what};
use liuhen_record::{
    ItemId,
    kind::{
        Activity, GapReason, MediaKind, MediaSource, NoticeChannel, NoticeResponse, OfficerRole,
        RefusalReason, SignatureState, SignerRole, Trigger,
    },
    roster::NotQualified,
};

/// The party's review, as a step.
pub const REVIEW: Phrase = phrase("当事人查阅", "the party's review");
/// Drawn where a field is blank: no cell stays empty.
pub const BLANK: &str = "／";
/// Media or documents that the party did not review.
pub const UNREVIEWED: Phrase = phrase("未经当事人查阅", "not reviewed by the party");

/// The first eight digits of an item's id: enough to tell the items of a session apart.
pub fn short(item: &ItemId) -> String {
    item.to_string()[..8].to_owned()
}

/// An activity (article 6).
pub fn activity(activity: Activity) -> Phrase {
    match activity {
        Activity::Patrol => phrase("日常巡查", "routine patrol"),
        Activity::EvidenceCollection => phrase("调查取证", "collection of evidence"),
        Activity::Inquiry => phrase("询问当事人", "inquiry"),
        Activity::Service => phrase("文书送达", "service of documents"),
        Activity::Hearing => phrase("行政听证", "hearing"),
        Activity::Coercion => phrase("行政强制", "coercive measure"),
        Activity::Penalty => phrase("实施处罚", "penalty"),
    }
}

/// The written record that an activity asks for.
pub fn text_record(activity: Activity) -> Phrase {
    match activity {
        Activity::Patrol | Activity::EvidenceCollection | Activity::Coercion | Activity::Penalty => {
            phrase("现场检查笔录", "record of on-site inspection")
        }
        Activity::Inquiry => phrase("询问笔录", "record of inquiry"),
        Activity::Service => phrase("送达回证", "receipt of service"),
        Activity::Hearing => phrase("听证笔录", "record of hearing"),
    }
}

/// Sort of media.
pub fn media(media: MediaKind) -> Phrase {
    match media {
        MediaKind::Photo => phrase("照片", "photograph"),
        MediaKind::Audio => phrase("录音", "sound"),
        MediaKind::Video => phrase("录像", "video"),
        MediaKind::Thumbnail => phrase("缩略图", "thumbnail"),
        MediaKind::Other => phrase("其他文件", "other file"),
    }
}

/// What made the media.
pub fn source(source: MediaSource) -> Phrase {
    match source {
        MediaSource::Phone => phrase("执法手机", "phone"),
        MediaSource::Recorder => phrase("执法记录仪", "body recorder"),
        MediaSource::Camera => phrase("照相机", "camera"),
        MediaSource::Camcorder => phrase("摄像机", "camcorder"),
        MediaSource::FixedCamera => phrase("视频监控", "fixed camera"),
    }
}

/// Lead or assisting.
pub fn officer_role(role: OfficerRole) -> Phrase {
    match role {
        OfficerRole::Lead => phrase("主办", "lead"),
        OfficerRole::Assisting => phrase("协办", "assisting"),
    }
}

/// Who signs.
pub fn signer(role: SignerRole) -> Phrase {
    match role {
        SignerRole::Party => phrase("当事人", "party"),
        SignerRole::AuthorisedAgent => phrase("委托代理人", "authorised agent"),
        SignerRole::SiteLeader => phrase("现场负责人", "site leader"),
        SignerRole::Officer => phrase("执法人员", "officer"),
        SignerRole::Scribe => phrase("记录人", "record keeper"),
        SignerRole::Witness => phrase("见证人", "witness"),
        SignerRole::Interpreter => phrase("翻译人员", "interpreter"),
        SignerRole::Guardian => phrase("监护人", "guardian"),
    }
}

/// How notice was given.
pub fn channel(channel: NoticeChannel) -> Phrase {
    match channel {
        NoticeChannel::Spoken => phrase("口头告知", "read aloud"),
        NoticeChannel::OnScreen => phrase("屏幕出示", "shown on screen"),
        NoticeChannel::Paper => phrase("书面送交", "on paper"),
    }
}

/// What the party answered to the notice.
pub fn response(response: NoticeResponse) -> Phrase {
    match response {
        NoticeResponse::Agreed => phrase("同意", "agreed"),
        NoticeResponse::Acknowledged => phrase("已知悉", "acknowledged"),
        NoticeResponse::Objected => phrase("反对", "objected"),
        NoticeResponse::Unable => phrase("无法表达", "unable to answer"),
        NoticeResponse::Absent => phrase("不在场", "absent"),
    }
}

/// Why there is a hole (article 17).
pub fn gap_reason(reason: GapReason) -> Phrase {
    match reason {
        GapReason::DeviceFault => phrase("设备故障", "device fault"),
        GapReason::BatteryLow => phrase("电量不足", "battery low"),
        GapReason::StorageFull => phrase("存储不足", "storage full"),
        GapReason::Environment => phrase("天气、环境", "weather or environment"),
        GapReason::StateSecret => phrase("涉密", "state secret"),
        GapReason::Privacy => phrase("个人隐私、商业秘密", "privacy or business secret"),
        GapReason::Emergency => phrase("紧急情况", "emergency"),
        GapReason::PlaceChange => phrase("场所变换", "change of place"),
        GapReason::Obstructed => phrase("当事人或现场阻止", "obstructed"),
        GapReason::Other => phrase("其他", "other"),
    }
}

/// A circumstance of article 12.
pub fn trigger(trigger: Trigger) -> Phrase {
    match trigger {
        Trigger::T1 => phrase("当事人提出异议、投诉、上访", "the party objects, complains or petitions"),
        Trigger::T2 => phrase(
            "当事人逃避、拒绝、阻碍执法，或者谩骂、侮辱、殴打执法人员",
            "the party evades, refuses or obstructs, or insults or attacks officers",
        ),
        Trigger::T3 => phrase("参与处置群体性事件、突发事件", "a mass incident or an emergency"),
        Trigger::T4 => phrase("其他重要情况", "other important circumstances"),
    }
}

/// What points to a circumstance of article 12.
pub fn because(because: Because) -> Phrase {
    match because {
        Because::NoticeObjected => phrase("当事人反对录音录像", "the party objected to being recorded"),
        Because::ReviewObjection => {
            phrase("当事人查阅时提出异议", "the party noted an objection when reviewing")
        }
        Because::HeldUntrue => phrase("当事人认为记录不实", "the party holds the record to be untrue"),
        Because::SignatureRefused => phrase("当事人拒绝签字", "the party refused to sign"),
        Because::RecordingObstructed => phrase("当事人或现场阻止录音录像", "the recording was obstructed"),
    }
}

/// Refused, unable or absent.
pub fn signature_state(state: SignatureState) -> Phrase {
    match state {
        SignatureState::Refused => phrase("拒绝签字", "refused to sign"),
        SignatureState::Unable => phrase("不能签字", "could not sign"),
        SignatureState::Absent => phrase("不在场", "absent"),
    }
}

/// The reason for not signing.
pub fn refusal_reason(reason: RefusalReason) -> Phrase {
    match reason {
        RefusalReason::Untrue => phrase("认为记录不实", "holds the record to be untrue"),
        RefusalReason::Uncooperative => phrase("不配合", "does not cooperate"),
        RefusalReason::NotStated => phrase("未说明", "gave no reason"),
        RefusalReason::Other => phrase("其他", "other"),
    }
}

/// Why an officer is not qualified (article 7).
pub fn not_qualified(reason: NotQualified) -> Phrase {
    match reason {
        NotQualified::NotInPost => phrase("不是正式在编人员", "not in post"),
        NotQualified::ExamNotPassed => phrase("未通过资格考试", "the examination was not passed"),
        NotQualified::NoCertificate => phrase("没有执法证件", "no enforcement certificate"),
        NotQualified::CertificateNotValid => {
            phrase("执法证件不在有效期内", "the certificate is not valid now")
        }
        NotQualified::CertificateSuspended => phrase("执法证件已暂停使用", "the certificate is suspended"),
    }
}

/// A checked value (article 19); an unknown name is shown as "other equipment".
pub fn checked(what: &str) -> Phrase {
    match what {
        "phone_battery" => phrase("手机电量不足", "the phone's battery is low"),
        "phone_space" => phrase("手机存储空间不足", "the phone's space is short"),
        "phone_clock" => phrase("手机时间未与单位校准", "the phone's clock is not in step with the bureau's"),
        "recorder_battery" => phrase("执法记录仪电量不足", "the recorder's battery is low"),
        "recorder_space" => phrase("执法记录仪存储空间不足", "the recorder's space is short"),
        "recorder_clock" => phrase("执法记录仪时间未校准", "the recorder's clock is not in step"),
        "recorder_identity" => phrase("执法记录仪与领用登记不符", "the recorder is not as it was issued"),
        _ => phrase("其他设备项目", "other equipment"),
    }
}

/// A field of a form about recorders; an unknown name is shown as "a field".
pub fn field(name: &str) -> Phrase {
    match name {
        "recorder_no" => phrase("执法记录设备编号", "the recorder's number"),
        "serial" => phrase("产品序号", "the serial number"),
        "issued_by" => phrase("发放人", "who issued it"),
        "received_by" => phrase("接收人", "who received it"),
        "repairer" => phrase("维修单位或人员", "who repairs it"),
        "approved_by" => phrase("批准人", "who approved it"),
        _ => phrase("必填项", "a field"),
    }
}

/// Something that a recorder may be unable to do.
pub fn ability(name: &str) -> Phrase {
    match name {
        "clock" => phrase("校时", "setting its clock"),
        "control" => phrase("遥控开始和停止录制", "starting and stopping by remote control"),
        "mark" => phrase("重点标记", "marking a moment"),
        "list" => phrase("文件清单", "listing its files"),
        _ => phrase("该功能", "that"),
    }
}

/// A line of the record checklist.
pub fn requirement(name: &str) -> Phrase {
    match name {
        what::CERTIFICATE_SHOWN => phrase("出示执法证件", "certificates shown"),
        what::NOTICE_GIVEN => phrase("告知录音录像", "notice of recording given"),
        what::NOTICE_FIRST => phrase("告知在先", "notice before the substantive stage"),
        what::CAPTURES_ENDED => phrase("录制均已停止", "every capture ended"),
        what::RECORDING_CONTINUOUS => phrase("全程录音录像", "continuous recording"),
        what::GAP_SUBSTITUTES => phrase("中断处有替代记录", "something stands in for every gap"),
        what::RECORDERS_CONFIRMED => phrase("执法记录仪状态已确认", "the recorders' state is known"),
        what::TEXT_RECORD => phrase("制作文字记录", "written record made"),
        what::REVIEW_SETTLED => phrase("当事人查阅签字", "the party's review"),
        what::ALL_REVIEWED => phrase("记录均经当事人查阅", "everything reviewed by the party"),
        _ => phrase("其他事项", "other"),
    }
}

/// Appended to a gap's explanation when nothing stands in for it.
pub fn no_substitute(why: &str) -> String {
    format!("（无替代记录：{why}）")
}

/// Checklist: holes there were, all explained.
pub fn gaps_explained(count: usize) -> String {
    format!("录音录像有中断，已作{count}次说明")
}

/// Checklist: gaps for which nothing stands in.
pub fn gaps_without_substitute(count: usize) -> String {
    format!("{count}处中断没有替代记录，原因见中断说明")
}

/// Appended to the reason of a refusal when there is no witness.
pub fn no_witness(why: &str) -> String {
    format!("（无见证人：{why}）")
}

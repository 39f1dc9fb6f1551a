//! Records about one enforcement activity (执法活动).

use crate::{Digest, DocumentId, ItemId};
use serde::{Deserialize, Serialize};

/// The six activities of article 6, and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// 日常巡查
    Patrol,
    /// 调查取证
    EvidenceCollection,
    /// 询问当事人
    Inquiry,
    /// 文书送达
    Service,
    /// 行政听证
    Hearing,
    /// 行政强制
    Coercion,
    /// 实施处罚 and anything else; the cause says what.
    Penalty,
}

impl Activity {
    /// Whether notice must precede the substantive stage: 实施处罚, 采取强制措施, 询问当事人 (article 18).
    pub fn needs_prior_notice(self) -> bool {
        matches!(self, Self::Inquiry | Self::Coercion | Self::Penalty)
    }
}

/// Lead or assisting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficerRole {
    /// 主办
    Lead,
    /// 协办
    Assisting,
}

/// An officer as they stood when the activity was opened; later changes never touch it (article 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficerOfRecord {
    /// The bureau's id for the person.
    pub officer: String,
    /// Name (姓名).
    pub name: String,
    /// Certificate number (执法证号).
    pub cert_no: String,
    /// Section (科室).
    pub unit: String,
    /// Lead or assisting.
    pub role: OfficerRole,
}

/// Person or unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    /// 个人
    Person,
    /// 单位
    Unit,
}

/// The party (当事人).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Name or unit name.
    pub name: String,
    /// Person or unit.
    pub kind: PartyKind,
    /// 统一社会信用代码 of a unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
    /// 法定代表人 or 现场负责人.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<String>,
}

/// The cause (案由) from the maintained list; `日常巡查` for a patrol without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Code.
    pub code: String,
    /// Name (案由名称).
    pub name: String,
}

/// A device as checked before use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceState {
    /// Battery, percent.
    pub battery_percent: i64,
    /// Free space, bytes.
    pub free_bytes: i64,
    /// Its clock minus the bureau's, milliseconds, when that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_ms: Option<i64>,
    /// How far that may be off, milliseconds, when it was measured over a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_uncertainty_ms: Option<i64>,
}

/// A recorder as checked before use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderState {
    /// The recorder.
    pub recorder_no: String,
    /// What was measured.
    #[serde(flatten)]
    pub state: DeviceState,
    /// Serial number that it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Officer number configured in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configured_officer_no: Option<String>,
    /// Number of the `recorder_issued` record that binds it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_seq: Option<i64>,
}

/// A failing value used all the same, with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    /// What failed: `phone_battery`, `phone_space`, `phone_clock`, `recorder_battery`, …
    pub what: String,
    /// Why it was used all the same.
    pub reason: String,
}

/// Equipment was checked before use (article 19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreUseCheck {
    /// This phone.
    pub phone: DeviceState,
    /// The recorder, if one is used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorder: Option<RecorderState>,
    /// Minutes of recording planned.
    pub planned_minutes: i64,
    /// Values below their threshold that were not overridden.
    pub failed: Vec<String>,
    /// Values below their threshold that were overridden.
    pub overridden: Vec<Overridden>,
}

/// An activity was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOpened {
    /// What sort of activity.
    pub activity: Activity,
    /// At least two qualified officers, one of them leading.
    pub officers: Vec<OfficerOfRecord>,
    /// Recording device in use (执法记录设备编号).
    pub device_no: String,
    /// The party.
    pub party: Party,
    /// The cause.
    pub cause: Cause,
    /// Where, in words.
    pub place_text: String,
    /// Version of the rule set by which the session is judged (article 24).
    pub rules: String,
    /// Number of the pre-use check on which it rests.
    pub check_seq: i64,
}

impl SessionOpened {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let leads = self.officers.iter().filter(|o| o.role == OfficerRole::Lead).count();
        let distinct: std::collections::BTreeSet<_> = self.officers.iter().map(|o| &o.officer).collect();
        if distinct.len() < 2 || distinct.len() != self.officers.len() || leads != 1 {
            return Err("two different officers, exactly one of them leading");
        }
        if [&self.device_no, &self.party.name, &self.cause.code, &self.cause.name]
            .iter()
            .any(|t| t.is_empty())
        {
            return Err("the five index keys of article 16 are filled");
        }
        Ok(())
    }
}

/// The officers showed their certificates (article 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateShown {
    /// Certificate numbers shown.
    pub cert_nos: Vec<String>,
    /// Whether the party confirmed having seen them.
    pub confirmed_by_party: bool,
    /// A photograph of the showing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

/// How notice was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeChannel {
    /// Read aloud.
    Spoken,
    /// Shown on this screen.
    OnScreen,
    /// On paper.
    Paper,
}

/// What the party answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeResponse {
    /// 同意
    Agreed,
    /// 已知悉
    Acknowledged,
    /// 反对: the duty stands; noted, and a ground of article 12 (1).
    Objected,
    /// 无法表达
    Unable,
    /// 不在场
    Absent,
}

/// The party was told of the recording (article 18; PIPL art. 17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeGiven {
    /// The filled notice (录音录像告知书).
    pub document: DocumentId,
    /// Digest of its text.
    pub document_sha256: Digest,
    /// How it was given.
    pub channel: NoticeChannel,
    /// What the party answered.
    pub response: NoticeResponse,
}

/// Why there is a hole in the recording (article 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// 设备故障
    DeviceFault,
    /// 电量不足
    BatteryLow,
    /// 存储不足
    StorageFull,
    /// 天气、环境
    Environment,
    /// 涉密
    StateSecret,
    /// 个人隐私、商业秘密
    Privacy,
    /// 紧急情况
    Emergency,
    /// 场所变换
    PlaceChange,
    /// 当事人或现场阻止
    Obstructed,
    /// 其他
    Other,
}

/// A hole in the recording, explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapRecorded {
    /// Start, by the phone's best clock, Unix milliseconds.
    pub from_ms: i64,
    /// End, Unix milliseconds.
    pub to_ms: i64,
    /// Why.
    pub reason: GapReason,
    /// In words.
    pub explanation: String,
    /// Photos that stand in for the missing recording.
    pub items: Vec<ItemId>,
    /// Documents that stand in for the missing recording.
    pub documents: Vec<DocumentId>,
    /// Who reports it: an officer id, or `system` when the phone itself had to stop.
    pub reporter: String,
}

impl GapRecorded {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.to_ms < self.from_ms {
            return Err("a gap ends after it starts");
        }
        if self.explanation.trim().is_empty() { Err("a gap is explained") } else { Ok(()) }
    }
}

/// The four circumstances of article 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Trigger {
    /// 当事人提出异议、投诉、上访
    T1,
    /// 当事人逃避、拒绝、阻碍执法，谩骂、侮辱、殴打执法人员
    T2,
    /// 参与处置群体性事件、突发事件
    T3,
    /// 其他重要情况
    T4,
}

/// A circumstance of article 12 was marked: everything of the session is preserved long-term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerMarked {
    /// Which.
    pub trigger: Trigger,
    /// What happened, in words; required for T4.
    pub note: String,
}

/// Equipment failed (article 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultReported {
    /// The bureau's number of the device.
    pub device_no: String,
    /// What was seen.
    pub symptom: String,
    /// The last item known to be good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_good_item: Option<ItemId>,
    /// Whether media is still on the device.
    pub data_on_device: bool,
    /// Where the device is the bureau's log (`spec/sync.md` §10): the signed checkpoint that was believed and the one that
    /// contradicts it, verbatim. They prove it to anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checkpoints: Vec<String>,
}

impl FaultReported {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if matches!(self.checkpoints.len(), 0 | 2) { Ok(()) } else { Err("two checkpoints or none") }
    }
}

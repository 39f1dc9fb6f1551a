//! Why the phone did not do what it was asked. Every variant has a sentence in both languages and a stable code.

use super::SignInError;
use crate::{
    capture::CaptureError,
    document::FillError,
    review::StrokesError,
    session::Refused,
    sync::{Distrust, SyncError},
    vault::{OpenError, VaultError},
};
use liuhen_btle::RecorderError;

/// Why a verb of the phone failed. Nothing was changed, except where a variant says so.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// The vault could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The law's order of things is not met; the refusal lists what is missing.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A document is not complete.
    #[error(transparent)]
    Fill(#[from] FillError),
    /// No document of that id in this session.
    #[error("no such document")]
    NoDocument,
    /// No template of that id.
    #[error("no such template")]
    NoTemplate,
    /// A capture failed; what had arrived before is kept.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// A recorder did not do what it was asked.
    #[error(transparent)]
    Recorder(#[from] RecorderError),
    /// The bureau could not be joined or reached.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// What is kept of the bureau no longer verifies.
    #[error("what is kept of the bureau does not verify: {}", .0.en())]
    Distrust(#[from] Distrust),
    /// This phone has not joined a bureau.
    #[error("this phone is not enrolled")]
    NotEnrolled,
    /// This phone has joined a bureau already.
    #[error("this phone is enrolled already")]
    AlreadyEnrolled,
    /// No session is open.
    #[error("no session is open")]
    NoSession,
    /// A session is open already.
    #[error("a session is open already")]
    SessionOpen,
    /// The source could not be read.
    #[error("the source could not be read")]
    Source(#[source] std::io::Error),
    /// The system supplies no randomness: nothing may be sealed.
    #[error("no randomness")]
    Randomness,
    /// The package could not be written.
    #[error("the package could not be written: {0}")]
    Package(String),
    /// A stroke that is no handwriting.
    #[error(transparent)]
    Strokes(#[from] StrokesError),
    /// The recording was finished already.
    #[error("the recording was finished already")]
    NoRecording,
    /// Something is being recorded, and the vault was to be put away.
    #[error("something is being recorded: the vault stays open until the recording is finished")]
    Recording,
    /// More than a capture in memory may hold; stream it.
    #[error("too large for a capture in memory")]
    TooLarge,
    /// A word that is not in the record's vocabulary.
    #[error("{0:?} is not a known word")]
    Word(String),
    /// A draft's name is not one, or its content is too long.
    #[error("not a draft that can be kept")]
    Draft,
    /// The vault is put away while the system holds the program still.
    #[error("the vault is put away; resume first")]
    Suspended,
    /// A port of the platform called the phone back while the phone was waiting for it.
    #[error("a port called the phone back while the phone was waiting for it")]
    Reentrant,
    /// Signing in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl PhoneError {
    /// The code of damage to the vault.
    pub const DAMAGED: &'static str = "vault_damaged";

    /// What of the vault is not what was written, when that is why.
    pub(super) fn damage(&self) -> Option<&str> {
        match self {
            Self::Vault(VaultError::Damaged(reason))
            | Self::Capture(CaptureError::Vault(VaultError::Damaged(reason)))
            | Self::Sync(SyncError::Vault(VaultError::Damaged(reason))) => Some(reason),
            _ => None,
        }
    }

    /// Stable code.
    pub fn code(&self) -> &'static str {
        if self.damage().is_some() {
            return Self::DAMAGED;
        }
        match self {
            Self::Open(OpenError::InUse) => "in_use",
            Self::Open(OpenError::Newer { .. }) => "newer_vault",
            Self::Open(_) => "open",
            Self::Vault(VaultError::Full) => "storage_full",
            Self::Vault(_) => "vault",
            Self::Refused(_) => "refused",
            Self::Fill(_) => "document_incomplete",
            Self::NoDocument => "no_document",
            Self::NoTemplate => "no_template",
            Self::Capture(_) => "capture",
            Self::Recorder(RecorderError::RadioOff) => "radio_off",
            Self::Recorder(_) => "recorder",
            Self::Sync(_) => "sync",
            Self::Distrust(_) => "distrust",
            Self::NotEnrolled => "not_enrolled",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::NoSession => "no_session",
            Self::SessionOpen => "session_open",
            Self::Source(_) => "source",
            Self::Randomness => "randomness",
            Self::Package(_) => "package",
            Self::Strokes(_) => "strokes",
            Self::NoRecording => "no_recording",
            Self::Recording => "recording",
            Self::TooLarge => "too_large",
            Self::Word(_) => "word",
            Self::Draft => "draft",
            Self::Suspended => "suspended",
            Self::Reentrant => "reentrant",
            Self::SignIn(error) => error.code(),
        }
    }

    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        if self.damage().is_some() {
            return VaultError::DAMAGED_ZH.to_owned();
        }
        match self {
            Self::Open(OpenError::InUse) => "证据库正被另一个程序使用，请先关闭它".to_owned(),
            Self::Open(OpenError::Newer { .. }) => {
                "证据库由更新版本的程序建立，请升级本程序；证据库未被改动".to_owned()
            }
            Self::Open(_) => "证据库暂时无法打开，资料未受影响".to_owned(),
            Self::Vault(VaultError::Full) => "存储空间不足，已录资料完好，请尽快回单位同步".to_owned(),
            Self::Vault(VaultError::ItemsOpen) => "仍有录制未结束，请先结束录制".to_owned(),
            Self::Vault(_) => "证据库读写失败，本次操作未生效，已录资料未受影响".to_owned(),
            Self::Refused(refused) => refused.zh(),
            Self::Fill(error) => error.zh(),
            Self::NoDocument => "本次执法活动中没有这份文书".to_owned(),
            Self::NoTemplate => "没有这种文书模板".to_owned(),
            Self::Capture(error) => error.zh(),
            Self::Recorder(RecorderError::OutOfReach) => "执法记录仪无应答，请检查电量和距离".to_owned(),
            Self::Recorder(RecorderError::AlreadyRecording) => "执法记录仪已在录制".to_owned(),
            Self::Recorder(RecorderError::NotRecording) => "执法记录仪未在录制".to_owned(),
            Self::Recorder(RecorderError::NoCard) => "执法记录仪存储卡已满、缺失或损坏".to_owned(),
            Self::Recorder(RecorderError::RadioOff) => "手机蓝牙未开启或未授权".to_owned(),
            Self::Recorder(RecorderError::NotPaired) => "执法记录仪未配对或配对已失效，请重新配对".to_owned(),
            Self::Recorder(RecorderError::Replaced) => {
                "应答的不是原来的执法记录仪，请立即停用并报告".to_owned()
            }
            Self::Recorder(RecorderError::Busy) => "执法记录仪正忙，请稍候再试".to_owned(),
            Self::Recorder(RecorderError::BatteryLow) => "执法记录仪电量不足".to_owned(),
            Self::Recorder(RecorderError::Unsupported(_)) => "该型号执法记录仪不支持此功能".to_owned(),
            Self::Recorder(RecorderError::Refused(code)) => {
                format!("执法记录仪拒绝执行（代码 {code:#04x}）")
            }
            Self::Recorder(RecorderError::ListChanged) => {
                "读取期间执法记录仪的文件清单发生变化，请停止录制后重试".to_owned()
            }
            Self::Recorder(RecorderError::ListIncomplete { got_bytes, total_bytes }) => format!(
                "执法记录仪文件清单未能收全（{total_bytes} 字节中收到 {got_bytes} 字节），请靠近后重试"
            ),
            Self::Recorder(RecorderError::Malformed(_)) => "执法记录仪应答异常，请报告故障".to_owned(),
            Self::Sync(error) => error.zh(),
            Self::Distrust(why) => why.zh(),
            Self::NotEnrolled => "本机尚未登记到单位，请先扫描登记码".to_owned(),
            Self::AlreadyEnrolled => "本机已登记到单位，不能重复登记".to_owned(),
            Self::NoSession => "当前没有进行中的执法活动，请先开始执法活动".to_owned(),
            Self::SessionOpen => "已有进行中的执法活动，请先结束".to_owned(),
            Self::Source(_) => "无法读取来源文件".to_owned(),
            Self::Randomness => "系统无法提供随机数，不能封存资料".to_owned(),
            Self::Package(_) => "数据包写出失败".to_owned(),
            Self::Strokes(error) => error.zh(),
            Self::NoRecording => "该录制已结束".to_owned(),
            Self::Recording => "正在录制，证据库不能关闭，请先结束录制".to_owned(),
            Self::TooLarge => "照片文件过大，无法一次拍摄保存".to_owned(),
            Self::Word(word) => format!("“{word}”不是有效的选项"),
            Self::Draft => "草稿无法保存：名称无效或内容过长".to_owned(),
            Self::Suspended => "证据库已暂时关闭，请重新打开本程序".to_owned(),
            Self::Reentrant => "程序内部调用次序错误，请报告".to_owned(),
            Self::SignIn(error) => error.zh(),
        }
    }

    /// The sentence for people, English.
    pub fn en(&self) -> String {
        if self.damage().is_some() {
            return VaultError::DAMAGED_EN.to_owned();
        }
        match self {
            Self::Refused(refused) => refused.en(),
            Self::Fill(error) => error.en(),
            Self::Capture(error) => error.en(),
            Self::Sync(error) => error.en(),
            other => other.to_string(),
        }
    }

    /// Codes of what is missing, when the refusal lists it.
    pub fn missing(&self) -> Vec<String> {
        match self {
            Self::Refused(refused) => refused.missing.iter().map(|m| m.code().to_owned()).collect(),
            _ => Vec::new(),
        }
    }
}

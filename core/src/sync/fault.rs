//! Why one exchange with the bureau came to nothing, and what a whole call of [`super::Syncer`] reports.

use super::{distrust::Distrust, protocol::ErrorBody, queue::QueueError, waiting::Waiting};
use crate::{ports::KeystoreError, vault::VaultError};

/// Why an exchange came to nothing.
#[derive(Debug)]
pub(super) enum Fault {
    /// It was stopped from our side.
    Cancelled,
    /// The other side is not the bureau, or lies.
    Distrust(Distrust),
    /// It may work later.
    Waiting(Waiting),
    /// The network is none that may carry evidence (any more): nobody failed.
    Network(Waiting),
    /// The bureau, or something before it, cannot answer now.
    Trouble {
        /// HTTP status.
        status: u16,
        /// How much patience it asks for, milliseconds.
        retry_after_ms: Option<i64>,
    },
    /// The bureau understood and said no.
    Refused {
        /// HTTP status, 4xx.
        status: u16,
        /// What it said.
        error: Box<ErrorBody>,
    },
    /// The address may not be spoken to.
    Address(&'static str),
    /// The file to send cannot be read.
    File,
    /// The device key cannot be used.
    Keystore(KeystoreError),
    /// The vault failed.
    Vault(VaultError),
    /// The queue failed, or another core has it.
    Queue(QueueError),
}

impl From<QueueError> for Fault {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

impl Fault {
    /// Whether the next exchange would probably fail in the same way, whatever it is about.
    pub(super) fn is_server_wide(&self) -> bool {
        matches!(self, Self::Waiting(_) | Self::Trouble { .. })
    }

    /// What is waited for after a failure that concerns everything, and the patience asked for, milliseconds.
    pub(super) fn server_wide(&self) -> Option<(Waiting, Option<i64>)> {
        match self {
            Self::Waiting(why) => Some((why.clone(), None)),
            Self::Trouble { status, retry_after_ms } => {
                Some((Waiting::BureauTrouble { status: *status }, *retry_after_ms))
            }
            _ => None,
        }
    }
}

impl From<Distrust> for Fault {
    fn from(why: Distrust) -> Self {
        Self::Distrust(why)
    }
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<KeystoreError> for Fault {
    fn from(error: KeystoreError) -> Self {
        Self::Keystore(error)
    }
}

/// Why enrolment or synchronisation failed. Waiting for something is not a failure of a synchronisation: it is
/// reported in its outcome.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// This phone has not joined a bureau.
    #[error("this phone is not enrolled")]
    NotEnrolled,
    /// This phone has joined a bureau already.
    #[error("this phone is enrolled already")]
    AlreadyEnrolled,
    /// The enrolment code is not one.
    #[error(transparent)]
    Code(#[from] super::code::CodeError),
    /// The address is not one, or may not be spoken to.
    #[error("unusable address: {0}")]
    Address(&'static str),
    /// The other side is not the bureau, or lies. Nothing was freed; uploading stopped.
    #[error("not trusted: {why}")]
    Untrusted {
        /// What it did.
        why: Distrust,
    },
    /// The bureau understood and said no.
    #[error("the bureau refused: {code}: {message}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Machine-readable code.
        code: String,
        /// English.
        message: String,
        /// Chinese.
        zh: String,
    },
    /// It cannot be done now.
    #[error("not now: {}", .0.code())]
    NotNow(Waiting),
    /// The device key cannot be used.
    #[error("keystore: {0}")]
    Keystore(#[from] KeystoreError),
    /// The vault failed.
    #[error("vault: {0}")]
    Vault(#[from] VaultError),
    /// The upload queue failed. Nothing in it is evidence.
    #[error("upload queue: {0}")]
    Queue(QueueError),
}

impl From<QueueError> for SyncError {
    fn from(error: QueueError) -> Self {
        match error {
            QueueError::InUse | QueueError::LeaseLost => Self::NotNow(Waiting::OtherCore),
            other => Self::Queue(other),
        }
    }
}

impl SyncError {
    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::NotEnrolled => Waiting::Enrolment.zh(),
            Self::AlreadyEnrolled => "本机已登记到单位，不能重复登记".into(),
            Self::Code(_) => "登记码格式不正确，请重新扫描或核对".into(),
            Self::Address(_) => Waiting::Address.zh(),
            Self::Untrusted { why } => why.zh(),
            Self::Refused { zh, .. } if !zh.is_empty() => format!("单位服务器拒绝：{zh}"),
            Self::Refused { code, .. } => format!("单位服务器拒绝（{code}）"),
            Self::NotNow(waiting) => waiting.zh(),
            Self::Keystore(_) => Waiting::Keystore.zh(),
            Self::Vault(_) => "本机证据库出错，资料未受影响，请联系管理员".into(),
            Self::Queue(_) => "上传队列暂时无法使用，资料未受影响，请稍后重试".into(),
        }
    }

    /// The sentence for people, English.
    pub fn en(&self) -> String {
        match self {
            Self::NotEnrolled => Waiting::Enrolment.en(),
            Self::Untrusted { why } => why.en(),
            Self::NotNow(waiting) => waiting.en(),
            other => other.to_string(),
        }
    }
}

impl From<Fault> for SyncError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Cancelled => Self::NotNow(Waiting::Stopped),
            Fault::Distrust(why) => Self::Untrusted { why },
            Fault::Waiting(waiting) | Fault::Network(waiting) => Self::NotNow(waiting),
            Fault::Trouble { status, .. } => Self::NotNow(Waiting::BureauTrouble { status }),
            Fault::Refused { status, error } => {
                Self::Refused { status, code: error.code, message: error.message, zh: error.zh }
            }
            Fault::Address(what) => Self::Address(what),
            Fault::File => Self::NotNow(Waiting::Parked { pieces: 1 }),
            Fault::Keystore(error) => Self::Keystore(error),
            Fault::Vault(error) => Self::Vault(error),
            Fault::Queue(error) => error.into(),
        }
    }
}

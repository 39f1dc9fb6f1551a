//! What goes wrong, on either side.

use crate::view::word::{Need, Text};
use liuhen_core::{
    document::FillError,
    phone::{ExportError, PhoneError},
    sync::SyncError,
    vault::{OpenError, VaultError},
};

/// Of what sort a failure is; the sentence says the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum FailureKind {
    /// The law's order of things, or a rule of the house: `missing` lists what is missing.
    Refused,
    /// A document is not complete: `missing` names the fields.
    Incomplete,
    /// This phone has not joined a bureau.
    NotEnrolled,
    /// No activity is open.
    NoSession,
    /// The vault or its storage.
    Storage,
    /// The bureau, or the way to it.
    Bureau,
    /// A body recorder, or the radio.
    Recorder,
    /// The phone's keystore.
    Keystore,
    /// The vault is put away, or another program has it, or a recording keeps it open.
    InUse,
    /// It was stopped.
    Cancelled,
    /// What was given makes no sense: an id, a word, a chunk that is too long.
    Argument,
    /// A mistake in the program; nothing of what was asked for was done.
    Internal,
}

/// Why something was not done.
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
pub enum CoreFailure {
    /// It was not done.
    #[error("{code}")]
    Failed {
        /// Of what sort it is.
        kind: FailureKind,
        /// Stable code.
        code: String,
        /// For people.
        sentence: Text,
        /// What is missing, when that can be listed.
        missing: Vec<Need>,
    },
}

impl CoreFailure {
    fn of(kind: FailureKind, code: &str, zh: &str, en: &str) -> Self {
        let sentence = Text { zh: zh.to_owned(), en: en.to_owned() };
        Self::Failed { kind, code: code.to_owned(), sentence, missing: Vec::new() }
    }

    /// An id that is none.
    pub(crate) fn id(text: &str) -> Self {
        Self::of(FailureKind::Argument, "id", "编号无效", &format!("{text:?} is not an id"))
    }

    /// A chunk that is longer than may cross at once.
    pub(crate) fn chunk() -> Self {
        Self::of(FailureKind::Argument, "chunk", "一次传入的数据过大", "a chunk holds at most 1 MiB")
    }

    /// The core panicked.
    pub(crate) fn panicked() -> Self {
        let (zh, en) =
            ("程序内部错误，本次操作未生效，已录资料未受影响", "the core failed; nothing was changed");
        Self::of(FailureKind::Internal, "panic", zh, en)
    }

    /// The job was stopped, or its end was asked for twice.
    pub(crate) fn over() -> Self {
        Self::of(FailureKind::Cancelled, "over", "操作已结束", "it is over")
    }
}

fn kind_of(error: &PhoneError) -> FailureKind {
    match error {
        PhoneError::Refused(_) | PhoneError::SessionOpen | PhoneError::SignIn(_) => FailureKind::Refused,
        PhoneError::Fill(FillError::Fields { .. }) => FailureKind::Incomplete,
        PhoneError::NotEnrolled => FailureKind::NotEnrolled,
        PhoneError::NoSession => FailureKind::NoSession,
        PhoneError::Open(OpenError::Keystore(_)) | PhoneError::Vault(VaultError::Keystore(_)) => {
            FailureKind::Keystore
        }
        PhoneError::Open(OpenError::InUse) | PhoneError::Suspended | PhoneError::Recording => {
            FailureKind::InUse
        }
        PhoneError::Open(_)
        | PhoneError::Vault(_)
        | PhoneError::Sync(SyncError::Vault(_))
        | PhoneError::Capture(_)
        | PhoneError::Randomness
        | PhoneError::Package(_) => FailureKind::Storage,
        PhoneError::Sync(_) | PhoneError::Distrust(_) | PhoneError::AlreadyEnrolled => FailureKind::Bureau,
        PhoneError::Recorder(_) => FailureKind::Recorder,
        PhoneError::Reentrant => FailureKind::Internal,
        _ => FailureKind::Argument,
    }
}

impl From<PhoneError> for CoreFailure {
    fn from(error: PhoneError) -> Self {
        Self::Failed {
            kind: kind_of(&error),
            code: error.code().to_owned(),
            sentence: Text { zh: error.zh(), en: error.en() },
            missing: error.needs(),
        }
    }
}

impl From<ExportError> for CoreFailure {
    fn from(error: ExportError) -> Self {
        PhoneError::from(error).into()
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for CoreFailure {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::panicked()
    }
}

/// What a port of the shell may throw. Anything else that it throws arrives as [`PlatformFailure::Unexpected`].
#[derive(Debug, Clone, thiserror::Error, uniffi::Error)]
pub enum PlatformFailure {
    /// No key under this name.
    #[error("no such key")]
    KeyMissing,
    /// The officer must unlock the phone first.
    #[error("locked")]
    KeyLocked,
    /// Wrapped bytes that do not open.
    #[error("the wrapped bytes do not open")]
    WrappedBroken,
    /// The radio is off, absent or forbidden to the app.
    #[error("the radio is off")]
    RadioOff,
    /// The peer was not found or is gone.
    #[error("not connected")]
    NotConnected,
    /// The peer wants a pairing that does not exist or was refused.
    #[error("not paired")]
    NotPaired,
    /// The peer has no such characteristic, or it does not allow this.
    #[error("not allowed")]
    NotAllowed,
    /// An ATT error.
    #[error("attribute protocol error {code:#04x}")]
    Att {
        /// Its number.
        code: u8,
    },
    /// The value does not fit.
    #[error("longer than {max_bytes} bytes")]
    TooLong {
        /// Longest value that fits, bytes.
        max_bytes: u32,
    },
    /// No answer within the platform's own time.
    #[error("no answer in time")]
    TimedOut,
    /// Anything else.
    #[error("{reason}")]
    Unexpected {
        /// What the platform said.
        reason: String,
    },
}

impl From<uniffi::UnexpectedUniFFICallbackError> for PlatformFailure {
    fn from(error: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Unexpected { reason: error.reason }
    }
}

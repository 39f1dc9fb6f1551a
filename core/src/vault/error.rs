//! What can go wrong with a vault.

use crate::ports::KeystoreError;
use liuhen_record::{ItemId, RecordError};
use std::io;

/// Why a vault could not be opened. A damaged vault is not here: it is set aside and a new one is opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process owns this vault.
    #[error("the vault is in use by another process")]
    InUse,
    /// A newer program wrote it; it was not touched.
    #[error("the vault has schema {found}; this program knows {known}")]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// The key of the vault cannot be used now.
    #[error("the key of the vault cannot be used")]
    Keystore(#[source] KeystoreError),
    /// The storage failed; nothing was changed.
    #[error("the storage failed")]
    Storage(#[source] io::Error),
    /// The database cannot be used now (full, busy, not readable); nothing was changed.
    #[error("the database cannot be used")]
    Database(#[source] rusqlite::Error),
    /// No randomness for a new key.
    #[error("no randomness")]
    Random,
}

/// Why a vault could not read or write.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// No space is left; nothing was written.
    #[error("no space left")]
    Full,
    /// The storage or the database failed; nothing of this operation counts as written.
    #[error("the storage failed")]
    Storage(#[source] io::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[source] rusqlite::Error),
    /// Something stored is not what was written; `check` says more, and the vault should be set aside.
    #[error("damaged: {0}")]
    Damaged(String),
    /// A key cannot be used.
    #[error("a key cannot be used")]
    Keystore(#[source] KeystoreError),
    /// The record breaks a rule of its format.
    #[error("not a valid record")]
    Record(#[from] RecordError),
    /// The record belongs inside a session and has none, or the other way round.
    #[error("a {kind} record with a wrong session")]
    Session {
        /// The kind's name.
        kind: &'static str,
    },
    /// No device was set yet: the chain has no owner.
    #[error("the phone is not enrolled")]
    NoDevice,
    /// A device was set before; a chain has one owner.
    #[error("the vault belongs to a device already")]
    HasDevice,
    /// The signing key is not the key of that device.
    #[error("the signing key is not the device's")]
    WrongDevice,
    /// No such item.
    #[error("no such item")]
    NoItem(ItemId),
    /// Items of the session are still being captured.
    #[error("items are still open")]
    ItemsOpen,
    /// The item is not in the state that this needs.
    #[error("the item is {0}")]
    ItemState(&'static str),
    /// Longer than a column can hold.
    #[error("too long")]
    TooLong,
    /// No randomness.
    #[error("no randomness")]
    Random,
}

impl VaultError {
    /// What to do about damage, for people, Chinese.
    pub(crate) const DAMAGED_ZH: &'static str = "证据库中有内容损坏，本次操作未生效。请先结束正在进行的录制和执法活动，再退出并重新打开本程序：\
         届时将核查整个证据库，损坏的证据库原样隔离保存（不删除任何资料），并启用新的证据库。请同时报告管理员";
    /// The same in English.
    pub(crate) const DAMAGED_EN: &'static str = "Something in the vault is damaged; nothing was done. End what is being recorded and the \
         activity first, then close this program and open it again: it will verify the whole vault, set a damaged one aside as it \
         is (nothing is deleted) and begin a new one. Tell the administrator.";

    /// Whether the cause is missing space.
    pub fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ if is_damage(&error) => Self::Damaged("the database is not readable".to_owned()),
            _ => Self::Database(error),
        }
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::StorageFull { Self::Full } else { Self::Storage(error) }
    }
}

/// Whether the database itself is wrong, as opposed to the machine being unable to use it now.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(code) => !matches!(
            code,
            Code::SystemIoFailure
                | Code::DiskFull
                | Code::CannotOpen
                | Code::DatabaseBusy
                | Code::DatabaseLocked
                | Code::OutOfMemory
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::OperationInterrupted
                | Code::FileLockingProtocolFailed
                | Code::NoLargeFileSupport
        ),
        // Not from SQLite itself: a column of a wrong type, a missing row, a statement that does not fit the schema.
        None => true,
    }
}

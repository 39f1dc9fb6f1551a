//! Where evidence rests on the phone: one append-only ledger in a SQLite database whose rows are sealed, and beside
//! it the pieces of the sealed items.
//!
//! There is one way in, [`Vault::open`], and one owner at a time. A vault that is not what was written is set aside,
//! never deleted and never repaired, and capturing goes on in a new one ([`Opening::Quarantined`]). What must hold is
//! written in `spec/vault.md`.
//!
//! * the ledger: [`Vault::append`], [`Vault::record`], [`Vault::session_records`];
//! * the outbox is the ledger after a mark: [`Vault::unsent_records`], [`Vault::mark_sent`];
//! * items and pieces: [`Vault::items`], [`Vault::pieces`], [`Vault::file_key`], [`Vault::free_item`];
//! * the bureau's proofs: [`Vault::put_record_receipts`], [`Vault::put_item_receipt`];
//! * whether all of it is still what was written: [`Vault::check`], and [`Vault::suspect`] when something is not.

mod check;
mod columns;
mod error;
mod free;
#[cfg(test)]
mod full_tests;
mod head;
mod items;
mod key;
mod ledger;
mod marks;
mod open;
mod outbox;
mod pieces;
mod quarantine;
mod records;
mod schema;
mod settings;
mod suspect;

pub use check::{Broken, CheckReport};
pub use error::{OpenError, VaultError};
pub use free::FreeError;
pub use items::{ItemFilter, ItemRow};
pub use ledger::{Appended, Draft, Stamp};
pub use marks::ItemMark;
pub use open::Opening;
pub use outbox::ItemReceipt;
pub use pieces::{ParkedPiece, PieceProgress, PieceRow, PieceState};
pub use records::StoredRecord;

pub(crate) use items::{NewItem, OpenItem, SealedItem};
pub(crate) use ledger::Writing;

use crate::lock::FileLock;
use crate::ports::{Keystore, Rng, Storage};
use columns::Columns;
use head::HeadFile;
use ledger::ChainState;
use liuhen_record::{DeviceId, Digest, ItemId, sign::DeviceKey};
use rusqlite::Connection;
use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Weak},
};

/// Name of the database file.
const DATABASE: &str = "vault.db";

/// A vault, open. Whoever holds it is its only owner, on this machine and in this process.
pub struct Vault {
    conn: Connection,
    columns: Columns,
    chain: ChainState,
    head: HeadFile,
    storage: Arc<dyn Storage>,
    keystore: Arc<dyn Keystore>,
    rng: Arc<dyn Rng>,
    dir: PathBuf,
    /// Items being captured by this process: recovery leaves them alone while the capture lives.
    running: HashMap<ItemId, Weak<()>>,
    /// Keeps other processes out.
    lock: Arc<FileLock>,
}

impl Vault {
    /// The device whose chain this is; `None` before enrolment.
    pub fn device(&self) -> Option<DeviceId> {
        self.chain.owner.as_ref().map(|owner| owner.device)
    }

    /// The public key of that device.
    pub fn device_key(&self) -> Option<&DeviceKey> {
        self.chain.owner.as_ref().map(|owner| &owner.public_key)
    }

    /// Name, in the keystore, of the key that signs.
    pub fn signing_key(&self) -> Option<&str> {
        self.chain.owner.as_ref().map(|owner| owner.key_name.as_str())
    }

    /// Number of the next record, and the digest of the last.
    pub fn head(&self) -> (i64, Digest) {
        (self.chain.next_seq, self.chain.head)
    }

    /// The folder that the vault is in.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }

    /// Marks an item as being captured here, for as long as the returned token lives.
    pub(crate) fn start_running(&mut self, item: ItemId) -> Arc<()> {
        let token = Arc::new(());
        self.running.retain(|_, token| token.strong_count() > 0);
        self.running.insert(item, Arc::downgrade(&token));
        token
    }

    /// Whether an item is being captured here.
    pub(crate) fn is_running(&self, item: ItemId) -> bool {
        self.running.get(&item).is_some_and(|token| token.strong_count() > 0)
    }

    /// Whether anything is being captured here. Another opening of this vault would not know of it.
    pub(crate) fn is_capturing(&self) -> bool {
        self.running.values().any(|token| token.strong_count() > 0)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("next_seq", &self.chain.next_seq).finish_non_exhaustive()
    }
}

/// A unit variant's name as it is written in records, for columns.
fn tag<T: serde::Serialize>(value: &T) -> Result<String, VaultError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => Ok(name),
        _ => Err(VaultError::Damaged("a name that is not text".to_owned())),
    }
}

/// The reverse of [`tag`].
fn from_tag<T: serde::de::DeserializeOwned>(name: String) -> Result<T, VaultError> {
    serde_json::from_value(serde_json::Value::String(name))
        .map_err(|_| VaultError::Damaged("a column holds an unknown name".to_owned()))
}

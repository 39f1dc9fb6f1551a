//! The one way in.

use super::{
    DATABASE, OpenError, Vault, VaultError,
    head::HeadFile,
    key::{self, KeyError},
    ledger::ChainState,
    quarantine,
    schema::{self, ConnectError},
    suspect,
};
use crate::{
    capture::ITEMS,
    lock::FileLock,
    ports::{Ports, Storage},
};
use std::{collections::HashMap, fs::TryLockError, path::Path, sync::Arc};

/// The file whose lock says who owns the vault.
const LOCK: &str = "vault.lock";

/// So many of the last records are verified at every open; [`Vault::check`] verifies all, and so does an open after
/// [`Vault::suspect`].
const VERIFIED_AT_OPEN: i64 = 64;

/// An open vault.
#[derive(Debug)]
pub enum Opening {
    /// It is what was written.
    Ready(Vault),
    /// It was not: the old one was set aside whole, this one is new and empty.
    Quarantined {
        /// The new vault.
        vault: Vault,
        /// Name of the folder, below `quarantine/`, that holds the old one.
        folder: String,
        /// What was wrong with it.
        reason: String,
    },
}

impl Opening {
    /// The vault, whichever way it was opened.
    pub fn into_vault(self) -> Vault {
        match self {
            Self::Ready(vault) | Self::Quarantined { vault, .. } => vault,
        }
    }
}

/// Why an attempt to open failed.
enum Trouble {
    /// Not what was written: to be set aside.
    Damaged(String),
    /// Not usable now.
    Refused(OpenError),
}

impl Vault {
    /// Opens the vault in `dir`, which must be the folder of `ports.storage`, making a new one where there is none.
    ///
    /// # Errors
    /// [`OpenError`] when the machine or the officer must do something first. A damaged vault is not an error.
    pub fn open(dir: &Path, ports: &Ports) -> Result<Opening, OpenError> {
        make_folder(&*ports.storage).map_err(OpenError::Storage)?;
        let lock = lock(dir)?;
        let interrupted = quarantine::finish(&*ports.storage).map_err(OpenError::Storage)?;
        Self::open_locked(dir, ports, lock, interrupted)
    }

    /// Sets this vault aside and opens a new one: for a caller to whom [`Vault::check`] or a
    /// [`VaultError::Damaged`] said that it is not what was written.
    ///
    /// # Errors
    /// As [`Vault::open`].
    pub fn set_aside(self, ports: &Ports, reason: &str) -> Result<Opening, OpenError> {
        let Self { conn, head, lock, dir, .. } = self;
        drop((conn, head));
        let note =
            quarantine::set_aside(&*ports.storage, &*ports.clock, reason).map_err(OpenError::Storage)?;
        Self::open_locked(&dir, ports, lock, Some(note))
    }

    fn open_locked(
        dir: &Path,
        ports: &Ports,
        lock: Arc<FileLock>,
        mut note: Option<quarantine::Note>,
    ) -> Result<Opening, OpenError> {
        let first = Arc::clone(&lock);
        let vault = match Self::attempt(dir, ports, first) {
            Ok(vault) => vault,
            Err(Trouble::Refused(error)) => return Err(error),
            Err(Trouble::Damaged(reason)) => {
                let set_aside = quarantine::set_aside(&*ports.storage, &*ports.clock, &reason);
                note = Some(set_aside.map_err(OpenError::Storage)?);
                Self::attempt(dir, ports, lock).map_err(|trouble| match trouble {
                    Trouble::Refused(error) => error,
                    Trouble::Damaged(reason) => OpenError::Storage(std::io::Error::other(reason)),
                })?
            }
        };
        Ok(match note {
            None => Opening::Ready(vault),
            Some(note) => Opening::Quarantined { vault, folder: note.folder, reason: note.reason },
        })
    }

    fn attempt(dir: &Path, ports: &Ports, lock: Arc<FileLock>) -> Result<Self, Trouble> {
        let storage = &*ports.storage;
        let has_database = storage.exists(DATABASE)?;
        let columns = key::load(ports, has_database)?;
        let head = HeadFile::open(storage)?;
        if !has_database && !head.is_blank()? {
            return Err(Trouble::Damaged("the database is missing".to_owned()));
        }
        if !has_database {
            // Made here so that only its owner can read it; SQLite gives its side files the same mode.
            drop(storage.create(DATABASE)?);
        }
        let conn = schema::connect(&dir.join(DATABASE))?;
        let chain = ChainState::load(&conn, &columns)?.unwrap_or_else(ChainState::new);
        let mut vault = Self {
            conn,
            columns,
            chain,
            head,
            storage: Arc::clone(&ports.storage),
            keystore: Arc::clone(&ports.keystore),
            rng: Arc::clone(&ports.rng),
            dir: dir.to_owned(),
            running: HashMap::new(),
            lock,
        };
        vault.verify_end()?;
        if suspect::is_noted(storage)? {
            vault.verify_rows()?;
            suspect::forget(storage)?;
        }
        vault.catch_up_head();
        Ok(vault)
    }

    /// Notes the head when a crash came between a commit and its note. A note that cannot be read stays as it is,
    /// for [`Vault::check`] to report.
    fn catch_up_head(&mut self) {
        let lags = match self.head.read(&self.columns) {
            Ok(Some(noted)) => noted.seq < self.chain.next_seq - 1,
            Ok(None) => self.chain.next_seq > 1 && self.head.is_blank().unwrap_or(false),
            Err(_) => false,
        };
        if lags {
            self.note_head(false);
        }
    }

    /// What is verified at every open: the end of the chain against the row of its head and against the head file,
    /// the last items, and every setting.
    fn verify_end(&self) -> Result<(), VaultError> {
        let from = (self.chain.next_seq - VERIFIED_AT_OPEN).max(1);
        self.verify_chain(from)?;
        let noted = self.head.read(&self.columns)?;
        if let Some(noted) = noted {
            let ours = self.record(noted.seq)?.map(|record| record.digest);
            if ours != Some(noted.digest) {
                let (seq, last) = (noted.seq, self.chain.next_seq - 1);
                return Err(VaultError::Damaged(format!(
                    "the database ends at record {last} and lacks record {seq} as it was written: an older copy was put back"
                )));
            }
        }
        self.verify_last_items(VERIFIED_AT_OPEN)?;
        self.verify_settings()
    }
}

/// Makes the folder for items, durably, in a new vault.
fn make_folder(storage: &dyn Storage) -> std::io::Result<()> {
    if storage.exists(ITEMS)? {
        return Ok(());
    }
    storage.make_dir(ITEMS)?;
    storage.sync_dir("")
}

fn lock(dir: &Path) -> Result<Arc<FileLock>, OpenError> {
    match FileLock::take(&dir.join(LOCK)) {
        Ok(lock) => Ok(Arc::new(lock)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
        Err(TryLockError::Error(error)) => Err(OpenError::Storage(error)),
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Refused(OpenError::Storage(error))
    }
}

impl From<KeyError> for Trouble {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Damaged(reason) => Self::Damaged(reason.to_owned()),
            KeyError::Keystore(error) => Self::Refused(OpenError::Keystore(error)),
            KeyError::Storage(error) => Self::Refused(OpenError::Storage(error)),
            KeyError::Random => Self::Refused(OpenError::Random),
        }
    }
}

impl From<ConnectError> for Trouble {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Damaged(reason) => Self::Damaged(reason),
            ConnectError::Newer(found) => Self::Refused(OpenError::Newer { found, known: schema::SCHEMA }),
            ConnectError::Database(error) => Self::Refused(OpenError::Database(error)),
            ConnectError::Storage(error) => Self::Refused(OpenError::Storage(error)),
        }
    }
}

impl From<VaultError> for Trouble {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Damaged(reason) => Self::Damaged(reason),
            VaultError::Storage(error) => Self::Refused(OpenError::Storage(error)),
            VaultError::Full => Self::Refused(OpenError::Storage(std::io::ErrorKind::StorageFull.into())),
            VaultError::Database(error) => Self::Refused(OpenError::Database(error)),
            other => Self::Damaged(other.to_string()),
        }
    }
}

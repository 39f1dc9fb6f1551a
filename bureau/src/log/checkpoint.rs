//! Signing checkpoints, and never two that contradict each other.
//!
//! The last checkpoint is kept in the ledger and, after that, in a file beside it. At start both must agree with
//! the log as stored: a restored old database would otherwise make the bureau sign a fork of its own log.

use super::{LogHashes, prove_error};
use crate::{
    clock::Clock,
    durable,
    fault::{Faults, Point},
    store::{self, CheckpointRow, Ledger, LedgerStore, StoreError},
};
use liuhen_record::{
    note::NoteSigner,
    tlog::{self, Checkpoint, OpenCheckpointError, SignCheckpointError},
};
use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Why a checkpoint was not signed, or the log is not the one that was signed.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The checkpoint's file could not be written or read.
    #[error("the checkpoint file failed: {0}")]
    File(#[from] io::Error),
    /// The key did not sign.
    #[error(transparent)]
    Sign(#[from] SignCheckpointError),
    /// A kept checkpoint is not one of this log.
    #[error("the last checkpoint is not one of this log: {0}")]
    Foreign(#[from] OpenCheckpointError),
    /// The log is shorter than what was signed.
    #[error("the log has {found} leaves, {signed} were signed: the data is older than its last checkpoint")]
    RolledBack {
        /// Leaves in the log.
        found: u64,
        /// Leaves in the checkpoint.
        signed: u64,
    },
    /// The log is not the one that was signed.
    #[error("the log is not the one of its checkpoint of {signed} leaves")]
    Forked {
        /// Leaves in the checkpoint.
        signed: u64,
    },
}

/// Signs the log's checkpoints.
pub struct Notary {
    signer: NoteSigner,
    file: PathBuf,
    /// Leaves in the checkpoint that the file is known to hold.
    filed: Mutex<Option<u64>>,
    clock: Arc<dyn Clock>,
    faults: Arc<dyn Faults>,
}

impl Notary {
    /// A notary that signs with `signer` and keeps the last checkpoint in `file`, too.
    pub fn new(signer: NoteSigner, file: PathBuf, clock: Arc<dyn Clock>, faults: Arc<dyn Faults>) -> Self {
        Self { signer, file, filed: Mutex::default(), clock, faults }
    }

    /// The key that signs.
    pub fn signer(&self) -> &NoteSigner {
        &self.signer
    }

    /// The signed checkpoint of the log as it is now; signs one if the log has grown since the last. Nobody is given one that
    /// is not in the file, too: whoever signed it may have been killed before it came there.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn checkpoint(&self, ledger: &dyn LedgerStore) -> Result<CheckpointRow, CheckpointError> {
        let current = store::read(ledger, |rows| {
            let last = rows.last_checkpoint()?;
            let size = rows.log_size()?;
            Ok::<_, StoreError>(last.filter(|last| last.size == size))
        })?;
        if let Some(current) = current {
            self.keep(&current)?;
            return Ok(current);
        }
        let (signed, new) = store::write(ledger, |rows| self.sign(rows))?;
        if new {
            self.faults.hit(Point::CheckpointCommitted)?;
        }
        self.keep(&signed)?;
        if new {
            self.faults.hit(Point::CheckpointFiled)?;
        }
        Ok(signed)
    }

    fn sign(&self, rows: &dyn Ledger) -> Result<(CheckpointRow, bool), CheckpointError> {
        let size = rows.log_size()?;
        if let Some(last) = rows.last_checkpoint()?.filter(|last| last.size == size) {
            return Ok((last, false));
        }
        let root = tlog::root(&LogHashes(rows), size).map_err(prove_error)?;
        let origin = self.signer.verifier_key().name().to_owned();
        let note = Checkpoint { origin, size, root }.sign(&self.signer)?;
        let signed = CheckpointRow { size, note, signed_ms: self.clock.now_ms() };
        rows.put_checkpoint(&signed)?;
        Ok((signed, true))
    }

    /// Two threads may come here in the other order than they signed: the greater size stays.
    fn keep(&self, signed: &CheckpointRow) -> Result<(), CheckpointError> {
        let mut filed = self.filed.lock().unwrap_or_else(PoisonError::into_inner);
        if filed.is_some_and(|filed| filed >= signed.size) {
            return Ok(());
        }
        if self.kept()?.is_none_or(|kept| kept.size < signed.size) {
            durable::replace_file(&self.file, signed.note.as_bytes())?;
        }
        *filed = Some(signed.size);
        Ok(())
    }

    fn kept(&self) -> Result<Option<Checkpoint>, CheckpointError> {
        match fs::read(&self.file) {
            Ok(bytes) => {
                Ok(Some(Checkpoint::open(&String::from_utf8_lossy(&bytes), self.signer.verifier_key())?))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Checks that the log as stored continues everything that was ever signed for it.
    ///
    /// # Errors
    /// [`CheckpointError`]: then nothing may be signed, and the bureau does not start.
    pub fn check(&self, ledger: &dyn LedgerStore) -> Result<(), CheckpointError> {
        let kept = self.kept()?;
        store::read(ledger, |rows| {
            if let Some(row) = rows.last_checkpoint()? {
                check_one(rows, &Checkpoint::open(&row.note, self.signer.verifier_key())?)?;
            }
            if let Some(kept) = &kept {
                check_one(rows, kept)?;
            }
            Ok(())
        })
    }
}

fn check_one(rows: &dyn Ledger, signed: &Checkpoint) -> Result<(), CheckpointError> {
    let found = rows.log_size()?;
    if found < signed.size {
        return Err(CheckpointError::RolledBack { found, signed: signed.size });
    }
    let root = tlog::root(&LogHashes(rows), signed.size).map_err(prove_error)?;
    if root == signed.root { Ok(()) } else { Err(CheckpointError::Forked { signed: signed.size }) }
}

//! The transparency log: leaves appended in the transaction that stores what they speak of, checkpoints signed
//! when somebody asks and the log has grown, cosigned by witnesses ([`witnesses`]) and time-stamped ([`stamps`]).

pub mod checkpoint;
pub mod cosigned;
pub mod receipts;
pub mod stamps;
pub mod witnesses;

use crate::store::{Ledger, StoreError};
use liuhen_record::{
    Digest,
    tlog::{Frontier, HashStore, NewHash, ProveError, leaf_hash},
};
use std::convert::Infallible;

/// The log's hashes inside a transaction.
pub struct LogHashes<'l>(pub &'l dyn Ledger);

impl HashStore for LogHashes<'_> {
    type Error = StoreError;
    fn hash(&self, level: u8, index: u64) -> Result<Digest, StoreError> {
        self.0.log_hash(level, index)
    }
}

/// The growing end of the log inside one writing transaction.
pub struct Appender<'l> {
    ledger: &'l dyn Ledger,
    frontier: Frontier,
    /// Not written down yet.
    fresh: Vec<NewHash>,
}

impl<'l> Appender<'l> {
    /// Starts at the log's end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn start(ledger: &'l dyn Ledger) -> Result<Self, StoreError> {
        let frontier = Frontier::load(&LogHashes(ledger), ledger.log_size()?).map_err(prove_error)?;
        Ok(Self { ledger, frontier, fresh: Vec::new() })
    }

    /// Appends a leaf; returns its index. Nothing is written down before [`Appender::finish`].
    pub fn push(&mut self, data: &[u8]) -> u64 {
        let (index, fresh) = (self.frontier.size(), &mut self.fresh);
        let Ok(()) = self.frontier.push(leaf_hash(data), |hash| {
            fresh.push(hash);
            Ok::<(), Infallible>(())
        });
        index
    }

    /// Writes down the new hashes, level by level as they lie in the database, and the new size.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn finish(mut self) -> Result<(), StoreError> {
        self.fresh.sort_unstable_by_key(|hash| (hash.level, hash.index));
        self.ledger.put_log_hashes(&self.fresh)?;
        self.ledger.put_log_size(self.frontier.size())
    }
}

/// A proof that cannot be made from our own log means that its rows are damaged.
pub(crate) fn prove_error(error: ProveError<StoreError>) -> StoreError {
    match error {
        ProveError::Store(error) => error,
        _ => StoreError::Impossible("size of the log"),
    }
}

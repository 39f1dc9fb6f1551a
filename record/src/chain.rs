//! The hash chain of one device: `seq` counts from 1 without a hole, `prev` is SHA-256 of the previous record's
//! exact bytes (zeros for the first). A changed, removed, added or moved record breaks it at a nameable place.

use crate::{DeviceId, Digest, Record};

/// Why a record is not the next link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// Written by another device.
    #[error("record of device {found} in the chain of device {expected}")]
    Device {
        /// The chain's device.
        expected: DeviceId,
        /// The record's device.
        found: DeviceId,
    },
    /// A number was skipped, repeated or reordered.
    #[error("record {found} where {expected} was expected")]
    Seq {
        /// The next number of the chain.
        expected: i64,
        /// The record's number.
        found: i64,
    },
    /// It does not name its predecessor.
    #[error("record {seq} does not follow record {}: its prev is not that record's digest", seq - 1)]
    Prev {
        /// The record's number.
        seq: i64,
    },
}

/// The head of one device's chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    device: DeviceId,
    next_seq: i64,
    head: Digest,
}

impl Chain {
    /// An empty chain.
    pub fn new(device: DeviceId) -> Self {
        Self { device, next_seq: 1, head: Digest::ZERO }
    }

    /// A chain whose last record has number `next_seq - 1` and digest `head`.
    pub fn resume(device: DeviceId, next_seq: i64, head: Digest) -> Self {
        Self { device, next_seq, head }
    }

    /// The device that writes this chain.
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The number of the next record.
    pub fn next_seq(&self) -> i64 {
        self.next_seq
    }

    /// SHA-256 of the last record's bytes.
    pub fn head(&self) -> Digest {
        self.head
    }

    /// Checks that `record` is the next link, without taking it.
    ///
    /// # Errors
    /// [`ChainError`], naming the rule broken.
    pub fn check(&self, record: &Record) -> Result<(), ChainError> {
        if record.device != self.device {
            return Err(ChainError::Device { expected: self.device, found: record.device });
        }
        if record.seq != self.next_seq {
            return Err(ChainError::Seq { expected: self.next_seq, found: record.seq });
        }
        if record.prev != self.head {
            return Err(ChainError::Prev { seq: record.seq });
        }
        Ok(())
    }

    /// Takes `record`, whose exact bytes have digest `digest`, as the next link.
    ///
    /// # Errors
    /// [`ChainError`]; the chain is unchanged then.
    pub fn append(&mut self, record: &Record, digest: Digest) -> Result<(), ChainError> {
        self.check(record)?;
        self.next_seq += 1;
        self.head = digest;
        Ok(())
    }
}

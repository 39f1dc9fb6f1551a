//! What the bureau states when every byte of an item is stored.
//!
//! A record in the log proves only that the bureau knows of an item. The item itself is stored when the bureau
//! has logged an [`ItemStored`] leaf for it; that leaf, its inclusion proof and a checkpoint consistent with the
//! last one seen are the receipt on which a phone may free its copy.

use crate::{DeviceId, Digest, ItemId, canonical, canonical::CanonicalError};
use serde::{Deserialize, Serialize};

/// The only value of [`ItemStored::statement`].
pub const ITEM_STORED: &str = "item_stored";

/// The bureau holds all bytes of an item, verified against the record that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemStored {
    /// Format version, 1.
    pub v: i64,
    /// [`ITEM_STORED`].
    pub statement: String,
    /// The item.
    pub item: ItemId,
    /// The device whose record names it.
    pub device: DeviceId,
    /// The number of that `capture_sealed` record.
    pub seq: i64,
    /// SHA-256 of that record's bytes.
    pub record_sha256: Digest,
    /// SHA-256 of the sealed file, as verified by the bureau over the bytes it stored.
    pub ct_sha256: Digest,
    /// Length of the sealed file, bytes.
    pub len_bytes: i64,
    /// The bureau's clock when it finished, Unix milliseconds.
    pub stored_at_ms: i64,
}

impl ItemStored {
    /// The leaf data: RFC 8785 bytes.
    ///
    /// # Errors
    /// [`CanonicalError::Number`] when a number is out of range.
    pub fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        canonical::bytes(self)
    }

    /// Reads leaf data strictly.
    ///
    /// # Errors
    /// [`CanonicalError`]; also for another statement or version.
    pub fn parse(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let read: Self = canonical::read(bytes)?;
        if read.v != 1 || read.statement != ITEM_STORED {
            return Err(CanonicalError::NotCanonical { offset: 0 });
        }
        Ok(read)
    }
}

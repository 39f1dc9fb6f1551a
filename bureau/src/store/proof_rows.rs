//! What others said about our checkpoints: witnesses and time-stamping authorities.

use super::StoreError;

/// A witness's cosignature of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CosignatureRow {
    /// Leaves in the checkpoint.
    pub size: u64,
    /// The witness's verifier key, as text.
    pub witness: String,
    /// The signature line, without its newline.
    pub line: String,
    /// The witness's time, Unix seconds.
    pub time_secs: u64,
    /// When it came, Unix milliseconds.
    pub received_ms: i64,
}

/// An RFC 3161 token over a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampRow {
    /// Leaves in the checkpoint.
    pub size: u64,
    /// The exact note that was stamped.
    pub note: String,
    /// The authority's whole reply, DER.
    pub reply: Vec<u8>,
    /// The authority's time, Unix milliseconds.
    pub time_ms: i64,
    /// When it came, Unix milliseconds.
    pub received_ms: i64,
}

/// Cosignatures and tokens.
pub trait ProofRows {
    /// Keeps a cosignature; one of the same size and witness that is there already stays.
    fn put_cosignature(&self, row: &CosignatureRow) -> Result<(), StoreError>;
    /// The cosignatures of one checkpoint, in the order of the witnesses' keys.
    fn cosignatures(&self, size: u64) -> Result<Vec<CosignatureRow>, StoreError>;
    /// The cosignatures of checkpoints of at least this size.
    fn cosignatures_from(&self, size: u64) -> Result<Vec<CosignatureRow>, StoreError>;
    /// Sizes of checkpoints that have been cosigned, ascending.
    fn cosigned_sizes(&self) -> Result<Vec<u64>, StoreError>;
    /// The cosignature of the greatest checkpoint that this witness has cosigned.
    fn last_cosignature(&self, witness: &str) -> Result<Option<CosignatureRow>, StoreError>;
    /// Keeps a token; one of the same size that is there already stays: it is the older one.
    fn put_stamp(&self, row: &StampRow) -> Result<(), StoreError>;
    /// The token over the checkpoint of this size.
    fn stamp(&self, size: u64) -> Result<Option<StampRow>, StoreError>;
    /// Tokens, newest first.
    fn stamps(&self, limit: i64) -> Result<Vec<StampRow>, StoreError>;
}

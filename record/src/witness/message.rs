//! The body of `POST …/add-checkpoint` (C2SP tlog-witness).

use crate::Digest;
use crate::note::{MAX_SIGNATURES, NoteParseError, SignedNote};
use crate::tlog::{format_hash, parse_decimal, parse_hash};
use std::fmt;

/// Longest body that a witness reads, bytes: a proof, a checkpoint, and room for [`MAX_SIGNATURES`] signatures of
/// ML-DSA-44, of which others may put some there.
pub const MAX_ADD_CHECKPOINT_BYTES: usize = 16 * 1024 + MAX_SIGNATURES * 4096;
/// Most hashes of a proof, by the protocol.
const MAX_HASHES: usize = 63;

/// Why a body is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddCheckpointError {
    /// Longer than [`MAX_ADD_CHECKPOINT_BYTES`].
    #[error("body is too long")]
    TooLong,
    /// No empty line stands between the proof and the checkpoint.
    #[error("body has no checkpoint after an empty line")]
    NoCheckpoint,
    /// The first line is not `old` and a canonical decimal below 2^63.
    #[error("old size is malformed")]
    OldSize,
    /// A proof line is not the canonical base64 of 32 bytes, or there are more than 63.
    #[error("consistency proof is malformed")]
    Hash,
    /// What stands after the empty line is not a note.
    #[error("checkpoint is malformed")]
    Checkpoint(#[source] NoteParseError),
}

/// A log asks for a cosignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    /// Size of the checkpoint that the witness is thought to hold; 0 for none.
    pub old_size: u64,
    /// Proof that the new checkpoint continues that one.
    pub hashes: Vec<Digest>,
    /// The new checkpoint, a signed note.
    pub checkpoint_note: String,
}

impl AddCheckpoint {
    /// Reads a body. Says nothing about whether the proof holds.
    pub fn parse(body: &str) -> Result<Self, AddCheckpointError> {
        if body.len() > MAX_ADD_CHECKPOINT_BYTES {
            return Err(AddCheckpointError::TooLong);
        }
        let (head, checkpoint_note) = body.split_once("\n\n").ok_or(AddCheckpointError::NoCheckpoint)?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(parse_decimal);
        let old_size = old_size.ok_or(AddCheckpointError::OldSize)?;
        let mut hashes = Vec::new();
        for line in lines {
            if hashes.len() == MAX_HASHES {
                return Err(AddCheckpointError::Hash);
            }
            hashes.push(parse_hash(line).map_err(|_| AddCheckpointError::Hash)?);
        }
        SignedNote::parse(checkpoint_note).map_err(AddCheckpointError::Checkpoint)?;
        Ok(Self { old_size, hashes, checkpoint_note: checkpoint_note.to_owned() })
    }

    /// The log that the checkpoint says it is of, believed by nobody yet: for finding the key by which to judge.
    pub fn unverified_origin(&self) -> &str {
        self.checkpoint_note.split('\n').next().unwrap_or_default()
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old_size)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", format_hash(hash)))?;
        write!(f, "\n{}", self.checkpoint_note)
    }
}

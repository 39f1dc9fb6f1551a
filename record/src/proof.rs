//! Proofs that stand alone (C2SP tlog-proof@v1): checkpoint, index and inclusion proof in one text file.
//!
//! ```text
//! c2sp.org/tlog-proof@v1
//! extra <base64>                     optional, authenticated by nothing
//! index <decimal>
//! <base64 SHA-256>                   sibling of the leaf first, child of the root last
//!
//! <the checkpoint note, verbatim>
//! ```
//!
//! Reading is strict: one byte sequence for one proof, so that `proof.to_string()` always gives back the input.
//!
//! Source: <https://c2sp.org/tlog-proof>.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::digest::Digest;
use crate::note::{MAX_NOTE_BYTES, NoteParseError, SignedNote, VerifierKey};
use crate::tlog::{
    Checkpoint, MAX_INCLUSION_HASHES, OpenCheckpointError, VerifyError, format_hash, leaf_hash,
    parse_decimal, parse_hash, verify_inclusion,
};

/// First line of a proof file.
pub const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Extension of proof files, without the dot.
pub const FILE_EXTENSION: &str = "tlog-proof";
/// Most bytes of extra data in a proof.
pub const MAX_EXTRA_BYTES: usize = 65_536;
/// Longest proof file, in bytes: the longest note and everything that may stand above it.
pub const MAX_PROOF_BYTES: usize = MAX_NOTE_BYTES + 128 * 1024;

/// Why a text is not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofParseError {
    /// Longer than [`MAX_PROOF_BYTES`].
    #[error("proof is too long")]
    TooLong,
    /// The first line is not [`FIRST_LINE`].
    #[error("not a tlog-proof of version 1")]
    FirstLine,
    /// The extra line is empty, longer than [`MAX_EXTRA_BYTES`], or not canonical base64.
    #[error("extra line of the proof is malformed")]
    Extra,
    /// The index line is missing, or its number is not a canonical decimal below 2^63.
    #[error("index line of the proof is malformed")]
    Index,
    /// A hash line is not the canonical base64 of 32 bytes.
    #[error("hash line of the proof is malformed")]
    Hash,
    /// More than [`MAX_INCLUSION_HASHES`] hash lines.
    #[error("proof has too many hashes")]
    TooManyHashes,
    /// No empty line separates the proof from its checkpoint.
    #[error("proof has no checkpoint")]
    NoCheckpoint,
    /// The checkpoint is not a signed note.
    #[error("checkpoint of the proof is malformed")]
    Checkpoint(#[source] NoteParseError),
}

/// Why a proof does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofVerifyError {
    /// The checkpoint is not one of the trusted log.
    #[error(transparent)]
    Checkpoint(#[from] OpenCheckpointError),
    /// The leaf is not at the index in the tree of the checkpoint.
    #[error(transparent)]
    Inclusion(#[from] VerifyError),
}

/// A proof that a log holds certain data at a certain index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    /// Index of the leaf, from 0.
    pub index: u64,
    /// Inclusion proof: the leaf's sibling first, the root's child last.
    pub hashes: Vec<Digest>,
    /// The signed checkpoint, verbatim.
    pub checkpoint_note: String,
    /// Opaque data that nothing authenticates; never empty. This project writes none.
    pub extra: Option<Vec<u8>>,
}

impl TlogProof {
    /// Reads a proof. Says nothing about whether it holds.
    pub fn parse(text: &str) -> Result<Self, ProofParseError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(ProofParseError::TooLong);
        }
        let (head, checkpoint_note) = text.split_once("\n\n").ok_or(ProofParseError::NoCheckpoint)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(ProofParseError::FirstLine);
        }
        let mut line = lines.next().ok_or(ProofParseError::Index)?;
        let mut extra = None;
        if let Some(encoded) = line.strip_prefix("extra ") {
            extra = Some(parse_extra(encoded)?);
            line = lines.next().ok_or(ProofParseError::Index)?;
        }
        let index = line.strip_prefix("index ").and_then(parse_decimal).ok_or(ProofParseError::Index)?;
        let mut hashes = Vec::new();
        for line in lines {
            if hashes.len() == MAX_INCLUSION_HASHES {
                return Err(ProofParseError::TooManyHashes);
            }
            hashes.push(parse_hash(line).map_err(|_| ProofParseError::Hash)?);
        }
        SignedNote::parse(checkpoint_note).map_err(ProofParseError::Checkpoint)?;
        Ok(Self { index, hashes, checkpoint_note: checkpoint_note.to_owned(), extra })
    }

    /// Checks that the log whose key is `key` holds exactly `leaf_data` at the index, and returns the checkpoint
    /// under which it does.
    pub fn verify(&self, leaf_data: &[u8], key: &VerifierKey) -> Result<Checkpoint, ProofVerifyError> {
        let checkpoint = Checkpoint::open(&self.checkpoint_note, key)?;
        verify_inclusion(&leaf_hash(leaf_data), self.index, &self.hashes, &checkpoint)?;
        Ok(checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        if let Some(extra) = self.extra.as_ref().filter(|extra| !extra.is_empty()) {
            writeln!(f, "extra {}", STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", format_hash(hash)))?;
        write!(f, "\n{}", self.checkpoint_note)
    }
}

impl FromStr for TlogProof {
    type Err = ProofParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

fn parse_extra(encoded: &str) -> Result<Vec<u8>, ProofParseError> {
    if encoded.is_empty() || encoded.len() > MAX_EXTRA_BYTES.div_ceil(3) * 4 {
        return Err(ProofParseError::Extra);
    }
    let extra = STANDARD.decode(encoded).map_err(|_| ProofParseError::Extra)?;
    if extra.len() > MAX_EXTRA_BYTES { Err(ProofParseError::Extra) } else { Ok(extra) }
}

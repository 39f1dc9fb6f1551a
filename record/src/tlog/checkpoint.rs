//! Checkpoints (C2SP tlog-checkpoint): what the log vouches for at one size.

use std::fmt;

use super::{MAX_SIZE, empty_root, format_hash, parse_decimal, parse_hash};
use crate::digest::Digest;
use crate::note::{self, NoteSignError, NoteSigner, OpenNoteError, VerifierKey};

/// Size and root of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Identity of the log; in this project always the name of its note key.
    pub origin: String,
    /// Leaves in the tree, below 2^63.
    pub size: u64,
    /// Root of the tree of these leaves.
    pub root: Digest,
}

/// Why a text is not a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Fewer than three lines, an empty line, or no final newline.
    #[error("checkpoint has the wrong lines")]
    Lines,
    /// The second line is not a canonical decimal below 2^63.
    #[error("checkpoint size is malformed")]
    Size,
    /// The third line is not the canonical base64 of 32 bytes.
    #[error("checkpoint root is malformed")]
    Root,
    /// The size is 0 and the root is not that of the empty tree.
    #[error("checkpoint of an empty tree has another root")]
    EmptyRoot,
}

/// Why a signed checkpoint is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenCheckpointError {
    /// Not a note signed by the log's key.
    #[error(transparent)]
    Note(#[from] OpenNoteError),
    /// The signed text is not a checkpoint.
    #[error(transparent)]
    Text(#[from] CheckpointError),
    /// The origin is not the name of the key that signed.
    #[error("checkpoint is of another log than its key")]
    Origin,
}

/// Why a checkpoint was not signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignCheckpointError {
    /// The origin is not the name of the signing key, or the size is 2^63 or more.
    #[error("checkpoint cannot be signed by this key")]
    Checkpoint,
    /// The note could not be signed.
    #[error(transparent)]
    Note(#[from] NoteSignError),
}

impl Checkpoint {
    /// Reads the text of a checkpoint (a note's text, already verified).
    ///
    /// Extension lines are allowed by the specification; they are checked to be well formed and ignored.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = body.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(CheckpointError::Lines);
        };
        if origin.is_empty() || lines.any(str::is_empty) {
            return Err(CheckpointError::Lines);
        }
        let size = parse_decimal(size).ok_or(CheckpointError::Size)?;
        let root = parse_hash(root).map_err(|_| CheckpointError::Root)?;
        if size == 0 && root != empty_root() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Reads a signed checkpoint: the note must be signed by `key`, and its origin must be the key's name.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, OpenCheckpointError> {
        let checkpoint = Self::parse(&note::open(note, key)?)?;
        if checkpoint.origin == key.name() { Ok(checkpoint) } else { Err(OpenCheckpointError::Origin) }
    }

    /// Signs the checkpoint; returns the note. The origin must be the signer's name.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, SignCheckpointError> {
        if self.origin != signer.verifier_key().name() || self.size > MAX_SIZE {
            return Err(SignCheckpointError::Checkpoint);
        }
        Ok(signer.sign(&self.to_string())?)
    }
}

impl fmt::Display for Checkpoint {
    /// Writes the note text: three lines, final newline included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, format_hash(&self.root))
    }
}

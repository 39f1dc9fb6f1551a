//! The bureau's transparency log: an append-only Merkle tree (RFC 6962, RFC 9162 §2.1) under signed checkpoints
//! (C2SP tlog-checkpoint).
//!
//! - [`leaf_hash`], [`node_hash`], [`empty_root`]: the hashes of the tree.
//! - [`Checkpoint`]: what the log vouches for at one size; opened from and signed into a note.
//! - [`verify_inclusion`], [`verify_consistency`]: what a phone and a court check. They follow RFC 9162 and share
//!   nothing with the makers of proofs.
//! - [`prove_inclusion`], [`prove_consistency`], [`Frontier`]: what the bureau makes, over any [`HashStore`].
//!
//! The normative text is `spec/log.md`.

mod checkpoint;
mod hash;
mod prove;
mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, OpenCheckpointError, SignCheckpointError};
pub use hash::{HashTextError, empty_root, format_hash, leaf_hash, node_hash, parse_hash};
pub use prove::{
    Frontier, HashStore, MemoryHashes, MissingHash, NewHash, ProveError, append, prove_consistency,
    prove_inclusion, root,
};
pub use verify::{VerifyError, verify_consistency, verify_inclusion};

/// Largest tree size that is read, signed or proved: 2^63 - 1 leaves.
pub const MAX_SIZE: u64 = i64::MAX as u64;
/// Longest inclusion proof in a tree of at most [`MAX_SIZE`] leaves, in hashes.
pub const MAX_INCLUSION_HASHES: usize = 63;
/// Longest consistency proof in a tree of at most [`MAX_SIZE`] leaves, in hashes.
pub const MAX_CONSISTENCY_HASHES: usize = 64;

/// Reads an ASCII decimal below 2^63 without sign or leading zeroes.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    // The standard parser also takes a plus sign and leading zeroes.
    let canonical = matches!(text.as_bytes(), [b'0'] | [b'1'..=b'9', ..]);
    let number: u64 = if canonical { text.parse().ok()? } else { return None };
    (number <= MAX_SIZE).then_some(number)
}

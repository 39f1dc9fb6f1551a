//! Verification of inclusion and consistency proofs, step by step as RFC 9162 §2.1.3.2 and §2.1.4.2 write it.
//!
//! Deliberately shares no code with `prove`: a mistake in one is caught by the other.

use super::{Checkpoint, MAX_SIZE, empty_root, node_hash};
use crate::digest::Digest;

/// Why a proof was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// A checkpoint's size is 2^63 or more.
    #[error("tree is too large")]
    TooLarge,
    /// The index is not below the size of the tree.
    #[error("leaf {index} is outside a tree of {size}")]
    OutsideTree {
        /// Index of the leaf, from 0.
        index: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The proof has more or fewer hashes than the sizes demand.
    #[error("proof has the wrong length")]
    Length,
    /// The proof leads to another root: the leaf is not at this place in this tree.
    #[error("proof does not lead to the root")]
    Root,
    /// The checkpoints are of different logs.
    #[error("checkpoints are of different logs")]
    OtherLog,
    /// The newer checkpoint is smaller than the one already held.
    #[error("log shrank from {held} to {offered} leaves")]
    RolledBack {
        /// Size of the checkpoint already held.
        held: u64,
        /// Size of the checkpoint offered.
        offered: u64,
    },
    /// The two checkpoints cannot be of one append-only log, or the proof fails to show that they are.
    #[error("log is not a continuation of what it was")]
    Forked,
}

/// Checks that the leaf with hash `leaf_hash` stands at `index` (from 0) in the tree of `checkpoint`.
/// `hashes` run from the leaf's sibling up to the root's child.
pub fn verify_inclusion(
    leaf_hash: &Digest,
    index: u64,
    hashes: &[Digest],
    checkpoint: &Checkpoint,
) -> Result<(), VerifyError> {
    let size = checkpoint.size;
    if size > MAX_SIZE {
        return Err(VerifyError::TooLarge);
    }
    if index >= size {
        return Err(VerifyError::OutsideTree { index, size });
    }
    let mut place = Place { node: index, last: size - 1 };
    let mut hash = *leaf_hash;
    for sibling in hashes {
        if place.last == 0 {
            return Err(VerifyError::Length);
        }
        if place.sibling_is_left() {
            hash = node_hash(sibling, &hash);
            place.skip_missing_siblings();
        } else {
            hash = node_hash(&hash, sibling);
        }
        place.up();
    }
    if place.last != 0 {
        return Err(VerifyError::Length);
    }
    if hash == checkpoint.root { Ok(()) } else { Err(VerifyError::Root) }
}

/// Checks that the log of `new` is the log of `old` with leaves only added. Both checkpoints must already be
/// verified against the log's key.
///
/// A client that keeps its last checkpoint and calls this before it takes any newer one cannot be shown a log
/// from which something was dropped or in which something was changed.
pub fn verify_consistency(old: &Checkpoint, new: &Checkpoint, hashes: &[Digest]) -> Result<(), VerifyError> {
    if old.origin != new.origin {
        return Err(VerifyError::OtherLog);
    }
    if old.size > MAX_SIZE || new.size > MAX_SIZE {
        return Err(VerifyError::TooLarge);
    }
    if new.size < old.size {
        return Err(VerifyError::RolledBack { held: old.size, offered: new.size });
    }
    if new.size == old.size {
        return unchanged(old, new, hashes);
    }
    if old.size == 0 {
        if old.root != empty_root() {
            return Err(VerifyError::Forked);
        }
        return if hashes.is_empty() { Ok(()) } else { Err(VerifyError::Length) };
    }
    grown(old, new, hashes)
}

fn unchanged(old: &Checkpoint, new: &Checkpoint, hashes: &[Digest]) -> Result<(), VerifyError> {
    if old.root != new.root {
        return Err(VerifyError::Forked);
    }
    if hashes.is_empty() { Ok(()) } else { Err(VerifyError::Length) }
}

/// RFC 9162 §2.1.4.2 for 0 < old size < new size.
fn grown(old: &Checkpoint, new: &Checkpoint, hashes: &[Digest]) -> Result<(), VerifyError> {
    let (first, rest) = hashes.split_first().ok_or(VerifyError::Length)?;
    // An old tree that is one perfect subtree is its own first node, left out of the proof.
    let (first, rest) = if old.size.is_power_of_two() { (&old.root, hashes) } else { (first, rest) };
    let mut place = Place { node: old.size - 1, last: new.size - 1 };
    while place.node & 1 == 1 {
        place.up();
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if place.last == 0 {
            return Err(VerifyError::Length);
        }
        if place.sibling_is_left() {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            place.skip_missing_siblings();
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        place.up();
    }
    if place.last != 0 {
        return Err(VerifyError::Length);
    }
    if old_hash == old.root && new_hash == new.root { Ok(()) } else { Err(VerifyError::Forked) }
}

/// Where a walk from a leaf to the root stands: RFC 9162 calls the two numbers `fn` and `sn`.
struct Place {
    node: u64,
    last: u64,
}

impl Place {
    fn sibling_is_left(&self) -> bool {
        self.node & 1 == 1 || self.node == self.last
    }

    /// The last node of a level may have no sibling for some levels: it is its own parent there.
    fn skip_missing_siblings(&mut self) {
        while self.node & 1 == 0 && self.node != 0 {
            self.up();
        }
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}

//! Making proofs from stored hashes of perfect subtrees, by the recursive definitions of RFC 6962 §2.1.
//!
//! The hash at `(level, index)` covers the leaves `index << level .. (index + 1) << level`, all of which exist.
//! Such a hash never changes, so a database stores each one once: appending a leaf adds two rows on average, and a
//! proof reads at most about `2 log2(size)` of them.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::{MAX_SIZE, empty_root, node_hash};
use crate::digest::Digest;

/// The hashes of perfect subtrees, as a database keeps them.
pub trait HashStore {
    /// Why a hash could not be read.
    type Error: std::error::Error + Send + Sync + 'static;

    /// The hash at `level` (0 = leaves, at most 62) and `index` (from 0, counted on that level).
    /// A hash that is not there is an error: it is only asked for when all its leaves were appended.
    fn hash(&self, level: u8, index: u64) -> Result<Digest, Self::Error>;
}

impl<S: HashStore + ?Sized> HashStore for &S {
    type Error = S::Error;

    fn hash(&self, level: u8, index: u64) -> Result<Digest, Self::Error> {
        (**self).hash(level, index)
    }
}

/// Why a proof could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError<E: std::error::Error + 'static> {
    /// A stored hash could not be read.
    #[error("stored tree hash could not be read")]
    Store(#[source] E),
    /// The index or the old size lies outside the tree, or the size is 2^63 or more.
    #[error("no such leaf or size in the tree")]
    OutsideTree,
}

/// A hash of a perfect subtree that came into being by appending a leaf: to be stored once, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewHash {
    /// Height of the subtree: it covers `1 << level` leaves.
    pub level: u8,
    /// Place on that level, from 0.
    pub index: u64,
    /// The subtree's root.
    pub hash: Digest,
}

/// Root of the tree of the first `size` leaves.
pub fn root<S: HashStore>(store: &S, size: u64) -> Result<Digest, ProveError<S::Error>> {
    match size {
        0 => Ok(empty_root()),
        1..=MAX_SIZE => range_hash(store, 0, size).map_err(ProveError::Store),
        _ => Err(ProveError::OutsideTree),
    }
}

/// Inclusion proof of leaf `index` in the tree of the first `size` leaves: `PATH(index, D[size])` of RFC 6962
/// §2.1.1, from the leaf's sibling up to the root's child.
pub fn prove_inclusion<S: HashStore>(
    store: &S,
    size: u64,
    index: u64,
) -> Result<Vec<Digest>, ProveError<S::Error>> {
    if size > MAX_SIZE || index >= size {
        return Err(ProveError::OutsideTree);
    }
    let (mut low, mut high) = (0, size);
    let mut downwards = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        let sibling = if index < middle { (middle, high) } else { (low, middle) };
        downwards.push(range_hash(store, sibling.0, sibling.1).map_err(ProveError::Store)?);
        (low, high) = if index < middle { (low, middle) } else { (middle, high) };
    }
    downwards.reverse();
    Ok(downwards)
}

/// Consistency proof from the tree of `old_size` leaves to that of `new_size`: `PROOF(old, D[new])` of RFC 6962
/// §2.1.2. Empty when the sizes are equal or `old_size` is 0.
pub fn prove_consistency<S: HashStore>(
    store: &S,
    old_size: u64,
    new_size: u64,
) -> Result<Vec<Digest>, ProveError<S::Error>> {
    if new_size > MAX_SIZE || old_size > new_size {
        return Err(ProveError::OutsideTree);
    }
    if old_size == 0 || old_size == new_size {
        return Ok(Vec::new());
    }
    let (mut low, mut high) = (0, new_size);
    let mut downwards = Vec::new();
    while high != old_size {
        let middle = low + split(high - low);
        let (sibling, rest) = if old_size <= middle {
            ((middle, high), (low, middle))
        } else {
            ((low, middle), (middle, high))
        };
        downwards.push(range_hash(store, sibling.0, sibling.1).map_err(ProveError::Store)?);
        (low, high) = rest;
    }
    // The old tree itself is known to the verifier; a right part of it is not.
    if low != 0 {
        downwards.push(range_hash(store, low, high).map_err(ProveError::Store)?);
    }
    downwards.reverse();
    Ok(downwards)
}

/// The hashes that come into being by appending the leaf `leaf_hash` to a tree of `size` leaves, the leaf's own
/// first. Reads one stored hash for each further one returned. For many leaves at once use [`Frontier`].
pub fn append<S: HashStore>(
    store: &S,
    size: u64,
    leaf_hash: Digest,
) -> Result<Vec<NewHash>, ProveError<S::Error>> {
    if size >= MAX_SIZE {
        return Err(ProveError::OutsideTree);
    }
    let mut new = NewHash { level: 0, index: size, hash: leaf_hash };
    let mut all = vec![new];
    while new.index & 1 == 1 {
        let left = store.hash(new.level, new.index - 1).map_err(ProveError::Store)?;
        new = NewHash { level: new.level + 1, index: new.index >> 1, hash: node_hash(&left, &new.hash) };
        all.push(new);
    }
    Ok(all)
}

/// The right edge of a growing tree, held in memory: appends a batch without reading the store for each leaf.
///
/// ```
/// use liuhen_record::tlog::{Frontier, MemoryHashes, leaf_hash, root};
///
/// let mut store = MemoryHashes::default();
/// let mut frontier = Frontier::load(&store, 0).unwrap();
/// for data in [b"a", b"b", b"c"] {
///     frontier.push(leaf_hash(data), |new| store.put(new)).unwrap();
/// }
/// assert_eq!(frontier.root(), root(&store, 3).unwrap());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of the perfect subtrees that make up the tree, largest first: one for each bit set in `size`.
    peaks: Vec<Digest>,
}

impl Frontier {
    /// Reads the edge of the tree of the first `size` leaves: one stored hash for each bit set in `size`.
    pub fn load<S: HashStore>(store: &S, size: u64) -> Result<Self, ProveError<S::Error>> {
        if size > MAX_SIZE {
            return Err(ProveError::OutsideTree);
        }
        let mut peaks = Vec::new();
        let mut low = 0;
        while low < size {
            let level = (size - low).ilog2() as u8;
            peaks.push(store.hash(level, low >> level).map_err(ProveError::Store)?);
            low += 1 << level;
        }
        Ok(Self { size, peaks })
    }

    /// Leaves in the tree.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf and hands every hash that came into being to `store`, the leaf's own first.
    /// Stops at the first error of `store`; the frontier is then still that before the leaf.
    pub fn push<E>(
        &mut self,
        leaf_hash: Digest,
        mut store: impl FnMut(NewHash) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut new = NewHash { level: 0, index: self.size, hash: leaf_hash };
        store(new)?;
        // Each bit set at the low end of the size is a perfect subtree that this leaf completes with its equal.
        let completed = self.size.trailing_ones() as usize;
        let kept = self.peaks.len() - completed;
        for left in self.peaks[kept..].iter().rev() {
            new = NewHash { level: new.level + 1, index: new.index >> 1, hash: node_hash(left, &new.hash) };
            store(new)?;
        }
        self.peaks.truncate(kept);
        self.peaks.push(new.hash);
        self.size += 1;
        Ok(())
    }

    /// Root of the tree.
    pub fn root(&self) -> Digest {
        let folded = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(&left, &right));
        folded.unwrap_or_else(empty_root)
    }
}

/// A [`HashStore`] in memory, for tests and simulations.
#[derive(Debug, Clone, Default)]
pub struct MemoryHashes(BTreeMap<(u8, u64), Digest>);

impl MemoryHashes {
    /// Stores a hash. Shaped for [`Frontier::push`]; it never fails.
    pub fn put(&mut self, new: NewHash) -> Result<(), Infallible> {
        self.0.insert((new.level, new.index), new.hash);
        Ok(())
    }

    /// How many hashes are stored.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// [`MemoryHashes`] was asked for a hash that it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no tree hash at level {level}, index {index}")]
pub struct MissingHash {
    /// Level asked for.
    pub level: u8,
    /// Index asked for.
    pub index: u64,
}

impl HashStore for MemoryHashes {
    type Error = MissingHash;

    fn hash(&self, level: u8, index: u64) -> Result<Digest, MissingHash> {
        self.0.get(&(level, index)).copied().ok_or(MissingHash { level, index })
    }
}

/// Hash of the leaves `low..high`, `MTH(D[low:high])` of RFC 6962 §2.1, where `low` is a multiple of the largest
/// power of two not above `high - low` (true for every range in this module), and `low < high`.
fn range_hash<S: HashStore>(store: &S, low: u64, high: u64) -> Result<Digest, S::Error> {
    let length = high - low;
    if length.is_power_of_two() {
        let level = length.ilog2() as u8;
        return store.hash(level, low >> level);
    }
    let middle = low + split(length);
    // At most 63 calls deep: the right part is shorter than half of the smallest power of two above `length`.
    Ok(node_hash(&range_hash(store, low, middle)?, &range_hash(store, middle, high)?))
}

/// The largest power of two smaller than `length`, which is at least 2: `k` in RFC 6962 §2.1.
fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

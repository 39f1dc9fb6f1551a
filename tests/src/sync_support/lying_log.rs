//! The log of the scripted bureau, in memory.

use liuhen_record::{
    note::NoteSigner,
    recipients::RecipientList,
    seal::Identity,
    tlog::{Checkpoint, Frontier, MemoryHashes, leaf_hash},
};
use ring::rand::SystemRandom;

/// Its origin, and the name of its key.
pub(super) const ORIGIN: &str = "bureau.example/liuhen";

/// A recipient list, another one each time.
pub(super) fn recipients() -> RecipientList {
    let identity = Identity::make(&SystemRandom::new()).expect("an identity");
    RecipientList { epoch: 1, section: identity.to_recipient(), recovery: None }
}

/// The log and whoever signs it.
pub(super) struct Log {
    pub(super) signer: NoteSigner,
    pub(super) hashes: MemoryHashes,
    pub(super) frontier: Frontier,
    pub(super) leaves: Vec<Vec<u8>>,
}

impl Log {
    pub(super) fn new() -> Self {
        let (signer, _) = NoteSigner::make(ORIGIN, &SystemRandom::new()).expect("a key");
        Self { signer, hashes: MemoryHashes::default(), frontier: Frontier::default(), leaves: Vec::new() }
    }

    pub(super) fn push(&mut self, leaf: &[u8]) -> u64 {
        let hashes = &mut self.hashes;
        self.frontier.push(leaf_hash(leaf), |new| hashes.put(new)).expect("never fails");
        self.leaves.push(leaf.to_vec());
        self.leaves.len() as u64 - 1
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: ORIGIN.into(), size: self.leaves.len() as u64, root: self.frontier.root() }
    }

    pub(super) fn note(&self) -> String {
        self.checkpoint().sign(&self.signer).expect("signed")
    }

    /// The same log with another first entry.
    pub(super) fn with_other_past(&self) -> Log {
        let mut other = Log::new();
        other.push(b"something else happened");
        for leaf in &self.leaves[1..] {
            other.push(leaf);
        }
        other
    }
}

//! A log by hand: what a bureau, honest or not, shows to a witness.

use liuhen_record::{
    note::{NoteSigner, VerifierKey},
    tlog::{Checkpoint, Frontier, MemoryHashes, leaf_hash, prove_consistency, root},
    witness::AddCheckpoint,
};
use ring::rand::SystemRandom;

pub struct Log {
    pub signer: NoteSigner,
    hashes: MemoryHashes,
}

impl Log {
    /// A log of so many leaves.
    pub fn of(origin: &str, leaves: u64) -> Self {
        let (signer, _) = NoteSigner::make(origin, &SystemRandom::new()).unwrap();
        Self { signer, hashes: hashes(0..leaves) }
    }

    /// Another past under the same key: from this leaf on everything differs.
    pub fn rewrite(&mut self, from: u64, leaves: u64) {
        self.hashes = hashes((0..from).chain(from + 1_000_000..leaves + 1_000_000));
    }

    pub fn key(&self) -> VerifierKey {
        self.signer.verifier_key().clone()
    }

    pub fn checkpoint(&self, size: u64) -> String {
        let origin = self.key().name().to_owned();
        Checkpoint { origin, size, root: root(&self.hashes, size).unwrap() }.sign(&self.signer).unwrap()
    }

    pub fn request(&self, old_size: u64, size: u64) -> AddCheckpoint {
        let hashes = prove_consistency(&self.hashes, old_size.min(size), size).unwrap();
        AddCheckpoint { old_size, hashes, checkpoint_note: self.checkpoint(size) }
    }
}

fn hashes(leaves: impl Iterator<Item = u64>) -> MemoryHashes {
    let (mut hashes, mut frontier) = (MemoryHashes::default(), Frontier::default());
    for leaf in leaves {
        frontier.push(leaf_hash(&leaf.to_be_bytes()), |new| hashes.put(new)).unwrap();
    }
    hashes
}

//! A bureau's log in memory: what signs checkpoints and proves.

use crate::Outcome;
use liuhen_record::note::NoteSigner;
use liuhen_record::proof::TlogProof;
use liuhen_record::tlog::{Checkpoint, Frontier, MemoryHashes, leaf_hash, prove_inclusion};
use ring::rand::SystemRandom;

/// The log and its key.
pub struct Office {
    /// Signs checkpoints and contents.
    pub signer: NoteSigner,
    hashes: MemoryHashes,
    frontier: Frontier,
}

impl Office {
    /// An empty log.
    pub fn new() -> Outcome<Self> {
        let (signer, _) = NoteSigner::make("bureau.example/bench", &SystemRandom::new())?;
        let hashes = MemoryHashes::default();
        let frontier = Frontier::load(&hashes, 0)?;
        Ok(Self { signer, hashes, frontier })
    }

    /// Appends a leaf; its index.
    pub fn append(&mut self, leaf: &[u8]) -> Outcome<u64> {
        let index = self.frontier.size();
        self.frontier.push(leaf_hash(leaf), |new| self.hashes.put(new))?;
        Ok(index)
    }

    /// The signed head of the log.
    pub fn checkpoint(&self) -> Outcome<String> {
        let origin = self.signer.verifier_key().name().to_owned();
        Ok(Checkpoint { origin, size: self.frontier.size(), root: self.frontier.root() }
            .sign(&self.signer)?)
    }

    /// Proves a leaf under that head.
    pub fn proof(&self, index: u64, checkpoint: &str) -> Outcome<TlogProof> {
        let hashes = prove_inclusion(&self.hashes, self.frontier.size(), index)?;
        Ok(TlogProof { index, hashes, checkpoint_note: checkpoint.to_owned(), extra: None })
    }
}

//! The log of the scripted bureau, in memory.

use liuhen_record::{
    note::{NoteSigner, SignedNote},
    recipients::RecipientList,
    seal::Identity,
    tlog::{Checkpoint, Frontier, MemoryHashes, leaf_hash},
    witness::{Cosigner, WitnessPolicy},
};
use ring::rand::SystemRandom;

/// Its origin, and the name of its key.
pub(super) const ORIGIN: &str = "bureau.example/liuhen";

/// A recipient list, another one each time.
pub(super) fn recipients() -> RecipientList {
    let identity = Identity::make(&SystemRandom::new()).expect("an identity");
    RecipientList { epoch: 1, section: identity.to_recipient(), recovery: None }
}

/// Somebody who cosigns checkpoints, and the list that names him.
pub(super) struct Witness {
    cosigner: Cosigner,
    /// Another one under the same name.
    double: Cosigner,
}

impl Witness {
    pub(super) fn new() -> Self {
        let make = || Cosigner::make("witness.example", &SystemRandom::new()).expect("a key").0;
        Self { cosigner: make(), double: make() }
    }

    /// The list of `epoch` that demands him, or, in his place, his double.
    pub(super) fn policy(&self, epoch: u32, double: bool) -> WitnessPolicy {
        let cosigner = if double { &self.double } else { &self.cosigner };
        WitnessPolicy::new(epoch, 1, vec![cosigner.witness_key().clone()]).expect("a list")
    }

    /// The note with his line; forged, the line carries his id and the signature of another text.
    pub(super) fn cosign(&self, note: &str, forged: bool) -> String {
        let note = SignedNote::parse(note).expect("a note");
        let text = note.unverified_text().to_owned();
        let other = Checkpoint { origin: ORIGIN.into(), size: 1, root: leaf_hash(b"other") }.to_string();
        let line = self.cosigner.cosign(if forged { &other } else { &text }, 1_795_000_000);
        note.with(line.expect("cosigned")).to_string()
    }
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

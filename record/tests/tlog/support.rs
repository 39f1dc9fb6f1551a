//! Keys and trees that the tests share.

use liuhen_record::Digest;
use liuhen_record::note::NoteSigner;
use liuhen_record::proof::TlogProof;
use liuhen_record::tlog::{self, Checkpoint, Frontier, MemoryHashes, leaf_hash};

pub const LOG: &str = "bureau.example/log";

/// PKCS#8 version 1 (RFC 8410 §7) around a 32-byte Ed25519 seed, as `openssl genpkey` writes it.
pub fn pkcs8(seed: [u8; 32]) -> Vec<u8> {
    [&hex::decode("302e020100300506032b657004220420").unwrap()[..], &seed].concat()
}

pub fn signer(name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_pkcs8(name, &pkcs8([seed; 32])).unwrap()
}

pub fn leaf(index: u64) -> Vec<u8> {
    format!("leaf {index}").into_bytes()
}

pub fn tree(size: u64) -> MemoryHashes {
    let mut store = MemoryHashes::default();
    let mut frontier = Frontier::default();
    for index in 0..size {
        frontier.push(leaf_hash(&leaf(index)), |new| store.put(new)).unwrap();
    }
    store
}

pub fn checkpoint(store: &MemoryHashes, size: u64) -> Checkpoint {
    Checkpoint { origin: LOG.to_owned(), size, root: tlog::root(store, size).unwrap() }
}

pub fn proof(signer: &NoteSigner, size: u64, index: u64) -> TlogProof {
    let store = tree(size);
    TlogProof {
        index,
        hashes: tlog::prove_inclusion(&store, size, index).unwrap(),
        checkpoint_note: checkpoint(&store, size).sign(signer).unwrap(),
        extra: None,
    }
}

/// A deterministic source of numbers for damage (xorshift64*), so that a failure repeats.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

pub fn flipped(hash: &Digest, bit: usize) -> Digest {
    let mut bytes = hash.0;
    bytes[bit / 8] ^= 1 << (bit % 8);
    Digest(bytes)
}

use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::note::NoteSigner;
use liuhen_record::proof::TlogProof;
use liuhen_record::tlog::{Checkpoint, Frontier, MemoryHashes, leaf_hash, prove_inclusion, root};

const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIPirSyZeyQXQ+14A/OqgfvHeDqQ0m/T+ClGOIQRDhh9v";

/// The office: a log and its key.
pub struct Bureau {
    pub signer: NoteSigner,
    hashes: MemoryHashes,
    frontier: Frontier,
}

impl Bureau {
    pub fn new() -> Self {
        Self::with_key(&STANDARD.decode(KEY).unwrap())
    }

    /// Another office of the same name.
    pub fn impostor() -> Self {
        let (_, key) = NoteSigner::make("bureau.example/log", &ring::rand::SystemRandom::new()).unwrap();
        Self::with_key(&key)
    }

    fn with_key(pkcs8: &[u8]) -> Self {
        let hashes = MemoryHashes::default();
        let frontier = Frontier::load(&hashes, 0).unwrap();
        Self { signer: NoteSigner::from_pkcs8("bureau.example/log", pkcs8).unwrap(), hashes, frontier }
    }

    /// Appends a leaf; returns its index.
    pub fn append(&mut self, data: &[u8]) -> u64 {
        let index = self.frontier.size();
        self.frontier.push(leaf_hash(data), |new| self.hashes.put(new)).unwrap();
        index
    }

    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub fn checkpoint(&self, size: u64) -> String {
        let origin = self.signer.verifier_key().name().to_owned();
        let root = root(&self.hashes, size).unwrap();
        Checkpoint { origin, size, root }.sign(&self.signer).unwrap()
    }

    pub fn proof(&self, index: u64, size: u64) -> TlogProof {
        self.proof_under(index, size, &self.checkpoint(size))
    }

    pub fn proof_under(&self, index: u64, size: u64, checkpoint: &str) -> TlogProof {
        let hashes = prove_inclusion(&self.hashes, size, index).unwrap();
        TlogProof { index, hashes, checkpoint_note: checkpoint.to_owned(), extra: None }
    }
}

//! Against an implementation by other people: Cloudflare's ports of Go's `x/mod/sumdb/{tlog,note}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use liuhen_record::Digest;
use liuhen_record::note::{self, VerifierKey};
use liuhen_record::tlog::{
    Checkpoint, MemoryHashes, leaf_hash, prove_consistency, prove_inclusion, root, verify_consistency,
    verify_inclusion,
};
use signed_note::{Note, Signer as _, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::tlog::{
    Error, Hash, HashReader, check_record, check_tree, prove_record, prove_tree, record_hash, stored_hashes,
    tree_hash,
};

use crate::support::{LOG, checkpoint, leaf, signer, tree};

const SIZES: u64 = 130;

/// Their storage: one flat list of hashes.
struct Flat(Vec<Hash>);

impl HashReader for Flat {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        indexes.iter().map(|i| self.0.get(*i as usize).copied().ok_or(Error::IndexesNotInTree)).collect()
    }
}

struct Both {
    ours: MemoryHashes,
    theirs: Flat,
}

fn both() -> Both {
    let mut theirs = Flat(Vec::new());
    for index in 0..SIZES {
        let new = stored_hashes(index, &leaf(index), &theirs).unwrap();
        theirs.0.extend(new);
    }
    Both { ours: tree(SIZES), theirs }
}

fn hash(digest: &Digest) -> Hash {
    Hash(digest.0)
}

fn hashes(digests: &[Digest]) -> Vec<Hash> {
    digests.iter().map(hash).collect()
}

fn digests(hashes: &[Hash]) -> Vec<Digest> {
    hashes.iter().map(|hash| Digest(hash.0)).collect()
}

#[test]
fn every_stored_hash_and_every_root_is_theirs() {
    let both = both();
    assert_eq!(both.ours.count(), both.theirs.0.len(), "each perfect subtree is stored once");
    for size in 0..=SIZES {
        let theirs = tree_hash(size, &both.theirs).unwrap();
        assert_eq!(hash(&root(&both.ours, size).unwrap()), theirs, "root of {size}");
    }
}

#[test]
fn every_inclusion_proof_holds_on_the_other_side() {
    let both = both();
    for size in 1..=SIZES {
        let checkpoint = checkpoint(&both.ours, size);
        for index in 0..size {
            let ours = prove_inclusion(&both.ours, size, index).unwrap();
            let their_leaf = record_hash(&leaf(index));
            check_record(&hashes(&ours), size, hash(&checkpoint.root), index, their_leaf)
                .unwrap_or_else(|e| panic!("ours, {index} of {size}: {e}"));
            let theirs = prove_record(size, index, &both.theirs).unwrap();
            verify_inclusion(&leaf_hash(&leaf(index)), index, &digests(&theirs), &checkpoint)
                .unwrap_or_else(|e| panic!("theirs, {index} of {size}: {e}"));
            assert_eq!(hashes(&ours), theirs);
        }
    }
}

#[test]
fn every_consistency_proof_holds_on_the_other_side() {
    let both = both();
    let checkpoints: Vec<Checkpoint> = (0..=SIZES).map(|size| checkpoint(&both.ours, size)).collect();
    for new in &checkpoints {
        for old in checkpoints.iter().filter(|old| old.size <= new.size) {
            let ours = prove_consistency(&both.ours, old.size, new.size).unwrap();
            verify_consistency(old, new, &ours)
                .unwrap_or_else(|e| panic!("{} to {}: {e}", old.size, new.size));
            // Theirs know no proof from the empty tree.
            if old.size == 0 {
                continue;
            }
            check_tree(&hashes(&ours), new.size, hash(&new.root), old.size, hash(&old.root))
                .unwrap_or_else(|e| panic!("ours, {} to {}: {e}", old.size, new.size));
            let theirs = prove_tree(new.size, old.size, &both.theirs).unwrap();
            verify_consistency(old, new, &digests(&theirs))
                .unwrap_or_else(|e| panic!("theirs, {} to {}: {e}", old.size, new.size));
            assert_eq!(hashes(&ours), theirs);
        }
    }
}

/// Their private key text for an Ed25519 seed; the key id is that of the public key.
fn their_signer(name: &str, seed: u8) -> StandardSigner {
    let id = signer(name, seed).verifier_key().key_id();
    let key = [&[1][..], &[seed; 32]].concat();
    StandardSigner::new(&format!("PRIVATE+KEY+{name}+{id:08x}+{}", STANDARD.encode(key))).unwrap()
}

fn their_verifiers(vkey: &VerifierKey) -> VerifierList {
    let verifier = StandardVerifier::new(&vkey.to_string()).unwrap();
    assert_eq!((verifier.name(), verifier.key_id()), (vkey.name(), vkey.key_id()));
    VerifierList::new(vec![Box::new(verifier)])
}

#[test]
fn our_notes_are_believed_by_them() {
    let ours = signer(LOG, 7);
    for text in ["\n", "a\n", "一\n\n二\n", "— a AAAAAAA=\n", "\n\n\n", "ends in an empty line\n\n"] {
        let theirs = Note::from_bytes(ours.sign(text).unwrap().as_bytes()).unwrap();
        let (believed, unknown) = theirs.verify(&their_verifiers(ours.verifier_key())).unwrap();
        assert_eq!((believed.len(), unknown.len()), (1, 0));
        assert_eq!(theirs.text(), text.as_bytes());
    }
}

#[test]
fn their_notes_are_believed_by_us() {
    let (theirs, witness) = (their_signer(LOG, 7), their_signer("witness.example", 8));
    assert_eq!(theirs.name(), LOG);
    for text in ["\n", "a\n", "一\n\n二\n", "— a AAAAAAA=\n", "\n\n\n", "ends in an empty line\n\n"] {
        let mut signed = Note::new(text.as_bytes(), &[]).unwrap();
        signed.add_sigs(&[&witness, &theirs]).unwrap();
        let signed = String::from_utf8(signed.to_bytes()).unwrap();
        assert_eq!(note::open(&signed, signer(LOG, 7).verifier_key()).as_deref(), Ok(text));
        assert_eq!(note::open(&signed, signer("witness.example", 8).verifier_key()).as_deref(), Ok(text));
    }
}

#[test]
fn checkpoints_are_read_alike() {
    let store = tree(21);
    let ours = checkpoint(&store, 21);
    let theirs = tlog_tiles::Checkpoint::from_bytes(ours.to_string().as_bytes()).unwrap();
    assert_eq!((theirs.origin(), theirs.size(), *theirs.hash()), (LOG, 21, hash(&ours.root)));
    assert_eq!(Checkpoint::parse(&String::from_utf8(theirs.to_bytes()).unwrap()), Ok(ours));
}

//! What only the makers of notes, lists and proofs can get wrong.

use liuhen_record::Digest;
use liuhen_record::note::{
    self, MAX_NOTE_BYTES, NoteParseError, NoteSignError, NoteSigner, SignedNote, VerifierKey,
    VerifierKeyError,
};
use liuhen_record::proof::{MAX_EXTRA_BYTES, MAX_PROOF_BYTES, ProofParseError, TlogProof};
use liuhen_record::recipients::{ListParseError, RecipientList, ReplaceListError, Roster, SignListError};
use liuhen_record::roster::Officer;
use liuhen_record::seal::Recipient;
use liuhen_record::tlog::{
    self, Checkpoint, CheckpointError, Frontier, HashStore, MAX_CONSISTENCY_HASHES, MAX_INCLUSION_HASHES,
    MAX_SIZE, MemoryHashes, MissingHash, ProveError, SignCheckpointError, VerifyError, append, leaf_hash,
    node_hash, prove_consistency, prove_inclusion, verify_consistency, verify_inclusion,
};
use ring::rand::SystemRandom;

use crate::support::{LOG, checkpoint, flipped, leaf, pkcs8, proof, signer, tree};

#[test]
fn a_made_key_signs_after_it_was_stored() {
    let (made, stored) = NoteSigner::make(LOG, &SystemRandom::new()).unwrap();
    let restored = NoteSigner::from_pkcs8(LOG, &stored).unwrap();
    assert_eq!(made.verifier_key(), restored.verifier_key());
    let signed = restored.sign("text\n").unwrap();
    assert_eq!(note::open(&signed, made.verifier_key()).as_deref(), Ok("text\n"));
    assert_eq!(signed, made.sign("text\n").unwrap(), "Ed25519 is deterministic");
}

#[test]
fn two_made_keys_differ() {
    let rng = SystemRandom::new();
    let (one, two) = (NoteSigner::make(LOG, &rng).unwrap().0, NoteSigner::make(LOG, &rng).unwrap().0);
    assert_ne!(one.verifier_key().fingerprint(), two.verifier_key().fingerprint());
}

#[test]
fn a_private_key_is_never_shown() {
    let shown = format!("{:?}", signer(LOG, 7));
    assert_eq!(shown, r#"NoteSigner { name: "bureau.example/log", .. }"#);
}

#[test]
fn a_signer_needs_a_name_and_a_key() {
    for name in ["", "a b", "a+b", "a\u{3000}b", "a\nb", "a\u{1}b", &"n".repeat(256)] {
        assert_eq!(
            NoteSigner::from_pkcs8(name, &pkcs8([7; 32])).unwrap_err(),
            NoteSignError::Name,
            "{name:?}"
        );
        assert_eq!(VerifierKey::new(name, [7; 32]), Err(VerifierKeyError::Name));
    }
    assert!(NoteSigner::from_pkcs8(&"n".repeat(255), &pkcs8([7; 32])).is_ok());
    assert_eq!(NoteSigner::from_pkcs8(LOG, &[7; 48]).unwrap_err(), NoteSignError::Key);
}

#[test]
fn a_text_that_is_no_note_text_is_not_signed() {
    for text in ["", "no newline", "a\tb\n", "a\r\n", "\0\n"] {
        assert_eq!(signer(LOG, 7).sign(text), Err(NoteSignError::Text), "{text:?}");
    }
}

#[test]
fn a_note_has_at_most_a_million_bytes() {
    let signer = signer(LOG, 7);
    let around = signer.sign("\n").unwrap().len() - 1;
    let longest = "x".repeat(MAX_NOTE_BYTES - around - 1) + "\n";
    let longest_note = signer.sign(&longest).unwrap();
    assert_eq!(longest_note.len(), MAX_NOTE_BYTES);
    assert!(note::open(&longest_note, signer.verifier_key()).is_ok());
    assert_eq!(signer.sign(&format!("x{longest}")), Err(NoteSignError::Text));
    assert_eq!(SignedNote::parse(&format!("x{longest_note}")), Err(NoteParseError::TooLong));
}

#[test]
fn only_its_own_log_signs_a_checkpoint() {
    let foreign = Checkpoint { origin: "other.example/log".to_owned(), ..checkpoint(&tree(3), 3) };
    assert_eq!(foreign.sign(&signer(LOG, 7)), Err(SignCheckpointError::Checkpoint));
    let too_large = Checkpoint { size: MAX_SIZE + 1, ..checkpoint(&tree(3), 3) };
    assert_eq!(too_large.sign(&signer(LOG, 7)), Err(SignCheckpointError::Checkpoint));
}

#[test]
fn a_proof_file_is_bounded() {
    let mut proof = proof(&signer(LOG, 7), 13, 5);
    proof.extra = Some(vec![0; MAX_EXTRA_BYTES]);
    assert_eq!(TlogProof::parse(&proof.to_string()).as_ref(), Ok(&proof));
    proof.extra = Some(vec![0; MAX_EXTRA_BYTES + 1]);
    assert_eq!(TlogProof::parse(&proof.to_string()), Err(ProofParseError::Extra));
    proof.extra = Some(vec![0; MAX_PROOF_BYTES]);
    assert_eq!(TlogProof::parse(&proof.to_string()), Err(ProofParseError::TooLong));
}

#[test]
fn a_proof_file_is_refused_early_when_its_checkpoint_is_no_note() {
    let mut proof = proof(&signer(LOG, 7), 13, 5);
    proof.checkpoint_note = checkpoint(&tree(13), 13).to_string();
    let refused = TlogProof::parse(&proof.to_string());
    assert_eq!(refused, Err(ProofParseError::Checkpoint(NoteParseError::Structure)));
}

#[test]
fn texts_end_in_a_newline() {
    let roster = Roster::new(1, vec![officer("a")]).unwrap().to_text().unwrap();
    assert_eq!(Roster::parse(roster.trim_end()), Err(ListParseError::Lines));
    assert_eq!(RecipientList::parse(list(1).to_string().trim_end()), Err(ListParseError::Lines));
    let checkpoint = checkpoint(&tree(3), 3).to_string();
    assert_eq!(Checkpoint::parse(checkpoint.trim_end()), Err(CheckpointError::Lines));
}

#[test]
fn empty_extra_data_is_left_out() {
    let proof = proof(&signer(LOG, 7), 13, 5);
    let with_nothing = TlogProof { extra: Some(Vec::new()), ..proof.clone() };
    assert_eq!(with_nothing.to_string(), proof.to_string());
}

#[test]
fn appending_one_by_one_in_batches_or_after_reloading_gives_the_same_hashes() {
    let mut one_by_one = MemoryHashes::default();
    let mut kept = Frontier::default();
    for size in 0..200 {
        let hash = leaf_hash(&leaf(size));
        let mut pushed = Vec::new();
        let mut reloaded = Frontier::load(&one_by_one, size).unwrap();
        assert_eq!(reloaded, kept);
        reloaded.push(hash, |new| one_by_one.put(new).map(|()| pushed.push(new))).unwrap();
        kept.push(hash, |_| Ok::<(), MissingHash>(())).unwrap();
        assert_eq!(append(&one_by_one, size, hash).unwrap(), pushed);
        assert_eq!(pushed.len() as u32, 1 + size.trailing_ones());
        assert_eq!(kept.root(), tlog::root(&one_by_one, size + 1).unwrap());
        assert_eq!(kept.size(), size + 1);
    }
    assert!(one_by_one.count() < 2 * 200, "two stored hashes a leaf at most");
}

#[test]
fn a_leaf_whose_hash_could_not_be_stored_was_not_appended() {
    let store = tree(7);
    let mut frontier = Frontier::load(&store, 7).unwrap();
    let before = frontier.clone();
    for stop_at in 0..4 {
        let refused =
            frontier.push(leaf_hash(b"x"), |new| if new.level == stop_at { Err("full") } else { Ok(()) });
        assert_eq!(refused, Err("full"));
        assert_eq!(frontier, before);
    }
}

#[test]
fn what_is_not_in_the_tree_is_not_proved() {
    let store = tree(5);
    for (size, index) in [(5, 5), (0, 0), (MAX_SIZE + 1, 0), (u64::MAX, u64::MAX - 1)] {
        assert!(
            matches!(prove_inclusion(&store, size, index), Err(ProveError::OutsideTree)),
            "{index} of {size}"
        );
    }
    for (old, new) in [(6, 5), (1, 0), (0, MAX_SIZE + 1), (u64::MAX, u64::MAX)] {
        assert!(
            matches!(prove_consistency(&store, old, new), Err(ProveError::OutsideTree)),
            "{old} to {new}"
        );
    }
    assert!(matches!(tlog::root(&store, MAX_SIZE + 1), Err(ProveError::OutsideTree)));
    assert!(matches!(append(&store, MAX_SIZE, Digest::ZERO), Err(ProveError::OutsideTree)));
    assert!(matches!(Frontier::load(&store, u64::MAX), Err(ProveError::OutsideTree)));
}

#[test]
fn a_hole_in_the_store_is_an_error_and_not_a_wrong_proof() {
    let store = tree(4);
    let missing = MissingHash { level: 0, index: 4 };
    assert!(matches!(prove_inclusion(&store, 5, 0), Err(ProveError::Store(found)) if found == missing));
    assert!(matches!(prove_consistency(&store, 4, 5), Err(ProveError::Store(found)) if found == missing));
    assert!(matches!(tlog::root(&store, 5), Err(ProveError::Store(found)) if found == missing));
    assert!(matches!(Frontier::load(&store, 5), Err(ProveError::Store(found)) if found == missing));
}

#[test]
fn checkpoints_that_no_log_may_sign_prove_nothing() {
    let store = tree(5);
    let good = checkpoint(&store, 5);
    let too_large = Checkpoint { size: MAX_SIZE + 1, ..good.clone() };
    assert_eq!(verify_inclusion(&Digest::ZERO, 0, &[], &too_large), Err(VerifyError::TooLarge));
    assert_eq!(verify_consistency(&good, &too_large, &[]), Err(VerifyError::TooLarge));
    let other = Checkpoint { origin: "other.example/log".to_owned(), ..good.clone() };
    assert_eq!(verify_consistency(&other, &good, &[]), Err(VerifyError::OtherLog));
}

/// A tree of up to 2^63 - 1 equal leaves: each level has one hash, so no proof is too large to make.
struct EqualLeaves(Vec<Digest>);

impl EqualLeaves {
    fn new() -> Self {
        let next = |below: &Digest| Some(node_hash(below, below));
        Self(std::iter::successors(Some(leaf_hash(b"x")), next).take(63).collect())
    }
}

impl HashStore for EqualLeaves {
    type Error = MissingHash;

    fn hash(&self, level: u8, index: u64) -> Result<Digest, MissingHash> {
        self.0.get(usize::from(level)).copied().ok_or(MissingHash { level, index })
    }
}

#[test]
fn the_largest_trees_are_proved_and_verified() {
    let store = EqualLeaves::new();
    let sizes = [1 << 40, (1 << 40) + 1, (1 << 62) - 1, 1 << 62, (1 << 62) + 1, MAX_SIZE - 1, MAX_SIZE];
    let at = |size| Checkpoint { origin: LOG.to_owned(), size, root: tlog::root(&store, size).unwrap() };
    let mut longest = (0, 0);
    for size in sizes {
        for index in [0, 1, size / 2, size / 3, size - 2, size - 1] {
            let hashes = prove_inclusion(&store, size, index).unwrap();
            verify_inclusion(&leaf_hash(b"x"), index, &hashes, &at(size)).unwrap();
            let other = verify_inclusion(&leaf_hash(b"y"), index, &hashes, &at(size));
            assert_eq!(other, Err(VerifyError::Root));
            longest.0 = longest.0.max(hashes.len());
        }
        for old in sizes.into_iter().chain([1, 2, 3, 1 << 61, size / 3, size - 1]).filter(|old| *old <= size)
        {
            let hashes = prove_consistency(&store, old, size).unwrap();
            verify_consistency(&at(old), &at(size), &hashes).unwrap();
            longest.1 = longest.1.max(hashes.len());
        }
        let mut frontier = Frontier::load(&store, size - 1).unwrap();
        frontier.push(leaf_hash(b"x"), |_| Ok::<(), ()>(())).unwrap();
        assert_eq!(frontier.root(), at(size).root);
    }
    assert_eq!(longest, (MAX_INCLUSION_HASHES, MAX_CONSISTENCY_HASHES));
}

fn list(epoch: u32) -> RecipientList {
    let recipient = |byte| Recipient::from_bytes([byte; 32]);
    RecipientList { epoch, section: recipient(1), recovery: Some(recipient(2)) }
}

fn officer(id: &str) -> Officer {
    Officer {
        id: id.to_owned(),
        name: "李四".to_owned(),
        unit: "执法一科".to_owned(),
        title: "科员".to_owned(),
        in_post: true,
        exam_passed: true,
        certificates: Vec::new(),
    }
}

#[test]
fn signed_lists_are_read_back() {
    let signer = signer(LOG, 7);
    let list = list(3);
    let read = RecipientList::open(&list.sign(&signer).unwrap(), signer.verifier_key());
    assert_eq!(read.as_ref(), Ok(&list));
    assert_eq!(list.recipients(), [list.section, list.recovery.unwrap()]);
    let roster = Roster::new(1, vec![officer("b\n\u{2028}"), officer("a"), officer("c")]).unwrap();
    let read = Roster::open(&roster.sign(&signer).unwrap(), signer.verifier_key()).unwrap();
    assert_eq!(read, roster);
    assert!(read.officer("a").is_some() && read.officer("d").is_none());
}

#[test]
fn a_list_that_would_be_refused_is_not_signed() {
    let signer = signer(LOG, 7);
    let epoch_zero = list(0).sign(&signer);
    assert!(matches!(epoch_zero, Err(SignListError::List(ListParseError::Epoch))));
    let twice = RecipientList { recovery: Some(list(1).section), ..list(1) }.sign(&signer);
    assert!(matches!(twice, Err(SignListError::List(ListParseError::RecipientTwice))));
    assert_eq!(Roster::new(1, vec![officer("a"), officer("a")]), Err(ListParseError::OfficerOrder));
    assert_eq!(Roster::new(0, Vec::new()), Err(ListParseError::Epoch));
}

#[test]
fn an_older_or_contradicting_list_never_replaces_the_one_held() {
    assert_eq!(list(4).check_replaces(&list(3)), Ok(()));
    assert_eq!(list(3).check_replaces(&list(3)), Ok(()));
    assert_eq!(list(2).check_replaces(&list(3)), Err(ReplaceListError::Older { held: 3, offered: 2 }));
    let other = RecipientList { recovery: None, ..list(3) };
    assert_eq!(other.check_replaces(&list(3)), Err(ReplaceListError::Contradiction(3)));
    let (one, two) = (Roster::new(1, vec![officer("a")]).unwrap(), Roster::new(2, Vec::new()).unwrap());
    assert_eq!(two.check_replaces(&one), Ok(()));
    assert_eq!(one.check_replaces(&two), Err(ReplaceListError::Older { held: 2, offered: 1 }));
    let contradiction = Roster::new(1, Vec::new()).unwrap().check_replaces(&one);
    assert_eq!(contradiction, Err(ReplaceListError::Contradiction(1)));
}

#[test]
fn a_flipped_bit_in_a_hash_or_root_is_refused() {
    let store = tree(13);
    let (old, new) = (checkpoint(&store, 6), checkpoint(&store, 13));
    let inclusion = prove_inclusion(&store, 13, 5).unwrap();
    let consistency = prove_consistency(&store, 6, 13).unwrap();
    for bit in 0..256 {
        for place in 0..inclusion.len() {
            let mut hashes = inclusion.clone();
            hashes[place] = flipped(&hashes[place], bit);
            assert_eq!(verify_inclusion(&leaf_hash(&leaf(5)), 5, &hashes, &new), Err(VerifyError::Root));
        }
        for place in 0..consistency.len() {
            let mut hashes = consistency.clone();
            hashes[place] = flipped(&hashes[place], bit);
            assert_eq!(verify_consistency(&old, &new, &hashes), Err(VerifyError::Forked));
        }
        let leaf = flipped(&leaf_hash(&leaf(5)), bit);
        assert_eq!(verify_inclusion(&leaf, 5, &inclusion, &new), Err(VerifyError::Root));
        let other_old = Checkpoint { root: flipped(&old.root, bit), ..old.clone() };
        assert_eq!(verify_consistency(&other_old, &new, &consistency), Err(VerifyError::Forked));
        let other_new = Checkpoint { root: flipped(&new.root, bit), ..new.clone() };
        assert_eq!(verify_consistency(&old, &other_new, &consistency), Err(VerifyError::Forked));
    }
}

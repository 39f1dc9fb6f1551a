//! Damaged texts: refused, or, where nothing that matters was hit, read as exactly the same thing.

use liuhen_record::note::{self, SignedNote, VerifierKey};
use liuhen_record::proof::TlogProof;
use liuhen_record::recipients::{RecipientList, Roster};
use liuhen_record::tlog::Checkpoint;

use crate::support::{LOG, Numbers, leaf, proof, signer};
use crate::vectors::files;

/// Every text that differs from `text` in one bit and is still UTF-8, with the offset of the byte that was hit.
fn one_bit_flips(text: &str) -> impl Iterator<Item = (usize, String)> {
    (0..text.len() * 8).filter_map(move |bit| {
        let mut bytes = text.as_bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Some((bit / 8, String::from_utf8(bytes).ok()?))
    })
}

#[test]
fn a_note_with_one_flipped_bit_is_not_believed() {
    let signer = signer(LOG, 7);
    let good = signer.sign("一\n\nb\n").unwrap();
    let believed = one_bit_flips(&good).find(|(_, bad)| note::open(bad, signer.verifier_key()).is_ok());
    assert_eq!(believed, None);
}

#[test]
fn a_verifier_key_with_one_flipped_bit_is_refused() {
    let good = signer(LOG, 7).verifier_key().to_string();
    let read = one_bit_flips(&good).find(|(_, bad)| VerifierKey::parse(bad).is_ok());
    assert_eq!(read, None);
}

#[test]
fn a_checkpoint_with_one_flipped_bit_is_not_believed() {
    let signer = signer(LOG, 7);
    let good = proof(&signer, 13, 5).checkpoint_note;
    let believed = one_bit_flips(&good).find(|(_, bad)| Checkpoint::open(bad, signer.verifier_key()).is_ok());
    assert_eq!(believed, None);
}

#[test]
fn a_proof_with_one_flipped_bit_proves_nothing() {
    let signer = signer(LOG, 7);
    let good = proof(&signer, 13, 5).to_string();
    let proves = |text: &str| {
        TlogProof::parse(text).is_ok_and(|proof| proof.verify(&leaf(5), signer.verifier_key()).is_ok())
    };
    assert!(proves(&good));
    assert_eq!(one_bit_flips(&good).find(|(_, bad)| proves(bad)), None);
}

#[test]
fn a_flipped_bit_in_the_extra_data_changes_nothing_but_the_extra_data() {
    let signer = signer(LOG, 7);
    let good = TlogProof { extra: Some(b"unauthenticated".to_vec()), ..proof(&signer, 13, 5) };
    let text = good.to_string();
    let extra_line = text.find("extra ").unwrap()..text.find("\nindex").unwrap();
    let mut changed = 0;
    for (offset, bad) in one_bit_flips(&text) {
        let Ok(read) = TlogProof::parse(&bad) else { continue };
        if read.verify(&leaf(5), signer.verifier_key()).is_ok() {
            assert!(extra_line.contains(&offset), "byte {offset}");
            assert_eq!(TlogProof { extra: good.extra.clone(), ..read.clone() }, good);
            assert_ne!(read.extra, good.extra);
            changed += 1;
        }
    }
    assert!(changed > 0, "the extra data is not authenticated, and this test would notice if it became so");
}

#[test]
fn a_proof_with_one_line_missing_doubled_or_swapped_proves_nothing() {
    let signer = signer(LOG, 7);
    let good = proof(&signer, 13, 5).to_string();
    let lines: Vec<&str> = good.split_inclusive('\n').collect();
    let proves = |lines: &[&str]| {
        TlogProof::parse(&lines.concat())
            .is_ok_and(|proof| proof.verify(&leaf(5), signer.verifier_key()).is_ok())
    };
    assert!(proves(&lines));
    for line in 0..lines.len() {
        let missing = [&lines[..line], &lines[line + 1..]].concat();
        assert!(!proves(&missing), "without line {line}");
        let mut doubled = lines.clone();
        doubled.insert(line, lines[line]);
        // The same signature twice is a signature.
        assert_eq!(proves(&doubled), line == lines.len() - 1, "line {line} twice");
        let mut swapped = lines.clone();
        swapped.swap(line, (line + 1) % lines.len());
        assert!(!proves(&swapped), "lines {line} and next swapped");
    }
}

#[test]
fn a_proof_cut_short_proves_nothing() {
    let signer = signer(LOG, 7);
    let good = proof(&signer, 13, 5).to_string();
    for end in (0..good.len()).filter(|end| good.is_char_boundary(*end)) {
        let proves = TlogProof::parse(&good[..end])
            .is_ok_and(|proof| proof.verify(&leaf(5), signer.verifier_key()).is_ok());
        assert!(!proves, "cut at {end}");
    }
}

/// Reads `text` as everything; whatever is accepted must be written back byte for byte.
fn read_as_everything(text: &str, key: &VerifierKey) {
    if let Ok(read) = SignedNote::parse(text) {
        assert_eq!(read.to_string(), text);
        assert!(read.unverified_text().ends_with('\n') && !read.signatures().is_empty());
    }
    if let Ok(read) = TlogProof::parse(text) {
        assert_eq!(read.to_string(), text);
        let _ = read.verify(b"leaf", key);
    }
    if let Ok(read) = VerifierKey::parse(text) {
        assert_eq!(read.to_string(), text);
    }
    if let Ok(read) = RecipientList::parse(text) {
        assert_eq!(read.to_string(), text);
    }
    if let Ok(read) = Roster::parse(text) {
        assert_eq!(read.to_text().unwrap(), text);
    }
    if let Ok(read) = Checkpoint::parse(text) {
        assert!(text.starts_with(&read.to_string()), "only extension lines may follow");
    }
}

#[test]
fn random_damage_never_panics_and_never_gives_a_second_spelling() {
    let mut numbers = Numbers(0x1234_5678_9abc_def1);
    let key = signer(LOG, 7).verifier_key().clone();
    let pieces = [
        "\n",
        "\n\n",
        "0",
        "—",
        "— ",
        "+",
        "=",
        " ",
        "index ",
        "extra ",
        "age1",
        "\u{3000}",
        "9999999999999999999",
    ];
    for file in ["note", "tlog", "proof"].iter().flat_map(|folder| files(folder)) {
        let vector: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
        for field in ["note", "proof", "vkey", "text"] {
            let Some(text) = vector[field].as_str() else { continue };
            read_as_everything(text, &key);
            for _ in 0..60 {
                let mut characters: Vec<char> = text.chars().collect();
                for _ in 0..=numbers.below(3) {
                    let at = numbers.below(characters.len() + 1);
                    let end = characters.len().min(at + numbers.below(4));
                    let piece = pieces[numbers.below(pieces.len())];
                    characters.splice(at..end, piece.chars());
                }
                let damaged: String = characters.into_iter().collect();
                read_as_everything(&damaged, &key);
                if let Some((body, _)) = damaged.split_once("\n\n") {
                    read_as_everything(&format!("{body}\n"), &key);
                }
            }
        }
    }
}

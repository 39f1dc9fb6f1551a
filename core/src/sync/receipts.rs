//! Verifying what the bureau proves: pure functions, no network, no store.
//!
//! A receipt counts when, under the pinned key,
//! 1. the checkpoint is signed and of the same log,
//! 2. it continues the last checkpoint seen (same or larger, with a consistency proof),
//! 3. each of our records, byte for byte as we wrote it, is included, and
//! 4. each item's `item_stored` statement is included and says of that item what our own signed record says.
//!
//! Source: RFC 9162 §2.1.3–2.1.4, C2SP tlog-checkpoint, `spec/sync.md`.

use super::distrust::Distrust;
use super::protocol::{ItemProof, Receipts};
use liuhen_record::canonical::MAX_INTEGER;
use liuhen_record::note::VerifierKey;
use liuhen_record::proof::TlogProof;
use liuhen_record::receipt::ItemStored;
use liuhen_record::tlog::{
    Checkpoint, MAX_CONSISTENCY_HASHES, MAX_INCLUSION_HASHES, OpenCheckpointError, VerifyError, leaf_hash,
    parse_hash, verify_consistency, verify_inclusion,
};
use liuhen_record::{DeviceId, Digest, ItemId};
use std::collections::HashMap;

/// A record of ours whose proof is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnRecord {
    /// Its number.
    pub seq: i64,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
}

/// An item of ours whose proof is wanted, as our own signed record describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnItem {
    /// The item.
    pub item: ItemId,
    /// This device.
    pub device: DeviceId,
    /// Number of the `capture_sealed` record.
    pub seq: i64,
    /// SHA-256 of that record's bytes.
    pub record_sha256: Digest,
    /// SHA-256 of the sealed file.
    pub ct_sha256: Digest,
    /// Length of the sealed file, bytes.
    pub len_bytes: i64,
}

/// A record that is proved to be in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedRecord {
    /// Its number.
    pub seq: i64,
    /// Its leaf.
    pub index: i64,
    /// The proof in C2SP text form.
    pub proof: String,
}

/// An item that is proved to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvedItem {
    /// The item.
    pub item: ItemId,
    /// The leaf of its statement.
    pub index: i64,
    /// The statement's exact bytes.
    pub statement: Vec<u8>,
    /// The proof in C2SP text form.
    pub proof: String,
}

/// What an answer proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    /// The checkpoint, verified and consistent with the one held.
    pub checkpoint: Checkpoint,
    /// Its note, verbatim.
    pub checkpoint_note: String,
    /// Every record that was asked about.
    pub records: Vec<ProvedRecord>,
    /// Of the items asked about, those that are stored.
    pub items: Vec<ProvedItem>,
}

/// Reads a checkpoint note under the pinned key.
///
/// # Errors
/// [`Distrust`]: not signed, of another log, or impossible.
pub fn open_checkpoint(note: &str, key: &VerifierKey) -> Result<Checkpoint, Distrust> {
    let checkpoint = Checkpoint::open(note, key).map_err(|error| match error {
        OpenCheckpointError::Note(_) => Distrust::CheckpointSignature,
        OpenCheckpointError::Origin => Distrust::OtherOrigin,
        _ => Distrust::CheckpointForm,
    })?;
    // A size that no record could hold would make every later record unwritable.
    if checkpoint.size > MAX_INTEGER as u64 { Err(Distrust::CheckpointForm) } else { Ok(checkpoint) }
}

/// Checks, without a proof, that `offered` can be a continuation of `held`: what can be said before asking further.
///
/// # Errors
/// [`Distrust::RolledBack`], or [`Distrust::Forked`] for another root of the same size.
pub fn check_not_behind(held: &Checkpoint, offered: &Checkpoint) -> Result<(), Distrust> {
    let sizes = (held.size, offered.size);
    if held.origin != offered.origin {
        return Err(Distrust::OtherOrigin);
    }
    if offered.size < held.size {
        return Err(Distrust::RolledBack { held: sizes.0, offered: sizes.1 });
    }
    if offered.size == held.size && offered.root != held.root {
        return Err(Distrust::Forked { held: sizes.0, offered: sizes.1 });
    }
    Ok(())
}

/// Verifies a whole answer. Every one of `records` must be proved; of `items`, those the bureau speaks about.
///
/// # Errors
/// [`Distrust`], the first rule broken. Nothing of the answer may be used then.
pub fn verify(
    answer: &Receipts,
    key: &VerifierKey,
    held: &Checkpoint,
    records: &[OwnRecord],
    items: &[OwnItem],
) -> Result<Proved, Distrust> {
    let checkpoint = open_checkpoint(&answer.checkpoint, key)?;
    check_not_behind(held, &checkpoint)?;
    let forked = || Distrust::Forked { held: held.size, offered: checkpoint.size };
    let proof = hashes(&answer.consistency, MAX_CONSISTENCY_HASHES).ok_or_else(forked)?;
    verify_consistency(held, &checkpoint, &proof).map_err(|_: VerifyError| forked())?;
    let mut proved = Proved {
        checkpoint,
        checkpoint_note: answer.checkpoint.clone(),
        records: Vec::with_capacity(records.len()),
        items: Vec::new(),
    };
    let by_seq: HashMap<i64, _> = answer.records.iter().map(|proof| (proof.seq, proof)).collect();
    for record in records {
        let seq = record.seq;
        let given = by_seq.get(&seq).ok_or(Distrust::RecordNotProved { seq })?;
        let proof = proved.include(&record.bytes, given.index, &given.hashes);
        let (index, proof) = proof.ok_or(Distrust::RecordProof { seq })?;
        proved.records.push(ProvedRecord { seq, index, proof });
    }
    let by_item: HashMap<ItemId, _> = answer.items.iter().map(|proof| (proof.item, proof)).collect();
    for own in items {
        if let Some(given) = by_item.get(&own.item) {
            let item = proved.item(own, given)?;
            proved.items.push(item);
        }
    }
    Ok(proved)
}

impl Proved {
    /// The index and the text of the proof that `data` is a leaf, if it holds.
    fn include(&self, data: &[u8], index: u64, texts: &[String]) -> Option<(i64, String)> {
        let hashes = hashes(texts, MAX_INCLUSION_HASHES)?;
        verify_inclusion(&leaf_hash(data), index, &hashes, &self.checkpoint).ok()?;
        let checkpoint_note = self.checkpoint_note.clone();
        let proof = TlogProof { index, hashes, checkpoint_note, extra: None };
        Some((i64::try_from(index).ok()?, proof.to_string()))
    }

    fn item(&self, own: &OwnItem, given: &ItemProof) -> Result<ProvedItem, Distrust> {
        let item = own.item;
        let statement = given.statement.as_bytes();
        let wrong = |field: &str| Distrust::ItemStatement { item, field: field.to_owned() };
        let said = ItemStored::parse(statement).map_err(|_| wrong("form"))?;
        let differs = [
            ("item", said.item != own.item),
            ("device", said.device != own.device),
            ("seq", said.seq != own.seq),
            ("record_sha256", said.record_sha256 != own.record_sha256),
            ("ct_sha256", said.ct_sha256 != own.ct_sha256),
            ("len_bytes", said.len_bytes != own.len_bytes),
        ];
        if let Some((field, _)) = differs.iter().find(|(_, differs)| *differs) {
            return Err(wrong(field));
        }
        let proof = self.include(statement, given.index, &given.hashes);
        let (index, proof) = proof.ok_or(Distrust::ItemProof { item })?;
        Ok(ProvedItem { item, index, statement: statement.to_vec(), proof })
    }
}

fn hashes(texts: &[String], most: usize) -> Option<Vec<Digest>> {
    if texts.len() > most {
        return None;
    }
    texts.iter().map(|text| parse_hash(text).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::protocol::RecordProof;
    use liuhen_record::note::NoteSigner;
    use liuhen_record::receipt::ITEM_STORED;
    use liuhen_record::tlog::{Frontier, MemoryHashes, format_hash, prove_consistency, prove_inclusion};

    struct Case {
        answer: Receipts,
        key: VerifierKey,
        held: Checkpoint,
        records: Vec<OwnRecord>,
        item: OwnItem,
    }

    /// A log of seven leaves, of which three were seen before; two records and one item are asked about.
    fn case() -> Case {
        let (signer, _) = NoteSigner::make("bureau.example/log", &ring::rand::SystemRandom::new()).unwrap();
        let record: Vec<OwnRecord> =
            [4, 5].map(|seq| OwnRecord { seq, bytes: format!("record {seq}").into_bytes() }).to_vec();
        let item = OwnItem {
            item: ItemId([7; 16]),
            device: DeviceId([8; 16]),
            seq: 5,
            record_sha256: Digest::of(&record[1].bytes),
            ct_sha256: Digest::of(b"sealed"),
            len_bytes: 6,
        };
        let statement = ItemStored {
            v: 1,
            statement: ITEM_STORED.into(),
            item: item.item,
            device: item.device,
            seq: item.seq,
            record_sha256: item.record_sha256,
            ct_sha256: item.ct_sha256,
            len_bytes: item.len_bytes,
            stored_at_ms: 1,
        };
        let statement = statement.bytes().unwrap();
        let leaves: [&[u8]; 7] = [b"a", b"b", b"c", &record[0].bytes, &record[1].bytes, &statement, b"d"];
        let (mut hashes, mut frontier) = (MemoryHashes::default(), Frontier::default());
        let mut held = None;
        for leaf in leaves {
            frontier.push(leaf_hash(leaf), |new| hashes.put(new)).unwrap();
            let checkpoint = Checkpoint {
                origin: "bureau.example/log".into(),
                size: frontier.size(),
                root: frontier.root(),
            };
            held = held.or((frontier.size() == 3).then_some(checkpoint));
        }
        let checkpoint = Checkpoint { origin: "bureau.example/log".into(), size: 7, root: frontier.root() };
        let texts = |proof: Vec<Digest>| proof.iter().map(format_hash).collect::<Vec<_>>();
        let prove = |index| texts(prove_inclusion(&hashes, 7, index).unwrap());
        let answer = Receipts {
            checkpoint: checkpoint.sign(&signer).unwrap(),
            consistency: texts(prove_consistency(&hashes, 3, 7).unwrap()),
            records: [(4, 3), (5, 4)]
                .map(|(seq, index)| RecordProof { seq, index, hashes: prove(index) })
                .to_vec(),
            items: vec![ItemProof {
                item: item.item,
                statement: String::from_utf8(statement).unwrap(),
                index: 5,
                hashes: prove(5),
            }],
        };
        Case { answer, key: signer.verifier_key().clone(), held: held.unwrap(), records: record, item }
    }

    #[test]
    fn an_honest_answer_proves_what_was_asked() {
        let Case { answer, key, held, records, item } = case();
        let proved = verify(&answer, &key, &held, &records, std::slice::from_ref(&item)).unwrap();
        assert_eq!(proved.records.iter().map(|r| (r.seq, r.index)).collect::<Vec<_>>(), [(4, 3), (5, 4)]);
        assert_eq!((proved.items[0].item, proved.items[0].index), (item.item, 5));
        let proof = TlogProof::parse(&proved.records[0].proof).unwrap();
        assert_eq!(proof.verify(&records[0].bytes, &key).unwrap(), proved.checkpoint);
    }

    #[test]
    fn no_changed_byte_of_an_answer_proves_anything_else() {
        let Case { answer, key, held, records, item } = case();
        let items = [item];
        let honest = verify(&answer, &key, &held, &records, &items).unwrap();
        let text = serde_json::to_vec(&answer).unwrap();
        let mut refused = 0;
        for place in 0..text.len() {
            for flip in [1, 2, 0x20] {
                let mut changed = text.clone();
                changed[place] ^= flip;
                let Ok(answer) = serde_json::from_slice::<Receipts>(&changed) else { continue };
                match verify(&answer, &key, &held, &records, &items) {
                    Err(_) => refused += 1,
                    // An item that is no longer spoken about is simply not proved.
                    Ok(proved) => {
                        assert_eq!(proved.records, honest.records, "byte {place}");
                        assert!(proved.items.is_empty() || proved.items == honest.items, "byte {place}");
                    }
                }
            }
        }
        assert!(refused > 1_000, "{refused} changed answers were readable and refused");
    }

    #[test]
    fn proofs_of_absurd_length_are_refused() {
        let Case { mut answer, key, held, records, item } = case();
        answer.consistency = vec![answer.consistency[0].clone(); MAX_CONSISTENCY_HASHES + 1];
        let refused = verify(&answer, &key, &held, &records, &[item]).unwrap_err();
        assert_eq!(refused, Distrust::Forked { held: 3, offered: 7 });
    }
}

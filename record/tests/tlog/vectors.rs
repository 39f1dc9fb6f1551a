//! Runs every file of `tests/vectors/{note,tlog,proof}`; `tests/vectors/tlog/make.py` describes and writes them.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use liuhen_record::Digest;
use liuhen_record::challenge::IdentityChallenge;
use liuhen_record::note::{self, SignedNote, VerifierKey};
use liuhen_record::proof::TlogProof;
use liuhen_record::recipients::{RecipientList, Roster};
use liuhen_record::tlog::{
    Checkpoint, Frontier, format_hash, leaf_hash, parse_hash, verify_consistency, verify_inclusion,
};
use serde_json::{Map, Value, json};

/// What a vector's input was read as (a subset of the vector's own fields), or the name of the refusal.
pub type Read = Result<Value, String>;

#[test]
fn every_note_vector_is_read_as_it_says() {
    assert!(run("note", Vector::read) >= 90);
}

#[test]
fn every_tlog_vector_is_read_as_it_says() {
    assert!(run("tlog", Vector::read) >= 90);
}

#[test]
fn every_proof_vector_is_read_as_it_says() {
    assert!(run("proof", Vector::read) >= 40);
}

pub fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|file| file.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

/// Runs every vector of a folder by `read`; returns how many there are.
pub fn run(folder: &str, read: fn(&Vector) -> Read) -> usize {
    let files = files(folder);
    let failures: Vec<String> = files.iter().filter_map(|file| failure(file, read)).collect();
    assert!(failures.is_empty(), "{} of {} vectors:\n{}", failures.len(), files.len(), failures.join("\n"));
    files.len()
}

fn failure(file: &Path, read: fn(&Vector) -> Read) -> Option<String> {
    let vector = Vector(serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap());
    let name = file.file_name().unwrap().to_string_lossy();
    let rule = vector.text("rule");
    match (vector.text("expect"), read(&vector)) {
        ("accept", Ok(Value::Object(read))) => {
            let wrong: Vec<_> = read.iter().filter(|(field, value)| vector.0[*field] != **value).collect();
            (!wrong.is_empty()).then(|| format!("{name}: {rule}: read as {wrong:?}"))
        }
        ("refuse", Err(reason)) => (reason != vector.text("reason"))
            .then(|| format!("{name}: {rule}: refused as {reason}, not as {}", vector.text("reason"))),
        (expect, read) => Some(format!("{name}: {rule}: expected to {expect}, got {read:?}")),
    }
}

pub struct Vector(Map<String, Value>);

impl Vector {
    fn read(&self) -> Read {
        match self.text("op") {
            "vkey" => self.vkey(),
            "open" => self.open(),
            "recipients" => self.recipients(),
            "roster" => self.roster(),
            "identity" => self.identity(),
            "checkpoint" => self.checkpoint(),
            "root" => Ok(self.root()),
            "inclusion" => self.inclusion(),
            "consistency" => self.consistency(),
            "proof" => self.proof(),
            other => panic!("unknown op {other}"),
        }
    }

    fn vkey(&self) -> Read {
        let key = VerifierKey::parse(self.text("vkey")).map_err(reason)?;
        assert_eq!(key.to_string(), self.text("vkey"));
        let key_id = format!("{:08x}", key.key_id());
        Ok(json!({ "name": key.name(), "key_id": key_id, "fingerprint": key.fingerprint() }))
    }

    fn open(&self) -> Read {
        let text = note::open(self.text("note"), &self.key()).map_err(reason)?;
        assert_eq!(SignedNote::parse(self.text("note")).unwrap().to_string(), self.text("note"));
        Ok(json!({ "text": text }))
    }

    fn recipients(&self) -> Read {
        let list = RecipientList::open(self.text("note"), &self.key()).map_err(reason)?;
        let recovery = list.recovery.map(|recipient| recipient.to_string());
        let epoch = list.epoch.to_string();
        Ok(json!({ "epoch": epoch, "section": list.section.to_string(), "recovery": recovery }))
    }

    fn roster(&self) -> Read {
        let roster = Roster::open(self.text("note"), &self.key()).map_err(reason)?;
        let ids: Vec<&str> = roster.officers().iter().map(|officer| officer.id.as_str()).collect();
        assert!(ids.iter().all(|id| roster.officer(id).is_some_and(|found| found.id == *id)));
        Ok(json!({ "epoch": roster.epoch().to_string(), "officers": ids }))
    }

    fn identity(&self) -> Read {
        let asked = self.text("asked").parse().unwrap();
        let answer = IdentityChallenge::open(self.text("note"), &self.key(), &asked).map_err(reason)?;
        let text = note::open(self.text("note"), &self.key()).unwrap();
        assert_eq!(answer.to_string(), text);
        Ok(json!({ "origin": answer.origin, "time_ms": answer.time_ms.to_string() }))
    }

    fn checkpoint(&self) -> Read {
        let checkpoint = Checkpoint::open(self.text("note"), &self.key()).map_err(reason)?;
        Ok(json!({ "size": checkpoint.size.to_string(), "root": format_hash(&checkpoint.root) }))
    }

    fn root(&self) -> Value {
        let mut frontier = Frontier::default();
        for leaf in self.0["leaves"].as_array().unwrap() {
            let data = STANDARD.decode(leaf.as_str().unwrap()).unwrap();
            frontier.push(leaf_hash(&data), |_| Ok::<(), ()>(())).unwrap();
        }
        json!({ "root": format_hash(&frontier.root()) })
    }

    fn inclusion(&self) -> Read {
        let leaf = leaf_hash(&self.bytes("leaf"));
        let checkpoint = self.tree("size", "root");
        verify_inclusion(&leaf, self.number("index"), &self.hashes(), &checkpoint).map_err(reason)?;
        Ok(json!({}))
    }

    fn consistency(&self) -> Read {
        let (old, new) = (self.tree("old_size", "old_root"), self.tree("new_size", "new_root"));
        verify_consistency(&old, &new, &self.hashes()).map_err(reason)?;
        Ok(json!({}))
    }

    fn proof(&self) -> Read {
        let proof = TlogProof::parse(self.text("proof")).map_err(reason)?;
        assert_eq!(proof.to_string(), self.text("proof"));
        let checkpoint = proof.verify(&self.bytes("leaf"), &self.key()).map_err(reason)?;
        Ok(json!({ "index": proof.index.to_string(), "size": checkpoint.size.to_string() }))
    }

    pub fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap()
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        STANDARD.decode(self.text(field)).unwrap()
    }

    pub fn number(&self, field: &str) -> u64 {
        self.text(field).parse().unwrap()
    }

    pub fn key(&self) -> VerifierKey {
        VerifierKey::parse(self.text("vkey")).unwrap()
    }

    fn hashes(&self) -> Vec<Digest> {
        self.0["hashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| parse_hash(hash.as_str().unwrap()).unwrap())
            .collect()
    }

    fn tree(&self, size: &str, root: &str) -> Checkpoint {
        let root = parse_hash(self.text(root)).unwrap();
        Checkpoint { origin: "bureau.example/log".to_owned(), size: self.number(size), root }
    }
}

/// The innermost variant of an error: `Note(Parse(Structure))` is `Structure`.
pub fn reason(error: impl std::fmt::Debug) -> String {
    let text = format!("{error:?}");
    let outside_fields = text.split(" {").next().unwrap();
    outside_fields.rsplit('(').next().unwrap().trim_end_matches(')').to_owned()
}

//! Runs every file of `tests/vectors/witness`; `tests/vectors/witness/make.py` describes and writes them.

use crate::vectors::{Read, Vector, reason, run};
use liuhen_record::note::SignedNote;
use liuhen_record::tlog::{Checkpoint, parse_hash};
use liuhen_record::witness::{AddCheckpoint, Cosigner, WitnessKey, WitnessPolicy, judge};
use serde_json::json;

#[test]
fn every_witness_vector_is_read_as_it_says() {
    assert!(run("witness", read) >= 85);
}

fn read(vector: &Vector) -> Read {
    match vector.text("op") {
        "cosignature" => cosignature(vector),
        "witnesses" => witnesses(vector),
        "quorum" => quorum(vector),
        "replaces" => replaces(vector),
        "add_checkpoint" => add_checkpoint(vector),
        other => panic!("unknown op {other}"),
    }
}

fn cosignature(vector: &Vector) -> Read {
    let key = WitnessKey::parse(vector.text("witness")).map_err(reason)?;
    assert_eq!(key.to_string(), vector.text("witness"));
    let note = SignedNote::parse(vector.text("note")).map_err(reason)?;
    let times = key.cosigned(&note).map_err(reason)?.map(|time| time.to_string());
    Ok(json!({ "times": times.into_iter().collect::<Vec<_>>() }))
}

fn witnesses(vector: &Vector) -> Read {
    let policy = WitnessPolicy::open(vector.text("note"), &vector.key()).map_err(reason)?;
    let note = SignedNote::parse(vector.text("note")).unwrap();
    assert_eq!(policy.to_string(), note.unverified_text());
    let keys: Vec<String> = policy.witnesses().iter().map(ToString::to_string).collect();
    Ok(
        json!({ "epoch": policy.epoch().to_string(), "quorum": policy.quorum().to_string(), "witnesses": keys }),
    )
}

fn quorum(vector: &Vector) -> Read {
    let policy = WitnessPolicy::open(vector.text("witnesses_note"), &vector.key()).unwrap();
    let cosigned = policy.check(vector.text("note")).map_err(reason)?;
    let mut names: Vec<&str> = cosigned.iter().map(|cosigned| cosigned.key.name()).collect();
    names.sort_unstable();
    Ok(json!({ "cosigned": names }))
}

fn replaces(vector: &Vector) -> Read {
    let [held, offered] = ["held", "offered"].map(|name| WitnessPolicy::parse(vector.text(name)).unwrap());
    let variant = |error| format!("{error:?}").split(['(', ' ']).next().unwrap_or_default().to_owned();
    offered.check_replaces(&held).map_err(variant)?;
    Ok(json!({}))
}

fn add_checkpoint(vector: &Vector) -> Read {
    let request = AddCheckpoint::parse(vector.text("request")).map_err(reason)?;
    assert_eq!(request.to_string(), vector.text("request"));
    assert_eq!(request.unverified_origin(), request.checkpoint_note.lines().next().unwrap());
    let root = Some(vector.text("held_root")).filter(|root| !root.is_empty());
    let held = root.map(|root| Checkpoint {
        origin: vector.key().name().to_owned(),
        size: vector.number("held_size"),
        root: parse_hash(root).unwrap(),
    });
    let judged = judge(&request, &vector.key(), held.as_ref()).map_err(reason)?;
    Ok(json!({ "size": judged.checkpoint.size.to_string() }))
}

#[test]
fn what_a_cosigner_signs_its_key_verifies_and_nothing_else() {
    let rng = ring::rand::SystemRandom::new();
    let (cosigner, pkcs8) = Cosigner::make("w.example/1", &rng).unwrap();
    let text = "log.example\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    let line = cosigner.cosign(text, 5).unwrap();
    assert_eq!(cosigner.witness_key().verify(text, &line), Ok(5));
    for byte in 0..line.signature.len() {
        let mut changed = line.clone();
        changed.signature[byte] ^= 1;
        assert!(cosigner.witness_key().verify(text, &changed).is_err(), "byte {byte}");
    }
    let again = Cosigner::from_pkcs8("w.example/1", &pkcs8).unwrap();
    assert_eq!(again.cosign(text, 5).unwrap(), line, "Ed25519 is deterministic");
    assert!(cosigner.cosign("liuhen.recipients/v1\nepoch 1\n", 5).is_err(), "only checkpoints are cosigned");
    assert!(cosigner.cosign(text, 0).is_err(), "a cosignature has a time");
}

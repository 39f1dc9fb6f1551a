//! Runs every file of `tests/vectors/{canonical,record,kind,chain,time,place,sign}`, which an independent program
//! wrote (`tests/vectors/record/make.py`).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::chain::{Chain, ChainError};
use liuhen_record::place::PlaceClaim;
use liuhen_record::sign::DeviceKey;
use liuhen_record::time::{TimeClaim, TimeGrade};
use liuhen_record::{Digest, Kind, Record, canonical};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// Runs every file of `folder`; `run` says why it refuses. Returns the accepted ones.
fn run_all(folder: &str, run: impl Fn(&Value) -> Result<(), String>) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    let mut accepted = Vec::new();
    let mut refused = 0;
    for file in std::fs::read_dir(path).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let vector: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        match (vector["expect"].as_str().unwrap(), run(&vector)) {
            ("accept", Ok(())) => accepted.push(vector),
            ("refuse", Err(_)) => refused += 1,
            (expected, found) => panic!("{}: expected {expected}, found {found:?}", file.display()),
        }
    }
    assert!(!accepted.is_empty() && refused > 0, "{folder} has both");
    accepted
}

fn text(vector: &Value, member: &str) -> String {
    let text = vector[member].as_str().unwrap().to_owned();
    match &vector["repeat"] {
        Value::Null => text,
        repeat => {
            text.replace("@@", &repeat[0].as_str().unwrap().repeat(repeat[1].as_u64().unwrap() as usize))
        }
    }
}

fn record(vector: &Value) -> Result<Record, String> {
    let text = text(vector, "record");
    let record = Record::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    assert_eq!(record.bytes().unwrap(), text.as_bytes(), "written again it is the same");
    Ok(record)
}

#[test]
fn canonical_text_is_told_from_every_other_spelling() {
    run_all("canonical", |vector| {
        let input = text(vector, "input");
        canonical::read::<Value>(input.as_bytes()).map(drop).map_err(|error| error.to_string())
    });
}

#[test]
fn a_record_is_told_from_what_is_none() {
    run_all("record", |vector| record(vector).map(drop));
}

#[test]
fn every_kind_keeps_its_rules_and_says_whether_it_is_signed_and_where_it_stands() {
    let accepted = run_all("kind", |vector| {
        let record = record(vector)?;
        if vector["expect"] == "accept" {
            let session = match record.kind.needs_session() {
                Some(true) => "required",
                Some(false) => "forbidden",
                None => "either",
            };
            let found = json!([record.kind.name(), record.kind.must_be_signed(), session]);
            let told = json!([vector["kind"], vector["signed"], vector["session"]]);
            if found != told {
                return Err(found.to_string());
            }
        }
        Ok(())
    });
    let kinds: BTreeSet<&str> = accepted.iter().map(|vector| vector["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds.len(), 35, "one accepted vector at least for each kind");
}

#[test]
fn a_kind_of_the_enum_has_a_vector() {
    // Adding a kind without a vector does not compile here.
    fn listed(kind: &Kind) -> bool {
        match kind {
            Kind::DeviceEnrolled(_)
            | Kind::StoreQuarantined(_)
            | Kind::PreUseCheck(_)
            | Kind::RecorderPaired(_)
            | Kind::RecorderEvent(_)
            | Kind::RecorderListed(_)
            | Kind::SessionOpened(_)
            | Kind::CertificateShown(_)
            | Kind::NoticeGiven(_)
            | Kind::CaptureOpened(_)
            | Kind::CaptureRecovered(_)
            | Kind::CaptureSealed(_)
            | Kind::DocumentFilled(_)
            | Kind::GapRecorded(_)
            | Kind::TriggerMarked(_)
            | Kind::FaultReported(_)
            | Kind::ReviewOpened(_)
            | Kind::ReviewConfirmed(_)
            | Kind::SignatureRefused(_)
            | Kind::ItemViewed(_)
            | Kind::SessionClosed(_)
            | Kind::DayEnded(_)
            | Kind::ReceiptVerified(_)
            | Kind::MediaFreed(_)
            | Kind::RecorderIssued(_)
            | Kind::RecorderReturned(_)
            | Kind::RecorderAlarm(_)
            | Kind::RepairRecorded(_)
            | Kind::ImportBegun(_)
            | Kind::FileImported(_)
            | Kind::FileNotImported(_)
            | Kind::FootageMissing(_)
            | Kind::ImportFinished(_)
            | Kind::FootageReleasable(_)
            | Kind::FileAssigned(_) => true,
        }
    }
    let accepted = run_all("kind", |vector| record(vector).map(drop));
    assert!(accepted.iter().all(|vector| listed(&record(vector).unwrap().kind)));
}

#[test]
fn a_broken_chain_is_refused_at_the_record_that_breaks_it() {
    run_all("chain", |vector| {
        let texts: Vec<&str> =
            vector["records"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
        let first = Record::parse(texts[0].as_bytes()).unwrap();
        let mut chain = Chain::new(first.device);
        for (n, text) in texts.iter().enumerate() {
            let record = Record::parse(text.as_bytes()).unwrap();
            if let Err(error) = chain.append(&record, Digest::of(text.as_bytes())) {
                let broken = match error {
                    ChainError::Device { .. } => "device",
                    ChainError::Seq { .. } => "seq",
                    ChainError::Prev { .. } => "prev",
                };
                assert_eq!(
                    json!([n, broken]),
                    json!([vector["refused_at"], vector["broken"]]),
                    "{}",
                    vector["rule"]
                );
                return Err(error.to_string());
            }
        }
        Ok(())
    });
}

#[test]
fn a_time_claim_is_worth_what_its_clocks_say() {
    let accepted = run_all("time", |vector| {
        let claim: TimeClaim =
            canonical::read(text(vector, "claim").as_bytes()).map_err(|error| error.to_string())?;
        if !claim.is_consistent() {
            return Err("inconsistent".to_owned());
        }
        if let Some(receipt_ms) = vector["receipt_ms"].as_i64() {
            assert_eq!(json!(claim.bracket(receipt_ms)), vector["bracket"], "{}", vector["rule"]);
        }
        let again = TimeClaim::make(
            claim.wall_ms,
            claim.zone_minutes,
            claim.mono_ms,
            claim.boot_id.clone(),
            claim.anchor.clone(),
        );
        assert_eq!(again, claim, "made from its clocks it is the same");
        if vector["grade"] == json!(claim.grade) { Ok(()) } else { Err(format!("{:?}", claim.grade)) }
    });
    let grades: BTreeSet<&str> = accepted.iter().map(|vector| vector["grade"].as_str().unwrap()).collect();
    assert_eq!(grades, BTreeSet::from(["T0", "T1", "T2"]));
    assert_eq!(json!(TimeGrade::T3), "T3");
}

#[test]
fn a_place_claim_is_on_the_globe() {
    run_all("place", |vector| {
        let claim: PlaceClaim =
            canonical::read(text(vector, "claim").as_bytes()).map_err(|error| error.to_string())?;
        if claim.is_possible() { Ok(()) } else { Err("impossible".to_owned()) }
    });
}

#[test]
fn a_signature_is_of_the_device_over_the_exact_bytes() {
    run_all("sign", |vector| {
        let key = DeviceKey::from_pem(vector["pem"].as_str().unwrap()).map_err(|error| error.to_string())?;
        if let Some(device) = vector["device"].as_str() {
            assert_eq!(key.device().to_string(), device);
        }
        let signature = STANDARD.decode(vector["signature"].as_str().unwrap()).unwrap();
        let message = vector["message"].as_str().unwrap();
        key.verify(message.as_bytes(), &signature).map_err(|error| error.to_string())
    });
}

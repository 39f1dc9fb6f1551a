//! Runs every file of `tests/vectors/recorder/{names,matching,assignment}`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

use liuhen_core::recorder::{
    Claim, ClockSet, Clocks, Listing, NamePatterns, Register, Span, Witness, Witnessed, assign,
};
use liuhen_record::{
    DeviceId, Digest, Kind, Record,
    kind::{Condition, ListMatch, RecorderFile, RecorderIssued, RecorderReturned},
    place::PlaceClaim,
    time::TimeClaim,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, path::Path};

fn vectors(folder: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/recorder").join(folder);
    let files = std::fs::read_dir(path).unwrap().map(|file| file.unwrap().path());
    let json = files.filter(|file| file.extension().is_some_and(|ending| ending == "json"));
    let vectors: Vec<Value> =
        json.map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect();
    assert!(vectors.len() >= 10, "{folder} is there");
    vectors
}

#[test]
fn a_name_tells_what_its_vector_says() {
    let patterns = NamePatterns::built_in();
    for vector in vectors("names") {
        let told = patterns.read(vector["name"].as_str().unwrap()).map(|told| {
            let mut value = Map::new();
            value.insert("pattern".into(), told.pattern.into());
            value.insert("from_ms".into(), told.from_ms.into());
            value.extend(told.to_ms.map(|ms| ("to_ms".into(), ms.into())));
            value.extend(told.officer_no.map(|no| ("officer_no".into(), no.into())));
            value.extend(told.serial.map(|no| ("serial".into(), no.into())));
            Value::Object(value)
        });
        assert_eq!(told.unwrap_or(Value::Null), vector["told"], "{}", vector["rule"]);
    }
}

#[test]
fn a_file_stands_to_the_lists_as_its_vector_says() {
    for vector in vectors("matching") {
        let mut listing = Listing::default();
        for list in vector["lists"].as_array().unwrap() {
            listing.take(&serde_json::from_value::<Vec<RecorderFile>>(list.clone()).unwrap());
        }
        let mut accounted = BTreeSet::new();
        let mut found = Vec::new();
        for file in vector["files"].as_array().unwrap() {
            let sha256: Digest = serde_json::from_value(file["sha256"].clone()).unwrap();
            let (path, len) = (file["path"].as_str().unwrap(), file["len_bytes"].as_i64().unwrap());
            let (listed, index): (ListMatch, _) = listing.match_file(path, len, sha256);
            accounted.extend(index);
            found.push(serde_json::to_value(listed).unwrap());
        }
        let missing: Vec<&str> = listing.missing(&accounted).iter().map(|f| f.name.as_str()).collect();
        assert_eq!(Value::Array(found), vector["expect"], "{}", vector["rule"]);
        assert_eq!(json!(missing), vector["missing"], "{}", vector["rule"]);
    }
}

fn record(seq: i64, kind: Kind) -> Record {
    Record {
        v: 1,
        device: DeviceId([1; 16]),
        seq,
        prev: Digest::ZERO,
        session: None,
        officer: None,
        kind,
        time: TimeClaim::make(0, 480, 0, "boot".into(), None),
        place: PlaceClaim::Denied,
    }
}

fn register(bindings: &Value) -> Register {
    let mut records = Vec::new();
    for binding in bindings.as_array().unwrap() {
        let text = |name: &str| binding[name].as_str().unwrap().to_owned();
        let seq = binding["seq"].as_i64().unwrap();
        records.push(record(
            seq,
            Kind::RecorderIssued(RecorderIssued {
                recorder_no: "ZFY-0007".into(),
                serial: text("serial"),
                configured_officer_no: text("configured_officer_no"),
                officer: text("officer"),
                name: text("officer"),
                cert_no: "辽B0203001".into(),
                unit: String::new(),
                from_ms: binding["from_ms"].as_i64().unwrap(),
                issued_by: "赵保管".into(),
                condition: Condition::Good,
                note: None,
                key_sha256: None,
            }),
        ));
        if let Some(to_ms) = binding["to_ms"].as_i64() {
            records.push(record(
                seq + 1,
                Kind::RecorderReturned(RecorderReturned {
                    recorder_no: "ZFY-0007".into(),
                    officer: text("officer"),
                    to_ms,
                    received_by: "赵保管".into(),
                    condition: Condition::Good,
                    data_on_device: false,
                    note: None,
                }),
            ));
        }
    }
    Register::fold(&records)
}

#[test]
fn a_file_belongs_where_its_vector_says() {
    for vector in vectors("assignment") {
        let claim = Claim {
            name: vector["claim"]["name"].as_str().map(str::to_owned),
            from_ms: vector["claim"]["from_ms"].as_i64(),
            to_ms: vector["claim"]["to_ms"].as_i64(),
            officer_no: vector["claim"]["officer_no"].as_str().map(str::to_owned),
            serial: vector["claim"]["serial"].as_str().map(str::to_owned),
        };
        let number = |value: &Value, name: &str| value[name].as_i64().unwrap();
        let clocks = vector["clocks"].as_array().unwrap().iter().map(|set| ClockSet {
            at_ms: number(set, "at_ms"),
            before_ms: number(set, "before_ms"),
            after_ms: number(set, "after_ms"),
        });
        let events = vector["events"].as_array().into_iter().flatten().map(|event| Witness {
            file: event["file"].as_str().unwrap().to_owned(),
            recorder_ms: number(event, "recorder_ms"),
            at_ms: number(event, "at_ms"),
            session: event["session"].as_str().unwrap().parse().unwrap(),
        });
        let spans: Vec<Span> = vector["sessions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|span| Span {
                session: span["session"].as_str().unwrap().parse().unwrap(),
                from_ms: number(span, "from_ms"),
                to_ms: number(span, "to_ms"),
                officers: serde_json::from_value(span["officers"].clone()).unwrap(),
            })
            .collect();
        let found = assign(
            "ZFY-0007",
            &claim,
            &register(&vector["bindings"]),
            &Clocks::of(clocks.collect()),
            &Witnessed::of(events.collect()),
            &spans,
            number(&vector, "slack_ms"),
        );
        let mut told = Map::new();
        match found.session {
            Ok(session) => told.insert("session".into(), json!(session)),
            Err(why) => told.insert("unassigned".into(), json!(why)),
        };
        told.extend(found.issued_seq.map(|seq| ("issued_seq".into(), seq.into())));
        told.extend(found.clock_offset_ms.map(|ms| ("clock_offset_ms".into(), ms.into())));
        assert_eq!(Value::Object(told), vector["expect"], "{}", vector["rule"]);
    }
}

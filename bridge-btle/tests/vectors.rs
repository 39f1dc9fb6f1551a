//! The vectors of the recorder profile and of Open GoPro, one file a rule, accepting and refusing.
#![allow(clippy::unwrap_used, reason = "a vector that cannot be read fails")]

use liuhen_btle::{
    CardState, FileList, IdentityProof, RecorderError, RecorderIdentity, RecorderState,
    gopro::{message, packet},
    profile::{
        frame::{self, Chunk, ListHead, Operation, Response},
        transfer::Transfer,
    },
};
use serde_json::{Value, json};
use std::{fs, path::PathBuf};

fn hex(text: &Value) -> Vec<u8> {
    hex::decode(text.as_str().unwrap()).unwrap()
}

fn fixed<const N: usize>(text: &Value) -> [u8; N] {
    hex(text).try_into().unwrap()
}

/// Runs every vector of a folder through `judge`, which gives what was read in the words of the vector, or `None`.
fn run(folder: &str, at_least: usize, judge: impl Fn(&Value) -> Option<Value>) {
    let top = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(folder);
    let mut count = 0;
    for entry in fs::read_dir(top).unwrap() {
        let path = entry.unwrap().path();
        let vector: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let told = judge(&vector);
        let accepted = vector["expect"] == "accept";
        assert_eq!(told.is_some(), accepted, "{}: {}", path.display(), vector["rule"]);
        for (field, value) in told.iter().filter_map(Value::as_object).flatten() {
            assert_eq!(value, &vector[field], "{}: {field}", path.display());
        }
        count += 1;
    }
    assert!(count >= at_least, "{count} vectors");
}

fn card(card: CardState) -> &'static str {
    match card {
        CardState::Ready => "ready",
        CardState::Full => "full",
        CardState::Absent => "absent",
        CardState::Damaged => "damaged",
    }
}

fn state_json(state: &RecorderState) -> Value {
    json!({
        "battery_percent": state.battery_percent, "charging": state.charging, "free_bytes": state.free_bytes,
        "remaining_secs": state.remaining_secs, "card": card(state.card), "overheated": state.overheated,
        "recording_secs": state.recording.as_ref().and_then(|recording| recording.elapsed_secs),
    })
}

fn identity_json(identity: &RecorderIdentity) -> Value {
    json!({
        "id_code": identity.id_code, "serial": identity.serial, "officer_no": identity.officer_no,
        "officer_name": identity.officer_name, "unit_no": identity.unit_no, "unit_name": identity.unit_name,
        "model": identity.model, "firmware": identity.firmware,
    })
}

fn request(vector: &Value) -> Value {
    let operation = match vector["operation"].as_str().unwrap() {
        "start" => Operation::Start,
        "prove" => Operation::Prove,
        other => panic!("{other}"),
    };
    let id = vector["id"].as_u64().unwrap() as u8;
    json!({"hex": hex::encode(frame::request(operation, id, &hex(&vector["parameters"])))})
}

fn list(vector: &Value) -> Option<Value> {
    let list = FileList::parse(vector["text"].as_str().unwrap().as_bytes()).ok()?;
    let files = list.files().iter().map(|file| {
        json!({
            "name": file.name, "len_bytes": file.len_bytes, "sha256": file.sha256.map(hex::encode),
            "started_ms": file.started_ms, "ended_ms": file.ended_ms, "important": file.important,
        })
    });
    Some(json!({"files": files.collect::<Vec<_>>()}))
}

fn list_read(vector: &Value) -> Option<Value> {
    let head = ListHead::parse(&hex(&vector["head"])).unwrap();
    let max_bytes = vector["max_write_bytes"].as_u64().unwrap() as usize;
    let chunk_bytes = (max_bytes - frame::CHUNK_HEAD_BYTES) as u32;
    let mut transfer = Transfer::new(head, max_bytes).ok()?;
    let mut parameters = transfer.next_request().unwrap().unwrap();
    for came in vector["came"].as_array().unwrap() {
        let offset_bytes = came.as_u64().unwrap() as u32 * chunk_bytes;
        transfer.take(&Chunk { id: 1, offset_bytes, bytes: &vec![0; chunk_bytes as usize] });
    }
    if vector["came"] != json!([]) {
        parameters = transfer.next_request().unwrap().unwrap();
    }
    Some(json!({"parameters": hex::encode(parameters)}))
}

fn profile(vector: &Value) -> Option<Value> {
    let bytes = || hex(&vector["hex"]);
    match vector["op"].as_str().unwrap() {
        "identity" => {
            let identity = RecorderIdentity::parse(&bytes()).ok()?;
            assert_eq!(identity.to_bytes().unwrap(), bytes());
            Some(json!({"fields": identity_json(&identity)}))
        }
        "state" => Some(json!({"state": state_json(&frame::parse_state(&bytes()).ok()?)})),
        "time" => {
            let told = frame::parse_time(&bytes()).ok()?;
            Some(json!({"utc_ms": told.utc_ms, "resolution_ms": told.resolution_ms}))
        }
        "time_write" => {
            let bytes = frame::time_bytes(vector["utc_ms"].as_i64().unwrap()).ok()?;
            Some(json!({"hex": hex::encode(bytes)}))
        }
        "request" => Some(request(vector)),
        "response" => {
            let Response { operation, id, status, payload } = Response::parse(&bytes()).ok()?;
            Some(json!({"operation": operation, "id": id, "status": status, "payload": hex::encode(payload)}))
        }
        "moment" => {
            let moment = frame::parse_moment(&bytes()).ok()?;
            Some(json!({"recorder_ms": moment.recorder_ms, "file": moment.file}))
        }
        "list_head" => {
            let head = ListHead::parse(&bytes()).ok()?;
            Some(json!({
                "id": head.id, "total_bytes": head.total_bytes, "lines": head.lines,
                "sha256": hex::encode(head.sha256),
            }))
        }
        "chunk" => {
            let bytes = bytes();
            let chunk = Chunk::parse(&bytes).ok()?;
            Some(json!({
                "id": chunk.id, "offset_bytes": chunk.offset_bytes, "bytes": hex::encode(chunk.bytes),
            }))
        }
        "list" => list(vector),
        "list_read" => list_read(vector),
        "proof" => {
            let proof = IdentityProof {
                public_key: fixed(&vector["public_key"]),
                signature: fixed(&vector["signature"]),
            };
            let identity = RecorderIdentity::parse(&hex(&vector["identity"])).unwrap();
            proof.is_valid(&identity, &fixed(&vector["nonce"])).then(|| json!({}))
        }
        other => panic!("{other}"),
    }
}

fn gopro(vector: &Value) -> Option<Value> {
    let payload = || hex(&vector["payload"]);
    let int = |field: &str| vector[field].as_i64().unwrap();
    match vector["op"].as_str().unwrap() {
        "assemble" => {
            let mut assembler = packet::Assembler::default();
            let pushed: Result<Vec<_>, RecorderError> = vector["packets"]
                .as_array()
                .unwrap()
                .iter()
                .map(|packet| assembler.push(&hex(packet)))
                .collect();
            let message = pushed.ok()?.pop().flatten().unwrap();
            Some(json!({"message": hex::encode(message)}))
        }
        "split" => {
            let packets = packet::split(&hex(&vector["message"])).ok()?;
            Some(json!({"packets": packets.iter().map(hex::encode).collect::<Vec<_>>()}))
        }
        "command" => {
            let bytes = message::command_bytes(int("id") as u8, &hex(&vector["parameter"]));
            Some(json!({"message": hex::encode(bytes)}))
        }
        "set_time" => {
            let bytes = message::local_time_bytes(int("utc_ms"), int("zone_minutes") as i16).ok()?;
            Some(json!({"parameter": hex::encode(bytes)}))
        }
        "get_time" => message::parse_local_time(&payload()).ok().map(|told| json!({"utc_ms": told.utc_ms})),
        "hardware" => {
            let identity = message::parse_identity(&payload()).ok()?;
            Some(json!({
                "serial": identity.serial, "model": identity.model, "firmware": identity.firmware,
            }))
        }
        "state" => {
            let told = message::parse_state(&payload()).ok()?;
            let mut all = state_json(&told.state);
            all["busy"] = told.busy.into();
            let told_over_this = ["charging", "overheated"];
            all.as_object_mut().unwrap().retain(|field, _| !told_over_this.contains(&field.as_str()));
            Some(all)
        }
        "pairing" => message::pairing_finish(vector["phone_name"].as_str().unwrap())
            .ok()
            .map(|message| json!({"message": hex::encode(message)})),
        other => panic!("{other}"),
    }
}

#[test]
fn the_vectors_of_the_recorder_profile_hold() {
    run("recorder-profile", 50, profile);
}

#[test]
fn the_published_packets_of_open_gopro_hold() {
    run("open-gopro", 25, gopro);
}

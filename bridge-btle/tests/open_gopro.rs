//! The client that GoPro publishes, against the camera that the driver is tested with: so that this camera is not only what the
//! driver takes a camera to be.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use liuhen_btle::{
    BleLink, LinkError, LinkEvent, LinkListener, PeerId, Uuid,
    gopro::{self, message},
};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
};
use support::{VirtualClock, camera::Camera, run};

/// The client, if it is installed.
fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let python = root.join(".cache/peers/open-gopro/bin/python");
    if python.exists() {
        return Some(python);
    }
    let required = std::env::var("LIUHEN_PEERS_REQUIRED").unwrap_or_default();
    assert!(!required.split_whitespace().any(|name| name == "open-gopro"), "open-gopro must be there");
    println!("skipped: open-gopro is not installed (./dev peers)");
    None
}

/// Where the client hears what the camera says.
struct Ear(Mutex<ChildStdin>);

impl Ear {
    fn tell(&self, what: &Value) {
        writeln!(self.0.lock().unwrap(), "{what}").unwrap();
    }
}

impl LinkListener for Ear {
    fn on_event(&self, event: LinkEvent) {
        if let LinkEvent::Value { characteristic, bytes } = event {
            self.tell(&json!({ "value": characteristic.to_string(), "hex": hex::encode(bytes) }));
        }
    }
}

fn uuid(told: &Value) -> Uuid {
    let text = told["uuid"].as_str().unwrap().replace('-', "");
    Uuid(hex::decode(text).unwrap().try_into().unwrap())
}

/// Does what the client asks of a radio; gives its answer.
fn act(time: &Arc<VirtualClock>, camera: &Camera, told: &Value) -> Value {
    let result = match told["ask"].as_str().unwrap() {
        "scan" => {
            assert_eq!(told["services"], json!([gopro::SERVICE.to_string()]));
            return json!({ "name": "GoPro 8456" });
        }
        "discover" => {
            let table = run(time, camera.discover()).unwrap();
            let answers =
                [gopro::NETWORK_ANSWER, gopro::COMMAND_ANSWER, gopro::SETTING_ANSWER, gopro::QUERY_ANSWER];
            let row = |one: &liuhen_btle::Characteristic| {
                json!([one.service.to_string(), one.uuid.to_string(), answers.contains(&one.uuid)])
            };
            return json!({ "table": table.iter().map(row).collect::<Vec<_>>() });
        }
        "connect" => run(time, camera.connect(PeerId("camera".into()))),
        "bond" => run(time, camera.request_bond()),
        "subscribe" => run(time, camera.subscribe(uuid(told))),
        "write" => {
            let bytes = hex::decode(told["hex"].as_str().unwrap()).unwrap();
            run(time, camera.write(uuid(told), bytes, true))
        }
        "disconnect" => run(time, camera.disconnect()),
        other => panic!("{other}"),
    };
    result.map_or_else(|error: LinkError| json!({ "error": error.to_string() }), |()| json!({}))
}

#[test]
fn the_makers_own_client_pairs_asks_records_and_marks_with_the_camera_that_the_driver_is_tested_with() {
    let Some(python) = python() else { return };
    let client =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("tests/peers/open-gopro/client.py");
    let mut child =
        Command::new(python).arg(client).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let time = Arc::default();
    let camera = Camera::new(&time);
    let ear = Arc::new(Ear(Mutex::new(child.stdin.take().unwrap())));
    camera.listen(ear.clone());
    let mut said = Value::Null;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let told: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if told["said"].is_object() {
            said = told["said"].clone();
        } else {
            let answer = act(&time, &camera, &told);
            ear.tell(&answer);
        }
    }
    assert!(child.wait().unwrap().success());
    let (zone_minutes, now_ms) = (said["zone_minutes"].take(), said["now_ms"].take().as_i64().unwrap());
    let wanted = json!({
        "serial": "C3471325208456", "model": "HERO11 Black", "battery": 53, "free_kb": 26_575_456,
        "recording": true, "zone_minutes": null, "now_ms": null,
    });
    assert_eq!(said, wanted);
    let inner = camera.inner.lock().unwrap();
    assert_eq!(inner.connections, 2);
    assert!(!inner.recording);
    let shutter_and_mark: Vec<u8> = inner.done.iter().copied().filter(|id| [1, 0x18].contains(id)).collect();
    assert_eq!(shutter_and_mark, [1, 1, 1, 0x18, 1]);
    // What the client set as the camera's time is what the driver reads as such.
    let clock = message::parse_local_time(&[&[10], inner.time.as_slice()].concat()).unwrap();
    assert!((clock.utc_ms - now_ms).abs() < 600_000, "{clock:?}, zone {zone_minutes}");
}

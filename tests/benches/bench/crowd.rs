//! Memory of the bureau while two hundred uploads are under way at once.

use crate::finding::{Bar, Finding};
use crate::joined::Joined;
use crate::measure::peak_bytes;
use crate::memory::OfficeProcess;
use crate::setup::{Noise, Setup};
use crate::wire::Wire;
use crate::{Outcome, patrol};
use liuhen_record::ItemId;
use liuhen_record::seal::{ItemHasher, SealedDigests};
use serde_json::json;
use std::path::Path;

const CROWD: usize = 200;
const FEW: usize = 10;
const LEN_BYTES: usize = 8 << 20;
const PART_BYTES: usize = 64 << 10;

/// The peak with many, and with few for comparison.
pub fn memory(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let few = peak(&dir.path().join("few"), FEW)?;
    let many = peak(&dir.path().join("many"), CROWD)?;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    Ok(Finding {
        ours: format!("{CROWD} uploads at once: {:.1} MiB", mib(many)),
        peer_name: "the same bureau".to_owned(),
        peer: format!("{FEW} at once: {:.1} MiB", mib(few)),
        value: mib(many),
        unit: "MiB",
        bar: Bar::AtMost(64.0),
        notes: vec![format!(
            "VmHWM of the bureau's process; every upload is one request of {} MiB, all of them open at the same time and \
             advancing {} KiB in turn",
            LEN_BYTES >> 20,
            PART_BYTES >> 10
        )],
        samples: json!({ "many_bytes": many, "few_bytes": few }),
    })
}

fn peak(dir: &Path, uploads: usize) -> Outcome<u64> {
    let mut office = OfficeProcess::start(&dir.join("bureau"))?;
    let mut phone = Joined::at(&office, &dir.join("phone"))?;
    let bytes = Noise::new(11).bytes(LEN_BYTES);
    let mut all = Vec::new();
    for n in 0..uploads {
        let item = ItemId(patrol::id(n as u64));
        let digests = digests(&bytes, n);
        phone.item(item, &digests)?;
        all.push((item, digests));
    }
    phone.send_records()?;
    let mut wires = Vec::new();
    for (item, digests) in &all {
        let headers = phone.piece_headers(*item, 0, &digests.pieces[0]);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut wire = Wire::open(&office.url)?;
        wire.begin("POST", "/v1/uploads", &headers, digests.len_bytes)?;
        wires.push(wire);
    }
    for (n, wire) in wires.iter_mut().enumerate() {
        wire.write(&(n as u64).to_be_bytes())?;
    }
    for part in bytes.chunks(PART_BYTES) {
        for wire in &mut wires {
            wire.write(part)?;
        }
    }
    for wire in &mut wires {
        wire.answer()?;
    }
    let peak = peak_bytes(&office.process.id().to_string())?;
    drop(phone);
    office.stop()?;
    Ok(peak)
}

/// Each upload has other bytes: its number stands before the noise.
fn digests(bytes: &[u8], n: usize) -> SealedDigests {
    let mut hasher = ItemHasher::from_start(0);
    hasher.ciphertext(&(n as u64).to_be_bytes());
    hasher.ciphertext(bytes);
    hasher.finish()
}

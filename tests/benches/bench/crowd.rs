//! Memory of the bureau while two hundred uploads are under way at once.

use crate::finding::{Bar, Finding};
use crate::joined::Joined;
use crate::measure::peak_bytes;
use crate::memory::OfficeProcess;
use crate::setup::{Noise, Setup};
use crate::streams::Streams;
use crate::wire::Wire;
use crate::{Outcome, patrol};
use bytes::Bytes;
use liuhen_record::ItemId;
use liuhen_record::seal::{ItemHasher, SealedDigests};
use serde_json::json;
use std::path::Path;

const CROWD: usize = 200;
const FEW: usize = 10;
const LEN_BYTES: usize = 8 << 20;
const PART_BYTES: usize = 64 << 10;
/// Each upload has other bytes: its number stands before them.
const NUMBER_BYTES: usize = size_of::<u64>();
/// Uploads of one connection, where several share one: a server allows 64.
const STREAMS: usize = 50;
const PATH: &str = "/v1/uploads";
/// A bureau that kept what it is sent would take 8 MiB for each; buffers of a connection, of TLS, of HTTP/2's windows and of a
/// writing thread are bounded.
const EACH_KIB: f64 = 256.0;

/// The peak with many, and with few for comparison.
pub fn memory(setup: &Setup) -> Outcome<Finding> {
    let (few, many) = peaks(setup)?;
    Ok(Finding {
        ours: format!("{CROWD} uploads at once: {:.1} MiB", mib(many)),
        peer_name: "the same bureau".to_owned(),
        peer: format!("{FEW} at once: {:.1} MiB", mib(few)),
        value: mib(many),
        unit: "MiB",
        bar: Bar::AtMost(64.0),
        notes: vec![ONE_REQUEST.to_owned()],
        samples: json!({ "many_bytes": many, "few_bytes": few }),
    })
}

/// What each upload more takes: a bureau that keeps what is sent would take as much as is sent.
pub fn memory_of_each(setup: &Setup) -> Outcome<Finding> {
    let (few, many) = peaks(setup)?;
    Ok(Finding {
        ours: format!("{CROWD} uploads at once: {:.1} MiB", mib(many)),
        peer_name: "the same bureau".to_owned(),
        peer: format!("{FEW} at once: {:.1} MiB", mib(few)),
        value: kib_of_each(few, many),
        unit: "KiB",
        bar: Bar::AtMost(EACH_KIB),
        notes: vec![ONE_REQUEST.to_owned(), EACH.to_owned()],
        samples: json!({ "many_bytes": many, "few_bytes": few }),
    })
}

/// The same by HTTP/2 over TLS, as phones send: a connection for every upload, and few connections for all.
pub fn memory_by_http_2(setup: &Setup) -> Outcome<Finding> {
    let Peaks { few, apart, together } = peaks_by_http_2(setup)?;
    Ok(Finding {
        ours: told_by_http_2(apart, together),
        peer_name: "the same bureau".to_owned(),
        peer: format!("{FEW} connections: {:.1} MiB", mib(few)),
        value: mib(apart.max(together)),
        unit: "MiB",
        bar: Bar::AtMost(64.0),
        notes: vec![ONE_STREAM.to_owned()],
        samples: json!({ "apart_bytes": apart, "together_bytes": together, "few_bytes": few }),
    })
}

/// What each upload more takes by HTTP/2 over TLS; the worse of the two.
pub fn memory_of_each_by_http_2(setup: &Setup) -> Outcome<Finding> {
    let Peaks { few, apart, together } = peaks_by_http_2(setup)?;
    Ok(Finding {
        ours: told_by_http_2(apart, together),
        peer_name: "the same bureau".to_owned(),
        peer: format!("{FEW} connections: {:.1} MiB", mib(few)),
        value: kib_of_each(few, apart.max(together)),
        unit: "KiB",
        bar: Bar::AtMost(EACH_KIB),
        notes: vec![ONE_STREAM.to_owned(), EACH.to_owned()],
        samples: json!({ "apart_bytes": apart, "together_bytes": together, "few_bytes": few }),
    })
}

const ONE_REQUEST: &str = "VmHWM of the bureau's process; every upload is one request of 8 MiB, all of them open at the \
     same time and advancing 64 KiB in turn";
const ONE_STREAM: &str = "VmHWM of the bureau's process; every upload is one stream of 8 MiB, all of them open at the same \
     time and advancing 64 KiB in turn, as fast as the bureau's windows allow; the client is h2 over rustls";
const EACH: &str = "judged: what 200 took more than 10, divided by 190";

fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

fn kib_of_each(few: u64, many: u64) -> f64 {
    (many as f64 - few as f64) / (CROWD - FEW) as f64 / 1024.0
}

fn told_by_http_2(apart: u64, together: u64) -> String {
    let connections = CROWD / STREAMS;
    format!(
        "{CROWD} connections: {:.1} MiB; {connections} with {STREAMS} uploads each: {:.1} MiB",
        mib(apart),
        mib(together)
    )
}

/// With few, and with many; bytes.
fn peaks(setup: &Setup) -> Outcome<(u64, u64)> {
    let dir = setup.disk()?;
    Ok((peak(&dir.path().join("few"), FEW)?, peak(&dir.path().join("many"), CROWD)?))
}

/// Bytes.
struct Peaks {
    few: u64,
    /// Many, with a connection each.
    apart: u64,
    /// Many on few connections.
    together: u64,
}

fn peaks_by_http_2(setup: &Setup) -> Outcome<Peaks> {
    let dir = setup.disk()?;
    Ok(Peaks {
        few: peak_by_http_2(&dir.path().join("few"), FEW, 1)?,
        apart: peak_by_http_2(&dir.path().join("apart"), CROWD, 1)?,
        together: peak_by_http_2(&dir.path().join("together"), CROWD / STREAMS, STREAMS)?,
    })
}

fn peak(dir: &Path, uploads: usize) -> Outcome<u64> {
    let mut office = OfficeProcess::start(&dir.join("bureau"))?;
    let bytes = Noise::new(11).bytes(LEN_BYTES);
    let wanted = wanted(&office, &dir.join("phone"), &bytes, uploads)?;
    let mut wires = Vec::new();
    for headers in &wanted {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut wire = Wire::open(&office.url)?;
        wire.begin("POST", PATH, &headers, (NUMBER_BYTES + LEN_BYTES) as u64)?;
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
    office.stop()?;
    Ok(peak)
}

/// The records come first, to the same bureau without TLS: what is measured is a process that takes the uploads only.
fn peak_by_http_2(dir: &Path, connections: usize, uploads_of_each: usize) -> Outcome<u64> {
    let data = dir.join("bureau");
    let mut office = OfficeProcess::start(&data)?;
    let bytes = Noise::new(11).bytes(LEN_BYTES);
    let wanted = wanted(&office, &dir.join("phone"), &bytes, connections * uploads_of_each)?;
    office.stop()?;
    let mut office = OfficeProcess::start_tls(&data)?;
    let streams = Streams::to(&office.url, &data)?;
    tokio::runtime::Runtime::new()?.block_on(send_in_turn(
        &streams,
        &wanted,
        uploads_of_each,
        &Bytes::from(bytes),
    ))?;
    let peak = peak_bytes(&office.process.id().to_string())?;
    office.stop()?;
    Ok(peak)
}

async fn send_in_turn(
    streams: &Streams,
    wanted: &[Vec<(&'static str, String)>],
    uploads_of_each: usize,
    bytes: &Bytes,
) -> Outcome<()> {
    let (mut begun, len_bytes) = (Vec::new(), (NUMBER_BYTES + bytes.len()) as u64);
    for (first, together) in wanted.chunks(uploads_of_each).enumerate() {
        let mut connected = streams.connect().await?;
        for (n, headers) in together.iter().enumerate() {
            let mut upload = connected.begin(PATH, headers, len_bytes).await?;
            let number = (first * uploads_of_each + n) as u64;
            upload.send(Bytes::copy_from_slice(&number.to_be_bytes())).await?;
            begun.push(upload);
        }
    }
    for start in (0..bytes.len()).step_by(PART_BYTES) {
        for upload in &mut begun {
            upload.send(bytes.slice(start..start + PART_BYTES)).await?;
        }
    }
    for upload in begun {
        let status = upload.end().await?;
        if status != 201 {
            return Err(format!("status {status}").into());
        }
    }
    Ok(())
}

/// Joins, and sends the records of so many items of one piece; the headers with which each piece is sent.
fn wanted(
    office: &OfficeProcess,
    dir: &Path,
    bytes: &[u8],
    uploads: usize,
) -> Outcome<Vec<Vec<(&'static str, String)>>> {
    let mut phone = Joined::at(office, dir)?;
    let mut wanted = Vec::new();
    for n in 0..uploads {
        let item = ItemId(patrol::id(n as u64));
        let digests = digests(bytes, n);
        phone.item(item, &digests)?;
        wanted.push(phone.piece_headers(item, 0, &digests.pieces[0]));
    }
    phone.send_records()?;
    Ok(wanted)
}

fn digests(bytes: &[u8], n: usize) -> SealedDigests {
    let mut hasher = ItemHasher::from_start(0);
    hasher.ciphertext(&(n as u64).to_be_bytes());
    hasher.ciphertext(bytes);
    hasher.finish()
}

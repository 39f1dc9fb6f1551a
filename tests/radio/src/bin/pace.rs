//! How fast a recorder's list comes, against the raw throughput of the same link: trouble-host over HCI to bumble, one
//! connection, in turn. Raw is what the recorder notifies when it never waits for the phone (its fault `endless`); every
//! byte of its values counts, of ours only those of the list. Prints one line; `./dev bench manifest` runs it.
#![forbid(unsafe_code)]

use liuhen_btle::{
    BleLink, LinkEvent, PeerId, Recorder, Uuid,
    inbox::Inbox,
    profile::{
        ProfileRecorder,
        frame::{self, CHUNK_HEAD_BYTES, Chunk, ListHead, Operation, Response},
        transfer::Transfer,
    },
};
use liuhen_radio::{
    bumble::{ADDRESS, Bumble},
    trouble::{RealClock, TroubleLink},
};
use std::{
    error::Error,
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// How long raw throughput is measured at a time.
const RAW: Duration = Duration::from_secs(3);
/// Passes over a list whose frames are read.
const PASSES: u32 = 20;

async fn value(inbox: &Inbox) -> Outcome<(Uuid, Vec<u8>)> {
    match tokio::time::timeout(Duration::from_secs(10), inbox.next()).await? {
        LinkEvent::Value { characteristic, bytes } => Ok((characteristic, bytes)),
        other => Err(format!("{other:?} in the middle of a measurement").into()),
    }
}

/// The response to the request with this id; late ones to earlier requests are passed over.
async fn response(inbox: &Inbox, id: u8) -> Outcome<Response> {
    loop {
        let (uuid, bytes) = value(inbox).await?;
        if uuid == frame::RESPONSE {
            let response = Response::parse(&bytes)?;
            if response.id == id {
                return Ok(response);
            }
        }
    }
}

/// Bytes a second of notified values, while the recorder sends as fast as it can.
async fn raw(link: &TroubleLink, bumble: &mut Bumble) -> Outcome<f64> {
    let inbox = Arc::new(Inbox::default());
    link.listen(inbox.clone());
    link.write(frame::CONTROL, frame::request(Operation::ListOpen, 201, &[]), true).await?;
    let head = ListHead::parse(&response(&inbox, 201).await?.payload)?;
    let mut window = Transfer::new(head, link.max_write_len() as usize)?;
    let parameters = window.next_request()?.ok_or("an empty list")?;
    bumble.tell("fault endless 1");
    link.write(frame::CONTROL, frame::request(Operation::ListRead, 202, &parameters), true).await?;
    value(&inbox).await?;
    let (begun, mut bytes) = (Instant::now(), 0);
    while begun.elapsed() < RAW {
        bytes += value(&inbox).await?.1.len();
    }
    let per_sec = bytes as f64 / begun.elapsed().as_secs_f64();
    bumble.tell("fault endless 0");
    response(&inbox, 202).await?;
    Ok(per_sec)
}

/// Bytes a second of a whole list, opened, collected, compared with its digest and read.
async fn ours(link: &Arc<TroubleLink>, files: usize) -> Outcome<f64> {
    let nonces = Box::new(|| [1; 32]);
    let peer = PeerId("recorder".into());
    let mut recorder = ProfileRecorder::open(link.clone(), RealClock::new(), peer, nonces).await?;
    let begun = Instant::now();
    let list = recorder.list_files().await?;
    let secs = begun.elapsed().as_secs_f64();
    if list.files().len() != files {
        return Err("another list".into());
    }
    Ok(list.bytes().len() as f64 / secs)
}

/// Nanoseconds that reading and placing one chunk takes.
fn nanoseconds_per_frame() -> Outcome<f64> {
    let (mut frames, mut spent) = (0_u32, Duration::ZERO);
    for _ in 0..PASSES {
        let head = ListHead { id: 1, total_bytes: 1 << 20, lines: 1, sha256: [0; 32] };
        let mut transfer = Transfer::new(head, 244)?;
        let chunk_len = 244 - CHUNK_HEAD_BYTES as u32;
        while let Some(parameters) = transfer.next_request()? {
            let first = u32::from_le_bytes(parameters[6..10].try_into()?);
            let asked = parameters[10..].iter().map(|byte| byte.count_ones()).sum::<u32>();
            let values: Vec<Vec<u8>> = (first..first + asked)
                .map(|chunk| {
                    let at = chunk * chunk_len;
                    let len = chunk_len.min((1 << 20) - at) as usize;
                    [&[1], at.to_le_bytes().as_slice(), &vec![7; len]].concat()
                })
                .collect();
            let begun = Instant::now();
            for value in &values {
                transfer.take(black_box(&Chunk::parse(value)?));
            }
            spent += begun.elapsed();
            frames += asked;
        }
    }
    Ok(spent.as_secs_f64() * 1e9 / f64::from(frames))
}

/// Peak memory of this process so far, KiB (Linux).
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok())
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

/// Runs of each side in turn, after one pair that does not count; and how much the peak grew after the first list.
async fn in_turn(files: usize, runs: usize) -> Outcome<(Vec<f64>, Vec<f64>, u64)> {
    let mut bumble = Bumble::start(&["--files", &files.to_string()]).ok_or("bumble is not installed")?;
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let (mut lists, mut raws, mut first_peak_kib) = (Vec::new(), Vec::new(), 0);
    for run in 0..=runs {
        let list = ours(&link, files).await?;
        let raw = raw(&link, &mut bumble).await?;
        if run == 0 {
            first_peak_kib = peak_kib().unwrap_or(0);
        } else {
            lists.push(list);
            raws.push(raw);
        }
    }
    Ok((lists, raws, peak_kib().unwrap_or(0).saturating_sub(first_peak_kib)))
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (files, runs) = if quick { (500, 1) } else { (10_000, 5) };
    let (mut lists, mut raws, grown_kib) = in_turn(files, runs).await?;
    let (list, raw) = (median(&mut lists), median(&mut raws));
    let (ratio, frame_ns) = (list / raw, nanoseconds_per_frame()?);
    let verdict = if ratio >= 0.8 { "met" } else { "NOT MET" };
    println!(
        "manifest: {files} files at {:.0} KiB/s, raw notifications {:.0} KiB/s: {ratio:.2} x (bar >= 0.8 x: {verdict}); \
         {frame_ns:.0} ns to read and place a frame; peak memory grew by {grown_kib} KiB after the first list",
        list / 1024.0,
        raw / 1024.0,
    );
    Ok(())
}

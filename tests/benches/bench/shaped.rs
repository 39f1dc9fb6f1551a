//! A whole synchronisation over a line of 300 Mbit/s with a delay, by TLS and HTTP/2: how much of the line is used.

use crate::finding::{Bar, Finding};
use crate::measure::{Samples, ratio};
use crate::memory::{self, OfficeProcess};
use crate::setup::Setup;
use crate::{Outcome, tools};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

const BITS_PER_SEC: u64 = 300_000_000;
/// Each way: what an office's Wi-Fi and its switches take.
const DELAY: Duration = Duration::from_millis(5);
const LEN_BYTES: u64 = 512 << 20;
/// What the line carries as one: it arrives as a whole.
const PORTION_BYTES: usize = 16 << 10;
/// Portions on the way and before the line together: 1 MiB, of which 183 KiB are on the way in 5 ms. Who sends faster waits.
const PORTIONS: usize = 64;

/// Time from the start of a synchronisation to the bureau's receipt of the last piece, against the time that the film's bytes
/// need on the line.
pub fn line(setup: &Setup) -> Outcome<Finding> {
    let len_bytes = if setup.quick { LEN_BYTES / 8 } else { LEN_BYTES };
    let mut sent = Vec::new();
    for _ in 0..setup.runs {
        let dir = setup.disk()?;
        sent.push(synchronise(dir.path(), len_bytes)?);
    }
    let sent = Samples::new(sent);
    let least = Samples::new(vec![Duration::from_secs_f64(len_bytes as f64 * 8.0 / BITS_PER_SEC as f64)]);
    let value = ratio(least.median(), sent.median());
    let finding = Finding::of(&sent, "the line itself", &least, value, Bar::AtLeast(0.95));
    Ok(finding
        .note(format!(
            "Syncer::sync of one film of {} MiB, {} runs, each with a new phone and a new bureau: from the first byte to the \
             last piece taken, login and records included; by TLS with a pinned key and HTTP/2, as a phone that joined by TLS",
            len_bytes >> 20,
            setup.runs
        ))
        .note(format!(
            "the line is a process in user space: {} Mbit/s from phone to bureau, {} ms of delay each way, also for answers and \
             for HTTP/2's windows; what of it is lost to TLS and HTTP is lost to us; TCP itself does not meet the delay",
            BITS_PER_SEC / 1_000_000,
            DELAY.as_millis()
        )))
}

/// One synchronisation of a new phone with a new bureau.
fn synchronise(dir: &Path, len_bytes: u64) -> Outcome<Duration> {
    let mut office = OfficeProcess::start_tls(&dir.join("bureau"))?;
    let shaped = shape(office.url.trim_start_matches("https://"))?;
    let (phone, len) = (dir.join("phone"), len_bytes.to_string());
    let phone = phone.as_os_str();
    memory::step(&["seal".as_ref(), phone, len.as_ref(), OsStr::new(&shaped), office.code.as_ref()])?;
    let args = ["memory".as_ref(), "send".as_ref(), phone];
    let (_, said) = tools::run(&mut tools::child(&args)?)?;
    office.stop()?;
    Ok(Duration::from_secs_f64(said.trim().parse()?))
}

/// A line to `target`; its address, as a bureau has one.
fn shape(target: &str) -> Outcome<String> {
    let target = target.to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("https://{}", listener.local_addr()?);
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(&target) else { continue };
            drop((near.set_nodelay(true), far.set_nodelay(true)));
            let (Ok(near_back), Ok(far_back)) = (near.try_clone(), far.try_clone()) else { continue };
            carry(near, far, Some(BITS_PER_SEC));
            carry(far_back, near_back, None);
        }
    });
    Ok(address)
}

/// One direction.
fn carry(from: TcpStream, to: TcpStream, bits_per_sec: Option<u64>) {
    let (enter, leave) = sync_channel(PORTIONS);
    thread::spawn(move || take(from, &enter, bits_per_sec));
    thread::spawn(move || give(&leave, to));
}

/// Notes of each portion when it will be at the other end. The line's own clock counts, not when a thread wakes: it is idle
/// only while there is nothing to carry.
fn take(mut from: TcpStream, enter: &SyncSender<(Instant, Vec<u8>)>, bits_per_sec: Option<u64>) {
    let mut buffer = vec![0; PORTION_BYTES];
    // When the line will have taken in what was given to it.
    let mut free_at = Instant::now();
    while let Ok(got @ 1..) = from.read(&mut buffer) {
        free_at = free_at.max(Instant::now());
        if let Some(bits) = bits_per_sec {
            free_at += Duration::from_nanos(got as u64 * 8 * 1_000_000_000 / bits);
        }
        if enter.send((free_at + DELAY, buffer[..got].to_vec())).is_err() {
            break;
        }
    }
}

fn give(leave: &Receiver<(Instant, Vec<u8>)>, mut to: TcpStream) {
    for (at, portion) in leave {
        thread::sleep(at.saturating_duration_since(Instant::now()));
        if to.write_all(&portion).is_err() {
            break;
        }
    }
    drop(to.shutdown(Shutdown::Write));
}

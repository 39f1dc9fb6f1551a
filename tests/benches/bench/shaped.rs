//! A whole synchronisation over a line of 300 Mbit/s: how much of the line is used.

use crate::finding::{Bar, Finding};
use crate::memory::{self, OfficeProcess};
use crate::setup::Setup;
use crate::{Outcome, tools};
use serde_json::json;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const BITS_PER_SEC: u64 = 300_000_000;
const LEN_BYTES: u64 = 512 << 20;
/// What the line lets through at once.
const PORTION_BYTES: usize = 64 << 10;

/// What a sleep may have lasted too long.
const CREDIT: Duration = Duration::from_millis(20);

/// Time of the phone's process from its start to the bureau's receipt, against the time that the bytes need on the line.
pub fn line(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let len_bytes = if setup.quick { LEN_BYTES / 8 } else { LEN_BYTES };
    let mut office = OfficeProcess::start(&dir.path().join("bureau"))?;
    let shaped = shape(&office.url)?;
    let (phone, len) = (dir.path().join("phone"), len_bytes.to_string());
    let phone = phone.as_os_str();
    let url = std::ffi::OsStr::new(&shaped);
    memory::step(&["seal".as_ref(), phone, len.as_ref(), url, office.code.as_ref()])?;
    let args = ["memory".as_ref(), "send".as_ref(), phone];
    let (_, said) = tools::run(&mut tools::child(&args)?)?;
    let sent = Duration::from_secs_f64(said.trim().parse()?);
    office.stop()?;
    let least = Duration::from_secs_f64(len_bytes as f64 * 8.0 / BITS_PER_SEC as f64);
    let value = least.as_secs_f64() / sent.as_secs_f64();
    Ok(Finding {
        ours: format!("{} MiB sent in {:.2} s", len_bytes >> 20, sent.as_secs_f64()),
        peer_name: "the line itself".to_owned(),
        peer: format!("{:.2} s at {} Mbit/s", least.as_secs_f64(), BITS_PER_SEC / 1_000_000),
        value,
        unit: "×",
        bar: Bar::AtLeast(0.95),
        notes: vec![
            "Syncer::sync of one film from the first byte to the last piece taken, login and records included; what of the \
             line is lost to HTTP is lost to us; the line is a process in user space without delay"
                .to_owned(),
        ],
        samples: json!({ "sent_ms": sent.as_secs_f64() * 1e3, "line_ms": least.as_secs_f64() * 1e3 }),
    })
}

/// A line to `url` that lets so many bits through in a second, in one direction; its address.
fn shape(url: &str) -> Outcome<String> {
    let target = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(&target) else { continue };
            drop((near.set_nodelay(true), far.set_nodelay(true)));
            let (Ok(near_back), Ok(far_back)) = (near.try_clone(), far.try_clone()) else { continue };
            thread::spawn(move || pour(near, far, Some(BITS_PER_SEC)));
            thread::spawn(move || pour(far_back, near_back, None));
        }
    });
    Ok(address)
}

fn pour(mut from: TcpStream, mut to: TcpStream, bits_per_sec: Option<u64>) {
    let mut buffer = vec![0; PORTION_BYTES];
    // When the line will have carried what was given to it.
    let mut free_at = Instant::now();
    while let Ok(got) = from.read(&mut buffer) {
        if got == 0 {
            break;
        }
        if let Some(bits) = bits_per_sec {
            let now = Instant::now();
            // A sleep that lasts too long is made up for: the line is never idle while there is something to carry.
            free_at = free_at.max(now.checked_sub(CREDIT).unwrap_or(now))
                + Duration::from_nanos(got as u64 * 8 * 1_000_000_000 / bits);
            thread::sleep(free_at.saturating_duration_since(now));
        }
        if to.write_all(&buffer[..got]).is_err() {
            break;
        }
    }
    drop(to.shutdown(std::net::Shutdown::Write));
}

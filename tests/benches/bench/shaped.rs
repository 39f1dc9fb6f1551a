//! A whole synchronisation over a line of 300 Mbit/s with a delay, by TLS and HTTP/2: how much of the line is used.

use crate::cable::Cable;
use crate::finding::{Bar, Finding};
use crate::measure::{Samples, ratio};
use crate::memory::{self, OfficeProcess};
use crate::setup::Setup;
use crate::{Outcome, tools};
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// First word of this row's children.
pub const CHILD: &str = "line";
/// Of what the peer makes of the line.
const BAR: Bar = Bar::AtLeast(0.95);
const BITS_PER_SEC: u64 = 300_000_000;
/// Each way: what an office's Wi-Fi and its switches take.
const DELAY: Duration = Duration::from_millis(5);
const LEN_BYTES: u64 = 512 << 20;
/// What the line carries as one: it arrives as a whole.
const PORTION_BYTES: usize = 16 << 10;
/// Portions on the way and before the line together: 1 MiB, of which 183 KiB are on the way in 5 ms. Who sends faster waits.
const PORTIONS: usize = 64;

/// Time from the start of a synchronisation to the bureau's receipt of the last piece: against what TCP alone gets through the
/// same cable, or, where no cable can be laid, against the time that the film's bytes need on a line in user space.
pub fn line(setup: &Setup) -> Outcome<Finding> {
    let len_bytes = if setup.quick { LEN_BYTES / 8 } else { LEN_BYTES };
    let finding = match Cable::lay(BITS_PER_SEC) {
        Ok(cable) => over_cable(setup, &cable, len_bytes)?,
        Err(why) => in_user_space(setup, &why.to_string(), len_bytes)?,
    };
    Ok(finding.note(format!(
        "Syncer::sync of one film of {} MiB, {} runs, each with a new phone and a new bureau: from the first byte to the \
         last piece taken, login and records included; by TLS with a pinned key and HTTP/2, as a phone that joined by TLS",
        len_bytes >> 20,
        setup.runs
    )))
}

fn over_cable(setup: &Setup, cable: &Cable, len_bytes: u64) -> Outcome<Finding> {
    let (mut sent, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..setup.runs {
        let dir = setup.disk()?;
        sent.push(synchronise_by(cable, dir.path(), len_bytes)?);
        alone.push(tcp_alone(cable, len_bytes)?);
    }
    let (sent, alone) = (Samples::new(sent), Samples::new(alone));
    let whole = bits(len_bytes) / BITS_PER_SEC as f64;
    if alone.median().as_secs_f64() < 0.99 * whole {
        return Err("the cable carries more than it should: tbf does not shape it".into());
    }
    let finding = Finding::of(
        &sent,
        "TCP alone, through the same cable",
        &alone,
        ratio(alone.median(), sent.median()),
        BAR,
    );
    Ok(finding.note(format!(
        "two network namespaces, veth and the kernel's tbf: {} Mbit/s from phone to bureau, headers of Ethernet, IP and TCP \
         counted; of these bits the film's bytes are {:.1} %, and {:.1} % where TCP is alone. The {} ms of delay each way are a \
         process before the bureau: answers and HTTP/2's windows meet them, TCP does not",
        BITS_PER_SEC / 1_000_000,
        100.0 * whole / sent.median().as_secs_f64(),
        100.0 * whole / alone.median().as_secs_f64(),
        DELAY.as_millis()
    )))
}

fn in_user_space(setup: &Setup, why: &str, len_bytes: u64) -> Outcome<Finding> {
    let mut sent = Vec::new();
    for _ in 0..setup.runs {
        let dir = setup.disk()?;
        sent.push(synchronise(dir.path(), len_bytes)?);
    }
    let sent = Samples::new(sent);
    let least = Samples::new(vec![Duration::from_secs_f64(bits(len_bytes) / BITS_PER_SEC as f64)]);
    let finding = Finding::of(&sent, "the line itself", &least, ratio(least.median(), sent.median()), BAR);
    Ok(finding.note(format!(
        "the line is a process in user space, because there is no cable: {why}. {} Mbit/s from phone to bureau, {} ms of delay \
         each way, also for answers and for HTTP/2's windows; what of it is lost to TLS and HTTP is lost to us; TCP itself \
         meets neither",
        BITS_PER_SEC / 1_000_000,
        DELAY.as_millis()
    )))
}

fn bits(len_bytes: u64) -> f64 {
    len_bytes as f64 * 8.0
}

/// One synchronisation of a new phone with a new bureau, at the two ends of a cable.
fn synchronise_by(cable: &Cable, dir: &Path, len_bytes: u64) -> Outcome<Duration> {
    let mut office = OfficeProcess::start_tls_at(cable, &dir.join("bureau"))?;
    let target = office.url.trim_start_matches("https://").to_owned();
    let delay = Listening::start(cable.far_child(&[CHILD.as_ref(), "delay".as_ref(), target.as_ref()])?)?;
    let (phone, len, url) = (dir.join("phone"), len_bytes.to_string(), format!("https://{}", delay.address));
    let seal = [
        "memory".as_ref(),
        "seal".as_ref(),
        phone.as_os_str(),
        len.as_ref(),
        url.as_ref(),
        office.code.as_ref(),
    ];
    tools::run(&mut cable.near(&tools::child(&seal)?))?;
    let send = ["memory".as_ref(), "send".as_ref(), phone.as_os_str()];
    let (_, said) = tools::run(&mut cable.near(&tools::child(&send)?))?;
    office.stop()?;
    Ok(Duration::from_secs_f64(said.trim().parse()?))
}

/// So many bytes by one connection and nothing else.
fn tcp_alone(cable: &Cable, len_bytes: u64) -> Outcome<Duration> {
    let sink = Listening::start(cable.far_child(&[CHILD.as_ref(), "sink".as_ref()])?)?;
    let len = len_bytes.to_string();
    let source = [CHILD.as_ref(), "source".as_ref(), OsStr::new(&sink.address), len.as_ref()];
    let (_, said) = tools::run(&mut cable.near(&tools::child(&source)?))?;
    Ok(Duration::from_secs_f64(said.trim().parse()?))
}

/// A child that says where it listens, and ends with its input.
struct Listening {
    process: Child,
    address: String,
}

impl Listening {
    fn start(mut command: Command) -> Outcome<Self> {
        let process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut begun = Self { process, address: String::new() };
        let output = begun.process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut begun.address)?;
        begun.address.truncate(begun.address.trim_end().len());
        if begun.address.is_empty() { Err("it does not listen".into()) } else { Ok(begun) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// A child of this row.
pub fn child(args: &[&str]) -> Outcome<()> {
    match *args {
        ["delay", target, here] => println!("{}", relay(here, target, None)?),
        ["sink", here] => {
            let listener = TcpListener::bind((here, 0))?;
            println!("{}", listener.local_addr()?);
            thread::spawn(move || swallow(&listener));
        }
        ["source", target, len] => return send_alone(target, len.parse()?),
        _ => return Err(format!("no such child: {args:?}").into()),
    }
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    Ok(())
}

/// Takes everything of one connection, and then says so.
fn swallow(listener: &TcpListener) -> io::Result<()> {
    let (mut from, _) = listener.accept()?;
    io::copy(&mut from, &mut io::sink())?;
    from.write_all(b".")
}

/// Until the other end has said that it has everything.
fn send_alone(target: &str, len_bytes: u64) -> Outcome<()> {
    let mut to = TcpStream::connect(target)?;
    let begun = Instant::now();
    io::copy(&mut io::repeat(7).take(len_bytes), &mut to)?;
    to.shutdown(Shutdown::Write)?;
    to.read_exact(&mut [0])?;
    println!("{}", begun.elapsed().as_secs_f64());
    Ok(())
}

/// One synchronisation of a new phone with a new bureau, over a line in user space.
fn synchronise(dir: &Path, len_bytes: u64) -> Outcome<Duration> {
    let mut office = OfficeProcess::start_tls(&dir.join("bureau"))?;
    let line = relay("127.0.0.1", office.url.trim_start_matches("https://"), Some(BITS_PER_SEC))?;
    let (phone, len, url) = (dir.join("phone"), len_bytes.to_string(), format!("https://{line}"));
    let phone = phone.as_os_str();
    memory::step(&["seal".as_ref(), phone, len.as_ref(), OsStr::new(&url), office.code.as_ref()])?;
    let args = ["memory".as_ref(), "send".as_ref(), phone];
    let (_, said) = tools::run(&mut tools::child(&args)?)?;
    office.stop()?;
    Ok(Duration::from_secs_f64(said.trim().parse()?))
}

/// A line from `here` to `target`; its address.
fn relay(here: &str, target: &str, bits_per_sec: Option<u64>) -> Outcome<SocketAddr> {
    let target = target.to_owned();
    let listener = TcpListener::bind((here, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(&target) else { continue };
            drop((near.set_nodelay(true), far.set_nodelay(true)));
            let (Ok(near_back), Ok(far_back)) = (near.try_clone(), far.try_clone()) else { continue };
            carry(near, far, bits_per_sec);
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

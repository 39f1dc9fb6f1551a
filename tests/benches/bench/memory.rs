//! Most memory that sealing, uploading and verifying one long item ever take, each in a process of its own.

use crate::cable::Cable;
use crate::desk::{self, Desk, draft, stamp};
use crate::finding::{Bar, Finding};
use crate::folder::Folder;
use crate::measure::{peak_bytes, spoken};
use crate::movie::Movie;
use crate::setup::{Setup, Skip, free_bytes};
use crate::{Outcome, patrol, tools};
use liuhen_bureau::tls::TlsSource;
use liuhen_bureau::{Bureau, BureauConfig};
use liuhen_core::capture::{BeginCapture, Capture, PiecedFile};
use liuhen_core::ports::Ports;
use liuhen_core::sync::{Cancel, ENROLMENT_KEY, Enrolment, Stage, Syncer, Waiting};
use liuhen_core::vault::{ItemFilter, Vault};
use liuhen_record::SessionId;
use liuhen_record::kind::MediaKind;
use liuhen_record::note::VerifierKey;
use liuhen_record::package::{BagInfo, Options, PackageWriter, verify};
use liuhen_record::seal::ReadAt;
use serde_json::json;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// Long, and short for comparison: what does not grow is flat.
const LONG_BYTES: u64 = 4 << 30;
const SHORT_BYTES: u64 = 256 << 20;
/// The item lies in the vault, in the office and in the package.
const COPIES: u64 = 3;
/// Bytes that are ticked at once, as a phone's core does when they come faster than time passes.
const TICK_BYTES: u64 = 8 << 20;

/// So often the bureau is asked whether it is done, once a second.
const ASKED: u32 = 300;

/// The steps, in order. The item is exported to be verified.
const STEPS: [&str; 4] = ["seal", "upload", "export", "verify"];
/// Those that the bar names.
const JUDGED: [&str; 3] = ["seal", "upload", "verify"];

/// What one walk with an item of some length took.
struct Walk {
    len_bytes: u64,
    /// Of each step: peak memory in bytes, time.
    steps: Vec<(u64, Duration)>,
    office_bytes: u64,
}

/// A short and a long item.
pub fn peak(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let long_bytes = if setup.quick { 1 << 30 } else { LONG_BYTES };
    let (needed, free) = (COPIES * long_bytes + (1 << 30), free_bytes(dir.path())?);
    if free < needed {
        return Err(Skip(format!("{} MiB of disk are needed, {} are free", needed >> 20, free >> 20)).into());
    }
    let short = walk(&setup.disk()?.path().join("short"), SHORT_BYTES)?;
    let long = walk(&dir.path().join("long"), long_bytes)?;
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let each = |walk: &Walk| -> String {
        let steps: Vec<_> = STEPS
            .iter()
            .zip(&walk.steps)
            .map(|(name, (peak, time))| format!("{name} {:.1} MiB in {}", mib(*peak), spoken(*time)))
            .collect();
        format!(
            "{} MiB: {}; the bureau {:.1} MiB",
            walk.len_bytes >> 20,
            steps.join(", "),
            mib(walk.office_bytes)
        )
    };
    let judged = STEPS.iter().zip(&long.steps).filter(|(name, _)| JUDGED.contains(name));
    let highest = judged.map(|(_, (peak, _))| *peak).max().unwrap_or(u64::MAX);
    Ok(Finding {
        ours: each(&long),
        peer_name: "the same with a short item".to_owned(),
        peer: each(&short),
        value: mib(highest),
        unit: "MiB",
        bar: Bar::AtMost(64.0),
        notes: vec![
            "VmHWM of each process at its end; judged: seal, upload, verify".to_owned(),
            "a fragmented MP4, captured as a stream, sent by tus to an embedded bureau of its own process"
                .to_owned(),
        ],
        samples: json!({
            "steps": STEPS,
            "long_bytes": long.steps.iter().map(|step| step.0).collect::<Vec<_>>(),
            "short_bytes": short.steps.iter().map(|step| step.0).collect::<Vec<_>>(),
            "bureau_bytes": [long.office_bytes, short.office_bytes],
        }),
    })
}

fn walk(dir: &Path, len_bytes: u64) -> Outcome<Walk> {
    let mut office = OfficeProcess::start(&dir.join("bureau"))?;
    let phone = dir.join("phone");
    let package = dir.join("package");
    let len = len_bytes.to_string();
    let (phone, package) = (phone.as_os_str(), package.as_os_str());
    let steps = [
        step(&["seal".as_ref(), phone, len.as_ref(), office.url.as_ref(), office.code.as_ref()])?,
        step(&["upload".as_ref(), phone])?,
        step(&["export".as_ref(), phone, package])?,
        step(&["verify".as_ref(), package])?,
    ];
    let office_bytes = peak_bytes(&office.process.id().to_string())?;
    office.stop()?;
    Ok(Walk { len_bytes, steps: steps.into(), office_bytes })
}

/// Runs one step as a child; gives the peak that it prints.
pub fn step(args: &[&std::ffi::OsStr]) -> Outcome<(u64, Duration)> {
    let all: Vec<_> = std::iter::once("memory".as_ref()).chain(args.iter().copied()).collect();
    let (time, said) = tools::run(&mut tools::child(&all)?)?;
    Ok((said.trim().parse()?, time))
}

/// A bureau as a process of its own, ended by closing its input.
pub struct OfficeProcess {
    /// The process.
    pub process: Child,
    /// Where it listens.
    pub url: String,
    /// A code to join it.
    pub code: String,
}

impl OfficeProcess {
    /// Starts it on the folder `dir`.
    pub fn start(dir: &Path) -> Outcome<Self> {
        Self::run(&mut tools::child(&["memory".as_ref(), "bureau".as_ref(), dir.as_os_str()])?)
    }

    /// The same speaking TLS of its own, by which a phone speaks HTTP/2 to it.
    pub fn start_tls(dir: &Path) -> Outcome<Self> {
        Self::run(&mut tools::child(&["memory".as_ref(), "tls-bureau".as_ref(), dir.as_os_str()])?)
    }

    /// The same at the far end of a cable.
    pub fn start_tls_at(cable: &Cable, dir: &Path) -> Outcome<Self> {
        let here = tools::child(&["memory".as_ref(), "tls-bureau".as_ref(), dir.as_os_str()])?;
        Self::run(&mut cable.far(&here))
    }

    /// The same on one processor only.
    pub fn start_pinned(dir: &Path) -> Outcome<Self> {
        Self::run(&mut tools::pinned_child(&["memory".as_ref(), "bureau".as_ref(), dir.as_os_str()])?)
    }

    fn run(command: &mut std::process::Command) -> Outcome<Self> {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let (url, code) = line.trim().split_once(' ').ok_or("the bureau did not start")?;
        Ok(Self { process, url: url.to_owned(), code: code.to_owned() })
    }

    /// Ends it.
    pub fn stop(&mut self) -> Outcome<()> {
        drop(self.process.stdin.take());
        let ended = self.process.wait()?;
        if ended.success() { Ok(()) } else { Err("the bureau failed".into()) }
    }
}

impl Drop for OfficeProcess {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// A child of this row.
pub fn child(args: &[&str]) -> Outcome<()> {
    match *args {
        ["bureau", dir] => return serve(BureauConfig::new(dir)),
        ["tls-bureau", dir] => {
            let tls = Some(TlsSource::Own { names: Vec::new() });
            return serve(BureauConfig { tls, ..BureauConfig::new(dir) });
        }
        ["seal", dir, len, url, code] => seal(&Desk::below(Path::new(dir)), len.parse()?, url, code)?,
        ["send", dir] => return send(&Desk::below(Path::new(dir))),
        ["upload", dir] => upload(&Desk::below(Path::new(dir)))?,
        ["export", dir, package] => export(&Desk::below(Path::new(dir)), Path::new(package))?,
        ["verify", package] => verify_package(Path::new(package))?,
        _ => return Err(format!("no such step: {args:?}").into()),
    }
    println!("{}", peak_bytes("self")?);
    Ok(())
}

fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn serve(config: BureauConfig) -> Outcome<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let bureau = runtime.block_on(Bureau::start(config))?;
    println!("{} {}", bureau.url(), bureau.enrol_code()?);
    io::copy(&mut io::stdin().lock(), &mut io::sink())?;
    runtime.block_on(bureau.stop());
    Ok(())
}

/// Joins a bureau and opens a session.
pub fn join(desk: &Desk, ports: &Ports, url: &str, code: &str) -> Outcome<(Vault, SessionId)> {
    let mut vault = desk.open(ports)?;
    let enrolment = runtime()?.block_on(Syncer::new(ports.clone()).enrol(url, code, "ZF-0001"))?;
    let key = VerifierKey::parse(&enrolment.vkey)?;
    vault.put_setting(ENROLMENT_KEY, &enrolment)?;
    vault.put_setting("anchor", &enrolment.anchor)?;
    vault.set_device(enrolment.device, &enrolment.signing_key)?;
    let session = SessionId(patrol::id(0));
    vault.append(draft(ports, None, patrol::enrolled(&key)))?;
    let check = vault.append(draft(ports, None, patrol::checked()))?;
    vault.append(draft(ports, Some(session), patrol::opened(check.seq)))?;
    Ok((vault, session))
}

fn seal(desk: &Desk, len_bytes: u64, url: &str, code: &str) -> Outcome<()> {
    let ports = desk.ports()?;
    let (mut vault, session) = join(desk, &ports, url, code)?;
    let enrolment: Enrolment = vault.get_setting(ENROLMENT_KEY)?.ok_or("not enrolled")?;
    let recipients = enrolment.recipients()?.recipients();
    let begin = BeginCapture {
        media: MediaKind::Video,
        media_type: "video/mp4",
        ..desk::begin(&ports, session, &recipients)
    };
    let mut capture = Capture::begin(&mut vault, &ports, &begin)?;
    let mut movie = Movie::open()?;
    let (mut pushed, mut ticked) = (0, 0);
    while pushed < len_bytes {
        let part = movie.next_part();
        capture.push(part)?;
        pushed += part.len() as u64;
        if pushed - ticked >= TICK_BYTES {
            ticked = capture.tick()?;
        }
    }
    let sealed = capture.finish(&mut vault, stamp(&ports))?;
    eprintln!("  described as {:?}", sealed.description.readability);
    Ok(())
}

/// One synchronisation; prints how long it took to bring everything to the bureau, seconds.
fn send(desk: &Desk) -> Outcome<()> {
    let ports = desk.ports()?;
    let mut vault = desk.open(&ports)?;
    let started = std::time::Instant::now();
    let mut last = started.elapsed();
    let mut told = |progress: liuhen_core::sync::Progress| {
        if progress.stage == Stage::Pieces {
            last = started.elapsed();
        }
    };
    runtime()?.block_on(Syncer::new(ports).sync(&mut vault, &mut told, &Cancel::new()))?;
    println!("{}", last.as_secs_f64());
    Ok(())
}

fn upload(desk: &Desk) -> Outcome<()> {
    let ports = desk.ports()?;
    let mut vault = desk.open(&ports)?;
    let syncer = Syncer::new(ports);
    let runtime = runtime()?;
    let mut stored = 0;
    for _ in 0..ASKED {
        let outcome = runtime.block_on(syncer.sync(&mut vault, &mut |_| (), &Cancel::new()))?;
        stored += outcome.items_stored;
        match outcome.waiting {
            None if stored == 1 => return Ok(()),
            // The bureau reads a long item once more before it says that it is stored.
            Some(Waiting::BureauChecking { .. }) => std::thread::sleep(Duration::from_secs(1)),
            waiting => return Err(format!("{stored} items stored, waiting: {waiting:?}").into()),
        }
    }
    Err("the bureau does not finish the item".into())
}

fn export(desk: &Desk, package: &Path) -> Outcome<()> {
    let ports = desk.ports()?;
    let vault = desk.open(&ports)?;
    let enrolment: Enrolment = vault.get_setting(ENROLMENT_KEY)?.ok_or("not enrolled")?;
    let info = BagInfo {
        organization: "某某市市场监督管理局".to_owned(),
        date: "2026-11-18".to_owned(),
        description: "测速资料包".to_owned(),
    };
    let mut writer = PackageWriter::new(Folder(package.to_owned()), info);
    writer.bureau(&VerifierKey::parse(&enrolment.vkey)?)?;
    writer.device(vault.device_key().ok_or("no device")?)?;
    for record in vault.records_from(1, usize::from(u16::MAX))? {
        writer.record(&record.bytes, record.sig.as_deref(), None)?;
    }
    for row in vault.items(&ItemFilter::default())? {
        let file = PiecedFile::open(&ports.storage, row.item)?;
        writer.item(row.item, &mut InOrder { file, offset: 0 })?;
    }
    writer.finish(None)?;
    Ok(())
}

fn verify_package(package: &Path) -> Outcome<()> {
    let options = Options { unsigned_contents: true, ..Options::default() };
    let report = verify(&Folder(package.to_owned()), &options)?;
    match report.broken.first() {
        None if report.counts.items == 1 => Ok(()),
        None => Err("there is no item in the package".into()),
        Some(broken) => Err(format!("{}: {}", broken.subject(), broken.reason_en).into()),
    }
}

/// A sealed file from its start to its end.
struct InOrder {
    file: PiecedFile,
    offset: u64,
}

impl Read for InOrder {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.file.read_at(self.offset, buf)?;
        self.offset += got as u64;
        Ok(got)
    }
}

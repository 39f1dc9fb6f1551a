//! A long item sent to the bureau piece by piece, against other servers that take the same files.

use crate::finding::{Bar, Finding};
use crate::joined::Joined;
use crate::measure::{Samples, ratio, spoken, timed};
use crate::memory::OfficeProcess;
use crate::peer::{Nginx, TusNode, Tusd};
use crate::setup::{Noise, Setup, Skip, free_bytes};
use crate::wire::{Body, Wire};
use crate::{Outcome, patrol};
use liuhen_record::ItemId;
use liuhen_record::seal::{ItemHasher, PIECE_BYTES, SealedDigests};
use ring::digest::{Context, SHA256};
use serde_json::json;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const LEN_BYTES: u64 = 2 << 30;

/// A long item, cut into files.
struct Item {
    files: Vec<PathBuf>,
    digests: SealedDigests,
}

impl Item {
    fn make(dir: &Path, len_bytes: u64) -> Outcome<Self> {
        let (mut noise, mut hasher, mut files) = (Noise::new(1), ItemHasher::from_start(0), Vec::new());
        let mut left_bytes = len_bytes;
        while left_bytes > 0 {
            let piece = noise.bytes(left_bytes.min(PIECE_BYTES) as usize);
            hasher.ciphertext(&piece);
            let file = dir.join(format!("piece-{}", files.len()));
            fs::write(&file, &piece)?;
            files.push(file);
            left_bytes -= piece.len() as u64;
        }
        Ok(Self { files, digests: hasher.finish() })
    }
}

/// Against `nginx` as a WebDAV server.
pub fn against_nginx(setup: &Setup) -> Outcome<Finding> {
    let finding = compare(
        setup,
        0.8,
        "nginx, WebDAV PUT of the same files, neither synced nor hashed",
        |dir, item, after| {
            let nginx = Nginx::start(dir)?;
            let mut wire = Wire::open(nginx.url())?;
            let started = Instant::now();
            for (index, file) in item.files.iter().enumerate() {
                wire.send("PUT", &format!("/piece-{index}"), &[], Body::File(file))?;
                after.done(dir)?;
            }
            Ok(started.elapsed())
        },
    )?;
    Ok(finding.note(Nginx::version()))
}

/// Against `tusd`.
pub fn against_tusd(setup: &Setup) -> Outcome<Finding> {
    let version = Tusd::version()?;
    let name = "tusd, creation with upload of the same files, neither synced nor hashed";
    let finding = compare(setup, 1.0, name, |dir, item, after| {
        let tusd = Tusd::start(dir)?;
        create_with_upload(tusd.url(), "/files/", item, || after.done(dir))
    })?;
    Ok(finding.note(version))
}

/// Against `@tus/server`.
pub fn against_tus_node(setup: &Setup) -> Outcome<Finding> {
    let version = TusNode::version()?;
    let name =
        "@tus/server with its file store, creation with upload of the same files, neither synced nor hashed";
    let finding = compare(setup, 1.0, name, |dir, item, after| {
        let node = TusNode::start(dir)?;
        create_with_upload(node.url(), "/files", item, || after.done(dir))
    })?;
    Ok(finding.note(version))
}

/// Every file in one request of its own to another tus server.
fn create_with_upload(
    url: &str,
    path: &str,
    item: &Item,
    mut after: impl FnMut() -> Outcome<()>,
) -> Outcome<Duration> {
    let mut wire = Wire::open(url)?;
    let started = Instant::now();
    for file in &item.files {
        let len = file.metadata()?.len().to_string();
        let headers = [
            ("Tus-Resumable", "1.0.0"),
            ("Content-Type", "application/offset+octet-stream"),
            ("Upload-Length", len.as_str()),
        ];
        let answer = wire.send("POST", path, &headers, Body::File(file))?;
        if answer.header("upload-offset") != Some(len.as_str()) {
            return Err(format!("{url} did not take the whole file").into());
        }
        after()?;
    }
    Ok(started.elapsed())
}

/// What is done with each file once a peer has it.
enum After {
    Nothing,
    /// What the bureau does before it answers, for files that were not seen before.
    HashAndSync(HashSet<OsString>),
}

impl After {
    fn done(&mut self, dir: &Path) -> Outcome<()> {
        let Self::HashAndSync(seen) = self else { return Ok(()) };
        for entry in fs::read_dir(dir.join("files"))? {
            let entry = entry?;
            if !seen.insert(entry.file_name()) {
                continue;
            }
            let (mut file, mut buffer, mut hash) =
                (File::open(entry.path())?, vec![0; 1 << 18], Context::new(&SHA256));
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    read => hash.update(&buffer[..read]),
                }
            }
            black_box(hash.finish());
            file.sync_all()?;
        }
        Ok(())
    }
}

/// How long each took, run by run.
#[derive(Default)]
struct Times {
    ours: Vec<Duration>,
    theirs: Vec<Duration>,
    /// The peer until its files are on the disk too.
    theirs_durable: Vec<Duration>,
    /// The peer with each file hashed and synced.
    theirs_promised: Vec<Duration>,
    disk_alone: Vec<Duration>,
    /// Both where a disk costs nothing.
    in_memory: [Vec<Duration>; 2],
}

fn compare(
    setup: &Setup,
    bar: f64,
    name: &str,
    mut peer: impl FnMut(&Path, &Item, &mut After) -> Outcome<Duration>,
) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let (len_bytes, less) = setup.tmpfs_size(LEN_BYTES, 2)?;
    let (needed, free) = (len_bytes + (1 << 30), free_bytes(dir.path())?);
    if free < needed {
        return Err(Skip(format!("{} MiB of disk are needed, {} are free", needed >> 20, free >> 20)).into());
    }
    let (source, memory) = (tempfile::tempdir_in(setup.tmpfs())?, tempfile::tempdir_in(setup.tmpfs())?);
    let item = Item::make(source.path(), len_bytes)?;
    let mut times = Times::default();
    for run in 0..=setup.runs {
        // The first run warms up.
        let mut warming = Times::default();
        let times = if run == 0 { &mut warming } else { &mut times };
        times.measure(dir.path(), memory.path(), &item, &mut peer)?;
    }
    let finding = times.finding(name, Bar::AtLeast(bar), &item);
    Ok(less.into_iter().fold(finding, Finding::note))
}

impl Times {
    /// Once each.
    fn measure(
        &mut self,
        dir: &Path,
        memory: &Path,
        item: &Item,
        peer: &mut impl FnMut(&Path, &Item, &mut After) -> Outcome<Duration>,
    ) -> Outcome<()> {
        let (here, there) = (dir.join("ours"), dir.join("peer"));
        let mut answered = |there: &Path, after: &mut After| {
            fs::create_dir_all(there)?;
            peer(there, item, after)
        };
        self.ours.push(to_bureau(&here, item)?);
        clear(&here)?;
        let theirs = answered(&there, &mut After::Nothing)?;
        self.theirs.push(theirs);
        // What they left to the system.
        self.theirs_durable.push(theirs + timed(|| ran(&mut Command::new("sync")))?.0);
        clear(&there)?;
        self.theirs_promised.push(answered(&there, &mut After::HashAndSync(HashSet::new()))?);
        clear(&there)?;
        self.disk_alone.push(to_disk(&there, item)?);
        clear(&there)?;
        let [ours, theirs] = &mut self.in_memory;
        ours.push(to_bureau(&memory.join("ours"), item)?);
        clear(&memory.join("ours"))?;
        theirs.push(answered(&memory.join("peer"), &mut After::Nothing)?);
        clear(&memory.join("peer"))
    }

    fn finding(self, name: &str, bar: Bar, item: &Item) -> Finding {
        let [ours, theirs] = [self.ours, self.theirs].map(Samples::new);
        let [durable, promised, disk] =
            [self.theirs_durable, self.theirs_promised, self.disk_alone].map(Samples::new);
        let in_memory = self.in_memory.map(Samples::new);
        let against = |samples: &Samples| ratio(samples.median(), ours.median());
        let rate = |samples: &Samples| item.digests.len_bytes as f64 / 1e6 / samples.median().as_secs_f64();
        let mut finding = Finding::of(&ours, name, &theirs, against(&theirs), bar);
        finding.samples["len_bytes"] = json!(item.digests.len_bytes);
        finding.samples["peer_synced_at_the_end_ms"] = json!(durable.ms());
        finding.samples["peer_hashed_and_synced_ms"] = json!(promised.ms());
        finding.samples["disk_alone_ms"] = json!(disk.ms());
        finding.samples["ours_in_memory_ms"] = json!(in_memory[0].ms());
        finding.samples["peer_in_memory_ms"] = json!(in_memory[1].ms());
        let notes = [
            format!(
                "not judged: the disk alone, each file copied past the cache and synced before the next, by dd: {} ({:.2} × \
                 the peer): about the most that whoever answers only what is durable reaches here",
                disk.text(),
                ratio(theirs.median(), disk.median()),
            ),
            format!(
                "not judged: the same peer until its files are on the disk too, all of them synced once at the end: {} \
                 ({:.2} ×)",
                durable.text(),
                against(&durable),
            ),
            format!(
                "not judged: the same peer, each file hashed and synced where it lies before the next is sent: {} ({:.2} ×)",
                promised.text(),
                against(&promised),
            ),
            format!(
                "not judged: both on a file system in memory, where a disk costs nothing and hashing all: {} against {} \
                 ({:.2} ×)",
                in_memory[0].text(),
                in_memory[1].text(),
                ratio(in_memory[1].median(), in_memory[0].median()),
            ),
            format!(
                "{} files of at most 32 MiB over one loopback connection, one after another: {:.0} against {:.0} MB/s; ours \
                 are hashed, compared with the record and durable before each answer; slowest {}",
                item.files.len(),
                rate(&ours),
                rate(&theirs),
                spoken(ours.percentile(100)),
            ),
        ];
        notes.into_iter().fold(finding, Finding::note)
    }
}

/// Removes what one side wrote, so that the other does not wait for its leftovers.
fn clear(dir: &Path) -> Outcome<()> {
    fs::remove_dir_all(dir)?;
    ran(&mut Command::new("sync"))
}

fn ran(command: &mut Command) -> Outcome<()> {
    let status = command.stderr(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// The disk alone: every file copied to it past the cache and synced before the next, by `dd`.
fn to_disk(dir: &Path, item: &Item) -> Outcome<Duration> {
    fs::create_dir_all(dir)?;
    let started = Instant::now();
    for (index, file) in item.files.iter().enumerate() {
        let (mut from, mut to) = (OsString::from("if="), OsString::from("of="));
        from.push(file);
        to.push(dir.join(index.to_string()));
        ran(Command::new("dd").args([from, to]).args(["bs=1M", "oflag=direct", "conv=fsync"]))?;
    }
    Ok(started.elapsed())
}

fn to_bureau(dir: &Path, item: &Item) -> Outcome<Duration> {
    let mut office = OfficeProcess::start(&dir.join("bureau"))?;
    let mut phone = Joined::at(&office, &dir.join("phone"))?;
    let id = ItemId(patrol::id(7));
    phone.item(id, &item.digests)?;
    phone.send_records()?;
    let started = Instant::now();
    for ((index, file), piece) in item.files.iter().enumerate().zip(&item.digests.pieces) {
        phone.send_piece(id, index, piece, file)?;
    }
    let time = started.elapsed();
    drop(phone);
    office.stop()?;
    Ok(time)
}

//! Sealing against Debian's `age`, from memory to memory, each side a process of its own.

use crate::finding::{Bar, Finding};
use crate::measure::{Samples, interleaved, ratio};
use crate::setup::{Setup, noise_file};
use crate::{Outcome, tools};
use liuhen_record::seal::{Envelope, FileDigests, FileKey, Recipient, SealedDigests, Sealer};
use ring::rand::SystemRandom;
use serde_json::json;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Length of what is sealed, bytes.
pub const SIZE_BYTES: u64 = 1 << 30;

/// A source in memory and where both sides write.
pub struct Files {
    pub source: PathBuf,
    pub ours: PathBuf,
    pub peer: PathBuf,
    pub len_bytes: u64,
    /// Said when it is not as large as it should be.
    pub smaller: Option<String>,
}

impl Files {
    /// Fills the source.
    pub fn make(setup: &Setup) -> Outcome<Self> {
        let dir = setup.tmpfs();
        let source = dir.join("source");
        // What an earlier row left is used again.
        let there = fs::metadata(&source).map_or(0, |found| found.len());
        let (len_bytes, smaller) = if there > 0 { (there, None) } else { setup.tmpfs_size(SIZE_BYTES, 3)? };
        if there == 0 {
            noise_file(&source, len_bytes)?;
        }
        Ok(Self { source, ours: dir.join("ours.age"), peer: dir.join("peer.age"), len_bytes, smaller })
    }

    /// Removes what both sides wrote.
    pub fn clear(&self) {
        for path in [&self.ours, &self.peer] {
            drop(fs::remove_file(path));
        }
    }

    fn speed(&self, time: Duration) -> String {
        format!("{:.0} MB/s", self.len_bytes as f64 / 1e6 / time.as_secs_f64().max(1e-9))
    }
}

/// Encryption and both digests in one pass, against `age` and two runs of `openssl dgst`; unjudged, with every digest.
pub fn with_digests(setup: &Setup) -> Outcome<Finding> {
    let files = Files::make(setup)?;
    let recipient = setup.identity.to_recipient().to_string();
    let mut all_digests = Vec::new();
    let (ours, peer) = interleaved(
        setup.runs,
        || {
            files.clear();
            all_digests.push(run_child("seal", &files, &recipient)?.0);
            files.clear();
            Ok(run_child("copy", &files, &recipient)?.0)
        },
        || {
            let (encrypted, _) = tools::run(&mut tools::age_encrypt(&recipient, &files.source, &files.peer))?;
            let (sealed, _) = tools::run(&mut tools::openssl_sha256(&[&files.peer]))?;
            let (plain, _) = tools::run(&mut tools::openssl_sha256(&[&files.source]))?;
            Ok(encrypted + sealed + plain)
        },
    )?;
    check(&files, &recipient)?;
    files.clear();
    let all_digests = Samples::new(all_digests);
    let value = ratio(peer.median(), ours.median());
    let speeds = format!("{} against {}", files.speed(ours.median()), files.speed(peer.median()));
    let mut finding = Finding::of(
        &ours,
        "age -e, then openssl dgst -sha256 of both",
        &peer,
        value,
        Bar::AtLeast(1.5),
    )
    .note(format!("{speeds}; {}", tools::versions()))
    .note("Sealer with FileDigests: the same two digests; encryption and hashing on threads of their own")
    .note(format!(
        "with all four digests that a record says (payload and 32 MiB pieces too): {} ({:.2} ×)",
        all_digests.text(),
        ratio(peer.median(), all_digests.median()),
    ));
    finding.samples["all_digests_ms"] = json!(all_digests.ms());
    finding.notes.extend(files.smaller);
    Ok(finding)
}

/// Encryption only, against `age`.
pub fn alone(setup: &Setup) -> Outcome<Finding> {
    let files = Files::make(setup)?;
    let recipient = setup.identity.to_recipient().to_string();
    let (ours, peer) = interleaved(
        setup.runs,
        || {
            files.clear();
            Ok(run_child("encrypt", &files, &recipient)?.0)
        },
        || Ok(tools::run(&mut tools::age_encrypt(&recipient, &files.source, &files.peer))?.0),
    )?;
    files.clear();
    let value = ratio(peer.median(), ours.median());
    let speeds = format!("{} against {}", files.speed(ours.median()), files.speed(peer.median()));
    let mut finding = Finding::of(&ours, "age -e", &peer, value, Bar::AtLeast(1.1))
        .note(format!("{speeds}; {}", tools::versions()))
        .note("Sealer without digests: one thread encrypts, one reads and writes");
    finding.notes.extend(files.smaller);
    Ok(finding)
}

fn run_child(what: &str, files: &Files, recipient: &str) -> Outcome<(Duration, String)> {
    let args = [what.as_ref(), files.source.as_os_str(), files.ours.as_os_str(), recipient.as_ref()];
    tools::run(&mut tools::child(&args)?)
}

/// That what was measured was the real thing: OpenSSL finds the digests that we print.
fn check(files: &Files, recipient: &str) -> Outcome<()> {
    files.clear();
    let (_, printed) = run_child("seal", files, recipient)?;
    let (_, said) = tools::run(&mut tools::openssl_sha256(&[&files.ours, &files.source]))?;
    let theirs: Vec<&str> = said.lines().filter_map(|line| line.rsplit(' ').next()).collect();
    let ours: Vec<&str> = printed.split_whitespace().collect();
    if ours == theirs { Ok(()) } else { Err("the digests are not those that openssl finds".into()) }
}

fn envelope(recipient: &str) -> Outcome<(FileKey, Envelope)> {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng)?;
    let envelope = Envelope::make(&file_key, &[Recipient::parse(recipient)?], &rng)?;
    Ok((file_key, envelope))
}

/// Seals a file with every digest.
pub fn seal_file(source: &Path, out: &Path, recipient: &str) -> Outcome<SealedDigests> {
    let (file_key, envelope) = envelope(recipient)?;
    let mut sealer = Sealer::new(File::create(out)?, &envelope, &file_key)?;
    sealer.read_from(&mut File::open(source)?)?;
    Ok(sealer.finish()?)
}

/// Child: seals a file and prints the digests of the sealed file and of what is inside.
pub fn print_seal(source: &Path, out: &Path, recipient: &str) -> Outcome<()> {
    let digests = seal_file(source, out, recipient)?;
    println!("{} {}", digests.ct_sha256, digests.pt_sha256);
    Ok(())
}

/// Child: seals a file, taking no digest.
pub fn encrypt_file(source: &Path, out: &Path, recipient: &str) -> Outcome<()> {
    let (file_key, envelope) = envelope(recipient)?;
    let mut sealer = Sealer::<_, ()>::taking(File::create(out)?, &envelope, &file_key)?;
    sealer.read_from(&mut File::open(source)?)?;
    Ok(sealer.finish()?)
}

/// Child: seals a file, taking the two digests that the peer takes.
pub fn copy_file(source: &Path, out: &Path, recipient: &str) -> Outcome<()> {
    let (file_key, envelope) = envelope(recipient)?;
    let mut sealer = Sealer::<_, FileDigests>::taking(File::create(out)?, &envelope, &file_key)?;
    sealer.read_from(&mut File::open(source)?)?;
    let digests = sealer.finish()?;
    println!("{} {}", digests.ct_sha256, digests.pt_sha256);
    Ok(())
}

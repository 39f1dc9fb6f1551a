//! The single pass against what each of its parts takes when done alone.
//!
//! Judged on one processor, where nothing can overlap: there the pass can at best be the sum of its parts. With
//! more processors it hashes beside the encryption, which a note reports.

use crate::finding::{Bar, Finding};
use crate::measure::{Samples, interleaved, ratio, timed};
use crate::seal::Files;
use crate::setup::{Noise, Setup};
use crate::{Outcome, tools};
use liuhen_record::seal::{
    CHUNK_BYTES, Envelope, FileKey, PIECE_BYTES, PayloadKey, Recipient, Sealer, TAG_BYTES,
};
use ring::digest::{Context, SHA256};
use ring::rand::SystemRandom;
use serde_json::json;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;

/// Bytes that every part handles at a time, as the sealer does.
const BLOCK_BYTES: usize = 8 * CHUNK_BYTES;

/// Names of the parts, in the order in which the child prints them.
const PARTS: [&str; 7] = [
    "read",
    "chacha20-poly1305",
    "write",
    "sha256 of the file",
    "of the pieces",
    "of the payload",
    "of the plaintext",
];

/// Runs pass and parts in turn, pinned to one processor, and the pass on all of them.
pub fn pass(setup: &Setup) -> Outcome<Finding> {
    let files = Files::make(setup)?;
    let recipient = setup.identity.to_recipient().to_string();
    let pass_args = ["pass".as_ref(), files.source.as_os_str(), files.ours.as_os_str(), recipient.as_ref()];
    let parts_args = ["parts".as_ref(), files.source.as_os_str(), files.peer.as_os_str()];
    let mut free = Vec::new();
    let mut each: Vec<Vec<Duration>> = vec![Vec::new(); PARTS.len()];
    let (pinned, sums) = interleaved(
        setup.runs,
        || {
            files.clear();
            free.push(printed(&mut tools::child(&pass_args)?)?[0]);
            files.clear();
            Ok(printed(&mut tools::pinned_child(&pass_args)?)?[0])
        },
        || {
            files.clear();
            let parts = printed(&mut tools::pinned_child(&parts_args)?)?;
            each.iter_mut().zip(&parts).for_each(|(all, part)| all.push(*part));
            Ok(parts.iter().sum())
        },
    )?;
    files.clear();
    let free = Samples::new(free);
    let value = ratio(sums.median(), pinned.median());
    let parts: Vec<String> = PARTS
        .iter()
        .zip(each)
        .map(|(name, times)| format!("{name} {:.0} ms", Samples::new(times).median().as_secs_f64() * 1e3))
        .collect();
    let mut finding = Finding::of(&pinned, "sum of the parts, each alone", &sums, value, Bar::AtLeast(0.95))
        .note(format!("parts: {}", parts.join(", ")))
        .note(format!(
            "judged on one processor; on all of them the pass takes {} ({:.2} × the sum)",
            free.text(),
            ratio(sums.median(), free.median()),
        ));
    finding.samples["all_processors_ms"] = json!(free.ms());
    finding.notes.extend(files.smaller);
    Ok(finding)
}

/// The times that a child prints, nanoseconds.
fn printed(command: &mut std::process::Command) -> Outcome<Vec<Duration>> {
    let (_, said) = tools::run(command)?;
    said.split_whitespace().map(|ns| Ok(Duration::from_nanos(ns.parse()?))).collect()
}

/// Child: seals a file and prints how long it took.
pub fn print_pass(source: &Path, out: &Path, recipient: &str) -> Outcome<()> {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng)?;
    let envelope = Envelope::make(&file_key, &[Recipient::parse(recipient)?], &rng)?;
    let (time, digests) = timed(|| {
        let mut sealer = Sealer::new(File::create(out)?, &envelope, &file_key)?;
        sealer.read_from(&mut File::open(source)?)?;
        Ok(sealer.finish()?)
    })?;
    black_box(digests);
    println!("{}", time.as_nanos());
    Ok(())
}

/// Child: does each part alone over as many bytes and prints how long each took.
pub fn print_parts(source: &Path, out: &Path) -> Outcome<()> {
    let len_bytes = fs::metadata(source)?.len();
    let blocks = len_bytes.div_ceil(BLOCK_BYTES as u64);
    let block = Noise::new(2).bytes(BLOCK_BYTES);
    let after_first_piece = len_bytes.saturating_sub(PIECE_BYTES).div_ceil(BLOCK_BYTES as u64);
    let times = [
        read(source)?,
        encrypt(blocks)?,
        write(out, blocks, &block)?,
        hash(blocks, &block)?,
        // The first piece is the start of the file: it is not hashed twice.
        hash(after_first_piece, &block)?,
        hash(blocks, &block)?,
        hash(blocks, &block)?,
    ];
    let printed: Vec<String> = times.iter().map(|time| time.as_nanos().to_string()).collect();
    println!("{}", printed.join(" "));
    Ok(())
}

fn read(source: &Path) -> Outcome<Duration> {
    let mut block = vec![0; BLOCK_BYTES];
    let (time, ()) = timed(|| {
        let mut source = File::open(source)?;
        while source.read(&mut block)? > 0 {
            black_box(&block);
        }
        Ok(())
    })?;
    Ok(time)
}

fn encrypt(blocks: u64) -> Outcome<Duration> {
    let rng = SystemRandom::new();
    let file_key = FileKey::make(&rng)?;
    let recipient = liuhen_record::seal::Identity::make(&rng)?.to_recipient();
    let key = PayloadKey::derive(&file_key, &Envelope::make(&file_key, &[recipient], &rng)?);
    let chunk = Noise::new(3).bytes(CHUNK_BYTES);
    let mut sealed = Vec::with_capacity(CHUNK_BYTES + TAG_BYTES);
    let chunks = blocks * (BLOCK_BYTES / CHUNK_BYTES) as u64;
    let (time, ()) = timed(|| {
        for index in 0..chunks {
            sealed.clear();
            key.seal_chunk(index, false, &chunk, &mut sealed)?;
            black_box(&sealed);
        }
        Ok(())
    })?;
    Ok(time)
}

fn write(out: &Path, blocks: u64, block: &[u8]) -> Outcome<Duration> {
    let (time, ()) = timed(|| {
        let mut out = File::create(out)?;
        (0..blocks).try_for_each(|_| out.write_all(block))?;
        Ok(())
    })?;
    Ok(time)
}

fn hash(blocks: u64, block: &[u8]) -> Outcome<Duration> {
    let (time, digest) = timed(|| {
        let mut context = Context::new(&SHA256);
        (0..blocks).for_each(|_| context.update(black_box(block)));
        Ok(context.finish())
    })?;
    black_box(digest);
    Ok(time)
}

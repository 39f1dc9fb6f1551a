//! Random reads of a sealed item: open, unwrap with the office's identity, read, each time anew.

use crate::Outcome;
use crate::finding::{Bar, Finding};
use crate::measure::{Samples, spoken, timed};
use crate::seal::{Files, seal_file};
use crate::setup::{Noise, Setup};
use liuhen_record::seal::{Envelope, Identity, MAX_HEADER_BYTES, NONCE_BYTES, Opener, ReadAt};
use serde_json::json;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Bytes read each time.
const READ_BYTES: usize = 32 << 10;

struct SealedFile(File);

impl ReadAt for SealedFile {
    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }
}

/// Times many reads at random places and judges the slowest hundredth.
pub fn random_reads(setup: &Setup) -> Outcome<Finding> {
    let files = Files::make(setup)?;
    seal_file(&files.source, &files.ours, &setup.identity.to_recipient().to_string())?;
    let source = File::open(&files.source)?;
    let mut noise = Noise::new(4);
    let mut times = Vec::new();
    let (mut expected, mut found) = (vec![0; READ_BYTES], vec![0; READ_BYTES]);
    for _ in 0..if setup.quick { 200 } else { 5000 } {
        let offset = noise.next_u64() % (files.len_bytes - READ_BYTES as u64);
        let (time, ()) = timed(|| read(&files.ours, &setup.identity, offset, &mut found))?;
        times.push(time);
        source.read_exact_at(&mut expected, offset)?;
        if expected != found {
            return Err("what was read is not what was sealed".into());
        }
    }
    files.clear();
    let samples = Samples::new(times);
    let p99 = samples.percentile(99);
    let mut finding = Finding {
        ours: format!(
            "p50 {}, p99 {}, longest {}",
            spoken(samples.median()),
            spoken(p99),
            spoken(samples.percentile(100))
        ),
        peer_name: "age has no seek".to_owned(),
        peer: "–".to_owned(),
        value: p99.as_secs_f64() * 1e3,
        unit: "ms",
        bar: Bar::AtMost(5.0),
        notes: vec![format!(
            "{} reads; each opens the file, unwraps the file key with an age identity, checks the last chunk and reads {} KiB",
            samples.ms().len(),
            READ_BYTES >> 10,
        )],
        samples: json!({ "ours_ms": samples.ms() }),
    };
    finding.notes.extend(files.smaller);
    Ok(finding)
}

fn read(path: &Path, identity: &Identity, offset: u64, buf: &mut [u8]) -> Outcome<()> {
    let file = SealedFile(File::open(path)?);
    let mut start = vec![0; MAX_HEADER_BYTES + NONCE_BYTES];
    let got = file.read_at(0, &mut start)?;
    let file_key = identity.unwrap(&Envelope::parse(&start[..got])?)?;
    let got = Opener::open(file, &file_key)?.read_at(offset, buf)?;
    if got == buf.len() { Ok(()) } else { Err("a short read".into()) }
}

//! Verifying a package against what cannot be done without: reading and hashing its bytes, and as many P-256
//! verifications at OpenSSL's own speed.

use crate::finding::{Bar, Finding};
use crate::folder::Folder;
use crate::measure::{Samples, interleaved, ratio, timed};
use crate::package::{self, Size};
use crate::setup::Setup;
use crate::{Outcome, tools};
use liuhen_record::package::{Fetch, Options, Report, verify};
use ring::digest::{SHA256, digest};
use serde_json::json;
use std::fs;
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Duration;

const SIZE: Size = Size { sessions: 100, records_each: 100, items_each: 10, item_bytes: 100_000 };
const QUICK: Size = Size { sessions: 10, ..SIZE };

/// Verifies with as many threads as there are, as `liuhen verify` does; and, unjudged, with one.
pub fn package(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let size = if setup.quick { &QUICK } else { &SIZE };
    let written = package::make(setup, dir.path(), size)?;
    let folder = Folder(dir.path().to_owned());
    let (mut one_thread, mut rates, mut reading) = (Vec::new(), Vec::new(), Vec::new());
    let signatures = verified(&folder, None)?.counts.signatures;
    let (ours, bound) = interleaved(
        setup.runs,
        || {
            one_thread.push(timed(|| verified(&folder, NonZeroUsize::new(1)))?.0);
            Ok(timed(|| verified(&folder, None))?.0)
        },
        || {
            let (time, ()) = timed(|| read_and_hash(&folder))?;
            let rate = tools::openssl_p256_verifies_per_sec()?;
            reading.push(time);
            rates.push(rate);
            Ok(time + Duration::from_secs_f64(signatures as f64 / rate))
        },
    )?;
    rates.sort_by(f64::total_cmp);
    let (one_thread, reading) = (Samples::new(one_thread), Samples::new(reading));
    let value = ratio(bound.median(), ours.median());
    let records = size.sessions * size.records_each;
    let mut finding = Finding::of(
        &ours,
        "read + SHA-256 of every file once, and the signatures at the rate of openssl speed ecdsap256",
        &bound,
        value,
        Bar::AtLeast(0.7),
    )
    .note(format!(
        "{records} records, {} items, {} files, {:.0} MB, {signatures} signatures; a proof for each record and item",
        size.sessions * size.items_each,
        written.files,
        written.bytes as f64 / 1e6,
    ))
    .note(format!(
        "bound: read + hash {}, openssl verifies {:.0}/s (median); by one thread",
        reading.text(),
        rates.get(rates.len() / 2).copied().unwrap_or_default(),
    ))
    .note(format!(
        "ours with all threads, as `liuhen verify` runs; with one: {} ({:.2} × the bound)",
        one_thread.text(),
        ratio(bound.median(), one_thread.median()),
    ));
    finding.samples["one_thread_ms"] = json!(one_thread.ms());
    Ok(finding)
}

fn verified(folder: &Folder, workers: Option<NonZeroUsize>) -> Outcome<Report> {
    let report = verify(folder, &Options { workers, ..Options::default() })?;
    match report.broken.first() {
        None => Ok(report),
        Some(broken) => Err(format!("{}: {}", broken.subject(), broken.reason_en).into()),
    }
}

fn read_and_hash(folder: &Folder) -> Outcome<()> {
    for path in folder.list()? {
        black_box(digest(&SHA256, &fs::read(folder.0.join(path))?));
    }
    Ok(())
}

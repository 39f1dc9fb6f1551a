//! A storage that fails, at every single call: the running item ends as a valid shorter one, the session goes on, and
//! nothing earlier is harmed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::{
    capture::{Capture, CaptureError, Recovery, take_photo},
    ports::{Storage, StoredFile},
    vault::{ItemFilter, Opening, Vault},
};
use liuhen_record::{
    ItemId,
    kind::{CloseCause, ItemState, MediaKind},
};
use std::{
    collections::BTreeSet,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};
use vault_support::{Phone, noise};

/// Counts calls, and fails the one with number `at`, or all from it on.
struct Faults {
    calls: AtomicU64,
    at: AtomicU64,
    forever: bool,
    kind: io::ErrorKind,
}

impl Faults {
    fn strike(&self, writes: bool) -> io::Result<()> {
        let number = self.calls.fetch_add(1, SeqCst);
        let at = self.at.load(SeqCst);
        let hit = number == at || (self.forever && number > at);
        // A full disk still reads, opens and syncs.
        let concerned = writes || self.kind != io::ErrorKind::StorageFull;
        if hit && concerned { Err(self.kind.into()) } else { Ok(()) }
    }
}

struct Failing {
    below: Arc<dyn Storage>,
    faults: Arc<Faults>,
}

impl Failing {
    fn file(&self, file: Box<dyn StoredFile>) -> Box<dyn StoredFile> {
        Box::new(FailingFile { below: file, faults: Arc::clone(&self.faults) })
    }
}

impl Storage for Failing {
    fn make_dir(&self, path: &str) -> io::Result<()> {
        self.faults.strike(true)?;
        self.below.make_dir(path)
    }
    fn create(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        self.faults.strike(true)?;
        Ok(self.file(self.below.create(path)?))
    }
    fn open(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        self.faults.strike(false)?;
        Ok(self.file(self.below.open(path)?))
    }
    fn exists(&self, path: &str) -> io::Result<bool> {
        self.faults.strike(false)?;
        self.below.exists(path)
    }
    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.faults.strike(false)?;
        self.below.list(path)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.faults.strike(true)?;
        self.below.rename(from, to)
    }
    fn remove_file(&self, path: &str) -> io::Result<()> {
        self.faults.strike(false)?;
        self.below.remove_file(path)
    }
    fn remove_dir(&self, path: &str) -> io::Result<()> {
        self.faults.strike(false)?;
        self.below.remove_dir(path)
    }
    fn sync_dir(&self, path: &str) -> io::Result<()> {
        self.faults.strike(false)?;
        self.below.sync_dir(path)
    }
    fn free_bytes(&self) -> io::Result<u64> {
        self.below.free_bytes()
    }
}

struct FailingFile {
    below: Box<dyn StoredFile>,
    faults: Arc<Faults>,
}

impl StoredFile for FailingFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.faults.strike(true) {
            // Part of it may have gone through.
            self.below.write_at(offset, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        self.below.write_at(offset, bytes)
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.faults.strike(false)?;
        self.below.read_at(offset, buf)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.faults.strike(false)?;
        self.below.sync()
    }
    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.faults.strike(true)?;
        self.below.truncate(len_bytes)
    }
    fn len_bytes(&self) -> io::Result<u64> {
        self.faults.strike(false)?;
        self.below.len_bytes()
    }
}

const NEVER: u64 = u64::MAX;

/// What a patrol with a failing storage promised.
#[derive(Default)]
struct Promised {
    /// Items acknowledged, and what they hold.
    whole: Vec<(ItemId, Vec<u8>)>,
    /// A stream: the item, everything pushed, and how much of it was acknowledged.
    stream: Option<(ItemId, Vec<u8>, u64)>,
    /// What was said to the officer.
    said: BTreeSet<String>,
}

/// A photograph, a recording with six ticks, another photograph. Whatever fails is reported, never fatal.
fn patrol(phone: &Phone, vault: &mut Vault, promised: &mut Promised) {
    photo(phone, vault, promised, noise(3_000, 21));
    let begin = phone.begin(MediaKind::Other);
    match Capture::begin(vault, &phone.ports, &begin) {
        Ok(capture) => stream(phone, vault, capture, promised),
        Err(error) => promised.hear(&error),
    }
    photo(phone, vault, promised, noise(70_000, 22));
}

fn photo(phone: &Phone, vault: &mut Vault, promised: &mut Promised, bytes: Vec<u8>) {
    match take_photo(vault, &phone.ports, &phone.begin(MediaKind::Other), &bytes) {
        Ok(sealed) => promised.whole.push((sealed.item, bytes)),
        Err(error) => promised.hear(&error),
    }
}

impl Promised {
    fn hear(&mut self, error: &CaptureError) {
        assert!(!error.zh().is_empty() && !error.en().is_empty());
        self.said.insert(format!("{:?} {}", error.cause(), error));
    }
}

fn stream(phone: &Phone, vault: &mut Vault, mut capture: Capture, promised: &mut Promised) {
    let bytes = noise(150_000, 23);
    let (item, mut acked, mut pushed) = (capture.item(), 0, 0);
    for slice in bytes.chunks(25_000) {
        pushed += slice.len();
        let ticked = capture.push(slice).and_then(|()| capture.tick());
        match ticked {
            Ok(bytes) => acked = bytes,
            Err(CaptureError::Interrupted { acked_bytes, .. }) => {
                assert_eq!(acked_bytes, acked);
                break;
            }
            Err(other) => panic!("{other}"),
        }
    }
    match capture.finish(vault, phone.stamp()) {
        Ok(sealed) => {
            assert_eq!(sealed.lost_bytes, pushed as u64 - sealed.digests.pt_len_bytes);
            assert!(sealed.cause != CloseCause::Finished || sealed.lost_bytes == 0);
            promised.said.insert(format!("sealed: {:?}", sealed.cause));
            acked = acked.max(sealed.digests.pt_len_bytes);
        }
        Err(error @ CaptureError::StillOpen { item: open, acked_bytes, lost_bytes, .. }) => {
            promised.hear(&error);
            assert_eq!(open, item);
            assert_eq!(acked_bytes + lost_bytes, pushed as u64);
            acked = acked.max(acked_bytes);
        }
        Err(other) => panic!("{other}"),
    }
    promised.stream = Some((item, bytes[..pushed].to_vec(), acked));
}

/// How many storage calls a patrol without faults makes.
fn count() -> u64 {
    sweep_one(NEVER, false, io::ErrorKind::StorageFull).0
}

/// Every call fails once, and once it fails for good; returns all that was said to the officer.
fn sweep(kind: io::ErrorKind) -> BTreeSet<String> {
    let calls = count();
    assert!(calls > 50, "only {calls} storage calls");
    let each = (0..calls).flat_map(|at| [(at, false), (at, true)]);
    each.flat_map(|(at, forever)| sweep_one(at, forever, kind).1).collect()
}

fn sweep_one(at: u64, forever: bool, kind: io::ErrorKind) -> (u64, BTreeSet<String>) {
    let mut phone = Phone::in_memory();
    let mut vault = phone.enrolled();
    let earlier = noise(5_000, 20);
    let first = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &earlier).unwrap().item;
    drop(vault);
    let faults = Arc::new(Faults { calls: AtomicU64::new(0), at: AtomicU64::new(NEVER), forever, kind });
    let healthy = Arc::clone(&phone.ports.storage);
    phone.ports.storage = Arc::new(Failing { below: Arc::clone(&healthy), faults: Arc::clone(&faults) });
    let mut vault = phone.open();
    faults.calls.store(0, SeqCst);
    faults.at.store(at, SeqCst);
    let mut promised = Promised { whole: vec![(first, earlier)], ..Promised::default() };
    patrol(&phone, &mut vault, &mut promised);
    let calls = faults.calls.load(SeqCst);
    // The storage works again: what stayed open ends, and the session goes on.
    faults.at.store(NEVER, SeqCst);
    faults.calls.store(0, SeqCst);
    for recovered in phone.recover(&mut vault) {
        assert!(matches!(recovered.outcome, Recovery::Sealed { .. }), "fault {at}: {:?}", recovered.outcome);
    }
    photo(&phone, &mut vault, &mut promised, noise(2_000, 24));
    let goes_on = if at == NEVER { 5 } else { 2 };
    assert!(promised.whole.len() + usize::from(promised.stream.is_some()) >= goes_on.min(4));
    drop(vault);
    judge(&phone, &promised, at, kind);
    (calls, promised.said)
}

fn judge(phone: &Phone, promised: &Promised, at: u64, kind: io::ErrorKind) {
    let vault = phone.open();
    let report = vault.check().unwrap();
    assert!(report.is_whole(), "fault {at} ({kind}): {:?}", report.broken);
    for (item, bytes) in &promised.whole {
        assert!(phone.open_as_bureau(*item) == *bytes, "fault {at} ({kind}): an acknowledged item changed");
    }
    if let Some((item, pushed, acked)) = &promised.stream {
        let kept = phone.open_as_bureau(*item);
        assert!(pushed.starts_with(&kept), "fault {at} ({kind}): not what was pushed");
        assert!(kept.len() as u64 >= *acked, "fault {at} ({kind}): kept {} of {acked}", kept.len());
        assert!(vault.item(*item).unwrap().unwrap().state == ItemState::Sealed);
    }
    assert!(
        vault
            .items(&ItemFilter { states: vec![ItemState::Captured], ..ItemFilter::default() })
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_disk_that_is_full_once_or_for_good_at_any_call_harms_nothing() {
    let said = sweep(io::ErrorKind::StorageFull);
    for expected in [
        "sealed: Finished",
        "sealed: StorageFull",
        "StorageFull the item stays open",
        "StorageFull the storage failed",
    ] {
        assert!(said.iter().any(|said| said.starts_with(expected)), "never {expected}: {said:?}");
    }
}

#[test]
fn an_input_output_error_at_any_call_harms_nothing() {
    let said = sweep(io::ErrorKind::Other);
    for expected in [
        "sealed: Finished",
        "sealed: StorageError",
        "StorageError the item stays open",
        "StorageError the storage failed",
    ] {
        assert!(said.iter().any(|said| said.starts_with(expected)), "never {expected}: {said:?}");
    }
}

#[test]
fn an_error_at_any_call_of_opening_refuses_or_opens_and_harms_nothing() {
    let mut phone = Phone::in_memory();
    let mut vault = phone.enrolled();
    let bytes = noise(5_000, 20);
    let item = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &bytes).unwrap().item;
    drop(vault);
    let healthy = Arc::clone(&phone.ports.storage);
    for at in 0.. {
        let faults = Faults {
            calls: AtomicU64::new(0),
            at: AtomicU64::new(at),
            forever: false,
            kind: io::ErrorKind::Other,
        };
        let faults = Arc::new(faults);
        phone.ports.storage = Arc::new(Failing { below: Arc::clone(&healthy), faults: Arc::clone(&faults) });
        match Vault::open(&phone.dir, &phone.ports) {
            Ok(Opening::Ready(vault)) => drop(vault),
            Ok(Opening::Quarantined { reason, .. }) => {
                panic!("call {at}: an error of the machine is no damage: {reason}")
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
        if faults.calls.load(SeqCst) <= at {
            break;
        }
    }
    phone.ports.storage = healthy;
    assert!(phone.open_as_bureau(item) == bytes);
    assert!(phone.open().check().unwrap().is_whole());
}

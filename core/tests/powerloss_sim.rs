//! Whatever a power loss does to the disk, everything acknowledged can be opened, and no nonce ever seals two
//! different things. `LIUHEN_STATES` sets how many crash states are tried.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod power;

use liuhen_core::{
    capture::{Writer, end_file},
    ports::Storage,
};
use liuhen_record::{
    Digest, ItemId,
    seal::{CHUNK_BYTES, Envelope, FileKey, Identity, Opener, PayloadKey, TAG_BYTES},
};
use power::{Dice, Image, Op, SimStorage, crash};
use ring::{aead, hkdf, rand::SystemRandom};
use std::{
    collections::{BTreeMap, HashMap},
    io::Read,
    sync::Arc,
};

const ITEM: ItemId = ItemId([1; 16]);
const SEALED_CHUNK: usize = CHUNK_BYTES + TAG_BYTES;
/// `spec/tail-journal.md` §2.
const RECORDS_AT: u64 = 66_048;

/// A deliberate fault, to show that the simulator would find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planted {
    Nothing,
    /// A tick does not sync the file.
    NoMainSync,
    /// A tick does not sync the journal.
    NoTailSync,
    /// Finishing seals the last chunk without journalling it first.
    FinalBeforeJournal,
    /// Recovery overwrites the last chunk without keeping it first.
    RecoverWithoutJournal,
    /// Recovery ends the file with an empty chunk.
    EmptyFinalChunk,
}

/// What one item needs.
struct Sealing {
    age_identity: age::x25519::Identity,
    file_key: FileKey,
    envelope: Envelope,
    payload: PayloadKey,
}

impl Sealing {
    fn new(seed: u64) -> Self {
        let random = SystemRandom::new();
        let identity = Identity::make(&random).unwrap();
        let age_identity = identity.to_secret_text().parse().unwrap();
        let file_key = FileKey::from_bytes(seed.to_be_bytes().repeat(2).try_into().unwrap());
        let envelope = Envelope::make(&file_key, &[identity.to_recipient()], &random).unwrap();
        let payload = PayloadKey::derive(&file_key, &envelope);
        Self { age_identity, file_key, envelope, payload }
    }

    fn offset(&self, chunk: u64) -> u64 {
        self.envelope.bytes().len() as u64 + chunk * SEALED_CHUNK as u64
    }
}

/// Which key and nonce sealed what, as seen from outside: by place and header of every write.
type Nonce = (&'static str, u64, u64);

#[derive(Default)]
struct Audit(HashMap<Nonce, Digest>);

impl Audit {
    /// Whether any of `seals` seals something else under a nonce seen before.
    fn reuses(&mut self, seals: &[(Nonce, Digest)]) -> bool {
        seals.iter().any(|(nonce, digest)| self.0.entry(*nonce).or_insert(*digest) != digest)
    }
}

/// What an operation seals, and under which nonces.
fn seals(sealing: &Sealing, op: &Op) -> Vec<(Nonce, Digest)> {
    let Op::Write(path, offset, bytes) = op else { return Vec::new() };
    let sealed =
        if path.ends_with("tail") { journal_nonce(*offset, bytes) } else { chunks(sealing, *offset, bytes) };
    sealed.into_iter().map(|(nonce, bytes)| (nonce, Digest::of(bytes))).collect()
}

fn journal_nonce(offset: u64, bytes: &[u8]) -> Vec<(Nonce, &[u8])> {
    let number = |range: std::ops::Range<usize>| bytes[range].iter().fold(0, |n, b| n << 8 | u64::from(*b));
    match offset {
        // The journal as it is made: zeros.
        0 if bytes.len() > 8 + SEALED_CHUNK => Vec::new(),
        0 => vec![(("recover", number(0..8), 0), &bytes[8..])],
        _ if bytes.len() > 16 => vec![(("tail", number(4..12), number(12..16)), &bytes[16..])],
        _ => Vec::new(),
    }
}

fn chunks<'a>(sealing: &Sealing, offset: u64, bytes: &'a [u8]) -> Vec<(Nonce, &'a [u8])> {
    let Some(body) = offset.checked_sub(sealing.offset(0)) else { return Vec::new() };
    assert_eq!(body % SEALED_CHUNK as u64, 0, "a write that begins inside a chunk");
    let first = body / SEALED_CHUNK as u64;
    let numbered = (first..).zip(bytes.chunks(SEALED_CHUNK));
    numbered
        .map(|(index, sealed)| {
            let last = sealing.payload.open_chunk(index, false, sealed).is_err();
            (("payload", index, u64::from(last)), sealed)
        })
        .collect()
}

/// What a run of crash states found.
#[derive(Default, Debug)]
struct Found {
    states: u64,
    outcomes: BTreeMap<String, u64>,
    failures: BTreeMap<String, u64>,
}

impl Found {
    fn fail(&mut self, what: &str) {
        *self.failures.entry(what.to_owned()).or_default() += 1;
    }

    fn add(&mut self, other: Self) {
        self.states += other.states;
        for (key, count) in other.outcomes {
            *self.outcomes.entry(key).or_default() += count;
        }
        for (key, count) in other.failures {
            *self.failures.entry(key).or_default() += count;
        }
    }
}

/// One capture, crashed many times.
struct Trace {
    sealing: Sealing,
    plain: Vec<u8>,
    log: Vec<Op>,
    /// Operations before the first byte: nothing is promised before they are done.
    made: usize,
    planted: Planted,
}

impl Trace {
    fn record(seed: u64, source: &[u8], planted: Planted, dice: &mut Dice) -> Self {
        let total = match dice.below(6) {
            0 => 0,
            1 => CHUNK_BYTES as u64 * (1 + dice.below(3)),
            2 => dice.below(3000),
            _ => dice.below(160_000),
        } as usize;
        let most = if dice.one_in(2) { 4000 } else { 90_000 };
        // At most some hundred ticks a capture.
        let mean = (1 + dice.below(most)).max(total as u64 / 200);
        let sealing = Sealing::new(seed);
        let storage = SimStorage::over(Image::new());
        let port: Arc<dyn Storage> = Arc::new(storage.clone());
        let mut writer = Writer::create(&port, ITEM, &sealing.file_key, &sealing.envelope).unwrap();
        let made = storage.log_len();
        meddle_with_ticks(&storage, planted);
        let mut pushed = 0;
        while pushed < total {
            let mut len = (1 + dice.below(mean * 2) as usize).min(total - pushed);
            if dice.one_in(8) {
                // Exactly to the end of a chunk.
                len = (CHUNK_BYTES - pushed % CHUNK_BYTES).min(total - pushed);
            }
            writer.push(&source[pushed..pushed + len]).unwrap();
            pushed += len;
            if !dice.one_in(4) {
                storage.ack(writer.tick().unwrap());
            }
        }
        if dice.one_in(3) {
            storage.ack(writer.tick().unwrap());
        } else {
            meddle_with_finish(&storage, planted);
            writer.finish().unwrap();
            storage.ack(total as u64);
        }
        Self { sealing, plain: source[..total].to_vec(), log: storage.log(), made, planted }
    }

    /// What each operation seals; the writer by itself must not reuse a nonce.
    fn audit(&self, found: &mut Found) -> Vec<Vec<(Nonce, Digest)>> {
        let all: Vec<_> = self.log.iter().map(|op| seals(&self.sealing, op)).collect();
        let mut audit = Audit::default();
        if all.iter().any(|seals| audit.reuses(seals)) {
            found.fail("a nonce sealed two things while writing");
        }
        all
    }

    /// One power loss, and up to three more while recovering from it.
    fn crash_once(&self, written: &[Vec<(Nonce, Digest)>], dice: &mut Dice, found: &mut Found) {
        let cut = self.made + dice.below((self.log.len() - self.made + 1) as u64) as usize;
        let (mut disk, acked) = crash(&Image::new(), &self.log[..cut], dice);
        let mut known = Audit(written[..cut].iter().flatten().copied().collect());
        let mut depth = 0;
        found.states += 1;
        loop {
            let storage = SimStorage::over(disk.clone());
            meddle_with_recovery(&storage, &self.sealing, self.planted);
            let port: Arc<dyn Storage> = Arc::new(storage.clone());
            let ended = match end_file(&port, ITEM, &self.sealing.file_key, &self.sealing.envelope, None) {
                Ok(ended) => ended,
                Err(error) => return found.fail(&format!("recovery failed: {error}")),
            };
            let log = storage.log();
            let interrupted = depth < 3 && !log.is_empty() && dice.one_in(2);
            let cut = if interrupted { dice.below(log.len() as u64 + 1) as usize } else { log.len() };
            for op in &log[..cut] {
                if known.reuses(&seals(&self.sealing, op)) {
                    return found.fail("a nonce sealed two things while recovering");
                }
            }
            disk = crash(&disk, &log[..cut], dice).0;
            if interrupted {
                depth += 1;
                continue;
            }
            *found.outcomes.entry(format!("{:?}", ended.rule)).or_default() += 1;
            return self.judge(&disk, acked, &ended.digests.ct_sha256, dice, found);
        }
    }

    fn judge(&self, disk: &Image, acked: u64, ct_sha256: &Digest, dice: &mut Dice, found: &mut Found) {
        let file = &disk[&liuhen_core::capture::piece_path(ITEM, 0)];
        if Digest::of(file) != *ct_sha256 {
            found.fail("the digest is not the file's");
        }
        let plain = match self.open(file) {
            Ok(plain) => plain,
            Err(error) => return found.fail(&format!("cannot be opened: {error}")),
        };
        if !self.plain.starts_with(&plain) {
            found.fail("holds what was never pushed");
        }
        if (plain.len() as u64) < acked {
            found.fail("lost what was acknowledged");
        }
        if dice.one_in(100) && self.open_with_age(file) != Some(plain) {
            found.fail("the age crate reads something else");
        }
    }

    fn open(&self, file: &Vec<u8>) -> Result<Vec<u8>, String> {
        let mut plain = Vec::new();
        let mut opener = Opener::open(file, &self.sealing.file_key).map_err(|error| error.to_string())?;
        opener.copy_to(&mut plain).map_err(|error| error.to_string())?;
        Ok(plain)
    }

    fn open_with_age(&self, file: &[u8]) -> Option<Vec<u8>> {
        let identity: &dyn age::Identity = &self.sealing.age_identity;
        let mut reader = age::Decryptor::new(file).ok()?.decrypt(std::iter::once(identity)).ok()?;
        let mut plain = Vec::new();
        reader.read_to_end(&mut plain).ok()?;
        Some(plain)
    }
}

fn drop_if(condition: impl Fn(&Op) -> bool + Send + 'static) -> power::Meddle {
    Box::new(move |op| if condition(&op) { Vec::new() } else { vec![op] })
}

fn meddle_with_ticks(storage: &SimStorage, planted: Planted) {
    storage.set_meddle(match planted {
        Planted::NoMainSync => Some(drop_if(|op| matches!(op, Op::Sync(path) if path.ends_with("piece")))),
        Planted::NoTailSync => Some(drop_if(|op| matches!(op, Op::Sync(path) if path.ends_with("tail")))),
        _ => None,
    });
}

fn meddle_with_finish(storage: &SimStorage, planted: Planted) {
    match planted {
        Planted::FinalBeforeJournal => {
            let tail = |op: &Op| matches!(op, Op::Write(path, ..) | Op::Sync(path) if path.ends_with("tail"));
            storage.set_meddle(Some(drop_if(tail)));
        }
        // The last sync of all is not the fault's business.
        Planted::NoMainSync => storage.set_meddle(None),
        _ => {}
    }
}

fn meddle_with_recovery(storage: &SimStorage, sealing: &Sealing, planted: Planted) {
    let keeps =
        |op: &Op| matches!(op, Op::Write(path, offset, _) if path.ends_with("tail") && *offset < RECORDS_AT);
    match planted {
        Planted::RecoverWithoutJournal => storage.set_meddle(Some(drop_if(keeps))),
        Planted::EmptyFinalChunk => {
            let (first, payload) =
                (sealing.offset(0), PayloadKey::derive(&sealing.file_key, &sealing.envelope));
            let (file_key, nonce) = (*sealing.file_key.as_bytes(), *sealing.envelope.nonce());
            let mut end = None;
            storage.set_meddle(Some(Box::new(move |op| match op {
                op if keeps(&op) => Vec::new(),
                Op::Write(path, offset, bytes) if bytes.len() == SEALED_CHUNK && path.ends_with("piece") => {
                    let index = (offset - first) / SEALED_CHUNK as u64;
                    if payload.open_chunk(index, true, &bytes).is_err() {
                        return vec![Op::Write(path, offset, bytes)];
                    }
                    let at = offset + SEALED_CHUNK as u64;
                    end = Some(at + TAG_BYTES as u64);
                    vec![Op::Write(path, at, empty_last_chunk(&file_key, &nonce, index + 1))]
                }
                Op::Truncate(path, len) => vec![Op::Truncate(path, end.unwrap_or(len))],
                op => vec![op],
            })));
        }
        _ => {}
    }
}

/// What the sealer of this project refuses to make.
fn empty_last_chunk(file_key: &[u8; 16], payload_nonce: &[u8; 16], index: u64) -> Vec<u8> {
    let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, payload_nonce);
    let prk = salt.extract(file_key);
    let okm = prk.expand(&[b"payload"], &aead::CHACHA20_POLY1305).unwrap();
    let key = aead::LessSafeKey::new(aead::UnboundKey::from(okm));
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = 1;
    let mut sealed = Vec::new();
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(nonce, aead::Aad::empty(), &mut sealed).unwrap();
    sealed
}

fn run(states: u64, first_seed: u64, planted: Planted) -> Found {
    const THREADS: u64 = 2;
    const CRASHES: u64 = 16;
    let source: Vec<u8> = {
        let mut dice = Dice::new(7);
        (0..400_000).map(|_| dice.below(256) as u8).collect()
    };
    let source = &source;
    let mut found = Found::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| {
                scope.spawn(move || {
                    let mut found = Found::default();
                    for seed in (first_seed + worker..).step_by(THREADS as usize) {
                        if found.states >= states.div_ceil(THREADS) {
                            return found;
                        }
                        let mut dice = Dice::new(seed);
                        let trace = Trace::record(seed, source, planted, &mut dice);
                        let written = trace.audit(&mut found);
                        for _ in 0..CRASHES {
                            trace.crash_once(&written, &mut dice, &mut found);
                        }
                    }
                    found
                })
            })
            .collect();
        for worker in workers {
            found.add(worker.join().unwrap());
        }
    });
    println!("{planted:?}: {found:?}");
    found
}

#[test]
fn a_power_loss_at_any_moment_loses_nothing_acknowledged_and_reuses_no_nonce() {
    let states = std::env::var("LIUHEN_STATES").ok().and_then(|text| text.parse().ok()).unwrap_or(100_000);
    let found = run(states, 1, Planted::Nothing);
    assert!(found.states >= states);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    for outcome in ["AlreadySealed", "FromJournal", "ResealedLast", "Empty"] {
        assert!(
            found.outcomes.contains_key(outcome),
            "no state ended as {outcome}: the simulator proves less"
        );
    }
}

const PLANTED_STATES: u64 = 3_000;

fn finds(planted: Planted, failure: &str) {
    let found = run(PLANTED_STATES, 1_000_000, planted);
    assert!(found.failures.contains_key(failure), "{planted:?} was not found: {:?}", found.failures);
}

#[test]
fn the_simulator_finds_a_file_that_is_not_synced() {
    finds(Planted::NoMainSync, "lost what was acknowledged");
}

#[test]
fn the_simulator_finds_a_journal_that_is_not_synced() {
    finds(Planted::NoTailSync, "lost what was acknowledged");
    finds(Planted::NoTailSync, "a nonce sealed two things while recovering");
}

#[test]
fn the_simulator_finds_a_last_chunk_sealed_before_it_was_journalled() {
    finds(Planted::FinalBeforeJournal, "a nonce sealed two things while recovering");
}

#[test]
fn the_simulator_finds_a_recovery_that_keeps_nothing() {
    finds(Planted::RecoverWithoutJournal, "a nonce sealed two things while recovering");
}

#[test]
fn the_simulator_finds_an_empty_last_chunk() {
    finds(Planted::EmptyFinalChunk, "cannot be opened: last chunk is empty");
}

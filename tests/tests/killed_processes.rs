//! Real processes, killed: the phone at random bytes of its synchronisation, the bureau at random bytes of what it
//! receives. Everything arrives once, and taking up again costs at most one piece a kill: what the bureau has kept is never
//! sent again.
//!
//! `LIUHEN_PROCESS_DAYS` says how many days each of the two suffers (1; `./dev soak` 20); `LIUHEN_SEED` plays one again.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_record::seal::PIECE_BYTES;
use liuhen_tests::{
    fault_proxy::FaultProxy,
    program::{BureauProcess, PhoneProcess, verified_package},
    random::{Random, number_from, seeds},
    sync_support::bytes_of,
};
use rusqlite::Connection;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Most kills of one day: often it is done before.
const MOST_KILLS: u64 = 6;
/// Fewest kills of the first day, so that something was shown.
const FEWEST_KILLS: u64 = 2;
/// A piece and a bit: a kill may come in the first, in the second, and between them.
const LONG_BYTES: usize = 33 << 20;
/// An item of one piece that is long enough to be killed in.
const SHORTER_BYTES: usize = 4 << 20;
/// What a synchronisation moves beside pieces, bytes: kills among logins, records and proofs.
const TALK_BYTES: u64 = 12_000;

struct Stage {
    dir: TempDir,
    runtime: Runtime,
    proxy: FaultProxy,
    bureau: BureauProcess,
    phone: PhoneProcess,
    random: Random,
    seed: u64,
    kills: u64,
    /// At the last kill.
    sent_bytes: u64,
    kept_bytes: u64,
}

impl Stage {
    /// A phone with a day's work in it, and its bureau, with a proxy between them.
    fn set(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let bureau = BureauProcess::start(&dir.path().join("bureau"));
        let runtime = Runtime::new().unwrap();
        let proxy = runtime.block_on(FaultProxy::to(bureau.says("url")));
        let phone = PhoneProcess::new(&dir.path().join("phone"));
        let files = [("long.mp4", LONG_BYTES), ("shorter.mp4", SHORTER_BYTES), ("short.jpg", 70_000)];
        let files = files.map(|(name, len_bytes)| file(dir.path(), name, len_bytes));
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        phone.work_a_day(&proxy.url(), bureau.says("enrol_code"), &files);
        println!("seed {seed}");
        let random = Random::new(seed);
        Self { dir, runtime, proxy, bureau, phone, random, seed, kills: 0, sent_bytes: 0, kept_bytes: 0 }
    }

    /// Half of the kills come while little is said, half of them anywhere in what is left. On every second day the first
    /// comes in the second piece: whoever begins again then sends a whole piece that the bureau has.
    fn somewhere(&mut self) -> u64 {
        if self.kills == 0 && self.begins_in_the_second_piece() {
            return PIECE_BYTES
                + TALK_BYTES
                + self.random.below(LONG_BYTES as u64 - PIECE_BYTES - 2 * TALK_BYTES);
        }
        let left_bytes = (LONG_BYTES + SHORTER_BYTES) as u64 - self.kept_bytes.min(LONG_BYTES as u64);
        let within = if self.random.chance(1, 2) { TALK_BYTES } else { left_bytes };
        1 + self.random.below(within)
    }

    fn begins_in_the_second_piece(&self) -> bool {
        !self.seed.is_multiple_of(2)
    }

    /// Bytes of the pieces that the bureau lists as stored.
    fn bureau_keeps(&self) -> u64 {
        let ledger = Connection::open(self.dir.path().join("bureau/ledger.sqlite3")).unwrap();
        let kept = "SELECT coalesce(sum(len_bytes), 0) FROM piece WHERE stored_ms IS NOT NULL";
        ledger.query_row(kept, [], |row| row.get::<_, i64>(0)).unwrap() as u64
    }

    /// Since the kill before, no more was sent than the bureau keeps now and did not keep then, and what it may have lost of
    /// one piece.
    fn judge(&mut self, lost_bytes: u64) {
        let (seed, sent_bytes, kept_bytes) = (self.seed, self.proxy.seen().upload_bytes, self.bureau_keeps());
        let (sent, kept) = (sent_bytes - self.sent_bytes, kept_bytes - self.kept_bytes);
        println!("seed {seed}, kill {}: {sent} bytes of pieces sent, {kept} more kept", self.kills);
        assert!(sent <= kept + lost_bytes, "seed {seed}: {sent} bytes sent, and only {kept} more kept");
        (self.sent_bytes, self.kept_bytes) = (sent_bytes, kept_bytes);
    }

    fn was_killed(&mut self) {
        self.kills += 1;
        self.judge(PIECE_BYTES);
        let has_one = self.kept_bytes >= PIECE_BYTES;
        assert!(
            has_one || !self.begins_in_the_second_piece(),
            "seed {}: killed in the first piece",
            self.seed
        );
    }

    /// Synchronises until nothing is left, and judges what came out.
    fn finish(mut self) -> u64 {
        let said = self.phone.must(&["sync"]);
        assert_eq!(said["waiting"], Value::Null, "seed {}: {said}", self.seed);
        self.judge(0);
        let Self { dir, runtime, proxy, bureau, phone, seed, kills, .. } = self;
        let status = phone.must(&["status"]);
        assert_eq!((&status["not_stored"], &status["unsent_records"]), (&0.into(), &0.into()), "seed {seed}");
        let items = status["items"].as_array().unwrap();
        assert!(items.iter().all(|item| item["freed"] == true), "seed {seed}: {status}");
        // What the package holds is what was captured: the verifier opens every item and compares its digest.
        let report = verified_package(dir.path(), &dir.path().join("bureau"));
        assert_eq!(report["counts"]["items"], status["item_count"], "seed {seed}");
        assert_eq!(report["counts"]["items"], report["counts"]["decrypted"], "seed {seed}");
        let sealed: u64 = fs::read_dir(dir.path().join("package/data/items"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "age"))
            .map(|path| fs::metadata(path).unwrap().len())
            .sum();
        let sent = proxy.seen().upload_bytes;
        println!("seed {seed}: {kills} kills, {sent} bytes of pieces sent for {sealed}");
        assert!(sent >= sealed);
        drop((bureau, runtime));
        kills
    }
}

fn file(dir: &Path, name: &str, len_bytes: usize) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, bytes_of(len_bytes, len_bytes as u64)).unwrap();
    path
}

fn days() -> Vec<u64> {
    seeds(number_from("LIUHEN_PROCESS_DAYS").unwrap_or(1))
}

#[test]
fn a_phone_killed_at_random_bytes_goes_on_where_it_was() {
    let mut most_kills = 0;
    for seed in days() {
        let mut stage = Stage::set(seed);
        for _ in 0..MOST_KILLS {
            let after_bytes = stage.somewhere();
            let proxy = &stage.proxy;
            let ended = stage.phone.killable(&["sync"], |process| {
                proxy.trip_after(after_bytes, move || process.kill());
            });
            let was_killed = !stage.proxy.no_trip();
            assert!(was_killed || ended.is_some(), "seed {seed}");
            if was_killed {
                stage.was_killed();
            }
            // The vault opens: a store that is not what was written would be set aside, and the item missed below.
            let status = stage.phone.must(&["status"]);
            if ended.is_some_and(|said| said["waiting"].is_null()) {
                assert_eq!(status["not_stored"], 0, "seed {seed}");
                break;
            }
        }
        most_kills = most_kills.max(stage.finish());
    }
    assert!(most_kills >= FEWEST_KILLS, "only {most_kills} kills");
}

#[test]
fn a_bureau_killed_at_random_bytes_keeps_what_it_acknowledged() {
    let mut most_kills = 0;
    for seed in days() {
        let mut stage = Stage::set(seed);
        for _ in 0..MOST_KILLS {
            let after_bytes = stage.somewhere();
            let process = stage.bureau.process.clone();
            stage.proxy.trip_after(after_bytes, move || process.kill());
            let said = stage.phone.must(&["sync"]);
            let was_killed = !stage.proxy.no_trip();
            // The last answer may have passed just before.
            assert!(was_killed || said["waiting"].is_null(), "seed {seed}: {said}");
            if !was_killed {
                break;
            }
            stage.bureau = stage.bureau.again();
            stage.proxy.lead_to(stage.bureau.says("url"));
            stage.was_killed();
        }
        most_kills = most_kills.max(stage.finish());
    }
    assert!(most_kills >= FEWEST_KILLS, "only {most_kills} kills");
}

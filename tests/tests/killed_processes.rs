//! Real processes, killed: the phone at random bytes of its synchronisation, the bureau at random bytes of what it
//! receives. Everything arrives once, and taking up again costs at most one piece a kill.
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
/// Two pieces and a bit: a kill may come in the first, in the second, and between them.
const LONG_BYTES: usize = 33 << 20;
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
}

impl Stage {
    /// A phone with a day's work in it, and its bureau, with a proxy between them.
    fn set(seed: u64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let bureau = BureauProcess::start(&dir.path().join("bureau"));
        let runtime = Runtime::new().unwrap();
        let proxy = runtime.block_on(FaultProxy::to(bureau.says("url")));
        let phone = PhoneProcess::new(&dir.path().join("phone"));
        let files = [file(dir.path(), "long.mp4", LONG_BYTES), file(dir.path(), "short.jpg", 70_000)];
        let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        phone.work_a_day(&proxy.url(), bureau.says("enrol_code"), &files);
        println!("seed {seed}");
        Self { dir, runtime, proxy, bureau, phone, random: Random::new(seed), seed }
    }

    /// Half of the kills come while little is said, half of them anywhere.
    fn somewhere(&mut self) -> u64 {
        let within = if self.random.chance(1, 2) { TALK_BYTES } else { LONG_BYTES as u64 };
        1 + self.random.below(within)
    }

    /// Synchronises until nothing is left, and judges what came out.
    fn finish(self, kills: u64) {
        let Self { dir, runtime, proxy, bureau, phone, seed, .. } = self;
        let said = phone.must(&["sync"]);
        assert_eq!(said["waiting"], Value::Null, "seed {seed}: {said}");
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
        assert!(sent - sealed <= kills * PIECE_BYTES, "seed {seed}: {} sent again", sent - sealed);
        drop((bureau, runtime));
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
        let mut kills = 0;
        for _ in 0..MOST_KILLS {
            let after_bytes = stage.somewhere();
            let proxy = &stage.proxy;
            let ended = stage.phone.killable(&["sync"], |process| {
                proxy.trip_after(after_bytes, move || process.kill());
            });
            let was_killed = !stage.proxy.no_trip();
            assert!(was_killed || ended.is_some(), "seed {seed}");
            kills += u64::from(was_killed);
            // The vault opens: a store that is not what was written would be set aside, and the item missed below.
            let status = stage.phone.must(&["status"]);
            if ended.is_some_and(|said| said["waiting"].is_null()) {
                assert_eq!(status["not_stored"], 0, "seed {seed}");
                break;
            }
        }
        stage.finish(kills);
        most_kills = most_kills.max(kills);
    }
    assert!(most_kills >= FEWEST_KILLS, "only {most_kills} kills");
}

#[test]
fn a_bureau_killed_at_random_bytes_keeps_what_it_acknowledged() {
    let mut most_kills = 0;
    for seed in days() {
        let mut stage = Stage::set(seed);
        let mut kills = 0;
        for _ in 0..MOST_KILLS {
            let after_bytes = stage.somewhere();
            let process = stage.bureau.process.clone();
            stage.proxy.trip_after(after_bytes, move || process.kill());
            let said = stage.phone.must(&["sync"]);
            let was_killed = !stage.proxy.no_trip();
            // The last answer may have passed just before.
            assert!(was_killed || said["waiting"].is_null(), "seed {seed}: {said}");
            kills += u64::from(was_killed);
            if !was_killed {
                break;
            }
            stage.bureau = stage.bureau.again();
            stage.proxy.lead_to(stage.bureau.says("url"));
        }
        stage.finish(kills);
        most_kills = most_kills.max(kills);
    }
    assert!(most_kills >= FEWEST_KILLS, "only {most_kills} kills");
}

//! Streaming captures: what is promised while bytes arrive, across pieces, crashes and clocks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::capture::{Capture, Recovery, piece_path, take_photo};
use liuhen_record::{
    Kind, Record,
    kind::{CloseCause, ItemState, MediaKind, RecoveryRule},
    seal::{Identity, PIECE_BYTES},
    time::{Anchor, TimeClaim, TimeGrade},
};
use ring::rand::SystemRandom;
use std::{path::Path, process::Command};
use vault_support::{Phone, SESSION, noise};

#[test]
fn a_finished_capture_is_the_age_file_of_its_bytes_with_all_its_digests() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    for len in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let bytes = noise(len, len as u64);
        let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Other)).unwrap();
        for slice in bytes.chunks(10_000) {
            capture.push(slice).unwrap();
            capture.tick().unwrap();
        }
        let sealed = capture.finish(&mut vault, phone.stamp()).unwrap();
        assert_eq!((sealed.cause, sealed.lost_bytes), (CloseCause::Finished, 0));
        assert_eq!(phone.open_as_bureau(sealed.item), bytes, "{len} bytes");
        let file = phone.sealed_bytes(sealed.item);
        assert_eq!(sealed.digests.ct_sha256, liuhen_record::Digest::of(&file));
        assert_eq!(sealed.digests.pt_sha256, liuhen_record::Digest::of(&bytes));
        assert!(!phone.dir.join(format!("items/{}/tail", sealed.item)).exists(), "the journal has served");
    }
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn capture_opened_precedes_the_first_byte_and_capture_sealed_is_signed() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio)).unwrap();
    let row = vault.item(capture.item()).unwrap().unwrap();
    assert_eq!(row.state, ItemState::Captured);
    let opened = vault.record(row.opened_seq).unwrap().unwrap();
    assert!(matches!(opened.parse().unwrap().kind, Kind::CaptureOpened(_)));
    let sealed = capture.finish(&mut vault, phone.stamp()).unwrap();
    assert!(vault.record(sealed.appended.seq).unwrap().unwrap().sig.is_some());
}

#[test]
fn an_item_longer_than_a_piece_is_cut_every_32_mib_and_still_one_file() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let bytes = noise(PIECE_BYTES as usize + 100_000, 9);
    let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Video)).unwrap();
    capture.push(&bytes).unwrap();
    let sealed = capture.finish(&mut vault, phone.stamp()).unwrap();
    let len = |index| std::fs::metadata(phone.dir.join(piece_path(sealed.item, index))).unwrap().len();
    assert_eq!((len(0), sealed.digests.pieces.len()), (PIECE_BYTES, 2));
    assert_eq!(len(1), sealed.digests.pieces[1].len_bytes as u64);
    assert!(phone.open_as_bureau(sealed.item) == bytes);
    let photo = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Photo), &bytes).unwrap();
    assert_eq!(photo.digests.pt_sha256, sealed.digests.pt_sha256);
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn a_capture_dropped_across_a_piece_boundary_is_recovered_with_everything_acknowledged() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let bytes = noise(PIECE_BYTES as usize + 30_000, 10);
    let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Video)).unwrap();
    let item = capture.item();
    capture.push(&bytes).unwrap();
    let acked = capture.tick().unwrap();
    assert!(phone.recover(&mut vault).is_empty(), "a capture that runs is left alone");
    drop((capture, vault));
    let mut vault = phone.open();
    let recovered = phone.recover(&mut vault);
    let Recovery::Sealed { rule, kept_bytes, acked_bytes, .. } = recovered[0].outcome else {
        panic!("{recovered:?}")
    };
    assert_eq!((rule, kept_bytes, acked_bytes), (RecoveryRule::FromJournal, acked, acked));
    assert!(phone.open_as_bureau(item) == bytes);
    assert_eq!(vault.kind_records("capture_recovered", 1).unwrap().len(), 1);
    assert!(phone.recover(&mut vault).is_empty(), "recovering again finds nothing");
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn a_capture_dropped_before_its_first_byte_becomes_an_empty_item() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio)).unwrap();
    let item = capture.item();
    drop((capture, vault));
    // Even when the file itself is gone.
    std::fs::remove_dir_all(phone.dir.join(format!("items/{item}"))).unwrap();
    let mut vault = phone.open();
    let recovered = phone.recover(&mut vault);
    assert!(matches!(
        recovered[0].outcome,
        Recovery::Sealed { rule: RecoveryRule::Empty, kept_bytes: 0, .. }
    ));
    assert_eq!(phone.open_as_bureau(item), b"");
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn clock_jumps_and_a_reboot_lower_the_grade_and_change_neither_order_nor_acceptance() {
    const SECOND: i64 = 1000;
    const YEAR: i64 = 365 * 24 * 3600 * SECOND;
    for jump_ms in [SECOND, -SECOND, 3600 * SECOND, -3600 * SECOND, 10 * YEAR, -10 * YEAR] {
        for reboot in [false, true] {
            let phone = Phone::new();
            let mut vault = phone.enrolled();
            let anchor = Anchor {
                bureau_ms: vault_support::START_MS,
                mono_ms: 1_000_000,
                boot_id: "boot-1".to_owned(),
                checkpoint_size: 1,
            };
            let claim = || {
                let now = vault_clock(&phone);
                TimeClaim::make(now.wall_ms, now.zone_minutes, now.mono_ms, now.boot_id, Some(anchor.clone()))
            };
            let mut begin = phone.begin(MediaKind::Audio);
            begin.stamp.time = claim();
            assert_eq!(begin.stamp.time.grade, TimeGrade::T2);
            let mut capture = Capture::begin(&mut vault, &phone.ports, &begin).unwrap();
            capture.push(b"sound").unwrap();
            phone.clock.change(|clock| {
                clock.wall_ms += jump_ms + SECOND;
                clock.mono_ms = if reboot { 5_000 } else { clock.mono_ms + SECOND };
                clock.boot_id = if reboot { "boot-2" } else { "boot-1" }.to_owned();
            });
            if reboot {
                capture.tick().unwrap();
                drop((capture, vault));
                vault = phone.open();
                let time = claim();
                let recovered =
                    liuhen_core::capture::recover(&mut vault, &phone.ports, &time, &begin.stamp.place)
                        .unwrap();
                assert!(matches!(recovered[0].outcome, Recovery::Sealed { .. }));
            } else {
                let mut stamp = phone.stamp();
                stamp.time = claim();
                capture.finish(&mut vault, stamp).unwrap();
            }
            let records: Vec<Record> = vault.session_records(SESSION).unwrap();
            assert!(
                records.windows(2).all(|pair| pair[0].seq + 1 == pair[1].seq),
                "the order is the chain's"
            );
            let expected = match (reboot, jump_ms.abs() > 60 * SECOND, jump_ms < 0) {
                (true, true, true) | (false, true, _) => TimeGrade::T0,
                (true, ..) => TimeGrade::T1,
                (false, false, _) => TimeGrade::T2,
            };
            assert_eq!(records.last().unwrap().time.grade, expected, "jump {jump_ms} reboot {reboot}");
            assert!(vault.check().unwrap().is_whole());
        }
    }
}

fn vault_clock(phone: &Phone) -> liuhen_core::ports::ClockReading {
    phone.ports.clock.read()
}

const STREAM_ROOT: &str = "LIUHEN_STREAM_ROOT";

/// Not a test: the process whose memory is measured.
#[test]
#[ignore = "run by the test below as the process that is measured"]
fn the_process_that_streams() {
    let Some(root) = std::env::var_os(STREAM_ROOT) else { return };
    let mib: usize = std::env::var("LIUHEN_STREAM_MIB").unwrap().parse().unwrap();
    let phone = Phone::at(Path::new(&root), Identity::make(&SystemRandom::new()).unwrap());
    let mut vault = phone.enrolled();
    let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Video)).unwrap();
    let slice = noise(1 << 20, 1);
    for megabyte in 0..mib {
        capture.push(&slice).unwrap();
        if megabyte % 16 == 0 {
            capture.tick().unwrap();
        }
    }
    drop(capture);
    let recovered = phone.recover(&mut vault);
    assert!(matches!(recovered[0].outcome, Recovery::Sealed { .. }));
    assert!(vault.check().unwrap().is_whole());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    println!("\npeak {}", peak.split_whitespace().nth(1).unwrap());
}

/// Kilobytes of memory that capturing, recovering and checking an item of that many MiB takes.
fn peak_kib(mib: &str) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_streams", "--ignored", "--nocapture", "--test-threads=1"])
        .env(STREAM_ROOT, folder.path())
        .env("LIUHEN_STREAM_MIB", mib)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let peak = text.lines().find_map(|line| line.strip_prefix("peak "));
    peak.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))).parse().unwrap()
}

#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat_however_long_the_item_is() {
    let (short, long) = (peak_kib("32"), peak_kib("256"));
    assert!(long <= 64 << 10, "{long} KiB at the peak");
    assert!(long <= short + (8 << 10), "{short} KiB for 32 MiB, {long} KiB for 256 MiB");
}

#[test]
#[ignore = "8 GiB: ./dev soak"]
#[cfg(target_os = "linux")]
fn memory_stays_flat_for_eight_gibibytes() {
    assert!(peak_kib("8192") <= 64 << 10);
}

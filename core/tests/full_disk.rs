//! A recording on a real file system that has no byte left: it is closed as a valid shorter item at once, with its
//! records, and nothing earlier is harmed. A small tmpfs in a namespace of its own; any small file system whose folder
//! is named by `LIUHEN_SMALL_DISK` (which is filled up) serves as well.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::{
    capture::{Capture, CaptureError, Recovery, take_photo},
    vault::Vault,
};
use liuhen_record::{
    ItemId,
    kind::{CloseCause, MediaKind},
    seal::Identity,
};
use ring::rand::SystemRandom;
use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};
use vault_support::{Phone, noise};

const ROOT: &str = "LIUHEN_SMALL_DISK";
const DISK_MIB: u32 = 12;

/// What fills the disk to its last byte.
struct Filler(PathBuf);

impl Filler {
    fn fill(root: &Path, name: &str) -> Self {
        let path = root.join(name);
        let mut file = File::create(&path).unwrap();
        // Large first, then smaller: until not one byte more goes in.
        for len in [1 << 20, 4096, 1] {
            while file.write_all(&noise(len, 3)).is_ok() {}
        }
        drop(file.sync_all());
        Self(path)
    }

    /// Gives `room_kib` KiB back.
    fn leave(&self, room_kib: u64) {
        let file = File::options().write(true).open(&self.0).unwrap();
        let kept_bytes = file.metadata().unwrap().len().checked_sub(room_kib * 1024).unwrap();
        file.set_len(kept_bytes).unwrap();
    }

    fn empty(self) {
        std::fs::remove_file(self.0).unwrap();
    }
}

/// Not a test: what happens on the small disk.
#[test]
#[ignore = "run by the test below where a small disk is mounted"]
fn on_a_small_disk() {
    let Some(root) = std::env::var_os(ROOT).map(PathBuf::from) else { return };
    let mut phone = Phone::at(&root.join("phone"), Identity::make(&SystemRandom::new()).unwrap());
    let mut vault = phone.enrolled();
    let photo = noise(100_000, 1);
    let earlier = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &photo).unwrap().item;
    // The disk is full between two ticks, in the middle of a chunk and just behind one, of a fresh and of a long item.
    for (round, first_bytes) in [0, 10_000, 65_536, 65_537, 700_000].into_iter().enumerate() {
        ends_at_once(&phone, &mut vault, &root, first_bytes);
        vault = killed_and_recovered(&phone, vault, &root, first_bytes + round);
    }
    // So little is left that the last chunk fits and its record does not, among others.
    for room_kib in (0..=64).step_by(8) {
        drop(vault);
        // Closed and opened again, the database has no log of its own to write into.
        vault = phone.open();
        ends_with_little_room(&phone, &mut vault, &root, room_kib);
    }
    refuses_to_begin(&phone, &mut vault, &root);
    assert!(phone.open_as_bureau(earlier) == photo);
    assert!(vault.check().unwrap().is_whole());
    drop(vault);
    phone.ports.storage = std::sync::Arc::clone(&phone.ports.storage);
    assert!(phone.open().check().unwrap().is_whole(), "and opens again");
    println!("\nclosed on a full disk");
}

/// Pushes until the storage says no, though the disk is full from `first_bytes` on. What was pushed, and what of it was
/// acknowledged.
fn record(capture: &mut Capture, root: &Path, first_bytes: usize) -> (Vec<u8>, u64, Filler) {
    let sound = noise(4_000_000, 7);
    let mut acked = 0;
    for slice in sound[..first_bytes].chunks(25_000) {
        capture.push(slice).unwrap();
        acked = capture.tick().unwrap();
    }
    let filler = Filler::fill(root, "filler");
    let mut pushed = first_bytes;
    for slice in sound[first_bytes..].chunks(2_000) {
        pushed += slice.len();
        match capture.push(slice).and_then(|()| capture.tick()) {
            Ok(bytes) => acked = bytes,
            Err(CaptureError::Interrupted { cause, acked_bytes }) => {
                assert_eq!((cause, acked_bytes), (CloseCause::StorageFull, acked));
                return (sound[..pushed].to_vec(), acked, filler);
            }
            Err(other) => panic!("{other}"),
        }
    }
    panic!("the disk never was full");
}

fn ends_at_once(phone: &Phone, vault: &mut Vault, root: &Path, first_bytes: usize) {
    let mut capture = Capture::begin(vault, &phone.ports, &phone.begin(MediaKind::Other)).unwrap();
    let (pushed, acked, filler) = record(&mut capture, root, first_bytes);
    let sealed =
        capture.finish(vault, phone.stamp()).unwrap_or_else(|error| panic!("{first_bytes}: {error}"));
    assert_eq!(sealed.cause, CloseCause::StorageFull);
    // The gap is written while the disk is still full.
    vault.append(phone.check_draft()).unwrap();
    filler.empty();
    judge(phone, vault, sealed.item, &pushed, acked);
}

fn ends_with_little_room(phone: &Phone, vault: &mut Vault, root: &Path, room_kib: u64) {
    let mut capture = Capture::begin(vault, &phone.ports, &phone.begin(MediaKind::Other)).unwrap();
    let sound = noise(70_000, 7);
    capture.push(&sound).unwrap();
    let acked = capture.tick().unwrap();
    let filler = Filler::fill(root, "filler");
    filler.leave(room_kib);
    let sealed =
        capture.finish(vault, phone.stamp()).unwrap_or_else(|error| panic!("{room_kib} KiB: {error}"));
    assert_eq!((acked, sealed.lost_bytes), (sound.len() as u64, 0), "{room_kib} KiB");
    filler.empty();
    judge(phone, vault, sealed.item, &sound, acked);
}

fn killed_and_recovered(phone: &Phone, mut vault: Vault, root: &Path, first_bytes: usize) -> Vault {
    let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Other)).unwrap();
    let (pushed, acked, filler) = record(&mut capture, root, first_bytes);
    let item = capture.item();
    // As a kill does: nothing is closed; the disk stays full.
    drop((capture, vault));
    let mut vault = phone.open();
    let recovered = phone.recover(&mut vault);
    assert!(matches!(recovered[0].outcome, Recovery::Sealed { .. }), "{first_bytes}: {recovered:?}");
    filler.empty();
    judge(phone, &vault, item, &pushed, acked);
    vault
}

fn judge(phone: &Phone, vault: &Vault, item: ItemId, pushed: &[u8], acked: u64) {
    let kept = phone.open_as_bureau(item);
    assert!(pushed.starts_with(&kept), "not what was pushed");
    assert!(kept.len() as u64 >= acked, "kept {} of {acked} acknowledged", kept.len());
    let left: Vec<_> = std::fs::read_dir(phone.dir.join(format!("items/{item}"))).unwrap().collect();
    assert_eq!(left.len(), 1, "only the piece is left: {left:?}");
    assert!(vault.check().unwrap().is_whole());
}

fn refuses_to_begin(phone: &Phone, vault: &mut Vault, root: &Path) {
    let filler = Filler::fill(root, "filler");
    let before = std::fs::read_dir(phone.dir.join("items")).unwrap().count();
    let refused = Capture::begin(vault, &phone.ports, &phone.begin(MediaKind::Other)).unwrap_err();
    assert_eq!(refused.cause(), CloseCause::StorageFull);
    assert_eq!(std::fs::read_dir(phone.dir.join("items")).unwrap().count(), before, "nothing is left behind");
    filler.empty();
}

#[test]
#[cfg(target_os = "linux")]
fn a_recording_on_a_disk_without_a_byte_left_is_closed_at_once_as_a_valid_shorter_item() {
    let folder = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    let mount = format!("mount -t tmpfs -o size={DISK_MIB}m none \"${ROOT}\" && exec \"$0\" \"$@\"");
    let output = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &mount])
        .arg(test)
        .args(["--exact", "on_a_small_disk", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, folder.path())
        .output();
    let output = match output {
        Ok(output) => output,
        Err(error) => return println!("skipped: unshare cannot be run here ({error})"),
    };
    let (said, complained) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !said.contains("running 1 test") {
        return println!("skipped: no file system can be mounted here: {complained}");
    }
    assert!(said.contains("closed on a full disk"), "{said}{complained}");
}

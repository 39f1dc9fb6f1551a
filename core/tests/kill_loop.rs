//! A process killed at random moments of capturing, on real files: acknowledged photographs are never lost, sound
//! loses at most what came after the last tick, and stock `age` opens everything. `LIUHEN_KILLS` sets how often.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::capture::{Capture, Recovery, take_photo};
use liuhen_record::{ItemId, kind::MediaKind, seal::Identity};
use ring::rand::SystemRandom;
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use vault_support::{Phone, noise};

const ROOT: &str = "LIUHEN_KILLED_ROOT";
const KEY: &str = "LIUHEN_KILLED_KEY";
const SEED: &str = "LIUHEN_KILLED_SEED";

/// 64 kbit/s for 250 ms.
const TICK_BYTES: usize = 2_000;

/// Not a test: the process that is killed. It captures for ever and says on its output what was acknowledged.
#[test]
#[ignore = "run by the test below as the process to be killed"]
fn the_process_that_is_killed() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let identity = Identity::parse(&std::env::var(KEY).unwrap()).unwrap();
    let seed: u64 = std::env::var(SEED).unwrap().parse().unwrap();
    let phone = Phone::at(Path::new(&root), identity);
    let mut out = std::io::stdout();
    let mut say = |line: String| {
        out.write_all(line.as_bytes()).unwrap();
        out.flush().unwrap();
    };
    say("\nopening\n".to_owned());
    let mut vault = phone.open();
    if vault.device().is_none() {
        phone.enrol(&mut vault);
    }
    phone.recover(&mut vault);
    for round in 0.. {
        let photo = noise(5_000 + (seed as usize * 7919) % 90_000, seed + round);
        let sealed = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &photo).unwrap();
        say(format!("photo {} {} {}\n", sealed.item, photo.len(), seed + round));
        let mut capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio)).unwrap();
        let sound = noise(200_000, seed ^ round);
        say(format!("sound {} {}\n", capture.item(), seed ^ round));
        let mut pushed = 0;
        for slice in sound.chunks(TICK_BYTES) {
            capture.push(slice).unwrap();
            pushed += slice.len();
            say(format!("pushed {pushed}\n"));
            say(format!("acked {}\n", capture.tick().unwrap()));
        }
        capture.finish(&mut vault, phone.stamp()).unwrap();
        say("finished\n".to_owned());
    }
}

/// What the killed process had said.
#[derive(Default)]
struct Heard {
    photos: Vec<(ItemId, usize, u64)>,
    sounds: Vec<(ItemId, u64, u64, u64)>,
}

fn hear(child: &mut Child) -> Heard {
    let mut heard = Heard::default();
    for line in BufReader::new(child.stdout.take().unwrap()).split(b'\n') {
        let line = String::from_utf8(line.unwrap()).unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["photo", item, len, seed] => {
                heard.photos.push((item.parse().unwrap(), len.parse().unwrap(), seed.parse().unwrap()));
            }
            ["sound", item, seed] => heard.sounds.push((item.parse().unwrap(), seed.parse().unwrap(), 0, 0)),
            ["pushed", bytes] => heard.sounds.last_mut().unwrap().3 = bytes.parse().unwrap(),
            ["acked", bytes] => heard.sounds.last_mut().unwrap().2 = bytes.parse().unwrap(),
            _ => {}
        }
    }
    heard
}

fn start(root: &Path, key: &str, seed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_process_that_is_killed", "--ignored", "--nocapture", "--test-threads=1"])
        .env(ROOT, root)
        .env(KEY, key)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Kills the child after `delay`, however far it has come: that it is anywhere is the point.
fn kill_after(child: &mut Child, delay: Duration) {
    let start = Instant::now();
    while start.elapsed() < delay {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killing_the_process_at_any_moment_loses_nothing_acknowledged() {
    let kills: u64 = std::env::var("LIUHEN_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    let age = Command::new("age").arg("--version").output().is_ok();
    if !age {
        println!("skipped: the check by stock age, because it is not installed (./dev test installs it)");
    }
    let folder = tempfile::tempdir().unwrap();
    let key = Identity::make(&SystemRandom::new()).unwrap().to_secret_text();
    let key_file = folder.path().join("identity.txt");
    std::fs::write(&key_file, key.as_bytes()).unwrap();
    let (mut recovered, mut photos) = (0, 0);
    for seed in 1..=kills {
        let root = folder.path().join(format!("phone-{seed}"));
        // Some are killed again while they recover, and once more.
        let (mut all_photos, mut sounds) = (Vec::new(), Vec::new());
        for life in 0..=seed % 3 {
            let mut child = start(&root, &key, seed * 10 + life);
            let micros = (seed * 7_919 + life * 104_729) % 120_000;
            kill_after(&mut child, Duration::from_micros(micros));
            let heard = hear(&mut child);
            all_photos.extend(heard.photos);
            sounds.extend(heard.sounds);
        }
        let phone = Phone::at(&root, Identity::parse(&key).unwrap());
        let mut vault = phone.open();
        for outcome in phone.recover(&mut vault) {
            assert!(matches!(outcome.outcome, Recovery::Sealed { .. }), "kill {seed}: {:?}", outcome.outcome);
            recovered += 1;
        }
        let report = vault.check().unwrap();
        assert!(report.is_whole(), "kill {seed}: {:?}", report.broken);
        photos += all_photos.len();
        for (item, len, noise_seed) in all_photos {
            assert!(
                phone.open_as_bureau(item) == noise(len, noise_seed),
                "kill {seed}: a photograph is lost"
            );
        }
        for (item, noise_seed, acked, pushed) in sounds {
            let kept = phone.open_as_bureau(item);
            assert!(noise(200_000, noise_seed).starts_with(&kept), "kill {seed}: not what was pushed");
            assert!(kept.len() as u64 >= acked, "kill {seed}: kept {} of {acked} acknowledged", kept.len());
            let lost = pushed.saturating_sub(kept.len() as u64);
            assert!(lost <= 2 * TICK_BYTES as u64, "kill {seed}: lost {lost} bytes, more than half a second");
            if age {
                assert!(
                    open_with_age(&phone, item, &key_file) == kept,
                    "kill {seed}: stock age reads something else"
                );
            }
        }
        drop(vault);
        std::fs::remove_dir_all(&root).unwrap();
    }
    println!("{kills} kills, {recovered} items recovered, {photos} photographs acknowledged");
    assert!(kills < 100 || (recovered > kills / 10 && photos > 10), "the kills hit nothing");
}

fn open_with_age(phone: &Phone, item: ItemId, key_file: &Path) -> Vec<u8> {
    let sealed = phone.dir.parent().unwrap().join("whole.age");
    std::fs::write(&sealed, phone.sealed_bytes(item)).unwrap();
    let output = Command::new("age").arg("-d").arg("-i").arg(key_file).arg(&sealed).output().unwrap();
    assert!(output.status.success(), "age refuses: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

//! Every call by which the bureau opens, writes, syncs, renames, removes or closes a file fails once, or is the last of its
//! process (`strace -e inject`), as Tessera tests its storage; reading calls do not fail here. Afterwards nothing that was acknowledged is gone, nothing is listed that is missing, and a phone
//! that tries again ends with everything there exactly once.
//!
//! A sample runs by default; `LIUHEN_STRACE=full` goes through every call of the workload.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office,
    child::{Process, say},
    clock::TestClock,
    phone::Phone,
};
use liuhen_bureau::{
    Bureau, BureauConfig,
    fault::{Faults, Point},
    fsck::fsck,
    store::ItemStage,
};
use liuhen_record::{
    Digest, ItemId,
    note::VerifierKey,
    tlog::{Checkpoint, parse_hash, verify_consistency},
};
use std::{
    fs,
    io::{self, Read as _},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;

const DIR: &str = "LIUHEN_STRACE_DIR";
/// A server whose wake-up call failed does not answer: the phone gives up after this and tries again later.
const PATIENCE: Duration = Duration::from_secs(5);
/// No thread makes more calls of one kind in this workload.
const MOST_CALLS: usize = 400;
const PIECE: &[u8] = b"a piece in two parts";
/// Long enough to go to the disk past the cache, and a rest that does not.
const LONG_BYTES: usize = (2 << 20) + 70_000;

/// Calls as strace selects them, and the faults that they may have, each with the call that the sample takes: the first
/// ones of a thread load libraries.
const CALLS: [(&str, &[(&str, usize)]); 10] = [
    ("/^openat2?$", &[("error=EIO", 9), ("error=ENOSPC", 3), ("signal=SIGKILL", 5)]),
    ("/^(write|writev)$", &[("error=EIO", 1), ("error=ENOSPC", 2), ("signal=SIGKILL", 3)]),
    ("/^pwritev?(64)?$", &[("error=EIO", 3), ("error=ENOSPC", 8), ("signal=SIGKILL", 5)]),
    ("/^fsync$", &[("error=EIO", 3), ("signal=SIGKILL", 4)]),
    ("/^fdatasync$", &[("error=EIO", 2), ("signal=SIGKILL", 3)]),
    ("/^rename(at2?)?$", &[("error=EIO", 1), ("error=ENOSPC", 1), ("signal=SIGKILL", 1)]),
    ("/^unlink(at)?$", &[("error=EIO", 1), ("signal=SIGKILL", 1)]),
    ("/^mkdir(at)?$", &[("error=EIO", 1), ("error=ENOSPC", 1), ("signal=SIGKILL", 1)]),
    ("/^ftruncate(64)?$", &[("error=EIO", 1), ("signal=SIGKILL", 1)]),
    ("/^close$", &[("error=EIO", 4), ("signal=SIGKILL", 4)]),
];

/// Not a test: the bureau, in the process that strace watches.
#[tokio::test]
async fn child_process() {
    let Ok(dir) = std::env::var(DIR) else { return };
    // It ends with its parent, as abruptly as a power cut.
    std::thread::spawn(|| {
        let _parent_is_gone = std::io::stdin().read(&mut [0]);
        std::process::abort();
    });
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    match Bureau::start(config).await {
        Ok(bureau) => {
            say("url", &bureau.url());
            std::future::pending::<()>().await;
        }
        Err(error) => say("failed", &error.to_string()),
    }
}

/// Not with `--seccomp-bpf`: strace injects no signals then.
fn strace(arguments: &[String], log: &Path) -> Command {
    let mut command = Command::new("strace");
    command.args(["-f", "-q", "-o"]).arg(log).args(arguments);
    command.arg(std::env::current_exe().unwrap());
    command
}

/// Whether this machine lets us watch our own processes.
fn permitted() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=close", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// An enrolled phone with two items in records that were never sent, and the folder of its bureau.
struct Workload {
    base: TempDir,
    phone: Phone,
    items: [ItemId; 2],
    /// The piece of the second, which comes whole in one request.
    long: Vec<u8>,
    held: Checkpoint,
}

/// What the bureau acknowledged while its calls failed.
#[derive(Debug, Default)]
struct Acknowledged {
    next_seq: i64,
    offset_bytes: usize,
    stored: [bool; 2],
    checkpoint: Option<String>,
}

impl Workload {
    async fn prepare() -> Self {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        let note = phone.get("/v1/receipts").await.ok();
        let key = VerifierKey::parse(&phone.vkey).unwrap();
        let held = Checkpoint::open(note["checkpoint"].as_str().unwrap(), &key).unwrap();
        office.stop().await;
        let base = TempDir::new().unwrap();
        copy(&office.data_dir(), base.path());
        let (_, first) = phone.capture(&[PIECE.to_vec()]);
        let long: Vec<u8> = (0..LONG_BYTES).map(|n| (n / 3) as u8).collect();
        let (_, second) = phone.capture(std::slice::from_ref(&long));
        Self { base, phone, items: [first, second], long, held }
    }

    /// Does the whole work once and never twice, whatever is answered.
    async fn work(&mut self, url: String) -> Acknowledged {
        self.phone.url = url;
        let phone = &self.phone;
        let mut done = Acknowledged::default();
        let records = phone.http.post(format!("{}/v1/records", phone.url)).bearer_auth(&phone.token);
        let records = records.json(&Phone::batch(&phone.records)).timeout(PATIENCE).send().await;
        if let Some(answer) = successful(records)
            && let Ok(said) = answer.json::<serde_json::Value>().await
        {
            done.next_seq = said["next_seq"].as_i64().unwrap();
        }
        if let Some(path) = self.create(0, PIECE).await
            && successful(phone.patch(&path, 0, &PIECE[..7]).timeout(PATIENCE).send().await).is_some()
        {
            done.offset_bytes = 7;
            let rest = phone.patch(&path, 7, &PIECE[7..]).timeout(PATIENCE).send().await;
            done.stored[0] = successful(rest).is_some();
        }
        if let Some(path) = self.create(1, &self.long).await {
            let whole = phone.patch_whole(&path, &self.long).timeout(PATIENCE).send().await;
            done.stored[1] = successful(whole).is_some();
        }
        let receipts = phone.http.get(format!("{}/v1/receipts", phone.url)).bearer_auth(&phone.token);
        if let Some(answer) = successful(receipts.timeout(PATIENCE).send().await)
            && let Ok(said) = answer.json::<serde_json::Value>().await
        {
            done.checkpoint = said["checkpoint"].as_str().map(str::to_owned);
        }
        done
    }

    async fn create(&self, which: usize, piece: &[u8]) -> Option<String> {
        let request = self.phone.tus("POST", "/v1/uploads").header("Upload-Length", piece.len());
        let metadata = Phone::metadata(self.items[which], 0, Digest::of(piece));
        let answer = successful(request.header("Upload-Metadata", metadata).timeout(PATIENCE).send().await)?;
        Some(answer.headers()["location"].to_str().unwrap().to_owned())
    }

    /// A sound server on the same folder has all that was acknowledged, and the phone completes what is left.
    async fn check(&mut self, dir: &Path, done: &Acknowledged, told: &str) {
        let mut config = BureauConfig::new(dir);
        config.clock = Arc::<TestClock>::default();
        let bureau = Bureau::start(config).await.unwrap_or_else(|error| panic!("{told}: {error}"));
        let sound = |when: &str| {
            assert_eq!(fsck(bureau.office()).unwrap().broken, [], "{told}, {when}");
        };
        let stage = |item| bureau.office().read(|rows| rows.item(item)).unwrap().map(|row| row.stage);
        sound("after the restart");
        self.phone.url = bureau.url();
        let head = self.phone.get("/v1/records/head").await.ok();
        assert!(
            head["next_seq"].as_i64().unwrap() >= done.next_seq,
            "{told}: acknowledged records are there"
        );
        for (item, stored) in self.items.iter().zip(done.stored) {
            assert!(
                !stored || stage(*item) == Some(ItemStage::Stored),
                "{told}: an acknowledged piece is there"
            );
        }
        self.phone.post_records(&self.phone.records).await.ok();
        let path = self.phone.create(self.items[0], 0, PIECE).await;
        let answer = self.phone.tus("HEAD", &path).send().await.unwrap();
        let offset: usize = answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
        // A disk that reported an error is not believed about the piece under way: it starts again. A kill costs nothing.
        let given_up = offset == 0 && told.starts_with("error=");
        assert!(given_up || offset >= done.offset_bytes, "{told}: {offset} of {} bytes", done.offset_bytes);
        if offset < PIECE.len() {
            let rest = self.phone.patch(&path, offset, &PIECE[offset..]).send().await.unwrap();
            assert_eq!(rest.status(), 204, "{told}");
        }
        self.phone.upload(self.items[1], 0, &self.long).await;
        self.assert_continues(done, told).await;
        let size = bureau.office().read(|rows| rows.log_size()).unwrap();
        assert_eq!(
            size,
            self.phone.records.len() as u64 + 2,
            "{told}: every record and item is in the log once"
        );
        assert!(self.items.iter().all(|item| stage(*item) == Some(ItemStage::Stored)), "{told}");
        sound("after the phone tried again");
        bureau.stop().await;
    }

    /// The log continues every checkpoint that was ever given away.
    async fn assert_continues(&self, done: &Acknowledged, told: &str) {
        let key = VerifierKey::parse(&self.phone.vkey).unwrap();
        let given = done.checkpoint.as_ref().map(|note| Checkpoint::open(note, &key).unwrap());
        for held in [Some(self.held.clone()), given].into_iter().flatten() {
            let receipts = self.phone.get(&format!("/v1/receipts?since_size={}", held.size)).await.ok();
            let now = Checkpoint::open(receipts["checkpoint"].as_str().unwrap(), &key).unwrap();
            let proof = receipts["consistency"].as_array().unwrap().iter();
            let proof: Vec<_> = proof.map(|hash| parse_hash(hash.as_str().unwrap()).unwrap()).collect();
            verify_consistency(&held, &now, &proof).unwrap_or_else(|error| panic!("{told}: {error}"));
        }
    }

    /// One run under a fault; whether it struck.
    async fn run(&mut self, calls: &str, fault: &str, n: usize) -> bool {
        let told = format!("{fault} at call {n} of {calls}");
        let dir = TempDir::new().unwrap();
        copy(self.base.path(), &dir.path().join("data"));
        let data = dir.path().join("data");
        let log = dir.path().join("strace.log");
        let arguments = [
            "-e".to_owned(),
            format!("trace={calls}"),
            "-e".to_owned(),
            format!("inject={calls}:{fault}:when={n}"),
        ];
        let process = Process::start_under(strace(&arguments, &log), &[(DIR, data.display().to_string())]);
        let (process, url) = tokio::task::spawn_blocking(move || {
            let url = process.says("url");
            (process, url)
        })
        .await
        .unwrap();
        let done = match url {
            Some(url) => self.work(url).await,
            None => Acknowledged::default(),
        };
        tokio::task::spawn_blocking(move || process.end()).await.unwrap();
        self.check(&data, &done, &told).await;
        let log = String::from_utf8_lossy(&fs::read(log).unwrap()).into_owned();
        log.contains("(INJECTED)") || log.contains("killed by SIGKILL")
    }
}

/// A bureau on this folder of which every fsync of `path` fails; its address once it serves.
async fn start_with_failing_fsync(data: &Path, path: &Path) -> (Process, Option<String>) {
    let mut arguments = ["-P", path.to_str().unwrap()].map(str::to_owned).to_vec();
    arguments.extend(["-e", "trace=fsync", "-e", "inject=fsync:error=EIO"].map(str::to_owned));
    let process = Process::start_under(
        strace(&arguments, Path::new("/dev/null")),
        &[(DIR, data.display().to_string())],
    );
    let waiting = tokio::task::spawn_blocking(move || {
        let url = process.says("url");
        (process, url)
    });
    waiting.await.unwrap()
}

/// Fails after a piece has its name and before anybody made that name durable, as a process that is killed there.
struct DiesAfterRename;

impl Faults for DiesAfterRename {
    fn hit(&self, point: Point) -> io::Result<()> {
        if point == Point::PieceRenamed { Err(io::Error::other("killed")) } else { Ok(()) }
    }
}

fn is_listed(data: &Path) -> bool {
    let db = rusqlite::Connection::open(data.join("ledger.sqlite3")).unwrap();
    db.query_row("SELECT stored_ms IS NOT NULL FROM piece", [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_piece_that_a_killed_process_left_is_not_listed_before_its_bytes_and_its_name_are_durable() {
    if !permitted() {
        return;
    }
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    office.stop().await;
    let mut config = office.config();
    config.faults = Arc::new(DiesAfterRename);
    office.bureau = Some(Bureau::start(config).await.unwrap());
    phone.url = office.url();
    let path = phone.create(item, 0, PIECE).await;
    assert_eq!(phone.patch_whole(&path, PIECE).send().await.unwrap().status(), 500);
    office.stop().await;
    let (data, name) = (office.data_dir(), Digest::of(PIECE).to_string());
    let pieces = data.join("store/pieces");
    let folder = pieces.join(&name[..2]);
    for undurable in [folder.join(&name), folder, pieces] {
        let (process, url) = start_with_failing_fsync(&data, &undurable).await;
        assert!(url.is_some(), "one piece keeps nobody from working");
        assert!(!is_listed(&data), "{undurable:?}");
        tokio::task::spawn_blocking(move || process.end()).await.unwrap();
        assert!(!is_listed(&data), "{undurable:?}");
    }
    office.start().await;
    assert!(is_listed(&data), "a sound disk keeps it, and it need not be sent again");
}

#[tokio::test]
async fn a_piece_is_not_acknowledged_before_the_name_of_its_folder_is_durable() {
    if !permitted() {
        return;
    }
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let path = phone.create(item, 0, PIECE).await;
    office.stop().await;
    let (data, name) = (office.data_dir(), Digest::of(PIECE).to_string());
    let pieces = data.join("store/pieces");
    // Somebody made it, and nobody knows whether he lived to make that durable.
    fs::create_dir_all(pieces.join(&name[..2])).unwrap();
    let (process, url) = start_with_failing_fsync(&data, &pieces).await;
    phone.url = url.unwrap();
    assert_eq!(phone.patch_whole(&path, PIECE).send().await.unwrap().status(), 500);
    tokio::task::spawn_blocking(move || process.end()).await.unwrap();
    assert!(!is_listed(&data));
    office.start().await;
    phone.url = office.url();
    phone.upload(item, 0, PIECE).await;
    assert!(is_listed(&data));
}

fn successful(answer: reqwest::Result<reqwest::Response>) -> Option<reqwest::Response> {
    answer.ok().filter(|answer| answer.status().is_success())
}

#[tokio::test]
async fn a_failing_call_and_a_kill_at_a_call_lose_nothing_acknowledged() {
    if !permitted() {
        eprintln!("skipped: strace is not here, or is not permitted to watch processes");
        return;
    }
    let full = std::env::var("LIUHEN_STRACE").is_ok_and(|which| which == "full");
    let mut workload = Workload::prepare().await;
    let (mut runs, mut struck) = (0, 0);
    for (calls, faults) in CALLS {
        for (fault, sample) in faults {
            let wanted = if full { 1..=MOST_CALLS } else { *sample..=*sample };
            let mut last = 0;
            for n in wanted {
                let hit = workload.run(calls, fault, n).await;
                runs += 1;
                struck += usize::from(hit);
                last = n;
                if full && !hit {
                    break;
                }
            }
            if full {
                println!("{calls} {fault}: {} calls of a thread", last - 1);
                assert!(last < MOST_CALLS, "the sweep came to its end");
            }
        }
    }
    println!("{runs} runs, {struck} of them under a fault");
    assert!(struck * 2 > runs, "{struck} of {runs} runs met their fault");
}

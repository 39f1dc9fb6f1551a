//! Every call by which the bureau opens, writes, copies, syncs, renames, removes or closes a file, or reads one of its data
//! folder, fails once, or is the last of its process (`strace -e inject`), as Tessera tests its storage. While it fails the
//! phone is told to come again and never blamed. Afterwards nothing that was acknowledged is gone, nothing is listed that is
//! missing, and a phone that goes on ends with everything there exactly once.
//!
//! A sample runs by default, drawn by a seed that is printed and that `LIUHEN_SEED` brings back; `LIUHEN_STRACE=full` goes
//! through every call of the workloads.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office, body,
    child::FailAt,
    clock::TestClock,
    phone::Phone,
    strace::{
        self, CLOSING, COPYING, CUTTING, Injection, LISTING, LOOKING, LOOKING_AT_LEDGER, MAKING, OPENING,
        READING, READING_PAGES, REMOVING, RENAMING, SYNCING, WRITING, WRITING_PAGES, answered, copy, end,
        permitted, said,
    },
};
use liuhen_bureau::{
    Bureau, BureauConfig,
    fault::Point,
    fsck::{fsck, fsck_beside},
    store::ItemStage,
};
use liuhen_record::{
    Digest, ItemId,
    note::VerifierKey,
    seal::PIECE_BYTES,
    tlog::{Checkpoint, parse_hash, verify_consistency},
};
use reqwest::RequestBuilder;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// No thread makes more calls of one kind in these workloads.
const MOST_CALLS: usize = 1500;
const PIECE: &[u8] = b"a piece in two parts";
const LAST: &[u8] = b"the last piece of several";
/// So much of a piece that comes in parts is in its first.
const PART_BYTES: usize = 7;
/// Long enough to go to the disk past the cache, and a rest that does not.
const LONG_BYTES: usize = (2 << 20) + 70_000;

/// Calls as strace selects them, the faults that they may have, and between which numbers the sample draws: those that a
/// thread makes.
type Calls = (&'static str, &'static [&'static str], [usize; 2]);
const FULL: &[&str] = &["error=EIO", "error=ENOSPC", "signal=SIGKILL"];
const FAILING: &[&str] = &["error=EIO", "signal=SIGKILL"];
/// Which calls of a process are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// From its first one, about what is in the data folder: libraries lie elsewhere.
    Start,
    /// Those that it makes once it serves, about anything.
    Serving,
    /// The same, about what is in the data folder under a name that is known before.
    Known,
}

/// What a bureau does to open its folder and to make good what the last process left.
const STARTING: [Calls; 14] = [
    (OPENING, FULL, [1, 20]),
    (READING, FAILING, [1, 130]),
    (READING_PAGES, FAILING, [1, 12]),
    (LOOKING, FAILING, [1, 20]),
    (LOOKING_AT_LEDGER, FAILING, [1, 20]),
    (LISTING, FAILING, [1, 2]),
    (WRITING, FULL, [1, 1]),
    (WRITING_PAGES, FULL, [1, 12]),
    (SYNCING, FULL, [1, 8]),
    (RENAMING, FULL, [1, 1]),
    (REMOVING, FAILING, [1, 1]),
    (MAKING, FULL, [1, 1]),
    (CUTTING, FULL, [1, 1]),
    (CLOSING, FAILING, [1, 10]),
];
/// What it does for the phone.
const SERVING: [Calls; 13] = [
    (OPENING, FULL, [1, 13]),
    (READING, FAILING, [1, 5]),
    (READING_PAGES, FAILING, [1, 10]),
    (LOOKING, FAILING, [1, 6]),
    (LOOKING_AT_LEDGER, FAILING, [1, 6]),
    (WRITING, FULL, [1, 10]),
    (WRITING_PAGES, FULL, [1, 50]),
    (SYNCING, FULL, [1, 10]),
    (RENAMING, FULL, [1, 2]),
    (REMOVING, FAILING, [1, 1]),
    (MAKING, FULL, [1, 2]),
    (CUTTING, FULL, [1, 2]),
    (CLOSING, FAILING, [1, 10]),
];

/// A thread is woken by a write, too, which fails more often than those to files.
const KNOWN: [Calls; 1] = [(WRITING, FULL, [1, 1])];
/// What is acknowledged of a piece is copied when somebody who died may still write it.
const COPIED: Calls = (COPYING, FULL, [1, 1]);

/// Not a test: the bureau, in the process that strace watches.
#[tokio::test]
async fn child_process() {
    strace::serve().await;
}

/// How a piece gets to the bureau while its calls fail.
#[derive(Clone, PartialEq, Eq)]
enum Way {
    /// In the one request that makes its upload.
    Whole,
    /// An upload is made, and one request brings the whole piece.
    Made,
    /// An upload is made, a part comes, and then the rest.
    Parts,
    /// As [`Self::Parts`], and a process died that had taken the upload to write the rest.
    Taken,
    /// The rest of this upload.
    Rest(String),
    /// It is there.
    Kept,
    /// The process that had it died there.
    Left(Point),
}

struct Item {
    id: ItemId,
    pieces: Vec<(Vec<u8>, Way)>,
}

/// An enrolled phone with items, and the folder of its bureau.
struct Workload {
    /// Its last requests may still be at work in its folder.
    _office: Office,
    base: TempDir,
    phone: Phone,
    items: Vec<Item>,
    held: Checkpoint,
}

/// What the bureau acknowledged while its calls failed; pieces by the place of their item and their own.
#[derive(Debug, Default)]
struct Acknowledged {
    next_seq: i64,
    offsets: BTreeMap<(usize, usize), usize>,
    kept: BTreeSet<(usize, usize)>,
    checkpoint: Option<String>,
}

fn first() -> Vec<u8> {
    vec![7; PIECE_BYTES as usize]
}

fn long() -> Vec<u8> {
    (0..LONG_BYTES).map(|n| (n / 3) as u8).collect()
}

fn capture(phone: &mut Phone, pieces: Vec<(Vec<u8>, Way)>) -> Item {
    let bytes: Vec<_> = pieces.iter().map(|(piece, _)| piece.clone()).collect();
    let (_, id) = phone.capture(&bytes);
    Item { id, pieces }
}

async fn post_whole(phone: &Phone, item: &Item, idx: usize) {
    let sent = phone.post_whole(item.id, idx, &item.pieces[idx].0).send().await.unwrap();
    assert_eq!(sent.status(), 201);
}

impl Workload {
    /// Nothing of the items was sent, neither their records.
    async fn from_the_start() -> Self {
        let office = Office::open().await;
        let mut phone = office.phone().await;
        let items = [
            vec![(PIECE.to_vec(), Way::Parts)],
            vec![(long(), Way::Whole)],
            vec![(b"a piece in one request".to_vec(), Way::Made)],
            vec![(first(), Way::Whole), (LAST.to_vec(), Way::Whole)],
        ];
        let held = Self::held(&phone).await;
        let items = items.into_iter().map(|pieces| capture(&mut phone, pieces)).collect();
        Self::of(office, phone, items, held).await
    }

    /// The records are there, and of each item all but the end: what is finished now must be read back first. Of the last
    /// two everything is there, and processes died before they finished the one and listed the other.
    async fn under_way() -> Self {
        let mut office = Office::open().await;
        let mut phone = office.phone().await;
        let items = [
            vec![(PIECE.to_vec(), Way::Parts)],
            vec![(long(), Way::Whole)],
            vec![(first(), Way::Kept), (LAST.to_vec(), Way::Whole)],
            vec![(first(), Way::Kept), (b"in parts, after another".to_vec(), Way::Parts)],
            vec![(first(), Way::Kept), (b"left unfinished".to_vec(), Way::Left(Point::ItemHashed))],
            vec![(b"left unlisted".to_vec(), Way::Left(Point::PieceInPlace))],
            vec![(b"in parts, and taken by a process that died".to_vec(), Way::Taken)],
        ];
        let mut items = items.map(|pieces| capture(&mut phone, pieces));
        phone.send().await.ok();
        let mut taken = Vec::new();
        for item in &mut items {
            for idx in 0..item.pieces.len() {
                let (piece, way) = &item.pieces[idx];
                match way {
                    Way::Parts | Way::Taken => {
                        let path = phone.create(item.id, idx, piece).await;
                        let part = phone.patch(&path, 0, &piece[..PART_BYTES]).send().await.unwrap();
                        assert_eq!(part.status(), 204);
                        taken.extend((*way == Way::Taken).then(|| (path.clone(), piece.clone())));
                        item.pieces[idx].1 = Way::Rest(path);
                    }
                    Way::Kept if idx == 0 => post_whole(&phone, item, 0).await,
                    _ => {}
                }
            }
        }
        let held = Self::held(&phone).await;
        let mut dies_at = Vec::new();
        for item in &items {
            let idx = item.pieces.len() - 1;
            let Way::Left(point) = item.pieces[idx].1 else { continue };
            // Whatever the one before left is not made good by the next.
            dies_at.push(point);
            Self::restart(&mut office, &mut phone, dies_at.clone()).await;
            let _answered_or_not = phone.post_whole(item.id, idx, &item.pieces[idx].0).send().await.unwrap();
            let stage = office.bureau().office().read(|rows| rows.item(item.id)).unwrap().unwrap().stage;
            assert_eq!(stage, ItemStage::Sealed);
        }
        dies_at.push(Point::UploadClaimed);
        Self::restart(&mut office, &mut phone, dies_at).await;
        for (path, piece) in taken {
            let rest = phone.patch(&path, PART_BYTES, &piece[PART_BYTES..]).send().await.unwrap();
            assert_eq!(rest.status(), 500);
        }
        Self::of(office, phone, items.into(), held).await
    }

    /// Another bureau on the same folder, which fails at these points.
    async fn restart(office: &mut Office, phone: &mut Phone, dies_at: Vec<Point>) {
        office.stop().await;
        let mut config = office.config();
        config.faults = Arc::new(FailAt(dies_at));
        office.bureau = Some(Bureau::start(config).await.unwrap());
        phone.url = office.url();
    }

    async fn held(phone: &Phone) -> Checkpoint {
        let note = phone.get("/v1/receipts").await.ok();
        let key = VerifierKey::parse(&phone.vkey).unwrap();
        Checkpoint::open(note["checkpoint"].as_str().unwrap(), &key).unwrap()
    }

    async fn of(mut office: Office, phone: Phone, items: Vec<Item>, held: Checkpoint) -> Self {
        office.stop().await;
        // Whoever closes the database last takes its journal away: not while it is copied.
        let ledger = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
        ledger.query_row("SELECT count(*) FROM piece", [], |row| row.get::<_, i64>(0)).unwrap();
        let base = TempDir::new().unwrap();
        copy(&office.data_dir(), base.path());
        Self { _office: office, base, phone, items, held }
    }

    /// Every file and folder below `data` of which the name is known before.
    fn paths(&self, data: &Path) -> Vec<PathBuf> {
        let mut found = vec![data.to_owned()];
        for name in ["-wal", "-shm", "-journal"] {
            found.push(data.join(format!("ledger.sqlite3{name}")));
        }
        found.push(data.join("store/quarantine"));
        for (piece, _) in self.items.iter().flat_map(|item| &item.pieces) {
            let name = Digest::of(piece).to_string();
            let folder = data.join("store/pieces").join(&name[..2]);
            found.extend([folder.join(&name), folder]);
        }
        let mut folders = vec![data.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                }
                found.push(entry.path());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Does the whole work once and never twice, whatever is answered.
    async fn work(&mut self, url: String, told: &str) -> Acknowledged {
        self.phone.url = url;
        let phone = &self.phone;
        let mut done = Acknowledged::default();
        let asked = |request: RequestBuilder| request.bearer_auth(&phone.token);
        let records = asked(phone.http.post(format!("{}/v1/records", phone.url)));
        if let Some(said) = said(records.json(&Phone::batch(&phone.records)), told).await {
            done.next_seq = said["next_seq"].as_i64().unwrap();
        }
        // A phone sends no piece whose record it does not know to be there.
        if done.next_seq > 0
            && let Some(said) =
                said(asked(phone.http.get(format!("{}/v1/items/missing", phone.url))), told).await
        {
            let items = said["items"].as_array().unwrap();
            assert!(items.iter().all(|item| item["state"] != "refused"), "{told}: {said}");
            for (place, item) in self.items.iter().enumerate() {
                for idx in 0..item.pieces.len() {
                    self.send(&mut done, (place, idx), told).await;
                }
            }
        }
        let receipts = asked(phone.http.get(format!("{}/v1/receipts", phone.url)));
        if let Some(said) = said(receipts, told).await {
            done.checkpoint = said["checkpoint"].as_str().map(str::to_owned);
        }
        done
    }

    async fn send(&self, done: &mut Acknowledged, which: (usize, usize), told: &str) {
        let (phone, item) = (&self.phone, &self.items[which.0]);
        let (piece, way) = &item.pieces[which.1];
        let path = match way {
            Way::Rest(begun) => Some(begun.clone()),
            Way::Made | Way::Parts | Way::Taken => self.create(which, told).await,
            Way::Whole | Way::Kept | Way::Left(_) => None,
        };
        let last = match (way, path) {
            (Way::Kept | Way::Left(_), _) => {
                done.kept.insert(which);
                return;
            }
            (Way::Whole, _) => phone.post_whole(item.id, which.1, piece),
            (Way::Made, Some(path)) => phone.patch_whole(&path, piece),
            (Way::Parts | Way::Taken | Way::Rest(_), Some(path)) => {
                if !matches!(way, Way::Rest(_))
                    && answered(phone.patch(&path, 0, &piece[..PART_BYTES]), told).await.is_none()
                {
                    return;
                }
                done.offsets.insert(which, PART_BYTES);
                phone.patch(&path, PART_BYTES, &piece[PART_BYTES..])
            }
            (_, None) => return,
        };
        if answered(last, told).await.is_some() {
            done.kept.insert(which);
        }
    }

    async fn create(&self, (place, idx): (usize, usize), told: &str) -> Option<String> {
        let item = &self.items[place];
        let piece = &item.pieces[idx].0;
        let request = self.phone.tus("POST", "/v1/uploads").header("Upload-Length", piece.len());
        let metadata = Phone::metadata(item.id, idx, Digest::of(piece));
        let made = answered(request.header("Upload-Metadata", metadata), told).await?;
        Some(made.headers()["location"].to_str().unwrap().to_owned())
    }

    /// A sound server on the same folder has all that was acknowledged, and the phone completes what is left.
    async fn check(&mut self, dir: &Path, done: &Acknowledged, told: &str) {
        assert_eq!(fsck_beside(dir, None).unwrap().broken, [], "{told}, as it was left");
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
        self.phone.post_records(&self.phone.records).await.ok();
        self.go_on(done, told).await;
        self.assert_continues(done, told).await;
        let size = bureau.office().read(|rows| rows.log_size()).unwrap();
        assert_eq!(
            size,
            (self.phone.records.len() + self.items.len()) as u64,
            "{told}: every record and item is in the log once"
        );
        assert!(self.items.iter().all(|item| stage(item.id) == Some(ItemStage::Stored)), "{told}");
        assert_eq!(
            bureau.office().read(|rows| rows.incidents(None, 9)).unwrap(),
            [],
            "{told}: nobody is blamed"
        );
        sound("after the phone went on");
        bureau.stop().await;
    }

    /// Sends whatever the bureau misses, from where it is, and nothing of what it acknowledged.
    async fn go_on(&self, done: &Acknowledged, told: &str) {
        let missing = self.phone.get("/v1/items/missing").await.ok();
        for listed in missing["items"].as_array().unwrap() {
            let place = self.items.iter().position(|item| listed["item"] == item.id.to_string()).unwrap();
            let pieces = listed["pieces"].as_array().unwrap();
            assert!(!pieces.is_empty(), "{told}: a sound server finishes what it has");
            for piece in pieces {
                let which = (place, piece["index"].as_u64().unwrap() as usize);
                assert!(!done.kept.contains(&which), "{told}: an acknowledged piece is there");
                self.go_on_with(which, done, told).await;
            }
        }
    }

    async fn go_on_with(&self, which: (usize, usize), done: &Acknowledged, told: &str) {
        let item = &self.items[which.0];
        let piece = &item.pieces[which.1].0;
        let path = self.phone.create(item.id, which.1, piece).await;
        let answer = self.phone.tus("HEAD", &path).send().await.unwrap();
        let offset: usize = answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap();
        // A disk that reported an error is not believed about the piece under way: it starts again. A kill costs nothing.
        let given_up = offset == 0 && told.starts_with("error=");
        let acknowledged = done.offsets.get(&which).copied().unwrap_or_default();
        assert!(given_up || offset >= acknowledged, "{told}: {offset} of {acknowledged} bytes");
        let rest = self.phone.patch(&path, offset, &piece[offset..]).send().await.unwrap();
        assert_eq!(rest.status(), 204, "{told}");
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
    async fn run(&mut self, calls: &str, fault: &str, n: usize, scope: Scope) -> bool {
        let told = format!("{fault} at call {n} of {calls}, {scope:?}");
        let dir = TempDir::new().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("strace.log"));
        copy(self.base.path(), &data);
        let paths = if scope == Scope::Serving { Vec::new() } else { self.paths(&data) };
        let injection = Injection { calls, fault, when: Some(n), paths: &paths };
        let (process, url) = match scope {
            Scope::Start => injection.start(&data, &log).await,
            Scope::Serving | Scope::Known => injection.attach(&data, &log).await,
        };
        let done = match url {
            Some(url) => self.work(url, &told).await,
            None => Acknowledged::default(),
        };
        end(process).await;
        self.check(&data, &done, &told).await;
        let log = String::from_utf8_lossy(&fs::read(log).unwrap()).into_owned();
        log.contains("(INJECTED)") || log.contains("killed by SIGKILL")
    }

    /// Every fault at every one of these calls, or with a seed one fault at one call.
    async fn sweep(&mut self, calls: &Calls, scope: Scope, seed: Option<u64>) -> Struck {
        let (calls, faults, [least, most]) = *calls;
        let mut struck = Struck::default();
        if let Some(seed) = seed {
            let draw =
                |what, bound| draw(&format!("{seed} {calls} {scope:?} {} {what}", self.items.len()), bound);
            let (fault, n) = (faults[draw("fault", faults.len())], least + draw("call", most - least + 1));
            struck.count(self.run(calls, fault, n, scope).await);
            return struck;
        }
        for fault in faults {
            let mut n = 1;
            while struck.count(self.run(calls, fault, n, scope).await) {
                n += 1;
                assert!(n < MOST_CALLS, "the sweep came to its end");
            }
            println!("{calls} {fault} {scope:?}: {} calls of a thread", n - 1);
        }
        struck
    }
}

#[derive(Default)]
struct Struck {
    runs: usize,
    hits: usize,
}

impl Struck {
    fn count(&mut self, hit: bool) -> bool {
        self.runs += 1;
        self.hits += usize::from(hit);
        hit
    }
}

/// A number below `bound` that this text gives again.
fn draw(text: &str, bound: usize) -> usize {
    let [a, b, c, d, ..] = Digest::of(text.as_bytes()).0;
    u32::from_be_bytes([a, b, c, d]) as usize % bound
}

#[tokio::test]
async fn a_failing_call_and_a_kill_at_a_call_lose_nothing_acknowledged() {
    if !permitted() {
        return;
    }
    let full = std::env::var("LIUHEN_STRACE").is_ok_and(|which| which == "full");
    let fresh = u64::from(u32::from_be_bytes(body::random()));
    let seed = std::env::var("LIUHEN_SEED").map_or(fresh, |seed| seed.parse().unwrap());
    println!("LIUHEN_SEED={seed} draws the same calls again");
    let draws = (!full).then_some(seed);
    let mut all = Vec::new();
    let mut workload = Workload::from_the_start().await;
    for calls in &SERVING {
        all.push(workload.sweep(calls, Scope::Serving, draws).await);
    }
    let mut workload = Workload::under_way().await;
    let copied = workload.sweep(&COPIED, Scope::Serving, draws).await;
    assert!(copied.hits > 0, "a copy was under way when it failed");
    all.push(copied);
    let scopes = [(Scope::Serving, &SERVING[..]), (Scope::Known, &KNOWN[..]), (Scope::Start, &STARTING[..])];
    for (scope, calls) in scopes {
        for calls in calls {
            all.push(workload.sweep(calls, scope, draws).await);
        }
    }
    let (runs, hits) = all.iter().fold((0, 0), |sum, one| (sum.0 + one.runs, sum.1 + one.hits));
    println!("{runs} runs, {hits} of them under a fault");
    assert!(hits * 2 > runs, "{hits} of {runs} runs met their fault");
}

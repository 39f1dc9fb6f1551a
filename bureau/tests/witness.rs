//! A witness, and a bureau that asks one: what is refused, what is kept, and that nothing waits for a dead one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use axum::{Router, routing::post};
use common::{
    Office, browser::Browser, child::FailAt, client, clock::TestClock, log::Log, memory::Memory, phone::Phone,
};
use liuhen_bureau::{
    Bureau,
    account::Role,
    admin, export,
    fault::Point,
    log::witnesses::WitnessAddress,
    store::StoreError,
    witness::{OpenWitnessError, StartWitnessError, Witness, WitnessConfig, WitnessState},
};
use liuhen_record::{
    Digest, ItemId,
    note::{NoteSignature, SignedNote, VerifierKey},
    tlog::Checkpoint,
    witness::{AddCheckpoint, Cosigner, WitnessKey, WitnessPolicy},
};
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::sync::{Notify, Semaphore};

fn config(dir: &Path, key: VerifierKey) -> WitnessConfig {
    let mut config = WitnessConfig::new(dir, vec![key]);
    config.clock = Arc::<TestClock>::default();
    config
}

async fn ask(url: &str, body: String) -> (u16, String, String) {
    let response = client().post(format!("{url}/add-checkpoint")).body(body).send().await.unwrap();
    let kind = response.headers().get("content-type").map(|value| value.to_str().unwrap().to_owned());
    (response.status().as_u16(), kind.unwrap_or_default(), response.text().await.unwrap())
}

fn cosigned_at(key: &WitnessKey, note: &str, lines: &str) -> Option<u64> {
    key.cosigned(&SignedNote::parse(&format!("{note}{lines}")).unwrap()).unwrap()
}

#[tokio::test]
async fn a_witness_cosigns_what_continues_and_refuses_everything_else_without_harm() {
    let dir = TempDir::new().unwrap();
    let mut log = Log::of("log.example/a", 40);
    let witness = Witness::start(config(dir.path(), log.key())).await.unwrap();
    let (url, key) = (witness.url(), witness.key().clone());
    let held = || async {
        let origin = Digest::of(b"log.example/a");
        let response = client().get(format!("{url}/{origin}/checkpoint")).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(held().await.0, 404, "nothing was cosigned yet");
    let (status, _, line) = ask(&url, log.request(0, 10).to_string()).await;
    assert_eq!((status, cosigned_at(&key, &log.checkpoint(10), &line)), (200, Some(1_773_108_000)), "{line}");
    let (status, _, line) = ask(&url, log.request(10, 20).to_string()).await;
    assert_eq!((status, cosigned_at(&key, &log.checkpoint(20), &line).is_some()), (200, true));
    let before = held().await;
    assert_eq!(Checkpoint::open(&before.1, &log.key()).unwrap().size, 20);
    assert!(cosigned_at(&key, &before.1, "").is_some(), "what is shown carries both signatures");

    let stranger = Log::of("log.example/b", 5);
    let impostor = Log::of("log.example/a", 30);
    let wrong_proof = AddCheckpoint { hashes: log.request(19, 30).hashes, ..log.request(20, 30) };
    let no_proof = AddCheckpoint { hashes: Vec::new(), ..log.request(20, 30) };
    for (told, body, wanted) in [
        ("not a request", "hello".to_owned(), 400),
        ("a log that shrank", log.request(20, 12).to_string(), 400),
        ("an unknown log", stranger.request(0, 5).to_string(), 404),
        ("another key of the log's name", impostor.request(20, 30).to_string(), 403),
        ("an old size that is not held", log.request(10, 30).to_string(), 409),
        ("a rollback to a size once held", log.request(10, 10).to_string(), 409),
        ("a wrong proof", wrong_proof.to_string(), 422),
        ("no proof", no_proof.to_string(), 422),
    ] {
        let (status, kind, text) = ask(&url, body).await;
        assert_eq!(status, wanted, "{told}: {text}");
        if wanted == 409 {
            assert_eq!((kind.as_str(), text.as_str()), ("text/x.tlog.size", "20\n"), "{told}");
        }
        assert_eq!(held().await, before, "{told}: what is held stays");
    }
    let honest = log.request(20, 30);
    log.rewrite(15, 40);
    for (told, body) in [("a fork", log.request(20, 30)), ("a fork of the same size", log.request(20, 20))] {
        assert_eq!(ask(&url, body.to_string()).await.0, 422, "{told}");
        assert_eq!(held().await, before, "{told}: what is held stays");
    }
    let forks: Vec<_> = fs::read_dir(dir.path().join("forks")).unwrap().collect();
    assert_eq!(forks.len(), 1, "the log's second signature of one size is kept: it proves the fork");
    let kept = fs::read_to_string(forks[0].as_ref().unwrap().path()).unwrap();
    assert_eq!(kept, log.checkpoint(20));
    assert_eq!(ask(&url, honest.to_string()).await.0, 200, "the true log goes on");
}

#[tokio::test]
async fn lines_that_strangers_put_into_a_checkpoint_do_not_stay_in_a_witness() {
    let dir = TempDir::new().unwrap();
    let log = Log::of("log.example/a", 9);
    let witness = Witness::start(config(dir.path(), log.key())).await.unwrap();
    let own = witness.key().clone();
    let forged = NoteSignature { name: own.name().to_owned(), key_id: own.key_id(), signature: vec![7; 72] };
    let mut request = log.request(0, 9);
    request.checkpoint_note = format!("{}{forged}\n— stranger.example AAAAAAA=\n", request.checkpoint_note);
    assert_eq!(ask(&witness.url(), request.to_string()).await.0, 200);
    witness.stop().await;
    let again = WitnessState::open(&config(dir.path(), log.key())).unwrap();
    let note = again.checkpoint(&Digest::of(b"log.example/a").to_string()).unwrap();
    assert_eq!(SignedNote::parse(&note).unwrap().signatures().len(), 2, "the log's and its own");
    assert!(own.cosigned(&SignedNote::parse(&note).unwrap()).unwrap().is_some());
}

#[tokio::test]
async fn of_many_requests_at_once_from_one_size_only_one_is_cosigned() {
    let dir = TempDir::new().unwrap();
    let log = Log::of("log.example/a", 40);
    let state = Arc::new(WitnessState::open(&config(dir.path(), log.key())).unwrap());
    let asked = (1..=40).map(|size| {
        let (state, body) = (state.clone(), log.request(0, size).to_string());
        std::thread::spawn(move || state.add(&body).map_err(|error| error.status()))
    });
    let answers: Vec<_> =
        asked.collect::<Vec<_>>().into_iter().map(|thread| thread.join().unwrap()).collect();
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert_eq!(answers.iter().filter(|answer| **answer == Err(409)).count(), 39);
}

#[tokio::test]
async fn a_witness_that_cannot_keep_a_checkpoint_does_not_sign_it() {
    let dir = TempDir::new().unwrap();
    let log = Log::of("log.example/a", 9);
    let mut failing = config(dir.path(), log.key());
    failing.faults = Arc::new(FailAt(vec![Point::WitnessJudged]));
    let state = WitnessState::open(&failing).unwrap();
    assert_eq!(state.add(&log.request(0, 5).to_string()).unwrap_err().status(), 500);
    drop(state);
    let state = WitnessState::open(&config(dir.path(), log.key())).unwrap();
    assert!(state.add(&log.request(0, 4).to_string()).is_ok(), "what was not signed binds nobody");
}

#[tokio::test]
async fn a_witness_that_forgot_what_it_cosigned_does_not_start() {
    let dir = TempDir::new().unwrap();
    let log = Log::of("log.example/a", 9);
    let state = WitnessState::open(&config(dir.path(), log.key())).unwrap();
    assert!(matches!(
        WitnessState::open(&config(dir.path(), log.key())).err(),
        Some(OpenWitnessError::Locked)
    ));
    state.add(&log.request(0, 5).to_string()).unwrap();
    drop(state);
    let held = dir.path().join(format!("{}.note", Digest::of(b"log.example/a")));
    let note = fs::read_to_string(&held).unwrap();
    for damaged in [note[..note.len() - 9].to_owned(), note.replace("\n5\n", "\n4\n"), log.checkpoint(5)] {
        fs::write(&held, damaged).unwrap();
        let refused = Witness::start(config(dir.path(), log.key())).await.err();
        assert!(matches!(refused, Some(StartWitnessError::State(OpenWitnessError::Damaged(_)))));
    }
}

async fn witness_of(office: &Office, dir: &TempDir) -> Witness {
    let key = office.bureau().office().notary.signer().verifier_key().clone();
    Witness::start(config(dir.path(), key)).await.unwrap()
}

fn address(witness: &Witness) -> WitnessAddress {
    format!("{}={}", witness.url(), witness.key()).parse().unwrap()
}

async fn restart_with(
    office: &mut Office,
    phone: &mut Phone,
    witnesses: Vec<WitnessAddress>,
    quorum: Option<u32>,
) {
    office.stop().await;
    let mut config = office.config();
    config.witnesses = witnesses;
    config.witness_quorum = quorum;
    office.bureau = Some(Bureau::start(config).await.unwrap());
    phone.url = office.url();
}

/// A bureau with a witness that phones may demand, and a phone whose one item is there.
struct Witnessed {
    office: Office,
    dir: TempDir,
    phone: Phone,
    witness: Witness,
    item: ItemId,
}

async fn witnessed() -> Witnessed {
    let (mut office, dir) = (Office::open().await, TempDir::new().unwrap());
    let mut phone = office.phone().await;
    let witness = witness_of(&office, &dir).await;
    restart_with(&mut office, &mut phone, vec![address(&witness)], Some(1)).await;
    let (_, item) = phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    phone.upload(item, 0, b"piece").await;
    Witnessed { office, dir, phone, witness, item }
}

#[tokio::test]
async fn a_phone_gets_cosigned_receipts_and_the_list_of_witnesses_that_it_may_demand() {
    let Witnessed { office, dir: _dir, phone, witness, item } = witnessed().await;
    let receipts = phone.get(&format!("/v1/receipts?items={item}")).await.ok();
    let identity = phone.get("/v1/identity").await.ok();
    let key = VerifierKey::parse(&phone.vkey).unwrap();
    let policy = WitnessPolicy::open(identity["witnesses"].as_str().unwrap(), &key).unwrap();
    let note = receipts["checkpoint"].as_str().unwrap();
    assert_eq!(Checkpoint::open(note, &key).unwrap().size, 5);
    assert_eq!(policy.check(note).unwrap().len(), 1, "{note}");
    let cosigner = &identity["cosigners"][0];
    assert_eq!((cosigner["size"].as_u64(), cosigner["trouble"].is_null()), (Some(5), true), "{cosigner}");
    assert_eq!(cosigner["vkey"].as_str(), Some(witness.key().to_string().as_str()));
    let mut other = Phone::new(&office.url());
    let joined = other.enrol(&office.code()).await.ok();
    assert_eq!(joined["witnesses"], identity["witnesses"], "told at enrolment");
    let page = log_page(&office).await;
    assert!(page.contains(witness.key().name()) && page.contains("已联署"), "{page}");
}

/// Our page of Python over the public texts, by somebody else's cryptography; `None` where `./dev` has not installed that.
fn check_proof(arguments: &[&str]) -> Option<(bool, String)> {
    let top = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let python = format!("{top}/.cache/foreign/venv/bin/python");
    if !Path::new(&python).exists() {
        let required = std::env::var("LIUHEN_PEERS_REQUIRED").unwrap_or_default();
        assert!(!required.split_whitespace().any(|peer| peer == "cryptography"), "there is no {python}");
        println!("skipped: there is no {python} (./dev peers)");
        return None;
    }
    let mut command = std::process::Command::new(python);
    command.arg(format!("{top}/tests/foreign/check_proof.py")).args(arguments);
    let done = command.output().unwrap();
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    Some((done.status.success(), said.concat()))
}

#[tokio::test]
async fn a_stranger_who_demands_a_witness_sees_a_receipt_hold_only_with_its_cosignature() {
    let Witnessed { office, dir, phone, witness, item } = witnessed().await;
    phone.get(&format!("/v1/receipts?items={item}")).await.ok();
    let mut package = Memory::default();
    export::package(office.bureau().office(), &mut package).unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let packed = |path: String| package.0[&path].as_slice();
    let bureau = file("bureau.vkey", packed("data/bureau.vkey".to_owned()));
    let statement = file("item.json", packed(format!("data/receipts/{item}.json")));
    let proof = std::str::from_utf8(packed(format!("data/receipts/{item}.tlog-proof"))).unwrap();
    let name = witness.key().name();
    let (other, _) = Cosigner::make(name, &ring::rand::SystemRandom::new()).unwrap();
    let (theirs, own) = (other.witness_key().to_string(), witness.key().to_string());
    let line = proof.lines().find(|line| line.starts_with(&format!("— {name} "))).unwrap();
    let mut bent = NoteSignature::parse(line).unwrap();
    bent.signature[30] ^= 1;
    let without = proof.replace(&format!("{line}\n"), "");
    let (whole, without, bent) = (
        file("whole.tlog-proof", proof.as_bytes()),
        file("without.tlog-proof", without.as_bytes()),
        file("bent.tlog-proof", proof.replace(line, &bent.to_string()).as_bytes()),
    );
    for (told, proof, witnesses, holds, says) in [
        ("nobody demanded", &whole, &[][..], true, "holds: leaf "),
        ("its own witness", &whole, &[&own][..], true, &*format!("cosigned by {name} at 17")),
        ("another key of that name", &whole, &[&theirs], false, &format!("not cosigned by {name}")),
        ("both demanded", &whole, &[&own, &theirs], false, &format!("not cosigned by {name}")),
        ("the line is gone", &without, &[&own], false, &format!("not cosigned by {name}")),
        ("one bit is off", &bent, &[&own], false, "InvalidSignature"),
    ] {
        let mut arguments = vec![bureau.as_str(), proof, &statement];
        arguments.extend(witnesses.iter().map(|key| key.as_str()));
        let Some((held, said)) = check_proof(&arguments) else { return };
        assert!(held == holds && said.contains(says), "{told}: {said}");
    }
}

async fn log_page(office: &Office) -> String {
    let password = admin::add_account(&office.data_dir(), "综合科", Role::GeneralSection).unwrap();
    let mut browser = Browser::new(&office.url());
    browser.enter("综合科", &password).await;
    browser.get("/console/log").await.text
}

#[tokio::test]
async fn a_dead_witness_holds_nothing_up_and_is_shown() {
    let (mut office, dir) = (Office::open().await, TempDir::new().unwrap());
    let mut phone = office.phone().await;
    let witness = witness_of(&office, &dir).await;
    let dead = address(&witness);
    witness.stop().await;
    restart_with(&mut office, &mut phone, vec![dead], Some(1)).await;
    let (_, item) = phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    phone.upload(item, 0, b"piece").await;
    let receipts = phone.get(&format!("/v1/receipts?items={item}")).await.ok();
    assert_eq!(receipts["items"].as_array().unwrap().len(), 1, "the receipt is there, without cosignature");
    assert_eq!(SignedNote::parse(receipts["checkpoint"].as_str().unwrap()).unwrap().signatures().len(), 1);
    let identity = phone.get("/v1/identity").await.ok();
    assert_eq!(identity["cosigners"][0]["trouble"], "unreachable");
    assert!(log_page(&office).await.contains("无法连接"));
}

#[tokio::test]
async fn a_witness_that_held_back_its_answer_is_asked_again_from_where_it_stands() {
    let (mut office, dir) = (Office::open().await, TempDir::new().unwrap());
    let mut phone = office.phone().await;
    let key = office.bureau().office().notary.signer().verifier_key().clone();
    let mut failing = config(dir.path(), key.clone());
    failing.faults = Arc::new(FailAt(vec![Point::WitnessKept]));
    let witness = Witness::start(failing).await.unwrap();
    restart_with(&mut office, &mut phone, vec![address(&witness)], None).await;
    phone.get("/v1/receipts").await.ok();
    assert_eq!(phone.get("/v1/identity").await.ok()["cosigners"][0]["trouble"], "refused");
    witness.stop().await;
    let witness = Witness::start(config(dir.path(), key)).await.unwrap();
    phone.capture(&[b"piece".to_vec()]);
    restart_with(&mut office, &mut phone, vec![address(&witness)], None).await;
    phone.send().await.ok();
    let receipts = phone.get("/v1/receipts").await.ok();
    let note = SignedNote::parse(receipts["checkpoint"].as_str().unwrap()).unwrap();
    assert!(witness.key().cosigned(&note).unwrap().is_some(), "{receipts}");
}

#[tokio::test]
async fn a_bureau_that_lost_what_a_witness_has_seen_is_found_out() {
    let (mut office, dir) = (Office::open().await, TempDir::new().unwrap());
    let mut phone = office.phone().await;
    let witness = witness_of(&office, &dir).await;
    let folder = office.data_dir();
    office.stop().await;
    let yesterday = fs::read(folder.join("ledger.sqlite3")).unwrap();
    office.start().await;
    restart_with(&mut office, &mut phone, vec![address(&witness)], None).await;
    phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    phone.get("/v1/receipts").await.ok();
    office.stop().await;
    // Somebody restores a backup and removes the file that would have told.
    fs::write(folder.join("ledger.sqlite3"), yesterday).unwrap();
    for rest in ["ledger.sqlite3-wal", "ledger.sqlite3-shm", "checkpoint.note"] {
        let _absent = fs::remove_file(folder.join(rest));
    }
    let mut config = office.config();
    config.witnesses = vec![address(&witness)];
    office.bureau = Some(Bureau::start(config).await.unwrap());
    phone.url = office.url();
    phone.sign_in().await;
    phone.get("/v1/receipts").await.ok();
    let identity = phone.get("/v1/identity").await.ok();
    assert_eq!(identity["cosigners"][0]["trouble"], "ahead");
    assert!(log_page(&office).await.contains("本单位日志缺失数据"));
}

type Answer = Arc<dyn Fn(&AddCheckpoint) -> String + Send + Sync>;

/// A witness that cosigns whatever it is shown, once it is let.
struct Held {
    address: WitnessAddress,
    key: WitnessKey,
    asked: Arc<Notify>,
    answer: Arc<Semaphore>,
}

async fn held_witness(name: &str) -> Held {
    let (cosigner, _) = Cosigner::make(name, &ring::rand::SystemRandom::new()).unwrap();
    let (key, cosigner) = (cosigner.witness_key().clone(), Arc::new(cosigner));
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (shown, let_go) = (asked.clone(), answer.clone());
    let route = post(move |body: String| {
        let (cosigner, shown, let_go) = (cosigner.clone(), shown.clone(), let_go.clone());
        async move {
            let request = AddCheckpoint::parse(&body).unwrap();
            shown.notify_one();
            drop(let_go.acquire().await.unwrap());
            let note = SignedNote::parse(&request.checkpoint_note).unwrap();
            format!("{}\n", cosigner.cosign(note.unverified_text(), 5).unwrap())
        }
    });
    tokio::spawn(axum::serve(listener, Router::new().route("/add-checkpoint", route)).into_future());
    Held { address: WitnessAddress { url, key: key.clone() }, key, asked, answer }
}

fn counted(receipts: &serde_json::Value, witnesses: &[&WitnessKey]) -> usize {
    let note = SignedNote::parse(receipts["checkpoint"].as_str().unwrap()).unwrap();
    witnesses.iter().filter(|key| key.cosigned(&note).unwrap().is_some()).count()
}

#[tokio::test]
async fn a_phone_gets_cosignatures_though_the_log_grew_while_it_waited_for_them() {
    let mut office = Office::open().await;
    let (mut phone, mut other) = (office.phone().await, office.phone().await);
    let witness = held_witness("held.example/1").await;
    restart_with(&mut office, &mut phone, vec![witness.address.clone()], Some(1)).await;
    // The bureau shows its log as it was at the start; by then it is older than what the phone asks about.
    witness.asked.notified().await;
    phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    other.url = office.url();
    other.capture(&[b"piece".to_vec()]);
    let strong = office.bureau().office().clone();
    let grow = async {
        let signed =
            || strong.read(|rows| Ok::<_, StoreError>(rows.last_checkpoint()?.unwrap().size)).unwrap();
        let size = strong.read(|rows| rows.log_size()).unwrap();
        while signed() < size {
            tokio::task::yield_now().await;
        }
        other.send().await.ok();
        witness.answer.add_permits(1);
    };
    let (receipts, ()) = tokio::join!(phone.get("/v1/receipts?seqs=1-2"), grow);
    let receipts = receipts.ok();
    assert_eq!(counted(&receipts, &[&witness.key]), 1, "{receipts}");
    assert_eq!(receipts["records"].as_array().unwrap().len(), 2, "{receipts}");
}

#[tokio::test]
async fn a_quorum_meets_under_one_checkpoint_although_one_witness_is_slower() {
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    let (quick, slow) = (held_witness("quick.example/1").await, held_witness("slow.example/1").await);
    quick.answer.add_permits(1);
    let both = vec![quick.address.clone(), slow.address.clone()];
    restart_with(&mut office, &mut phone, both, Some(2)).await;
    slow.asked.notified().await;
    phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    let let_go = async { slow.answer.add_permits(1) };
    let (receipts, ()) = tokio::join!(phone.get("/v1/receipts?seqs=1-2"), let_go);
    let receipts = receipts.ok();
    assert_eq!(counted(&receipts, &[&quick.key, &slow.key]), 2, "{receipts}");
}

#[tokio::test]
async fn a_witness_that_takes_the_connection_and_says_nothing_keeps_nobody_from_the_others() {
    let (mut office, dir) = (Office::open().await, TempDir::new().unwrap());
    let mut phone = office.phone().await;
    let (silent, honest) = (held_witness("silent.example/1").await, witness_of(&office, &dir).await);
    restart_with(&mut office, &mut phone, vec![silent.address.clone(), address(&honest)], Some(1)).await;
    silent.asked.notified().await;
    phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    // The silent one is still being asked about the log as it was.
    let receipts = phone.get("/v1/receipts?seqs=1-2").await.ok();
    assert_eq!(counted(&receipts, &[honest.key()]), 1, "{receipts}");
}

/// A witness that answers every request with these lines.
async fn lying_witness(answer: impl Fn(&AddCheckpoint) -> String + Clone + Send + Sync + 'static) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let route = post(move |body: String| {
        let said = answer(&AddCheckpoint::parse(&body).unwrap());
        std::future::ready(said)
    });
    tokio::spawn(axum::serve(listener, Router::new().route("/add-checkpoint", route)).into_future());
    url
}

#[tokio::test]
async fn a_forged_cosignature_is_neither_kept_nor_handed_on() {
    let rng = ring::rand::SystemRandom::new();
    let (honest, _) = Cosigner::make("w.example/1", &rng).unwrap();
    let (forger, _) = Cosigner::make("w.example/1", &rng).unwrap();
    let key = honest.witness_key().clone();
    let good = move |request: &AddCheckpoint| {
        let note = SignedNote::parse(&request.checkpoint_note).unwrap();
        format!("{}\n", honest.cosign(note.unverified_text(), 5).unwrap())
    };
    let good = Arc::new(good);
    let lies: [(&str, Answer); 4] = [
        ("another key's", {
            let forger = Arc::new(forger);
            Arc::new(move |request| {
                let note = SignedNote::parse(&request.checkpoint_note).unwrap();
                format!("{}\n", forger.cosign(note.unverified_text(), 5).unwrap())
            })
        }),
        ("one bit off", {
            let good = good.clone();
            Arc::new(move |request| {
                let mut line = NoteSignature::parse(good(request).trim_end()).unwrap();
                line.signature[30] ^= 1;
                format!("{line}\n")
            })
        }),
        ("a good and a bad one", {
            let good = good.clone();
            Arc::new(move |request| {
                let mut line = NoteSignature::parse(good(request).trim_end()).unwrap();
                line.signature[30] ^= 1;
                format!("{}{line}\n", good(request))
            })
        }),
        ("none", Arc::new(|_| String::new())),
    ];
    let mut office = Office::open().await;
    let mut phone = office.phone().await;
    for (told, lie) in lies {
        let url = lying_witness(move |request| lie(request)).await;
        let lying = WitnessAddress { url, key: key.clone() };
        restart_with(&mut office, &mut phone, vec![lying], None).await;
        let receipts = phone.get("/v1/receipts").await.ok();
        let note = SignedNote::parse(receipts["checkpoint"].as_str().unwrap()).unwrap();
        assert_eq!(note.signatures().len(), 1, "{told}");
        assert_eq!(phone.get("/v1/identity").await.ok()["cosigners"][0]["trouble"], "forged", "{told}");
    }
    let url = lying_witness(move |request| good(request)).await;
    restart_with(&mut office, &mut phone, vec![WitnessAddress { url, key: key.clone() }], None).await;
    let receipts = phone.get("/v1/receipts").await.ok();
    let note = SignedNote::parse(receipts["checkpoint"].as_str().unwrap()).unwrap();
    assert_eq!(key.cosigned(&note), Ok(Some(5)), "an honest answer is taken");
}

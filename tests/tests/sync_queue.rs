//! The queue: who sends does not matter, nor in which order, nor how often. A vault that is locked goes on uploading;
//! two cores do not work at once; what cannot be sent waits visibly.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_bureau::tls::TlsSource;
use liuhen_core::{
    ports::{Keystore, KeystoreError, Network, Ports, Response},
    sync::{
        Cancel, Carrier, Conditions, Plan, Queue, QueueError, SyncError, SyncOutcome, Syncer, TaskKey,
        TaskOutcome, Waiting, Wake,
    },
    vault::{OpenError, PieceState, Vault},
};
use liuhen_record::{ItemId, seal::PIECE_BYTES};
use liuhen_tests::{
    random::{number_from, play_alone, seeds},
    sync_support::{BackgroundSession, CutWire, Dice, Lie, LyingBureau, Office, TestPhone, bytes_of},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// A keystore whose officer has not unlocked the phone.
struct Locked;

impl Keystore for Locked {
    fn make_signing_key(&self, _: &str) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn public_key(&self, _: &str) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn sign(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn make_wrapping_key(&self, _: &str) -> Result<(), KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn wrap(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn unwrap(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn erase(&self, _: &str) -> Result<(), KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn kind(&self) -> &'static str {
        "software"
    }
}

/// The ports while the phone is locked.
fn locked(ports: &Ports) -> Ports {
    Ports { keystore: Arc::new(Locked), ..ports.clone() }
}

fn queue(phone: &TestPhone) -> Queue {
    Queue::open(&phone.dir(), &locked(&phone.ports)).expect("the queue is free")
}

fn conditions(phone: &TestPhone, wake: Wake) -> Conditions {
    let mut options = phone.options.clone();
    options.wake = wake;
    Conditions { network: phone.network.state(), options }
}

/// What a transfer service would be given, now.
fn planned(phone: &TestPhone, wake: Wake) -> Plan {
    let mut queue = queue(phone);
    let plan = queue.plan(&conditions(phone, wake)).expect("planned");
    queue.prepare_suspend().expect("closed");
    plan
}

fn tell(phone: &TestPhone, key: &TaskKey, outcome: &TaskOutcome) {
    let mut queue = queue(phone);
    queue.on_result(key, outcome).expect("told");
    queue.prepare_suspend().expect("closed");
}

fn answer(status: u16, headers: &[(&str, &str)]) -> TaskOutcome {
    let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    TaskOutcome::Answered(Response { status, headers, body: Vec::new() })
}

/// A phone that leaves pieces to its system, whose records are at the bureau.
async fn with_records_sent(office: &Office, url: &str, captures: &[&[u8]]) -> (TestPhone, Vec<ItemId>) {
    let mut phone = TestPhone::new();
    phone.enrol(url, &office.code()).await.expect("enrolled");
    let items = phone.closed_session(1, captures);
    phone.options.carrier = Carrier::Shell;
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.pieces_sent, outcome.items_stored), (0, 0));
    let pieces = captures.iter().map(|bytes| 1 + bytes.len() as u64 / PIECE_BYTES).sum::<u64>() as u32;
    assert_eq!(outcome.waiting, Some(Waiting::InBackground { pieces }));
    (phone, items)
}

/// Files of `dir` that this process has open.
fn open_files(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir("/proc/self/fd").expect("a list of open files");
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.filter(|path| path.starts_with(dir)).map(|path| path.display().to_string()).collect()
}

#[tokio::test]
async fn ciphertext_goes_on_to_the_bureau_while_the_vault_is_closed_and_the_keystore_locked() {
    let office = Office::open().await;
    let (phone, items) =
        with_records_sent(&office, &office.url(), &[&bytes_of(90_000, 1), &bytes_of(10, 2)]).await;
    let (dir, options) = (phone.dir(), phone.options.clone());
    let TestPhone { vault, ports, .. } = phone;
    drop(vault);
    let away = Syncer::with_options(locked(&ports), options.clone());
    assert!(matches!(Vault::open(&dir, &locked(&ports)), Err(OpenError::Keystore(KeystoreError::Locked))));
    let outcome = away.upload(&dir, &mut |_| {}, &Cancel::new()).await.expect("uploaded");
    let SyncOutcome { pieces_sent, items_stored, freed, waiting, requests, .. } = outcome;
    assert_eq!((pieces_sent, items_stored, freed, waiting), (2, 0, 0, None));
    assert_eq!(requests, 4, "who are you, what do you lack, two pieces");
    office.settled().await;
    let mut vault = Vault::open(&dir, &ports).expect("unlocked").into_vault();
    let syncer = Syncer::with_options(ports, options);
    let outcome = syncer.sync(&mut vault, &mut |_| {}, &Cancel::new()).await.expect("proved");
    assert_eq!((outcome.items_stored, outcome.freed, outcome.waiting), (2, 2, None));
    assert!(items.iter().all(|item| vault.item(*item).expect("readable").expect("there").freed));
}

#[tokio::test]
async fn a_failure_of_yesterday_does_not_end_an_upload_in_which_only_one_piece_is_damaged() {
    let office = Office::open().await;
    let captures: [&[u8]; 2] = [&bytes_of(90_000, 1), &bytes_of(90_000, 2)];
    let (phone, items) = with_records_sent(&office, &office.url(), &captures).await;
    let first = planned(&phone, Wake::Asked).tasks[0].key.clone();
    tell(&phone, &first, &answer(503, &[]));
    phone.clock.pass(86_400_000);
    office.pass(86_400_000);
    let path = phone.dir().join(format!("items/{}/0000.piece", items[0]));
    let mut bytes = std::fs::read(&path).expect("readable");
    bytes[40_000] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    let mut queue = queue(&phone);
    queue.on_wake(&[]).expect("the system forgot what it carried");
    queue.prepare_suspend().expect("closed");
    let outcome = phone.syncer().upload(&phone.dir(), &mut |_| {}, &Cancel::new()).await.expect("uploaded");
    assert_eq!((outcome.pieces_sent, outcome.waiting), (1, Some(Waiting::Parked { pieces: 1 })));
}

#[tokio::test]
async fn a_piece_that_the_systems_service_did_not_take_holds_up_no_other() {
    let office = Office::open().await;
    let (phone, _) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1), &bytes_of(10, 2)]).await;
    let tasks = planned(&phone, Wake::Scheduled).tasks;
    tell(&phone, &tasks[0].key, &TaskOutcome::NotTaken);
    let mut queue = queue(&phone);
    queue.on_wake(&[]).expect("the system has none of them");
    let plan = queue.plan(&conditions(&phone, Wake::Scheduled)).expect("planned");
    assert_eq!(plan.tasks.iter().map(|task| &task.key).collect::<Vec<_>>(), [&tasks[1].key]);
    assert!(queue.circuit().expect("readable").failures == 0, "nobody failed");
}

#[tokio::test]
async fn a_suspended_core_has_no_file_open_and_names_what_goes_on_without_it() {
    let office = Office::open().await;
    let (phone, _) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1), &bytes_of(10, 2)]).await;
    let dir = phone.dir();
    let mut queue = queue(&phone);
    let plan = queue.plan(&conditions(&phone, Wake::Asked)).expect("planned");
    assert_eq!(plan.tasks.len(), 2);
    assert!(queue.plan(&conditions(&phone, Wake::Asked)).expect("planned").tasks.is_empty(), "planned once");
    drop(phone.vault);
    assert!(open_files(&dir).iter().any(|file| file.ends_with("queue.db")));
    let suspended = queue.prepare_suspend().expect("closed");
    let planned: Vec<_> = plan.tasks.into_iter().map(|task| task.key).collect();
    assert_eq!((suspended.in_flight, suspended.waiting, suspended.parked), (planned, 0, 0));
    assert_eq!(open_files(&dir), [""; 0]);
}

#[tokio::test]
async fn two_cores_do_not_work_on_one_queue_nor_on_one_vault() {
    let office = Office::open().await;
    let (mut phone, items) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1)]).await;
    phone.options.carrier = Carrier::Core;
    let first = queue(&phone);
    assert!(matches!(Queue::open(&phone.dir(), &phone.ports), Err(QueueError::InUse)));
    assert!(matches!(Vault::open(&phone.dir(), &phone.ports), Err(OpenError::InUse)));
    let outcome = phone.sync().await.expect("not a failure");
    assert_eq!((outcome.waiting, outcome.requests), (Some(Waiting::OtherCore), 0));
    assert!(Waiting::OtherCore.zh().contains("另一个程序"));
    drop(first);
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    assert!(phone.is_freed(items[0]));
}

#[tokio::test]
async fn a_result_counts_however_late_or_often_it_comes() {
    let office = Office::open().await;
    let (phone, items) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1)]).await;
    let task = planned(&phone, Wake::Asked).tasks.remove(0);
    let again: TaskKey = task.key.as_str().to_owned().into();
    assert_eq!(again, task.key);
    let lost = TaskOutcome::Unanswered(liuhen_core::ports::TransportError::Lost);
    tell(&phone, &"piece/of/another/vault".to_owned().into(), &lost);
    // The system forgot it; it is planned again, and then the first transfer's answer comes after all.
    queue(&phone).on_wake(&[]).expect("woken");
    assert_eq!(planned(&phone, Wake::Asked).tasks[0].key, task.key);
    let done = answer(201, &[("upload-offset", &task.len_bytes.to_string())]);
    tell(&phone, &task.key, &done);
    tell(&phone, &task.key, &lost);
    tell(&phone, &task.key, &done);
    assert!(planned(&phone, Wake::Asked).tasks.is_empty(), "failure after success changes nothing");
    assert!(phone.has_whole(items[0]), "nothing is freed on the word of an answer");
}

#[tokio::test]
async fn many_failures_at_once_open_the_circuit_once_and_patience_is_honoured() {
    let office = Office::open().await;
    let captures: Vec<Vec<u8>> = (0..6).map(|n| bytes_of(10, n)).collect();
    let captures: Vec<&[u8]> = captures.iter().map(Vec::as_slice).collect();
    let (phone, _) = with_records_sent(&office, &office.url(), &captures).await;
    let plan = planned(&phone, Wake::Scheduled);
    assert_eq!(plan.tasks.len(), 6);
    for task in &plan.tasks {
        tell(&phone, &task.key, &answer(503, &[("retry-after", "900")]));
    }
    let waiting = planned(&phone, Wake::Scheduled).waiting;
    assert_eq!(
        waiting,
        Some(Waiting::BackOff { left_ms: 900_000 }),
        "what was asked for, not six times doubled"
    );
    assert_eq!(queue(&phone).circuit().expect("readable").failures, 1);
    phone.clock.pass(899_999);
    assert!(planned(&phone, Wake::Scheduled).tasks.is_empty());
    phone.clock.pass(1);
    assert_eq!(planned(&phone, Wake::Scheduled).tasks.len(), 6);
}

#[tokio::test]
async fn patience_survives_a_restart_and_holds_for_the_cores_own_executor() {
    let bureau = LyingBureau::start().await;
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    phone.closed_session(1, &[&bytes_of(10, 1)]);
    phone.options.wake = Wake::Scheduled;
    bureau.lie(Lie::Busy);
    let outcome = phone.sync().await.expect("not a failure");
    assert_eq!(outcome.waiting, Some(Waiting::BureauTrouble { status: 503 }));
    bureau.lie(Lie::None);
    phone.clock.pass(899_999);
    let outcome = phone.sync().await.expect("not a failure");
    assert_eq!((outcome.waiting, outcome.requests), (Some(Waiting::BackOff { left_ms: 1 }), 0));
    phone.clock.pass(1);
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
}

#[tokio::test]
async fn what_the_bureau_refuses_for_good_is_parked_visibly_until_somebody_takes_it_up_again() {
    let office = Office::open().await;
    let (mut phone, items) =
        with_records_sent(&office, &office.url(), &[&bytes_of(10, 1), &bytes_of(10, 2)]).await;
    let plan = planned(&phone, Wake::Asked);
    tell(&phone, &plan.tasks[0].key, &answer(413, &[]));
    let plan = planned(&phone, Wake::Asked);
    assert_eq!((plan.tasks.len(), plan.waiting), (0, Some(Waiting::Parked { pieces: 1 })));
    queue(&phone).on_wake(&[]).expect("woken");
    phone.options.carrier = Carrier::Core;
    for _ in 0..2 {
        let outcome = phone.sync().await.expect("synchronised");
        assert_eq!(outcome.waiting, Some(Waiting::Parked { pieces: 1 }), "asking alone does not take it up");
    }
    let piece = &phone.vault.pieces(items[0]).expect("readable")[0].progress;
    assert_eq!(
        (piece.state, piece.last_error.as_deref()),
        (PieceState::Parked, Some("the server finds it too long"))
    );
    assert!(phone.is_freed(items[1]), "it holds up nothing else");
    let syncer = phone.syncer();
    assert_eq!(syncer.unpark(&mut phone.vault, Some(items[1])).expect("looked"), 0);
    assert_eq!(syncer.unpark(&mut phone.vault, Some(items[0])).expect("taken up"), 1);
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    assert!(phone.is_freed(items[0]));
}

#[tokio::test]
async fn a_token_that_ran_out_asks_for_the_program_to_be_opened() {
    let office = Office::open().await;
    let (mut phone, _) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1)]).await;
    let task = planned(&phone, Wake::Asked).tasks.remove(0);
    tell(&phone, &task.key, &answer(401, &[]));
    let plan = planned(&phone, Wake::Asked);
    assert_eq!((plan.tasks.len(), plan.waiting), (0, Some(Waiting::Login)));
    phone.sync().await.expect("a session fetches another");
    let plan = planned(&phone, Wake::Asked);
    assert_eq!((plan.tasks.len(), plan.tasks[0].key.clone()), (1, task.key));
    queue(&phone).on_wake(&[]).expect("woken");
    phone.clock.pass(8 * 86_400_000);
    office.pass(8 * 86_400_000);
    assert_eq!(planned(&phone, Wake::Asked).waiting, Some(Waiting::Login), "seven days are over");
}

#[tokio::test]
async fn pieces_refused_with_one_token_after_another_are_given_a_pause_that_grows() {
    let office = Office::open().await;
    let (mut phone, _) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1)]).await;
    let task = planned(&phone, Wake::Scheduled).tasks.remove(0);
    tell(&phone, &task.key, &answer(401, &[]));
    phone.sync().await.expect("a session fetches another");
    assert_eq!(planned(&phone, Wake::Scheduled).tasks.len(), 1, "a token that ran out costs no time");
    let mut pauses_ms = Vec::new();
    for _ in 0..3 {
        tell(&phone, &task.key, &answer(401, &[]));
        phone.sync().await.expect("a session fetches another");
        let plan = planned(&phone, Wake::Scheduled);
        let Some(Waiting::PieceBackOff { pieces: 1, left_ms }) = plan.waiting else {
            panic!("no pause: {:?}", plan.waiting)
        };
        assert!(plan.tasks.is_empty() && left_ms > 0);
        pauses_ms.push(left_ms);
        phone.clock.pass(left_ms);
        office.pass(left_ms);
        assert_eq!(planned(&phone, Wake::Scheduled).tasks.len(), 1, "its time has come");
    }
    assert!(pauses_ms.is_sorted() && pauses_ms[2] > pauses_ms[0], "{pauses_ms:?}");
    tell(&phone, &task.key, &answer(401, &[]));
    phone.sync().await.expect("a session fetches another");
    assert_eq!(planned(&phone, Wake::Asked).tasks.len(), 1, "a person does not wait for it");
}

#[tokio::test]
async fn an_upload_token_with_a_line_break_is_refused() {
    let bureau = LyingBureau::start().await;
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    let items = phone.closed_session(1, &[&bytes_of(10, 1)]);
    bureau.lie(Lie::UploadTokenWithLineBreak);
    let error = phone.sync().await.expect_err("it would break out of its header");
    assert!(matches!(error, SyncError::Untrusted { .. }), "{error}");
    assert!(phone.has_whole(items[0]));
}

#[tokio::test]
async fn a_queue_that_is_damaged_or_thrown_away_is_filled_again() {
    let office = Office::open().await;
    let (mut phone, items) = with_records_sent(&office, &office.url(), &[&bytes_of(10, 1)]).await;
    let path = phone.dir().join("queue.db");
    std::fs::write(&path, b"not a database at all").expect("written");
    assert_eq!(planned(&phone, Wake::Asked).tasks.len(), 0);
    phone.sync().await.expect("synchronised");
    assert_eq!(planned(&phone, Wake::Asked).tasks.len(), 1);
    std::fs::remove_file(&path).expect("removed");
    phone.options.carrier = Carrier::Core;
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    assert!(phone.is_freed(items[0]));
}

#[tokio::test]
async fn a_task_holds_no_key_and_no_plaintext_and_can_be_sent_by_a_stranger_twice() {
    let office = Office::open().await;
    let (mut phone, items) = with_records_sent(&office, &office.url(), &[&bytes_of(70_000, 1)]).await;
    let task = planned(&phone, Wake::Asked).tasks.remove(0);
    for _ in 0..3 {
        let answer = phone.ports.transport.send(task.request.clone()).await.expect("answered");
        assert!(matches!(answer.status, 201 | 204), "{}", answer.status);
        assert_eq!(answer.header("upload-offset"), Some(task.len_bytes.to_string().as_str()));
    }
    office.settled().await;
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.items_stored, outcome.freed, outcome.waiting), (1, 1, None));
    assert!(phone.is_freed(items[0]));
}

/// Runs over a transfer service; in so many, everything that such a service does must have happened.
const SERVICE_SEEDS: u64 = 12;
/// Of so many seeds, the last but one has an item of two pieces (32 MiB), which overtake each other.
const LONG_ITEM_EVERY_SEEDS: u64 = 10;
/// Length of such an item, bytes.
const LONG_BYTES: usize = (PIECE_BYTES as usize) + 500_000;
/// What may happen beside [`BackgroundSession::KINDS`], and is counted: the second piece of an item was kept before its first.
const SECOND_PIECE_FIRST: &str = "second_piece_first";

fn has_long_item(seed: u64) -> bool {
    (seed + 1).is_multiple_of(LONG_ITEM_EVERY_SEEDS)
}

/// Everything a whole run over a transfer service needs.
struct Story {
    phone: TestPhone,
    office: Office,
    service: BackgroundSession,
    dice: Dice,
    items: Vec<ItemId>,
    happened: BTreeMap<&'static str, u64>,
}

impl Story {
    async fn begin(seed: u64) -> Self {
        // Phones speak by HTTP/2 over TLS; a cut takes every request of a connection with it then.
        let office = if seed.is_multiple_of(2) {
            let own = TlsSource::Own { names: vec!["bureau.example".into()] };
            Office::open_with(|config| config.tls = Some(own)).await
        } else {
            Office::open().await
        };
        let wire = Arc::new(CutWire::to(&office.url()).await);
        let mut dice = Dice::new(seed ^ 0xD1CE);
        let mut captures: Vec<Vec<u8>> =
            (0..4).map(|n| bytes_of(dice.below(60_000) as usize + 1, seed * 10 + n)).collect();
        if has_long_item(seed) {
            captures[0] = bytes_of(LONG_BYTES, seed);
        }
        let captures: Vec<&[u8]> = captures.iter().map(Vec::as_slice).collect();
        let (phone, items) = with_records_sent(&office, &wire.url(), &captures).await;
        let service = BackgroundSession::new(phone.ports.transport.clone(), wire, seed);
        Self { phone, office, service, dice, items, happened: BTreeMap::new() }
    }

    fn pass(&self, ms: i64) {
        self.phone.clock.pass(ms);
        self.office.pass(ms);
    }

    fn now_ms(&self) -> i64 {
        self.phone.stamp().time.best_ms()
    }

    /// The program is launched, locked: it takes in results, plans, and sleeps again.
    fn wake(&mut self, in_foreground: bool) {
        let mut queue = queue(&self.phone);
        for (key, outcome) in self.service.relaunch() {
            queue.on_result(&key, &outcome).expect("told");
        }
        queue.on_wake(&self.service.running()).expect("woken");
        let wake = if in_foreground { Wake::Asked } else { Wake::Scheduled };
        let plan = queue.plan(&conditions(&self.phone, wake)).expect("planned");
        queue.prepare_suspend().expect("closed");
        self.service.create(plan.tasks, in_foreground, self.now_ms());
    }

    fn nothing_freed_early(&self) {
        for item in &self.items {
            let row = self.phone.vault.item(*item).expect("readable").expect("there");
            assert!(self.phone.has_whole(*item) || (row.freed && row.receipt_index.is_some()));
            assert!(!row.freed || self.phone.vault.item_receipt(*item).expect("readable").is_some());
        }
    }

    /// The service goes on by itself for a while.
    async fn carry(&mut self) {
        let (steps, now_ms) = (self.dice.below(7), self.now_ms());
        self.service.work(steps, now_ms).await;
        let kept = self.office.kept_pieces(self.items[0]);
        if kept.contains(&1) && !kept.contains(&0) {
            *self.happened.entry(SECOND_PIECE_FIRST).or_default() += 1;
        }
    }

    async fn unlock_and_sync(&mut self) -> Option<Waiting> {
        self.office.settled().await;
        match self.phone.sync().await {
            Ok(outcome) => outcome.waiting,
            Err(SyncError::NotNow(waiting)) => Some(waiting),
            Err(error) => panic!("the bureau is honest: {error}"),
        }
    }
}

/// Plays one story to its end.
async fn play(seed: u64) -> Story {
    let mut story = Story::begin(seed).await;
    let mut wakes = 0;
    loop {
        wakes += 1;
        assert!(wakes < 60, "no end");
        let in_foreground = wakes == 1 || story.dice.once_in(4);
        story.wake(in_foreground);
        story.carry().await;
        story.nothing_freed_early();
        if story.dice.once_in(6) {
            story.service.force_quit();
        }
        let pause_ms = story.dice.below(40 * 60_000) as i64;
        story.pass(pause_ms);
        if in_foreground && story.unlock_and_sync().await.is_none() {
            break;
        }
        story.nothing_freed_early();
    }
    let records = story.phone.vault.head().0 - 1;
    assert_eq!(story.office.log_size(), records as u64 + 4, "one leaf for each record and item");
    assert!(story.items.iter().all(|item| story.phone.is_freed(*item)));
    assert!(story.phone.vault.check().expect("checked").is_whole());
    let (requests, pieces) = (story.service.requests(), 4 + u64::from(has_long_item(seed)));
    assert!(requests <= pieces * 20, "{requests} requests for {pieces} pieces");
    story
}

/// `LIUHEN_SYNC_SEEDS` says how many; `LIUHEN_SEED` plays one again.
#[test]
fn whatever_the_transfer_service_does_everything_is_stored_once_and_nothing_freed_early() {
    let seeds = seeds(number_from("LIUHEN_SYNC_SEEDS").unwrap_or(SERVICE_SEEDS));
    let mut happened: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in &seeds {
        let story = play_alone(*seed, play(*seed));
        for (kind, times) in story.service.happened().iter().chain(&story.happened) {
            *happened.entry(kind).or_default() += times;
        }
    }
    println!("{} seeds: {happened:?}", seeds.len());
    let never: Vec<_> =
        BackgroundSession::KINDS.iter().filter(|kind| !happened.contains_key(*kind)).collect();
    assert!((seeds.len() as u64) < SERVICE_SEEDS || never.is_empty(), "too mild: {never:?} never happened");
}

//! Whole days between a phone and the real bureau through a network in which everything goes wrong, until nothing is
//! left to do: what the phone recorded is there exactly once, and nothing was believed or freed before it was.
//!
//! `LIUHEN_SYNCS` says how many days (50; `./dev soak` runs 1,000). A day that fails names its seed; `LIUHEN_SEED`
//! plays that one again.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_core::{
    sync::{Cancel, Distrust, SyncError, Waiting},
    vault::ItemFilter,
};
use liuhen_record::{ItemId, SessionId, kind::ItemState, proof::TlogProof};
use liuhen_tests::{
    fault_proxy::{Fault, FaultProxy, Seen, Storm},
    random::{Random, number_from, play_alone, seeds},
    sync_support::{Office, TestPhone, bytes_of},
};
use rusqlite::{Connection, OpenFlags};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

const DAYS: u64 = 50;
/// Faults of one day.
const MOST_FAULTS: u32 = 60;
/// Synchronisations after which a day must be done.
const MOST_ROUNDS: u64 = 90;
/// On one day of so many, an item has more than one piece (32 MiB).
const LONG_ITEM_EVERY_DAYS: u64 = 10;
/// How long the phone waits for bytes, milliseconds; what [`Fault::Outlast`] holds costs the test so much.
const PATIENCE_MS: u64 = 1_000;
/// From so many days on, everything must have happened.
const ENOUGH_DAYS: u64 = 50;
/// What happens beside the faults of the network.
const EVENTS: [&str; 4] = ["long_item", "stopped", "bureau_restarted", "phone_restarted"];
/// Requests that one synchronisation may need beside those for items: three failures in a row end it.
const ROUND_REQUESTS: u64 = 40;
/// Requests for one item in one synchronisation.
const ITEM_REQUESTS: u64 = 12;

/// A day under way.
struct Day {
    seed: u64,
    /// For one round; what a round decides hangs on the seed and its number, whatever the network made of the rounds before.
    random: Random,
    /// How many requests in a hundred meet a fault.
    per_cent: u64,
    phone: TestPhone,
    office: Office,
    proxy: FaultProxy,
    sessions: u8,
    open: Option<SessionId>,
    captures_left: u64,
    rounds: u64,
    /// Answers that were changed on the way, as far as the phone has been told that somebody lies.
    lies: u64,
    /// How often somebody looked while it synchronised.
    looks: u64,
    events: BTreeMap<&'static str, u64>,
}

/// Looks into a phone's vault while a synchronisation has it.
struct Onlooker(Connection);

impl Onlooker {
    fn of(phone: &TestPhone) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        Self(Connection::open_with_flags(phone.dir().join("vault.db"), flags).expect("a database"))
    }

    /// What the phone believes to be stored now, is: also what it would not believe any more in the end. Bytes that are gone
    /// stay gone, so that it suffices to look for them then.
    fn nothing_early(&self, office: &Office, name: &str) {
        let believed = "SELECT item FROM item \
                        WHERE freed OR receipt_index IS NOT NULL OR state IN ('stored', 'handed_over')";
        let mut believed = self.0.prepare_cached(believed).expect("the vault's columns");
        let believed = believed.query_map([], |row| row.get(0)).expect("readable");
        let believed: BTreeSet<_> = believed.map(|item| ItemId(item.expect("an id"))).collect();
        if believed.is_empty() {
            return;
        }
        let stored = office.stored_items();
        assert!(
            believed.is_subset(&stored),
            "{name}: {believed:?} believed while only {stored:?} are stored"
        );
    }
}

impl Day {
    async fn begin(seed: u64) -> Self {
        let mut random = Random::nth(seed, 0);
        let office = Office::open().await;
        let proxy = FaultProxy::to(&office.url()).await;
        let mut phone = TestPhone::new();
        phone.enrol(&proxy.url(), &office.code()).await.expect("enrolled");
        phone.options.idle_timeout_ms = PATIENCE_MS;
        let (pass_phone, pass_office) = (phone.clock.clone(), office.clock_hand());
        proxy.clocks(move |ms| {
            pass_phone.pass(ms as i64);
            pass_office(ms as i64);
        });
        let captures_left = 1 + random.below(8);
        let per_cent = random.pick(&[10, 25, 40]);
        proxy.storm(Storm::new(seed, per_cent, MOST_FAULTS));
        Self {
            seed,
            random,
            per_cent,
            phone,
            office,
            proxy,
            sessions: 0,
            open: None,
            captures_left,
            rounds: 0,
            lies: 0,
            looks: 0,
            events: BTreeMap::new(),
        }
    }

    fn happened(&mut self, event: &'static str) {
        *self.events.entry(event).or_default() += 1;
    }

    /// The dice of the next round, the network's too.
    fn throw(&mut self) {
        self.random = Random::nth(self.seed, 1 + self.rounds);
        let left = self.proxy.storm_left();
        self.proxy.storm(Storm::new(self.random.next_u64(), self.per_cent, left));
    }

    /// The officer goes on working between and before synchronisations.
    fn work(&mut self) {
        if self.open.is_none() && self.captures_left > 0 {
            self.sessions += 1;
            self.open = Some(self.phone.open_session(self.sessions));
        }
        let Some(session) = self.open else { return };
        for _ in 0..self.random.below(4).min(self.captures_left) {
            self.captures_left -= 1;
            let seed = self.random.next_u64();
            let is_long_day = self.seed.is_multiple_of(LONG_ITEM_EVERY_DAYS);
            if is_long_day && !self.events.contains_key("long_item") {
                self.happened("long_item");
                self.phone.capture_stream(session, (0..33).map(|part| bytes_of(1 << 20, seed ^ part)));
            } else {
                let most = self.random.pick(&[1, 3_000, 70_000, 300_000]);
                let bytes = bytes_of(self.random.below(most) as usize, seed);
                self.phone.capture(session, &bytes);
            }
        }
        if self.captures_left == 0 || self.random.chance(1, 3) {
            self.phone.close_session(session);
            self.open = None;
        }
    }

    /// Something happens to phone or bureau between two synchronisations.
    async fn happen(mut self) -> Self {
        if self.random.chance(1, 6) {
            self.happened("bureau_restarted");
            self.office.restart().await;
            self.proxy.lead_to(&self.office.url());
        }
        if self.random.chance(1, 6) {
            self.happened("phone_restarted");
            self.phone = self.phone.restarted();
        }
        let pass_ms = self.random.below(40 * 60_000) as i64;
        self.phone.clock.pass(pass_ms);
        self.office.pass(pass_ms);
        self
    }

    /// One synchronisation; true when nothing is left to do.
    async fn synchronise(&mut self, may_be_stopped: bool) -> bool {
        self.rounds += 1;
        let before = self.proxy.seen();
        let cancel = Cancel::new();
        let mut steps_left =
            if may_be_stopped && self.random.chance(1, 4) { self.random.below(12) } else { u64::MAX };
        let (office, name) = (&self.office, self.name());
        let onlooker = Onlooker::of(&self.phone);
        let mut looks = 0;
        let mut stop = |_| {
            looks += 1;
            onlooker.nothing_early(office, &name);
            if steps_left == 0 {
                cancel.cancel();
            }
            steps_left = steps_left.saturating_sub(1);
        };
        let ended = self.phone.sync_telling(&mut stop, &cancel.clone()).await;
        if cancel.is_cancelled() {
            self.happened("stopped");
        }
        self.looks += looks;
        self.bounded(&before);
        self.nothing_early();
        match ended {
            Ok(outcome) => outcome.waiting.is_none(),
            Err(SyncError::Untrusted { why }) => {
                self.blamed(&before, &why);
                false
            }
            Err(error) => panic!("{}: {error}", self.name()),
        }
    }

    fn name(&self) -> String {
        format!("seed {}, synchronisation {}", self.seed, self.rounds)
    }

    /// The phone may say that somebody lies only when an answer, or a record of ours, was changed on its way.
    fn blamed(&mut self, before: &Seen, why: &Distrust) {
        let now = self.proxy.seen();
        let changed = ["flip_answer", "flip_request"].iter().map(|n| now.times(n) - before.times(n));
        assert!(changed.sum::<u64>() > 0, "{}: the bureau is honest and {why}", self.name());
        self.lies += 1;
    }

    fn bounded(&self, before: &Seen) {
        let requests = self.proxy.seen().requests - before.requests;
        let items = self.phone.vault.items(&ItemFilter::default()).expect("readable").len() as u64;
        let most = ROUND_REQUESTS + ITEM_REQUESTS * items;
        assert!(requests <= most, "{}: {requests} requests for {items} items", self.name());
    }

    /// What the phone believes to be stored is stored, byte for byte; what it freed all the more.
    fn nothing_early(&self) {
        for row in self.phone.vault.items(&ItemFilter::default()).expect("readable") {
            let believed = row.freed || row.receipt_index.is_some() || row.state >= ItemState::Stored;
            if believed {
                let stored = self.office.stored_sha256(row.item);
                assert_eq!(stored, row.ct_sha256, "{}: item {} is not stored", self.name(), row.item);
            } else {
                assert!(self.phone.has_whole(row.item), "{}: bytes of {} are gone", self.name(), row.item);
            }
        }
    }

    /// Everything that must hold in the end.
    fn assert_done(&self) {
        let name = self.name();
        let rows = self.phone.vault.items(&ItemFilter::default()).expect("readable");
        let ours: BTreeSet<ItemId> = rows.iter().map(|row| row.item).collect();
        assert_eq!(self.office.stored_items(), ours, "{name}: the sets differ");
        let device = self.phone.vault.device().expect("enrolled");
        let records = self.phone.vault.records_from(1, usize::MAX >> 1).expect("readable");
        let digests: Vec<_> = records.iter().map(|record| record.digest).collect();
        assert_eq!(self.office.record_digests(device), digests, "{name}: the chains differ");
        assert_eq!(self.office.log_size(), (records.len() + ours.len()) as u64, "{name}: one leaf each");
        let key = self.office.key();
        let mut leaves = BTreeSet::new();
        for record in &records {
            let proof = self.phone.vault.record_receipt(record.seq).expect("readable").expect("a receipt");
            let proof = TlogProof::parse(&proof).expect("a proof");
            proof.verify(&record.bytes, &key).expect("it holds");
            assert!(leaves.insert(proof.index), "{name}: two of ours at one leaf");
        }
        for row in &rows {
            assert_eq!(self.office.stored_sha256(row.item), row.ct_sha256, "{name}");
            assert!(row.freed && !self.phone.has_whole(row.item), "{name}: {} is still here", row.item);
            let receipt = self.phone.vault.item_receipt(row.item).expect("readable").expect("a receipt");
            let proof = TlogProof::parse(&receipt.proof).expect("a proof");
            proof.verify(receipt.statement.as_bytes(), &key).expect("it holds");
            assert!(leaves.insert(proof.index), "{name}: two of ours at one leaf");
        }
        assert_eq!(self.phone.count("media_freed"), rows.len(), "{name}");
        assert!(self.phone.vault.check().expect("checked").is_whole(), "{name}");
        assert_eq!(self.office.broken(), Vec::<String>::new(), "{name}");
    }
}

/// Plays one day to its end.
async fn play(seed: u64) -> Day {
    let mut day = Day::begin(seed).await;
    loop {
        day.throw();
        day.work();
        let done = day.synchronise(true).await;
        if done && day.open.is_none() && day.captures_left == 0 {
            break;
        }
        assert!(day.rounds < MOST_ROUNDS, "{}: still waiting for {:?}", day.name(), waiting(&day));
        day = day.happen().await;
    }
    // What was lost on the way arrives now, long after: it must not change anything.
    day.proxy.calm();
    day.proxy.deliver_late().await;
    day.office.settled().await;
    assert!(day.synchronise(false).await, "{}: late requests made work", day.name());
    day.assert_done();
    day
}

fn waiting(day: &Day) -> Option<Waiting> {
    day.phone.syncer().waiting(&day.phone.vault).expect("readable")
}

/// What many days came to.
#[derive(Default)]
struct Tally {
    days: u64,
    rounds: u64,
    lies: u64,
    looks: u64,
    items: u64,
    requests: u64,
    happened: BTreeMap<&'static str, u64>,
}

impl Tally {
    fn add(&mut self, day: &Day) {
        let seen = day.proxy.seen();
        self.days += 1;
        self.rounds += day.rounds;
        self.lies += day.lies;
        self.looks += day.looks;
        self.items += day.phone.vault.items(&ItemFilter::default()).unwrap().len() as u64;
        self.requests += seen.requests;
        for (name, times) in seen.happened {
            *self.happened.entry(name).or_default() += times;
        }
        for (event, times) in &day.events {
            *self.happened.entry(event).or_default() += times;
        }
    }
}

#[test]
fn whole_days_through_a_storm_end_with_everything_stored_once() {
    let seeds = Mutex::new(seeds(number_from("LIUHEN_SYNCS").unwrap_or(DAYS)));
    let tally = Mutex::new(Tally::default());
    let next = || seeds.lock().unwrap().pop();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(|| {
                while let Some(seed) = next() {
                    let day = play_alone(seed, play(seed));
                    tally.lock().unwrap().add(&day);
                }
            });
        }
    });
    let Tally { days, rounds, lies, looks, items, requests, happened } = tally.into_inner().unwrap();
    let faults: u64 = Fault::NAMES.iter().filter_map(|name| happened.get(name)).sum();
    println!(
        "{days} days, {items} items, {rounds} synchronisations, {requests} requests, {faults} faults {happened:?}; \
         {lies} times the phone saw a changed answer; {looks} looks while it synchronised"
    );
    let never: Vec<_> =
        Fault::NAMES.iter().chain(&EVENTS).filter(|name| !happened.contains_key(*name)).collect();
    assert!(days < ENOUGH_DAYS || never.is_empty(), "too mild: {never:?} never happened in {days} days");
}

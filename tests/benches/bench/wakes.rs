//! What a day of 40 items costs a battery besides its bytes: how often the radio is used and the processor woken, counted
//! for each way of sending. Nothing here is a time; the same code gives the same figures on every machine.

use crate::Outcome;
use crate::finding::{Bar, Finding};
use crate::setup::Setup;
use liuhen_core::ports::{Answer, Ports, Request, Transport};
use liuhen_core::sync::{Cancel, Carrier, Conditions, Queue, SyncOutcome, Wake};
use liuhen_tests::sync_support::{BackgroundSession, Office, TestPhone, bytes_of};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

const SESSIONS: u8 = 4;
const PHOTOS_EACH: u64 = 9;
/// A film in each session; one of them is longer than a piece.
const FILMS: u64 = SESSIONS as u64;
const ITEMS: u64 = SESSIONS as u64 * PHOTOS_EACH + FILMS;
const PHOTO_BYTES: usize = 60_000;
/// Two pieces of 32 MiB and a little of a third.
const LONG_FILM_MIB: u64 = 65;
const MIB: usize = 1 << 20;
/// What no way of sending can do without when the vault is open: who are you; two requests to log in; a token for the
/// days on which the phone stays locked; the records, what is missing, the proofs.
const FLOOR_BESIDES_PIECES: u64 = 7;

/// Counts what is sent.
struct Counted {
    inner: Arc<dyn Transport>,
    requests: AtomicU64,
}

impl Transport for Counted {
    fn send(&self, request: Request) -> Answer<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.inner.send(request)
    }
}

/// What one way of sending cost.
struct Cost {
    way: &'static str,
    wakes: u64,
    requests: u64,
    pieces: u64,
}

impl Cost {
    fn text(&self) -> String {
        let Self { way, wakes, requests, pieces } = self;
        format!("{way}: {wakes} wakes, {requests} requests for {pieces} pieces")
    }

    fn floor(&self) -> u64 {
        self.pieces + FLOOR_BESIDES_PIECES
    }
}

/// A phone at the end of its day, with nothing sent yet, and its bureau.
struct Evening {
    office: Office,
    phone: TestPhone,
    counted: Arc<Counted>,
    pieces: u64,
}

impl Evening {
    async fn of_a_day() -> Outcome<Self> {
        let office = Office::open().await;
        let mut phone = TestPhone::new();
        let inner = Arc::clone(&phone.ports.transport);
        let counted = Arc::new(Counted { inner, requests: AtomicU64::new(0) });
        phone.ports = Ports { transport: counted.clone(), ..phone.ports.clone() };
        phone.enrol(&office.url(), &office.code()).await?;
        for number in 1..=SESSIONS {
            let session = phone.open_session(number);
            for photo in 0..PHOTOS_EACH {
                phone.capture(session, &bytes_of(PHOTO_BYTES, u64::from(number) * 100 + photo));
            }
            let film_mib = if number == 1 { LONG_FILM_MIB } else { 1 };
            phone.capture_stream(session, (0..film_mib).map(|part| bytes_of(MIB, part + 1)));
            phone.close_session(session);
        }
        let pieces = phone.sealed_pieces().len() as u64;
        counted.requests.store(0, Ordering::Relaxed);
        Ok(Self { office, phone, counted, pieces })
    }

    async fn sync(&mut self) -> Outcome<SyncOutcome> {
        self.phone.options.wake = Wake::Asked;
        Ok(self.phone.sync().await?)
    }

    fn end(self, way: &'static str, wakes: u64, last: &SyncOutcome) -> Outcome<Cost> {
        let stored = self.office.stored_items().len() as u64;
        if stored != ITEMS || last.waiting.is_some() {
            return Err(format!("{way}: {stored} of {ITEMS} items are stored, {:?}", last.waiting).into());
        }
        let requests = self.counted.requests.load(Ordering::Relaxed);
        Ok(Cost { way, wakes, requests, pieces: self.pieces })
    }
}

/// The office's Wi-Fi appears: the core sends everything and fetches its proofs.
async fn by_the_core() -> Outcome<Cost> {
    let mut evening = Evening::of_a_day().await?;
    let last = evening.sync().await?;
    evening.end("core's executor", 1, &last)
}

/// The officer looked at the screen once (records); the phone is locked when the pieces go; proofs at the next look.
async fn while_locked() -> Outcome<Cost> {
    let mut evening = Evening::of_a_day().await?;
    evening.phone.options.carrier = Carrier::Shell;
    evening.sync().await?;
    evening.phone.options.carrier = Carrier::Core;
    let (dir, syncer) = (evening.phone.dir(), evening.phone.syncer());
    syncer.upload(&dir, &mut |_| {}, &Cancel::new()).await?;
    let last = evening.sync().await?;
    evening.end("locked upload", 3, &last)
}

/// The system's transfer service carries the pieces; the program is woken once for all results.
async fn by_the_system() -> Outcome<Cost> {
    let mut evening = Evening::of_a_day().await?;
    evening.phone.options.carrier = Carrier::Shell;
    evening.sync().await?;
    let (dir, ports) = (evening.phone.dir(), evening.phone.ports.clone());
    let conditions = Conditions { network: ports.network.state(), options: evening.phone.options.clone() };
    let mut queue = Queue::open(&dir, &ports)?;
    let tasks = queue.plan(&conditions)?.tasks;
    queue.prepare_suspend()?;
    let mut service = BackgroundSession::calm(Arc::clone(&ports.transport));
    let (steps, now_ms) = (tasks.len() as u64, evening.phone.stamp().time.best_ms());
    service.create(tasks, true, now_ms);
    service.work(steps, now_ms).await;
    let mut queue = Queue::open(&dir, &ports)?;
    for (key, outcome) in service.relaunch() {
        queue.on_result(&key, &outcome)?;
    }
    queue.on_wake(&service.running())?;
    queue.prepare_suspend()?;
    let last = evening.sync().await?;
    evening.end("system's transfer service", 3, &last)
}

/// Every way, against the floor.
pub fn of_a_day(_setup: &Setup) -> Outcome<Finding> {
    let runtime = tokio::runtime::Runtime::new()?;
    let costs = runtime.block_on(async {
        Ok::<_, Box<dyn std::error::Error>>([
            by_the_core().await?,
            while_locked().await?,
            by_the_system().await?,
        ])
    })?;
    let [core, ..] = &costs;
    let samples: Vec<_> = costs
        .iter()
        .map(|cost| json!({ "way": cost.way, "wakes": cost.wakes, "requests": cost.requests, "pieces": cost.pieces }))
        .collect();
    let floor = core.floor();
    let mut finding = Finding {
        ours: core.text(),
        peer_name: "the floor: one request for each piece, and those that no way can do without".to_owned(),
        peer: format!("{} + {FLOOR_BESIDES_PIECES} = {floor} requests, 1 wake", core.pieces),
        value: core.requests as f64 / floor as f64,
        unit: "×",
        bar: Bar::AtMost(1.25),
        notes: costs[1..].iter().map(Cost::text).collect(),
        samples: json!(samples),
    };
    finding.notes.push(format!(
        "{ITEMS} items on a day without faults; counted, not timed: the same on every machine"
    ));
    Ok(finding)
}

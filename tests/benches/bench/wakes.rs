//! What a day of 40 items costs a battery besides its bytes: how often the system starts the program, and how often it
//! asks the network, counted over 24 simulated hours for what each app asks its system for. Nothing here is a time; the
//! same code gives the same figures on every machine.
//!
//! The two shells here do what the apps' do (`android/platform/…/SyncJobs.kt`; `ios/Sources/AppleAdapters/Sending.swift`,
//! `SyncTasks.swift`, `Phone.swift` and `ShellCore/Host/LiveTransfer.swift`); what the systems do is assumed and said below.

use crate::Outcome;
use crate::finding::{Bar, Finding};
use crate::setup::Setup;
use liuhen_core::ports::{Answer, Ports, Reach, Request, Transport, TransportError};
use liuhen_core::sync::{Carrier, Conditions, Queue, Wake};
use liuhen_core::vault::ItemFilter;
use liuhen_tests::sync_support::{BackgroundSession, Office, TestPhone, bytes_of};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

const SESSIONS: u64 = 4;
const PHOTOS_EACH: u64 = 9;
/// A film in each session; one of them is longer than a piece.
const FILMS: u64 = SESSIONS;
const ITEMS: u64 = SESSIONS * PHOTOS_EACH + FILMS;
const PHOTO_BYTES: usize = 60_000;
/// Two pieces of 32 MiB and a little of a third.
const LONG_FILM_MIB: u64 = 65;
const MIB: usize = 1 << 20;
const MINUTE_MS: i64 = 60_000;
/// What the fewest requests of a day are besides its pieces: who are you; two requests to log in; a token for the days on
/// which the phone stays locked; the records, what is missing, the proofs.
const FLOOR_BESIDES_PIECES: u64 = 7;
/// A job that left something is begun again after so long, minutes, each time after twice as long.
const BACKOFF_MINUTES: f64 = 0.5;

/// Where the phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Network {
    /// The office's Wi-Fi; the bureau answers.
    Office,
    /// A mobile network: it costs money.
    Mobile,
    /// A Wi-Fi at home, on which the bureau cannot be reached.
    Home,
}

/// What happens in a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happens {
    /// An hour has passed: a periodic job's time.
    Hour,
    /// An activity was recorded and closed, with the app on the screen.
    Session(u8),
    /// Another network is used from now on.
    On(Network),
    /// The officer opens the app, looks, and puts the phone away.
    Look,
    /// The evening's look at the day.
    Evening,
    /// The system has time for programs that asked for some.
    SpareTime,
}

/// 24 hours from 8 in the morning, minutes since then.
fn timeline() -> Vec<(i64, Happens)> {
    let mut day: Vec<_> = (0..24).map(|hour| (hour * 60 + 15, Happens::Hour)).collect();
    day.extend([
        (0, Happens::On(Network::Office)),
        (5, Happens::Look),
        (40, Happens::On(Network::Mobile)),
        (60, Happens::Session(1)),
        (150, Happens::Session(2)),
        (270, Happens::Look),
        (330, Happens::Session(3)),
        (450, Happens::Session(4)),
        (540, Happens::On(Network::Office)),
        (545, Happens::Look),
        (590, Happens::On(Network::Mobile)),
        (660, Happens::On(Network::Home)),
        (720, Happens::Evening),
        (725, Happens::Look),
        (1_140, Happens::SpareTime),
    ]);
    day.sort_by_key(|(minute, _)| *minute);
    day
}

/// Counts what is sent, also where nobody answers.
struct Counted {
    inner: Arc<dyn Transport>,
    requests: AtomicU64,
    is_reachable: AtomicBool,
}

impl Transport for Counted {
    fn send(&self, request: Request) -> Answer<'_> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if self.is_reachable.load(Ordering::Relaxed) {
            self.inner.send(request)
        } else {
            Box::pin(async { Err(TransportError::Connect) })
        }
    }
}

/// What one way of sending cost.
#[derive(Default)]
struct Cost {
    way: &'static str,
    /// The system started the program, or let it go on, while nobody looked.
    wakes: u64,
    /// The officer had the app on the screen.
    looks: u64,
    /// Synchronisations.
    syncs: u64,
    /// Of these, how many asked the network for something.
    asking: u64,
    requests: u64,
    /// Of these, how many while nobody was on the other side.
    unanswered: u64,
    pieces: u64,
}

impl Cost {
    fn text(&self) -> String {
        let Self { way, wakes, looks, syncs, asking, requests, unanswered, pieces } = self;
        format!(
            "{way}: {wakes} wakes, {looks} times in the officer's hand, {syncs} synchronisations of which {asking} asked the \
             network, {requests} requests ({unanswered} where nobody answered) for {pieces} pieces"
        )
    }

    fn floor(&self) -> u64 {
        self.pieces + FLOOR_BESIDES_PIECES
    }
}

/// A phone's day and its bureau.
struct Day {
    office: Office,
    phone: TestPhone,
    counted: Arc<Counted>,
    network: Network,
    cost: Cost,
}

impl Day {
    async fn begin(way: &'static str, carrier: Carrier) -> Outcome<Self> {
        let office = Office::open().await;
        let mut phone = TestPhone::new();
        let inner = Arc::clone(&phone.ports.transport);
        let counted =
            Arc::new(Counted { inner, requests: AtomicU64::new(0), is_reachable: AtomicBool::new(true) });
        phone.ports = Ports { transport: counted.clone(), ..phone.ports.clone() };
        phone.enrol(&office.url(), &office.code()).await?;
        (phone.options.carrier, phone.options.wake) = (carrier, Wake::Scheduled);
        counted.requests.store(0, Ordering::Relaxed);
        Ok(Self { office, phone, counted, network: Network::Office, cost: Cost { way, ..Cost::default() } })
    }

    fn record(&mut self, number: u8) {
        let session = self.phone.open_session(number);
        for photo in 0..PHOTOS_EACH {
            self.phone.capture(session, &bytes_of(PHOTO_BYTES, u64::from(number) * 100 + photo));
        }
        let film_mib = if number == 1 { LONG_FILM_MIB } else { 1 };
        self.phone.capture_stream(session, (0..film_mib).map(|part| bytes_of(MIB, part + 1)));
        self.phone.close_session(session);
        self.cost.pieces = self.phone.sealed_pieces().len() as u64;
    }

    fn move_to(&mut self, network: Network) {
        self.network = network;
        let is_mobile = network == Network::Mobile;
        let reach = if is_mobile { Reach::Cellular } else { Reach::Wifi };
        self.phone.on_network(reach, is_mobile, None);
        self.counted.is_reachable.store(network != Network::Home, Ordering::Relaxed);
    }

    fn pass(&self, ms: i64) {
        self.phone.clock.pass(ms);
        self.office.pass(ms);
    }

    fn requests(&self) -> u64 {
        self.counted.requests.load(Ordering::Relaxed)
    }

    fn counted_since(&mut self, before: u64) {
        let asked = self.requests() - before;
        self.cost.requests += asked;
        self.cost.unanswered += if self.network == Network::Home { asked } else { 0 };
    }

    /// One synchronisation; whether nothing is left.
    async fn sync(&mut self) -> Outcome<bool> {
        let before = self.requests();
        let outcome = self.phone.sync().await?;
        self.office.settled().await;
        self.cost.syncs += 1;
        self.cost.asking += u64::from(self.requests() > before);
        self.counted_since(before);
        Ok(outcome.waiting.is_none())
    }
}

/// What an app asks its system for.
trait Shell {
    async fn on(&mut self, day: &mut Day, happens: Happens) -> Outcome<()>;
}

/// The core sends: a job for the office's network when something waits, a look every hour, one in the evening.
#[derive(Default)]
struct Android {
    send_waits: bool,
}

impl Shell for Android {
    async fn on(&mut self, day: &mut Day, happens: Happens) -> Outcome<()> {
        match happens {
            Happens::Hour => {
                day.cost.wakes += 1;
                day.sync().await?;
            }
            Happens::Session(_) => self.send_waits = true,
            // It reads what still waits, and nothing else.
            Happens::Evening => day.cost.wakes += 1,
            // The app on the screen shows how it stands; sending is the job's.
            Happens::Look | Happens::On(_) | Happens::SpareTime => {}
        }
        // The job wants a network that costs nothing.
        let mut pause_minutes = BACKOFF_MINUTES;
        while self.send_waits && day.network != Network::Mobile {
            day.cost.wakes += 1;
            self.send_waits = !day.sync().await?;
            if self.send_waits {
                day.pass((pause_minutes * MINUTE_MS as f64) as i64);
                pause_minutes *= 2.0;
            }
        }
        Ok(())
    }
}

/// The system's transfer service carries the pieces; the app synchronises while it is on the screen, when all results are
/// there, and in spare time that it asked for.
struct IPhone {
    service: BackgroundSession,
    asked_for_time: bool,
}

impl IPhone {
    /// Synchronises, and hands out what the service is to carry.
    async fn synchronise(&mut self, day: &mut Day, in_front: bool) -> Outcome<bool> {
        let is_complete = day.sync().await?;
        let ports = &day.phone.ports;
        let conditions = Conditions { network: ports.network.state(), options: day.phone.options.clone() };
        let mut queue = Queue::open(&day.phone.dir(), ports)?;
        let tasks = queue.plan(&conditions)?.tasks;
        queue.prepare_suspend()?;
        self.service.create(tasks, in_front, day.phone.stamp().time.best_ms());
        Ok(is_complete)
    }

    /// The service carries what it has over a network that costs nothing, and wakes the app when it has nothing left.
    async fn carry(&mut self, day: &mut Day) -> Outcome<()> {
        let carried = self.service.running().len() as u64;
        if carried == 0 || day.network == Network::Mobile {
            return Ok(());
        }
        let before = day.requests();
        self.service.work(carried, day.phone.stamp().time.best_ms()).await;
        day.counted_since(before);
        let running = self.service.running();
        if !running.is_empty() {
            return Ok(());
        }
        day.cost.wakes += 1;
        let mut queue = Queue::open(&day.phone.dir(), &day.phone.ports)?;
        for (key, outcome) in self.service.relaunch() {
            queue.on_result(&key, &outcome)?;
        }
        queue.on_wake(&running)?;
        queue.prepare_suspend()?;
        day.office.settled().await;
        self.synchronise(day, false).await?;
        Ok(())
    }
}

impl Shell for IPhone {
    async fn on(&mut self, day: &mut Day, happens: Happens) -> Outcome<()> {
        match happens {
            Happens::Look | Happens::Session(_) => {
                self.synchronise(day, true).await?;
                // On its way off the screen.
                self.asked_for_time = true;
            }
            Happens::SpareTime if self.asked_for_time => {
                day.cost.wakes += 1;
                self.asked_for_time = !self.synchronise(day, false).await?;
            }
            // A network is looked at while the app is on the screen; the evening's notice is the system's, set before.
            Happens::On(_) | Happens::Evening | Happens::Hour | Happens::SpareTime => {}
        }
        self.carry(day).await
    }
}

async fn a_day(mut day: Day, mut shell: impl Shell) -> Outcome<Cost> {
    let mut minutes = 0;
    for (minute, happens) in timeline() {
        day.pass((minute - minutes) * MINUTE_MS);
        minutes = minute;
        match happens {
            Happens::Session(number) => {
                day.cost.looks += 1;
                day.record(number);
            }
            Happens::Look => day.cost.looks += 1,
            Happens::On(network) => day.move_to(network),
            _ => {}
        }
        shell.on(&mut day, happens).await?;
    }
    let (way, stored) = (day.cost.way, day.office.stored_items().len() as u64);
    let waiting = day.phone.syncer().waiting(&day.phone.vault)?;
    let unproved = day.phone.vault.items(&ItemFilter::default())?.iter().filter(|row| !row.freed).count();
    if stored != ITEMS || unproved > 0 {
        return Err(format!(
            "{way}: {stored} of {ITEMS} items are stored, {unproved} not freed, {waiting:?}"
        )
        .into());
    }
    Ok(day.cost)
}

async fn both() -> Outcome<[Cost; 2]> {
    let android = Day::begin("Android, the core sends", Carrier::Core).await?;
    let iphone = Day::begin("iOS, the system's service sends", Carrier::Shell).await?;
    let service = BackgroundSession::calm(Arc::clone(&iphone.phone.ports.transport));
    let carried = IPhone { service, asked_for_time: false };
    Ok([a_day(android, Android::default()).await?, a_day(iphone, carried).await?])
}

/// Both apps, against the floor.
pub fn of_a_day(_setup: &Setup) -> Outcome<Finding> {
    let costs = tokio::runtime::Runtime::new()?.block_on(both())?;
    let [android, iphone] = &costs;
    let samples: Vec<_> = costs
        .iter()
        .map(|cost| {
            json!({
                "way": cost.way, "wakes": cost.wakes, "looks": cost.looks, "syncs": cost.syncs,
                "asking": cost.asking, "requests": cost.requests, "unanswered": cost.unanswered, "pieces": cost.pieces,
            })
        })
        .collect();
    let floor = android.floor();
    let most = android.requests.max(iphone.requests);
    Ok(Finding {
        ours: android.text(),
        peer_name: "the floor: one request for each piece, and those that no way can do without".to_owned(),
        peer: format!("{} + {FLOOR_BESIDES_PIECES} = {floor} requests", android.pieces),
        value: most as f64 / floor as f64,
        unit: "×",
        // A whole day asks more often than its one transfer: looks at the bureau with nothing to send are in it.
        bar: Bar::AtMost(2.0),
        notes: vec![
            iphone.text(),
            format!(
                "{ITEMS} items in 24 simulated hours without faults: the office's Wi-Fi until 8:40 and from 17:00 to 17:50, \
                 at night a Wi-Fi on which the bureau is not; counted, not timed: the same on every machine"
            ),
        ],
        samples: json!(samples),
    })
}

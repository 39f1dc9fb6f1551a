//! A link that fails on purpose, for tests: it drops, repeats, reorders, truncates and falsifies notifications, delays and
//! refuses operations, and cuts the connection at any step. Everything follows from a seed.

use crate::{
    BleLink, BondState, Characteristic, Clock, DisconnectReason, LinkAnswer, LinkError, LinkEvent,
    LinkListener, PeerId, Uuid,
};
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

/// How a link fails. Chances are in thousandths; 0 is never.
#[derive(Debug, Clone, Default)]
pub struct FaultPlan {
    /// Fixes everything below.
    pub seed: u64,
    /// A notification is lost.
    pub drop_permille: u32,
    /// After each loss, this many more are lost.
    pub burst: u32,
    /// A notification comes twice.
    pub repeat_permille: u32,
    /// A notification comes after the next one.
    pub swap_permille: u32,
    /// A notification is cut short.
    pub truncate_permille: u32,
    /// A bit of a notification is flipped.
    pub lie_permille: u32,
    /// An operation takes up to this long.
    pub delay_ms: u32,
    /// An operation is not carried out and fails.
    pub refuse_permille: u32,
    /// The connection is cut at this step, counting operations and notifications of each connection from 1.
    pub cut_at_step: Option<u32>,
    /// How many connections are cut so; later ones hold.
    pub cuts: u32,
}

/// A link that fails as its plan says.
pub struct FaultLink {
    inner: Arc<dyn BleLink>,
    clock: Arc<dyn Clock>,
    state: Arc<State>,
}

struct State {
    plan: FaultPlan,
    dice: Mutex<Dice>,
    step: AtomicU32,
    cuts_left: AtomicU32,
    is_cut: Mutex<bool>,
    downstream: Mutex<Option<Arc<dyn LinkListener>>>,
}

/// SplitMix64 (Steele, Lea and Flood 2014), and what it has decided but not carried out.
struct Dice {
    state: u64,
    losing: u32,
    held: Option<LinkEvent>,
}

impl Dice {
    fn roll(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    fn happens(&mut self, permille: u32) -> bool {
        permille > 0 && self.roll() % 1_000 < u64::from(permille)
    }
}

impl FaultLink {
    /// A link that passes everything to `inner` except what `plan` spoils.
    pub fn new(inner: Arc<dyn BleLink>, clock: Arc<dyn Clock>, plan: FaultPlan) -> Self {
        let state = State {
            dice: Mutex::new(Dice { state: plan.seed, losing: 0, held: None }),
            step: AtomicU32::new(0),
            cuts_left: AtomicU32::new(plan.cuts),
            is_cut: Mutex::new(false),
            downstream: Mutex::new(None),
            plan,
        };
        Self { inner, clock, state: Arc::new(state) }
    }

    /// Steps of the present connection so far: where [`FaultPlan::cut_at_step`] can cut.
    pub fn steps(&self) -> u32 {
        self.state.step.load(SeqCst)
    }

    /// Before an operation: delay, refusal, cut.
    async fn before(&self) -> Result<(), LinkError> {
        let (delay_ms, refused) = {
            let mut dice = self.state.dice();
            let delay_ms = dice.roll() % (u64::from(self.state.plan.delay_ms) + 1);
            (delay_ms, dice.happens(self.state.plan.refuse_permille))
        };
        if delay_ms > 0 {
            self.clock.sleep(Duration::from_millis(delay_ms)).await;
        }
        self.state.advance();
        match (self.state.is_cut(), refused) {
            (true, _) => Err(LinkError::NotConnected),
            (false, true) => Err(LinkError::TimedOut),
            (false, false) => Ok(()),
        }
    }

    /// An operation of the connected peer.
    fn spoil<'a, T: Send + 'a>(&'a self, operation: LinkAnswer<'a, T>) -> LinkAnswer<'a, T> {
        Box::pin(async move {
            self.before().await?;
            let answer = operation.await;
            if self.state.is_cut() { Err(LinkError::NotConnected) } else { answer }
        })
    }
}

impl State {
    fn dice(&self) -> std::sync::MutexGuard<'_, Dice> {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cut(&self) -> bool {
        *self.is_cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_cut(&self, cut: bool) {
        *self.is_cut.lock().unwrap_or_else(PoisonError::into_inner) = cut;
    }

    fn deliver(&self, event: LinkEvent) {
        let listener = self.downstream.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(listener) = listener {
            listener.on_event(event);
        }
    }

    /// One step on; cuts when it is time.
    fn advance(&self) {
        let step = self.step.fetch_add(1, SeqCst) + 1;
        if self.plan.cut_at_step == Some(step)
            && self.cuts_left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok()
        {
            self.set_cut(true);
            self.deliver(LinkEvent::Disconnected(DisconnectReason::TimedOut));
        }
    }

    /// What becomes of one notification.
    fn spoil(&self, characteristic: Uuid, mut bytes: Vec<u8>) {
        let plan = &self.plan;
        let events = {
            let mut dice = self.dice();
            if dice.losing > 0 {
                dice.losing -= 1;
                return;
            }
            if dice.happens(plan.drop_permille) {
                dice.losing = plan.burst;
                return;
            }
            if !bytes.is_empty() && dice.happens(plan.truncate_permille) {
                let keep = dice.roll() as usize % bytes.len();
                bytes.truncate(keep);
            }
            if !bytes.is_empty() && dice.happens(plan.lie_permille) {
                let bit = dice.roll() as usize % (bytes.len() * 8);
                if let Some(byte) = bytes.get_mut(bit / 8) {
                    *byte ^= 1 << (bit % 8);
                }
            }
            let event = LinkEvent::Value { characteristic, bytes };
            let twice = dice.happens(plan.repeat_permille).then(|| event.clone());
            match dice.held.take() {
                None if dice.happens(plan.swap_permille) => {
                    dice.held = Some(event);
                    Vec::new()
                }
                held => [Some(event), held, twice].into_iter().flatten().collect(),
            }
        };
        for event in events {
            self.deliver(event);
        }
    }
}

impl LinkListener for State {
    fn on_event(&self, event: LinkEvent) {
        match event {
            LinkEvent::Value { characteristic, bytes } => {
                self.advance();
                if !self.is_cut() {
                    self.spoil(characteristic, bytes);
                }
            }
            other => self.deliver(other),
        }
    }
}

impl BleLink for FaultLink {
    fn listen(&self, listener: Arc<dyn LinkListener>) {
        *self.state.downstream.lock().unwrap_or_else(PoisonError::into_inner) = Some(listener);
        self.inner.listen(self.state.clone());
    }

    fn scan(&self, services: Vec<Uuid>) -> LinkAnswer<'_, ()> {
        self.inner.scan(services)
    }

    fn stop_scan(&self) -> LinkAnswer<'_, ()> {
        self.inner.stop_scan()
    }

    fn connect(&self, peer: PeerId) -> LinkAnswer<'_, ()> {
        Box::pin(async move {
            if self.state.is_cut() {
                self.inner.disconnect().await?;
                self.state.set_cut(false);
            }
            self.state.step.store(0, SeqCst);
            self.state.dice().held = None;
            self.before().await?;
            self.inner.connect(peer).await
        })
    }

    fn disconnect(&self) -> LinkAnswer<'_, ()> {
        self.inner.disconnect()
    }

    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>> {
        self.spoil(self.inner.discover())
    }

    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        self.spoil(self.inner.read(characteristic))
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, with_response: bool) -> LinkAnswer<'_, ()> {
        self.spoil(self.inner.write(characteristic, bytes, with_response))
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        self.spoil(self.inner.subscribe(characteristic))
    }

    fn max_write_len(&self) -> u32 {
        self.inner.max_write_len()
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        self.spoil(self.inner.bond_state())
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        self.spoil(self.inner.request_bond())
    }
}

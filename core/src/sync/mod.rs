//! How evidence reaches the bureau, and when it may leave the phone.
//!
//! One synchronisation is level-triggered: it re-reads what is in the vault, asks the bureau what it has, and closes
//! the difference. Records go first, pieces after them; what the bureau proves is verified against the last
//! checkpoint seen; only then is local media freed. Whatever is interrupted is simply done again.
//!
//! Where to look:
//! * the procedure: [`Syncer::sync`]; joining: [`Syncer::enrol`], [`Syncer::succeed`];
//! * what is sent when, and by whom: [`Queue`], which needs no key; without the vault: [`Syncer::upload`];
//! * what is believed of a bureau's proofs: [`receipts`] (pure), and what is not: [`Distrust`];
//! * why something waits: [`Waiting`].

mod address;
mod background;
mod backoff;
mod cancel;
mod client;
mod code;
mod distrust;
mod enrol;
mod evidence;
mod fault;
mod freeing;
mod identity;
mod office_network;
mod pieces;
mod proofs;
mod protocol;
mod queue;
pub mod receipts;
mod records;
mod round;
mod status;
mod succession;
mod tus;
mod waiting;
mod witnesses;

pub use address::{Address, AddressError};
pub use cancel::{Cancel, Cancelled};
pub use code::{CodeError, EnrolCode, Invitation};
pub use distrust::Distrust;
pub use enrol::{APP, ENROLMENT_KEY, Enrolment};
pub use evidence::{CONFLICTS_KEY, Conflict};
pub use fault::SyncError;
pub use freeing::FreePolicy;
pub use protocol::{ItemProof, Receipts, RecordProof};
pub use queue::{Circuit, Conditions, Plan, Queue, QueueError, Suspended, Task, TaskKey, TaskOutcome};
pub use status::{STATUS_KEY, SyncStatus};
pub use waiting::Waiting;

use crate::ports::Ports;
use liuhen_record::ItemId;

/// Who asked for a synchronisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A person, or a network that has just appeared: what waits for another attempt is tried at once.
    Asked,
    /// The system's scheduler: what waits for another attempt goes on waiting.
    Scheduled,
}

/// Who carries pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Carrier {
    /// The core, while it synchronises.
    #[default]
    Core,
    /// The shell, by what [`Queue::plan`] hands out: the transfer service of an iPhone.
    Shell,
}

/// How to synchronise.
#[derive(Debug, Clone)]
pub struct SyncOptions {
    /// Who asked.
    pub wake: Wake,
    /// Who carries pieces; records and proofs are always the core's.
    pub carrier: Carrier,
    /// Give up an exchange when nothing moved for this long, milliseconds.
    pub idle_timeout_ms: u64,
    /// Whether bytes may cost money.
    pub allow_metered: bool,
    /// Names of the office's Wi-Fi networks; empty when any will do. What counts is that the bureau proves itself.
    pub office_ssids: Vec<String>,
    /// When local media may be freed.
    pub free: FreePolicy,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            wake: Wake::Asked,
            carrier: Carrier::Core,
            idle_timeout_ms: 60_000,
            allow_metered: false,
            office_ssids: Vec::new(),
            free: FreePolicy::default(),
        }
    }
}

/// Synchronises vaults with their bureau.
#[derive(Clone)]
pub struct Syncer {
    ports: Ports,
    options: SyncOptions,
}

impl Syncer {
    /// With default options.
    pub fn new(ports: Ports) -> Self {
        Self::with_options(ports, SyncOptions::default())
    }

    /// With these options.
    pub fn with_options(ports: Ports, options: SyncOptions) -> Self {
        Self { ports, options }
    }
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Asking the server to prove that it is the bureau.
    Meeting,
    /// Sending records.
    Records,
    /// Sending pieces of items.
    Pieces,
    /// Verifying the bureau's proofs.
    Proofs,
    /// Freeing local media.
    Freeing,
}

/// How far a synchronisation has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// The item concerned.
    pub item: Option<ItemId>,
    /// Done so far: bytes of pieces; records while records are sent.
    pub done_bytes: u64,
    /// To be done in all, in the same unit.
    pub total_bytes: u64,
}

/// What a synchronisation did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SyncOutcome {
    /// Records that the bureau took.
    pub records_sent: u64,
    /// Pieces that the bureau took.
    pub pieces_sent: u64,
    /// Bytes of pieces acknowledged.
    pub bytes_sent: u64,
    /// Items newly proved to be stored.
    pub items_stored: u64,
    /// Items whose local media was freed.
    pub freed: u64,
    /// Requests that were made.
    pub requests: u64,
    /// What the rest waits for; `None` when nothing is left to do.
    pub waiting: Option<Waiting>,
}

impl SyncOutcome {
    /// This, and what a later one did; what is left is as the later one left it.
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            records_sent: self.records_sent + later.records_sent,
            pieces_sent: self.pieces_sent + later.pieces_sent,
            bytes_sent: self.bytes_sent + later.bytes_sent,
            items_stored: self.items_stored + later.items_stored,
            freed: self.freed + later.freed,
            requests: self.requests + later.requests,
            waiting: later.waiting,
        }
    }
}

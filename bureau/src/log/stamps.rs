//! Time-stamp tokens (RFC 3161) over our checkpoints: another house's word that the log was so at that time.

use super::{
    checkpoint::{CheckpointError, Notary},
    cosigned::cosigned_in,
};
use crate::{
    clock::Clock,
    fault::{Faults, Point},
    office::Office,
    outgoing::{Outgoing, OutgoingError},
    random,
    store::{self, LedgerStore, StampRow, StoreError},
};
use liuhen_record::{
    Digest,
    timestamp::{MAX_REPLY_BYTES, TimestampAuthorities, TimestampError, TimestampRequest, TimestampToken},
};
use std::{
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::watch;

/// A log that has grown is stamped so often, unless it is told otherwise.
pub const STAMP_EVERY: Duration = Duration::from_hours(1);

/// A time-stamping authority.
#[derive(Debug, Clone)]
pub struct Tsa {
    /// Where requests are posted.
    pub url: String,
    /// Whose certificates it must come from; `None` checks only what was stamped, not by whom.
    pub authorities: Option<TimestampAuthorities>,
    /// How often a log that has grown is stamped.
    pub every: Duration,
}

impl Tsa {
    /// The authority at this address, asked every hour.
    ///
    /// # Errors
    /// [`TimestampError::NoAuthority`] when the PEM text holds no certificate.
    pub fn new(url: impl Into<String>, ca_pem: Option<&str>) -> Result<Self, TimestampError> {
        let authorities = ca_pem.map(TimestampAuthorities::from_pem).transpose()?;
        Ok(Self { url: url.into(), authorities, every: STAMP_EVERY })
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// No checkpoint could be made.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] random::RandomError),
    /// The authority gave no answer.
    #[error(transparent)]
    Http(#[from] OutgoingError),
    /// It answered with this status.
    #[error("the authority answered with HTTP status {0}")]
    Status(u16),
    /// What it answered is not believed.
    #[error(transparent)]
    Token(#[from] TimestampError),
}

/// Has the log stamped.
pub struct Stamper {
    tsa: Option<Tsa>,
    http: Outgoing,
    trouble: Mutex<Option<String>>,
    rounds: watch::Sender<u64>,
}

impl Stamper {
    /// A stamper that asks this authority, or nobody.
    pub fn new(tsa: Option<Tsa>, http: Outgoing) -> Self {
        Self { tsa, http, trouble: Mutex::default(), rounds: watch::Sender::new(0) }
    }

    /// The authority's address.
    pub fn url(&self) -> Option<&str> {
        self.tsa.as_ref().map(|tsa| tsa.url.as_str())
    }

    /// What went wrong last, in words; `None` when all is well.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the authority was asked once since the start; for ever when there is none.
    pub async fn tried(&self) {
        let mut rounds = self.rounds.subscribe();
        let _never_closed = rounds.wait_for(|rounds| *rounds > 0).await;
    }

    /// Stamps from time to time, until the office is gone.
    pub async fn stamp_for_ever(self: Arc<Self>, office: Weak<Office>) {
        let Some(tsa) = &self.tsa else { return };
        let mut ticks = tokio::time::interval(tsa.every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(office) = office.upgrade() else { return };
            let stamped = stamp(&Stamping::of(&office), tsa, &self.http).await;
            let trouble = stamped.err().map(|error| error.to_string());
            if let Some(trouble) = &trouble {
                eprintln!("time stamp: {trouble}");
            }
            *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
            self.rounds.send_modify(|rounds| *rounds += 1);
        }
    }
}

/// What stamping needs of an office, or of a data folder beside one.
#[derive(Clone)]
pub struct Stamping {
    /// Rows.
    pub ledger: Arc<dyn LedgerStore>,
    /// Signs.
    pub notary: Arc<Notary>,
    /// Tells when a token came.
    pub clock: Arc<dyn Clock>,
    /// Stops the world in tests.
    pub(crate) faults: Arc<dyn Faults>,
}

impl Stamping {
    fn of(office: &Office) -> Self {
        let (ledger, notary) = (office.ledger.clone(), office.notary.clone());
        Self { ledger, notary, clock: office.clock.clone(), faults: office.faults.clone() }
    }

    fn prepare(&self) -> Result<Prepared, StampError> {
        let row = self.notary.checkpoint(self.ledger.as_ref())?;
        if let Some(stamp) = store::read(self.ledger.as_ref(), |rows| rows.stamp(row.size))? {
            return Ok(Prepared::Stamped(stamp));
        }
        let note = cosigned_in(self.ledger.as_ref(), &row)?;
        let request = TimestampRequest::new(Digest::of(note.as_bytes()), random::bytes()?);
        Ok(Prepared::Ask { size: row.size, note, request })
    }

    fn keep(&self, row: &StampRow) -> Result<StampRow, StoreError> {
        self.faults.hit(Point::StampReceived)?;
        let kept = store::write(self.ledger.as_ref(), |rows| {
            rows.put_stamp(row)?;
            rows.stamp(row.size)
        })?;
        self.faults.hit(Point::StampCommitted)?;
        kept.ok_or(StoreError::Impossible("time stamp"))
    }
}

enum Prepared {
    Stamped(StampRow),
    Ask { size: u64, note: String, request: TimestampRequest },
}

/// The token over the log as it is now; asks for one unless there is one.
///
/// # Errors
/// [`StampError`]; nothing was kept then.
pub async fn stamp(stamping: &Stamping, tsa: &Tsa, http: &Outgoing) -> Result<StampRow, StampError> {
    let prepared = blocking(stamping, Stamping::prepare).await?;
    let (size, note, request) = match prepared {
        Prepared::Stamped(stamp) => return Ok(stamp),
        Prepared::Ask { size, note, request } => (size, note, request),
    };
    let answer =
        http.post(&tsa.url, "application/timestamp-query", request.to_der(), MAX_REPLY_BYTES).await?;
    if !answer.status.is_success() {
        return Err(StampError::Status(answer.status.as_u16()));
    }
    let token = TimestampToken::parse_reply(&answer.body)?;
    token.check(note.as_bytes(), Some(request.nonce()))?;
    if let Some(authorities) = &tsa.authorities {
        token.verify(authorities)?;
    }
    let received_ms = stamping.clock.now_ms();
    let row = StampRow { size, note, reply: answer.body, time_ms: token.time_ms, received_ms };
    blocking(stamping, move |stamping| Ok(stamping.keep(&row)?)).await
}

async fn blocking<T: Send + 'static>(
    stamping: &Stamping,
    work: impl FnOnce(&Stamping) -> Result<T, StampError> + Send + 'static,
) -> Result<T, StampError> {
    let stamping = stamping.clone();
    let done = tokio::task::spawn_blocking(move || work(&stamping)).await;
    done.unwrap_or_else(|error| Err(StoreError::File(std::io::Error::other(error)).into()))
}

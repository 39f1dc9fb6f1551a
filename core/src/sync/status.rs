//! What the last synchronisation came to, and what stands in the way of the next: readable at any time, without
//! network.

use super::{
    ENROLMENT_KEY, Enrolment, SyncError, SyncOutcome, Syncer, Waiting, Wake,
    distrust::Distrust,
    evidence::contradiction,
    fault::Fault,
    office_network,
    queue::{self, Queue, QueueError},
};
use crate::vault::{PieceProgress, PieceState, Vault, VaultError};
use liuhen_record::ItemId;
use liuhen_record::time::{Anchor, TimeClaim, TimeGrade};
use serde::{Deserialize, Serialize};

/// The vault's setting that holds the [`SyncStatus`].
pub const STATUS_KEY: &str = "sync_status";
/// The vault's setting that holds the last time anchor.
pub(super) const ANCHOR_KEY: &str = "anchor";

/// What the last synchronisation came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncStatus {
    /// When it ended, Unix milliseconds by the best clock.
    pub at_ms: i64,
    /// What the rest waited for.
    pub waiting: Option<Waiting>,
}

impl Syncer {
    /// What would keep a synchronisation from starting now; `None` when nothing would.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn obstacle(&self, vault: &Vault) -> Result<Option<Waiting>, VaultError> {
        if vault.get_setting::<Enrolment>(ENROLMENT_KEY)?.is_none() {
            return Ok(Some(Waiting::Enrolment));
        }
        if let Some(waiting) = office_network::obstacle(&self.ports.network.state(), &self.options) {
            return Ok(Some(waiting));
        }
        let circuit = queue::peek_circuit(vault.dir());
        let now_ms = self.now(vault)?.best_ms();
        if self.options.wake == Wake::Scheduled && !circuit.is_closed(now_ms) {
            return Ok(Some(Waiting::BackOff { left_ms: circuit.not_before_ms.saturating_sub(now_ms) }));
        }
        Ok(None)
    }

    /// Why something is not at the bureau yet: a log that contradicted itself before everything else, then what stands in the
    /// way now, else what the last synchronisation ended with.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn waiting(&self, vault: &Vault) -> Result<Option<Waiting>, VaultError> {
        if let Some(why) = contradiction(vault)? {
            return Ok(Some(Waiting::Contradicted(why)));
        }
        if let Some(waiting) = self.obstacle(vault)? {
            return Ok(Some(waiting));
        }
        let Some(status) = vault.get_setting::<SyncStatus>(STATUS_KEY)? else { return Ok(None) };
        // A clock that was set back since has not run.
        let since_ms = self.now(vault)?.best_ms().saturating_sub(status.at_ms).max(0);
        Ok(status.waiting.and_then(|waiting| waiting.after(since_ms)))
    }

    /// Takes parked pieces up again, of one item or of all, after somebody has looked; returns how many.
    ///
    /// # Errors
    /// [`SyncError`]: another core is at work, or the vault or the queue failed.
    pub fn unpark(&self, vault: &mut Vault, item: Option<ItemId>) -> Result<usize, SyncError> {
        let mut queue = Queue::open(vault.dir(), &self.ports)?;
        let queued = queue.unpark(item)?;
        queue.prepare_suspend()?;
        let mut shown = 0;
        for parked in vault.parked_pieces()? {
            if item.is_some_and(|item| item != parked.item) {
                continue;
            }
            let progress = PieceProgress {
                state: PieceState::Waiting,
                attempts: 0,
                not_before_ms: 0,
                ..parked.progress
            };
            vault.put_piece_progress(parked.item, parked.index, &progress)?;
            shown += 1;
        }
        Ok(queued.max(shown))
    }

    /// All clocks and the anchor, graded.
    pub(super) fn now(&self, vault: &Vault) -> Result<TimeClaim, VaultError> {
        let anchor = vault.get_setting::<Anchor>(ANCHOR_KEY)?;
        let clock = self.ports.clock.read();
        Ok(TimeClaim::make(clock.wall_ms, clock.zone_minutes, clock.mono_ms, clock.boot_id, anchor))
    }

    /// The outcome of a synchronisation that could not begin; why is kept, so that the officer can always be told.
    ///
    /// # Errors
    /// [`VaultError`].
    pub(crate) fn not_begun(&self, vault: &mut Vault, waiting: Waiting) -> Result<SyncOutcome, VaultError> {
        self.keep_status(vault, Some(&waiting))?;
        Ok(SyncOutcome { waiting: Some(waiting), ..SyncOutcome::default() })
    }

    fn keep_status(&self, vault: &mut Vault, waiting: Option<&Waiting>) -> Result<(), VaultError> {
        let status = SyncStatus { at_ms: self.now(vault)?.best_ms(), waiting: waiting.cloned() };
        vault.put_setting(STATUS_KEY, &status)
    }

    /// Keeps why a synchronisation failed, so that the officer can always be told; where the vault itself fails, nothing can
    /// be kept, and the error says so.
    pub(crate) fn note_failure(&self, vault: &mut Vault, error: &SyncError) {
        drop(self.keep_status(vault, Some(&lasting(error))));
    }

    /// Ends a synchronisation: what was thrown becomes what is waited for, which is kept, or the caller's error.
    pub(super) fn conclude(
        &self,
        vault: &mut Vault,
        mut queue: Queue,
        mut outcome: SyncOutcome,
        ended: Result<(), Fault>,
    ) -> Result<SyncOutcome, SyncError> {
        let now = self.now(vault)?;
        // Dates are judged only where no key is pinned.
        let by_dates = vault.get_setting::<Enrolment>(ENROLMENT_KEY)?.is_none_or(|e| e.tls_pin.is_none());
        match &ended {
            Ok(()) => queue.close_circuit()?,
            Err(fault) => {
                if let Some((why, retry_after_ms)) = fault.server_wide() {
                    queue.trip_circuit(why, retry_after_ms)?;
                }
            }
        }
        queue.prepare_suspend()?;
        let waiting = match ended {
            Ok(()) => outcome.waiting.take(),
            Err(Fault::Waiting(waiting) | Fault::Network(waiting)) => Some(waiting),
            Err(Fault::Queue(QueueError::InUse | QueueError::LeaseLost)) => Some(Waiting::OtherCore),
            Err(Fault::Cancelled) => Some(Waiting::Stopped),
            Err(Fault::Refused { status, .. }) => Some(refused(status)),
            Err(Fault::Trouble { status, .. }) => Some(Waiting::BureauTrouble { status }),
            // A certificate cannot be judged by a clock that contradicts the bureau's.
            Err(Fault::Distrust(Distrust::Certificate)) if by_dates && now.grade == TimeGrade::T0 => {
                Some(Waiting::Clock)
            }
            Err(fault) => return Err(fault.into()),
        };
        self.keep_status(vault, waiting.as_ref())?;
        outcome.waiting = waiting;
        Ok(outcome)
    }
}

/// What is waited for when the bureau understood and said no.
fn refused(status: u16) -> Waiting {
    if matches!(status, 401 | 403) { Waiting::DeviceRefused } else { Waiting::BureauTrouble { status } }
}

/// What is waited for after a failure, until the next attempt.
fn lasting(error: &SyncError) -> Waiting {
    match error {
        SyncError::NotEnrolled => Waiting::Enrolment,
        SyncError::Address(_) => Waiting::Address,
        SyncError::Untrusted { why } => Waiting::Untrusted(why.clone()),
        SyncError::Refused { status, .. } => refused(*status),
        SyncError::NotNow(waiting) => waiting.clone(),
        SyncError::Keystore(_) => Waiting::Keystore,
        SyncError::Queue(QueueError::InUse | QueueError::LeaseLost) => Waiting::OtherCore,
        SyncError::AlreadyEnrolled | SyncError::Code(_) | SyncError::Vault(_) | SyncError::Queue(_) => {
            Waiting::Store
        }
    }
}

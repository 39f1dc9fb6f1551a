//! What the last synchronisation came to, and what stands in the way of the next: readable at any time, without
//! network.

use super::{
    ENROLMENT_KEY, Enrolment, SyncError, SyncOutcome, Syncer, Waiting, Wake,
    backoff::{self, ServerBackoff},
    distrust::Distrust,
    fault::Fault,
};
use crate::{
    ports::{NetworkState, Reach},
    vault::{Vault, VaultError},
};
use liuhen_record::time::{Anchor, TimeClaim, TimeGrade};
use serde::{Deserialize, Serialize};

/// The vault's setting that holds the [`SyncStatus`].
pub const STATUS_KEY: &str = "sync_status";
const BACKOFF_KEY: &str = "sync_backoff";
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
        if let Some(waiting) = self.network_obstacle(&self.ports.network.state()) {
            return Ok(Some(waiting));
        }
        let backoff: ServerBackoff = vault.get_setting(BACKOFF_KEY)?.unwrap_or_default();
        let now_ms = self.now(vault)?.best_ms();
        if self.options.wake == Wake::Scheduled && !backoff::is_due(backoff.not_before_ms, now_ms) {
            return Ok(Some(Waiting::BackOff { left_ms: backoff.not_before_ms.saturating_sub(now_ms) }));
        }
        Ok(None)
    }

    /// Why something is not at the bureau yet: what stands in the way now, else what the last synchronisation
    /// ended with.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn waiting(&self, vault: &Vault) -> Result<Option<Waiting>, VaultError> {
        if let Some(waiting) = self.obstacle(vault)? {
            return Ok(Some(waiting));
        }
        Ok(vault.get_setting::<SyncStatus>(STATUS_KEY)?.and_then(|status| status.waiting))
    }

    fn network_obstacle(&self, network: &NetworkState) -> Option<Waiting> {
        if network.reach == Reach::None {
            return Some(Waiting::Network);
        }
        if !self.options.allow_metered && (network.metered || network.reach == Reach::Cellular) {
            return Some(Waiting::OfficeWifi);
        }
        let named = &self.options.office_ssids;
        let elsewhere = network.ssid.as_ref().is_some_and(|ssid| !named.contains(ssid));
        (network.reach == Reach::Wifi && !named.is_empty() && elsewhere).then_some(Waiting::OtherWifi)
    }

    /// All clocks and the anchor, graded.
    pub(super) fn now(&self, vault: &Vault) -> Result<TimeClaim, VaultError> {
        let anchor = vault.get_setting::<Anchor>(ANCHOR_KEY)?;
        let clock = self.ports.clock.read();
        Ok(TimeClaim::make(clock.wall_ms, clock.zone_minutes, clock.mono_ms, clock.boot_id, anchor))
    }

    /// Ends a synchronisation: what was thrown becomes what is waited for, or the caller's error; either way it is
    /// kept, so that the officer can always be told.
    pub(super) fn conclude(
        &self,
        vault: &mut Vault,
        mut outcome: SyncOutcome,
        ended: Result<(), Fault>,
    ) -> Result<SyncOutcome, SyncError> {
        let now = self.now(vault)?;
        self.keep_backoff(vault, &ended, now.best_ms())?;
        let waiting = match ended {
            Ok(()) => outcome.waiting.take(),
            Err(Fault::Waiting(waiting)) => Some(waiting),
            Err(Fault::Cancelled) => Some(Waiting::Stopped),
            Err(Fault::Refused { status: 401 | 403, .. }) => Some(Waiting::DeviceRefused),
            Err(Fault::Refused { status, .. }) => Some(Waiting::BureauTrouble { status }),
            // A certificate cannot be judged by a clock that contradicts the bureau's.
            Err(Fault::Distrust(Distrust::Certificate)) if now.grade == TimeGrade::T0 => Some(Waiting::Clock),
            Err(Fault::Distrust(why)) => {
                let waiting = Some(Waiting::Untrusted(why.clone()));
                vault.put_setting(STATUS_KEY, &SyncStatus { at_ms: now.best_ms(), waiting })?;
                return Err(SyncError::Untrusted { why });
            }
            Err(fault) => return Err(fault.into()),
        };
        vault.put_setting(STATUS_KEY, &SyncStatus { at_ms: now.best_ms(), waiting: waiting.clone() })?;
        outcome.waiting = waiting;
        Ok(outcome)
    }

    fn keep_backoff(
        &self,
        vault: &mut Vault,
        ended: &Result<(), Fault>,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        let mut backoff: ServerBackoff = vault.get_setting(BACKOFF_KEY)?.unwrap_or_default();
        match ended {
            Ok(()) => backoff = ServerBackoff::default(),
            Err(fault) if fault.is_server_wide() => {
                backoff.failures = backoff.failures.saturating_add(1);
                let delay_ms = backoff::delay_ms(backoff.failures, self.ports.rng.as_ref());
                backoff.not_before_ms = now_ms.saturating_add(delay_ms);
            }
            Err(_) => return Ok(()),
        }
        vault.put_setting(BACKOFF_KEY, &backoff)
    }
}

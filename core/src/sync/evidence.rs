//! What a server that is not believed had to show, kept beside what was believed before: two signed checkpoints that
//! contradict one another prove to anybody that the log misbehaved. Whatever accuses the log is written into the
//! ledger too, as a fault of the bureau's equipment (article 20): it stays known when the phone is gone.

use super::{ENROLMENT_KEY, Enrolment, Syncer, distrust::Distrust};
use crate::vault::{Draft, Stamp, Vault, VaultError};
use liuhen_record::{Kind, kind::FaultReported};
use serde::{Deserialize, Serialize};

/// The vault's setting that holds the [`Conflict`]s.
pub const CONFLICTS_KEY: &str = "checkpoint_conflict";
/// The first ones are kept; a server cannot push them out.
const MOST_CONFLICTS: usize = 8;
/// Longest checkpoint kept, bytes.
const MAX_NOTE_BYTES: usize = 16 * 1024;

/// Two checkpoints that cannot both be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// When it was seen, Unix milliseconds by the best clock.
    pub at_ms: i64,
    /// The last checkpoint believed, verbatim.
    pub held: String,
    /// The one offered, verbatim.
    pub offered: String,
    /// Why it was not believed.
    pub why: Distrust,
}

/// Keeps a conflict, once; says whether it is new.
fn keep(vault: &mut Vault, conflict: Conflict) -> Result<bool, VaultError> {
    let mut kept: Vec<Conflict> = vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
    let same =
        |k: &Conflict| k.held == conflict.held && k.offered == conflict.offered && k.why == conflict.why;
    let explained = |k: &Conflict| k.held == conflict.held && k.why == conflict.why;
    if kept.iter().any(|k| same(k) || (explained(k) && conflict.held == conflict.offered)) {
        return Ok(false);
    }
    if kept.len() >= MOST_CONFLICTS || conflict.offered.len() > MAX_NOTE_BYTES {
        return Ok(false);
    }
    kept.push(conflict);
    vault.put_setting(CONFLICTS_KEY, &kept)?;
    Ok(true)
}

impl Syncer {
    /// Keeps a conflict and, when it is new and accuses the log, writes a record of the fault. Capturing goes on.
    pub(super) fn accuse(&self, vault: &mut Vault, conflict: Conflict) -> Result<(), VaultError> {
        let why = conflict.why.clone();
        if !keep(vault, conflict)? || !why.accuses_log() {
            return Ok(());
        }
        let origin = vault.get_setting::<Enrolment>(ENROLMENT_KEY)?.map(|enrolment| enrolment.origin);
        let kind = Kind::FaultReported(FaultReported {
            device_no: origin.unwrap_or_default(),
            symptom: why.zh(),
            last_good_item: None,
            data_on_device: true,
        });
        let stamp = self.stamp(vault)?;
        vault.append(Draft::new(None, kind, stamp)).map(drop)
    }

    /// Who, when and where, for records about the device.
    pub(super) fn stamp(&self, vault: &Vault) -> Result<Stamp, VaultError> {
        Ok(Stamp {
            officer: vault.get_setting("current_officer")?,
            time: self.now(vault)?,
            place: self.ports.location.place(),
        })
    }
}

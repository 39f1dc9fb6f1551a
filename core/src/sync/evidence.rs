//! What a server that is not believed had to show, kept beside what was believed before: two signed checkpoints that
//! contradict one another prove to anybody that the log misbehaved.

use super::distrust::Distrust;
use crate::vault::{Vault, VaultError};
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

/// Keeps a conflict, once.
pub(super) fn keep(vault: &mut Vault, conflict: Conflict) -> Result<(), VaultError> {
    let mut kept: Vec<Conflict> = vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default();
    let known = kept.iter().any(|k| k.held == conflict.held && k.offered == conflict.offered);
    if known || kept.len() >= MOST_CONFLICTS || conflict.offered.len() > MAX_NOTE_BYTES {
        return Ok(());
    }
    kept.push(conflict);
    vault.put_setting(CONFLICTS_KEY, &kept)
}

//! Going on without the bureau after a damaged store was set aside: a new device that names the old one, told to
//! the bureau at the next synchronisation.

use super::{Enrolment, SyncError, Syncer};

impl Syncer {
    /// What the device that continues `old` knows before it has spoken to the bureau: the same signed lists, a key
    /// of its own. [`Syncer::succeed`] tells the bureau later, with the same key.
    ///
    /// # Errors
    /// [`SyncError::Keystore`].
    pub fn continue_offline(&self, old: &Enrolment) -> Result<Enrolment, SyncError> {
        let key = self.successor_key(old)?;
        Ok(Enrolment { device: key.device, signing_key: key.name, succeeds: Some(old.device), ..old.clone() })
    }
}

//! A suspicion that the vault is damaged where opening does not look: a file beside the database that says so, for as
//! long as nobody looked. The next opening then verifies everything, and sets aside what is damaged; a suspicion alone
//! changes nothing.

use super::{Vault, VaultError};
use crate::ports::Storage;
use std::io;

/// The file. It goes to the quarantine together with the database it is about.
pub(super) const NAME: &str = "vault.suspect";

/// Whether everything is to be verified.
pub(super) fn is_noted(storage: &dyn Storage) -> io::Result<bool> {
    storage.exists(NAME)
}

/// Everything was verified and found whole.
pub(super) fn forget(storage: &dyn Storage) -> io::Result<()> {
    storage.remove_file(NAME)?;
    storage.sync_dir("")
}

impl Vault {
    /// Notes durably that something here was not what was written, for a caller to whom a [`VaultError::Damaged`] said
    /// so: the next [`Vault::open`] verifies every row, and sets the vault aside when it is damaged.
    ///
    /// # Errors
    /// [`VaultError`] when the note could not be written; the vault is as it was.
    pub fn suspect(&self, reason: &str) -> Result<(), VaultError> {
        if is_noted(&*self.storage)? {
            return Ok(());
        }
        let mut file = self.storage.create(NAME)?;
        file.write_at(0, reason.as_bytes())?;
        file.sync()?;
        Ok(self.storage.sync_dir("")?)
    }
}

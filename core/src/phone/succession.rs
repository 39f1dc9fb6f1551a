//! Going on after a damaged store was set aside. What the phone knows of its bureau is kept a second time, outside
//! the database and wrapped by the keystore, so that a new store can capture at once, without network: as a new
//! device that names the old one. The old store stays where it was put.

use super::{Phone, PhoneError};
use crate::{
    sync::{Cancel, Enrolment, SyncError, Syncer, Waiting},
    vault::VaultError,
};
use liuhen_record::{Kind, kind::StoreQuarantined};
use std::io;

const COPY: &str = "enrolment.sealed";
const NEW_COPY: &str = "enrolment.sealed.new";
/// The keystore's wrapping key for the copy.
const COPY_KEY: &str = "enrolment";
/// The most a copy may hold, bytes: a roster of thousands of officers fits.
const MAX_COPY_BYTES: usize = 16 << 20;
/// The vault's setting that holds the enrolment of the device that this one continues, until the bureau knows.
const PENDING: &str = "succession_pending";

impl Phone {
    /// Makes the new store's chain begin, when an earlier store of this phone was set aside.
    pub(super) fn continue_after_quarantine(
        &mut self,
        found: Option<(&str, &str)>,
    ) -> Result<(), PhoneError> {
        if self.vault.device().is_some() {
            return Ok(());
        }
        let Some(old) = self.copy()? else { return Ok(()) };
        let syncer = Syncer::new(self.ports.clone());
        let new = syncer.continue_offline(&old)?;
        self.vault.put_setting(PENDING, &old)?;
        let (folder, reason) = found.unwrap_or(("", "set aside before"));
        let body = StoreQuarantined { folder: folder.to_owned(), reason: reason.to_owned() };
        syncer.install_with(&mut self.vault, &new, Some(Kind::StoreQuarantined(body)))?;
        self.keep_copy(&new)
    }

    /// Tells the bureau which device this one continues, if it does not know yet. Returns why it could not be told now.
    pub(super) async fn tell_succession(
        &mut self,
        syncer: &Syncer,
        cancel: &Cancel,
    ) -> Result<Option<Waiting>, PhoneError> {
        let Some(old) = self.vault.get_setting::<Enrolment>(PENDING)? else { return Ok(None) };
        if syncer.obstacle(&self.vault)?.is_some() {
            // The synchronisation that follows says it, and asks nobody either.
            return Ok(None);
        }
        match syncer.succeed(&old, cancel).await {
            Ok(_) => {}
            Err(SyncError::NotNow(waiting)) => return Ok(Some(waiting)),
            Err(error) => return Err(error.into()),
        }
        self.vault.remove_setting(PENDING)?;
        Ok(None)
    }

    /// Keeps what is known of the bureau outside the database as well.
    pub(super) fn keep_copy(&self, enrolment: &Enrolment) -> Result<(), PhoneError> {
        if self.copy()?.as_ref() == Some(enrolment) {
            return Ok(());
        }
        let keystore = &self.ports.keystore;
        keystore.make_wrapping_key(COPY_KEY).map_err(VaultError::Keystore)?;
        let plain = serde_json::to_vec(enrolment).map_err(|_| VaultError::TooLong)?;
        let wrapped = keystore.wrap(COPY_KEY, &plain).map_err(VaultError::Keystore)?;
        self.replace_copy(&wrapped).map_err(VaultError::from)?;
        Ok(())
    }

    fn replace_copy(&self, bytes: &[u8]) -> io::Result<()> {
        let storage = &self.ports.storage;
        if storage.exists(NEW_COPY)? {
            storage.remove_file(NEW_COPY)?;
        }
        let mut file = storage.create(NEW_COPY)?;
        file.write_at(0, bytes)?;
        file.sync()?;
        storage.rename(NEW_COPY, COPY)?;
        storage.sync_dir("")
    }

    /// The copy; `None` when there is none that opens: then the phone must be enrolled again.
    fn copy(&self) -> Result<Option<Enrolment>, PhoneError> {
        let storage = &self.ports.storage;
        if !storage.exists(COPY).map_err(VaultError::from)? {
            return Ok(None);
        }
        let file = storage.open(COPY).map_err(VaultError::from)?;
        let len_bytes = usize::try_from(file.len_bytes().map_err(VaultError::from)?).unwrap_or(usize::MAX);
        let mut wrapped = vec![0; len_bytes.min(MAX_COPY_BYTES)];
        let mut read = 0;
        while read < wrapped.len() {
            match file.read_at(read as u64, &mut wrapped[read..]).map_err(VaultError::from)? {
                0 => break,
                more => read += more,
            }
        }
        wrapped.truncate(read);
        let plain = self.ports.keystore.unwrap(COPY_KEY, &wrapped).ok();
        Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()))
    }
}

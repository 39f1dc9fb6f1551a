//! Going on after a damaged store was set aside. What the phone knows of its bureau is kept a second time, outside
//! the database and wrapped by the keystore, so that a new store can capture at once, without network: as a new
//! device that names the old one. The old store stays where it was put. Which successions the bureau does not know yet
//! is kept with it: a store may be damaged again before anybody could be told.

use super::{Phone, PhoneError};
use crate::{
    sync::{Cancel, ENROLMENT_KEY, Enrolment, SyncError, Syncer, Waiting},
    vault::VaultError,
};
use liuhen_record::{DeviceId, Kind, kind::StoreQuarantined};
use serde::{Deserialize, Serialize};
use std::io;

const COPY: &str = "enrolment.sealed";
const NEW_COPY: &str = "enrolment.sealed.new";
/// The keystore's wrapping key for the copy.
const COPY_KEY: &str = "enrolment";
/// The most a copy may hold, bytes: a roster of thousands of officers fits.
const MAX_COPY_BYTES: usize = 16 << 20;
/// The vault's setting that holds what of this phone's devices the bureau does not know to be continued.
const UNTOLD: &str = "succession_pending";

/// A device of this phone that the next one continues, as long as the bureau does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Untold {
    device: DeviceId,
    /// Name of its key in the keystore.
    signing_key: String,
}

/// The setting as it is written, and as it was when it held one device, with all that was known of the bureau.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    Devices(Vec<Untold>),
    Device(Untold),
}

/// What is kept outside the database. Earlier ones are an enrolment alone.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Outside {
    #[serde(flatten)]
    enrolment: Enrolment,
    /// The oldest first; each is continued by the next, the last by the enrolment's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    untold: Vec<Untold>,
}

impl Phone {
    /// Makes the new store's chain begin, when an earlier store of this phone was set aside.
    pub(super) fn continue_after_quarantine(
        &mut self,
        found: Option<(&str, &str)>,
    ) -> Result<(), PhoneError> {
        if self.vault.device().is_some() {
            return self.catch_up_copy();
        }
        let Some(Outside { enrolment: old, mut untold }) = self.copy()? else { return Ok(()) };
        let syncer = Syncer::new(self.ports.clone());
        let new = syncer.continue_offline(&old)?;
        untold.push(Untold { device: old.device, signing_key: old.signing_key });
        self.vault.put_setting(UNTOLD, &untold)?;
        let (folder, reason) = found.unwrap_or(("", "set aside before"));
        let body = StoreQuarantined { folder: folder.to_owned(), reason: reason.to_owned() };
        syncer.install_with(&mut self.vault, &new, Some(Kind::StoreQuarantined(body)))?;
        self.keep_copy(&new)
    }

    /// Keeps outside what a kill left in the store alone.
    fn catch_up_copy(&self) -> Result<(), PhoneError> {
        let known = self.vault.get_setting::<Enrolment>(ENROLMENT_KEY)?;
        if let Some(known) = known.filter(|_| self.untold().is_ok_and(|untold| !untold.is_empty())) {
            // A full disk must not keep the phone from starting; the next start tries again.
            drop(self.keep_copy(&known));
        }
        Ok(())
    }

    fn untold(&self) -> Result<Vec<Untold>, PhoneError> {
        Ok(match self.vault.get_setting(UNTOLD)? {
            None => Vec::new(),
            Some(Kept::Device(untold)) => vec![untold],
            Some(Kept::Devices(untold)) => untold,
        })
    }

    /// Tells the bureau which devices this one continues, as far as it does not know yet, the oldest first. Returns why it
    /// could not be told now.
    pub(super) async fn tell_succession(
        &mut self,
        syncer: &Syncer,
        cancel: &Cancel,
    ) -> Result<Option<Waiting>, PhoneError> {
        let untold = self.untold()?;
        if untold.is_empty() || syncer.obstacle(&self.vault)?.is_some() {
            // The synchronisation that follows says what stands in the way, and asks nobody either.
            return Ok(None);
        }
        let known: Enrolment = self.vault.get_setting(ENROLMENT_KEY)?.ok_or(PhoneError::NotEnrolled)?;
        for (told, Untold { device, signing_key }) in untold.iter().cloned().enumerate() {
            let old = Enrolment { device, signing_key, ..known.clone() };
            match syncer.succeed(&old, cancel).await {
                Ok(_) => {}
                Err(SyncError::NotNow(waiting)) => return Ok(Some(waiting)),
                Err(error) => {
                    syncer.note_failure(&mut self.vault, &error);
                    return Err(error.into());
                }
            }
            match &untold[told + 1..] {
                [] => self.vault.remove_setting(UNTOLD)?,
                left => self.vault.put_setting(UNTOLD, &left)?,
            }
            self.keep_copy(&known)?;
        }
        Ok(None)
    }

    /// Keeps what is known of the bureau, and what it was not told, outside the database as well.
    pub(super) fn keep_copy(&self, enrolment: &Enrolment) -> Result<(), PhoneError> {
        let outside = Outside { enrolment: enrolment.clone(), untold: self.untold()? };
        if self.copy()?.as_ref() == Some(&outside) {
            return Ok(());
        }
        let keystore = &self.ports.keystore;
        keystore.make_wrapping_key(COPY_KEY).map_err(VaultError::Keystore)?;
        let plain = serde_json::to_vec(&outside).map_err(|_| VaultError::TooLong)?;
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
    fn copy(&self) -> Result<Option<Outside>, PhoneError> {
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

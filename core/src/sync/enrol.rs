//! Joining a bureau by a one-use code, and joining again after a damaged store was set aside.

use super::{
    Syncer,
    address::Address,
    cancel::Cancel,
    client::Client,
    code::EnrolCode,
    distrust::Distrust,
    fault::{Fault, SyncError},
    identity::{Bureau, check_list},
    protocol::{EnrolRequest, Enrolled, SucceedRequest},
    status::ANCHOR_KEY,
    witnesses::replace_witnesses,
};
use crate::vault::{Draft, Stamp, Vault, VaultError};
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{
    DeviceId, Digest, Kind,
    kind::DeviceEnrolled,
    recipients::{RecipientList, Roster},
    sign::DeviceKey,
    time::{Anchor, TimeClaim},
    witness::WitnessPolicy,
};
use serde::{Deserialize, Serialize};

/// Name and version of this program, as records and the bureau know it.
pub const APP: &str = concat!("liuhen-core/", env!("CARGO_PKG_VERSION"));

/// The vault's setting that holds the [`Enrolment`].
pub const ENROLMENT_KEY: &str = "enrolment";

/// What a phone knows about its bureau; kept in the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    /// Where the bureau is.
    pub url: Address,
    /// Origin of its log.
    pub origin: String,
    /// The key that its server must prove in TLS, as the enrolment code named it; `None` where the system judges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_pin: Option<Digest>,
    /// Its verifier key, pinned.
    pub vkey: String,
    /// This phone.
    pub device: DeviceId,
    /// The bureau's number for this phone (执法记录设备编号).
    pub device_no: String,
    /// Name of the device key in the keystore.
    pub signing_key: String,
    /// Signed recipient list.
    pub recipients_note: String,
    /// Signed roster.
    pub roster_note: String,
    /// Signed list of the witnesses that must have cosigned before anything is freed; none when the bureau names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnesses_note: Option<String>,
    /// The first checkpoint seen.
    pub checkpoint_note: String,
    /// The bureau's time at enrolment.
    pub anchor: Anchor,
    /// Where the signing key lives.
    pub key_store: String,
    /// The device whose set-aside store this one continues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succeeds: Option<DeviceId>,
}

impl Enrolment {
    /// The recipient list, verified again.
    ///
    /// # Errors
    /// [`Distrust`] when what is kept does not verify under the pinned key.
    pub fn recipients(&self) -> Result<RecipientList, Distrust> {
        let key = super::identity::pinned(&self.vkey)?;
        RecipientList::open(&self.recipients_note, &key).map_err(|error| check_list("recipients", &error))
    }

    /// The witnesses, verified again; `None` when the bureau names none.
    ///
    /// # Errors
    /// [`Distrust`] when what is kept does not verify under the pinned key.
    pub fn witnesses(&self) -> Result<Option<WitnessPolicy>, Distrust> {
        let key = super::identity::pinned(&self.vkey)?;
        let note = self.witnesses_note.as_ref();
        let open = |note: &String| WitnessPolicy::open(note, &key);
        note.map(open).transpose().map_err(|error| check_list("witnesses", &error))
    }

    /// The roster, verified again.
    ///
    /// # Errors
    /// [`Distrust`] when what is kept does not verify under the pinned key.
    pub fn roster(&self) -> Result<Roster, Distrust> {
        let key = super::identity::pinned(&self.vkey)?;
        Roster::open(&self.roster_note, &key).map_err(|error| check_list("roster", &error))
    }

    /// What the chain of this device begins with.
    fn first_record(&self) -> Kind {
        Kind::DeviceEnrolled(DeviceEnrolled {
            device_no: self.device_no.clone(),
            bureau: self.origin.clone(),
            bureau_vkey: self.vkey.clone(),
            app: APP.to_owned(),
            key_store: self.key_store.clone(),
            succeeds: self.succeeds,
        })
    }
}

/// A key made for this enrolment, by name; the same code gives the same key, so that an answer that was lost can
/// be asked for again.
pub(super) struct NewKey {
    pub(super) name: String,
    pub(super) device: DeviceId,
    pem: String,
}

impl Syncer {
    /// Joins the bureau at `url`. The code's fingerprint is compared with the bureau's key before the secret leaves
    /// the phone; recipient list, roster and checkpoint must be signed by that key. Nothing is kept by this call:
    /// the caller makes the vault's chain begin with what is returned.
    ///
    /// # Errors
    /// [`SyncError`]; the code is still unused unless the bureau answered.
    pub async fn enrol(&self, url: &str, code: &str, device_no: &str) -> Result<Enrolment, SyncError> {
        let code: EnrolCode = code.parse()?;
        let cancel = Cancel::new();
        let client = self.client_at(url, code.tls_pin(), &cancel)?;
        let bureau = Bureau::meet(&client).await?;
        if bureau.key.fingerprint() != code.fingerprint() {
            return Err(Fault::from(Distrust::OtherKey).into());
        }
        let key = self.new_key(&Digest::of(code.secret().as_bytes()))?;
        let text = format!("liuhen-enrol/v1\n{}\n{}\n", code.secret(), key.device);
        let request = EnrolRequest {
            code: &code.text(),
            spki_pem: &key.pem,
            device_no,
            app: APP,
            signature: self.sign(&key.name, &text)?,
        };
        let answer: Enrolled = client.post_public("/v1/enrol", &request).await?;
        Ok(self.enrolment(&client, &bureau, key, device_no, &answer)?)
    }

    /// Joins again as a new device, after the store of `old` was set aside: both keys sign the succession. As in
    /// [`Syncer::sync`], only a network that may carry evidence is used.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn succeed(&self, old: &Enrolment, cancel: &Cancel) -> Result<Enrolment, SyncError> {
        let client = self.client_at(old.url.as_str(), old.tls_pin, cancel)?.only_by(&self.options);
        let bureau = Bureau::meet(&client).await?;
        if bureau.key.to_string() != old.vkey {
            return Err(Fault::from(Distrust::OtherKey).into());
        }
        let key = self.successor_key(old)?;
        let text = format!("liuhen-succeed/v1\n{}\n{}\n", old.device, key.device);
        let request = SucceedRequest {
            old_device: old.device,
            spki_pem: &key.pem,
            device_no: &old.device_no,
            signature_old: self.sign(&old.signing_key, &text)?,
            signature_new: self.sign(&key.name, &text)?,
        };
        let answer: Enrolled = client.post_public("/v1/succeed", &request).await?;
        let mut new = self.enrolment(&client, &bureau, key, &old.device_no, &answer)?;
        new.succeeds = Some(old.device);
        Ok(new)
    }

    /// What is known of the bureau, with the address and the TLS key that `code` names in place of those held: for a
    /// bureau that moved, or whose TLS key was lost. Whoever answers there must prove to hold the log key with which this
    /// phone enrolled; the code's secret is not used.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn find_again(&self, held: &Enrolment, url: &str, code: &str) -> Result<Enrolment, SyncError> {
        let code: EnrolCode = code.parse()?;
        let cancel = Cancel::new();
        let client = self.client_at(url, code.tls_pin(), &cancel)?;
        let key = super::identity::pinned(&held.vkey).map_err(Fault::from)?;
        if key.fingerprint() != code.fingerprint() || Bureau::meet(&client).await?.key != key {
            return Err(Fault::from(Distrust::OtherKey).into());
        }
        Ok(Enrolment { url: client.address.clone(), tls_pin: client.tls_pin, ..held.clone() })
    }

    /// The key of the device that continues `old`: the same at every attempt.
    pub(super) fn successor_key(&self, old: &Enrolment) -> Result<NewKey, SyncError> {
        self.new_key(&Digest::of(format!("succeed\n{}", old.device).as_bytes()))
    }

    /// Makes the vault's chain begin: its owner, what it knows of the bureau, and its first record, all of it or nothing.
    /// Where that was done for this device before, only what is known of the bureau is kept anew.
    ///
    /// # Errors
    /// [`SyncError::AlreadyEnrolled`] when the vault belongs to another device.
    pub fn install(&self, vault: &mut Vault, enrolment: &Enrolment) -> Result<(), SyncError> {
        self.install_with(vault, enrolment, None)
    }

    /// As [`Syncer::install`], with a record that goes with the first one.
    pub(crate) fn install_with(
        &self,
        vault: &mut Vault,
        enrolment: &Enrolment,
        second: Option<Kind>,
    ) -> Result<(), SyncError> {
        let begins = vault.device().is_none();
        if !begins && vault.device() != Some(enrolment.device) {
            return Err(SyncError::AlreadyEnrolled);
        }
        let clock = self.ports.clock.read();
        let anchor = Some(enrolment.anchor.clone());
        let time = TimeClaim::make(clock.wall_ms, clock.zone_minutes, clock.mono_ms, clock.boot_id, anchor);
        let stamp = Stamp { officer: None, time, place: self.ports.location.place() };
        let begun = vault.write(|writing| {
            writing.put_checkpoint(&enrolment.checkpoint_note)?;
            writing.put_setting(ANCHOR_KEY, &enrolment.anchor)?;
            writing.put_setting(ENROLMENT_KEY, enrolment)?;
            if begins {
                writing.set_owner(enrolment.device, &enrolment.signing_key)?;
                for kind in [Some(enrolment.first_record()), second].into_iter().flatten() {
                    writing.append(Draft::new(None, kind, stamp.clone()))?;
                }
            }
            Ok(())
        });
        // A phone that must be unlocked first says so.
        begun.map_err(|error| match error {
            VaultError::Keystore(error) => error.into(),
            other => other.into(),
        })
    }

    fn client_at<'a>(
        &'a self,
        url: &str,
        tls_pin: Option<Digest>,
        cancel: &'a Cancel,
    ) -> Result<Client<'a>, SyncError> {
        let address = Address::parse(url).map_err(|_| SyncError::Address("not an https address"))?;
        Ok(Client::new(&self.ports, cancel, address, tls_pin, self.options.idle_timeout_ms))
    }

    pub(super) fn new_key(&self, seed: &Digest) -> Result<NewKey, SyncError> {
        let name = format!("device-{}", &seed.to_string()[..32]);
        let spki = self.ports.keystore.make_signing_key(&name)?;
        let key = DeviceKey::from_spki(&spki)
            .map_err(|_| crate::ports::KeystoreError::Platform("not a P-256 key".into()))?;
        Ok(NewKey { name, device: key.device(), pem: key.pem() })
    }

    fn sign(&self, key: &str, text: &str) -> Result<String, SyncError> {
        Ok(STANDARD.encode(self.ports.keystore.sign(key, text.as_bytes())?))
    }

    fn enrolment(
        &self,
        client: &Client<'_>,
        bureau: &Bureau,
        key: NewKey,
        device_no: &str,
        answer: &Enrolled,
    ) -> Result<Enrolment, Fault> {
        if answer.vkey != bureau.key.to_string() {
            return Err(Distrust::OtherKey.into());
        }
        if answer.device != key.device {
            return Err(Distrust::answer("device").into());
        }
        bureau.check_lists(&answer.recipients, &answer.roster)?;
        let mut witnesses_note = None;
        replace_witnesses(&mut witnesses_note, answer.witnesses.as_deref(), &bureau.key)?;
        Ok(Enrolment {
            url: client.address.clone(),
            tls_pin: client.tls_pin,
            origin: bureau.checkpoint.origin.clone(),
            vkey: answer.vkey.clone(),
            device: key.device,
            device_no: device_no.to_owned(),
            signing_key: key.name,
            recipients_note: answer.recipients.clone(),
            roster_note: answer.roster.clone(),
            witnesses_note,
            checkpoint_note: bureau.checkpoint_note.clone(),
            anchor: bureau.anchor(&bureau.checkpoint),
            key_store: self.ports.keystore.kind().to_owned(),
            succeeds: None,
        })
    }
}

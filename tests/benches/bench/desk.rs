//! A phone's core on this machine's disk, with an office that only signs.

use crate::office::Office;
use crate::{Outcome, patrol};
use liuhen_core::capture::BeginCapture;
use liuhen_core::ports::Ports;
use liuhen_core::sync::{Address, ENROLMENT_KEY, Enrolment};
use liuhen_core::system::{
    DiskStorage, HttpTransport, NoLocation, SoftwareKeystore, SystemClock, SystemNetwork, SystemRng, Trust,
};
use liuhen_core::vault::{Draft, Opening, Stamp, Vault};
use liuhen_record::kind::{MediaKind, MediaSource};
use liuhen_record::place::PlaceClaim;
use liuhen_record::recipients::{RecipientList, Roster};
use liuhen_record::seal::Recipient;
use liuhen_record::sign::DeviceKey;
use liuhen_record::time::{Anchor, TimeClaim};
use liuhen_record::{DeviceId, Kind, SessionId};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the device key in the keystore.
const KEY: &str = "device-bench";

/// Where a phone's files lie.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The vault's folder.
    pub vault: PathBuf,
    keys: PathBuf,
}

impl Desk {
    /// Folders below `dir`.
    pub fn below(dir: &Path) -> Self {
        Self { vault: dir.join("vault"), keys: dir.join("keys") }
    }

    /// What this machine offers a core.
    pub fn ports(&self) -> Outcome<Ports> {
        let storage = Arc::new(DiskStorage::open(&self.vault)?);
        Ok(Ports {
            clock: Arc::new(SystemClock::new()),
            rng: Arc::new(SystemRng::new()),
            storage: storage.clone(),
            keystore: Arc::new(SoftwareKeystore::open(&self.keys)?),
            transport: Arc::new(HttpTransport::new(storage, &Trust::System)?),
            network: Arc::new(SystemNetwork::wired()),
            location: Arc::new(NoLocation),
        })
    }

    /// Opens the vault.
    pub fn open(&self, ports: &Ports) -> Outcome<Vault> {
        match Vault::open(&self.vault, ports)? {
            Opening::Ready(vault) => Ok(vault),
            Opening::Quarantined { reason, .. } => Err(reason.into()),
        }
    }

    /// A new vault whose chain has begun, with one session open.
    pub fn enrolled(&self, ports: &Ports, recipient: Recipient) -> Outcome<(Vault, SessionId)> {
        let mut vault = self.open(ports)?;
        let spki = ports.keystore.make_signing_key(KEY)?;
        let device = DeviceKey::from_spki(&spki)?.device();
        let office = Office::new()?;
        vault.put_setting(ENROLMENT_KEY, &enrolment(&office, ports, device, recipient)?)?;
        vault.set_device(device, KEY)?;
        let session = SessionId(patrol::id(0));
        vault.append(draft(ports, None, patrol::enrolled(office.signer.verifier_key())))?;
        let check = vault.append(draft(ports, None, patrol::checked()))?;
        vault.append(draft(ports, Some(session), patrol::opened(check.seq)))?;
        vault.put_setting("current_session", &session)?;
        vault.put_setting("current_officer", &patrol::OFFICER)?;
        Ok((vault, session))
    }
}

/// What a phone keeps of an office that answers nobody.
fn enrolment(office: &Office, ports: &Ports, device: DeviceId, section: Recipient) -> Outcome<Enrolment> {
    let key = office.signer.verifier_key();
    let now = ports.clock.read();
    Ok(Enrolment {
        url: Address::parse("http://127.0.0.1:9")?,
        tls_pin: None,
        origin: key.name().to_owned(),
        vkey: key.to_string(),
        device,
        device_no: "ZF-0001".to_owned(),
        signing_key: KEY.to_owned(),
        recipients_note: RecipientList { epoch: 1, section, recovery: None }.sign(&office.signer)?,
        roster_note: Roster::new(1, patrol::officers())?.sign(&office.signer)?,
        witnesses_note: None,
        checkpoint_note: office.checkpoint()?,
        anchor: Anchor {
            bureau_ms: now.wall_ms,
            mono_ms: now.mono_ms,
            boot_id: now.boot_id,
            checkpoint_size: 0,
        },
        key_store: ports.keystore.kind().to_owned(),
        succeeds: None,
    })
}

/// Who, when and where, now.
pub fn stamp(ports: &Ports) -> Stamp {
    let now = ports.clock.read();
    Stamp {
        officer: Some(patrol::OFFICER.to_owned()),
        time: TimeClaim::make(now.wall_ms, now.zone_minutes, now.mono_ms, now.boot_id, None),
        place: PlaceClaim::Absent { reason: "not_asked".to_owned() },
    }
}

/// A record to be written now.
pub fn draft(ports: &Ports, session: Option<SessionId>, kind: Kind) -> Draft {
    Draft::new(session, kind, stamp(ports))
}

/// A photograph to be captured now.
pub fn begin<'a>(ports: &Ports, session: SessionId, recipients: &'a [Recipient]) -> BeginCapture<'a> {
    BeginCapture {
        session: Some(session),
        media: MediaKind::Photo,
        source: MediaSource::Phone,
        source_no: "ZF-0001",
        media_type: "image/jpeg",
        original_name: None,
        label: None,
        derived_from: None,
        recipients,
        epoch: 1,
        stamp: stamp(ports),
    }
}

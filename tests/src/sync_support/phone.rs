//! A phone with everything real but its clock and its network, driven record by record.

use liuhen_core::{
    capture::{self, BeginCapture},
    ports::{Clock, ClockReading, Internet, NetworkState, Ports, Reach},
    sync::{Cancel, ENROLMENT_KEY, Enrolment, Progress, SyncError, SyncOptions, SyncOutcome, Syncer},
    system::{DiskStorage, HttpTransport, NoLocation, SoftwareKeystore, SystemNetwork, SystemRng, Trust},
    vault::{Draft, ItemFilter, Stamp, Vault},
};
use liuhen_record::{
    Digest, ItemId, Kind, SessionId,
    kind::{
        Activity, Cause, MediaKind, MediaSource, OfficerOfRecord, OfficerRole, Party, PartyKind,
        SessionClosed, SessionOpened,
    },
    time::{Anchor, TimeClaim},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};
use tempfile::TempDir;

/// A clock that stands still until it is moved.
pub struct ManualClock(Mutex<ClockReading>);

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl ManualClock {
    /// A clock at an instant that is the same in every test.
    pub fn new() -> Self {
        let now = ClockReading {
            wall_ms: 1_795_000_000_000,
            zone_minutes: 480,
            mono_ms: 1_000_000,
            boot_id: "first-boot".into(),
        };
        Self::at(now)
    }

    pub(super) fn at(now: ClockReading) -> Self {
        Self(Mutex::new(now))
    }

    /// Lets time pass on every clock, milliseconds.
    pub fn pass(&self, ms: i64) {
        self.change(|now| {
            now.wall_ms += ms;
            now.mono_ms += ms;
        });
    }

    /// Changes what the clocks show.
    pub fn change(&self, change: impl FnOnce(&mut ClockReading)) {
        change(&mut self.0.lock().expect("not poisoned"));
    }
}

impl Clock for ManualClock {
    fn read(&self) -> ClockReading {
        self.0.lock().expect("not poisoned").clone()
    }
}

/// Bytes that look random and are the same for the same seed.
pub fn bytes_of(len_bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let words = std::iter::repeat_with(|| {
        // xorshift64*, Vigna 2016
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D).to_le_bytes()
    });
    words.flatten().take(len_bytes).collect()
}

/// A phone.
pub struct TestPhone {
    /// Its vault.
    pub vault: Vault,
    /// Its ports.
    pub ports: Ports,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Its network.
    pub network: Arc<SystemNetwork>,
    /// How it synchronises.
    pub options: SyncOptions,
    pub(super) dir: TempDir,
}

impl TestPhone {
    /// A new phone.
    pub fn new() -> Self {
        Self::at(tempfile::tempdir().expect("a folder"), Arc::new(ManualClock::new()))
    }

    /// The phone whose vault and keys are in `dir`.
    pub(super) fn at(dir: TempDir, clock: Arc<ManualClock>) -> Self {
        let network = Arc::new(SystemNetwork::wired());
        let storage: Arc<DiskStorage> = Arc::new(DiskStorage::open(&vault_dir(dir.path())).expect("storage"));
        let ports = Ports {
            clock: clock.clone(),
            rng: Arc::new(SystemRng::new()),
            storage: storage.clone(),
            keystore: Arc::new(SoftwareKeystore::open(&dir.path().join("keys")).expect("keystore")),
            transport: Arc::new(HttpTransport::new(storage, &Trust::System).expect("transport")),
            network: network.clone(),
            location: Arc::new(NoLocation),
        };
        let vault = Vault::open(&vault_dir(dir.path()), &ports).expect("vault").into_vault();
        Self { vault, ports, clock, network, options: SyncOptions::default(), dir }
    }

    /// The folder of the vault.
    pub fn dir(&self) -> PathBuf {
        vault_dir(self.dir.path())
    }

    /// With the options as they are now.
    pub fn syncer(&self) -> Syncer {
        Syncer::with_options(self.ports.clone(), self.options.clone())
    }

    /// Joins a bureau and begins the chain.
    ///
    /// # Errors
    /// As [`Syncer::enrol`].
    pub async fn enrol(&mut self, url: &str, code: &str) -> Result<Enrolment, SyncError> {
        let syncer = self.syncer();
        let enrolment = syncer.enrol(url, code, "ZF-001").await?;
        syncer.install(&mut self.vault, &enrolment)?;
        Ok(enrolment)
    }

    /// Goes to the same bureau by another address from now on: through a wire.
    pub fn reach_bureau_at(&mut self, url: &str) {
        let mut enrolment: Enrolment = self.setting(ENROLMENT_KEY).expect("enrolled");
        enrolment.url = liuhen_core::sync::Address::parse(url).expect("an address");
        self.vault.put_setting(ENROLMENT_KEY, &enrolment).expect("kept");
    }

    /// One synchronisation.
    ///
    /// # Errors
    /// As [`Syncer::sync`].
    pub async fn sync(&mut self) -> Result<SyncOutcome, SyncError> {
        self.sync_telling(&mut |_| {}, &Cancel::new()).await
    }

    /// One synchronisation that tells how far it is and can be stopped.
    ///
    /// # Errors
    /// As [`Syncer::sync`].
    pub async fn sync_telling(
        &mut self,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<SyncOutcome, SyncError> {
        self.syncer().sync(&mut self.vault, progress, cancel).await
    }

    /// A setting of the vault.
    pub fn setting<T: serde::de::DeserializeOwned>(&self, key: &str) -> Option<T> {
        self.vault.get_setting(key).expect("readable")
    }

    /// Who, when and where, now.
    pub fn stamp(&self) -> Stamp {
        let now = self.ports.clock.read();
        let anchor = self.setting::<Anchor>("anchor");
        let time = TimeClaim::make(now.wall_ms, now.zone_minutes, now.mono_ms, now.boot_id, anchor);
        Stamp { officer: Some("officer-1".into()), time, place: self.ports.location.place() }
    }

    /// Writes a record.
    pub fn write(&mut self, session: Option<SessionId>, kind: Kind) -> i64 {
        let draft = Draft::new(session, kind, self.stamp());
        self.vault.append(draft).expect("appended").seq
    }

    /// Opens an activity.
    pub fn open_session(&mut self, number: u8) -> SessionId {
        let session = SessionId([number; 16]);
        let officer = |id: &str, role| OfficerOfRecord {
            officer: id.into(),
            name: format!("姓名{id}"),
            cert_no: format!("证{id}"),
            unit: "执法一科".into(),
            role,
        };
        let opened = SessionOpened {
            activity: Activity::Patrol,
            officers: vec![
                officer("officer-1", OfficerRole::Lead),
                officer("officer-2", OfficerRole::Assisting),
            ],
            device_no: "ZF-001".into(),
            party: Party {
                name: "某某公司".into(), kind: PartyKind::Unit, uscc: None, representative: None
            },
            cause: Cause { code: "RC".into(), name: "日常巡查".into() },
            place_text: "某路 1 号".into(),
            rules: "liuhen-rules/1".into(),
            check_seq: 1,
        };
        self.write(Some(session), Kind::SessionOpened(opened));
        session
    }

    /// Captures a photograph, whatever its bytes are.
    pub fn capture(&mut self, session: SessionId, bytes: &[u8]) -> ItemId {
        let recipients = self.recipients();
        let begin = self.begin(session, &recipients, MediaKind::Photo, "image/jpeg");
        capture::take_photo(&mut self.vault, &self.ports, &begin, bytes).expect("captured").item
    }

    /// Captures sound or film as it comes, part by part.
    pub fn capture_stream(&mut self, session: SessionId, parts: impl Iterator<Item = Vec<u8>>) -> ItemId {
        let recipients = self.recipients();
        let begin = self.begin(session, &recipients, MediaKind::Video, "video/mp4");
        let mut capture = capture::Capture::begin(&mut self.vault, &self.ports, &begin).expect("begun");
        for part in parts {
            capture.push(&part).expect("pushed");
        }
        let stamp = self.stamp();
        capture.finish(&mut self.vault, stamp).expect("finished").item
    }

    fn recipients(&self) -> Vec<liuhen_record::seal::Recipient> {
        let enrolment: Enrolment = self.setting(ENROLMENT_KEY).expect("enrolled");
        enrolment.recipients().expect("verified").recipients()
    }

    fn begin<'a>(
        &self,
        session: SessionId,
        recipients: &'a [liuhen_record::seal::Recipient],
        media: MediaKind,
        media_type: &'a str,
    ) -> BeginCapture<'a> {
        BeginCapture {
            session: Some(session),
            media,
            source: MediaSource::Phone,
            source_no: "ZF-001",
            media_type,
            original_name: None,
            label: None,
            derived_from: None,
            recipients,
            epoch: 1,
            stamp: self.stamp(),
        }
    }

    /// Closes an activity.
    pub fn close_session(&mut self, session: SessionId) {
        let filter = ItemFilter { session: Some(session), ..ItemFilter::default() };
        let items: Vec<_> =
            self.vault.items(&filter).expect("items").into_iter().map(|row| row.item).collect();
        let closed = SessionClosed::new(items.clone(), items, Vec::new());
        self.write(Some(session), Kind::SessionClosed(closed));
    }

    /// A session with these captures, closed.
    pub fn closed_session(&mut self, number: u8, captures: &[&[u8]]) -> Vec<ItemId> {
        let session = self.open_session(number);
        let items = captures.iter().map(|bytes| self.capture(session, bytes)).collect();
        self.close_session(session);
        items
    }

    /// Whether all bytes of an item are here, as they were sealed.
    pub fn has_whole(&self, item: ItemId) -> bool {
        let row = self.vault.item(item).expect("readable").expect("known");
        let folder = self.dir().join("items").join(item.to_string());
        let Ok(entries) = std::fs::read_dir(folder) else { return false };
        let mut pieces: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        pieces.retain(|path| path.extension().is_some_and(|ext| ext == "piece"));
        pieces.sort();
        let whole: Vec<u8> = pieces.iter().flat_map(|path| std::fs::read(path).expect("readable")).collect();
        row.ct_sha256 == Some(Digest::of(&whole))
    }

    /// Whether an item counts as freed.
    pub fn is_freed(&self, item: ItemId) -> bool {
        self.vault.item(item).expect("readable").expect("known").freed
    }

    /// How many records of a kind there are.
    pub fn count(&self, kind: &str) -> usize {
        self.vault.kind_records(kind, 1).expect("readable").len()
    }

    /// The exact bytes of every record.
    pub fn ledger(&self) -> Vec<Vec<u8>> {
        self.vault.records_from(1, usize::MAX >> 1).expect("readable").into_iter().map(|r| r.bytes).collect()
    }

    /// The network is like this from now on.
    pub fn on_network(&self, reach: Reach, metered: bool, ssid: Option<&str>) {
        self.network.set(NetworkState {
            reach,
            metered,
            internet: Internet::Unknown,
            ssid: ssid.map(str::to_owned),
        });
    }
}

impl Default for TestPhone {
    fn default() -> Self {
        Self::new()
    }
}

fn vault_dir(dir: &Path) -> PathBuf {
    dir.join("vault")
}

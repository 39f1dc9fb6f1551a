//! A phone for tests: real files, a clock that does what it is told, no network.
#![allow(dead_code, reason = "each test file uses its own part")]

use liuhen_core::{
    capture::BeginCapture,
    ports::{
        Answer, Clock, ClockReading, Internet, Network, NetworkState, Ports, Reach, Request, Storage,
        Transport, TransportError,
    },
    system::{DiskStorage, NoLocation, SoftwareKeystore, SystemRng},
    vault::{Draft, Opening, Stamp, Vault},
};
use liuhen_record::{
    Kind, SessionId,
    kind::{DayEnded, DeviceEnrolled, DeviceState, MediaKind, MediaSource, PreUseCheck},
    place::PlaceClaim,
    seal::{Identity, Recipient},
    sign::DeviceKey,
    time::TimeClaim,
};
use ring::rand::SystemRandom;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

/// 2026-11-23 09:00 in Shanghai.
pub const START_MS: i64 = 1_795_395_600_000;
pub const SESSION: SessionId = SessionId([5; 16]);
pub const SIGNING_KEY: &str = "device-1";

/// A clock that stands still until it is moved.
pub struct TestClock(pub Mutex<ClockReading>);

impl TestClock {
    pub fn new() -> Self {
        let boot_id = "boot-1".to_owned();
        Self(Mutex::new(ClockReading { wall_ms: START_MS, zone_minutes: 480, mono_ms: 1_000_000, boot_id }))
    }

    pub fn change(&self, change: impl FnOnce(&mut ClockReading)) {
        change(&mut self.0.lock().unwrap());
    }
}

impl Clock for TestClock {
    fn read(&self) -> ClockReading {
        self.0.lock().unwrap().clone()
    }
}

pub struct Nowhere;

impl Transport for Nowhere {
    fn send(&self, _request: Request) -> Answer<'_> {
        Box::pin(async { Err(TransportError::Connect) })
    }
}

impl Network for Nowhere {
    fn state(&self) -> NetworkState {
        NetworkState { reach: Reach::None, metered: false, internet: Internet::Unknown, ssid: None }
    }
}

/// A folder for a vault, and everything around it.
pub struct Phone {
    pub dir: PathBuf,
    pub ports: Ports,
    pub clock: Arc<TestClock>,
    pub identity: Identity,
    pub recipients: Vec<Recipient>,
    /// Removed when the test ends.
    temporary: Option<tempfile::TempDir>,
}

impl Phone {
    pub fn new() -> Self {
        Self::inside(tempfile::tempdir().unwrap())
    }

    /// Where syncing costs nothing, for tests that open a vault thousands of times.
    pub fn in_memory() -> Self {
        Self::inside(tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap())
    }

    fn inside(temporary: tempfile::TempDir) -> Self {
        let mut phone =
            Self::at(&temporary.path().join("phone"), Identity::make(&SystemRandom::new()).unwrap());
        phone.temporary = Some(temporary);
        phone
    }

    pub fn at(root: &Path, identity: Identity) -> Self {
        let dir = root.join("vault");
        let disk: Arc<dyn Storage> = Arc::new(DiskStorage::open(&dir).unwrap());
        let clock = Arc::new(TestClock::new());
        let ports = Ports {
            clock: clock.clone(),
            rng: Arc::new(SystemRng::new()),
            storage: disk,
            keystore: Arc::new(SoftwareKeystore::open(&root.join("keys")).unwrap()),
            transport: Arc::new(Nowhere),
            network: Arc::new(Nowhere),
            location: Arc::new(NoLocation),
        };
        let recipients = vec![identity.to_recipient()];
        Self { dir, ports, clock, identity, recipients, temporary: None }
    }

    /// Opens the vault, which must be whole.
    pub fn open(&self) -> Vault {
        match Vault::open(&self.dir, &self.ports).unwrap() {
            Opening::Ready(vault) => vault,
            Opening::Quarantined { reason, .. } => panic!("quarantined: {reason}"),
        }
    }

    /// A vault whose device is enrolled.
    pub fn enrolled(&self) -> Vault {
        let mut vault = self.open();
        self.enrol(&mut vault);
        vault
    }

    pub fn enrol(&self, vault: &mut Vault) {
        let spki = self.ports.keystore.make_signing_key(SIGNING_KEY).unwrap();
        vault.set_device(DeviceKey::from_spki(&spki).unwrap().device(), SIGNING_KEY).unwrap();
        let kind = Kind::DeviceEnrolled(DeviceEnrolled {
            device_no: "YD-001".to_owned(),
            bureau: "example.test/log".to_owned(),
            bureau_vkey: "example.test/log+00000000+AAAA".to_owned(),
            app: "test".to_owned(),
            key_store: "software".to_owned(),
            succeeds: None,
        });
        vault.append(Draft::new(None, kind, self.stamp())).unwrap();
    }

    pub fn stamp(&self) -> Stamp {
        let now = self.ports.clock.read();
        Stamp {
            officer: Some("330100-0001".to_owned()),
            time: TimeClaim::make(now.wall_ms, now.zone_minutes, now.mono_ms, now.boot_id, None),
            place: PlaceClaim::Denied,
        }
    }

    /// An unsigned record of about 1 KB.
    pub fn check_draft(&self) -> Draft {
        Draft::new(None, plain_kind(), self.stamp())
    }

    pub fn begin(&self, media: MediaKind) -> BeginCapture<'_> {
        BeginCapture {
            session: Some(SESSION),
            media,
            source: MediaSource::Phone,
            source_no: "YD-001",
            media_type: match media {
                MediaKind::Audio => "audio/aac",
                MediaKind::Video => "video/mp4",
                MediaKind::Other => "application/octet-stream",
                MediaKind::Photo | MediaKind::Thumbnail => "image/jpeg",
            },
            original_name: None,
            label: None,
            derived_from: None,
            recipients: &self.recipients,
            epoch: 1,
            stamp: self.stamp(),
        }
    }

    pub fn recover(&self, vault: &mut Vault) -> Vec<liuhen_core::capture::Recovered> {
        let Stamp { time, place, .. } = self.stamp();
        liuhen_core::capture::recover(vault, &self.ports, &time, &place).unwrap()
    }

    /// All bytes of an item's sealed file, piece after piece.
    pub fn sealed_bytes(&self, item: liuhen_record::ItemId) -> Vec<u8> {
        let mut bytes = Vec::new();
        for index in 0.. {
            match std::fs::read(self.dir.join(liuhen_core::capture::piece_path(item, index))) {
                Ok(piece) => bytes.extend(piece),
                Err(_) => return bytes,
            }
        }
        bytes
    }

    /// The plaintext of an item, opened as the bureau would: with its identity.
    pub fn open_as_bureau(&self, item: liuhen_record::ItemId) -> Vec<u8> {
        let sealed = self.sealed_bytes(item);
        let envelope = liuhen_record::seal::Envelope::parse(&sealed).unwrap();
        let key = self.identity.unwrap(&envelope).unwrap();
        let mut plain = Vec::new();
        liuhen_record::seal::Opener::open(sealed, &key).unwrap().copy_to(&mut plain).unwrap();
        plain
    }
}

/// A record that concerns the device and is not signed.
pub fn plain_kind() -> Kind {
    let phone = DeviceState {
        battery_percent: 80,
        free_bytes: 1 << 36,
        clock_offset_ms: None,
        clock_uncertainty_ms: None,
    };
    Kind::PreUseCheck(PreUseCheck {
        phone,
        recorder: None,
        planned_minutes: 60,
        failed: Vec::new(),
        overridden: Vec::new(),
    })
}

/// A record that concerns the device and is signed.
pub fn signed_kind() -> Kind {
    Kind::DayEnded(DayEnded { day: "2026-11-23".to_owned(), items: Vec::new() })
}

/// Deterministic bytes that look random.
pub fn noise(len: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..len).map(|_| (next() >> 32) as u8).collect()
}

/// Changes one bit of the byte at `at`.
pub fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 0x01;
    std::fs::write(path, bytes).unwrap();
}

/// Every file below a folder.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

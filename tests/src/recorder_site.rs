//! A bureau, an officer's phone and a card, on one clock that is moved by hand: where recorders are tried.

use crate::sync_support::ManualClock;
use liuhen_btle::{RecorderIdentity, SimulatedRecorder, Simulation};
use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::{CheckRequest, ImportRequest, OpenSession, Phone, PhoneError},
    ports::{Card, CardEntry, CardFile, CardPath, Clock, Ports, Storage, StoredFile},
    recorder::{IssueRequest, NamePatterns},
    sync::Cancel,
    system::{self, FolderCard},
};
use liuhen_record::{
    Kind, Record, SessionId,
    kind::{Activity, Cause, Condition, ImportFinished, Party, PartyKind, Supervisor},
};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// The recorder's number at the bureau.
pub const NO: &str = "ZFY-0007";
const OFFICERS: &str = include_str!("../../spec/examples/officers.json");

struct BureauClock(Arc<ManualClock>);

impl liuhen_bureau::clock::Clock for BureauClock {
    fn now_ms(&self) -> i64 {
        self.0.read().wall_ms
    }
}

/// Storage that is full once so many bytes were written.
pub struct Filling {
    inner: Arc<dyn Storage>,
    left_bytes: Arc<AtomicU64>,
}

struct FillingFile(Box<dyn StoredFile>, Arc<AtomicU64>);

impl StoredFile for FillingFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let wanted = bytes.len() as u64;
        let left = self.1.load(Ordering::Relaxed);
        if left < wanted {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.1.store(left - wanted, Ordering::Relaxed);
        self.0.write_at(offset, bytes)
    }
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read_at(offset, buf)
    }
    fn sync(&mut self) -> io::Result<()> {
        self.0.sync()
    }
    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.0.truncate(len_bytes)
    }
    fn len_bytes(&self) -> io::Result<u64> {
        self.0.len_bytes()
    }
}

impl Filling {
    fn file(&self, file: Box<dyn StoredFile>) -> Box<dyn StoredFile> {
        Box::new(FillingFile(file, Arc::clone(&self.left_bytes)))
    }
}

impl Storage for Filling {
    fn make_dir(&self, path: &str) -> io::Result<()> {
        self.inner.make_dir(path)
    }
    fn create(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        Ok(self.file(self.inner.create(path)?))
    }
    fn open(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        Ok(self.file(self.inner.open(path)?))
    }
    fn exists(&self, path: &str) -> io::Result<bool> {
        self.inner.exists(path)
    }
    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        self.inner.list(path)
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }
    fn remove_file(&self, path: &str) -> io::Result<()> {
        self.inner.remove_file(path)
    }
    fn remove_dir(&self, path: &str) -> io::Result<()> {
        self.inner.remove_dir(path)
    }
    fn sync_dir(&self, path: &str) -> io::Result<()> {
        self.inner.sync_dir(path)
    }
    fn free_bytes(&self) -> io::Result<u64> {
        self.inner.free_bytes()
    }
}

/// A card that fails in a chosen way.
pub struct FailingCard {
    inner: FolderCard,
    /// Name of the file of which only so many bytes can be read.
    pub breaks: Option<(String, u64)>,
    /// Whether the card is gone once that happened.
    pub pulled: bool,
    /// Name of a file that is another one each time it is looked at.
    pub changes: Option<String>,
    gone: Arc<AtomicBool>,
}

impl FailingCard {
    /// A card in `dir`, in order.
    pub fn of(dir: &Path) -> Self {
        let inner = FolderCard::open(dir).expect("a folder");
        Self { inner, breaks: None, pulled: false, changes: None, gone: Arc::default() }
    }
}

struct Breaking(Box<dyn Read + Send>, u64, Option<Arc<AtomicBool>>);

impl Read for Breaking {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.1 == 0 {
            if let Some(gone) = &self.2 {
                gone.store(true, Ordering::Relaxed);
            }
            return Err(io::Error::from_raw_os_error(5));
        }
        let most = buf.len().min(usize::try_from(self.1).unwrap_or(usize::MAX));
        let read = self.0.read(&mut buf[..most])?;
        self.1 -= read as u64;
        Ok(read)
    }
}

impl Card for FailingCard {
    fn entries(&mut self) -> io::Result<Vec<CardEntry>> {
        self.inner.entries()
    }
    fn open(&mut self, path: &CardPath) -> io::Result<Box<dyn Read + Send>> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(io::Error::from_raw_os_error(5));
        }
        let file = self.inner.open(path)?;
        Ok(match &self.breaks {
            Some((name, at)) if *name == path.name() => {
                Box::new(Breaking(file, *at, self.pulled.then(|| Arc::clone(&self.gone))))
            }
            _ => file,
        })
    }
    fn look(&mut self, path: &CardPath) -> io::Result<CardFile> {
        let mut file = self.inner.look(path)?;
        if self.changes.as_ref().is_some_and(|name| *name == path.name()) {
            file.len_bytes += 1;
        }
        Ok(file)
    }
    fn is_there(&mut self) -> bool {
        !self.gone.load(Ordering::Relaxed) && self.inner.is_there()
    }
}

/// A bureau and a phone that has joined it.
pub struct Site {
    /// The phone.
    pub phone: Phone,
    /// The one clock.
    pub clock: Arc<ManualClock>,
    /// Bytes of media that the phone can still take.
    pub left_bytes: Arc<AtomicU64>,
    /// The bureau's data folder.
    pub data: PathBuf,
    /// The bureau.
    pub bureau: Bureau,
    dir: TempDir,
}

impl Site {
    /// Opens everything.
    pub async fn open() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(ManualClock::new());
        let data = dir.path().join("data");
        let mut config = BureauConfig::new(data.clone());
        config.clock = Arc::new(BureauClock(Arc::clone(&clock)));
        let bureau = Bureau::start(config).await.expect("started");
        admin::import_officers(&data, OFFICERS).expect("officers");
        let vault = dir.path().join("phone");
        std::fs::create_dir_all(&vault).expect("a folder");
        let left_bytes = Arc::new(AtomicU64::new(u64::MAX));
        let system = system::desktop_ports(&vault).expect("ports");
        let inner = Arc::clone(&system.storage);
        let storage = Arc::new(Filling { inner, left_bytes: Arc::clone(&left_bytes) });
        let ports = Ports { clock: Arc::clone(&clock) as Arc<dyn Clock>, storage, ..system };
        let mut phone = Phone::start(&vault, ports).expect("a phone").phone;
        phone
            .enrol(&bureau.url(), &bureau.enrol_code().expect("a code"), "PHONE-01")
            .await
            .expect("enrolled");
        Self { phone, clock, left_bytes, data, bureau, dir }
    }

    /// A simulated recorder with this serial and what else is changed.
    pub fn recorder(&self, serial: &str, change: impl FnOnce(&mut Simulation)) -> SimulatedRecorder {
        self.recorder_with_key(7, serial, change)
    }

    /// As [`Site::recorder`], with the key that comes of `seed`.
    pub fn recorder_with_key(
        &self,
        seed: u64,
        serial: &str,
        change: impl FnOnce(&mut Simulation),
    ) -> SimulatedRecorder {
        let clock = Arc::clone(&self.clock);
        let mut like = Simulation {
            identity: RecorderIdentity { serial: serial.to_owned(), ..Simulation::default().identity },
            bytes_per_sec: 1_000,
            clock_drift_ppm: 0,
            ..Simulation::default()
        };
        change(&mut like);
        SimulatedRecorder::like(like, seed, Box::new(move || clock.read().wall_ms))
    }

    /// What the custodian fills in for an issue of [`NO`].
    pub fn issue_request(&self) -> IssueRequest {
        IssueRequest {
            recorder_no: NO.to_owned(),
            serial: "SIM0001".to_owned(),
            configured_officer_no: "210001".to_owned(),
            from_ms: None,
            issued_by: "赵保管".to_owned(),
            condition: Condition::Good,
            note: None,
        }
    }

    /// Issues [`NO`] to the first officer.
    pub fn issue(&mut self) {
        let request = self.issue_request();
        self.phone.issue_recorder(&request, "li-wen").expect("issued");
    }

    /// Opens an activity.
    pub fn open_session(&mut self) -> SessionId {
        let check =
            CheckRequest { battery_percent: 90, planned_minutes: 1, recorder: None, overrides: vec![] };
        self.phone.check_equipment(check).expect("checked");
        let party =
            Party {
                name: "示例公司".to_owned(), kind: PartyKind::Unit, uscc: None, representative: None
            };
        let request = OpenSession {
            activity: Activity::Patrol,
            officers: vec!["li-wen".to_owned(), "ding-yi".to_owned()],
            party,
            cause: Cause { code: "patrol".to_owned(), name: "日常巡查".to_owned() },
            place_text: "示例路1号".to_owned(),
            device_no: None,
        };
        self.phone.open_session(request).expect("opened").0
    }

    /// A folder that stands for the card.
    pub fn card(&self) -> PathBuf {
        let card = self.dir.path().join("card");
        std::fs::create_dir_all(card.join("DCIM/100")).expect("a folder");
        card
    }

    /// Writes a file of the recorder to the card.
    pub fn put(&self, name: &str, content: &[u8]) {
        std::fs::write(self.card().join("DCIM/100").join(name), content).expect("written");
    }

    /// Imports a card for [`NO`].
    ///
    /// # Errors
    /// As [`Phone::import_card`].
    pub fn import(
        &mut self,
        card: &mut dyn Card,
        supervisors: Vec<Supervisor>,
    ) -> Result<ImportFinished, PhoneError> {
        let patterns = NamePatterns::built_in();
        let request = ImportRequest { recorder_no: NO.to_owned(), supervisors, patterns };
        self.phone.import_card(card, &request, &mut |_| {}, &Cancel::new())
    }

    /// Imports the folder of [`Site::card`].
    pub fn import_all(&mut self) -> ImportFinished {
        let mut card = FolderCard::open(&self.card()).expect("a folder");
        self.import(&mut card, Vec::new()).expect("imported")
    }

    /// Every record of one kind.
    pub fn records(&self, kind: &str) -> Vec<Record> {
        self.phone.vault().kind_records(kind, 1).expect("readable")
    }

    /// Every record after number `seq`.
    pub fn kinds_after(&self, seq: i64) -> Vec<Kind> {
        let records = self.phone.vault().records_from(seq + 1, 10_000).expect("readable");
        records.iter().map(|record| record.parse().expect("a record").kind).collect()
    }

    /// Number of the last record.
    pub fn last_seq(&self) -> i64 {
        self.phone.vault().head().0 - 1
    }
}

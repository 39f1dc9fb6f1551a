//! The real bureau, in this process, with a clock and a hand on its switch.

use liuhen_bureau::{
    Bureau, BureauConfig,
    clock::Clock,
    fault::{Faults, Point},
    store::{ItemStage, StoreError},
};
use liuhen_record::{DeviceId, Digest, ItemId};
use ring::digest::{Context, SHA256};
use std::{
    collections::BTreeSet,
    io::{self, Read as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
};
use tempfile::TempDir;

/// The bureau's clock: it stands until it is moved.
struct OfficeClock(AtomicI64);

impl Clock for OfficeClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Fails at one point, so many times.
#[derive(Default)]
struct FailsAt(Mutex<Option<(Point, u32)>>);

impl Faults for FailsAt {
    fn hit(&self, point: Point) -> io::Result<()> {
        let mut planned = self.0.lock().expect("not poisoned");
        match planned.as_mut() {
            Some((at, left)) if *at == point && *left > 0 => {
                *left -= 1;
                Err(io::Error::other("a planned failure"))
            }
            _ => Ok(()),
        }
    }
}

/// A real bureau that can be stopped and started again.
pub struct Office {
    bureau: Option<Bureau>,
    config: BureauConfig,
    clock: Arc<OfficeClock>,
    faults: Arc<FailsAt>,
    _dir: TempDir,
}

impl Office {
    /// Opens a new one.
    pub async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// Opens a new one that is told something else than usual.
    pub async fn open_with(change: impl FnOnce(&mut BureauConfig)) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(OfficeClock(AtomicI64::new(1_795_000_000_000)));
        let faults = Arc::new(FailsAt::default());
        let mut config = BureauConfig::new(dir.path().join("data"));
        config.clock = clock.clone();
        config.faults = faults.clone();
        change(&mut config);
        let bureau = Bureau::start(config.clone()).await.expect("started");
        Self { bureau: Some(bureau), config, clock, faults, _dir: dir }
    }

    /// Stops it and starts it again on the same data: it has another address afterwards.
    pub async fn restart(&mut self) {
        if let Some(bureau) = self.bureau.take() {
            bureau.stop().await;
        }
        self.bureau = Some(Bureau::start(self.config.clone()).await.expect("started again"));
    }

    fn bureau(&self) -> &Bureau {
        self.bureau.as_ref().expect("running")
    }

    /// Its address.
    pub fn url(&self) -> String {
        self.bureau().url()
    }

    /// Where it listens.
    pub fn address(&self) -> std::net::SocketAddr {
        self.bureau().address()
    }

    /// Its data folder.
    pub fn data_dir(&self) -> std::path::PathBuf {
        self.config.data_dir.clone()
    }

    /// A new enrolment code.
    pub fn code(&self) -> String {
        self.bureau().enrol_code().expect("a code")
    }

    /// Lets time pass there, milliseconds.
    pub fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// Lets time pass there like [`Self::pass`], from wherever it is called.
    pub fn clock_hand(&self) -> impl Fn(i64) + Send + Sync + 'static {
        let clock = self.clock.clone();
        move |ms| {
            clock.0.fetch_add(ms, Ordering::Relaxed);
        }
    }

    /// Its next `times` arrivals at `point` fail.
    pub fn fail_at(&self, point: Point, times: u32) {
        *self.faults.0.lock().expect("not poisoned") = Some((point, times));
    }

    /// Refuses an item of which it knows the record, as it does when the pieces are not the file that the record names.
    pub fn refuse(&self, item: ItemId) {
        self.bureau().office().write::<_, StoreError>(|rows| rows.item_refused(item)).expect("kept");
    }

    /// Leaves in its log.
    pub fn log_size(&self) -> u64 {
        self.bureau().office().read::<_, StoreError>(|rows| rows.log_size()).expect("readable")
    }

    /// Every item that counts as stored.
    pub fn stored_items(&self) -> BTreeSet<ItemId> {
        let rows = self
            .bureau()
            .office()
            .read::<_, StoreError>(|rows| rows.items_at(ItemStage::Stored, None, 100_000));
        rows.expect("readable").into_iter().map(|row| row.item).collect()
    }

    /// The places of the pieces of an item that it keeps, whether or not the item counts as stored.
    pub fn kept_pieces(&self, item: ItemId) -> BTreeSet<i64> {
        let rows = self.bureau().office().read::<_, StoreError>(|rows| rows.pieces(item)).expect("readable");
        rows.into_iter().filter(|piece| piece.stored_ms.is_some()).map(|piece| piece.idx).collect()
    }

    /// SHA-256 over the kept bytes of an item that counts as stored, read back; `None` when it does not.
    pub fn stored_sha256(&self, item: ItemId) -> Option<Digest> {
        let office = self.bureau().office();
        let (row, pieces) = office
            .read::<_, StoreError>(|rows| Ok((rows.item(item)?, rows.pieces(item)?)))
            .expect("readable");
        row.filter(|row| row.stage == ItemStage::Stored)?;
        let mut hash = Context::new(&SHA256);
        let mut buffer = vec![0; 256 * 1024];
        for piece in pieces {
            let mut reader = office.pieces.open(&piece.sha256).expect("a stored piece is there");
            loop {
                match reader.read(&mut buffer).expect("a stored piece can be read") {
                    0 => break,
                    read => hash.update(&buffer[..read]),
                }
            }
        }
        Some(hash.finish().into())
    }

    /// The digests of a device's records, in order.
    pub fn record_digests(&self, device: DeviceId) -> Vec<Digest> {
        let leaves =
            self.bureau().office().read::<_, StoreError>(|rows| rows.record_leaves(device, 1, 1 << 40));
        leaves.expect("readable").into_iter().map(|(_, digest, _)| digest).collect()
    }

    /// How many records were refused and kept to be shown.
    pub fn incidents(&self) -> Vec<liuhen_bureau::store::Incident> {
        self.bureau().office().read::<_, StoreError>(|rows| rows.incidents(None, 1_000)).expect("readable")
    }

    /// What is wrong in its store.
    pub fn broken(&self) -> Vec<String> {
        let found = liuhen_bureau::fsck::fsck(self.bureau().office()).expect("it can be checked").broken;
        found.into_iter().map(|broken| broken.to_string()).collect()
    }

    /// Its verifier key.
    pub fn key(&self) -> liuhen_record::note::VerifierKey {
        self.bureau().office().notary.signer().verifier_key().clone()
    }

    /// Waits until every item whose last piece has come is finished.
    pub async fn settled(&self) {
        self.bureau().settled().await;
    }
}

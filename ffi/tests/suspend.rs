//! The vault put away and taken up again, as a shell does it: a failure on the way there or back is said, and the next
//! resume brings the phone back.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::{ports::Keystore as _, system::SoftwareKeystore};
use liuhen_ffi::{
    Core, CoreConfig, CoreFailure, FailureKind, PhonePorts, PlatformFailure, open_core,
    port::{InternetFound, Keystore, KeystoreKind, Location, Network, NetworkNow, Place, PlaceAbsent, Reach},
};
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Keys in files, locked whenever a test says so.
struct Keys {
    inner: SoftwareKeystore,
    locked: AtomicBool,
}

impl Keys {
    fn open(&self) -> Result<&SoftwareKeystore, PlatformFailure> {
        if self.locked.load(Ordering::SeqCst) { Err(PlatformFailure::KeyLocked) } else { Ok(&self.inner) }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn failed(error: liuhen_core::ports::KeystoreError) -> PlatformFailure {
    PlatformFailure::Unexpected { reason: error.to_string() }
}

impl Keystore for Keys {
    fn make_signing_key(&self, name: String) -> Result<Vec<u8>, PlatformFailure> {
        self.open()?.make_signing_key(&name).map_err(failed)
    }
    fn public_key(&self, name: String) -> Result<Vec<u8>, PlatformFailure> {
        self.open()?.public_key(&name).map_err(failed)
    }
    fn sign(&self, name: String, payload: Vec<u8>) -> Result<Vec<u8>, PlatformFailure> {
        self.open()?.sign(&name, &payload).map_err(failed)
    }
    fn make_wrapping_key(&self, name: String) -> Result<(), PlatformFailure> {
        self.open()?.make_wrapping_key(&name).map_err(failed)
    }
    fn wrap(&self, name: String, plain: Vec<u8>) -> Result<Vec<u8>, PlatformFailure> {
        self.open()?.wrap(&name, &plain).map_err(failed)
    }
    fn unwrap(&self, name: String, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformFailure> {
        self.open()?.unwrap(&name, &wrapped).map_err(failed)
    }
    fn erase(&self, name: String) -> Result<(), PlatformFailure> {
        self.open()?.erase(&name).map_err(failed)
    }
    fn kind(&self) -> Result<KeystoreKind, PlatformFailure> {
        Ok(KeystoreKind::Software)
    }
}

struct Nowhere;

impl Location for Nowhere {
    fn place(&self) -> Result<Place, PlatformFailure> {
        Ok(Place::Absent { reason: PlaceAbsent::NotAsked })
    }
}

impl Network for Nowhere {
    fn state(&self) -> Result<NetworkNow, PlatformFailure> {
        Ok(NetworkNow { reach: Reach::None, metered: true, internet: InternetFound::Unknown, ssid: None })
    }
}

/// A new phone in a folder of its own.
async fn opened(name: &str) -> (Arc<Core>, PathBuf, Arc<Keys>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    drop(std::fs::remove_dir_all(&folder));
    let dir = folder.join("vault");
    std::fs::create_dir_all(&dir).unwrap();
    let inner = SoftwareKeystore::open(&folder.join("keys")).unwrap();
    let keys = Arc::new(Keys { inner, locked: AtomicBool::new(false) });
    let config = CoreConfig {
        dir: dir.to_str().unwrap().to_owned(),
        phone_name: "test".to_owned(),
        allow_simulated_recorder: false,
        roots_pem: None,
    };
    let keystore = Arc::clone(&keys) as Arc<dyn Keystore>;
    let ports = PhonePorts { keystore, location: Arc::new(Nowhere), network: Arc::new(Nowhere), clock: None };
    (open_core(config, ports).await.unwrap(), dir, keys)
}

/// Sort and code of a failure.
fn told<T>(done: Result<T, CoreFailure>) -> (FailureKind, String) {
    match done {
        Ok(_) => panic!("it did not fail"),
        Err(CoreFailure::Failed { kind, code, .. }) => (kind, code),
    }
}

#[tokio::test]
async fn a_core_that_could_not_be_put_away_cleanly_is_taken_up_again_by_the_next_resume() {
    let (core, dir, _) = opened("unclean").await;
    let taken =
        File::options().create(true).truncate(false).write(true).open(dir.join("queue.lock")).unwrap();
    taken.try_lock().unwrap();
    assert_eq!(told(core.prepare_suspend().await), (FailureKind::Bureau, "sync".to_owned()));
    assert_eq!(told(core.today().await), (FailureKind::InUse, "suspended".to_owned()), "it is closed");
    drop(taken);
    core.resume().await.unwrap();
    core.today().await.unwrap();
    core.resume().await.unwrap();
    core.prepare_suspend().await.unwrap();
    core.resume().await.unwrap();
    core.today().await.unwrap();
}

#[tokio::test]
async fn a_core_whose_keystore_was_locked_is_taken_up_again_when_it_is_not() {
    let (core, _, keys) = opened("locked").await;
    core.prepare_suspend().await.unwrap();
    keys.locked.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(told(core.resume().await).0, FailureKind::Keystore, "it says so every time");
        assert_eq!(told(core.today().await).1, "suspended");
    }
    keys.locked.store(false, Ordering::SeqCst);
    core.resume().await.unwrap();
    core.today().await.unwrap();
    let report = core.start_report();
    assert!(report.quarantined.is_none() && report.recovered.is_empty(), "{report:?}");
}

#[tokio::test]
async fn a_store_that_was_damaged_while_it_was_put_away_is_told_and_stays_told() {
    let (core, dir, _) = opened("damaged").await;
    assert!(core.start_report().quarantined.is_none());
    core.prepare_suspend().await.unwrap();
    std::fs::write(dir.join("vault.db"), b"no database").unwrap();
    core.resume().await.unwrap();
    let found = core.start_report();
    assert!(found.quarantined.is_some(), "{found:?}");
    core.today().await.unwrap();
    core.prepare_suspend().await.unwrap();
    core.resume().await.unwrap();
    assert_eq!(core.start_report(), found);
}

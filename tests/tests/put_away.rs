//! The vault put away while the system holds the program still: whatever fails on the way there or back, the phone
//! comes back, and a recording is never sealed while it is written.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use liuhen_core::{
    phone::{CaptureRequest, Desk, Phone, PhoneError},
    ports::{Keystore, KeystoreError, Ports},
    vault::OpenError,
};
use liuhen_record::kind::{ItemState, MediaSource};
use liuhen_tests::recorder_site::Site;
use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// A keystore that is locked whenever somebody says so.
struct Lockable {
    inner: Arc<dyn Keystore>,
    locked: Arc<AtomicBool>,
}

impl Lockable {
    fn open(&self) -> Result<&dyn Keystore, KeystoreError> {
        if self.locked.load(Ordering::SeqCst) { Err(KeystoreError::Locked) } else { Ok(&*self.inner) }
    }
}

impl Keystore for Lockable {
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.open()?.make_signing_key(name)
    }
    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.open()?.public_key(name)
    }
    fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.open()?.sign(name, message)
    }
    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError> {
        self.open()?.make_wrapping_key(name)
    }
    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.open()?.wrap(name, plain)
    }
    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.open()?.unwrap(name, wrapped)
    }
    fn erase(&self, name: &str) -> Result<(), KeystoreError> {
        self.open()?.erase(name)
    }
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
}

/// The same phone on a desk, the vault's folder, and the lock of its keystore.
fn on_the_desk(phone: Phone) -> (Desk, PathBuf, Arc<AtomicBool>) {
    let (dir, ports) = (phone.vault().dir().to_owned(), phone.ports());
    drop(phone);
    let locked = Arc::new(AtomicBool::new(false));
    let keystore = Arc::new(Lockable { inner: Arc::clone(&ports.keystore), locked: Arc::clone(&locked) });
    let phone = Phone::start(&dir, Ports { keystore, ..ports }).unwrap().phone;
    (Desk::new(phone), dir, locked)
}

fn sound() -> CaptureRequest {
    CaptureRequest {
        source: MediaSource::Phone,
        source_no: None,
        media_type: "audio/aac".to_owned(),
        original_name: None,
        label: None,
    }
}

/// Another program at work on the queue in `dir`, until this is dropped.
fn queue_taken(dir: &Path) -> File {
    let file = File::options().create(true).truncate(false).write(true).open(dir.join("queue.lock")).unwrap();
    file.try_lock().unwrap();
    file
}

fn is_whole(desk: &Desk) -> bool {
    desk.with(|phone| Ok(phone.vault().check()?.is_whole())).unwrap()
}

#[tokio::test]
async fn a_phone_that_could_not_be_put_away_cleanly_is_brought_back_and_works() {
    let mut site = Site::open().await;
    site.open_session();
    let (desk, dir, _) = on_the_desk(site.phone);
    let taken = queue_taken(&dir);
    let failed = desk.put_away().unwrap_err();
    assert_eq!(failed.code(), "sync", "{failed}");
    drop(taken);
    assert!(matches!(desk.with(|phone| phone.today_view(false)), Err(PhoneError::Suspended)), "it is closed");

    assert!(desk.bring_back().unwrap().is_some(), "it was away");
    desk.with(|phone| phone.today_view(false)).unwrap();
    assert!(desk.bring_back().unwrap().is_none(), "nothing is brought back twice");
    desk.put_away().unwrap();
    assert!(desk.bring_back().unwrap().is_some());
    assert!(is_whole(&desk));
}

#[tokio::test]
async fn a_phone_whose_keystore_was_locked_when_it_was_to_come_back_comes_back_the_next_time() {
    let mut site = Site::open().await;
    site.open_session();
    let (desk, _, locked) = on_the_desk(site.phone);
    desk.put_away().unwrap();
    locked.store(true, Ordering::SeqCst);
    for _ in 0..2 {
        let Err(failed) = desk.bring_back() else { panic!("it opened without its key") };
        let is_locked = matches!(failed, PhoneError::Open(OpenError::Keystore(KeystoreError::Locked)));
        assert!(is_locked, "{failed}");
        assert!(matches!(desk.with(|phone| phone.today_view(false)), Err(PhoneError::Suspended)));
    }
    locked.store(false, Ordering::SeqCst);
    let back = desk.bring_back().unwrap().unwrap();
    assert!(back.quarantined.is_none() && back.recovered.is_empty(), "a locked keystore is no damage");
    desk.with(|phone| phone.today_view(false)).unwrap();
}

#[tokio::test]
async fn a_store_that_was_damaged_while_the_phone_was_away_is_told_when_it_comes_back() {
    let mut site = Site::open().await;
    site.open_session();
    let (desk, dir, _) = on_the_desk(site.phone);
    desk.put_away().unwrap();
    std::fs::write(dir.join("vault.db"), b"no database").unwrap();
    let back = desk.bring_back().unwrap().unwrap();
    let (folder, _) = back.quarantined.unwrap();
    assert!(dir.join("quarantine").join(folder).is_dir());
}

#[tokio::test]
async fn a_phone_that_records_is_not_put_away_and_the_recording_is_sealed_whole() {
    let mut site = Site::open().await;
    site.open_session();
    let (desk, _, _) = on_the_desk(site.phone);
    let live = desk.with(|phone| phone.start_live(&sound(), None)).unwrap();
    let item = live.status().item;
    live.push(&vec![1; 70_000], None).unwrap();

    let refused = desk.put_away().unwrap_err();
    assert!(matches!(refused, PhoneError::Recording), "{refused}");
    assert_eq!(refused.code(), "recording");
    assert!(refused.zh().contains("正在录制") && refused.en().contains("being recorded"));
    assert!(desk.bring_back().unwrap().is_none(), "it never left the desk");
    desk.with(|phone| phone.today_view(false)).unwrap();

    live.push(&vec![2; 70_000], None).unwrap();
    assert_eq!(live.finish(&desk).unwrap().digests.pt_len_bytes, 140_000);
    assert!(is_whole(&desk));
    desk.put_away().unwrap();
    assert!(desk.bring_back().unwrap().unwrap().recovered.is_empty());
    assert!(is_whole(&desk));
    let row = desk.with(|phone| Ok(phone.vault().item(item)?)).unwrap().unwrap();
    assert_eq!((row.pt_len_bytes, row.state), (140_000, ItemState::Sealed));
}

#[tokio::test]
async fn a_recording_that_was_let_go_is_written_no_more_and_is_ended_when_the_phone_comes_back() {
    let mut site = Site::open().await;
    site.open_session();
    let (desk, _, _) = on_the_desk(site.phone);
    let live = desk.with(|phone| phone.start_live(&sound(), None)).unwrap();
    live.push(&vec![1; 70_000], None).unwrap();
    assert!(live.tick());
    live.let_go();
    assert!(!live.tick() && matches!(live.push(&[2; 10], None), Err(PhoneError::NoRecording)));

    desk.put_away().unwrap();
    let back = desk.bring_back().unwrap().unwrap();
    assert_eq!(back.recovered.iter().map(|one| one.item).collect::<Vec<_>>(), [live.status().item]);
    assert!(is_whole(&desk));
}

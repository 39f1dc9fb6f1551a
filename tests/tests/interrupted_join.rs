//! A joining that broke off leaves nothing behind: it is made again, and the bureau takes the chain that then begins.
#![expect(clippy::unwrap_used, reason = "a test says what failed by panicking")]

use liuhen_bureau::{Bureau, BureauConfig, admin};
use liuhen_core::{
    phone::Phone,
    ports::{Keystore, KeystoreError, Ports},
    sync::{Cancel, SyncOptions},
    system,
    vault::Vault,
};
use liuhen_record::{Kind, sign::DeviceKey};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

const OFFICERS: &str = include_str!("../../spec/examples/officers.json");

/// A keystore of which one signature fails.
struct Failing {
    inner: Arc<dyn Keystore>,
    left: AtomicU32,
}

impl Keystore for Failing {
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.inner.make_signing_key(name)
    }
    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.inner.public_key(name)
    }
    fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        match self.left.fetch_sub(1, Ordering::Relaxed) {
            1 => Err(KeystoreError::Platform("busy".to_owned())),
            _ => self.inner.sign(name, message),
        }
    }
    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError> {
        self.inner.make_wrapping_key(name)
    }
    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.inner.wrap(name, plain)
    }
    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.inner.unwrap(name, wrapped)
    }
    fn erase(&self, name: &str) -> Result<(), KeystoreError> {
        self.inner.erase(name)
    }
    fn kind(&self) -> &'static str {
        self.inner.kind()
    }
}

async fn bureau(office: &std::path::Path) -> Bureau {
    let bureau = Bureau::start(BureauConfig::new(office)).await.unwrap();
    admin::import_officers(office, OFFICERS).unwrap();
    bureau
}

/// Joins, and lets the bureau judge the chain.
async fn join(phone: &mut Phone, bureau: &Bureau, code: &str) {
    phone.enrol(&bureau.url(), code, "PHONE-09").await.unwrap();
    assert!(matches!(
        phone.vault().records_from(1, 1).unwrap()[0].parse().unwrap().kind,
        Kind::DeviceEnrolled(_)
    ));
    let synced = phone.sync(SyncOptions::default(), &mut |_| {}, &Cancel::new()).await.unwrap();
    assert_eq!(synced.waiting, None);
    assert_eq!(phone.vault().sent_to(), phone.vault().head().0 - 1);
}

#[tokio::test]
async fn a_joining_of_which_any_signature_fails_is_made_again_with_the_same_code() {
    let office = tempfile::tempdir().unwrap();
    let bureau = bureau(office.path()).await;
    // The first signature is that of the request, the second that of the first record.
    for (nth, reopened) in [(1, false), (2, false), (2, true)] {
        let pocket = tempfile::tempdir().unwrap();
        let system = system::desktop_ports(pocket.path()).unwrap();
        let keystore = Arc::new(Failing { inner: Arc::clone(&system.keystore), left: AtomicU32::new(nth) });
        let mut phone = Phone::start(pocket.path(), Ports { keystore, ..system.clone() }).unwrap().phone;
        let code = bureau.enrol_code().unwrap();
        assert!(phone.enrol(&bureau.url(), &code, "PHONE-09").await.is_err());
        assert_eq!(phone.vault().device(), None, "signature {nth}");
        assert!(phone.enrolment().is_err(), "nothing is kept of it");
        if reopened {
            drop(phone);
            phone = Phone::start(pocket.path(), system).unwrap().phone;
        }
        join(&mut phone, &bureau, &code).await;
    }
    assert_eq!(admin::devices(office.path()).unwrap().len(), 3, "no phone is there twice");
    bureau.stop().await;
}

#[tokio::test]
async fn a_phone_that_got_an_owner_and_no_first_record_joins_with_another_code() {
    let (office, pocket) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let bureau = bureau(office.path()).await;
    let ports = system::desktop_ports(pocket.path()).unwrap();
    // What a program before this one left when it was killed here.
    let mut vault = Vault::open(pocket.path(), &ports).unwrap().into_vault();
    let spki = ports.keystore.make_signing_key("device-left").unwrap();
    vault.set_device(DeviceKey::from_spki(&spki).unwrap().device(), "device-left").unwrap();
    drop(vault);
    let mut phone = Phone::start(pocket.path(), ports).unwrap().phone;
    assert!(!phone.today_view(false).unwrap().enrolled);
    join(&mut phone, &bureau, &bureau.enrol_code().unwrap()).await;
    bureau.stop().await;
}

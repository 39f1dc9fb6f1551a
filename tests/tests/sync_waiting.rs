//! There is always an answer to "why is it not at the bureau yet?", and waiting ends by itself.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_core::{
    ports::{Clock as _, Keystore, KeystoreError, Reach},
    sync::{STATUS_KEY, SyncError, SyncStatus, Waiting, Wake},
};
use liuhen_tests::{
    fault_proxy::{Fault, FaultProxy},
    sync_support::{Lie, LyingBureau, Office, TestPhone, bytes_of},
};
use std::sync::Arc;

async fn phone_with_work() -> (TestPhone, LyingBureau) {
    let bureau = LyingBureau::start().await;
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    phone.closed_session(1, &[&bytes_of(3_000, 1)]);
    (phone, bureau)
}

async fn waits_for(phone: &mut TestPhone) -> Option<Waiting> {
    let outcome = phone.sync().await.expect("not a failure");
    let kept: SyncStatus = phone.setting(STATUS_KEY).expect("kept");
    assert_eq!(kept.waiting, outcome.waiting, "what was reported is kept for later");
    outcome.waiting
}

#[tokio::test]
async fn a_phone_that_never_joined_says_so() {
    let mut phone = TestPhone::new();
    assert!(matches!(phone.sync().await, Err(SyncError::NotEnrolled)));
    assert_eq!(phone.syncer().waiting(&phone.vault).expect("readable"), Some(Waiting::Enrolment));
}

/// The keys of a phone that is locked: signing is refused.
struct Locked(Arc<dyn Keystore>);

impl Keystore for Locked {
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.0.make_signing_key(name)
    }
    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.0.public_key(name)
    }
    fn sign(&self, _name: &str, _message: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        Err(KeystoreError::Locked)
    }
    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError> {
        self.0.make_wrapping_key(name)
    }
    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.0.wrap(name, plain)
    }
    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.0.unwrap(name, wrapped)
    }
    fn erase(&self, name: &str) -> Result<(), KeystoreError> {
        self.0.erase(name)
    }
    fn kind(&self) -> &'static str {
        self.0.kind()
    }
}

#[tokio::test]
async fn why_a_synchronisation_failed_replaces_what_was_said_before_it() {
    let (mut phone, bureau) = phone_with_work().await;
    bureau.lie(Lie::ServerError);
    assert_eq!(waits_for(&mut phone).await, Some(Waiting::BureauTrouble { status: 500 }));
    bureau.lie(Lie::None);
    let keys = phone.ports.keystore.clone();
    phone.ports.keystore = Arc::new(Locked(keys.clone()));
    assert!(matches!(phone.sync().await, Err(SyncError::Keystore(_))));
    assert_eq!(phone.syncer().waiting(&phone.vault).expect("readable"), Some(Waiting::Keystore));
    phone.ports.keystore = keys;
    assert_eq!(waits_for(&mut phone).await, None);
    assert_eq!(phone.syncer().waiting(&phone.vault).expect("readable"), None);
}

#[tokio::test]
async fn without_network_or_where_bytes_cost_money_nothing_is_asked_of_anybody() {
    let (mut phone, bureau) = phone_with_work().await;
    bureau.lie(Lie::None);
    phone.options.office_ssids = vec!["执法局".into()];
    for (reach, metered, ssid, expected) in [
        (Reach::None, false, None, Waiting::Network),
        (Reach::Cellular, true, None, Waiting::OfficeWifi),
        (Reach::Cellular, false, None, Waiting::OfficeWifi),
        (Reach::Wifi, true, Some("执法局"), Waiting::OfficeWifi),
        (Reach::Wifi, false, Some("咖啡馆"), Waiting::OtherWifi),
    ] {
        phone.on_network(reach, metered, ssid);
        assert_eq!(waits_for(&mut phone).await, Some(expected.clone()), "{reach:?}");
        assert_eq!(phone.syncer().waiting(&phone.vault).expect("readable"), Some(expected));
    }
    assert_eq!(bureau.requests(), [""; 0]);
}

#[tokio::test]
async fn office_wifi_with_or_without_a_readable_name_and_a_cable_will_do() {
    for (reach, ssid) in [(Reach::Wifi, Some("执法局")), (Reach::Wifi, None), (Reach::Wired, None)] {
        let (mut phone, _bureau) = phone_with_work().await;
        phone.options.office_ssids = vec!["执法局".into()];
        phone.on_network(reach, false, ssid);
        assert_eq!(waits_for(&mut phone).await, None, "{reach:?} {ssid:?}");
    }
}

#[tokio::test]
async fn a_bureau_that_is_not_on_this_network_is_waited_for() {
    let (mut phone, bureau) = phone_with_work().await;
    let url = bureau.url().to_owned();
    drop(bureau);
    // A port of which nobody answers: the one of a listener that was closed.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let nobody = format!("http://{}", closed.local_addr().expect("an address"));
    drop(closed);
    phone.reach_bureau_at(&nobody);
    assert_eq!(waits_for(&mut phone).await, Some(Waiting::BureauUnreachable), "instead of {url}");
}

#[tokio::test]
async fn the_scheduler_waits_longer_each_time_and_a_person_does_not() {
    let (mut phone, bureau) = phone_with_work().await;
    bureau.lie(Lie::ServerError);
    phone.options.wake = Wake::Scheduled;
    let trouble = Some(Waiting::BureauTrouble { status: 500 });
    let mut waits = Vec::new();
    for _ in 0..6 {
        assert_eq!(waits_for(&mut phone).await, trouble);
        let Some(Waiting::BackOff { left_ms }) = waits_for(&mut phone).await else { panic!("no back-off") };
        waits.push(left_ms);
        phone.clock.pass(left_ms);
    }
    assert!(waits[5] > 4 * waits[0], "{waits:?}");
    waits_for(&mut phone).await;
    phone.options.wake = Wake::Asked;
    bureau.lie(Lie::None);
    assert_eq!(waits_for(&mut phone).await, None, "asked by a person, it is tried at once");
    phone.options.wake = Wake::Scheduled;
    assert_eq!(waits_for(&mut phone).await, None, "and success ends the waiting");
}

#[tokio::test]
async fn a_clock_set_back_by_years_does_not_hold_anything_up() {
    let (mut phone, bureau) = phone_with_work().await;
    bureau.lie(Lie::ServerError);
    phone.options.wake = Wake::Scheduled;
    waits_for(&mut phone).await;
    bureau.lie(Lie::None);
    phone.clock.change(|now| {
        now.wall_ms -= 10 * 365 * 86_400_000;
        now.boot_id = "second-boot".into();
        now.mono_ms = 5;
    });
    assert_eq!(waits_for(&mut phone).await, None);
}

#[tokio::test]
async fn a_piece_that_failed_waits_for_its_own_time() {
    let (mut phone, bureau) = phone_with_work().await;
    phone.options.wake = Wake::Scheduled;
    bureau.lie(Lie::UploadElsewhere);
    let Some(Waiting::PieceBackOff { pieces: 1, left_ms }) = waits_for(&mut phone).await else {
        panic!("no back-off")
    };
    bureau.lie(Lie::None);
    let Some(Waiting::PieceBackOff { pieces: 1, .. }) = waits_for(&mut phone).await else {
        panic!("not yet due")
    };
    assert!(!bureau.requests().contains(&"POST /v1/uploads".to_owned()));
    let said = |phone: &TestPhone| phone.syncer().waiting(&phone.vault).expect("readable");
    let Some(Waiting::PieceBackOff { left_ms: at_first, .. }) = said(&phone) else { panic!("no back-off") };
    phone.clock.pass(1_000);
    assert_eq!(said(&phone), Some(Waiting::PieceBackOff { pieces: 1, left_ms: at_first - 1_000 }));
    let kept = phone.clock.read();
    phone.clock.change(|now| {
        now.wall_ms -= 10 * 365 * 86_400_000;
        now.boot_id = "second-boot".into();
        now.mono_ms = 5;
    });
    let Some(Waiting::PieceBackOff { left_ms: then, .. }) = said(&phone) else { panic!("no back-off") };
    assert!((1..=at_first).contains(&then), "a clock set back makes no wait longer: {then}");
    phone.clock.change(|now| *now = kept);
    phone.clock.pass(left_ms);
    assert_eq!(said(&phone), None, "nothing is counted down to when it is due");
    assert_eq!(waits_for(&mut phone).await, None);
}

/// What was begun of it is gone: nothing is wrong with the piece.
#[tokio::test]
async fn a_piece_of_which_the_bureau_lost_the_beginning_is_sent_again_and_not_set_aside() {
    let office = Office::open().await;
    let proxy = FaultProxy::to(&office.url()).await;
    let mut phone = TestPhone::new();
    phone.enrol(&proxy.url(), &office.code()).await.expect("enrolled");
    phone.closed_session(1, &[&bytes_of(300_000, 1)]);
    proxy.plan_for_bodies_over(200_000, Fault::Answer { status: 410, retry_after_secs: None });
    let waiting = waits_for(&mut phone).await;
    assert!(matches!(waiting, Some(Waiting::PieceBackOff { pieces: 1, .. })), "{waiting:?}");
    assert_eq!(waits_for(&mut phone).await, None);
    assert_eq!(office.stored_items().len(), 1);
}

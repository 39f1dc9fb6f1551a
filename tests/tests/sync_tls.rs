//! TLS of the bureau's own: the key that the enrolment code names counts and nothing else, for every executor.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_bureau::tls::TlsSource;
use liuhen_core::{
    ports::TransportError,
    sync::{Cancel, Carrier, Conditions, Distrust, ENROLMENT_KEY, Enrolment, Queue, SyncError, Waiting},
};
use liuhen_record::{Digest, ItemId};
use liuhen_tests::sync_support::{Face, Office, Tapped, TestPhone, TlsTap, bytes_of};
use std::{io::Write as _, process::Command};

const BOTH: &[&str] = &["h2", "http/1.1"];

fn own() -> TlsSource {
    TlsSource::Own { names: vec!["bureau.example".into()] }
}

/// A bureau with TLS of its own, a tap with this face before it, and a phone that joined through nobody.
async fn office_and_phone() -> (Office, TestPhone) {
    let office = Office::open_with(|config| config.tls = Some(own())).await;
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("enrolled");
    (office, phone)
}

async fn tap(office: &Office, face: &Face, alpn: &[&str]) -> TlsTap {
    TlsTap::start(office.address(), &Face::of_bureau(&office.data_dir()), face, alpn).await
}

fn pin_of(phone: &TestPhone) -> Option<Digest> {
    phone.setting::<Enrolment>(ENROLMENT_KEY).expect("enrolled").tls_pin
}

fn is_refused_as_impostor(error: &SyncError) {
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::Certificate }), "{error}");
    let said = error.zh();
    assert!(said.starts_with("单位服务器身份未通过验证：服务器证书未通过验证"), "{said}");
    assert!(said.contains("资料全部保留"), "{said}");
}

fn all_whole(phone: &TestPhone, items: &[ItemId]) -> bool {
    items.iter().all(|item| phone.has_whole(*item) && !phone.is_freed(*item))
}

#[tokio::test]
async fn a_whole_synchronisation_goes_over_tls_and_http_2_from_end_to_end() {
    let office = Office::open_with(|config| config.tls = Some(own())).await;
    assert!(office.url().starts_with("https://127.0.0.1:"));
    let tap = tap(&office, &Face::of_bureau(&office.data_dir()), BOTH).await;
    let mut phone = TestPhone::new();
    phone.enrol(&tap.url(), &office.code()).await.expect("enrolled");
    let items = phone.closed_session(1, &[&bytes_of(2_000_000, 1), &bytes_of(90_000, 2)]);
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.items_stored, outcome.freed, outcome.waiting), (2, 2, None));
    assert_eq!(office.stored_items(), items.into_iter().collect());
    let http2 = Tapped { alpn: "h2".into(), began_as_http2: true };
    let seen = tap.seen();
    assert!(!seen.is_empty() && seen.iter().all(|tapped| *tapped == http2), "{seen:?}");
    assert_eq!(office.broken(), Vec::<String>::new());
}

#[tokio::test]
async fn where_only_http_1_is_agreed_upon_the_same_synchronisation_works() {
    let office = Office::open_with(|config| config.tls = Some(own())).await;
    let tap = tap(&office, &Face::of_bureau(&office.data_dir()), &["http/1.1"]).await;
    let mut phone = TestPhone::new();
    phone.enrol(&tap.url(), &office.code()).await.expect("enrolled");
    phone.closed_session(1, &[&bytes_of(70_000, 1)]);
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    assert!(tap.seen().iter().all(|tapped| tapped.alpn == "http/1.1" && !tapped.began_as_http2));
}

#[tokio::test]
async fn the_pin_is_the_digest_that_openssl_computes_of_the_bureaus_key() {
    let (office, phone) = office_and_phone().await;
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(Face::of_bureau(&office.data_dir()).certificate.as_bytes()).unwrap();
    let script = "openssl x509 -in \"$1\" -noout -pubkey | openssl pkey -pubin -outform der | sha256sum";
    let said = Command::new("sh").args(["-c", script, "sh"]).arg(file.path()).output().expect("openssl");
    let said = String::from_utf8(said.stdout).unwrap();
    assert_eq!(pin_of(&phone), said[..64].parse().ok(), "{said}");
    assert!(office.code().ends_with(&said[..64]) && office.code().starts_with("LH2-"));
}

#[tokio::test]
async fn a_relay_with_another_certificate_is_refused_though_the_bureau_behind_it_proves_its_log_key() {
    let (office, mut phone) = office_and_phone().await;
    let relay = tap(&office, &Face::impostor(), BOTH).await;
    let items = phone.closed_session(1, &[&bytes_of(50_000, 1)]);
    phone.reach_bureau_at(&relay.url());
    is_refused_as_impostor(&phone.sync().await.expect_err("an impostor"));
    let kept = phone.syncer().waiting(&phone.vault).unwrap();
    assert_eq!(kept, Some(Waiting::Untrusted(Distrust::Certificate)));
    assert!(all_whole(&phone, &items));

    let mut newcomer = TestPhone::new();
    is_refused_as_impostor(&newcomer.enrol(&relay.url(), &office.code()).await.expect_err("an impostor"));
    assert_eq!(relay.seen(), [], "not a byte was said to it");
}

/// Without a pin a wrong clock may be the reason; a key does not depend on clocks.
#[tokio::test]
async fn an_impostor_is_not_taken_for_a_wrong_clock() {
    let (office, mut phone) = office_and_phone().await;
    let relay = tap(&office, &Face::impostor(), BOTH).await;
    phone.reach_bureau_at(&relay.url());
    phone.clock.change(|now| now.wall_ms -= 400 * 86_400_000);
    is_refused_as_impostor(&phone.sync().await.expect_err("an impostor"));
}

#[tokio::test]
async fn an_expired_certificate_for_another_name_is_believed_when_its_key_is_the_pinned_one() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("old.pem"), folder.path().join("key.pem"));
    let expired = Face::impostor().expired();
    std::fs::write(&certificate, &expired.certificate).unwrap();
    std::fs::write(&key, &expired.key).unwrap();
    let office = Office::open_with(|config| config.tls = Some(TlsSource::Files { certificate, key })).await;
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("the key is what counts");
    phone.closed_session(1, &[&bytes_of(20_000, 1)]);
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
}

#[tokio::test]
async fn a_renewed_certificate_of_the_same_key_changes_nothing_for_phones() {
    let (office, mut phone) = office_and_phone().await;
    let renewed = Face::of_bureau(&office.data_dir()).expired();
    let tap = tap(&office, &renewed, BOTH).await;
    phone.reach_bureau_at(&tap.url());
    assert_eq!(phone.sync().await.expect("the same key").waiting, None);
}

#[tokio::test]
async fn a_pinned_bureau_is_never_spoken_to_without_tls() {
    let (office, mut phone) = office_and_phone().await;
    let plain = Office::open().await;
    let items = phone.closed_session(1, &[&bytes_of(5_000, 1)]);
    phone.reach_bureau_at(&plain.url());
    let error = phone.sync().await.expect_err("a downgrade");
    assert!(matches!(error, SyncError::Address(_)), "{error}");
    assert!(error.zh().contains("https://"), "{}", error.zh());
    // A server that speaks no TLS where it must is nobody.
    phone.reach_bureau_at(&plain.url().replace("http://", "https://"));
    is_refused_as_impostor(&phone.sync().await.expect_err("a downgrade"));
    assert!(all_whole(&phone, &items));
    let url = office.url().replace("https://", "http://");
    let error = TestPhone::new().enrol(&url, &office.code()).await.expect_err("a downgrade");
    assert!(matches!(error, SyncError::Address(_)), "{error}");
}

#[tokio::test]
async fn what_a_foreign_executor_is_given_names_the_pin_and_a_locked_phone_keeps_it() {
    let (office, mut phone) = office_and_phone().await;
    let (pin, relay) = (pin_of(&phone), tap(&office, &Face::impostor(), BOTH).await);
    let items = phone.closed_session(1, &[&bytes_of(40_000, 1), &bytes_of(30_000, 2)]);
    phone.options.carrier = Carrier::Shell;
    phone.sync().await.expect("records were sent");
    let conditions = Conditions { network: phone.ports.network.state(), options: phone.options.clone() };
    let mut queue = Queue::open(&phone.dir(), &phone.ports).unwrap();
    let tasks = queue.plan(&conditions).unwrap().tasks;
    assert!(tasks.len() >= 2 && pin.is_some() && tasks.iter().all(|task| task.request.tls_pin == pin));
    for task in &tasks {
        let mut elsewhere = task.request.clone();
        elsewhere.url = elsewhere.url.replace(&office.url(), &relay.url());
        let refused = phone.ports.transport.send(elsewhere).await.expect_err("an impostor");
        assert_eq!(refused, TransportError::Identity);
    }
    assert_eq!(relay.seen(), []);
    // Given back, they go up while the vault is locked, to whoever proves the same key.
    queue.on_wake(&[]).unwrap();
    queue.prepare_suspend().unwrap();
    let outcome = phone.syncer().upload(&phone.dir(), &mut |_| {}, &Cancel::new()).await.expect("uploaded");
    assert_eq!(outcome.pieces_sent, tasks.len() as u64);
    office.settled().await;
    assert_eq!(office.stored_items(), items.into_iter().collect());
}

#[tokio::test]
async fn a_bureau_that_lost_its_tls_key_is_found_again_by_a_code_and_by_no_other_bureaus() {
    let (mut office, mut phone) = office_and_phone().await;
    let before = pin_of(&phone);
    for name in ["tls-key.pem", "tls-certificate.pem"] {
        std::fs::remove_file(office.data_dir().join("keys").join(name)).unwrap();
    }
    office.restart().await;
    phone.reach_bureau_at(&office.url());
    phone.closed_session(1, &[&bytes_of(30_000, 1)]);
    is_refused_as_impostor(&phone.sync().await.expect_err("another key"));

    let held: Enrolment = phone.setting(ENROLMENT_KEY).unwrap();
    let stranger = Office::open_with(|config| config.tls = Some(own())).await;
    let error =
        phone.syncer().find_again(&held, &stranger.url(), &stranger.code()).await.expect_err("not ours");
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::OtherKey }), "{error}");

    let found = phone.syncer().find_again(&held, &office.url(), &office.code()).await.expect("ours");
    assert_ne!(found.tls_pin, before);
    assert_eq!(Enrolment { tls_pin: before, url: held.url.clone(), ..found.clone() }, held, "nothing else");
    phone.vault.put_setting(ENROLMENT_KEY, &found).unwrap();
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
}

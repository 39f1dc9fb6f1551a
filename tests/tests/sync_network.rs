//! The office's network: what makes it the office's is that the bureau proves itself on it, with internet or without;
//! a network that wants a login, and somebody else in the bureau's place, are recognised and named.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_core::{
    phone::{Phone, screen::PolicyView},
    ports::{
        Answer, Internet, Network as _, NetworkState, Reach, Request, Response, Transport, TransportError,
    },
    sync::{Cancel, Carrier, Distrust, SyncError, Waiting, Wake},
    system::{self, HttpTransport, SystemNetwork, Trust},
};
use liuhen_record::ItemId;
use liuhen_tests::sync_support::{Lie, LyingBureau, Office, Portal, PortalStyle, TestPhone, bytes_of};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

const PORTAL_ZH: &str = "该网络需要先登录认证（网页认证）";

fn wifi(internet: Internet) -> NetworkState {
    NetworkState { reach: Reach::Wifi, metered: false, internet, ssid: None }
}

async fn phone_at(office: &Office) -> (TestPhone, Vec<ItemId>) {
    phone_with_session(office, 1).await
}

async fn phone_with_session(office: &Office, number: u8) -> (TestPhone, Vec<ItemId>) {
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("enrolled");
    let items = phone.closed_session(number, &[&bytes_of(3_000, 1)]);
    (phone, items)
}

/// Nobody answers as they should.
struct Refusing(TransportError);

impl Transport for Refusing {
    fn send(&self, _: Request) -> Answer<'_> {
        let error = self.0.clone();
        Box::pin(async move { Err(error) })
    }
}

#[tokio::test]
async fn a_captive_portal_is_named_and_after_the_login_everything_goes_on_by_itself() {
    for style in [PortalStyle::Redirects, PortalStyle::Page, PortalStyle::Says] {
        let office = Office::open().await;
        let (mut phone, items) = phone_at(&office).await;
        let portal = Portal::before(&office.url(), style).await;
        phone.reach_bureau_at(&portal.url());
        let outcome = phone.sync().await.expect("not a failure");
        assert_eq!(outcome.waiting, Some(Waiting::Portal), "{style:?}");
        assert!(outcome.waiting.expect("waits").zh().starts_with(PORTAL_ZH));
        assert_eq!(portal.asked(), 1, "{style:?}: nothing but the first question is asked of a portal");
        assert!(items.iter().all(|item| phone.has_whole(*item)));
        portal.log_in().await;
        assert_eq!(phone.sync().await.expect("synchronised").waiting, None, "{style:?}");
        assert!(phone.is_freed(items[0]));
    }
}

#[tokio::test]
async fn a_portal_is_named_while_the_vault_is_locked_too() {
    let office = Office::open().await;
    let (mut phone, _) = phone_at(&office).await;
    let portal = Portal::before(&office.url(), PortalStyle::Page).await;
    portal.log_in().await;
    phone.reach_bureau_at(&portal.url());
    phone.options.carrier = Carrier::Shell;
    phone.sync().await.expect("records are sent");
    portal.log_out();
    // Another program, as after a restart: it has no connection from before.
    let another = HttpTransport::new(phone.ports.storage.clone(), &Trust::System).expect("a transport");
    phone.ports.transport = Arc::new(another);
    let upload = async |phone: &TestPhone| {
        let (dir, syncer) = (phone.dir(), phone.syncer());
        syncer.upload(&dir, &mut |_| {}, &Cancel::new()).await.expect("not a failure")
    };
    let outcome = upload(&phone).await;
    assert_eq!((outcome.pieces_sent, outcome.waiting), (0, Some(Waiting::Portal)));
    assert_eq!(portal.asked(), 1, "nothing but the first question is asked of a portal");
    portal.log_in().await;
    let outcome = upload(&phone).await;
    assert_eq!((outcome.pieces_sent, outcome.waiting), (1, None));
}

#[tokio::test]
async fn a_local_network_without_internet_is_as_good_as_any() {
    for internet in [Internet::Unreached, Internet::Unknown, Internet::Reached, Internet::Portal] {
        let office = Office::open().await;
        let (mut phone, items) = phone_at(&office).await;
        phone.network.set(wifi(internet));
        let outcome = phone.sync().await.expect("the bureau proves itself");
        assert_eq!(outcome.waiting, None, "{internet:?}");
        assert!(phone.is_freed(items[0]));
    }
}

#[tokio::test]
async fn where_the_system_knows_of_a_portal_silence_and_wrong_certificates_are_its_doing() {
    let office = Office::open().await;
    let (mut phone, _) = phone_at(&office).await;
    for error in [TransportError::Connect, TransportError::Lost, TransportError::Identity] {
        phone.ports.transport = Arc::new(Refusing(error.clone()));
        phone.network.set(wifi(Internet::Portal));
        assert_eq!(phone.sync().await.expect("waits").waiting, Some(Waiting::Portal), "{error}");
    }
    phone.network.set(wifi(Internet::Unreached));
    phone.ports.transport = Arc::new(Refusing(TransportError::Connect));
    let waiting = phone.sync().await.expect("waits").waiting.expect("something");
    assert!(waiting.zh().starts_with("等待办公室 Wi-Fi"), "{}", waiting.zh());
    phone.ports.transport = Arc::new(Refusing(TransportError::Identity));
    let error = phone.sync().await.expect_err("an impostor");
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::Certificate }));
    assert!(error.zh().contains("单位服务器身份未通过验证"));
}

#[tokio::test]
async fn an_impostor_with_everything_but_the_key_is_told_nothing() {
    let bureau = LyingBureau::start().await;
    let mut phone = TestPhone::new();
    phone.enrol(bureau.url(), &bureau.code()).await.expect("enrolled");
    let items = phone.closed_session(1, &[&bytes_of(3_000, 1)]);
    for lie in [Lie::ChallengeUnanswered, Lie::ChallengeReplayed, Lie::ChallengeForged] {
        bureau.lie(lie);
        let error = phone.sync().await.expect_err("not the bureau");
        assert!(error.zh().starts_with("单位服务器身份未通过验证"), "{lie:?}: {}", error.zh());
        assert_eq!(bureau.requests(), ["GET /v1/identity"], "{lie:?}: no login, no record, no byte of media");
        assert!(phone.has_whole(items[0]));
    }
    bureau.lie(Lie::None);
    assert_eq!(phone.sync().await.expect("the bureau").waiting, None);
}

/// The phone is carried out of the office after so many answers.
struct WalksOut {
    inside: Arc<dyn Transport>,
    network: Arc<SystemNetwork>,
    left: AtomicU32,
    sent: AtomicU32,
}

impl Transport for WalksOut {
    fn send(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            self.sent.fetch_add(1, Ordering::Relaxed);
            let answer = self.inside.send(request).await;
            if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
                let outside =
                    NetworkState { reach: Reach::Cellular, metered: true, ..wifi(Internet::Reached) };
                self.network.set(outside);
            }
            answer
        })
    }
}

fn walks_out_after(phone: &mut TestPhone, answers: u32) -> Arc<WalksOut> {
    let (left, sent) = (AtomicU32::new(answers), AtomicU32::new(0));
    let (inside, network) = (phone.ports.transport.clone(), phone.network.clone());
    let walk = Arc::new(WalksOut { inside, network, left, sent });
    phone.ports.transport = walk.clone();
    walk
}

#[tokio::test]
async fn what_was_not_sent_when_the_phone_leaves_the_office_waits_for_the_office() {
    let office = Office::open().await;
    for answers in 1..100 {
        let (mut phone, items) = phone_with_session(&office, answers as u8).await;
        let transport = phone.ports.transport.clone();
        let walk = walks_out_after(&mut phone, answers);
        let outcome = phone.sync().await.expect("not a failure");
        assert!(
            walk.sent.load(Ordering::Relaxed) <= answers,
            "after {answers} answers nothing more is asked"
        );
        if outcome.waiting.is_none() {
            assert!(answers > 6, "it left before the end of a synchronisation {answers} times");
            return;
        }
        assert_eq!(outcome.waiting, Some(Waiting::OfficeWifi), "after {answers} answers");
        assert!(phone.has_whole(items[0]) || phone.is_freed(items[0]), "freed by its receipt, or whole");
        phone.network.set(wifi(Internet::Reached));
        phone.ports.transport = transport;
        phone.options.wake = Wake::Scheduled;
        assert_eq!(
            phone.sync().await.expect("in the office").waiting,
            None,
            "nobody failed: nothing backs off"
        );
        assert!(phone.is_freed(items[0]));
    }
}

#[tokio::test]
async fn an_upload_with_the_vault_locked_waits_too_when_the_phone_leaves_the_office() {
    let office = Office::open().await;
    let (mut phone, _) = phone_at(&office).await;
    phone.options.carrier = Carrier::Shell;
    phone.sync().await.expect("records sent, pieces left to the shell");
    let walk = walks_out_after(&mut phone, 2);
    let uploaded =
        phone.syncer().upload(&phone.dir(), &mut |_| {}, &Cancel::new()).await.expect("no failure");
    assert_eq!((uploaded.waiting, uploaded.pieces_sent), (Some(Waiting::OfficeWifi), 0));
    assert_eq!(walk.sent.load(Ordering::Relaxed), 2, "it was asked who it is and what it lacks, no more");
}

/// The bureau takes the token for whatever is asked, and refuses it with every piece.
struct RefusesPieces {
    bureau: Arc<dyn Transport>,
    pieces: AtomicU32,
}

impl Transport for RefusesPieces {
    fn send(&self, request: Request) -> Answer<'_> {
        Box::pin(async move {
            if !request.url.ends_with("/v1/uploads") {
                return self.bureau.send(request).await;
            }
            self.pieces.fetch_add(1, Ordering::Relaxed);
            Ok(Response { status: 401, headers: Vec::new(), body: Vec::new() })
        })
    }
}

#[tokio::test]
async fn with_a_token_that_is_refused_no_other_piece_is_sent() {
    let office = Office::open().await;
    let (mut phone, _) = phone_at(&office).await;
    phone.closed_session(2, &[&bytes_of(3_000, 2), &bytes_of(3_000, 3)]);
    phone.options.carrier = Carrier::Shell;
    phone.sync().await.expect("records sent, pieces left to the shell");
    let refusing =
        Arc::new(RefusesPieces { bureau: phone.ports.transport.clone(), pieces: AtomicU32::new(0) });
    phone.ports.transport = refusing.clone();
    let uploaded =
        phone.syncer().upload(&phone.dir(), &mut |_| {}, &Cancel::new()).await.expect("no failure");
    assert_eq!((uploaded.waiting, uploaded.pieces_sent), (Some(Waiting::Login), 0));
    assert_eq!(refusing.pieces.load(Ordering::Relaxed), 1);
}

#[test]
fn every_reason_to_wait_has_a_sentence_in_both_languages() {
    let all = [
        Waiting::Enrolment,
        Waiting::Address,
        Waiting::Keystore,
        Waiting::Store,
        Waiting::Network,
        Waiting::OfficeWifi,
        Waiting::OtherWifi,
        Waiting::Portal,
        Waiting::BureauUnreachable,
        Waiting::ConnectionLost,
        Waiting::BureauTrouble { status: 503 },
        Waiting::BackOff { left_ms: 9_000 },
        Waiting::PieceBackOff { pieces: 2, left_ms: 9_000 },
        Waiting::InBackground { pieces: 2 },
        Waiting::Login,
        Waiting::OtherCore,
        Waiting::BureauChecking { items: 1 },
        Waiting::Witnesses { found: 1, needed: 2 },
        Waiting::RecordRefused { seq: 4, reason: "x".into() },
        Waiting::Parked { pieces: 1 },
        Waiting::DeviceRefused,
        Waiting::Clock,
        Waiting::Stopped,
        Waiting::Untrusted(Distrust::OtherKey),
        Waiting::Contradicted(Distrust::Forked { held: 3, offered: 7 }),
    ];
    let mut codes = std::collections::BTreeSet::new();
    for waiting in all {
        let (zh, en) = (waiting.zh(), waiting.en());
        assert!(zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{zh}");
        assert!(en.is_ascii() && !en.is_empty(), "{en}");
        assert!(codes.insert(waiting.code()), "{} twice", waiting.code());
    }
}

#[tokio::test]
async fn the_screen_says_what_this_phone_waits_for_by_its_own_settings() {
    let office = Office::open().await;
    let pocket = tempfile::tempdir().unwrap();
    let network = Arc::new(SystemNetwork::wired());
    let mut ports = system::desktop_ports(pocket.path()).unwrap();
    ports.network = network.clone();
    let mut phone = Phone::start(pocket.path(), ports).unwrap().phone;
    phone.enrol(&office.url(), &office.code(), "PHONE-09").await.unwrap();
    let said = |phone: &Phone| {
        let view = phone.sync_view(false).unwrap();
        assert!(view.unsent_records > 0, "something waits");
        view.code
    };

    let wired = network.state();
    network.set(NetworkState { reach: Reach::Cellular, metered: true, ..wired.clone() });
    assert_eq!(said(&phone).as_deref(), Some("office_wifi"));
    phone.set_sync_policy(&PolicyView { allow_metered: true, ..PolicyView::default() }).unwrap();
    assert_eq!(said(&phone), None, "nothing stands in the way of what may cost money");

    let named = PolicyView { office_ssids: vec!["执法局".to_owned()], ..PolicyView::default() };
    phone.set_sync_policy(&named).unwrap();
    network.set(NetworkState { ssid: Some("咖啡馆".to_owned()), ..wifi(Internet::Reached) });
    assert_eq!(said(&phone).as_deref(), Some("other_wifi"));
    network.set(NetworkState { ssid: Some("执法局".to_owned()), ..wifi(Internet::Reached) });
    assert_eq!(said(&phone), None);
}

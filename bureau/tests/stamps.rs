//! Time stamps (RFC 3161) by a real authority, `openssl ts`: asked, checked, kept, packed, and checked by openssl again.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, browser::Browser, memory::Memory, tsa};
use liuhen_bureau::{
    account::Role,
    admin::{self, AdminError},
    export,
    log::stamps::{StampError, Tsa},
};
use liuhen_record::{
    Digest,
    note::VerifierKey,
    package::{Options, Remark, Report, Rule, verify},
    timestamp::{TimestampAuthorities, TimestampError, TimestampRequest, TimestampToken},
};
use std::{fs, time::Duration};

fn asked(tsa: &tsa::Tsa, ca_pem: Option<&str>) -> Tsa {
    Tsa::new(&tsa.url, ca_pem).unwrap()
}

fn judged(package: &Memory, key: &VerifierKey, ca: Option<&TimestampAuthorities>) -> Report {
    let options = Options { bureau_key: Some(key), timestamp_authorities: ca, ..Options::default() };
    verify(package, &options).unwrap()
}

#[tokio::test]
async fn a_stamped_log_goes_into_packages_that_openssl_and_we_believe() {
    for key in ["ec -pkeyopt ec_paramgen_curve:P-256", "rsa:2048"] {
        let (office, tsa) = (Office::open().await, tsa::Tsa::start(key).await);
        let other = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
        let mut phone = office.phone().await;
        phone.capture(&[b"piece".to_vec()]);
        phone.send().await.ok();
        let wanted = asked(&tsa, Some(&tsa.ca_pem()));
        let (size, time_ms) = admin::stamp(&office.data_dir(), &wanted).await.unwrap();
        assert_eq!(size, 4, "the first record and the capture's three");
        assert_eq!(
            admin::stamp(&office.data_dir(), &wanted).await.unwrap(),
            (size, time_ms),
            "asked once a size"
        );
        phone.capture(&[b"after the stamp".to_vec()]);
        phone.send().await.ok();

        let mut package = Memory::default();
        export::package(office.bureau().office(), &mut package).unwrap();
        let vkey = office.bureau().office().notary.signer().verifier_key().clone();
        let proof = format!("data/proofs/{}/0000000001.tlog-proof", phone.device());
        let proof = String::from_utf8_lossy(&package.0[&proof]).into_owned();
        assert!(proof.contains("\n4\n"), "records are proved under the checkpoint that was stamped");
        assert!(package.0.contains_key("data/checkpoints/7.note"), "and later ones under the newest");
        let authorities = TimestampAuthorities::from_pem(&tsa.ca_pem()).unwrap();
        let report = judged(&package, &vkey, Some(&authorities));
        assert_eq!((report.is_sound(), report.counts.timestamps), (true, 1), "{:?}", report.broken);
        assert!(report.notes.iter().any(|note| note.remark == Remark::Stamped), "{:?}", report.notes);
        let report = judged(&package, &vkey, None);
        assert!(report.is_sound() && report.notes.iter().any(|note| note.remark == Remark::Timestamp));
        let strangers = TimestampAuthorities::from_pem(&other.ca_pem()).unwrap();
        let report = judged(&package, &vkey, Some(&strangers));
        assert_eq!(report.broken.iter().map(|broken| broken.rule).collect::<Vec<_>>(), [Rule::Timestamp]);

        let dir = tempfile::tempdir().unwrap();
        let [note, reply] = ["note", "tsr"].map(|extension| {
            let path = dir.path().join(extension);
            fs::write(&path, &package.0[&format!("data/checkpoints/4.{extension}")]).unwrap();
            path
        });
        assert!(tsa.openssl_verifies(&note, &reply), "{key}");
        assert!(!other.openssl_verifies(&note, &reply), "and by no other authority");
    }
}

#[tokio::test]
async fn a_token_of_another_authority_is_refused_and_not_kept() {
    let office = Office::open().await;
    let key = "ec -pkeyopt ec_paramgen_curve:P-256";
    let (tsa, other) = (tsa::Tsa::start(key).await, tsa::Tsa::start(key).await);
    office.phone().await;
    let refused = admin::stamp(&office.data_dir(), &asked(&tsa, Some(&other.ca_pem()))).await;
    assert!(
        matches!(refused, Err(AdminError::Stamp(StampError::Token(TimestampError::Untrusted(_))))),
        "{refused:?}"
    );
    let kept = office.bureau().office().read(|rows| rows.stamps(9)).unwrap();
    assert!(kept.is_empty());
}

#[tokio::test]
async fn a_reply_is_believed_about_one_file_and_one_request_and_in_no_other_spelling() {
    let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
    let authorities = TimestampAuthorities::from_pem(&tsa.ca_pem()).unwrap();
    let request = TimestampRequest::new(Digest::of(b"checkpoint"), [0xff, 0, 0, 0, 0, 0, 0, 1]);
    let answer = common::client().post(&tsa.url).body(request.to_der()).send().await.unwrap();
    let reply = answer.bytes().await.unwrap();
    let token = TimestampToken::parse_reply(&reply).unwrap();
    assert_eq!(token.check(b"checkpoint", Some(request.nonce())), Ok(()));
    assert_eq!(token.verify(&authorities), Ok(()));
    assert_eq!(token.check(b"another", None), Err(TimestampError::Imprint));
    assert_eq!(token.check(b"checkpoint", Some(b"another!")), Err(TimestampError::Nonce));
    for place in 0..reply.len() {
        for bit in [1, 0x80] {
            let mut changed = reply.to_vec();
            changed[place] ^= bit;
            let Ok(read) = TimestampToken::parse_reply(&changed) else { continue };
            let believed =
                read.check(b"checkpoint", Some(request.nonce())).is_ok() && read.verify(&authorities).is_ok();
            // What neither the token nor its signature covers: versions, the list of digests, the way the signer is
            // named, the root that was sent along.
            assert!(
                !believed
                    || (read.time_ms, read.imprint, &read.serial)
                        == (token.time_ms, token.imprint, &token.serial),
                "byte {place}"
            );
        }
        assert!(TimestampToken::parse_reply(&reply[..place]).is_err(), "{place} bytes of it");
    }
    let refused = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
    assert_eq!(TimestampToken::parse_reply(&refused), Err(TimestampError::Status(2)));
}

#[tokio::test]
async fn a_log_is_stamped_from_time_to_time_and_its_page_shows_the_token_and_what_went_wrong() {
    let mut office = Office::open().await;
    let tsa = tsa::Tsa::start("ec -pkeyopt ec_paramgen_curve:P-256").await;
    let mut phone = office.phone().await;
    office.stop().await;
    let mut config = office.config();
    config.tsa = Some(Tsa { every: Duration::from_hours(1), ..asked(&tsa, Some(&tsa.ca_pem())) });
    office.bureau = Some(liuhen_bureau::Bureau::start(config).await.unwrap());
    office.bureau().stamped().await;
    let stamps = office.bureau().office().read(|rows| rows.stamps(9)).unwrap();
    assert_eq!(stamps.len(), 1);
    let password = admin::add_account(&office.data_dir(), "综合科", Role::GeneralSection).unwrap();
    let mut browser = Browser::new(&office.url());
    browser.enter("综合科", &password).await;
    let page = browser.get("/console/log").await.text;
    assert!(page.contains("/console/log/1.tsr") && page.contains(&tsa.url), "{page}");
    let response = browser.get("/console/log/1.note").await;
    assert_eq!((response.status, response.text.as_str()), (200, stamps[0].note.as_str()));
    assert_eq!(browser.get("/console/log/2.tsr").await.status, 404);
    phone.url = office.url();
    phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();

    office.stop().await;
    let mut config = office.config();
    config.tsa = Some(Tsa::new("http://127.0.0.1:9/tsr", None).unwrap());
    office.bureau = Some(liuhen_bureau::Bureau::start(config).await.unwrap());
    office.bureau().stamped().await;
    browser.url = office.url();
    browser.sign_in("综合科", "a longer password").await;
    let page = browser.get("/console/log").await.text;
    assert!(page.contains("/console/log/1.tsr") && page.contains("最近一次未成功"), "{page}");
}

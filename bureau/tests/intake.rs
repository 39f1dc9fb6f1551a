//! Records: exactly once, in order, unchanged, and what is refused is kept.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{
    Office, body,
    browser::Browser,
    phone::{Phone, Written},
};
use liuhen_bureau::{
    account::Role,
    admin,
    store::{Incident, Ledger},
};
use liuhen_record::{Digest, Kind, kind::DayEnded};
use serde_json::json;

fn day_ended(day: &str) -> Kind {
    Kind::DayEnded(DayEnded { day: day.to_owned(), items: Vec::new() })
}

fn incidents(office: &Office) -> Vec<(String, i64, i64)> {
    let rows = office.bureau().office().read(|rows| rows.incidents(None, 100)).unwrap();
    rows.iter().map(|i| (i.kind.word().to_owned(), i.seq, i.times)).collect()
}

#[tokio::test]
async fn the_same_batch_again_changes_nothing() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    phone.capture(&[b"piece".to_vec()]);
    assert_eq!(phone.send().await.ok()["stored"], 3);
    let size = office.bureau().office().read(|rows| rows.log_size()).unwrap();
    let again = phone.post_records(&phone.records).await.ok();
    assert_eq!((again["stored"].as_i64(), again["next_seq"].as_i64()), (Some(0), Some(5)));
    assert_eq!(office.bureau().office().read(|rows| rows.log_size()).unwrap(), size);
    assert!(incidents(&office).is_empty());
}

#[tokio::test]
async fn a_batch_that_overlaps_what_is_stored_adds_only_the_rest() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    phone.write(None, day_ended("2026-03-10"));
    phone.send().await.ok();
    phone.write(None, day_ended("2026-03-11"));
    assert_eq!(phone.post_records(&phone.records).await.ok()["stored"], 1);
}

#[tokio::test]
async fn a_fork_is_refused_kept_and_counted() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let forked = phone.written(&phone.record(None, day_ended("2026-03-11")));
    phone.write(None, day_ended("2026-03-10"));
    phone.send().await.ok();
    let error = phone.post_records(std::slice::from_ref(&forked)).await.refused(409, "fork");
    assert_eq!(error["seq"], 2);
    assert_eq!(error["ours"], Digest::of(&phone.records[1].bytes).to_string());
    assert_eq!(error["yours"], Digest::of(&forked.bytes).to_string());
    phone.post_records(&[forked]).await.refused(409, "fork");
    assert_eq!(incidents(&office), [("fork".to_owned(), 2, 2)]);
}

#[tokio::test]
async fn a_gap_is_refused_and_what_precedes_it_is_stored() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    for day in ["2026-03-10", "2026-03-11", "2026-03-12"] {
        phone.write(None, day_ended(day));
    }
    let batch = [phone.records[1].clone(), phone.records[3].clone()];
    let error = phone.post_records(&batch).await.refused(409, "gap");
    assert_eq!((error["expected_seq"].as_i64(), error["next_seq"].as_i64()), (Some(3), Some(3)));
    assert_eq!(incidents(&office), [("gap".to_owned(), 4, 1)]);
    phone.post_records(&phone.records).await.ok();
}

#[tokio::test]
async fn masses_of_one_kind_of_refusal_do_not_hide_another() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let forked = phone.written(&phone.record(None, day_ended("2026-03-11")));
    phone.write(None, day_ended("2026-03-10"));
    phone.send().await.ok();
    let inside = office.bureau().office();
    let junk = phone.written(&phone.record(None, day_ended("2026-03-12")));
    let junk = Written { sig: None, ..junk };
    phone.post_records(&[junk]).await.refused(422, "record_refused");
    let first = inside.read(|rows| rows.incidents(None, 1)).unwrap().remove(0);
    let masses = |rows: &dyn Ledger| {
        let each =
            |n: i64| rows.add_incident(&Incident { theirs: Digest::of(&n.to_be_bytes()), ..first.clone() });
        (0..1200).try_for_each(each)
    };
    inside.write(masses).unwrap();
    let kept = inside.read(|rows| rows.incidents(None, 9999)).unwrap().len();
    assert!(kept < 1200, "a phone cannot fill the disk with what is refused: {kept}");
    phone.post_records(&[forked]).await.refused(409, "fork");
    assert_eq!(inside.read(|rows| rows.incidents(None, 9999)).unwrap().len(), kept + 1);
    assert!(incidents(&office).contains(&("fork".to_owned(), 2, 1)));
}

/// A phone that forked makes 1,000 refusals of another kind, later; another phone does so, too.
#[tokio::test]
async fn a_fork_stays_in_sight_whatever_is_refused_after_it() {
    let office = Office::open().await;
    let (mut forked, mut noisy) = (office.phone().await, office.phone().await);
    let fork = forked.written(&forked.record(None, day_ended("2026-03-11")));
    forked.write(None, day_ended("2026-03-10"));
    forked.send().await.ok();
    forked.post_records(&[fork]).await.refused(409, "fork");
    let inside = office.bureau().office();
    let masses_from = async |phone: &mut Phone| {
        office.clock.advance_ms(60_000);
        let junk = phone.written(&phone.record(None, day_ended("2026-03-12")));
        phone.post_records(&[Written { sig: None, ..junk }]).await.refused(422, "record_refused");
        let first = inside.read(|rows| rows.incidents(Some(phone.device()), 1)).unwrap().remove(0);
        let masses = |rows: &dyn Ledger| {
            let each = |n: i64| {
                rows.add_incident(&Incident { theirs: Digest::of(&n.to_be_bytes()), ..first.clone() })
            };
            (0..1000).try_for_each(each)
        };
        inside.write(masses).unwrap();
    };
    let password = admin::add_account(&office.data_dir(), "张主任", Role::SectionHead).unwrap();
    let mut browser = Browser::new(&office.url());
    browser.enter("张主任", &password).await;
    masses_from(&mut forked).await;
    let page = browser.get(&format!("/console/device/{}", forked.device())).await.text;
    assert!(page.contains("分叉") && page.contains("拒收"), "the fork is there, whatever else is");
    assert!(page.contains("共 <strong>1001</strong> 条"), "and it says that not all are listed");
    masses_from(&mut noisy).await;
    let list = browser.get("/console/devices").await.text;
    assert_eq!(list.matches("有异常").count(), 2, "both phones");
    let home = browser.get("/console").await.text;
    assert!(home.contains("分叉"));
    assert_eq!(home.matches("拒收").count(), 2, "one of each kind and phone");
}

/// What the way changed is not taken for what the phone wrote, though nothing of it is signed.
#[tokio::test]
async fn a_batch_that_names_its_head_counts_as_it_was_sent_or_not_at_all() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let session = body::session_id();
    phone.write(Some(session), Kind::SessionOpened(body::session_opened()));
    phone.write(Some(session), Kind::CaptureOpened(body::capture_opened(body::item_id())));
    phone.write(Some(session), Kind::CaptureOpened(body::capture_opened(body::item_id())));
    let sent = phone.records[1..].to_vec();
    let head = Digest::of(&sent.last().unwrap().bytes);
    let post = async |records: &[Written], head: Digest| {
        let records: Vec<_> = records
            .iter()
            .map(|r| serde_json::json!({ "bytes": String::from_utf8_lossy(&r.bytes) }))
            .collect();
        phone.post("/v1/records", serde_json::json!({ "records": records, "head": head })).await
    };
    for number in 0..sent.len() {
        let mut changed = sent.clone();
        let text = String::from_utf8(changed[number].bytes.clone()).unwrap();
        changed[number].bytes = text.replacen("\"wall_ms\":1", "\"wall_ms\":2", 1).into_bytes();
        assert_ne!(changed[number].bytes, sent[number].bytes);
        post(&changed, head).await.refused(400, "batch_digest");
    }
    post(&sent, Digest::of(b"another")).await.refused(400, "batch_digest");
    post(&sent[..2], head).await.refused(400, "batch_digest");
    assert_eq!(phone.get("/v1/records/head").await.ok()["next_seq"], 2, "nothing was taken");
    assert!(incidents(&office).is_empty(), "and nothing is held against the phone");
    assert_eq!(post(&sent, head).await.ok()["stored"], 3);
}

#[tokio::test]
async fn signatures_are_required_and_verified() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    phone.write(None, day_ended("2026-03-10"));
    let good = phone.records[1].clone();
    let unsigned = Written { sig: None, ..good.clone() };
    assert_eq!(phone.post_records(&[unsigned]).await.refused(422, "record_refused")["reason"], "not signed");
    let other = Written { sig: Some(phone.sign(b"other bytes")), ..good.clone() };
    phone.post_records(&[other]).await.refused(422, "record_refused");
    phone.post_records(&[good]).await.ok();
}

#[tokio::test]
async fn anything_but_the_canonical_bytes_is_refused() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    phone.write(None, day_ended("2026-03-10"));
    let text = String::from_utf8(phone.records[1].bytes.clone()).unwrap();
    let spellings = [
        text.replacen(',', ", ", 1),
        text.replacen("{\"body\"", "{\"extra\":1,\"body\"", 1),
        text.replacen("\"seq\":2", "\"seq\":2.0", 1),
        text.replacen("\"seq\":2", "\"seq\":2,\"seq\":2", 1),
        text.replacen("\"v\":1", "\"v\":2", 1),
        text[..text.len() - 1].to_owned(),
        "[".repeat(10_000),
    ];
    for spelling in spellings {
        let bytes = spelling.into_bytes();
        let record = Written { seq: 2, sig: Some(phone.sign(&bytes)), bytes };
        phone.post_records(&[record]).await.refused(422, "record_refused");
    }
    assert_eq!(phone.get("/v1/records/head").await.ok()["next_seq"], 2);
}

#[tokio::test]
async fn a_broken_chain_is_refused() {
    let office = Office::open().await;
    let phone = office.phone().await;
    let mut record = phone.record(None, day_ended("2026-03-10"));
    record.prev = Digest::of(b"another history");
    phone.post_records(&[phone.written(&record)]).await.refused(422, "record_refused");
}

#[tokio::test]
async fn a_record_of_another_device_is_refused() {
    let office = Office::open().await;
    let (phone, mut other) = (office.phone().await, office.phone().await);
    other.write(None, day_ended("2026-03-10"));
    phone.post_records(&other.records[1..]).await.refused(422, "record_refused");
}

#[tokio::test]
async fn the_ledger_stays_unambiguous() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (session, item) = phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    let unknown = body::session_id();
    let refused = [
        phone.record(Some(session), Kind::SessionOpened(body::session_opened())),
        phone.record(Some(unknown), Kind::CaptureOpened(body::capture_opened(body::item_id()))),
        phone.record(None, Kind::CaptureOpened(body::capture_opened(body::item_id()))),
        phone.record(Some(session), day_ended("2026-03-10")),
        phone.record(Some(session), Kind::CaptureOpened(body::capture_opened(item))),
        phone.record(Some(session), Kind::CaptureSealed(phone.sealed(item, &[b"again".to_vec()]))),
        phone.record(Some(session), Kind::CaptureSealed(phone.sealed(body::item_id(), &[b"never".to_vec()]))),
    ];
    for record in &refused {
        phone.post_records(&[phone.written(record)]).await.refused(422, "record_refused");
    }
    assert_eq!(incidents(&office).len(), refused.len());
    assert_eq!(phone.get("/v1/records/head").await.ok()["next_seq"], phone.next_seq());
}

#[tokio::test]
async fn the_first_record_enrols_the_device_at_this_bureau() {
    let office = Office::open().await;
    let mut phone = Phone::new(&office.url());
    phone.enrol(&office.code()).await.ok();
    phone.sign_in().await;
    let early = phone.written(&phone.record(None, day_ended("2026-03-10")));
    phone.post_records(&[early]).await.refused(422, "record_refused");
    let ours = std::mem::replace(&mut phone.vkey, "elsewhere+00000000+AAAA".to_owned());
    phone.write_enrolled();
    phone.send().await.refused(422, "record_refused");
    phone.records.clear();
    phone.vkey = ours;
    phone.write_enrolled();
    phone.send().await.ok();
}

#[tokio::test]
async fn hostile_bodies_are_refused_in_one_form_and_leave_nothing() {
    let office = Office::open().await;
    let phone = office.phone().await;
    let many: Vec<_> = (0..501).map(|_| json!({"bytes": "{}"})).collect();
    phone.post("/v1/records", json!({"records": many})).await.refused(413, "batch_too_large");
    phone.post("/v1/records", json!({"records": "no"})).await.refused(400, "bad_json");
    phone
        .post("/v1/records", json!({"records": [{"bytes": "{}", "sig": "!"}]}))
        .await
        .refused(400, "bad_base64");
    phone
        .post("/v1/records", json!({"records": [{"bytes": "x".repeat(9 << 20)}]}))
        .await
        .refused(413, "body_too_large");
    let long = "x".repeat((1 << 20) + 1);
    phone.post("/v1/records", json!({"records": [{"bytes": long}]})).await.refused(422, "record_refused");
    phone.get("/v1/receipts?seqs=9-1").await.refused(400, "bad_query");
    phone.get("/v1/receipts?seqs=1-99999").await.refused(400, "bad_query");
    phone.get("/v1/receipts?items=../../etc").await.refused(400, "bad_query");
    phone.get("/v1/receipts?since_size=-1").await.refused(400, "bad_query");
    phone.get("/v1/receipts?since_size=999999").await.refused(409, "ahead_of_log");
    phone.get("/v1/nowhere").await.refused(404, "not_found");
    phone.get("/v1/enrol").await.refused(405, "method");
    assert_eq!(phone.get("/v1/records/head").await.ok()["next_seq"], 2);
}

#[tokio::test]
async fn receipts_speak_of_ones_own_things_only() {
    let office = Office::open().await;
    let (mut phone, other) = (office.phone().await, office.phone().await);
    let (_, item) = phone.capture(&[b"piece".to_vec()]);
    phone.send().await.ok();
    phone.upload(item, 0, b"piece").await;
    let receipts = other.get(&format!("/v1/receipts?seqs=1-99&items={item}")).await.ok();
    assert_eq!(
        (receipts["records"].as_array().unwrap().len(), receipts["items"].as_array().unwrap().len()),
        (1, 0)
    );
}

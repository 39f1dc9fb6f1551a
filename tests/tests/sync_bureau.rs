//! A phone and the real bureau, over loopback, with everything that happens on the way: cut wires, lost answers,
//! restarts, expired logins, damaged files.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_bureau::{fault::Point, tls::TlsSource};
use liuhen_core::{
    ports::KeystoreError,
    sync::{Cancel, Enrolment, Stage, SyncError, SyncOutcome, Waiting},
    vault::{Opening, PieceState, VaultError},
};
use liuhen_record::{ItemId, Kind, kind::Trigger, kind::TriggerMarked, proof::TlogProof};
use liuhen_tests::sync_support::{CutWire, Face, Office, TestPhone, bytes_of, chosen_alpn};
use std::collections::BTreeSet;

/// A phone that joined a bureau through a wire.
type Joined = (TestPhone, Office, CutWire);

/// By HTTP/1.1 in plain text, as the demo speaks.
async fn joined() -> Joined {
    joined_to(Office::open().await).await
}

/// By HTTP/2 over the bureau's own TLS, as phones speak: they offer it (`sync_tls.rs`), and the bureau prefers it.
async fn joined_by_http2() -> Joined {
    let own = TlsSource::Own { names: vec!["bureau.example".into()] };
    let office = Office::open_with(|config| config.tls = Some(own)).await;
    let face = Face::of_bureau(&office.data_dir());
    assert_eq!(chosen_alpn(office.address(), &face, &["http/1.1", "h2"]).await, "h2");
    let joined = joined_to(office).await;
    assert!(joined.2.url().starts_with("https://"));
    joined
}

async fn joined_to(office: Office) -> Joined {
    let wire = CutWire::to(&office.url()).await;
    let mut phone = TestPhone::new();
    phone.enrol(&wire.url(), &office.code()).await.expect("enrolled");
    (phone, office, wire)
}

/// Everything that must hold when nothing is left to do.
fn assert_all_at_bureau(phone: &TestPhone, office: &Office, items: &[ItemId]) {
    let records = phone.vault.head().0 - 1;
    assert_eq!(
        office.log_size(),
        records as u64 + items.len() as u64,
        "one leaf for each record and each item"
    );
    let key = office.key();
    for seq in 1..=records {
        let record = phone.vault.record(seq).expect("readable").expect("there");
        let proof = phone
            .vault
            .record_receipt(seq)
            .expect("readable")
            .unwrap_or_else(|| panic!("record {seq}: no proof"));
        TlogProof::parse(&proof).expect("a proof").verify(&record.bytes, &key).expect("it holds");
    }
    for item in items {
        let receipt = phone.vault.item_receipt(*item).expect("readable").expect("a receipt");
        let proof = TlogProof::parse(&receipt.proof).expect("a proof");
        proof.verify(receipt.statement.as_bytes(), &key).expect("it holds");
    }
    assert_eq!(phone.count("media_freed"), items.iter().filter(|item| phone.is_freed(**item)).count());
    assert!(phone.vault.unsent_records(1).expect("readable").is_empty());
    assert!(phone.vault.check().expect("checked").is_whole());
}

fn assert_freed(phone: &TestPhone, items: &[ItemId]) {
    assert!(items.iter().all(|item| phone.is_freed(*item) && !phone.has_whole(*item)));
}

fn assert_here(phone: &TestPhone, items: &[ItemId]) {
    assert!(items.iter().all(|item| !phone.is_freed(*item) && phone.has_whole(*item)));
}

/// Synchronises until nothing is left, at most `most` times.
async fn sync_until_done(phone: &mut TestPhone, most: usize) -> usize {
    for round in 1..=most {
        let outcome = phone.sync().await.expect("the bureau is honest");
        if outcome.waiting.is_none() {
            return round;
        }
    }
    panic!("still waiting for {:?} after {most} rounds", phone.syncer().waiting(&phone.vault));
}

#[tokio::test]
async fn a_closed_session_goes_to_the_bureau_is_proved_and_freed() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(200_000, 1), &[], &bytes_of(1, 2)]);
    let outcome = phone.sync().await.expect("synchronised");
    let SyncOutcome { pieces_sent, items_stored, freed, waiting, .. } = outcome;
    assert_eq!((pieces_sent, items_stored, freed, waiting), (3, 3, 3, None));
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
    let key = phone.vault.file_key(items[0]).expect_err("the review key is gone");
    assert!(matches!(key, VaultError::Keystore(KeystoreError::Missing)));
}

#[tokio::test]
async fn a_second_synchronisation_finds_nothing_to_do_and_writes_nothing() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(5_000, 1)]);
    phone.sync().await.expect("synchronised");
    let before = phone.ledger();
    let outcome = phone.sync().await.expect("synchronised");
    // Meeting, logging in (two), heads, what is missed, proofs.
    assert_eq!(outcome, SyncOutcome { requests: 6, ..SyncOutcome::default() });
    assert_eq!(phone.ledger(), before, "no record about proofs of records about proofs");
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn media_of_an_open_session_is_stored_and_stays_for_the_review() {
    let (mut phone, office, _wire) = joined().await;
    let session = phone.open_session(1);
    let item = phone.capture(session, &bytes_of(5_000, 1));
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.items_stored, outcome.freed), (1, 0));
    assert_here(&phone, &[item]);
    phone.vault.file_key(item).expect("the party can still review it");
    phone.close_session(session);
    assert_eq!(phone.sync().await.expect("synchronised").freed, 1);
    assert_freed(&phone, &[item]);
    assert_all_at_bureau(&phone, &office, &[item]);
}

#[tokio::test]
async fn a_policy_can_keep_media_for_days_after_it_was_stored() {
    const DAY_MS: i64 = 86_400_000;
    let (mut phone, office, _wire) = joined().await;
    phone.options.free.keep_days = 2;
    let items = phone.closed_session(1, &[&bytes_of(5_000, 1)]);
    assert_eq!(phone.sync().await.expect("synchronised").freed, 0);
    for day in 1..=2 {
        assert_here(&phone, &items);
        phone.clock.pass(DAY_MS);
        office.pass(DAY_MS);
        assert_eq!(phone.sync().await.expect("synchronised").freed, u64::from(day == 2));
    }
    assert_freed(&phone, &items);
}

#[tokio::test]
async fn a_film_of_three_pieces_arrives_whole() {
    const MIB: usize = 1 << 20;
    let (mut phone, office, _wire) = joined().await;
    let session = phone.open_session(1);
    let film = phone.capture_stream(session, (0..70).map(|part| bytes_of(MIB, part)));
    phone.close_session(session);
    let len_bytes = phone.vault.item(film).expect("readable").expect("there").len_bytes as u64;
    assert!(len_bytes > 70 * MIB as u64);
    let mut told = Vec::new();
    let mut listen = |progress: liuhen_core::sync::Progress| {
        if progress.stage == Stage::Pieces {
            told.push((progress.done_bytes, progress.total_bytes));
        }
    };
    let outcome = phone.sync_telling(&mut listen, &Cancel::new()).await.expect("synchronised");
    assert_eq!((outcome.pieces_sent, outcome.bytes_sent, outcome.waiting), (3, len_bytes, None));
    assert_eq!((told.first(), told.last()), (Some(&(0, len_bytes)), Some(&(len_bytes, len_bytes))));
    assert_freed(&phone, &[film]);
    assert_all_at_bureau(&phone, &office, &[film]);
}

#[tokio::test]
async fn pieces_cut_anywhere_arrive_exactly_once() {
    cut_pieces(joined().await).await;
}

#[tokio::test]
async fn pieces_cut_anywhere_in_http_2_over_tls_arrive_exactly_once() {
    cut_pieces(joined_by_http2().await).await;
}

async fn cut_pieces((mut phone, office, wire): Joined) {
    let mut items = Vec::new();
    let mut cut_bytes: u64 = 0x1234;
    for round in 0..12 {
        let len_bytes = if round % 4 == 0 { 3_000_000 } else { 400_000 };
        items.extend(phone.closed_session(round + 1, &[&bytes_of(len_bytes, round.into())]));
        // A seeded walk over the places at which a connection can break.
        cut_bytes = cut_bytes.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        wire.cut_up_after((cut_bytes >> 33) % len_bytes as u64);
        let before = phone.ledger().len();
        phone.sync().await.expect("the bureau is honest");
        assert!(phone.ledger().len() - before < 4, "a cut does not write records");
        assert_eq!(wire.cuts_left(), 0, "every cut happens");
    }
    sync_until_done(&mut phone, 6).await;
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn one_synchronisation_outlives_two_cuts() {
    cut_twice(joined().await).await;
}

#[tokio::test]
async fn one_synchronisation_by_http_2_over_tls_outlives_two_cuts() {
    cut_twice(joined_by_http2().await).await;
}

async fn cut_twice((mut phone, office, wire): Joined) {
    let items = phone.closed_session(1, &[&bytes_of(6_000_000, 1)]);
    wire.cut_up_after(2_500_000);
    wire.cut_up_after(2_500_000);
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!(wire.cuts_left(), 0, "both cuts happened");
    assert_eq!((outcome.waiting, outcome.freed), (None, 1));
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn answers_lost_anywhere_cost_nothing_but_time() {
    lose_answers(joined().await).await;
}

#[tokio::test]
async fn answers_lost_anywhere_in_http_2_over_tls_cost_nothing_but_time() {
    lose_answers(joined_by_http2().await).await;
}

async fn lose_answers((mut phone, office, wire): Joined) {
    let mut items = Vec::new();
    for round in 0..14 {
        items.extend(phone.closed_session(round + 1, &[&bytes_of(20_000, u64::from(round))]));
        // The whole conversation has a few thousand bytes towards the phone: every answer is lost once.
        wire.cut_down_after(u64::from(round) * 450);
        phone.sync().await.expect("the bureau is honest");
        assert_eq!(wire.cuts_left(), 0, "every cut happens");
    }
    sync_until_done(&mut phone, 4).await;
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn a_bureau_that_fails_after_committing_is_asked_again_and_stores_once() {
    for point in [Point::RecordsCommitted, Point::ItemCommitted, Point::PieceWritten, Point::PieceInPlace] {
        let (mut phone, office, _wire) = joined().await;
        let items = phone.closed_session(1, &[&bytes_of(20_000, 1)]);
        office.fail_at(point, 1);
        sync_until_done(&mut phone, 3).await;
        assert_freed(&phone, &items);
        assert_all_at_bureau(&phone, &office, &items);
    }
}

#[tokio::test]
async fn an_item_of_one_piece_is_checked_with_its_piece_and_nothing_is_waited_for() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1)]);
    // Piece and item are one transaction: what fails after it costs an answer and nothing else.
    office.fail_at(Point::PieceCommitted, 1);
    let outcome = phone.sync().await.expect("not a lie");
    assert_eq!(outcome.waiting, None);
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn a_bureau_that_goes_on_failing_is_left_alone_after_three_attempts() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1)]);
    office.fail_at(Point::PieceWritten, 100);
    let outcome = phone.sync().await.expect("not a lie");
    assert_eq!(outcome.waiting, Some(Waiting::BureauTrouble { status: 500 }));
    assert_here(&phone, &items);
    let piece = &phone.vault.pieces(items[0]).expect("readable")[0];
    assert_eq!(piece.progress.attempts, 1);
    assert!(piece.progress.last_error.is_some());
    office.fail_at(Point::PieceWritten, 0);
    sync_until_done(&mut phone, 1).await;
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn a_bureau_restarted_in_between_goes_on_where_it_was() {
    restart_in_between(joined().await, Waiting::ConnectionLost).await;
}

#[tokio::test]
async fn a_bureau_restarted_in_between_goes_on_by_http_2_over_tls_where_it_was() {
    // What is cut before TLS said anything was never a connection.
    restart_in_between(joined_by_http2().await, Waiting::BureauUnreachable).await;
}

async fn restart_in_between((mut phone, mut office, wire): Joined, waiting: Waiting) {
    let mut items = phone.closed_session(1, &[&bytes_of(4_000_000, 1)]);
    for bytes in [1_500_000, 1_500_000, 0] {
        wire.cut_up_after(bytes);
    }
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!(outcome.waiting, Some(waiting), "three cuts in a row are enough for now");
    assert_here(&phone, &items);
    office.restart().await;
    wire.lead_to(&office.url());
    items.extend(phone.closed_session(2, &[&bytes_of(10, 2)]));
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!((outcome.waiting, outcome.pieces_sent), (None, 2));
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn a_login_that_expires_on_the_way_is_renewed() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1), &bytes_of(20_000, 2)]);
    let mut expired = 0;
    let mut expire = |progress: liuhen_core::sync::Progress| {
        if matches!(progress.stage, Stage::Pieces | Stage::Proofs) {
            office.pass(31 * 60_000);
            expired += 1;
        }
    };
    let outcome = phone.sync_telling(&mut expire, &Cancel::new()).await.expect("synchronised");
    assert!(expired >= 3);
    assert_eq!((outcome.waiting, outcome.freed), (None, 2));
    assert_all_at_bureau(&phone, &office, &items);
}

#[tokio::test]
async fn a_stopped_synchronisation_goes_on_later() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1), &bytes_of(20_000, 2)]);
    for stage in [Stage::Meeting, Stage::Records, Stage::Pieces, Stage::Proofs] {
        let cancel = Cancel::new();
        let mut stop = |progress: liuhen_core::sync::Progress| {
            if progress.stage == stage {
                cancel.cancel();
            }
        };
        let outcome = phone.sync_telling(&mut stop, &cancel.clone()).await.expect("stopped");
        assert_eq!(outcome.waiting, Some(Waiting::Stopped), "{stage:?}");
        assert_here(&phone, &items);
    }
    sync_until_done(&mut phone, 1).await;
    assert_freed(&phone, &items);
    assert_all_at_bureau(&phone, &office, &items);
}

/// More items than one request for proofs names.
#[tokio::test]
async fn what_was_proved_before_a_stop_stands_in_the_ledger() {
    let (mut phone, _office, _wire) = joined().await;
    let session = phone.open_session(1);
    let items: BTreeSet<_> = (0..110).map(|number| phone.capture(session, &bytes_of(50, number))).collect();
    let (cancel, mut asked) = (Cancel::new(), 0);
    let mut stop = |progress: liuhen_core::sync::Progress| {
        asked += u32::from(progress.stage == Stage::Proofs);
        if asked == 2 {
            cancel.cancel();
        }
    };
    let outcome = phone.sync_telling(&mut stop, &cancel.clone()).await.expect("stopped");
    assert_eq!((outcome.waiting, outcome.items_stored), (Some(Waiting::Stopped), 100));
    sync_until_done(&mut phone, 2).await;
    let records = phone.vault.records_from(1, 10_000).expect("readable");
    let told = records.iter().filter_map(|record| match record.parse().expect("a record").kind {
        Kind::ReceiptVerified(told) => Some(told.items),
        _ => None,
    });
    assert_eq!(told.flatten().collect::<BTreeSet<_>>(), items);
}

#[tokio::test]
async fn an_item_that_the_bureau_refused_stays_here_and_holds_up_nothing_else() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1), &bytes_of(20_000, 2)]);
    phone.send_records_only().await;
    office.refuse(items[0]);
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!(outcome.waiting, Some(Waiting::Parked { pieces: 1 }));
    assert_eq!((outcome.items_stored, outcome.freed), (1, 1));
    phone.syncer().unpark(&mut phone.vault, None).expect("taken up again");
    assert_eq!(phone.sync().await.expect("still honest").waiting, Some(Waiting::Parked { pieces: 1 }));
    let piece = &phone.vault.pieces(items[0]).expect("readable")[0];
    assert_eq!(piece.progress.state, PieceState::Parked);
    assert_eq!(piece.progress.last_error.as_deref(), Some("the pieces are not the sealed file"));
    assert!(phone.has_whole(items[0]) && !phone.is_freed(items[0]) && phone.is_freed(items[1]));
}

#[tokio::test]
async fn thousands_of_records_go_in_batches() {
    let (mut phone, office, _wire) = joined().await;
    let session = phone.open_session(1);
    let marked = |note: String| Kind::TriggerMarked(TriggerMarked { trigger: Trigger::T4, note });
    for number in 0..1_200 {
        phone.write(Some(session), marked(format!("第 {number} 件")));
    }
    // Three of these are more than a batch may hold.
    for _ in 0..3 {
        phone.write(Some(session), marked("长".repeat(200_000)));
    }
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!(outcome.waiting, None);
    assert_all_at_bureau(&phone, &office, &[]);
    let told = phone.vault.last_of_kind("receipt_verified").expect("readable").expect("written");
    let Kind::ReceiptVerified(told) = told.kind else { panic!("another kind") };
    assert_eq!(told.records_to_seq, 1 + 1 + 1_200 + 3);
}

#[tokio::test]
async fn a_piece_damaged_on_the_phone_is_parked_and_holds_up_nothing_else() {
    let (mut phone, office, _wire) = joined().await;
    let items = phone.closed_session(1, &[&bytes_of(20_000, 1), &bytes_of(20_000, 2)]);
    let path = phone.dir().join(format!("items/{}/0000.piece", items[0]));
    let mut bytes = std::fs::read(&path).expect("readable");
    bytes[10_000] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!(outcome.waiting, Some(Waiting::Parked { pieces: 1 }));
    assert_eq!((outcome.items_stored, outcome.freed), (1, 1));
    let piece = &phone.vault.pieces(items[0]).expect("readable")[0];
    assert_eq!(piece.progress.state, PieceState::Parked);
    assert_eq!(piece.progress.last_error.as_deref(), Some("damaged on this phone"));
    assert!(!phone.is_freed(items[0]) && path.exists(), "even damaged bytes stay");
    assert_eq!(office.log_size(), phone.vault.sent_to() as u64 + 1);
}

#[tokio::test]
async fn bytes_damaged_after_the_receipt_are_not_freed() {
    let (mut phone, _office, _wire) = joined().await;
    let session = phone.open_session(1);
    let item = phone.capture(session, &bytes_of(5_000, 1));
    phone.sync().await.expect("stored");
    let path = phone.dir().join(format!("items/{item}/0000.piece"));
    let mut bytes = std::fs::read(&path).expect("readable");
    bytes[4_000] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    phone.close_session(session);
    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.freed, phone.count("media_freed")), (0, 0));
    assert!(path.exists() && !phone.is_freed(item));
}

#[tokio::test]
async fn a_phone_whose_store_was_set_aside_joins_again_as_its_successor() {
    let (mut phone, office, _wire) = joined().await;
    phone.closed_session(1, &[&bytes_of(5_000, 1)]);
    phone.sync().await.expect("synchronised");
    let old: Enrolment = phone.setting("enrolment").expect("enrolled");
    let before = office.log_size();
    let TestPhone { vault, ports, .. } = phone;
    let Opening::Quarantined { vault, .. } = vault.set_aside(&ports, "for the test").expect("set aside")
    else {
        panic!("not set aside")
    };
    let syncer = liuhen_core::sync::Syncer::new(ports);
    let mut vault = vault;
    let new = syncer.succeed(&old, &Cancel::new()).await.expect("joined again");
    assert_ne!(new.device, old.device);
    assert_eq!(new.succeeds, Some(old.device));
    syncer.install(&mut vault, &new).expect("begun");
    let outcome = syncer.sync(&mut vault, &mut |_| {}, &Cancel::new()).await.expect("synchronised");
    assert_eq!(outcome.waiting, None);
    assert_eq!(office.log_size(), before + vault.head().0 as u64 - 1);
}

#[tokio::test]
async fn an_enrolment_whose_answer_was_lost_is_asked_for_again_with_the_same_code() {
    let office = Office::open().await;
    let wire = CutWire::to(&office.url()).await;
    let code = office.code();
    let mut phone = TestPhone::new();
    // The first answer (who the bureau is) passes; the one to the enrolment does not arrive whole.
    wire.cut_down_after(1_800);
    let lost = phone.enrol(&wire.url(), &code).await;
    assert_eq!(wire.cuts_left(), 0);
    assert!(matches!(lost, Err(SyncError::NotNow(Waiting::ConnectionLost))), "{lost:?}");
    phone.enrol(&wire.url(), &code).await.expect("the same key, the same code");
    let items = phone.closed_session(1, &[&bytes_of(100, 1)]);
    sync_until_done(&mut phone, 1).await;
    assert_all_at_bureau(&phone, &office, &items);
    let mut stranger = TestPhone::new();
    let refused = stranger.enrol(&office.url(), &code).await.expect_err("used");
    assert!(matches!(&refused, SyncError::Refused { code, .. } if code == "code_used"), "{refused}");
    assert!(refused.zh().contains("登记码"));
}

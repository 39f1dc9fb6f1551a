//! Two phones with one officer, two programs on one vault, one vault twice: nothing is there twice, no second history
//! of a device is accepted, and somebody is told.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_bureau::store::IncidentKind;
use liuhen_core::{
    sync::{Distrust, SyncError, Waiting},
    vault::{OpenError, Vault},
};
use liuhen_record::ItemId;
use liuhen_tests::{
    fault_proxy::FaultProxy,
    program::{BureauProcess, PhoneProcess, verified_package},
    sync_support::{Office, TestPhone, bytes_of},
};
use serde_json::Value;
use std::{collections::BTreeSet, sync::mpsc};

/// Longer than everything else that a synchronisation says.
const FILM_BYTES: usize = 2 << 20;

async fn joined(office: &Office) -> TestPhone {
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("enrolled");
    phone
}

fn assert_stored(office: &Office, phone: &TestPhone, items: &[ItemId]) {
    for item in items {
        let row = phone.vault.item(*item).unwrap().unwrap();
        assert_eq!(office.stored_sha256(*item), row.ct_sha256);
    }
}

#[tokio::test]
async fn two_phones_of_one_officer_synchronise_at_the_same_time_and_keep_apart() {
    let office = Office::open().await;
    let (mut one, mut other) = (joined(&office).await, joined(&office).await);
    // The same officer photographs the same thing with both.
    let photo = bytes_of(200_000, 1);
    let first = one.closed_session(1, &[&photo, &bytes_of(50_000, 2)]);
    let second = other.closed_session(2, &[&photo, &bytes_of(60_000, 3)]);
    let (a, b) = tokio::join!(one.sync(), other.sync());
    for outcome in [a.expect("synchronised"), b.expect("synchronised")] {
        assert_eq!((outcome.items_stored, outcome.freed, outcome.waiting), (2, 2, None));
    }
    assert_stored(&office, &one, &first);
    assert_stored(&office, &other, &second);
    let all: BTreeSet<ItemId> = first.iter().chain(&second).copied().collect();
    assert_eq!(office.stored_items(), all, "two photographs of one thing are two items");
    let records = (one.vault.head().0 - 1) + (other.vault.head().0 - 1);
    assert_eq!(office.log_size(), records as u64 + 4, "one leaf each");
    assert_eq!((office.incidents().len(), office.broken().len()), (0, 0));
}

#[tokio::test]
async fn a_second_program_on_the_same_vault_is_turned_away_while_the_first_lives() {
    let office = Office::open().await;
    let mut phone = joined(&office).await;
    let items = phone.closed_session(1, &[&bytes_of(5_000, 1)]);
    let before = phone.ledger();
    let second = Vault::open(&phone.dir(), &phone.ports).expect_err("in use");
    assert!(matches!(second, OpenError::InUse), "{second}");
    assert_eq!(phone.ledger(), before, "and changes nothing");
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    assert_stored(&office, &phone, &items);
    let phone = phone.restarted();
    assert!(phone.vault.check().unwrap().is_whole());
}

/// The first is held in the middle of its piece by a network that does not go on before the second has ended.
#[test]
fn a_second_command_says_that_the_vault_is_in_use_while_the_first_sends_and_the_first_ends_well() {
    let dir = tempfile::tempdir().unwrap();
    let bureau = BureauProcess::start(&dir.path().join("bureau"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let proxy = runtime.block_on(FaultProxy::to(bureau.says("url")));
    let phone = PhoneProcess::new(&dir.path().join("phone"));
    let film = dir.path().join("film.mp4");
    std::fs::write(&film, bytes_of(FILM_BYTES, 1)).unwrap();
    phone.work_a_day(&proxy.url(), bureau.says("enrol_code"), &[&film]);

    let (reached, middle) = mpsc::channel();
    let (go_on, held) = mpsc::channel::<()>();
    proxy.trip_after(FILM_BYTES as u64 / 2, move || {
        reached.send(()).unwrap();
        let _until_told_or_forgotten = held.recv();
    });
    std::thread::scope(|scope| {
        // Forgotten when something fails here: the first goes on then, and the failure is seen.
        let go_on = go_on;
        let first = scope.spawn(|| phone.ends(&["sync"]));
        middle.recv().expect("half of the film moved");
        assert!(proxy.seen().upload_bytes > 0 && !first.is_finished(), "the first is in the middle");
        for command in ["sync", "status", "check"] {
            let (code, said) = phone.ends(&[command]);
            assert_eq!((code, &said["ok"]), (Some(1), &false.into()), "{command}: {said}");
            assert_eq!(said["error"]["zh"], "证据库正被另一个程序使用，请先关闭它", "{command}");
        }
        assert!(!first.is_finished(), "it still waits");
        go_on.send(()).unwrap();
        let (code, said) = first.join().unwrap();
        assert_eq!((code, &said["ok"], &said["waiting"]), (Some(0), &true.into(), &Value::Null), "{said}");
    });
    let status = phone.must(&["status"]);
    assert_eq!((&status["not_stored"], &status["unsent_records"]), (&0.into(), &0.into()), "{status}");
    let report = verified_package(dir.path(), &dir.path().join("bureau"));
    assert_eq!(report["counts"]["items"], status["item_count"]);
    assert_eq!(report["counts"]["decrypted"], report["counts"]["items"]);
}

/// Both wrote on after the backup was put back: the first to synchronise is believed.
#[tokio::test]
async fn of_a_restored_backup_and_its_phone_only_one_history_is_accepted() {
    let office = Office::open().await;
    let mut phone = joined(&office).await;
    let shared = phone.closed_session(1, &[&bytes_of(30_000, 1)]);
    let (mut phone, mut restored) = phone.with_restored_backup();
    let ours = phone.closed_session(2, &[&bytes_of(40_000, 2)]);
    let theirs = restored.closed_session(3, &[&bytes_of(50_000, 3)]);

    let outcome = phone.sync().await.expect("synchronised");
    assert_eq!((outcome.items_stored, outcome.waiting), (2, None));
    let log_size = office.log_size();
    let chain = office.record_digests(phone.vault.device().unwrap());

    for _ in 0..2 {
        let error = restored.sync().await.expect_err("another history");
        let SyncError::Untrusted { why: Distrust::OlderCopy { seq } } = &error else { panic!("{error}") };
        assert!(*seq > 1);
        assert!(error.zh().contains(&format!("第 {seq} 号记录")), "{}", error.zh());
        assert!(error.zh().contains("单位服务器没有问题"), "the bureau is not blamed: {}", error.zh());
        let kept = restored.syncer().waiting(&restored.vault).expect("readable");
        assert!(matches!(kept, Some(Waiting::Untrusted(Distrust::OlderCopy { .. }))), "{kept:?}");
    }
    assert!(theirs.iter().chain(&shared).all(|item| restored.has_whole(*item)), "nothing was freed there");
    assert_eq!(office.log_size(), log_size, "no leaf for the second history");
    assert_eq!(office.record_digests(phone.vault.device().unwrap()), chain, "and no record of it");
    assert_eq!(office.stored_items(), shared.iter().chain(&ours).copied().collect());
    assert!(office.incidents().iter().all(|incident| incident.kind == IncidentKind::Fork));
    assert_eq!(phone.sync().await.expect("unharmed").waiting, None);
    assert_eq!(office.broken(), Vec::<String>::new());
}

/// A backup that wrote nothing of its own is only behind: it must not do anything that is done already.
#[tokio::test]
async fn a_restored_backup_that_wrote_nothing_finds_everything_done_by_the_other() {
    let office = Office::open().await;
    let mut phone = joined(&office).await;
    let session = phone.open_session(1);
    let item = phone.capture(session, &bytes_of(30_000, 1));
    let (mut phone, mut restored) = phone.with_restored_backup();
    // What the first one writes about its own proofs is not in the backup.
    assert_eq!(phone.sync().await.expect("synchronised").waiting, None);
    let (log_size, stored) = (office.log_size(), office.stored_items());
    let error = restored.sync().await.expect_err("the bureau knows more of this device than the backup does");
    // What it knows more carries no signature: nothing proves who is behind, and nobody is accused.
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::OtherRecord { .. } }), "{error}");
    assert!(error.zh().contains("多半是本机存储从较早的备份恢复过"), "{}", error.zh());
    assert_eq!((office.log_size(), office.stored_items()), (log_size, stored), "nothing is there twice");
    assert!(restored.has_whole(item) && !restored.is_freed(item));
    assert_eq!(office.incidents(), []);
}

/// Both at the same moment: whoever comes first wins, and the other is told.
#[tokio::test]
async fn a_phone_and_its_copy_at_the_same_moment_make_one_history() {
    let office = Office::open().await;
    let phone = joined(&office).await;
    let (mut phone, mut copy) = phone.with_restored_backup();
    phone.closed_session(1, &[&bytes_of(40_000, 1)]);
    copy.closed_session(2, &[&bytes_of(50_000, 2)]);
    let (a, b) = tokio::join!(phone.sync(), copy.sync());
    let refused = [a.as_ref().err(), b.as_ref().err()];
    assert_eq!(refused.iter().flatten().count(), 1, "exactly one is refused: {a:?}, {b:?}");
    let error = refused.into_iter().flatten().next().unwrap();
    assert!(matches!(error, SyncError::Untrusted { why: Distrust::OlderCopy { .. } }), "{error}");
    let winner = if a.is_ok() { &mut phone } else { &mut copy };
    assert_eq!(winner.sync().await.expect("unharmed").waiting, None);
    let digests: Vec<_> =
        winner.vault.records_from(1, 1_000).unwrap().into_iter().map(|r| r.digest).collect();
    assert_eq!(office.record_digests(winner.vault.device().unwrap()), digests);
    assert_eq!(office.broken(), Vec::<String>::new());
}

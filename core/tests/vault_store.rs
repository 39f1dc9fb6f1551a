//! The vault keeps what was written, and says so when it did not.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::{
    capture::{Capture, piece_path, take_photo},
    vault::{Draft, ItemReceipt, OpenError, Opening, PieceProgress, PieceState, Vault, VaultError},
};
use liuhen_record::{
    Digest, Record,
    chain::Chain,
    kind::{ItemState, MediaKind, TriggerMarked},
    sign::DeviceKey,
};
use std::fs;
use vault_support::{Phone, SESSION, files, flip, noise, plain_kind, signed_kind};

#[test]
fn records_form_one_chain_that_survives_reopening() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    for _ in 0..100 {
        vault.append(phone.check_draft()).unwrap();
    }
    let (next_seq, head) = vault.head();
    drop(vault);
    let vault = phone.open();
    assert_eq!(vault.head(), (next_seq, head));
    let mut chain = Chain::new(vault.device().unwrap());
    for stored in vault.records_from(1, 1000).unwrap() {
        assert_eq!(stored.digest, Digest::of(&stored.bytes));
        chain.append(&Record::parse(&stored.bytes).unwrap(), stored.digest).unwrap();
    }
    assert_eq!((chain.next_seq(), chain.head()), (102, head));
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn only_the_kinds_that_must_be_signed_are_signed_and_their_signatures_verify() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    vault.append(phone.check_draft()).unwrap();
    let signed = vault.append(Draft::new(None, signed_kind(), phone.stamp())).unwrap();
    let key: &DeviceKey = vault.device_key().unwrap();
    for stored in vault.records_from(1, 10).unwrap() {
        let must = stored.parse().unwrap().kind.must_be_signed();
        assert_eq!(stored.sig.is_some(), must);
        if let Some(signature) = &stored.sig {
            key.verify(&stored.bytes, signature).unwrap();
        }
    }
    assert!(vault.record(signed.seq).unwrap().unwrap().sig.is_some());
}

#[test]
fn several_records_are_written_together_or_not_at_all() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let before = vault.head();
    let sessionless = liuhen_record::Kind::TriggerMarked(TriggerMarked {
        trigger: serde_json::from_value(serde_json::json!("T1"))
            .or_else(|_| serde_json::from_value(serde_json::json!("t1")))
            .unwrap(),
        note: String::new(),
    });
    let drafts = vec![phone.check_draft(), Draft::new(None, sessionless, phone.stamp())];
    assert!(matches!(vault.append_all(drafts), Err(VaultError::Session { .. })));
    assert_eq!(vault.head(), before);
    assert_eq!(vault.append_all(vec![phone.check_draft(), phone.check_draft()]).unwrap().len(), 2);
}

#[test]
fn nothing_is_written_before_the_device_is_known_and_it_is_set_once() {
    let phone = Phone::new();
    let mut vault = phone.open();
    assert!(matches!(vault.append(phone.check_draft()), Err(VaultError::NoDevice)));
    phone.enrol(&mut vault);
    let device = vault.device().unwrap();
    assert!(matches!(vault.set_device(device, vault_support::SIGNING_KEY), Err(VaultError::HasDevice)));
}

#[test]
fn a_vault_has_one_owner() {
    let phone = Phone::new();
    let vault = phone.open();
    assert!(matches!(Vault::open(&phone.dir, &phone.ports), Err(OpenError::InUse)));
    drop(vault);
    drop(phone.open());
}

#[test]
fn the_outbox_is_the_ledger_after_the_mark() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    for _ in 0..3 {
        vault.append(phone.check_draft()).unwrap();
    }
    let seqs = |vault: &Vault| vault.unsent_records(10).unwrap().iter().map(|r| r.seq).collect::<Vec<_>>();
    assert_eq!(seqs(&vault), [1, 2, 3, 4]);
    vault.mark_sent(3).unwrap();
    vault.mark_sent(2).unwrap();
    assert_eq!(seqs(&vault), [4]);
    assert!(vault.record(3).unwrap().unwrap().sent);
    vault.mark_sent(1000).unwrap();
    assert_eq!((seqs(&vault), vault.sent_to()), (Vec::new(), 4));
    vault.append(phone.check_draft()).unwrap();
    drop(vault);
    assert_eq!(seqs(&phone.open()), [5]);
}

#[test]
fn settings_are_kept_replaced_and_forgotten() {
    let phone = Phone::new();
    let mut vault = phone.open();
    assert_eq!(vault.get_setting::<String>("officer").unwrap(), None);
    vault.put_setting("officer", &"张三").unwrap();
    vault.put_setting("officer", &"李四").unwrap();
    drop(vault);
    let mut vault = phone.open();
    assert_eq!(vault.get_setting::<String>("officer").unwrap().unwrap(), "李四");
    vault.remove_setting("officer").unwrap();
    assert_eq!(vault.get_setting::<String>("officer").unwrap(), None);
}

#[test]
fn no_name_of_a_person_stands_in_clear_in_any_file() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    vault.put_setting("officer", &"ZHANG-SAN-SECRET").unwrap();
    let mut begin = phone.begin(MediaKind::Other);
    begin.original_name = Some("ZHANG-SAN-SECRET.bin");
    take_photo(&mut vault, &phone.ports, &begin, b"ZHANG-SAN-SECRET").unwrap();
    drop(vault);
    for file in files(&phone.dir) {
        let bytes = fs::read(&file).unwrap();
        assert!(!bytes.windows(16).any(|w| w == b"ZHANG-SAN-SECRET"), "{} holds clear text", file.display());
    }
}

#[test]
fn an_item_goes_from_captured_to_stored_and_is_freed_only_with_a_receipt() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let sealed =
        take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &noise(100_000, 1)).unwrap();
    let item = sealed.item;
    let state = |vault: &Vault| vault.item(item).unwrap().unwrap().state;
    assert_eq!(state(&vault), ItemState::Sealed);
    assert!(vault.free_item(item, phone.stamp()).is_err(), "freed without a receipt");
    let piece = vault.pieces(item).unwrap().remove(0);
    assert_eq!(piece.sha256, sealed.digests.pieces[0].sha256);
    let progress = PieceProgress {
        state: PieceState::Uploading,
        upload_url: Some("https://example.test/v1/uploads/1".to_owned()),
        attempts: 2,
        not_before_ms: 7,
        last_error: Some("lost".to_owned()),
    };
    vault.put_piece_progress(item, 0, &progress).unwrap();
    assert_eq!(state(&vault), ItemState::Pending);
    assert_eq!(vault.pieces(item).unwrap()[0].progress, progress);
    let receipt = ItemReceipt { index: 9, statement: "{}".to_owned(), proof: "p".to_owned() };
    vault.put_item_receipt(item, &receipt).unwrap();
    assert_eq!((state(&vault), vault.item_receipt(item).unwrap()), (ItemState::Stored, Some(receipt)));
    assert!(vault.free_item(item, phone.stamp()).unwrap().is_some());
    assert!(vault.free_item(item, phone.stamp()).unwrap().is_none(), "freeing again changes nothing");
    assert!(phone.sealed_bytes(item).is_empty());
    assert_eq!(vault.kind_records("media_freed", 1).unwrap().len(), 1);
    assert!(vault.check().unwrap().is_whole());
}

#[test]
fn an_item_whose_local_bytes_differ_is_not_freed() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let item =
        take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &noise(1000, 1)).unwrap().item;
    let receipt = ItemReceipt { index: 9, statement: "{}".to_owned(), proof: "p".to_owned() };
    vault.put_item_receipt(item, &receipt).unwrap();
    flip(&phone.dir.join(piece_path(item, 0)), 500);
    assert!(matches!(vault.free_item(item, phone.stamp()), Err(liuhen_core::vault::FreeError::Differs)));
    assert!(!phone.sealed_bytes(item).is_empty());
    let report = vault.check().unwrap();
    assert!(report.broken.iter().any(|broken| broken.to_string().contains(&item.to_string())));
}

#[test]
fn erasing_the_session_key_ends_reading_here_and_changes_no_sealed_byte() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let plain = noise(70_000, 2);
    let item = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &plain).unwrap().item;
    let before = phone.sealed_bytes(item);
    let mut opener = liuhen_core::capture::open_item(&vault, &phone.ports, item).unwrap();
    let mut buf = vec![0; 100];
    assert_eq!(opener.read_at(65_500, &mut buf).unwrap(), 100);
    assert_eq!(buf, plain[65_500..65_600]);
    let capture = Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio)).unwrap();
    assert!(matches!(vault.erase_review_key(Some(SESSION)), Err(VaultError::ItemsOpen)));
    capture.finish(&mut vault, phone.stamp()).unwrap();
    vault.erase_review_key(Some(SESSION)).unwrap();
    vault.erase_review_key(Some(SESSION)).unwrap();
    assert!(liuhen_core::capture::open_item(&vault, &phone.ports, item).is_err());
    assert_eq!(phone.sealed_bytes(item), before);
    assert_eq!(phone.open_as_bureau(item), plain);
}

#[test]
fn a_newer_vault_is_refused_and_not_touched() {
    let phone = Phone::new();
    drop(phone.enrolled());
    let path = phone.dir.join("vault.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    conn.pragma_update(None, "journal_mode", "DELETE").unwrap();
    drop(conn);
    let before = fs::read(&path).unwrap();
    assert!(matches!(Vault::open(&phone.dir, &phone.ports), Err(OpenError::Newer { found: 99, .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_vault_is_set_aside_whole_and_capturing_goes_on() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    let item = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), b"kept").unwrap().item;
    drop(vault);
    fs::write(phone.dir.join("vault.db"), b"this is no database, it is something else entirely").unwrap();
    let (folder, mut vault) = quarantined(&phone);
    let aside = phone.dir.join("quarantine").join(&folder);
    assert!(fs::read(aside.join("vault.db")).unwrap().starts_with(b"this is no database"));
    assert!(aside.join("vault.key").exists());
    let note = fs::read_to_string(aside.join("note.json")).unwrap();
    assert!(note.contains(&item.to_string()), "the note lists the items that stay");
    assert!(!phone.sealed_bytes(item).is_empty(), "the item's bytes stay where they are");
    assert_eq!(vault.head(), (1, Digest::ZERO));
    phone.ports.keystore.erase(vault_support::SIGNING_KEY).unwrap();
    phone.enrol(&mut vault);
    take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), b"goes on").unwrap();
    drop(vault);
    drop(phone.open());
}

#[test]
fn a_quarantine_that_was_interrupted_is_finished_at_the_next_opening() {
    let phone = Phone::new();
    drop(phone.enrolled());
    let note = r#"{"folder":"20261123T010000Z-0","reason":"cut","set_aside_ms":0,"items":[]}"#;
    fs::write(phone.dir.join("quarantine.json"), note).unwrap();
    let (folder, vault) = quarantined(&phone);
    assert_eq!(folder, "20261123T010000Z-0");
    assert!(phone.dir.join("quarantine").join(folder).join("vault.db").exists());
    assert_eq!(vault.device(), None);
}

#[test]
fn a_missing_key_database_or_changed_key_sets_the_vault_aside() {
    for name in ["vault.key", "vault.db"] {
        let phone = Phone::new();
        drop(phone.enrolled());
        fs::remove_file(phone.dir.join(name)).unwrap();
        quarantined(&phone);
    }
    let phone = Phone::new();
    drop(phone.enrolled());
    flip(&phone.dir.join("vault.key"), 20);
    quarantined(&phone);
}

#[test]
fn yesterdays_database_put_back_is_noticed_and_nothing_is_lost() {
    let phone = Phone::new();
    drop(phone.enrolled());
    let database = phone.dir.join("vault.db");
    let yesterday = fs::read(&database).unwrap();
    let mut vault = phone.open();
    vault.append(phone.check_draft()).unwrap();
    drop(vault);
    let today = fs::read(&database).unwrap();
    fs::copy(&database, phone.dir.join("today.db")).unwrap();
    assert_ne!(yesterday, today);
    fs::write(&database, &yesterday).unwrap();
    match Vault::open(&phone.dir, &phone.ports).unwrap() {
        Opening::Quarantined { reason, folder, .. } => {
            assert!(reason.contains("older copy"), "{reason}");
            let aside = phone.dir.join("quarantine").join(folder).join("vault.db");
            assert_eq!(fs::read(aside).unwrap(), yesterday);
        }
        Opening::Ready(_) => panic!("yesterday's database was accepted"),
    }
}

#[test]
fn a_row_moved_to_another_place_is_noticed() {
    let phone = Phone::new();
    let mut vault = phone.enrolled();
    for _ in 0..3 {
        vault.append(phone.check_draft()).unwrap();
    }
    drop(vault);
    let conn = rusqlite::Connection::open(phone.dir.join("vault.db")).unwrap();
    conn.execute("UPDATE record SET sealed = (SELECT sealed FROM record WHERE seq = 2) WHERE seq = 3", [])
        .unwrap();
    drop(conn);
    assert!(
        matches!(Vault::open(&phone.dir, &phone.ports).unwrap(), Opening::Quarantined { reason, .. } if reason.contains("record 3"))
    );
}

fn quarantined(phone: &Phone) -> (String, Vault) {
    match Vault::open(&phone.dir, &phone.ports).unwrap() {
        Opening::Quarantined { folder, vault, .. } => (folder, vault),
        Opening::Ready(_) => panic!("a damaged vault was accepted"),
    }
}

#[test]
fn a_plain_record_has_no_session() {
    assert_eq!(plain_kind().needs_session(), Some(false));
}

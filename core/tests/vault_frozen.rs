//! Vaults written by every released schema still open, with all their rows.
//!
//! `core/frozen/vN` is never changed once schema N is released. `LIUHEN_FREEZE=1` writes the one of the newest schema,
//! when there is none.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::{
    capture::take_photo,
    vault::{ItemFilter, ItemReceipt},
};
use liuhen_record::{
    kind::{ItemState, MediaKind},
    seal::Identity,
};
use ring::rand::SystemRandom;
use std::{
    fs,
    path::{Path, PathBuf},
};
use vault_support::Phone;

fn frozen(version: u32) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/frozen")).join(format!("v{version}"))
}

#[test]
fn the_vault_of_schema_1_opens_with_all_its_rows() {
    if std::env::var_os("LIUHEN_FREEZE").is_some() && !frozen(1).exists() {
        freeze(&frozen(1));
    }
    let folder = tempfile::tempdir().unwrap();
    copy(&frozen(1), folder.path());
    let phone = Phone::at(folder.path(), Identity::make(&SystemRandom::new()).unwrap());
    let mut vault = phone.open();
    let expected = fs::read_to_string(frozen(1).join("expected.txt")).unwrap();
    assert_eq!(format!("{:?}\n", vault.head()), expected);
    let report = vault.check().unwrap();
    assert!(report.is_whole(), "{:?}", report.broken);
    let items = vault.items(&ItemFilter::default()).unwrap();
    let states: Vec<ItemState> = items.iter().map(|row| row.state).collect();
    assert_eq!(states, [ItemState::Stored, ItemState::Captured]);
    let mut plain = Vec::new();
    let mut opener = liuhen_core::capture::open_item(&vault, &phone.ports, items[0].item).unwrap();
    opener.copy_to(&mut plain).unwrap();
    assert_eq!(plain, b"frozen photograph");
    assert_eq!(vault.item_receipt(items[0].item).unwrap().unwrap().index, 9);
    assert_eq!(vault.record_receipt(1).unwrap().unwrap(), "proof");
    assert_eq!(vault.get_setting::<String>("officer").unwrap().unwrap(), "张三");
    assert_eq!(vault.sent_to(), 2);
    assert_eq!(phone.recover(&mut vault).len(), 1, "the item left open is ended");
    vault.append(phone.check_draft()).unwrap();
    assert!(vault.check().unwrap().is_whole());
}

/// A vault with a row of every table, one item stored and one left open.
fn freeze(target: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let phone = Phone::at(folder.path(), Identity::make(&SystemRandom::new()).unwrap());
    let mut vault = phone.enrolled();
    let item = take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), b"frozen photograph")
        .unwrap()
        .item;
    vault.put_setting("officer", &"张三").unwrap();
    vault.put_record_receipts(&[(1, "proof".to_owned())]).unwrap();
    let receipt = ItemReceipt { index: 9, statement: "{}".to_owned(), proof: "p".to_owned() };
    vault.put_item_receipt(item, &receipt).unwrap();
    vault.mark_sent(2).unwrap();
    let mut capture =
        liuhen_core::capture::Capture::begin(&mut vault, &phone.ports, &phone.begin(MediaKind::Audio))
            .unwrap();
    capture.push(b"frozen sound").unwrap();
    capture.tick().unwrap();
    let head = vault.head();
    drop((capture, vault));
    fs::remove_file(phone.dir.join("vault.lock")).unwrap();
    copy(folder.path(), target);
    fs::write(target.join("expected.txt"), format!("{head:?}\n")).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).unwrap();
        }
    }
}

//! Every changed byte of a vault is noticed, or changes nothing that can be read.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod vault_support;

use liuhen_core::{
    capture::{piece_path, take_photo},
    vault::{ItemFilter, ItemReceipt, Opening, Vault},
};
use liuhen_record::kind::MediaKind;
use std::{fs, path::Path};
use vault_support::{Phone, files, flip, noise};

/// Every byte of the small files and of the database's first page; of the rest every 11th, or every one with
/// `LIUHEN_EVERY_BYTE=1` (`./dev soak`).
#[test]
fn every_flipped_byte_of_a_small_vault_is_noticed_or_changes_nothing() {
    let phone = Phone::in_memory();
    let mut vault = phone.enrolled();
    let item =
        take_photo(&mut vault, &phone.ports, &phone.begin(MediaKind::Other), &noise(300, 3)).unwrap().item;
    vault.put_setting("officer", &"张三").unwrap();
    vault.put_record_receipts(&[(1, "proof".to_owned())]).unwrap();
    let receipt = ItemReceipt { index: 9, statement: "{}".to_owned(), proof: "p".to_owned() };
    vault.put_item_receipt(item, &receipt).unwrap();
    let expected = contents(&vault);
    drop(vault);
    compact(&phone.dir.join("vault.db"));
    let step = if std::env::var_os("LIUHEN_EVERY_BYTE").is_some() { 1 } else { 11 };
    let mut flips = Vec::new();
    for name in ["vault.db".to_owned(), "vault.key".to_owned(), "vault.head".to_owned(), piece_path(item, 0)]
    {
        let original = fs::read(phone.dir.join(&name)).unwrap();
        let used = (0..original.len()).filter(|at| original[*at] != 0 || !inside_a_run(&original, *at));
        flips.extend(used.filter(|at| *at < 4096 || at % step == 0).map(|at| (name.clone(), at)));
    }
    let (first, second) = flips.split_at(flips.len() / 2);
    let missed: Vec<String> = std::thread::scope(|scope| {
        let halves = [("copy-1", first), ("copy-2", second)];
        let workers = halves.map(|(copy, flips)| scope.spawn(|| unnoticed(&phone, copy, flips, &expected)));
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(missed.is_empty(), "{} of {} flips unnoticed: {missed:?}", missed.len(), flips.len());
}

/// The flips that nobody noticed though they changed something.
fn unnoticed(phone: &Phone, copy: &str, flips: &[(String, usize)], expected: &str) -> Vec<String> {
    let copy = phone.dir.parent().unwrap().join(copy);
    let noticed = |(name, at): &&(String, usize)| {
        copy_tree(&phone.dir, &copy);
        flip(&copy.join(name), *at);
        is_noticed(phone, &copy, expected)
    };
    flips.iter().filter(|flip| !noticed(flip)).map(|(name, at)| format!("{name} byte {at}")).collect()
}

/// Every 64th byte inside a long run of zeros stands for the others: unused space of a page.
fn inside_a_run(bytes: &[u8], at: usize) -> bool {
    let run = bytes[at.saturating_sub(16)..(at + 17).min(bytes.len())].iter().all(|byte| *byte == 0);
    run && !at.is_multiple_of(64)
}

/// Whether opening or checking refuses the copy, or everything in it still reads the same.
fn is_noticed(phone: &Phone, copy: &Path, expected: &str) -> bool {
    let mut ports = phone.ports.clone();
    ports.storage = std::sync::Arc::new(liuhen_core::system::DiskStorage::open(copy).unwrap());
    match Vault::open(copy, &ports) {
        Ok(Opening::Ready(vault)) => match vault.check() {
            Ok(report) => !report.is_whole() || contents(&vault) == expected,
            Err(_) => true,
        },
        Ok(Opening::Quarantined { .. }) | Err(_) => true,
    }
}

/// Everything that can be read from a vault, as text.
fn contents(vault: &Vault) -> String {
    let items = vault.items(&ItemFilter::default()).unwrap();
    let pieces: Vec<_> = items
        .iter()
        .map(|row| (vault.pieces(row.item).unwrap(), vault.item_receipt(row.item).unwrap()))
        .collect();
    format!(
        "{:?}\n{:?}\n{items:?}\n{pieces:?}\n{:?}\n{:?}\n{:?}",
        vault.head(),
        vault.records_from(1, 1000).unwrap(),
        vault.get_setting::<String>("officer").ok(),
        vault.record_receipt(1).ok(),
        (
            vault.device(),
            vault.signing_key(),
            vault.sent_to(),
            vault.kind_records("day_ended", 1).map(|r| r.len()).ok()
        ),
    )
}

/// Ends the write-ahead log and packs the pages, so that fewer of the bytes are unused.
fn compact(path: &Path) {
    let conn = rusqlite::Connection::open(path).unwrap();
    conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM;").unwrap();
}

fn copy_tree(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    fs::create_dir_all(to).unwrap();
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(&file, target).unwrap();
    }
}

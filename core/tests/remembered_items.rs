//! What the ledger says of items is remembered over a restart. It is never more than a copy: the ledger is the truth.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod vault_support;

use liuhen_core::{capture::take_photo, session::day::DayLine, vault::Vault};
use liuhen_record::kind::MediaKind;
use vault_support::{Phone, noise};

/// More than are read anew before they are remembered.
const MANY: usize = 2_100;
const REMEMBERED: &str = "seen_1";

/// The day's list of a phone that was just started.
fn started(phone: &Phone) -> Vec<DayLine> {
    let started = liuhen_core::phone::Phone::start(&phone.dir, phone.ports.clone()).unwrap();
    assert!(started.quarantined.is_none());
    started.phone.day_lines().unwrap()
}

fn photograph(phone: &Phone, vault: &mut Vault, seed: u64) {
    take_photo(vault, &phone.ports, &phone.begin(MediaKind::Other), &noise(1_000, seed)).unwrap();
}

fn filled(phone: &Phone) -> Vault {
    let mut vault = phone.enrolled();
    photograph(phone, &mut vault, 1);
    photograph(phone, &mut vault, 2);
    vault.append_all((0..MANY).map(|_| phone.check_draft()).collect()).unwrap();
    vault
}

#[test]
fn a_phone_with_many_records_shows_the_same_items_after_a_restart_and_those_that_came_since() {
    let phone = Phone::in_memory();
    drop(filled(&phone));
    let first = started(&phone);
    assert_eq!(first.len(), 2);
    assert_eq!(started(&phone), first);
    let mut vault = phone.open();
    assert!(vault.get_setting::<serde_json::Value>(REMEMBERED).unwrap().is_some(), "it was remembered");
    photograph(&phone, &mut vault, 3);
    drop(vault);
    let later = started(&phone);
    assert_eq!((later.len(), &later[..2]), (3, &first[..]));
}

#[test]
fn what_was_remembered_is_used_and_where_it_does_not_read_or_goes_too_far_the_ledger_is_read_again() {
    let phone = Phone::in_memory();
    drop(filled(&phone));
    let first = started(&phone);
    for wrong in [
        serde_json::json!("nonsense"),
        serde_json::json!({ "next_seq": 1_000_000, "captures": [], "told": {} }),
    ] {
        phone.open().put_setting(REMEMBERED, &wrong).unwrap();
        assert_eq!(started(&phone), first, "{wrong}");
    }
    // That what is remembered is used at all can be told by a copy that says less.
    let head = phone.open().head().0;
    let empty = serde_json::json!({ "next_seq": head, "captures": [], "told": {} });
    phone.open().put_setting(REMEMBERED, &empty).unwrap();
    assert_eq!(started(&phone), []);
}

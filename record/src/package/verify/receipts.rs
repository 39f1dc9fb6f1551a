//! The bureau's statements that it holds items, and decrypted copies.

use super::bag::Bag;
use super::ledger::Ledger;
use super::trust::Trust;
use super::{Broken, Entry, Fetch, Note, Remark, Report, Rule, parallel};
use crate::ItemId;
use crate::receipt::ItemStored;
use std::collections::BTreeSet;

const MAX_STATEMENT_BYTES: u64 = 4096;

/// Checks every receipt against the record that sealed its item, and every decrypted copy. Returns the items that the
/// bureau is proved to hold.
pub fn verify<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    trust: &Trust,
    workers: usize,
    report: &mut Report,
) -> BTreeSet<ItemId> {
    let all: Vec<&Entry> = bag
        .entries()
        .filter(|entry| matches!(entry, Entry::Receipt(_) | Entry::ReceiptProof(_) | Entry::Opened(..)))
        .collect();
    let checked = parallel::map(workers, &all, |entry| {
        let mut broken = Vec::new();
        let proven = match entry {
            Entry::Receipt(item) => receipt(bag, ledger, trust, *item, &mut broken).then_some(*item),
            Entry::ReceiptProof(item) => {
                if !bag.has(&Entry::Receipt(*item)) {
                    bag.hash(entry, &mut broken);
                    broken.push(Broken::at(Rule::Receipt, entry).because("no statement"));
                }
                None
            }
            // Its digest against the signed contents is checked there, where the file is hashed.
            _ => None,
        };
        (proven, broken)
    });
    let mut held = BTreeSet::new();
    for (proven, broken) in checked {
        held.extend(proven);
        report.add(broken);
    }
    report.counts.receipts += held.len() as u64;
    let without = ledger
        .items()
        .filter(|(item, _)| bag.has(&Entry::Item(**item)) && !bag.has(&Entry::Receipt(**item)))
        .count();
    if without > 0 {
        report.notes.push(Note::new(Remark::NoReceipt).because(without));
    }
    held
}

fn receipt<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    trust: &Trust,
    item: ItemId,
    broken: &mut Vec<Broken>,
) -> bool {
    let entry = Entry::Receipt(item);
    let Some((bytes, _)) = bag.read(&entry, MAX_STATEMENT_BYTES, broken) else { return false };
    let stored = match ItemStored::parse(&bytes) {
        Ok(stored) => stored,
        Err(error) => {
            broken.push(Broken::at(Rule::Receipt, &entry).because(error));
            return false;
        }
    };
    let matches = match ledger.sealed(item) {
        Some(sealed) => {
            stored.item == item
                && stored.device == sealed.device
                && stored.seq == sealed.seq
                && stored.record_sha256 == sealed.record_sha256
                && stored.ct_sha256 == sealed.ct_sha256
                && stored.len_bytes == sealed.len_bytes
        }
        // The record that would tell is missing or unreadable, and named already.
        None => stored.item == item && !ledger.is_complete(),
    };
    if !matches {
        broken.push(Broken::at(Rule::Receipt, &entry));
    }
    let proof = Entry::ReceiptProof(item);
    if !bag.has(&proof) {
        broken.push(Broken::at(Rule::Missing, &proof));
        return false;
    }
    trust.proof(bag, &proof, &bytes, broken) && matches
}

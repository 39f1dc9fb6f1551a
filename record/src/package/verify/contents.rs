//! The bureau's signed contents against what is there.

use super::super::contents::Contents;
use super::bag::Bag;
use super::ledger::Ledger;
use super::trust::Trust;
use super::{Broken, Entry, Fetch, Note, Options, Remark, Report, Rule};
use crate::{Digest, ItemId};
use std::collections::{BTreeMap, BTreeSet};

/// What of the items was found before.
pub struct Found {
    /// The digest of every item file.
    pub items: BTreeMap<ItemId, Digest>,
    /// The items that the bureau is proved to hold.
    pub held: BTreeSet<ItemId>,
}

/// Compares the signed contents with the records, the items and the files for which nothing else vouches.
pub fn verify<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    found: &Found,
    trust: &Trust,
    options: &Options<'_>,
    report: &mut Report,
) {
    let mut broken = Vec::new();
    let files = hash_files(bag, ledger, &mut broken);
    let signed = if bag.has(&Entry::Contents) {
        read(bag, trust, &mut broken)
    } else {
        if options.unsigned_contents {
            report.notes.push(Note::new(Remark::NoContents));
        } else {
            broken.push(Broken::at(Rule::ContentsMissing, &Entry::Contents));
        }
        None
    };
    if let Some(contents) = &signed {
        compare_heads(contents, ledger, &mut broken);
        compare_items(contents, &found.items, &mut broken);
        compare_files(contents, &files, &mut broken);
    }
    left_out(bag, ledger, signed.is_some(), &found.held, report, &mut broken);
    report.add(broken);
}

fn read<F: Fetch + ?Sized>(bag: &Bag<'_, F>, trust: &Trust, broken: &mut Vec<Broken>) -> Option<Contents> {
    let text = trust.note(bag, &Entry::Contents, broken)?;
    match Contents::parse(&text) {
        Ok(contents) => Some(contents),
        Err(error) => {
            broken.push(Broken::at(Rule::Contents, &Entry::Contents).because(error));
            None
        }
    }
}

/// Hashes the files for which nothing else vouches; decrypted copies are compared with their records.
fn hash_files<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    broken: &mut Vec<Broken>,
) -> BTreeMap<Entry, Digest> {
    let mut files = BTreeMap::new();
    for entry in bag.entries().filter(|entry| entry.needs_contents_line()) {
        let Some((digest, _)) = bag.hash(entry, broken) else { continue };
        files.insert(entry.clone(), digest);
        if let Entry::Opened(item, _) = entry
            && ledger.sealed(*item).is_none_or(|sealed| sealed.pt_sha256 != digest)
        {
            broken.push(Broken::at(Rule::OpenedCopy, entry));
        }
    }
    files
}

fn compare_heads(contents: &Contents, ledger: &Ledger, broken: &mut Vec<Broken>) {
    let heads: BTreeMap<_, _> = ledger.heads().map(|(device, seq, head)| (device, (seq, head))).collect();
    for (device, (seq, digest)) in &contents.devices {
        match heads.get(device) {
            None => broken.push(Broken::at(Rule::Missing, &Entry::Device(*device))),
            Some((last, _)) if last < seq => {
                for missing in (last + 1..=*seq).take(100) {
                    broken.push(
                        Broken::at(Rule::Contents, &Entry::Record(*device, missing)).because("missing"),
                    );
                }
            }
            Some((last, _)) if last > seq => {
                let first = Entry::Record(*device, seq + 1);
                broken.push(Broken::at(Rule::Contents, &first).because("added after the list was signed"));
            }
            Some((_, head)) if head != digest => {
                broken.push(Broken::at(Rule::Contents, &Entry::Record(*device, *seq)));
            }
            Some(_) => {}
        }
    }
    for device in heads.keys().filter(|device| !contents.devices.contains_key(device)) {
        broken.push(Broken::at(Rule::Contents, &Entry::Device(*device)).because("not listed"));
    }
}

fn compare_items(contents: &Contents, items: &BTreeMap<ItemId, Digest>, broken: &mut Vec<Broken>) {
    for (item, digest) in &contents.items {
        let entry = Entry::Item(*item);
        match items.get(item) {
            None => broken.push(Broken::at(Rule::ItemMissing, &entry)),
            Some(found) if found != digest => broken.push(Broken::at(Rule::Contents, &entry)),
            Some(_) => {}
        }
    }
    for item in items.keys().filter(|item| !contents.items.contains_key(item)) {
        broken.push(Broken::at(Rule::Contents, &Entry::Item(*item)).because("not listed"));
    }
}

fn compare_files(contents: &Contents, files: &BTreeMap<Entry, Digest>, broken: &mut Vec<Broken>) {
    for (entry, digest) in &contents.files {
        match files.get(entry) {
            None => broken.push(Broken::at(Rule::Missing, entry)),
            Some(found) if found != digest => broken.push(Broken::at(Rule::Contents, entry)),
            Some(_) => {}
        }
    }
    for entry in files.keys().filter(|entry| !contents.files.contains_key(entry)) {
        broken.push(Broken::at(Rule::Contents, entry).because("not listed"));
    }
}

/// Sealed items without a file: left out by the bureau's own word, freed by the phone after the bureau's receipt, or
/// missing.
fn left_out<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    ledger: &Ledger,
    signed: bool,
    held: &BTreeSet<ItemId>,
    report: &mut Report,
    broken: &mut Vec<Broken>,
) {
    for (item, sealed) in ledger.items().filter(|(item, _)| !bag.has(&Entry::Item(**item))) {
        let remark = if signed {
            Remark::NotIncluded
        } else if ledger.is_freed(*item) && held.contains(item) {
            report.counts.freed += 1;
            Remark::Freed
        } else {
            broken.push(Broken::at(Rule::ItemMissing, &Entry::Item(*item)));
            continue;
        };
        let mut note = Note::new(remark).because(item);
        note.session = sealed.session;
        note.item = Some(*item);
        report.notes.push(note);
    }
}

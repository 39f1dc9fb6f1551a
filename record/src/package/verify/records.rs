//! Reading the records: bytes, form, signature and proof of each, many at once; the ledger takes them in order.

use super::bag::Bag;
use super::ledger::Ledger;
use super::trust::Trust;
use super::{Broken, Entry, Fetch, Note, Remark, Report, Rule, parallel};
use crate::record::MAX_RECORD_BYTES;
use crate::sign::DeviceKey;
use crate::{DeviceId, Digest, Record};
use std::collections::BTreeMap;

/// Records read before the ledger takes them: bounds memory.
const BATCH: usize = 256;
/// A P-256 signature in DER has at most 72 bytes.
const MAX_SIGNATURE_BYTES: u64 = 256;
const MAX_PEM_BYTES: u64 = 4096;

/// A record file as read.
pub struct ReadRecord {
    /// The device of the folder.
    pub device: DeviceId,
    /// The number of the file name.
    pub seq: i64,
    /// SHA-256 of the bytes, when they could be read.
    pub digest: Option<Digest>,
    /// The record, when it is one.
    pub record: Option<Record>,
    signed: bool,
    proven: bool,
    broken: Vec<Broken>,
}

/// The devices' keys.
pub fn device_keys<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    report: &mut Report,
) -> BTreeMap<DeviceId, DeviceKey> {
    let mut keys = BTreeMap::new();
    let mut broken = Vec::new();
    for entry in bag.entries() {
        let Entry::Device(device) = entry else { continue };
        let Some(pem) = bag.read_text(entry, MAX_PEM_BYTES, Rule::DeviceKey, &mut broken) else { continue };
        match DeviceKey::from_pem(&pem) {
            // One spelling only, so that no byte of the file is free.
            Ok(key) if key.device() == *device && key.pem() == pem => {
                keys.insert(*device, key);
            }
            Ok(_) => broken.push(Broken::at(Rule::DeviceKey, entry)),
            Err(error) => broken.push(Broken::at(Rule::DeviceKey, entry).because(error)),
        }
    }
    report.counts.devices = keys.len() as u64;
    report.add(broken);
    keys
}

/// Reads every record and gives it to the ledger.
pub fn verify<F: Fetch + ?Sized>(
    bag: &Bag<'_, F>,
    keys: &BTreeMap<DeviceId, DeviceKey>,
    trust: &Trust,
    workers: usize,
    ledger: &mut Ledger,
    report: &mut Report,
) {
    let all: Vec<(DeviceId, i64)> = bag
        .entries()
        .filter_map(|entry| if let Entry::Record(device, seq) = entry { Some((*device, *seq)) } else { None })
        .collect();
    let mut unproven = 0;
    for batch in all.chunks(BATCH) {
        let read = parallel::map(workers, batch, |(device, seq)| {
            ReadRecord::read(bag, keys.get(device), trust, *device, *seq)
        });
        for mut one in read {
            report.add(one.broken.drain(..));
            report.counts.records += u64::from(one.record.is_some());
            report.counts.signatures += u64::from(one.signed);
            report.counts.proofs += u64::from(one.proven);
            unproven += u64::from(!one.proven);
            ledger.take(&one, report);
        }
    }
    if unproven > 0 {
        report.notes.push(Note::new(Remark::NoProof).because(unproven));
    }
    strays(bag, keys, report);
}

/// Signatures and proofs of records that are not there, and devices whose key is not there.
fn strays<F: Fetch + ?Sized>(bag: &Bag<'_, F>, keys: &BTreeMap<DeviceId, DeviceKey>, report: &mut Report) {
    let mut broken = Vec::new();
    let mut keyless = None;
    for entry in bag.entries() {
        match entry {
            Entry::Record(device, _) if !keys.contains_key(device) && keyless != Some(*device) => {
                keyless = Some(*device);
                let key = Entry::Device(*device);
                if !bag.has(&key) {
                    broken.push(Broken::at(Rule::Missing, &key));
                }
            }
            Entry::Signature(device, seq) | Entry::Proof(device, seq)
                if !bag.has(&Entry::Record(*device, *seq)) =>
            {
                bag.hash(entry, &mut broken);
                broken.push(Broken::at(Rule::RecordPlace, entry));
            }
            _ => {}
        }
    }
    report.add(broken);
}

impl ReadRecord {
    fn read<F: Fetch + ?Sized>(
        bag: &Bag<'_, F>,
        key: Option<&DeviceKey>,
        trust: &Trust,
        device: DeviceId,
        seq: i64,
    ) -> Self {
        let mut one = Self {
            device,
            seq,
            digest: None,
            record: None,
            signed: false,
            proven: false,
            broken: Vec::new(),
        };
        let entry = Entry::Record(device, seq);
        let Some((bytes, digest)) = bag.read(&entry, MAX_RECORD_BYTES as u64, &mut one.broken) else {
            return one;
        };
        one.digest = Some(digest);
        match Record::parse(&bytes) {
            Ok(record) if record.device == device && record.seq == seq => one.record = Some(record),
            Ok(_) => one.broken.push(Broken::at(Rule::RecordPlace, &entry)),
            Err(error) => one.broken.push(Broken::at(Rule::RecordForm, &entry).because(error)),
        }
        one.check_signature(bag, key, &bytes);
        let proof = Entry::Proof(device, seq);
        if bag.has(&proof) {
            one.proven = trust.proof(bag, &proof, &bytes, &mut one.broken);
        }
        one
    }

    fn check_signature<F: Fetch + ?Sized>(
        &mut self,
        bag: &Bag<'_, F>,
        key: Option<&DeviceKey>,
        bytes: &[u8],
    ) {
        let entry = Entry::Signature(self.device, self.seq);
        if !bag.has(&entry) {
            if self.record.as_ref().is_some_and(|record| record.kind.must_be_signed()) {
                let record = Entry::Record(self.device, self.seq);
                self.broken.push(Broken::at(Rule::SignatureMissing, &record));
            }
            return;
        }
        let Some((signature, _)) = bag.read(&entry, MAX_SIGNATURE_BYTES, &mut self.broken) else { return };
        let Some(key) = key else { return };
        match key.verify(bytes, &signature) {
            Ok(()) => self.signed = true,
            Err(error) => self.broken.push(Broken::at(Rule::Signature, &entry).because(error)),
        }
    }
}

//! Proofs: asking for what is not proved yet, verifying it, keeping it.

use super::{
    Stage,
    distrust::Distrust,
    fault::Fault,
    protocol::Receipts,
    receipts::{self, OwnItem, OwnRecord, Proved, check_not_behind},
    round::{Held, Round},
    status::ANCHOR_KEY,
};
use crate::vault::{Draft, ItemFilter, ItemReceipt, StoredRecord, VaultError};
use liuhen_record::{
    ItemId, Kind,
    kind::{ItemState, ReceiptVerified},
};
use std::collections::{BTreeSet, VecDeque};

/// Most records in one request.
const BATCH_RECORDS: usize = 500;
/// Most items in one request: their ids stand in the URL.
const BATCH_ITEMS: usize = 100;

impl Round<'_> {
    /// Verifies what the bureau proves about everything sent and not yet proved. At least one exchange is made when
    /// `always`, so that every synchronisation checks that the log continues what was seen before.
    pub(super) async fn fetch_proofs(&mut self, always: bool) -> Result<(), Fault> {
        let mut items = self.unproved_items()?;
        let mut asked = false;
        loop {
            let records = self.unproved_records()?;
            let batch: Vec<_> = items.drain(..items.len().min(BATCH_ITEMS)).collect();
            if records.is_empty() && batch.is_empty() && (asked || !always) {
                break;
            }
            asked = true;
            self.tell(Stage::Proofs, None, 0, 0);
            let answer = self.ask(&records, &batch).await?;
            let proved = self.verify(&answer, &records, &batch)?;
            self.keep(proved, &records)?;
        }
        if always {
            let anchor = self.bureau.anchor(&self.held.checkpoint);
            self.vault.put_setting(ANCHOR_KEY, &anchor)?;
            self.queue.put_anchor(&anchor)?;
        }
        Ok(())
    }

    /// All of this device's records up to this number are proved.
    pub(super) fn proved_to(&self) -> Result<i64, VaultError> {
        let first = self.vault.records_without_receipt(1)?.first().copied();
        Ok(first.unwrap_or(self.vault.head().0) - 1)
    }

    /// The next records that were sent and are not proved: consecutive numbers.
    fn unproved_records(&self) -> Result<Vec<StoredRecord>, VaultError> {
        let from_seq = self.proved_to()? + 1;
        let count = (self.vault.sent_to() + 1 - from_seq).clamp(0, BATCH_RECORDS as i64);
        if count == 0 { Ok(Vec::new()) } else { self.vault.records_from(from_seq, count as usize) }
    }

    /// Items that were sent and are not proved, except those that the bureau says it still misses or has refused.
    pub(super) fn unproved_items(&self) -> Result<VecDeque<OwnItem>, Fault> {
        let device = self.login.device;
        let filter =
            ItemFilter { states: vec![ItemState::Sealed, ItemState::Pending], ..ItemFilter::default() };
        let mut items = VecDeque::new();
        for row in self.vault.items(&filter)? {
            let sent = row.sealed_seq.filter(|seq| *seq <= self.vault.sent_to());
            let told = |items: &BTreeSet<ItemId>| items.contains(&row.item);
            let spoken_of = told(&self.missing.items) || told(&self.missing.refused);
            let Some(seq) = sent.filter(|_| !spoken_of) else { continue };
            let record = self.vault.record(seq)?.ok_or_else(|| damaged(seq))?;
            // What the bureau must say is what our own signed record says.
            let Kind::CaptureSealed(sealed) = record.parse()?.kind else { return Err(damaged(seq).into()) };
            items.push_back(OwnItem {
                item: row.item,
                device,
                seq,
                record_sha256: record.digest,
                ct_sha256: sealed.ct_sha256,
                len_bytes: sealed.len_bytes,
            });
        }
        Ok(items)
    }

    async fn ask(&mut self, records: &[StoredRecord], items: &[OwnItem]) -> Result<Receipts, Fault> {
        let mut path = format!("/v1/receipts?since_size={}", self.held.checkpoint.size);
        if let (Some(first), Some(last)) = (records.first(), records.last()) {
            path = format!("{path}&seqs={}-{}", first.seq, last.seq);
        }
        if !items.is_empty() {
            let ids: Vec<String> = items.iter().map(|own| own.item.to_string()).collect();
            path = format!("{path}&items={}", ids.join(","));
        }
        let answer = self.client.get(&self.login, &path).await;
        answer.map_err(|fault| match fault {
            // It admits that its log is behind what it signed before.
            Fault::Refused { error, .. } if error.code == "ahead_of_log" => {
                let offered = error.size.unwrap_or(0);
                Distrust::RolledBack { held: self.held.checkpoint.size, offered }.into()
            }
            fault => fault,
        })
    }

    fn verify(
        &mut self,
        answer: &Receipts,
        records: &[StoredRecord],
        items: &[OwnItem],
    ) -> Result<Proved, Fault> {
        let own: Vec<OwnRecord> =
            records.iter().map(|r| OwnRecord { seq: r.seq, bytes: r.bytes.clone() }).collect();
        let verified =
            receipts::verify(answer, &self.key, &self.held.checkpoint, &own, items).and_then(|proved| {
                // What it showed when we met is a part of what it shows now.
                check_not_behind(&self.bureau.checkpoint, &proved.checkpoint)?;
                self.check_all_there(&proved, items)?;
                Ok(proved)
            });
        let verified = verified.and_then(|mut proved| {
            self.demand_witnesses(&mut proved)?;
            Ok(proved)
        });
        if let Err(why) = &verified {
            self.keep_conflict(&answer.checkpoint, why)?;
        }
        Ok(verified?)
    }

    /// An item that the bureau does not miss must be one that it proves to have.
    fn check_all_there(&self, proved: &Proved, items: &[OwnItem]) -> Result<(), Distrust> {
        let spoken_of = |own: &&OwnItem| self.missing.to_seq.is_none_or(|to_seq| own.seq <= to_seq);
        let mut required = items.iter().filter(spoken_of);
        let absent = required.find(|own| !proved.items.iter().any(|proved| proved.item == own.item));
        absent.map_or(Ok(()), |own| Err(Distrust::ItemNotProved { item: own.item }))
    }

    /// Keeps what was proved, together with the record that says so.
    fn keep(&mut self, proved: Proved, records: &[StoredRecord]) -> Result<(), Fault> {
        let items: Vec<ItemId> = proved.items.iter().map(|item| item.item).collect();
        let is_told = !items.is_empty() || is_worth_telling(records)?;
        let stamp = is_told.then(|| self.stamp()).transpose()?;
        self.vault.write(|writing| {
            for record in &proved.records {
                writing.put_record_receipt(record.seq, &record.proof)?;
            }
            for item in &proved.items {
                let statement = String::from_utf8_lossy(&item.statement).into_owned();
                let receipt = ItemReceipt { index: item.index, statement, proof: item.proof.clone() };
                writing.put_item_receipt(item.item, &receipt)?;
            }
            writing.put_checkpoint(&proved.checkpoint_note)?;
            let Some(stamp) = stamp else { return Ok(()) };
            let kind = Kind::ReceiptVerified(ReceiptVerified {
                checkpoint_size: proved.checkpoint.size as i64,
                checkpoint_root: proved.checkpoint.root,
                records_to_seq: writing.proved_to()?,
                items: items.clone(),
            });
            writing.append(Draft::new(None, kind, stamp)).map(drop)
        })?;
        for item in items {
            self.queue.forget(item)?;
            self.outcome.items_stored += 1;
        }
        self.held = Held { note: proved.checkpoint_note, checkpoint: proved.checkpoint };
        Ok(())
    }
}

/// Whether anything but the phone's own receipts and freed media is among them: only that is worth a record, or every
/// record about proofs would ask for another one.
fn is_worth_telling(records: &[StoredRecord]) -> Result<bool, VaultError> {
    for record in records {
        let kind = record.parse()?.kind;
        if !matches!(kind, Kind::ReceiptVerified(_) | Kind::MediaFreed(_) | Kind::FootageReleasable(_)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn damaged(seq: i64) -> VaultError {
    VaultError::Damaged(format!("record {seq} is not the one that seals an item"))
}

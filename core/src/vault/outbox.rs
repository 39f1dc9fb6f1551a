//! What waits for the bureau, and what the bureau proved.
//!
//! The outbox of records is the ledger itself after a mark, so a record cannot be in one and not in the other.

use super::{Vault, VaultError, Writing, columns::Row, items::Entry, records::StoredRecord};
use liuhen_record::{ItemId, kind::ItemState};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// The setting that holds the last checkpoint.
const CHECKPOINT: &str = "checkpoint";

/// The bureau's proof that an item is stored completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemReceipt {
    /// Index of the `item_stored` leaf.
    pub index: i64,
    /// The exact leaf data (`liuhen_record::receipt::ItemStored`).
    pub statement: String,
    /// The proof, in C2SP `tlog-proof` form.
    pub proof: String,
}

fn record_row(seq: i64) -> Row {
    Row::of("record_receipt").int(seq)
}

fn item_row(item_id: i64) -> Row {
    Row::of("item_receipt").int(item_id)
}

impl Writing<'_> {
    /// Keeps the first verified checkpoint (a signed note) with what begins the chain.
    pub(crate) fn put_checkpoint(&mut self, note: &str) -> Result<(), VaultError> {
        self.put_setting(CHECKPOINT, &note)
    }

    /// Keeps a verified proof of inclusion of a record.
    pub(crate) fn put_record_receipt(&mut self, seq: i64, proof: &str) -> Result<(), VaultError> {
        let sealed = self.columns.seal(record_row(seq), proof.as_bytes(), self.rng)?;
        self.tx
            .prepare_cached("INSERT OR REPLACE INTO record_receipt (seq, sealed) VALUES (?1, ?2)")?
            .execute(params![seq, sealed])?;
        Ok(())
    }

    /// Keeps a verified receipt; the item is stored from now on.
    pub(crate) fn put_item_receipt(&mut self, item: ItemId, receipt: &ItemReceipt) -> Result<(), VaultError> {
        let plain = serde_json::to_vec(receipt).map_err(|_| VaultError::TooLong)?;
        let mut entry = Entry::load(&self.tx, self.columns, item)?.ok_or(VaultError::NoItem(item))?;
        if entry.row.state < ItemState::Sealed {
            return Err(VaultError::ItemState("not sealed"));
        }
        entry.row.state = entry.row.state.max(ItemState::Stored);
        entry.row.receipt_index = Some(receipt.index);
        entry.store(&self.tx, self.columns, self.rng)?;
        let sealed = self.columns.seal(item_row(entry.id), &plain, self.rng)?;
        self.tx
            .prepare_cached("INSERT OR REPLACE INTO item_receipt (item_id, sealed) VALUES (?1, ?2)")?
            .execute(params![entry.id, sealed])?;
        Ok(())
    }

    /// All records up to this number are proved, counting what is written here.
    pub(crate) fn proved_to(&self) -> Result<i64, VaultError> {
        let first = without_receipt(&self.tx, 1)?.first().copied();
        Ok(first.unwrap_or(self.chain.next_seq) - 1)
    }
}

/// Numbers of records without a kept proof, the first `limit`.
fn without_receipt(conn: &Connection, limit: usize) -> Result<Vec<i64>, VaultError> {
    let mut query = conn.prepare_cached(
        "SELECT seq FROM record WHERE seq NOT IN (SELECT seq FROM record_receipt) ORDER BY seq LIMIT ?1",
    )?;
    let rows = query.query_map([limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Vault {
    /// Up to `limit` records that the bureau does not have, in order.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn unsent_records(&self, limit: usize) -> Result<Vec<StoredRecord>, VaultError> {
        self.records_from(self.chain.sent_to + 1, limit)
    }

    /// Number of the last record that the bureau has; 0 when it has none.
    pub fn sent_to(&self) -> i64 {
        self.chain.sent_to
    }

    /// Marks all records up to `seq` as received by the bureau. The mark never goes back.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn mark_sent(&mut self, seq: i64) -> Result<(), VaultError> {
        let to = seq.min(self.chain.next_seq - 1);
        if to <= self.chain.sent_to {
            return Ok(());
        }
        self.write(|writing| {
            writing.chain.sent_to = to;
            Ok(())
        })
    }

    /// Keeps verified proofs of inclusion: number of the record and the proof in C2SP `tlog-proof` form. Verifying is
    /// the caller's work.
    ///
    /// # Errors
    /// [`VaultError`]; then none of them is kept.
    pub fn put_record_receipts(&mut self, proofs: &[(i64, String)]) -> Result<(), VaultError> {
        self.write(|writing| {
            proofs.iter().try_for_each(|(seq, proof)| writing.put_record_receipt(*seq, proof))
        })
    }

    /// The proof kept for a record.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn record_receipt(&self, seq: i64) -> Result<Option<String>, VaultError> {
        let mut query = self.conn.prepare_cached("SELECT sealed FROM record_receipt WHERE seq = ?1")?;
        let sealed = query.query_row([seq], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        sealed
            .map(|sealed| {
                let damaged = || VaultError::Damaged(format!("the receipt of record {seq} does not open"));
                let plain = self.columns.open(record_row(seq), &sealed).map_err(|_| damaged())?;
                String::from_utf8(plain).map_err(|_| damaged())
            })
            .transpose()
    }

    /// Numbers of records without a kept proof, the first `limit`.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn records_without_receipt(&self, limit: usize) -> Result<Vec<i64>, VaultError> {
        without_receipt(&self.conn, limit)
    }

    /// Keeps a verified receipt; the item is stored from now on. Verifying is the caller's work.
    ///
    /// # Errors
    /// [`VaultError::ItemState`] for an item that is not sealed.
    pub fn put_item_receipt(&mut self, item: ItemId, receipt: &ItemReceipt) -> Result<(), VaultError> {
        self.write(|writing| writing.put_item_receipt(item, receipt))
    }

    /// The receipt kept for an item.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn item_receipt(&self, item: ItemId) -> Result<Option<ItemReceipt>, VaultError> {
        let item_id = self.item_number(item)?;
        let mut query = self.conn.prepare_cached("SELECT sealed FROM item_receipt WHERE item_id = ?1")?;
        let sealed = query.query_row([item_id], |row| row.get::<_, Vec<u8>>(0)).optional()?;
        sealed
            .map(|sealed| {
                let damaged = || VaultError::Damaged(format!("the receipt of item {item} does not open"));
                let plain = self.columns.open(item_row(item_id), &sealed).map_err(|_| damaged())?;
                serde_json::from_slice(&plain).map_err(|_| damaged())
            })
            .transpose()
    }

    /// Marks a stored item as taken over by the custodian.
    ///
    /// # Errors
    /// [`VaultError::ItemState`] for an item that is not stored.
    pub fn mark_handed_over(&mut self, item: ItemId) -> Result<(), VaultError> {
        self.write(|writing| {
            let mut entry =
                Entry::load(&writing.tx, writing.columns, item)?.ok_or(VaultError::NoItem(item))?;
            if entry.row.state < ItemState::Stored {
                return Err(VaultError::ItemState("not stored"));
            }
            entry.row.state = ItemState::HandedOver;
            entry.store(&writing.tx, writing.columns, writing.rng)
        })
    }

    /// Keeps the last verified checkpoint (a signed note).
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn put_checkpoint(&mut self, note: &str) -> Result<(), VaultError> {
        self.put_setting(CHECKPOINT, &note)
    }

    /// The last verified checkpoint.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn checkpoint(&self) -> Result<Option<String>, VaultError> {
        self.get_setting(CHECKPOINT)
    }
}

//! Receipts: what the log proves to one phone about its own records and items.

use super::{LogHashes, cosigned::cosigned, prove_error};
use crate::store::{self, CheckpointRow, Ledger, LedgerStore, StoreError};
use liuhen_record::{
    DeviceId, ItemId,
    tlog::{format_hash, prove_consistency, prove_inclusion},
};
use serde::Serialize;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Size of the last checkpoint that the phone holds.
    pub since_size: u64,
    /// Records, from and to, both included.
    pub seqs: Option<(i64, i64)>,
    /// Items.
    pub items: Vec<ItemId>,
}

/// The answer.
#[derive(Debug, Clone, Serialize)]
pub struct Receipts {
    /// The signed checkpoint to which every proof leads, with the cosignatures that have come.
    pub checkpoint: String,
    /// Proof that it continues the one that the phone holds.
    pub consistency: Vec<String>,
    /// Records that are in the log.
    pub records: Vec<RecordReceipt>,
    /// Items that are stored.
    pub items: Vec<ItemReceipt>,
}

/// Proof that a record is in the log.
#[derive(Debug, Clone, Serialize)]
pub struct RecordReceipt {
    /// The record's number.
    pub seq: i64,
    /// Index of its leaf.
    pub index: u64,
    /// Inclusion proof.
    pub hashes: Vec<String>,
}

/// Proof that an item's statement is in the log.
#[derive(Debug, Clone, Serialize)]
pub struct ItemReceipt {
    /// The item.
    pub item: ItemId,
    /// The exact leaf data (`ItemStored`).
    pub statement: String,
    /// Index of its leaf.
    pub index: u64,
    /// Inclusion proof.
    pub hashes: Vec<String>,
}

/// Why there is no receipt.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The phone holds a checkpoint of a greater log than this one.
    #[error("the log has {size} leaves")]
    Ahead {
        /// Leaves in the log.
        size: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes the receipts for `device` under `checkpoint`.
///
/// # Errors
/// [`ReceiptError`].
pub fn receipts(
    ledger: &dyn LedgerStore,
    checkpoint: &CheckpointRow,
    device: DeviceId,
    wanted: &Wanted,
) -> Result<Receipts, ReceiptError> {
    let size = checkpoint.size;
    if wanted.since_size > size {
        return Err(ReceiptError::Ahead { size });
    }
    store::read(ledger, |rows| {
        let consistency =
            prove_consistency(&LogHashes(rows), wanted.since_size, size).map_err(prove_error)?;
        Ok(Receipts {
            checkpoint: cosigned(rows, checkpoint)?,
            consistency: consistency.iter().map(format_hash).collect(),
            records: records(rows, device, wanted.seqs, size)?,
            items: items(rows, device, &wanted.items, size)?,
        })
    })
}

/// Inclusion proof of a leaf, in text.
///
/// # Errors
/// [`StoreError`].
pub fn inclusion(rows: &dyn Ledger, size: u64, index: u64) -> Result<Vec<String>, StoreError> {
    let hashes = prove_inclusion(&LogHashes(rows), size, index).map_err(prove_error)?;
    Ok(hashes.iter().map(format_hash).collect())
}

fn records(
    rows: &dyn Ledger,
    device: DeviceId,
    seqs: Option<(i64, i64)>,
    size: u64,
) -> Result<Vec<RecordReceipt>, StoreError> {
    let Some((from, to)) = seqs else { return Ok(Vec::new()) };
    // What was appended after the checkpoint was signed waits for the next one.
    let leaves = rows.record_leaves(device, from, to)?.into_iter().filter(|(_, _, leaf)| *leaf < size);
    leaves
        .map(|(seq, _, index)| Ok(RecordReceipt { seq, index, hashes: inclusion(rows, size, index)? }))
        .collect()
}

fn items(
    rows: &dyn Ledger,
    device: DeviceId,
    items: &[ItemId],
    size: u64,
) -> Result<Vec<ItemReceipt>, StoreError> {
    let mut receipts = Vec::new();
    for &item in items {
        let Some(row) = rows.item(item)?.filter(|row| row.device == device) else { continue };
        let (Some(index), Some(statement)) = (row.leaf.filter(|leaf| *leaf < size), row.statement) else {
            continue;
        };
        let statement = String::from_utf8(statement).map_err(|_| StoreError::Impossible("item statement"))?;
        receipts.push(ItemReceipt { item, statement, index, hashes: inclusion(rows, size, index)? });
    }
    Ok(receipts)
}

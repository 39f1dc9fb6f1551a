//! Making every projection again from the records.

use super::project;
use crate::store::{ItemStage, Ledger, StoreError};
use liuhen_record::Record;

const BATCH: i64 = 500;

/// Empties every projection and makes it again from the records and from what is stored.
///
/// # Errors
/// [`StoreError`]; also when a stored record does not read, which only damage can cause.
pub fn rebuild_index(rows: &dyn Ledger) -> Result<(), StoreError> {
    rows.clear_index()?;
    for device in rows.devices()? {
        let mut next_seq = 1;
        loop {
            let batch = rows.records_from(device.device, next_seq, BATCH)?;
            let Some(last) = batch.last() else { break };
            next_seq = last.seq + 1;
            for row in &batch {
                let record = Record::parse(&row.bytes).map_err(|_| StoreError::Impossible("record"))?;
                project(rows, &record)?;
            }
        }
    }
    for stage in [ItemStage::Stored, ItemStage::Refused] {
        let mut after = None;
        loop {
            let items = rows.items_at(stage, after, BATCH)?;
            let Some(last) = items.last() else { break };
            after = Some(last.item);
            for item in &items {
                rows.set_item_stage(item.item, stage, item.stored_ms)?;
            }
        }
    }
    Ok(())
}

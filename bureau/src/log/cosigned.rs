//! Checkpoints with the cosignatures that have come.

use super::checkpoint::CheckpointError;
use crate::{
    office::Office,
    store::{self, CheckpointRow, Ledger, LedgerStore, StoreError},
};
use liuhen_record::note::{NoteSignature, SignedNote};
use std::sync::Arc;

/// The checkpoint to hand out now: of the log as it is, or a newer one that more witnesses have cosigned. Waits for
/// them as [`super::witnesses::Witnesses::wait_for`] does.
///
/// # Errors
/// [`CheckpointError`].
pub async fn cosigned_checkpoint(office: &Arc<Office>) -> Result<CheckpointRow, CheckpointError> {
    let least = office.blocking(|office| office.notary.checkpoint(office.ledger.as_ref())).await?;
    office.witnesses.wait_for(least.size).await;
    let most = move |office: &Office| office.read(|rows| office.witnesses.most_cosigned(rows, &least));
    Ok(office.blocking(most).await?)
}

/// The checkpoint's note with every cosignature that is kept.
///
/// # Errors
/// [`StoreError`].
pub fn cosigned(rows: &dyn Ledger, row: &CheckpointRow) -> Result<String, StoreError> {
    let damaged = || StoreError::Impossible("checkpoint");
    let mut note = SignedNote::parse(&row.note).map_err(|_| damaged())?;
    for kept in rows.cosignatures(row.size)? {
        note = note.with(NoteSignature::parse(&kept.line).map_err(|_| damaged())?);
    }
    Ok(note.to_string())
}

/// [`cosigned`] in a transaction of its own.
///
/// # Errors
/// [`StoreError`].
pub fn cosigned_in(ledger: &dyn LedgerStore, row: &CheckpointRow) -> Result<String, StoreError> {
    store::read(ledger, |rows| cosigned(rows, row))
}

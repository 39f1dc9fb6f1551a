//! Finishing an item: every byte is hashed, as it came or read back, compared with the record, and only then stated in the
//! log.

use super::running;
use crate::{
    fault::Point,
    log::Appender,
    office::Office,
    store::{Incident, IncidentKind, ItemRow, ItemStage, Ledger, StoreError},
};
use liuhen_record::{
    Digest, ItemId, Record,
    receipt::{ITEM_STORED, ItemStored},
};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// An item of which no more than this is still to be read is finished before its last piece is answered; others
/// afterwards, so that no phone waits for a minute of hashing and takes it for a lost answer.
const AT_ONCE_BYTES: i64 = 128 << 20;

enum Job {
    Finish(ItemId),
    Read(ItemId),
    Settle(oneshot::Sender<()>),
}

/// Hands items to the thread that finishes them.
pub struct Finaliser(mpsc::UnboundedSender<Job>);

/// The other end of a [`Finaliser`].
pub struct FinaliserQueue(mpsc::UnboundedReceiver<Job>);

impl Finaliser {
    /// A finaliser and its queue.
    pub fn new() -> (Self, FinaliserQueue) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), FinaliserQueue(receiver))
    }

    /// Finishes an item soon. Level-triggered: what is lost here is found by the next sweep.
    pub fn finish_soon(&self, item: ItemId) {
        let _closed = self.0.send(Job::Finish(item));
    }

    /// Reads what is there of an item, so that its end comes sooner. What is lost here only takes longer then.
    pub fn read_meanwhile(&self, item: ItemId) {
        let _closed = self.0.send(Job::Read(item));
    }

    /// Waits until everything handed over before is finished.
    pub async fn settled(&self) {
        let (sender, receiver) = oneshot::channel();
        if self.0.send(Job::Settle(sender)).is_ok() {
            let _closed = receiver.await;
        }
    }
}

impl FinaliserQueue {
    /// Works until every [`Finaliser`] is gone.
    pub async fn work(mut self, office: std::sync::Weak<Office>) {
        while let Some(job) = self.0.recv().await {
            match (job, office.upgrade()) {
                (Job::Finish(item), Some(office)) => {
                    let done = tokio::task::spawn_blocking(move || finalise(&office, item)).await;
                    if let Ok(Err(error)) = done {
                        eprintln!("item {item} could not be finalised: {error}");
                    }
                }
                (Job::Read(item), Some(office)) => {
                    // An error shows itself again when the item is finished.
                    let _read = tokio::task::spawn_blocking(move || read_meanwhile(&office, item)).await;
                }
                (Job::Settle(waiting), _) => {
                    let _gone = waiting.send(());
                }
                (Job::Finish(_) | Job::Read(_), None) => return,
            }
        }
    }
}

/// A piece was stored: finishes its item at once if that is quick, soon if it is not; if pieces are missing, those that
/// are there are read meanwhile.
///
/// # Errors
/// [`StoreError`]; the sweep tries again.
pub fn piece_stored(office: &Office, item: ItemId) -> Result<(), StoreError> {
    let pieces = office.read(|rows| rows.pieces(item))?;
    let mut unread = pieces.iter().skip(office.running_digests.pieces_read(item));
    if pieces.iter().any(|piece| piece.stored_ms.is_none()) {
        // Of pieces whose digest was taken as they came there is nothing to read.
        if unread.next().is_some_and(|piece| piece.stored_ms.is_some()) {
            office.finaliser.read_meanwhile(item);
        }
        return Ok(());
    }
    if unread.map(|piece| piece.len_bytes).sum::<i64>() <= AT_ONCE_BYTES {
        finalise(office, item)
    } else {
        office.finaliser.finish_soon(item);
        Ok(())
    }
}

/// Finishes an item of one piece in the transaction that lists it: the digest by which the piece was verified is that of
/// the whole. False when the item is another sort, or waits for more, or is not what its record names.
///
/// # Errors
/// [`StoreError`].
pub fn finish_single(rows: &dyn Ledger, item: ItemId, now_ms: i64) -> Result<bool, StoreError> {
    let Some(row) = rows.item(item)?.filter(|row| row.stage == ItemStage::Sealed) else { return Ok(false) };
    let pieces = rows.pieces(item)?;
    let [piece] = pieces.as_slice() else { return Ok(false) };
    let is_whole = row.ct_sha256 == Some(piece.sha256) && row.len_bytes == Some(piece.len_bytes);
    if !is_whole || piece.stored_ms.is_none() {
        return Ok(false);
    }
    store_item(rows, &row, piece.sha256, now_ms)?;
    Ok(true)
}

/// Finishes an item if all its pieces are stored; does nothing otherwise, or when it is finished already.
///
/// # Errors
/// [`StoreError`], also when a piece that is listed cannot be read.
pub fn finalise(office: &Office, item: ItemId) -> Result<(), StoreError> {
    let Some(found) = digest_of(office, item)? else { return Ok(()) };
    office.faults.hit(Point::ItemHashed)?;
    let now_ms = office.clock.now_ms();
    office.write(|rows| {
        let Some(row) = rows.item(item)?.filter(|row| row.stage == ItemStage::Sealed) else { return Ok(()) };
        if row.ct_sha256 == Some(found) {
            store_item(rows, &row, found, now_ms)
        } else {
            refuse_item(rows, &row, found, now_ms)
        }
    })?;
    Ok(office.faults.hit(Point::ItemCommitted)?)
}

/// SHA-256 of the concatenated pieces; `None` when the item is not waiting for it.
fn digest_of(office: &Office, item: ItemId) -> Result<Option<Digest>, StoreError> {
    let (row, pieces) = office.read(|rows| Ok::<_, StoreError>((rows.item(item)?, rows.pieces(item)?)))?;
    let waiting = row.is_some_and(|row| row.stage == ItemStage::Sealed);
    if !waiting || pieces.is_empty() || pieces.iter().any(|piece| piece.stored_ms.is_none()) {
        return Ok(None);
    }
    running::finish(office, item, &pieces).map(Some)
}

/// Reads what is there of an item that waits for more.
fn read_meanwhile(office: &Office, item: ItemId) -> Result<(), StoreError> {
    let (row, pieces) = office.read(|rows| Ok::<_, StoreError>((rows.item(item)?, rows.pieces(item)?)))?;
    if row.is_some_and(|row| row.stage == ItemStage::Sealed) {
        running::advance(office, item, &pieces)?;
    }
    Ok(())
}

fn store_item(rows: &dyn Ledger, row: &ItemRow, ct_sha256: Digest, now_ms: i64) -> Result<(), StoreError> {
    let seq = row.sealed_seq.ok_or(StoreError::Impossible("sealed item"))?;
    let record = rows.record(row.device, seq)?.ok_or(StoreError::Impossible("sealed item"))?;
    let statement = ItemStored {
        v: 1,
        statement: ITEM_STORED.to_owned(),
        item: row.item,
        device: row.device,
        seq,
        record_sha256: record.sha256,
        ct_sha256,
        len_bytes: row.len_bytes.ok_or(StoreError::Impossible("sealed item"))?,
        stored_at_ms: now_ms,
    };
    let statement = statement.bytes().map_err(|_| StoreError::Impossible("statement"))?;
    let mut log = Appender::start(rows)?;
    let leaf = log.push(&statement);
    log.finish()?;
    rows.item_stored(row.item, now_ms, leaf, &statement)?;
    rows.set_item_stage(row.item, ItemStage::Stored, Some(now_ms))
}

/// The pieces are what the record lists, and yet not the file it names: the signed record contradicts itself.
fn refuse_item(rows: &dyn Ledger, row: &ItemRow, found: Digest, now_ms: i64) -> Result<(), StoreError> {
    let seq = row.sealed_seq.unwrap_or_default();
    let record = rows.record(row.device, seq)?;
    rows.add_incident(&Incident {
        device: row.device,
        kind: IncidentKind::ItemDigest,
        seq,
        ours: row.ct_sha256,
        theirs: found,
        reason: format!("the pieces of item {} are not its sealed file", row.item),
        sig: record.as_ref().and_then(|r| r.sig.clone()),
        bytes: record.filter(|r| Record::parse(&r.bytes).is_ok()).map(|r| r.bytes).unwrap_or_default(),
        first_ms: now_ms,
        last_ms: now_ms,
        times: 1,
    })?;
    rows.item_refused(row.item)?;
    rows.set_item_stage(row.item, ItemStage::Refused, None)
}

/// Finishes whatever is complete and unfinished: after a crash, and from time to time.
///
/// # Errors
/// [`StoreError`] of the ledger; an item that cannot be finished is reported and does not stop the others.
pub fn sweep(office: &Arc<Office>) -> Result<(), StoreError> {
    for item in office.read(|rows| rows.unfinalised())? {
        if let Err(error) = finalise(office, item) {
            eprintln!("item {item} could not be finalised: {error}");
        }
    }
    Ok(())
}

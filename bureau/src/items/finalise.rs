//! Finishing an item: every byte is hashed, as it came or read back, compared with the record, and only then stated in the
//! log.

use super::{
    recheck::{Found, read_each, want_again},
    running,
};
use crate::{
    fault::Point,
    log::Appender,
    office::Office,
    store::{Incident, IncidentKind, ItemRow, ItemStage, Ledger, PieceRow, StoreError},
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
    let unread_bytes = unread.map(|piece| piece.len_bytes).sum::<i64>();
    if unread_bytes > AT_ONCE_BYTES {
        office.finaliser.finish_soon(item);
        return Ok(());
    }
    if store_whole(office, item)? {
        return Ok(());
    }
    if pieces.iter().map(|piece| piece.len_bytes).sum::<i64>() <= AT_ONCE_BYTES {
        look_again(office, item)
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

/// Finishes an item if all its pieces are stored; does nothing otherwise, or when it is finished already. When its pieces are
/// not its file, each of them is looked at: damaged ones are set aside and wanted again, and the item is refused only if
/// there are none.
///
/// # Errors
/// [`StoreError`], also when a piece that is listed cannot be read now.
pub fn finalise(office: &Office, item: ItemId) -> Result<(), StoreError> {
    if store_whole(office, item)? { Ok(()) } else { look_again(office, item) }
}

/// Stores an item whose pieces are together what its record names. False when they are not, or one of them cannot be read:
/// who is wrong is not known yet.
fn store_whole(office: &Office, item: ItemId) -> Result<bool, StoreError> {
    let Some(pieces) = complete(office, item)? else { return Ok(true) };
    let found = match running::finish(office, item, &pieces) {
        Err(StoreError::File(_)) => return Ok(false),
        found => found?,
    };
    conclude(office, item, found, |_, _, _| Ok(false))
}

/// Looks at each piece of an item by itself.
fn look_again(office: &Office, item: ItemId) -> Result<(), StoreError> {
    let Some(pieces) = complete(office, item)? else { return Ok(()) };
    match read_each(office, &pieces)? {
        Found::Damaged(damaged) => want_again(office, &damaged),
        Found::Right(found) => {
            let now_ms = office.clock.now_ms();
            conclude(office, item, found, |rows, row, found| {
                refuse_item(rows, row, found, now_ms)?;
                Ok(true)
            })?;
            Ok(())
        }
    }
}

/// The pieces of a sealed item, if every one is stored; `None` when it is not waiting to be finished.
fn complete(office: &Office, item: ItemId) -> Result<Option<Vec<PieceRow>>, StoreError> {
    office.read(|rows| still_complete(rows, item).map(|waits| waits.map(|(_, pieces)| pieces)))
}

fn still_complete(rows: &dyn Ledger, item: ItemId) -> Result<Option<(ItemRow, Vec<PieceRow>)>, StoreError> {
    let Some(row) = rows.item(item)?.filter(|row| row.stage == ItemStage::Sealed) else { return Ok(None) };
    let pieces = rows.pieces(item)?;
    let waits = !pieces.is_empty() && pieces.iter().all(|piece| piece.stored_ms.is_some());
    Ok(waits.then_some((row, pieces)))
}

/// Stores the item if `found` is its digest, and does `otherwise` if it is not; nothing if it waits no more. True when
/// nothing is left to do.
fn conclude(
    office: &Office,
    item: ItemId,
    found: Digest,
    otherwise: impl Fn(&dyn Ledger, &ItemRow, Digest) -> Result<bool, StoreError>,
) -> Result<bool, StoreError> {
    office.faults.hit(Point::ItemHashed)?;
    let now_ms = office.clock.now_ms();
    let done = office.write(|rows| match still_complete(rows, item)? {
        None => Ok(true),
        Some((row, _)) if row.ct_sha256 == Some(found) => {
            store_item(rows, &row, found, now_ms)?;
            office.faults.hit(Point::ItemAppended)?;
            Ok(true)
        }
        Some((row, _)) => otherwise(rows, &row, found),
    })?;
    office.faults.hit(Point::ItemCommitted)?;
    Ok(done)
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

/// Each piece is what the record lists, and all are not the file it names: the signed record contradicts itself.
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

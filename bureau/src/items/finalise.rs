//! Finishing an item: every byte is read back, hashed, compared with the record, and only then stated in the log.

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
use ring::digest::{Context, SHA256};
use std::{io::Read as _, sync::Arc};
use tokio::sync::{mpsc, oneshot};

/// Items up to this length are finished before the last piece is answered; longer ones afterwards, so that no
/// phone waits for a minute of hashing and takes it for a lost answer.
const AT_ONCE_BYTES: i64 = 128 << 20;
const BUFFER_BYTES: usize = 256 * 1024;

enum Job {
    Finish(ItemId),
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
                (Job::Settle(waiting), _) => {
                    let _gone = waiting.send(());
                }
                (Job::Finish(_), None) => return,
            }
        }
    }
}

/// A piece was stored: finishes its item at once if that is quick, soon if it is not, never if pieces are missing.
///
/// # Errors
/// [`StoreError`]; the sweep tries again.
pub fn piece_stored(office: &Office, item: ItemId) -> Result<(), StoreError> {
    let (row, complete) = office.read(|rows| {
        let complete = rows.pieces(item)?.iter().all(|piece| piece.stored_ms.is_some());
        Ok::<_, StoreError>((rows.item(item)?, complete))
    })?;
    match row {
        Some(row) if complete && row.len_bytes.is_some_and(|len| len <= AT_ONCE_BYTES) => {
            finalise(office, item)
        }
        Some(_) if complete => {
            office.finaliser.finish_soon(item);
            Ok(())
        }
        _ => Ok(()),
    }
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
    let mut whole = Context::new(&SHA256);
    let mut buffer = vec![0; BUFFER_BYTES];
    for piece in pieces {
        let mut reader = office.pieces.open(&piece.sha256)?;
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            whole.update(&buffer[..read]);
        }
    }
    Ok(Some(whole.finish().into()))
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
    let leaf = log.push(&statement)?;
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

//! The core's own executor: whatever the bureau misses of sealed items is enqueued, and what the queue hands out is
//! sent, until nothing more can be sent now.

use super::{
    Carrier, Stage,
    distrust::Distrust,
    fault::Fault,
    protocol::Missing,
    queue::{ITEM_REFUSED, Offered, TaskRow, TaskState, Verdict},
    round::Round,
    tus::{self, PieceJob, Upload},
    waiting::Waiting,
};
use crate::vault::{ItemRow, PieceProgress, PieceRow, PieceState, VaultError};
use liuhen_record::{DeviceId, ItemId, kind::ItemState};

/// Failures in a row that concern everything, after which a synchronisation gives up.
const MOST_FAILURES: u32 = 3;

/// What the bureau said it still misses, when it was last asked.
#[derive(Debug, Default)]
pub(super) struct MissingView {
    /// Items that it lists.
    pub items: std::collections::BTreeSet<ItemId>,
    /// Number of the last `capture_sealed` record in its list, which is in the order of records and may be cut off:
    /// nothing is said about items after it. `None` for an empty list, which speaks about all.
    pub to_seq: Option<i64>,
    /// Items of which every piece is there and which it is checking.
    pub checking: u32,
    /// Items that it refused for good.
    pub refused: std::collections::BTreeSet<ItemId>,
}

impl Round<'_> {
    /// Sends what the bureau misses. `Some` when something remains.
    pub(super) async fn send_pieces(&mut self) -> Result<Option<Waiting>, Fault> {
        let (device, wake) = (self.login.device, self.syncer.options.wake);
        loop {
            let missing: Missing = self.client.get(&self.login, "/v1/items/missing").await?;
            self.enqueue(&missing)?;
            self.queue.reconcile(device, &missing)?;
            self.mirror_all()?;
            if self.syncer.options.carrier == Carrier::Shell {
                return self.remaining();
            }
            let rows = self.queue.pick(device, wake)?;
            if rows.is_empty() {
                return self.remaining();
            }
            self.work(rows).await?;
        }
    }

    /// Puts into the queue what it does not know yet of what the bureau misses.
    fn enqueue(&mut self, missing: &Missing) -> Result<(), Fault> {
        let device = self.login.device;
        let mut offered = Vec::new();
        self.missing = MissingView::default();
        for theirs in &missing.items {
            let Some(row) = self.vault.item(theirs.item)?.filter(|row| row.state >= ItemState::Sealed) else {
                continue;
            };
            if row.receipt_index.is_some() {
                return Err(Distrust::ItemLost { item: row.item }.into());
            }
            self.missing.items.insert(row.item);
            self.missing.to_seq = self.missing.to_seq.max(row.sealed_seq);
            self.missing.checking += u32::from(theirs.pieces.is_empty());
            let wanted = |index| theirs.pieces.iter().any(|piece| i64::from(piece.index) == index);
            let pieces = self.vault.pieces(row.item)?.into_iter().filter(|piece| wanted(piece.index));
            offered.extend(pieces.map(|mut piece| {
                let error = piece.progress.last_error.take().unwrap_or_default();
                offer(&row, device, &piece, (piece.progress.state == PieceState::Parked).then_some(error))
            }));
        }
        for item in &missing.refused {
            let Some(row) = self.vault.item(*item)?.filter(|row| row.state >= ItemState::Sealed) else {
                continue;
            };
            if row.receipt_index.is_some() {
                return Err(Distrust::ItemLost { item: row.item }.into());
            }
            self.missing.refused.insert(row.item);
            let pieces = self.vault.pieces(row.item)?;
            offered
                .extend(pieces.iter().map(|piece| offer(&row, device, piece, Some(ITEM_REFUSED.to_owned()))));
        }
        Ok(self.queue.offer(offered)?)
    }

    async fn work(&mut self, rows: Vec<TaskRow>) -> Result<(), Fault> {
        let total_bytes = rows.iter().map(|row| row.len_bytes as u64).sum();
        let mut done_bytes = 0;
        for row in rows {
            let (item, len_bytes) = (row.item, row.len_bytes as u64);
            self.tell(Stage::Pieces, Some(item), done_bytes, total_bytes);
            done_bytes += len_bytes;
            self.send_piece(row).await?;
            self.tell(Stage::Pieces, Some(item), done_bytes, total_bytes);
        }
        Ok(())
    }

    /// Sends one piece, trying again at once while the connection fails, up to [`MOST_FAILURES`] times in a row
    /// without progress.
    async fn send_piece(&mut self, row: TaskRow) -> Result<(), Fault> {
        let mut job = PieceJob::of(&row);
        let url = row.upload_url.as_ref().and_then(|url| self.client.address.upload(url));
        let mut upload = Upload { url, ..Upload::default() };
        let mut failures = 0;
        loop {
            let before_bytes = upload.confirmed_bytes;
            let fault = match tus::upload(&mut self.client, &self.login, &job, &mut upload).await {
                Ok(verdict) => return self.settle(&row, verdict, &upload),
                Err(Fault::File) => {
                    let verdict = Verdict::Park("its file on this phone cannot be read");
                    return self.settle(&row, verdict, &upload);
                }
                Err(fault) => fault,
            };
            let Some((why, retry_after_ms)) = fault.server_wide() else {
                self.settle(&row, Verdict::Back, &upload)?;
                return Err(fault);
            };
            job.atomic = false;
            failures = if upload.confirmed_bytes > before_bytes { 1 } else { failures + 1 };
            if failures >= MOST_FAILURES || retry_after_ms.is_some() {
                self.settle(&row, Verdict::ServerWide { why, retry_after_ms }, &upload)?;
                return Err(fault);
            }
        }
    }

    fn settle(&mut self, row: &TaskRow, verdict: Verdict, upload: &Upload) -> Result<(), Fault> {
        if verdict == Verdict::Stored {
            self.outcome.pieces_sent += 1;
            self.outcome.bytes_sent += upload.sent_bytes;
        }
        let key = row.key();
        self.queue.settle(&key, verdict, upload.url.clone())?;
        match self.queue.row(&key)? {
            Some(row) => Ok(self.mirror(&row)?),
            None => Ok(()),
        }
    }

    /// Shows in the vault what became of pieces that others carried while it was locked.
    pub(super) fn mirror_all(&mut self) -> Result<(), Fault> {
        let device = self.login.device;
        for row in self.queue.rows()?.into_iter().filter(|row| row.device == device) {
            self.mirror(&row)?;
        }
        Ok(())
    }

    /// Shows in the vault how far a piece has come: the queue is what counts, the vault what people see.
    fn mirror(&mut self, row: &TaskRow) -> Result<(), VaultError> {
        if self.vault.item(row.item)?.is_none() {
            return Ok(());
        }
        let begun = row.attempts > 0 || row.upload_url.is_some();
        let state = match row.state {
            TaskState::Waiting if !begun => PieceState::Waiting,
            TaskState::Waiting | TaskState::WithCore | TaskState::WithShell | TaskState::Later => {
                PieceState::Uploading
            }
            TaskState::Parked => PieceState::Parked,
            TaskState::Done => PieceState::Stored,
        };
        let progress = PieceProgress {
            state,
            upload_url: row.upload_url.clone(),
            attempts: row.attempts,
            not_before_ms: row.not_before_ms,
            last_error: row.last_error.clone(),
        };
        let shown = self.vault.pieces(row.item)?;
        match shown.iter().find(|piece| piece.index == row.index) {
            Some(piece) if piece.progress != progress => {
                self.vault.put_piece_progress(row.item, row.index, &progress)
            }
            _ => Ok(()),
        }
    }

    fn remaining(&self) -> Result<Option<Waiting>, Fault> {
        let remaining = self.queue.remaining(Some(self.login.device))?;
        let items = self.missing.checking;
        Ok(remaining.or((items > 0).then_some(Waiting::BureauChecking { items })))
    }
}

fn offer(row: &ItemRow, device: DeviceId, piece: &PieceRow, parked: Option<String>) -> Offered {
    Offered {
        device,
        seq: row.sealed_seq.unwrap_or(i64::MAX),
        item: row.item,
        index: piece.index,
        sha256: piece.sha256,
        len_bytes: piece.len_bytes,
        parked,
    }
}

//! Pieces: whatever the bureau misses of sealed items, by digest, until nothing more can be sent now.

use super::{
    Stage, Wake, backoff,
    distrust::Distrust,
    fault::Fault,
    protocol::{Missing, MissingItem},
    round::Round,
    tus::{self, PieceEnd, PieceJob, Upload},
    waiting::Waiting,
};
use crate::{
    capture::piece_path,
    vault::{PieceProgress, PieceRow, PieceState, VaultError},
};
use liuhen_record::{ItemId, kind::ItemState};
use std::collections::HashMap;

/// Failures in a row that concern everything, after which a synchronisation gives up.
const MOST_FAILURES: u32 = 3;
/// How often one piece is sent in one synchronisation to a bureau that says it took it and misses it again.
const MOST_REPEATS: u32 = 2;

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
}

/// What is to be sent, and what is not.
#[derive(Default)]
struct Plan {
    jobs: Vec<(PieceJob, PieceRow)>,
    parked: u32,
    later: u32,
    /// The first moment at which one of `later` is due.
    due_ms: Option<i64>,
}

impl Round<'_> {
    /// Sends what the bureau misses. `Some` when something remains.
    pub(super) async fn send_pieces(&mut self) -> Result<Option<Waiting>, Fault> {
        let mut sent = HashMap::new();
        loop {
            let missing: Missing = self.client.get(&self.login, "/v1/items/missing").await?;
            let plan = self.plan(&missing, &sent)?;
            if plan.jobs.is_empty() {
                return Ok(self.remaining(&plan)?);
            }
            self.work(plan.jobs, &mut sent).await?;
        }
    }

    fn plan(&mut self, missing: &Missing, sent: &HashMap<(ItemId, i64), u32>) -> Result<Plan, Fault> {
        let now_ms = self.syncer.now(self.vault)?.best_ms();
        let mut plan = Plan::default();
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
            self.plan_item(theirs, sent, now_ms, &mut plan)?;
        }
        Ok(plan)
    }

    fn plan_item(
        &self,
        theirs: &MissingItem,
        sent: &HashMap<(ItemId, i64), u32>,
        now_ms: i64,
        plan: &mut Plan,
    ) -> Result<(), VaultError> {
        let wanted: HashMap<i64, _> = theirs.pieces.iter().map(|piece| (piece.index.into(), piece)).collect();
        for mut piece in self.vault.pieces(theirs.item)? {
            let Some(want) = wanted.get(&piece.index) else { continue };
            let repeats = sent.get(&(theirs.item, piece.index)).copied().unwrap_or(0);
            let progress = &mut piece.progress;
            let scheduled = self.syncer.options.wake == Wake::Scheduled;
            if progress.state == PieceState::Parked && scheduled {
                plan.parked += 1;
            } else if repeats > 0 && progress.state != PieceState::Stored || repeats >= MOST_REPEATS {
                // Tried in this synchronisation already.
                plan.parked += u32::from(progress.state == PieceState::Parked);
                plan.later += u32::from(progress.state != PieceState::Parked);
                plan.due_ms = Some(plan.due_ms.unwrap_or(i64::MAX).min(progress.not_before_ms));
            } else if scheduled && !backoff::is_due(progress.not_before_ms, now_ms) {
                plan.later += 1;
                plan.due_ms = Some(plan.due_ms.unwrap_or(i64::MAX).min(progress.not_before_ms));
            } else {
                if let Some(url) = want.upload_url.as_ref().and_then(|url| self.client.address.upload(url)) {
                    progress.upload_url = Some(url);
                }
                let job = PieceJob {
                    item: theirs.item,
                    index: piece.index as u32,
                    sha256: piece.sha256,
                    len_bytes: piece.len_bytes as u64,
                    path: piece_path(theirs.item, piece.index),
                    atomic: progress.attempts == 0,
                };
                plan.jobs.push((job, piece));
            }
        }
        Ok(())
    }

    async fn work(
        &mut self,
        jobs: Vec<(PieceJob, PieceRow)>,
        sent: &mut HashMap<(ItemId, i64), u32>,
    ) -> Result<(), Fault> {
        let total_bytes = jobs.iter().map(|(job, _)| job.len_bytes).sum();
        let mut done_bytes = 0;
        for (job, piece) in jobs {
            self.tell(Stage::Pieces, Some(job.item), done_bytes, total_bytes);
            *sent.entry((job.item, piece.index)).or_default() += 1;
            done_bytes += job.len_bytes;
            let item = job.item;
            self.send_piece(job, piece).await?;
            self.tell(Stage::Pieces, Some(item), done_bytes, total_bytes);
        }
        Ok(())
    }

    /// Sends one piece, trying again at once while the connection fails, up to [`MOST_FAILURES`] times in a row
    /// without progress.
    async fn send_piece(&mut self, mut job: PieceJob, piece: PieceRow) -> Result<(), Fault> {
        let mut progress = piece.progress;
        let mut upload = Upload { url: progress.upload_url.take(), ..Upload::default() };
        let mut failures = 0;
        loop {
            let before_bytes = upload.confirmed_bytes;
            let ended = tus::upload(&mut self.client, &self.login, &job, &mut upload).await;
            progress.upload_url.clone_from(&upload.url);
            let fault = match ended {
                Ok(end) => return Ok(self.keep_end(&job, piece.index, progress, &upload, &end)?),
                Err(fault) => fault,
            };
            if matches!(fault, Fault::File) {
                let end = PieceEnd::Park("its file on this phone cannot be read");
                return Ok(self.keep_end(&job, piece.index, progress, &upload, &end)?);
            }
            if !fault.is_server_wide() {
                self.vault.put_piece_progress(job.item, piece.index, &progress)?;
                return Err(fault);
            }
            job.atomic = false;
            failures = if upload.confirmed_bytes > before_bytes { 1 } else { failures + 1 };
            if failures >= MOST_FAILURES {
                self.postpone(&mut progress, "the connection failed")?;
                self.vault.put_piece_progress(job.item, piece.index, &progress)?;
                return Err(fault);
            }
        }
    }

    fn keep_end(
        &mut self,
        job: &PieceJob,
        index: i64,
        mut progress: PieceProgress,
        upload: &Upload,
        end: &PieceEnd,
    ) -> Result<(), VaultError> {
        match end {
            PieceEnd::Sent => {
                progress = PieceProgress {
                    state: PieceState::Stored,
                    upload_url: None,
                    attempts: 0,
                    not_before_ms: 0,
                    last_error: None,
                };
                self.outcome.pieces_sent += 1;
                self.outcome.bytes_sent += upload.sent_bytes;
            }
            PieceEnd::Later(reason) => self.postpone(&mut progress, reason)?,
            PieceEnd::Park(reason) => {
                progress.state = PieceState::Parked;
                progress.last_error = Some((*reason).to_owned());
            }
        }
        self.vault.put_piece_progress(job.item, index, &progress)
    }

    fn postpone(&mut self, progress: &mut PieceProgress, reason: &str) -> Result<(), VaultError> {
        progress.state = PieceState::Uploading;
        progress.attempts = progress.attempts.saturating_add(1);
        let failures = u32::try_from(progress.attempts).unwrap_or(u32::MAX);
        let delay_ms = backoff::delay_ms(failures, self.syncer.ports.rng.as_ref());
        progress.not_before_ms = self.syncer.now(self.vault)?.best_ms().saturating_add(delay_ms);
        progress.last_error = Some(reason.to_owned());
        Ok(())
    }

    fn remaining(&self, plan: &Plan) -> Result<Option<Waiting>, VaultError> {
        if plan.parked > 0 {
            return Ok(Some(Waiting::Parked { pieces: plan.parked }));
        }
        if plan.later > 0 {
            let now_ms = self.syncer.now(self.vault)?.best_ms();
            let left_ms = plan.due_ms.unwrap_or(now_ms).saturating_sub(now_ms).max(0);
            return Ok(Some(Waiting::PieceBackOff { pieces: plan.later, left_ms }));
        }
        let items = self.missing.checking;
        Ok((items > 0).then_some(Waiting::BureauChecking { items }))
    }
}

//! Synchronising.

use crate::{
    core::Core,
    failure::CoreFailure,
    runtime::{handle, run},
    view::{
        sync::SyncView,
        word::{ItemId, Text},
    },
};
use liuhen_core::{
    phone::Phone,
    say,
    sync::{Cancel, Carrier, Progress, SyncOutcome, Wake},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    sync::{Mutex, watch},
    task::JoinHandle,
};

/// Who asked for a synchronisation.
pub(crate) fn wake(asked: bool) -> Wake {
    if asked { Wake::Asked } else { Wake::Scheduled }
}

/// How to synchronise.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SyncGiven {
    /// A person asked, or a network has just appeared; otherwise the system's scheduler did.
    pub asked: bool,
    /// The shell carries pieces by its transfer service; otherwise the core sends them.
    pub shell_carries_pieces: bool,
}

/// How far a synchronisation has come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncProgress {
    /// What is being done.
    pub stage: Text,
    /// The item concerned.
    pub item: Option<ItemId>,
    /// Done so far, in bytes of pieces or in records.
    pub done: u64,
    /// To be done in all, in the same unit.
    pub total: u64,
    /// The same in thousandths, when there is anything to be done.
    pub fraction_permille: Option<u32>,
}

/// What a synchronisation came to.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SyncOutcomeView {
    /// Records that the bureau took.
    pub records_sent: u64,
    /// Pieces that the bureau took.
    pub pieces_sent: u64,
    /// Their bytes.
    pub bytes_sent: u64,
    /// Items newly proved to be stored.
    pub items_stored: u64,
    /// Items whose local media was freed.
    pub freed: u64,
    /// Whether nothing is left to do.
    pub complete: bool,
    /// In a sentence.
    pub sentence: Text,
    /// Code of what the rest waits for.
    pub code: Option<String>,
}

impl From<SyncOutcome> for SyncOutcomeView {
    fn from(outcome: SyncOutcome) -> Self {
        let SyncOutcome { records_sent, pieces_sent, bytes_sent, items_stored, freed, waiting, .. } = outcome;
        Self {
            records_sent,
            pieces_sent,
            bytes_sent,
            items_stored,
            freed,
            complete: waiting.is_none(),
            sentence: say::screen::sync_ended(waiting.as_ref()),
            code: waiting.map(|waiting| waiting.code().to_owned()),
        }
    }
}

fn told(progress: &Progress) -> SyncProgress {
    let Progress { stage, item, done_bytes: done, total_bytes: total } = *progress;
    let fraction = done.saturating_mul(1_000).checked_div(total).map(|permille| permille.min(1_000) as u32);
    SyncProgress { stage: say::screen::sync_stage(stage), item, done, total, fraction_permille: fraction }
}

/// A synchronisation under way.
#[derive(uniffi::Object)]
pub struct SyncJob {
    stop: Cancel,
    progress: Mutex<watch::Receiver<Option<SyncProgress>>>,
    outcome: Mutex<Option<JoinHandle<Result<SyncOutcomeView, CoreFailure>>>>,
}

#[uniffi::export]
impl SyncJob {
    /// The newest progress since the last was asked for; nothing at the end.
    pub async fn next(&self) -> Option<SyncProgress> {
        let mut progress = self.progress.lock().await;
        progress.changed().await.ok()?;
        progress.borrow_and_update().clone()
    }

    /// Waits for the end, and says what it came to. To be asked once.
    pub async fn outcome(&self) -> Result<SyncOutcomeView, CoreFailure> {
        let task = self.outcome.lock().await.take().ok_or_else(CoreFailure::over)?;
        task.await.map_err(|_| CoreFailure::panicked())?
    }

    /// Stops it. What arrived stays; the rest is sent another time.
    pub fn cancel(&self) {
        self.stop.cancel();
    }
}

/// Counts a synchronisation for as long as it lasts.
struct Running(Arc<AtomicUsize>);

impl Running {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(count))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[uniffi::export]
impl Core {
    /// Begins to synchronise. It goes on by itself; an officer's verbs go before it.
    pub async fn start_sync(&self, request: SyncGiven) -> Result<Arc<SyncJob>, CoreFailure> {
        let wake = wake(request.asked);
        let carrier = if request.shell_carries_pieces { Carrier::Shell } else { Carrier::Core };
        let mut options = self.with(move |phone| phone.sync_options(wake)).await?;
        options.carrier = carrier;
        let (sender, receiver) = watch::channel(None);
        let (desk, stop, runtime) = (Arc::clone(&self.desk), Cancel::new(), handle()?);
        let (running, stopped, threads) = (Running::begin(&self.syncing), stop.clone(), runtime.clone());
        let work = move || {
            let _running = running;
            let mut tell = |progress: Progress| drop(sender.send_replace(Some(told(&progress))));
            Ok(desk.sync(&threads, &options, &mut tell, &stopped)?.into())
        };
        let task = runtime.spawn(run(work));
        Ok(Arc::new(SyncJob { stop, progress: Mutex::new(receiver), outcome: Mutex::new(Some(task)) }))
    }

    /// Takes parked pieces up again, of one item or of all, after somebody has looked.
    pub async fn unpark(&self, item: Option<ItemId>) -> Result<SyncView, CoreFailure> {
        self.with(move |phone: &mut Phone| {
            phone.unpark(item)?;
            phone.sync_view(false)
        })
        .await
    }
}

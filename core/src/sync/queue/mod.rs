//! The queue of uploads: what is to be sent, kept apart from whoever sends it.
//!
//! It is level-triggered. [`Queue::plan`] says what can be sent now, as whole requests; any executor sends them, in
//! any order, as often as it likes, and tells [`Queue::on_result`] what came of each. [`Queue::on_wake`] compares
//! what the queue believes to be under way with what really is. Nothing depends on an event having been seen: every
//! synchronisation reconciles the queue with the bureau by digest ([`super::Syncer::sync`], the core's own executor
//! over this queue).
//!
//! The queue needs no key: it holds names, digests and lengths of ciphertext and a token that can only upload, in a
//! small database beside the vault. It can be thrown away at any time; what is in it is asked from vault and bureau
//! again (`spec/sync.md` §9).

mod circuit;
mod judge;
mod lease;
mod plan;
mod reconcile;
mod store;
mod task;

pub use circuit::Circuit;
pub use plan::{Conditions, Plan};
pub use task::{Task, TaskKey};

pub(in crate::sync) use circuit::peek as peek_circuit;
pub(in crate::sync) use judge::{ITEM_REFUSED, Verdict, is_web_page, retry_after_ms};
pub(in crate::sync) use reconcile::Offered;
pub(in crate::sync) use store::{TaskRow, TaskState, key_of};
pub(in crate::sync) use task::{Account, checksum, metadata};

use super::backoff;
use crate::{
    capture::piece_path,
    ports::{Clock, Ports, Response, Rng, Storage, TransportError},
};
use liuhen_record::{Digest, ItemId, time::TimeClaim};
use ring::digest::{Context, SHA256};
use rusqlite::Connection;
use std::{path::Path, sync::Arc};
use store::Store;

const READ_BYTES: usize = 128 * 1024;
/// A foreign executor that says nothing about a task for so long has lost it, milliseconds: longer than the seven
/// days after which such executors give up by themselves.
const HANDED_MS: i64 = 8 * 86_400_000;

/// Why the queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// Another core works on it now.
    #[error("another core works on this queue")]
    InUse,
    /// Another core took over while this one slept; it must not go on.
    #[error("another core took over")]
    LeaseLost,
    /// The storage failed.
    #[error("the storage failed")]
    Storage(#[from] std::io::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
}

/// What came of a task.
#[derive(Debug, Clone)]
pub enum TaskOutcome {
    /// Somebody answered: the bureau, or whoever stood in its place.
    Answered(Response),
    /// Nobody answered.
    Unanswered(TransportError),
    /// The executor did not take it: nothing was sent.
    NotTaken,
}

/// What closing for suspension left behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suspended {
    /// Tasks that a foreign executor has: they go on while the core sleeps.
    pub in_flight: Vec<TaskKey>,
    /// Tasks that wait for the core to wake.
    pub waiting: usize,
    /// Tasks that wait for somebody to look.
    pub parked: usize,
}

/// The queue, open and ours.
pub struct Queue {
    store: Store,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    storage: Arc<dyn Storage>,
}

impl Queue {
    /// Opens the queue beside the vault in `dir`, making it when there is none, and takes the turn. The vault need
    /// not be open, nor the keystore unlocked.
    ///
    /// # Errors
    /// [`QueueError::InUse`] while another core works on it.
    pub fn open(dir: &Path, ports: &Ports) -> Result<Self, QueueError> {
        let store = Store::open(dir, Arc::clone(&ports.clock), &*ports.rng)?;
        let (clock, rng, storage) =
            (Arc::clone(&ports.clock), Arc::clone(&ports.rng), Arc::clone(&ports.storage));
        Ok(Self { store, clock, rng, storage })
    }

    /// The core woke up: a person came, a network appeared, a foreign executor has results. `running` are the tasks
    /// that the foreign executor still has; whatever else it was given is planned again. Returns how many are.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn on_wake(&mut self, running: &[TaskKey]) -> Result<usize, QueueError> {
        let now_ms = self.now_ms()?;
        self.begin(|row| {
            let known = running.iter().any(|key| key.as_str() == row.key());
            known && now_ms.saturating_sub(row.handed_ms) < HANDED_MS
        })
    }

    /// A session of the core's own executor begins: what a foreign executor has stays there.
    pub(in crate::sync) fn begin_session(&mut self) -> Result<usize, QueueError> {
        self.begin(|_| true)
    }

    fn begin(&mut self, is_running: impl Fn(&TaskRow) -> bool) -> Result<usize, QueueError> {
        self.store.write(|tx| {
            let session = session(tx)? + 1;
            store::put_note(tx, SESSION, &session)?;
            let mut returned = 0;
            for mut row in store::tasks(tx)? {
                let lost = match row.state {
                    TaskState::WithCore => true,
                    TaskState::WithShell => !is_running(&row),
                    _ => false,
                };
                if lost {
                    row.state = TaskState::Waiting;
                    store::put_task(tx, &row)?;
                    returned += 1;
                }
            }
            Ok(returned)
        })
    }

    /// What came of a task. May come twice, late, after a restart, or about a task that was planned again since:
    /// success always counts, failure only of a task that is under way.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn on_result(&mut self, key: &TaskKey, outcome: &TaskOutcome) -> Result<(), QueueError> {
        self.judged(key, outcome).map(drop)
    }

    /// As [`Queue::on_result`]; what it means.
    pub(in crate::sync) fn judged(
        &mut self,
        key: &TaskKey,
        outcome: &TaskOutcome,
    ) -> Result<Verdict, QueueError> {
        let Some(row) = store::task(self.store.conn(), key.as_str())? else { return Ok(Verdict::Back) };
        let verdict = match outcome {
            TaskOutcome::Answered(answer) => judge::judge(answer, row.len_bytes, self.now_ms()?),
            TaskOutcome::Unanswered(error) => judge::judge_silence(error),
            TaskOutcome::NotTaken => Verdict::Later("the phone's transfer service did not take it"),
        };
        let under_way = matches!(row.state, TaskState::WithCore | TaskState::WithShell);
        if under_way || verdict == Verdict::Stored {
            self.settle(key.as_str(), verdict.clone(), None)?;
        }
        Ok(verdict)
    }

    /// Writes down what became of a task, whoever carried it; `upload_url` is where the core's own executor would
    /// go on.
    pub(in crate::sync) fn settle(
        &mut self,
        key: &str,
        verdict: Verdict,
        upload_url: Option<String>,
    ) -> Result<(), QueueError> {
        let Some(mut row) = store::task(self.store.conn(), key)? else { return Ok(()) };
        let verdict = if verdict == Verdict::Mismatch { self.after_mismatch(&row) } else { verdict };
        let (now_ms, rng) = (self.now_ms()?, Arc::clone(&self.rng));
        row.upload_url = upload_url;
        self.store.write(|tx| {
            row.tried_in = session(tx)?;
            match verdict {
                Verdict::Stored => {
                    row = TaskRow { state: TaskState::Done, attempts: 0, not_before_ms: 0, ..row };
                    (row.upload_url, row.last_error) = (None, None);
                    circuit::close(tx)?;
                }
                Verdict::Later(reason) => postpone(&mut row, reason, now_ms, &*rng),
                Verdict::Park(reason) => {
                    row.state = TaskState::Parked;
                    row.last_error = Some(reason.to_owned());
                }
                Verdict::Mismatch | Verdict::Back => {
                    row.state = TaskState::Waiting;
                    row.tried_in -= 1;
                }
                Verdict::Token => {
                    refuse_token(&mut row, now_ms, &*rng);
                    reconcile::forget_token(tx, row.device)?;
                }
                Verdict::ServerWide { why, retry_after_ms } => {
                    postpone(&mut row, "the connection or the bureau failed", now_ms, &*rng);
                    circuit::trip(tx, why, retry_after_ms, now_ms, &*rng)?;
                }
            }
            Ok(store::put_task(tx, &row)?)
        })
    }

    /// The core is about to sleep: the turn is given back and the database closed, so that no file of it is open or
    /// locked while the system holds the process still (iOS kills whoever does: 0xdead10cc).
    ///
    /// # Errors
    /// [`QueueError`]; the files are closed all the same.
    pub fn prepare_suspend(self) -> Result<Suspended, QueueError> {
        let mut left = Suspended::default();
        for row in store::tasks(self.store.conn())? {
            match row.state {
                TaskState::WithShell => left.in_flight.push(TaskKey(row.key())),
                TaskState::Parked => left.parked += 1,
                TaskState::Done => {}
                _ => left.waiting += 1,
            }
        }
        self.store.close()?;
        Ok(left)
    }

    /// Takes parked tasks up again, of one item or of all; returns how many. Only a person does this: whatever was
    /// wrong must have been looked at.
    ///
    /// # Errors
    /// [`QueueError`].
    pub fn unpark(&mut self, item: Option<ItemId>) -> Result<usize, QueueError> {
        self.store.write(|tx| {
            let mut taken = 0;
            for mut row in store::tasks(tx)? {
                if row.state == TaskState::Parked && item.is_none_or(|item| item == row.item) {
                    row = TaskRow { state: TaskState::Waiting, attempts: 0, not_before_ms: 0, ..row };
                    (row.tried_in, row.upload_url) = (0, None);
                    store::put_task(tx, &row)?;
                    taken += 1;
                }
            }
            Ok(taken)
        })
    }

    /// Whether the bureau says that it has the piece.
    pub(in crate::sync) fn is_done(&self, key: &TaskKey) -> Result<bool, QueueError> {
        Ok(self.row(key.as_str())?.is_some_and(|row| row.state == TaskState::Done))
    }

    /// Every task, in the order of sending.
    pub(in crate::sync) fn rows(&self) -> Result<Vec<TaskRow>, QueueError> {
        Ok(store::tasks(self.store.conn())?)
    }

    pub(in crate::sync) fn row(&self, key: &str) -> Result<Option<TaskRow>, QueueError> {
        Ok(store::task(self.store.conn(), key)?)
    }

    /// Best estimate of the time now, Unix milliseconds, with the anchor that the last session left here.
    pub(in crate::sync) fn now_ms(&self) -> Result<i64, QueueError> {
        let anchor = store::note(self.store.conn(), ANCHOR)?;
        let clock = self.clock.read();
        Ok(TimeClaim::make(clock.wall_ms, clock.zone_minutes, clock.mono_ms, clock.boot_id, anchor).best_ms())
    }

    /// Keeps the bureau's time.
    pub(in crate::sync) fn put_anchor(
        &mut self,
        anchor: &liuhen_record::time::Anchor,
    ) -> Result<(), QueueError> {
        self.store.write(|tx| Ok(store::put_note(tx, ANCHOR, anchor)?))
    }

    /// The server received other bytes than the record names: either the way or our own file is bad.
    fn after_mismatch(&self, row: &TaskRow) -> Verdict {
        match self.digest_of(&piece_path(row.item, row.index)) {
            Ok(digest) if digest == row.sha256 => Verdict::Later("damaged on the way"),
            _ => Verdict::Park("damaged on this phone"),
        }
    }

    fn digest_of(&self, path: &str) -> std::io::Result<Digest> {
        let file = self.storage.open(path)?;
        let mut context = Context::new(&SHA256);
        let mut buffer = vec![0; READ_BYTES];
        let mut offset = 0;
        loop {
            let got = file.read_at(offset, &mut buffer)?;
            if got == 0 {
                return Ok(context.finish().into());
            }
            context.update(&buffer[..got]);
            offset += got as u64;
        }
    }
}

/// Why a piece is sent again with another token.
const TOKEN_REFUSED: &str = "the token was not accepted";
const SESSION: &str = "session";
const ANCHOR: &str = "anchor";

fn session(conn: &Connection) -> rusqlite::Result<i64> {
    Ok(store::note(conn, SESSION)?.unwrap_or(0))
}

/// Another token may be all that the piece lacks: it is sent with it at once. Refused with that one, too, it is not the
/// token, and tokens would be fetched and refused without a pause.
fn refuse_token(row: &mut TaskRow, now_ms: i64, rng: &dyn Rng) {
    if row.last_error.as_deref() == Some(TOKEN_REFUSED) {
        return postpone(row, TOKEN_REFUSED, now_ms, rng);
    }
    row.state = TaskState::Waiting;
    row.last_error = Some(TOKEN_REFUSED.to_owned());
}

fn postpone(row: &mut TaskRow, reason: &str, now_ms: i64, rng: &dyn Rng) {
    row.state = TaskState::Later;
    row.attempts = row.attempts.saturating_add(1);
    let failures = u32::try_from(row.attempts).unwrap_or(u32::MAX);
    row.not_before_ms = now_ms.saturating_add(backoff::delay_ms(failures, rng));
    row.last_error = Some(reason.to_owned());
}

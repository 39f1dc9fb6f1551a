//! One writer at a time for an upload: a newer request ends an older one and waits until it let go of the file.
//!
//! The epoch in the ledger is what makes this safe, also between two servers; this only makes it quick (a phone that
//! lost its connection must not wait for the old request to time out) and saves what the older one had received when
//! the newer one only asks how far it came.

use crate::store::UploadId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedMutexGuard, watch};

/// What becomes of what the older request received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It counts: the newer request asks for the offset.
    Save,
    /// It does not: the newer request brings bytes for the offset that was known before.
    Drop,
}

/// All uploads that a request is busy with.
#[derive(Default)]
pub struct Takeovers(Arc<Mutex<HashMap<UploadId, Arc<Slot>>>>);

struct Slot {
    newest: watch::Sender<(u64, Ending)>,
    busy: Arc<tokio::sync::Mutex<()>>,
}

/// The right to write the file of one upload. Given up when dropped.
pub struct Turn {
    slot: Arc<Slot>,
    mine: u64,
    upload: UploadId,
    all: Arc<Mutex<HashMap<UploadId, Arc<Slot>>>>,
    _busy: OwnedMutexGuard<()>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new_slot() -> Arc<Slot> {
    Arc::new(Slot { newest: watch::Sender::new((0, Ending::Save)), busy: Arc::default() })
}

impl Takeovers {
    /// Ends whoever is busy with this upload, waits, and takes the turn; `None` when somebody newer came meanwhile.
    pub async fn take(&self, upload: UploadId, ending: Ending) -> Option<Turn> {
        let (slot, mine) = {
            let mut all = lock(&self.0);
            let slot = all.entry(upload).or_insert_with(new_slot);
            slot.newest.send_modify(|newest| *newest = (newest.0 + 1, ending));
            (slot.clone(), slot.newest.borrow().0)
        };
        let busy = slot.busy.clone().lock_owned().await;
        let turn = Turn { slot, mine, upload, all: self.0.clone(), _busy: busy };
        turn.ended().is_none().then_some(turn)
    }
}

impl Turn {
    /// Whether a newer request came, and what it wants done with what was received.
    pub fn ended(&self) -> Option<Ending> {
        let (newest, ending) = *self.slot.newest.borrow();
        (newest != self.mine).then_some(ending)
    }

    /// Resolves when a newer request came.
    pub fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        let (mut newest, mine) = (self.slot.newest.subscribe(), self.mine);
        async move {
            let _closed = newest.wait_for(|newest| newest.0 != mine).await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut all = lock(&self.all);
        // Nobody else waits: only the map and this turn know the slot.
        if Arc::strong_count(&self.slot) == 2 {
            all.remove(&self.upload);
        }
    }
}

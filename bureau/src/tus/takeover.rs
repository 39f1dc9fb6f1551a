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

/// A request that has the turn or waits for it. The last one takes the slot away.
struct Place {
    slot: Arc<Slot>,
    upload: UploadId,
    all: Arc<Mutex<HashMap<UploadId, Arc<Slot>>>>,
}

/// The right to write the file of one upload. Given up when dropped.
pub struct Turn {
    place: Place,
    mine: u64,
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
        let (place, mine) = {
            let mut all = lock(&self.0);
            let slot = all.entry(upload).or_insert_with(new_slot);
            slot.newest.send_modify(|newest| *newest = (newest.0 + 1, ending));
            let mine = slot.newest.borrow().0;
            (Place { slot: slot.clone(), upload, all: self.0.clone() }, mine)
        };
        let busy = place.slot.busy.clone().lock_owned().await;
        let turn = Turn { place, mine, _busy: busy };
        turn.ended().is_none().then_some(turn)
    }
}

impl Turn {
    /// Whether a newer request came, and what it wants done with what was received.
    pub fn ended(&self) -> Option<Ending> {
        let (newest, ending) = *self.place.slot.newest.borrow();
        (newest != self.mine).then_some(ending)
    }

    /// Resolves when a newer request came.
    pub fn over(&self) -> impl Future<Output = ()> + Send + 'static {
        let (mut newest, mine) = (self.place.slot.newest.subscribe(), self.mine);
        async move {
            let _closed = newest.wait_for(|newest| newest.0 != mine).await;
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = lock(&self.all);
        // Nobody else has it or waits: only the map and this place know the slot.
        if Arc::strong_count(&self.slot) == 2 {
            all.remove(&self.upload);
        }
    }
}

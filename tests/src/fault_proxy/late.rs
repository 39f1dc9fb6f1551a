//! Requests that reach the server when nobody waits for them any longer, beside those that came after them.

use std::future::Future;
use tokio::{sync::oneshot, task::JoinSet};

/// What is late: on its way, or held until so many others have passed.
#[derive(Default)]
pub(super) struct Late {
    held: Vec<(u64, oneshot::Sender<()>)>,
    under_way: JoinSet<()>,
}

impl Late {
    /// How many there are.
    pub(super) fn len(&mut self) -> usize {
        while self.under_way.try_join_next().is_some() {}
        self.under_way.len()
    }

    /// Something that goes on by itself from now on.
    pub(super) fn spawn(&mut self, sending: impl Future<Output = ()> + Send + 'static) {
        self.under_way.spawn(sending);
    }

    /// Comes back when request number `before` of the phone sets out.
    pub(super) fn held_until(&mut self, before: u64) -> oneshot::Receiver<()> {
        let (release, released) = oneshot::channel();
        self.held.push((before, release));
        released
    }

    /// Lets go what was held until this request. It is not waited for.
    pub(super) fn release_before(&mut self, number: u64) {
        // Dropping a sender wakes who holds the other end.
        self.held.retain(|(before, _)| *before > number);
    }

    /// Lets everything go; whoever takes what is under way can wait for it.
    pub(super) fn release_all(&mut self) -> JoinSet<()> {
        self.held.clear();
        std::mem::take(&mut self.under_way)
    }

    /// Nothing arrives any more.
    pub(super) fn abort(&mut self) {
        self.under_way.abort_all();
    }
}

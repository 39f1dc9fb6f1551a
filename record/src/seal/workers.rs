//! Sealing and hashing beside the caller's thread, with a bounded number of batches.
//!
//! One thread encrypts, two take a part of the digests each (SHA-256 costs more than the encryption, and a
//! record wants four of them); the caller's thread reads and writes.

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use super::batch::Batch;
use super::digests::{Digests, Part};
use super::{PayloadKey, SealError};

/// Most batches that exist at once, each of about 2 MiB.
const MAX_BATCHES: usize = 4;

/// The threads. They end when this is dropped.
pub(super) struct Workers<D: Digests> {
    to_seal: Sender<Batch>,
    sealing: JoinHandle<()>,
    /// Sealed batches, in order, to be written by the caller's thread.
    to_write: Receiver<Arc<Batch>>,
    outer: Hashing<D::Outer>,
    inner: Hashing<D::Inner>,
    /// Batches that a hashing thread has done with.
    hashed: Receiver<Arc<Batch>>,
    /// Batches that nobody uses.
    free: Vec<Batch>,
    /// Batches that exist, the caller's own included.
    batches: usize,
    /// Batches sent to be sealed and not yet written.
    unwritten: usize,
}

impl<D: Digests> Workers<D> {
    /// Starts the threads, which go on from where the parts stand; nothing when the machine has no second
    /// processor or no thread to spare.
    pub(super) fn start(key: &Arc<PayloadKey>, outer: &D::Outer, inner: &D::Inner) -> Option<Self> {
        if thread::available_parallelism().map_or(1, usize::from) < 2 {
            return None;
        }
        let (hashed_back, hashed) = channel();
        let (to_outer, outer) = Hashing::start("liuhen-hash-outer", outer.clone(), hashed_back.clone())?;
        let (to_inner, inner) = Hashing::start("liuhen-hash-inner", inner.clone(), hashed_back)?;
        let to_hash: Vec<_> = [to_outer, to_inner].into_iter().flatten().collect();
        let (to_seal, unsealed) = channel::<Batch>();
        let (sealed, to_write) = channel();
        let key = Arc::clone(key);
        let seal = move || {
            for mut batch in unsealed {
                // Ending the thread is how a failure is told: the other ends of its channels notice.
                let Ok(()) = batch.seal(&key) else { return };
                let batch = Arc::new(batch);
                let sent = to_hash.iter().all(|part| part.send(Arc::clone(&batch)).is_ok());
                if !sent || sealed.send(batch).is_err() {
                    return;
                }
            }
        };
        let sealing = thread::Builder::new().name("liuhen-seal".to_owned()).spawn(seal).ok()?;
        let free = Vec::new();
        Some(Self { to_seal, sealing, to_write, outer, inner, hashed, free, batches: 1, unwritten: 0 })
    }

    /// Sends a batch on its way and returns an empty one, writing what is ready. Waits while too many batches
    /// are on their way.
    pub(super) fn exchange(&mut self, batch: Batch, out: &mut impl Write) -> Result<Batch, SealError> {
        self.send(batch)?;
        loop {
            while let Ok(sealed) = self.to_write.try_recv() {
                self.write(sealed, out)?;
            }
            while let Ok(batch) = self.hashed.try_recv() {
                self.let_go(batch);
            }
            if let Some(batch) = self.free.pop() {
                return Ok(batch.emptied());
            }
            if self.batches < MAX_BATCHES {
                self.batches += 1;
                return Ok(Batch::default());
            }
            if self.unwritten > 0 {
                let sealed = self.to_write.recv().map_err(|_| SealError::Broken)?;
                self.write(sealed, out)?;
            } else {
                let batch = self.hashed.recv().map_err(|_| SealError::Broken)?;
                self.let_go(batch);
            }
        }
    }

    /// Sends the last batch on its way, writes all that is left, waits for the threads and ends the digests.
    pub(super) fn finish(mut self, last: Batch, out: &mut impl Write) -> Result<D::Taken, SealError> {
        self.send(last)?;
        while self.unwritten > 0 {
            let sealed = self.to_write.recv().map_err(|_| SealError::Broken)?;
            self.write(sealed, out)?;
        }
        drop(self.to_seal);
        self.sealing.join().map_err(|_| SealError::Broken)?;
        Ok(D::finish(self.outer.finish()?, self.inner.finish()?))
    }

    fn send(&mut self, batch: Batch) -> Result<(), SealError> {
        self.unwritten += 1;
        self.to_seal.send(batch).map_err(|_| SealError::Broken)
    }

    fn write(&mut self, batch: Arc<Batch>, out: &mut impl Write) -> Result<(), SealError> {
        self.unwritten -= 1;
        out.write_all(batch.sealed()).map_err(SealError::Write)?;
        self.let_go(batch);
        Ok(())
    }

    /// The owners of each batch let go of it here, in any order; the last leaves it free.
    fn let_go(&mut self, batch: Arc<Batch>) {
        self.free.extend(Arc::into_inner(batch));
    }
}

/// One part of the digests, on a thread of its own if it looks at the bytes.
enum Hashing<P> {
    Beside(JoinHandle<P>),
    Needless(P),
}

impl<P: Part> Hashing<P> {
    /// With the queue of batches for the thread, if there is one.
    fn start(
        name: &str,
        mut part: P,
        back: Sender<Arc<Batch>>,
    ) -> Option<(Option<Sender<Arc<Batch>>>, Self)> {
        if !P::LOOKS {
            return Some((None, Self::Needless(part)));
        }
        let (queue, batches) = channel::<Arc<Batch>>();
        let hash = move || {
            for batch in batches {
                part.update(batch.sealed(), batch.plain());
                // Nobody waits for the last batches any more; then they are simply dropped.
                drop(back.send(batch));
            }
            part
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(hash).ok()?;
        Some((Some(queue), Self::Beside(thread)))
    }

    fn finish(self) -> Result<P, SealError> {
        match self {
            Self::Beside(thread) => thread.join().map_err(|_| SealError::Broken),
            Self::Needless(part) => Ok(part),
        }
    }
}

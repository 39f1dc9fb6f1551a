//! A whole item in one streaming pass.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;

use super::batch::{BATCH_CHUNKS, Batch};
use super::digests::{Digests, ItemHasher, Part};
use super::workers::Workers;
use super::{Envelope, FileKey, PayloadKey, SealError};

/// Below this many bytes of plaintext, starting threads costs more than it saves.
const THREADS_FROM_BYTES: u64 = 4 << 20;

/// Seals plaintext into `W` and takes every digest on the way.
///
/// Memory is bounded (about 8 MiB). From 4 MiB of plaintext on, three threads encrypt and hash beside the
/// caller's. Plaintext comes by [`Write`] or, with one copy less, by [`read_from`](Self::read_from); nothing
/// is complete before [`finish`](Self::finish). After a failed write every further call fails.
///
/// Use an envelope for one item only: two items under one envelope would give both away.
///
/// [`Sealer::new`] takes all that a record says; a copy that gets no record may take less
/// ([`Sealer::taking`] with [`FileDigests`](super::FileDigests) or `()`).
pub struct Sealer<W: Write, D: Digests = ItemHasher> {
    out: W,
    key: Arc<PayloadKey>,
    /// Waits until it is full and more follows, because the last chunk is special.
    batch: Batch,
    /// Number of the first chunk in `batch`.
    next_index: u64,
    plain_len_bytes: u64,
    stage: Stage<D>,
    broken: bool,
}

enum Stage<D: Digests> {
    Here(D::Outer, D::Inner),
    Beside(Workers<D>),
}

impl<W: Write> Sealer<W> {
    /// Writes the envelope and is ready for plaintext.
    ///
    /// # Errors
    /// [`SealError::WrongFileKey`] when the key is not the envelope's; [`SealError::Write`].
    pub fn new(out: W, envelope: &Envelope, file_key: &FileKey) -> Result<Self, SealError> {
        Self::taking(out, envelope, file_key)
    }
}

impl<W: Write, D: Digests> Sealer<W, D> {
    /// As [`Sealer::new`], with a choice of digests.
    ///
    /// # Errors
    /// As [`Sealer::new`].
    pub fn taking(mut out: W, envelope: &Envelope, file_key: &FileKey) -> Result<Self, SealError> {
        if !envelope.verify_mac(file_key) {
            return Err(SealError::WrongFileKey);
        }
        out.write_all(envelope.bytes()).map_err(SealError::Write)?;
        let (outer, inner) = D::start(envelope);
        Ok(Self {
            out,
            key: Arc::new(PayloadKey::derive(file_key, envelope)),
            batch: Batch::default(),
            next_index: 0,
            plain_len_bytes: 0,
            stage: Stage::Here(outer, inner),
            broken: false,
        })
    }

    /// Takes all that `reader` has and returns its length in bytes.
    ///
    /// # Errors
    /// [`SealError::Read`] leaves the sealer usable; any other error breaks it.
    pub fn read_from(&mut self, reader: &mut impl Read) -> Result<u64, SealError> {
        let before = self.plain_len_bytes;
        loop {
            if self.batch.is_full() {
                // A full batch may be the end: look for one more byte before it is sealed as not the last.
                let mut first = [0; 1];
                if read_some(reader, &mut first)? == 0 {
                    break;
                }
                self.take(&first)?;
            }
            let got = self.batch.fill_with(|buf| read_some(reader, buf))?;
            self.plain_len_bytes += got as u64;
            if got == 0 {
                break;
            }
        }
        Ok(self.plain_len_bytes - before)
    }

    /// Seals the last chunk, flushes the writer and returns the digests. Durability is the caller's matter.
    ///
    /// # Errors
    /// [`SealError::Write`], or [`SealError::Broken`] after an earlier error.
    pub fn finish(mut self) -> Result<D::Taken, SealError> {
        if self.broken {
            return Err(SealError::Broken);
        }
        self.batch.first_index = self.next_index;
        self.batch.last = true;
        let taken = match self.stage {
            Stage::Here(mut outer, mut inner) => {
                pass::<D>(&mut self.batch, &self.key, &mut outer, &mut inner, &mut self.out)?;
                D::finish(outer, inner)
            }
            Stage::Beside(workers) => workers.finish(self.batch, &mut self.out)?,
        };
        self.out.flush().map_err(SealError::Write)?;
        Ok(taken)
    }

    /// Copies plaintext into the batch, sending full batches on as more follows.
    fn take(&mut self, mut plain: &[u8]) -> Result<(), SealError> {
        while !plain.is_empty() {
            if self.batch.is_full() {
                self.send_batch()?;
            }
            let later = self.batch.fill(plain);
            self.plain_len_bytes += (plain.len() - later.len()) as u64;
            plain = later;
        }
        Ok(())
    }

    /// Sends a full batch on, which is not the last.
    fn send_batch(&mut self) -> Result<(), SealError> {
        // Set until the batch is through: half a batch written cannot be taken back.
        if std::mem::replace(&mut self.broken, true) {
            return Err(SealError::Broken);
        }
        if self.plain_len_bytes >= THREADS_FROM_BYTES {
            self.start_threads();
        }
        let mut batch = std::mem::take(&mut self.batch);
        batch.first_index = self.next_index;
        self.next_index += BATCH_CHUNKS as u64;
        self.batch = match &mut self.stage {
            Stage::Here(outer, inner) => {
                pass::<D>(&mut batch, &self.key, outer, inner, &mut self.out)?;
                batch.emptied()
            }
            Stage::Beside(workers) => workers.exchange(batch, &mut self.out)?,
        };
        self.broken = false;
        Ok(())
    }

    /// Goes on with threads, unless it does already or none can be had.
    fn start_threads(&mut self) {
        if let Stage::Here(outer, inner) = &self.stage
            && let Some(workers) = Workers::start(&self.key, outer, inner)
        {
            self.stage = Stage::Beside(workers);
        }
    }
}

/// The whole way of a batch on the caller's thread.
fn pass<D: Digests>(
    batch: &mut Batch,
    key: &PayloadKey,
    outer: &mut D::Outer,
    inner: &mut D::Inner,
    out: &mut impl Write,
) -> Result<(), SealError> {
    batch.seal(key)?;
    outer.update(batch.sealed(), batch.plain());
    inner.update(batch.sealed(), batch.plain());
    out.write_all(batch.sealed()).map_err(SealError::Write)
}

/// One read that is not disturbed by a signal.
fn read_some(reader: &mut impl Read, buf: &mut [u8]) -> Result<usize, SealError> {
    loop {
        match reader.read(buf) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => return result.map_err(SealError::Read),
        }
    }
}

impl<W: Write, D: Digests> Write for Sealer<W, D> {
    /// Takes all of `plain`; some MiB of it may still wait for what follows.
    fn write(&mut self, plain: &[u8]) -> io::Result<usize> {
        self.take(plain).map_err(|error| match error {
            SealError::Write(error) => error,
            other => io::Error::other(other),
        })?;
        Ok(plain.len())
    }

    /// Flushes the writer below; waiting plaintext stays, because only [`Sealer::finish`] may end an item.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write, D: Digests> std::fmt::Debug for Sealer<W, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("plain_len_bytes", &self.plain_len_bytes).finish_non_exhaustive()
    }
}

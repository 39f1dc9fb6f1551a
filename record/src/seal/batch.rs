//! Some chunks on their way through a [`Sealer`](super::Sealer): in clear, then sealed.

use zeroize::Zeroizing;

use super::{CHUNK_BYTES, PayloadKey, SealError, TAG_BYTES};

/// Chunks that are sealed, hashed and written together.
pub(super) const BATCH_CHUNKS: usize = 16;

/// Plaintext bytes of a full batch.
pub(super) const BATCH_BYTES: usize = BATCH_CHUNKS * CHUNK_BYTES;

#[derive(Default)]
pub(super) struct Batch {
    /// Wiped when dropped. Longer than what is filled when the batch is used again.
    buffer: Zeroizing<Vec<u8>>,
    filled: usize,
    sealed: Vec<u8>,
    /// Number of the first chunk in the item.
    pub(super) first_index: u64,
    /// Whether the item ends with this batch. A batch that is not the last is full.
    pub(super) last: bool,
}

impl Batch {
    /// The plaintext that has been filled in.
    pub(super) fn plain(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// The sealed chunks; nothing before [`seal`](Self::seal).
    pub(super) fn sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// Whether no more plaintext fits.
    pub(super) fn is_full(&self) -> bool {
        self.filled == BATCH_BYTES
    }

    /// Appends as much of `plain` as fits and returns the rest.
    pub(super) fn fill<'a>(&mut self, plain: &'a [u8]) -> &'a [u8] {
        let (now, later) = plain.split_at(plain.len().min(BATCH_BYTES - self.filled));
        let (over, beyond) = now.split_at(now.len().min(self.buffer.len() - self.filled));
        self.buffer[self.filled..self.filled + over.len()].copy_from_slice(over);
        self.buffer.extend_from_slice(beyond);
        self.filled += now.len();
        later
    }

    /// Lets `read` write plaintext in place and say how much it wrote.
    pub(super) fn fill_with<E>(
        &mut self,
        read: impl FnOnce(&mut [u8]) -> Result<usize, E>,
    ) -> Result<usize, E> {
        if self.buffer.len() < BATCH_BYTES {
            self.buffer.resize(BATCH_BYTES, 0);
        }
        let got = read(&mut self.buffer[self.filled..])?;
        self.filled += got;
        Ok(got)
    }

    /// Seals what has been filled in.
    pub(super) fn seal(&mut self, key: &PayloadKey) -> Result<(), SealError> {
        let plain = &self.buffer[..self.filled];
        // An empty item is one empty chunk.
        let chunks = plain.len().div_ceil(CHUNK_BYTES).max(1);
        self.sealed.reserve(plain.len() + chunks * TAG_BYTES);
        for at in 0..chunks {
            let chunk = &plain[at * CHUNK_BYTES..plain.len().min((at + 1) * CHUNK_BYTES)];
            let last = self.last && at + 1 == chunks;
            key.seal_chunk(self.first_index + at as u64, last, chunk, &mut self.sealed)?;
        }
        Ok(())
    }

    /// The same buffers, for the next chunks.
    pub(super) fn emptied(mut self) -> Self {
        self.filled = 0;
        self.sealed.clear();
        self
    }
}

//! Sealing while bytes arrive, so that a crash at any moment loses only what came after the last tick
//! (`spec/tail-journal.md`). This is the file alone; [`super::Capture`] adds the records.

use super::{journal::Journal, pieced::PiecedFile};
use crate::ports::Storage;
use liuhen_record::{
    ItemId,
    seal::{
        CHUNK_BYTES, Envelope, FileKey, ItemHasher, PayloadKey, SealError, SealedDigests, TAG_BYTES, TailKey,
    },
};
use std::{io, sync::Arc};
use zeroize::Zeroizing;

/// Whole chunks are written without waiting for a tick once so many wait: memory stays flat however fast bytes come.
const WAITING_CHUNKS: usize = 8;

/// Why a writer could not go on.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The storage failed; what was not acknowledged may be lost.
    #[error("the storage failed")]
    Storage(#[from] io::Error),
    /// A chunk could not be sealed.
    #[error("sealing failed")]
    Seal(#[from] SealError),
    /// An earlier call failed: the file can only be ended, with [`super::end_file`].
    #[error("writing failed earlier")]
    Broken,
}

/// What is known to be durable when writing fails: the rest counts as lost, even if it can still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durable {
    pub(super) chunks: u64,
    pub(super) journal_end: u64,
}

/// Writes one sealed file.
pub struct Writer {
    file: PiecedFile,
    journal: Journal,
    key: PayloadKey,
    hasher: ItemHasher,
    envelope_bytes: u64,
    /// Number of the chunk that `pending` begins.
    chunk: u64,
    pending: Zeroizing<Vec<u8>>,
    /// So many bytes of `pending` are in the journal.
    journalled: usize,
    /// Chunks were written since the last sync of the file.
    unsynced: bool,
    durable: Durable,
    pushed_bytes: u64,
    acked_bytes: u64,
    broken: bool,
}

impl Writer {
    /// Makes the item's files, durably: afterwards the first byte may come. The caller must have made durable, or be
    /// about to before the first byte, the envelope and the wrapped file key.
    ///
    /// # Errors
    /// [`WriteError`]; what was made so far may be left over.
    pub fn create(
        storage: &Arc<dyn Storage>,
        item: ItemId,
        file_key: &FileKey,
        envelope: &Envelope,
    ) -> Result<Self, WriteError> {
        let mut file = PiecedFile::create(storage, item)?;
        file.write_at(0, envelope.bytes())?;
        let journal = Journal::create(&**storage, item, TailKey::derive(file_key, envelope))?;
        // The folder is synced with the file: both names are durable.
        file.sync()?;
        let durable = Durable { chunks: 0, journal_end: journal.durable_end() };
        Ok(Self {
            file,
            journal,
            key: PayloadKey::derive(file_key, envelope),
            hasher: ItemHasher::new(envelope),
            envelope_bytes: envelope.bytes().len() as u64,
            chunk: 0,
            pending: Zeroizing::new(Vec::new()),
            journalled: 0,
            unsynced: false,
            durable,
            pushed_bytes: 0,
            acked_bytes: 0,
            broken: false,
        })
    }

    /// Takes the next bytes. They are durable after the next [`Writer::tick`].
    ///
    /// # Errors
    /// [`WriteError`]; the writer can then only be given up.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.unless_broken(|writer| {
            for slice in bytes.chunks(CHUNK_BYTES) {
                writer.pending.extend_from_slice(slice);
                writer.pushed_bytes += slice.len() as u64;
                if writer.pending.len() > WAITING_CHUNKS * CHUNK_BYTES {
                    writer.write_whole_chunks()?;
                }
            }
            Ok(())
        })
    }

    /// Makes everything pushed so far survive a power loss, and returns its length in bytes.
    ///
    /// # Errors
    /// [`WriteError`]; the writer can then only be given up.
    pub fn tick(&mut self) -> Result<u64, WriteError> {
        self.unless_broken(Self::make_durable)
    }

    /// Seals the last chunk and makes the whole file durable.
    ///
    /// # Errors
    /// [`WriteError`]; the file must then be ended with [`super::end_file`].
    pub fn finish(&mut self) -> Result<SealedDigests, WriteError> {
        self.unless_broken(|writer| {
            // The journal holds all of the last chunk before that chunk is sealed: whoever must end this file after
            // a crash seals the same bytes under the same nonce, never others.
            writer.make_durable()?;
            let mut sealed = Vec::with_capacity(writer.pending.len() + TAG_BYTES);
            writer.key.seal_chunk(writer.chunk, true, &writer.pending, &mut sealed)?;
            writer.file.write_at(writer.chunk_offset(), &sealed)?;
            writer.file.sync()?;
            writer.hasher.ciphertext(&sealed);
            writer.hasher.plaintext(&writer.pending);
            // Nothing may follow the last chunk.
            writer.broken = true;
            Ok(writer.hasher.clone().finish())
        })
    }

    /// Bytes taken so far.
    pub fn pushed_bytes(&self) -> u64 {
        self.pushed_bytes
    }

    /// Bytes that the last tick made durable.
    pub fn acked_bytes(&self) -> u64 {
        self.acked_bytes
    }

    /// Gives up: closes the files and says what of them may be relied on.
    pub fn give_up(self) -> Durable {
        self.durable
    }

    fn unless_broken<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        if self.broken {
            return Err(WriteError::Broken);
        }
        work(self).inspect_err(|_| self.broken = true)
    }

    fn chunk_offset(&self) -> u64 {
        self.envelope_bytes + self.chunk * (CHUNK_BYTES + TAG_BYTES) as u64
    }

    /// Seals and writes every chunk of which it is known that more follows.
    fn write_whole_chunks(&mut self) -> Result<(), WriteError> {
        let whole = self.pending.len().saturating_sub(1) / CHUNK_BYTES;
        if whole == 0 {
            return Ok(());
        }
        let mut sealed = Vec::with_capacity(whole * (CHUNK_BYTES + TAG_BYTES));
        let plain_bytes = whole * CHUNK_BYTES;
        for (index, plain) in (self.chunk..).zip(self.pending[..plain_bytes].chunks(CHUNK_BYTES)) {
            self.key.seal_chunk(index, false, plain, &mut sealed)?;
        }
        self.unsynced = true;
        self.file.write_at(self.chunk_offset(), &sealed)?;
        self.hasher.ciphertext(&sealed);
        self.hasher.plaintext(&self.pending[..plain_bytes]);
        self.chunk += whole as u64;
        self.journalled = 0;
        self.pending.drain(..plain_bytes);
        Ok(())
    }

    fn make_durable(&mut self) -> Result<u64, WriteError> {
        self.write_whole_chunks()?;
        if self.unsynced {
            self.file.sync()?;
            self.unsynced = false;
            self.durable.chunks = self.chunk;
            // Only now may new records overwrite those of the chunks that have become durable in the file.
            self.journal.start(self.chunk);
            self.durable.journal_end = self.journal.durable_end();
        }
        if self.journalled < self.pending.len() {
            self.journal.append(&self.pending[self.journalled..])?;
            self.journalled = self.pending.len();
            self.durable.journal_end = self.journal.durable_end();
        }
        self.acked_bytes = self.pushed_bytes;
        Ok(self.acked_bytes)
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("pushed_bytes", &self.pushed_bytes).finish_non_exhaustive()
    }
}

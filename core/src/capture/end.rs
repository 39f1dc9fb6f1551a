//! Ending a file that its writer could not end: after a crash, a power loss, a failing storage
//! (`spec/tail-journal.md` §4). Never goes on with a stream; may itself be interrupted at any point and repeated.

use super::{journal::FoundJournal, pieced::PiecedFile, writer::Durable};
use crate::ports::Storage;
use liuhen_record::{
    ItemId,
    kind::RecoveryRule,
    seal::{
        CHUNK_BYTES, Envelope, FileKey, ItemHasher, PayloadKey, ReadAt, RecoverKey, SealError, SealedDigests,
        TAG_BYTES, TailKey,
    },
};
use std::{io, sync::Arc};

const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// Why a file could not be ended now. It can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// The storage failed.
    #[error("the storage failed")]
    Storage(#[from] io::Error),
    /// The last chunk could not be sealed.
    #[error("sealing failed")]
    Seal(#[from] SealError),
}

/// A file that is complete now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Its digests.
    pub digests: SealedDigests,
    /// How it was ended.
    pub rule: RecoveryRule,
    /// Plaintext bytes that had been acknowledged, as far as the files show.
    pub acked_bytes: u64,
}

/// Ends the file of an item as a complete age file that holds every byte ever acknowledged.
///
/// `known` is what a writer of this process knows to be durable; after a crash nobody knows, and what can be read is
/// what there is.
///
/// # Errors
/// [`EndError`]; trying again later is safe.
pub fn end_file(
    storage: &Arc<dyn Storage>,
    item: ItemId,
    file_key: &FileKey,
    envelope: &Envelope,
    known: Option<Durable>,
) -> Result<Ended, EndError> {
    let mut ending = Ending {
        storage,
        item,
        file: PiecedFile::open_or_create(storage, item)?,
        journal: FoundJournal::open(&**storage, item)?,
        envelope,
        key: PayloadKey::derive(file_key, envelope),
        hasher: ItemHasher::new(envelope),
    };
    if let Some(durable) = known {
        // What failed to become durable may come back after a power loss, when something else was sealed in its
        // place: it is taken away first, durably.
        ending.journal.end_at(durable.journal_end)?;
        let end = ending.offset(durable.chunks);
        if ending.file.len_bytes()? > end {
            ending.file.cut(end)?;
            ending.file.sync()?;
        }
    }
    ending.restore_envelope()?;
    let found = ending.read_whole_chunks()?;
    let (last, acked_bytes) = ending.choose_last(file_key, &found)?;
    ending.write_last(&last, &found, acked_bytes)
}

struct Ending<'a> {
    storage: &'a Arc<dyn Storage>,
    item: ItemId,
    file: PiecedFile,
    journal: FoundJournal,
    envelope: &'a Envelope,
    key: PayloadKey,
    hasher: ItemHasher,
}

/// The authentic whole chunks at the start of the file. All but the last are in the hasher.
struct Found {
    chunks: u64,
    last_sealed: Vec<u8>,
    last_plain: Vec<u8>,
}

/// The chunk that will end the file.
struct Last {
    index: u64,
    plain: Vec<u8>,
    rule: RecoveryRule,
}

impl Ending<'_> {
    fn offset(&self, chunk: u64) -> u64 {
        self.envelope.bytes().len() as u64 + chunk * SEALED_CHUNK_BYTES as u64
    }

    /// Rule 1: the envelope is known from the database, so a file that lost it gets the same again.
    fn restore_envelope(&mut self) -> io::Result<()> {
        let expected = self.envelope.bytes();
        let mut start = vec![0; expected.len()];
        let got = read_full(&self.file, 0, &mut start)?;
        if got < expected.len() || start != expected {
            self.file.write_at(0, expected)?;
        }
        Ok(())
    }

    fn read_whole_chunks(&mut self) -> io::Result<Found> {
        let mut found = Found { chunks: 0, last_sealed: Vec::new(), last_plain: Vec::new() };
        let mut sealed = vec![0; SEALED_CHUNK_BYTES];
        loop {
            let got = read_full(&self.file, self.offset(found.chunks), &mut sealed)?;
            if got < SEALED_CHUNK_BYTES {
                return Ok(found);
            }
            let Ok(plain) = self.key.open_chunk(found.chunks, false, &sealed) else { return Ok(found) };
            self.hasher.ciphertext(&found.last_sealed);
            self.hasher.plaintext(&found.last_plain);
            found.last_sealed.clone_from(&sealed);
            found.last_plain = plain;
            found.chunks += 1;
        }
    }

    /// Rule 4: which chunk ends the file, and how much is known to have been acknowledged.
    fn choose_last(&mut self, file_key: &FileKey, found: &Found) -> io::Result<(Last, u64)> {
        let chunks = found.chunks;
        let remainder = self.journal.remainder(&TailKey::derive(file_key, self.envelope))?;
        let whole_bytes = chunks * CHUNK_BYTES as u64;
        let acked_bytes = remainder.as_ref().map_or(whole_bytes, |rest| {
            rest.chunk.saturating_mul(CHUNK_BYTES as u64) + rest.plain.len() as u64
        });
        let recover_key = RecoverKey::derive(file_key, self.envelope);
        // An earlier recovery decided to seal this chunk again: the decision stands.
        if let Some((index, plain)) = self.journal.kept_chunk(&recover_key)?
            && (index == chunks || index + 1 == chunks)
        {
            return Ok((Last { index, plain, rule: RecoveryRule::ResealedLast }, acked_bytes));
        }
        if let Some(rest) = remainder.filter(|rest| rest.chunk == chunks) {
            return Ok((
                Last { index: chunks, plain: rest.plain, rule: RecoveryRule::FromJournal },
                acked_bytes,
            ));
        }
        let Some(index) = chunks.checked_sub(1) else {
            return Ok((Last { index: 0, plain: Vec::new(), rule: RecoveryRule::Empty }, acked_bytes));
        };
        let plain = found.last_plain.clone();
        self.journal.keep_chunk(&**self.storage, self.item, &recover_key, index, &plain)?;
        Ok((Last { index, plain, rule: RecoveryRule::ResealedLast }, acked_bytes))
    }

    fn write_last(mut self, last: &Last, found: &Found, acked_bytes: u64) -> Result<Ended, EndError> {
        if last.index == found.chunks {
            self.hasher.ciphertext(&found.last_sealed);
            self.hasher.plaintext(&found.last_plain);
        }
        let mut sealed = Vec::with_capacity(SEALED_CHUNK_BYTES);
        self.key.seal_chunk(last.index, true, &last.plain, &mut sealed)?;
        let offset = self.offset(last.index);
        let end = offset + sealed.len() as u64;
        let mut there = vec![0; sealed.len()];
        let complete = self.file.len_bytes()? == end
            && read_full(&self.file, offset, &mut there)? == sealed.len()
            && there == sealed;
        if !complete {
            self.file.write_at(offset, &sealed)?;
            self.file.cut(end)?;
        }
        self.file.sync_all()?;
        self.hasher.ciphertext(&sealed);
        self.hasher.plaintext(&last.plain);
        let rule = if complete { RecoveryRule::AlreadySealed } else { last.rule };
        Ok(Ended { digests: self.hasher.finish(), rule, acked_bytes })
    }
}

/// Reads until `buf` is full or the file ends.
fn read_full(file: &PiecedFile, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match file.read_at(offset + filled as u64, &mut buf[filled..])? {
            0 => break,
            got => filled += got,
        }
    }
    Ok(filled)
}

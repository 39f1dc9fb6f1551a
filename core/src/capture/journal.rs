//! The tail journal: what was captured and does not fill a chunk yet (`spec/tail-journal.md`).

use super::pieced::item_dir;
use crate::ports::{Storage, StoredFile};
use liuhen_record::{
    ItemId,
    seal::{CHUNK_BYTES, RecoverKey, TAG_BYTES, TailKey},
};
use std::io;

/// Where recovery keeps a chunk that it is about to seal again: number (8 bytes) and sealed chunk, at the start.
const KEPT_BYTES: usize = 8 + CHUNK_BYTES + TAG_BYTES;

/// Where the records begin: behind the kept chunk, on the next sector.
pub(super) const RECORDS_AT: u64 = 66_048;

/// Space taken for records when the journal is made, so that a tick changes no metadata and cannot run out of space.
/// Two and a half chunks: a chunk's worth of plaintext in records of 50 bytes fits; more makes the journal grow.
const RECORDS_BYTES: u64 = 160 * 1024;

/// Record header: length of the plaintext (4), number of the chunk (8), number of the record (4), big endian.
pub(super) const HEADER_BYTES: usize = 16;

fn path(item: ItemId) -> String {
    format!("{}/tail", item_dir(item))
}

/// The journal of a running capture.
pub(super) struct Journal {
    file: Box<dyn StoredFile>,
    key: TailKey,
    /// The chunk whose plaintext is being journalled.
    chunk: u64,
    records: u32,
    end: u64,
    /// Everything before it is durable.
    durable_end: u64,
}

impl Journal {
    /// Makes an empty journal with its space taken. Its name is not durable before the folder is synced.
    pub(super) fn create(storage: &dyn Storage, item: ItemId, key: TailKey) -> io::Result<Self> {
        let mut file = storage.create(&path(item))?;
        file.write_at(0, &vec![0; (RECORDS_AT + RECORDS_BYTES) as usize])?;
        file.sync()?;
        Ok(Self { file, key, chunk: 0, records: 0, end: RECORDS_AT, durable_end: RECORDS_AT })
    }

    /// Goes on with another chunk. The caller has made everything before that chunk durable, because its records
    /// will overwrite the old ones.
    pub(super) fn start(&mut self, chunk: u64) {
        if chunk != self.chunk {
            self.chunk = chunk;
            self.records = 0;
            self.end = RECORDS_AT;
            self.durable_end = RECORDS_AT;
        }
    }

    /// Appends `plain` as the next record of the chunk and makes it durable.
    ///
    /// After an error nothing may be appended any more: the same record number must never seal other bytes.
    pub(super) fn append(&mut self, plain: &[u8]) -> io::Result<()> {
        let mut record = Vec::with_capacity(HEADER_BYTES + plain.len() + TAG_BYTES);
        record.extend_from_slice(&(plain.len() as u32).to_be_bytes());
        record.extend_from_slice(&self.chunk.to_be_bytes());
        record.extend_from_slice(&self.records.to_be_bytes());
        self.key.seal(self.chunk, self.records, plain, &mut record);
        self.file.write_at(self.end, &record)?;
        self.file.sync()?;
        self.end += record.len() as u64;
        self.durable_end = self.end;
        self.records += 1;
        Ok(())
    }

    /// Where the durable records end.
    pub(super) fn durable_end(&self) -> u64 {
        self.durable_end
    }
}

/// A journal found after a capture ended without being finished.
pub(super) struct FoundJournal {
    file: Option<Box<dyn StoredFile>>,
}

/// What a journal's records hold.
pub(super) struct Remainder {
    /// The chunk they belong to.
    pub(super) chunk: u64,
    /// The plaintext of that chunk, as far as it was journalled; never empty.
    pub(super) plain: Vec<u8>,
}

impl FoundJournal {
    /// Opens the journal of an item; a missing one holds nothing.
    pub(super) fn open(storage: &dyn Storage, item: ItemId) -> io::Result<Self> {
        let path = path(item);
        let file = if storage.exists(&path)? { Some(storage.open(&path)?) } else { None };
        Ok(Self { file })
    }

    /// Ends the records at `offset`, durably: a record whose sync failed must not come back later, after what
    /// precedes it was sealed as the end of the item.
    pub(super) fn end_at(&mut self, offset: u64) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_at(offset, &[0; HEADER_BYTES])?;
        file.sync()
    }

    /// Reads the records, up to the first that does not open.
    pub(super) fn remainder(&self, key: &TailKey) -> io::Result<Option<Remainder>> {
        let Some(file) = &self.file else { return Ok(None) };
        let (mut chunk, mut plain) = (None, Vec::new());
        let mut offset = RECORDS_AT;
        for number in 0.. {
            let mut header = [0; HEADER_BYTES];
            if read_full(&**file, offset, &mut header)? < HEADER_BYTES {
                break;
            }
            let len = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
            let [.., a, b, c, d] = header;
            let index = header[4..12].iter().fold(0, |index, byte| index << 8 | u64::from(*byte));
            let expected = *chunk.get_or_insert(index);
            let fits = len > 0 && plain.len() + len <= CHUNK_BYTES;
            if !fits || index != expected || u32::from_be_bytes([a, b, c, d]) != number {
                break;
            }
            let mut sealed = vec![0; len + TAG_BYTES];
            if read_full(&**file, offset + HEADER_BYTES as u64, &mut sealed)? < sealed.len() {
                break;
            }
            let Ok(bytes) = key.open(index, number, &sealed) else { break };
            plain.extend_from_slice(&bytes);
            offset += (HEADER_BYTES + sealed.len()) as u64;
        }
        Ok(chunk.filter(|_| !plain.is_empty()).map(|chunk| Remainder { chunk, plain }))
    }

    /// The chunk that an interrupted recovery was sealing again, with its number.
    pub(super) fn kept_chunk(&self, key: &RecoverKey) -> io::Result<Option<(u64, Vec<u8>)>> {
        let Some(file) = &self.file else { return Ok(None) };
        let mut kept = vec![0; KEPT_BYTES];
        if read_full(&**file, 0, &mut kept)? < KEPT_BYTES {
            return Ok(None);
        }
        let (number, sealed) = kept.split_at(8);
        let index = number.iter().fold(0, |index, byte| index << 8 | u64::from(*byte));
        Ok(key.open(index, sealed).ok().map(|plain| (index, plain)))
    }

    /// Keeps a whole chunk, durably, before it is overwritten by itself sealed as the last one.
    pub(super) fn keep_chunk(
        &mut self,
        storage: &dyn Storage,
        item: ItemId,
        key: &RecoverKey,
        index: u64,
        plain: &[u8],
    ) -> io::Result<()> {
        let mut kept = index.to_be_bytes().to_vec();
        key.seal(index, plain, &mut kept);
        let mut file = match self.file.take() {
            Some(file) => file,
            None => storage.create(&path(item))?,
        };
        file.write_at(0, &kept)?;
        file.sync()?;
        self.file = Some(file);
        storage.sync_dir(&item_dir(item))
    }
}

/// Removes the journal of a sealed item, if it is there.
pub(super) fn remove(storage: &dyn Storage, item: ItemId) -> io::Result<()> {
    let path = path(item);
    if storage.exists(&path)? { storage.remove_file(&path) } else { Ok(()) }
}

/// Reads until `buf` is full or the file ends.
fn read_full(file: &dyn StoredFile, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match file.read_at(offset + filled as u64, &mut buf[filled..])? {
            0 => break,
            got => filled += got,
        }
    }
    Ok(filled)
}

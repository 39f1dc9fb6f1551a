//! A list on its way: which chunks came, which to ask for next, and how many at once (spec/recorder-profile.md §6).
//!
//! Pure: it is told what came and tells what to ask. Memory is the list itself and one bit a chunk, whatever the
//! recorder sends.

use super::frame::{CHUNK_HEAD_BYTES, Chunk, ListHead, READ_HEAD_BYTES};
use crate::{FileList, RecorderError, files::MAX_LIST_BYTES};
use ring::digest::{SHA256, digest};

/// Chunks that one request can ask for: 32 bytes of mask.
const MAX_WINDOW: u32 = 256;
/// Chunks asked for at first.
const FIRST_WINDOW: u32 = 64;
/// After losses, no fewer than this are asked for at once: the round trip costs more than what is lost again.
const MIN_WINDOW: u32 = 8;
/// Windows in a row that may bring nothing before the transfer is given up.
const MAX_BARREN: u32 = 16;

/// One list being collected.
#[derive(Debug)]
pub struct Transfer {
    head: ListHead,
    chunk_len_bytes: u32,
    /// A request's mask holds at most this many bytes on this connection.
    mask_bytes: usize,
    text: Vec<u8>,
    have: Vec<bool>,
    missing: u32,
    window: u32,
    /// Asked for in the present window and not come yet.
    awaited: u32,
    asked: Vec<u32>,
    barren: u32,
    came: bool,
}

impl Transfer {
    /// Prepares for a list; `max_write_bytes` is the longest value on this connection.
    ///
    /// # Errors
    /// [`RecorderError::Malformed`] when the list is longer than any may be, or has more lines than bytes;
    /// [`RecorderError::Unsupported`] when no request fits.
    pub fn new(head: ListHead, max_write_bytes: usize) -> Result<Self, RecorderError> {
        if head.total_bytes as usize > MAX_LIST_BYTES || head.lines > head.total_bytes {
            return Err(RecorderError::Malformed("length of the list"));
        }
        if max_write_bytes <= READ_HEAD_BYTES {
            return Err(RecorderError::Unsupported("a list on this connection"));
        }
        let chunk_len_bytes = max_write_bytes.saturating_sub(CHUNK_HEAD_BYTES).clamp(1, 512) as u32;
        let chunks = head.total_bytes.div_ceil(chunk_len_bytes);
        Ok(Self {
            text: vec![0; head.total_bytes as usize],
            have: vec![false; chunks as usize],
            missing: chunks,
            mask_bytes: (max_write_bytes - READ_HEAD_BYTES).min(MAX_WINDOW as usize / 8),
            window: FIRST_WINDOW,
            awaited: 0,
            asked: Vec::new(),
            barren: 0,
            came: false,
            head,
            chunk_len_bytes,
        })
    }

    /// Goes on with a list that was opened again. Keeps what came if it is the same list and its chunks still fit.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn reopened(self, head: ListHead, max_write_bytes: usize) -> Result<Self, RecorderError> {
        let fresh = Self::new(head, max_write_bytes)?;
        let same = self.head.sha256 == fresh.head.sha256 && self.head.total_bytes == fresh.head.total_bytes;
        if !same || self.chunk_len_bytes > fresh.chunk_len_bytes {
            return Ok(fresh);
        }
        Ok(Self { head: fresh.head, mask_bytes: fresh.mask_bytes, awaited: 0, asked: Vec::new(), ..self })
    }

    /// Parameters of the next LIST_READ, or `None` when everything came.
    ///
    /// # Errors
    /// [`RecorderError::ListIncomplete`] when too many windows brought nothing.
    pub fn next_request(&mut self) -> Result<Option<Vec<u8>>, RecorderError> {
        self.close_window();
        if self.barren >= MAX_BARREN {
            return Err(self.incomplete());
        }
        let Some(first) = self.have.iter().position(|have| !have) else { return Ok(None) };
        let mut mask = vec![0_u8; self.mask_bytes];
        let reach = self.have.iter().enumerate().skip(first).take(self.mask_bytes * 8);
        self.asked = reach
            .filter(|(_, have)| !**have)
            .map(|(chunk, _)| chunk as u32)
            .take(self.window as usize)
            .collect();
        for chunk in &self.asked {
            let bit = *chunk as usize - first;
            if let Some(byte) = mask.get_mut(bit / 8) {
                *byte |= 1 << (bit % 8);
            }
        }
        let used = mask.iter().rposition(|byte| *byte != 0).map_or(1, |last| last + 1);
        mask.truncate(used);
        self.awaited = self.asked.len() as u32;
        let chunk_len = (self.chunk_len_bytes as u16).to_le_bytes();
        Ok(Some(
            [&self.head.id.to_le_bytes(), chunk_len.as_slice(), &(first as u32).to_le_bytes(), &mask]
                .concat(),
        ))
    }

    /// Takes a chunk. One that was not asked for, has another length than it must, or came before is ignored: a
    /// liar only wastes its own time.
    pub fn take(&mut self, chunk: &Chunk<'_>) {
        let (number, within) =
            (chunk.offset_bytes / self.chunk_len_bytes, chunk.offset_bytes % self.chunk_len_bytes);
        let at = chunk.offset_bytes as usize;
        let len_bytes = self.text.len().saturating_sub(at).min(self.chunk_len_bytes as usize);
        if within != 0 || chunk.bytes.len() != len_bytes || self.asked.binary_search(&number).is_err() {
            return;
        }
        let Some(have) = self.have.get_mut(number as usize) else { return };
        let Some(place) = self.text.get_mut(at..at + len_bytes) else { return };
        if !std::mem::replace(have, true) {
            place.copy_from_slice(chunk.bytes);
            self.missing -= 1;
            self.awaited -= 1;
            self.came = true;
        }
    }

    /// Whether everything that was asked for has come.
    pub fn window_is_full(&self) -> bool {
        self.awaited == 0
    }

    /// What did not get through.
    pub fn incomplete(&self) -> RecorderError {
        let came = self.have.len() as u32 - self.missing;
        let got_bytes = came.saturating_mul(self.chunk_len_bytes).min(self.head.total_bytes);
        RecorderError::ListIncomplete { got_bytes, total_bytes: self.head.total_bytes }
    }

    /// The list, once everything came.
    ///
    /// # Errors
    /// [`RecorderError::ListChanged`] when the digest is another; [`RecorderError::Malformed`] when the text is no list or has
    /// another number of lines.
    pub fn finish(self) -> Result<FileList, RecorderError> {
        if self.missing > 0 {
            return Err(self.incomplete());
        }
        if digest(&SHA256, &self.text).as_ref() != self.head.sha256 {
            return Err(RecorderError::ListChanged);
        }
        let list = FileList::parse(&self.text).map_err(|_| RecorderError::Malformed("list"))?;
        if list.files().len() != self.head.lines as usize {
            return Err(RecorderError::Malformed("number of lines"));
        }
        Ok(list)
    }

    /// Learns from the window that ended: additive patience, multiplicative caution (RFC 5681 in spirit).
    fn close_window(&mut self) {
        if self.asked.is_empty() {
            return;
        }
        self.barren = if self.came { 0 } else { self.barren + 1 };
        self.window = match self.awaited {
            0 => (self.window * 2).min(MAX_WINDOW),
            lost if lost * 8 > self.asked.len() as u32 => (self.window / 2).max(MIN_WINDOW),
            _ => self.window,
        };
        self.came = false;
        self.asked.clear();
        self.awaited = 0;
    }
}

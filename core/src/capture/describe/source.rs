//! Bytes that a description reads, within a budget.

use liuhen_record::seal::{Opener, ReadAt};
use std::{
    io::{self, Read, Seek, SeekFrom},
    sync::Mutex,
};
use symphonia::core::io::MediaSource;

/// Bytes that can be read at any place.
pub trait MediaBytes: Send {
    /// Length, bytes.
    fn len_bytes(&self) -> u64;

    /// Reads up to `buf.len()` bytes at `offset`; 0 at the end.
    ///
    /// # Errors
    /// When the bytes cannot be read.
    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// All of it, where it is in memory.
    fn whole(&self) -> Option<&[u8]> {
        None
    }
}

impl MediaBytes for &[u8] {
    fn len_bytes(&self) -> u64 {
        self.len() as u64
    }

    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        ReadAt::read_at(*self, offset, buf)
    }

    fn whole(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<R: ReadAt + Send> MediaBytes for Opener<R> {
    fn len_bytes(&self) -> u64 {
        self.plain_len_bytes()
    }

    fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        Opener::read_at(self, offset, buf).map_err(io::Error::other)
    }
}

/// Reads until `buf` is full or the bytes end.
pub(super) fn read_full(bytes: &mut dyn MediaBytes, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match bytes.read_at(offset + filled as u64, &mut buf[filled..])? {
            0 => break,
            got => filled += got,
        }
    }
    Ok(filled)
}

/// The bytes as a stream for a library, which can read no more than `left` bytes in all.
pub(super) struct Budgeted<'a> {
    // The library wants `Sync`; the lock is never taken, because every call has the whole of it.
    bytes: Mutex<&'a mut dyn MediaBytes>,
    len_bytes: u64,
    offset: u64,
    left: u64,
}

impl<'a> Budgeted<'a> {
    pub(super) fn new(bytes: &'a mut dyn MediaBytes, budget_bytes: u64) -> Self {
        Self { len_bytes: bytes.len_bytes(), bytes: Mutex::new(bytes), offset: 0, left: budget_bytes }
    }
}

impl Read for Budgeted<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = buf.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let bytes = self.bytes.get_mut().map_err(|_| io::ErrorKind::Other)?;
        let got = bytes.read_at(self.offset, &mut buf[..want])?;
        self.offset += got as u64;
        self.left -= got as u64;
        Ok(got)
    }
}

impl Seek for Budgeted<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(by) => self.len_bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.offset.checked_add_signed(by),
        };
        self.offset = target.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

impl MediaSource for Budgeted<'_> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.len_bytes)
    }
}

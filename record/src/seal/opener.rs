//! Reading a sealed item at any place, every chunk authenticated.

use std::{fmt, io};
use zeroize::Zeroizing;

use super::{
    CHUNK_BYTES, Envelope, FileKey, HeaderError, MAX_HEADER_BYTES, NONCE_BYTES, PayloadKey, TAG_BYTES,
};

const SEALED_CHUNK_BYTES: u64 = (CHUNK_BYTES + TAG_BYTES) as u64;

/// Bytes that can be read at any place: a file, pieces that follow each other, memory.
pub trait ReadAt {
    /// Length of the whole in bytes.
    fn len_bytes(&self) -> io::Result<u64>;

    /// Reads into `buf` from `offset` (bytes from the start) and returns how many bytes were read: fewer than
    /// asked for only at the end or by chance, none only at the end.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;
}

impl ReadAt for [u8] {
    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| self.get(at..)).unwrap_or(&[]);
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }
}

impl ReadAt for Vec<u8> {
    fn len_bytes(&self) -> io::Result<u64> {
        self.as_slice().len_bytes()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.as_slice().read_at(offset, buf)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for &R {
    fn len_bytes(&self) -> io::Result<u64> {
        (**self).len_bytes()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(offset, buf)
    }
}

impl<R: ReadAt + ?Sized> ReadAt for Box<R> {
    fn len_bytes(&self) -> io::Result<u64> {
        (**self).len_bytes()
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        (**self).read_at(offset, buf)
    }
}

/// Why a sealed item could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The start of the file is not an age v1 envelope.
    #[error("not the start of a sealed item")]
    Header(#[from] HeaderError),
    /// The header was altered, or the file key belongs to another item.
    #[error("header does not authenticate with this file key")]
    HeaderMac,
    /// The payload is too short to hold a chunk.
    #[error("payload is cut short")]
    Cut,
    /// The last chunk is empty although others precede it.
    #[error("last chunk is empty")]
    EmptyLastChunk,
    /// A chunk was altered, moved, cut or followed by other bytes.
    #[error("chunk {index} does not authenticate")]
    Chunk {
        /// Number of the chunk, from 0.
        index: u64,
    },
    /// The bytes could not be read.
    #[error("sealed bytes could not be read")]
    Read(#[from] io::Error),
}

/// A sealed item that can be read at any place.
///
/// Opening reads the header and the last chunk, whatever the length of the file: a length is reported only
/// once the last chunk has shown that the file ends there. One opened chunk is kept, so that reading on
/// costs one decryption per chunk. Plaintext is wiped when it leaves.
pub struct Opener<R: ReadAt> {
    reader: R,
    envelope: Envelope,
    key: PayloadKey,
    chunks: u64,
    plain_len_bytes: u64,
    /// The chunk in `plain`; the buffer holds its tag too.
    opened: Option<u64>,
    plain: Zeroizing<Vec<u8>>,
}

impl<R: ReadAt> Opener<R> {
    /// Checks header, MAC and last chunk.
    ///
    /// # Errors
    /// [`OpenError`] naming what is wrong.
    pub fn open(reader: R, file_key: &FileKey) -> Result<Self, OpenError> {
        let len_bytes = reader.len_bytes()?;
        let envelope = read_envelope(&reader)?;
        if !envelope.verify_mac(file_key) {
            return Err(OpenError::HeaderMac);
        }
        let sealed_bytes = len_bytes.saturating_sub(envelope.bytes().len() as u64);
        let chunks = sealed_bytes.div_ceil(SEALED_CHUNK_BYTES);
        let last_plain_bytes = (sealed_bytes.saturating_sub(1) % SEALED_CHUNK_BYTES + 1)
            .checked_sub(TAG_BYTES as u64)
            .ok_or(OpenError::Cut)?;
        if last_plain_bytes == 0 && chunks > 1 {
            return Err(OpenError::EmptyLastChunk);
        }
        let plain_len_bytes = (chunks - 1) * CHUNK_BYTES as u64 + last_plain_bytes;
        let key = PayloadKey::derive(file_key, &envelope);
        let plain = Zeroizing::new(Vec::new());
        let mut opener = Self { reader, envelope, key, chunks, plain_len_bytes, opened: None, plain };
        opener.open_chunk(chunks - 1)?;
        Ok(opener)
    }

    /// Length of the plaintext in bytes, authenticated.
    pub fn plain_len_bytes(&self) -> u64 {
        self.plain_len_bytes
    }

    /// The envelope at the start of the file.
    pub fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// Reads plaintext from `offset` (bytes) until `buf` is full or the item ends, and returns how many bytes
    /// that were: 0 at the end and after it.
    ///
    /// # Errors
    /// [`OpenError::Chunk`] or [`OpenError::Read`]; then nothing in `buf` may be used.
    pub fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> Result<usize, OpenError> {
        let mut filled = 0;
        while filled < buf.len() {
            let at = offset.saturating_add(filled as u64);
            if at >= self.plain_len_bytes {
                break;
            }
            let chunk = self.open_chunk(at / CHUNK_BYTES as u64)?;
            let rest = chunk.get((at % CHUNK_BYTES as u64) as usize..).unwrap_or(&[]);
            let len = rest.len().min(buf.len() - filled);
            buf[filled..filled + len].copy_from_slice(&rest[..len]);
            filled += len;
        }
        Ok(filled)
    }

    /// Writes the whole plaintext to `out`, chunk by chunk, and returns its length in bytes. Every byte
    /// written is authentic, even when an error follows.
    ///
    /// # Errors
    /// [`OpenError`]; also [`OpenError::Read`] with the error of `out`.
    pub fn copy_to(&mut self, out: &mut dyn io::Write) -> Result<u64, OpenError> {
        for index in 0..self.chunks {
            let chunk = self.open_chunk(index)?;
            out.write_all(chunk)?;
        }
        Ok(self.plain_len_bytes)
    }

    /// The plaintext of one chunk, from the buffer or from the file.
    fn open_chunk(&mut self, index: u64) -> Result<&[u8], OpenError> {
        let start = index * CHUNK_BYTES as u64;
        let plain_bytes = (self.plain_len_bytes - start).min(CHUNK_BYTES as u64) as usize;
        if self.opened != Some(index) {
            self.opened = None;
            let offset = self.envelope.bytes().len() as u64 + index * SEALED_CHUNK_BYTES;
            self.plain.resize(plain_bytes + TAG_BYTES, 0);
            if read_full(&self.reader, offset, &mut self.plain)? < self.plain.len() {
                return Err(OpenError::Chunk { index });
            }
            let last = index + 1 == self.chunks;
            self.key
                .open_chunk_in_place(index, last, &mut self.plain)
                .map_err(|_| OpenError::Chunk { index })?;
            self.opened = Some(index);
        }
        Ok(&self.plain[..plain_bytes])
    }
}

/// Reads as much of the start as the header needs: one small read for the usual header.
fn read_envelope(reader: &impl ReadAt) -> Result<Envelope, OpenError> {
    const USUAL_BYTES: usize = 1024;
    let mut start = vec![0; USUAL_BYTES];
    let got = read_full(reader, 0, &mut start)?;
    match Envelope::parse(&start[..got]) {
        Err(HeaderError::Cut | HeaderError::NonceCut) if got == USUAL_BYTES => {
            start.resize(MAX_HEADER_BYTES + NONCE_BYTES, 0);
            let got = read_full(reader, 0, &mut start)?;
            Ok(Envelope::parse(&start[..got])?)
        }
        result => Ok(result?),
    }
}

/// Reads until `buf` is full or the reader has no more.
fn read_full(reader: &impl ReadAt, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match reader.read_at(offset + filled as u64, &mut buf[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl<R: ReadAt> fmt::Debug for Opener<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("plain_len_bytes", &self.plain_len_bytes).finish_non_exhaustive()
    }
}

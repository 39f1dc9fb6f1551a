//! The payload, chunk by chunk, and the two side keys of the capture writer.

use ring::aead::{Aad, LessSafeKey, Nonce};
use std::fmt;

use super::key::{cipher, derive};
use super::{CHUNK_BYTES, Envelope, FileKey, TAG_BYTES};

/// Why an envelope could not be made or a payload not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// An age header has at least one stanza.
    #[error("no recipient")]
    NoRecipient,
    /// More recipients than this project's limit on stanzas.
    #[error("more than {} recipients", super::MAX_STANZAS)]
    TooManyRecipients,
    /// The recipient is a point of low order: nobody could have made it honestly.
    #[error("recipient is not a usable public key")]
    WeakRecipient,
    /// The random source failed.
    #[error("no randomness")]
    Random,
    /// The file key is not the one this envelope was made with.
    #[error("file key does not belong to this envelope")]
    WrongFileKey,
    /// A chunk that is not the last must be full; the last may be empty only when it is the first.
    #[error("chunk {index} of {len_bytes} bytes cannot stand there")]
    ChunkLength {
        /// Number of the chunk, from 0.
        index: u64,
        /// Its plaintext length.
        len_bytes: usize,
    },
    /// The writer that receives the sealed bytes refused.
    #[error("sealed bytes could not be written")]
    Write(#[source] std::io::Error),
    /// The reader that gives the plaintext failed.
    #[error("plaintext could not be read")]
    Read(#[source] std::io::Error),
    /// An earlier call failed; what was written is not a complete item.
    #[error("sealing failed earlier")]
    Broken,
}

/// The sealed bytes were not made with this key at this place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not authenticate")]
pub struct AuthError;

fn chunk_nonce(index: u64, last: bool) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&index.to_be_bytes());
    nonce[11] = u8::from(last);
    Nonce::assume_unique_for_key(nonce)
}

fn side_nonce(chunk_index: u64, record_index: u32) -> Nonce {
    let mut nonce = [0; 12];
    nonce[..8].copy_from_slice(&chunk_index.to_be_bytes());
    nonce[8..].copy_from_slice(&record_index.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

#[expect(
    clippy::expect_used,
    reason = "only inputs of 256 GiB and more are refused, and callers bound theirs"
)]
fn seal(key: &LessSafeKey, nonce: Nonce, plain: &[u8], out: &mut Vec<u8>) {
    let start = out.len();
    out.reserve(plain.len() + TAG_BYTES);
    out.extend_from_slice(plain);
    let tag = key.seal_in_place_separate_tag(nonce, Aad::empty(), &mut out[start..]).expect("a short input");
    out.extend_from_slice(tag.as_ref());
}

fn open<'a>(key: &LessSafeKey, nonce: Nonce, sealed: &'a mut [u8]) -> Result<&'a mut [u8], AuthError> {
    key.open_in_place(nonce, Aad::empty(), sealed).map_err(|_| AuthError)
}

fn open_copy(key: &LessSafeKey, nonce: Nonce, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
    let mut bytes = sealed.to_vec();
    let len = open(key, nonce, &mut bytes)?.len();
    bytes.truncate(len);
    Ok(bytes)
}

/// The key of the payload: ChaCha20-Poly1305 in chunks (`age.md`, Payload).
///
/// The nonce is the chunk number and a flag for the last chunk. Sealing two *different* plaintexts at the
/// same number with the same flag would give both away: a writer must be able to show that it never does.
pub struct PayloadKey(LessSafeKey);

impl PayloadKey {
    /// HKDF-SHA-256 of the file key, salted with the payload nonce, info `payload`.
    pub fn derive(file_key: &FileKey, envelope: &Envelope) -> Self {
        Self(cipher(&derive(file_key.as_bytes(), envelope.nonce(), b"payload")))
    }

    /// Appends the sealed chunk to `out`: the plaintext's length plus [`TAG_BYTES`].
    ///
    /// # Errors
    /// [`SealError::ChunkLength`] when the format has no such chunk: not full and not the last, longer than
    /// [`CHUNK_BYTES`], or empty and not the only one. `out` is then unchanged.
    pub fn seal_chunk(
        &self,
        index: u64,
        last: bool,
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        let fits = if last { plain.len() <= CHUNK_BYTES } else { plain.len() == CHUNK_BYTES };
        if !fits || (plain.is_empty() && index > 0) {
            return Err(SealError::ChunkLength { index, len_bytes: plain.len() });
        }
        seal(&self.0, chunk_nonce(index, last), plain, out);
        Ok(())
    }

    /// Opens one sealed chunk (with its tag) into a new vector.
    ///
    /// # Errors
    /// [`AuthError`] when it is not that chunk of this item, unaltered.
    pub fn open_chunk(&self, index: u64, last: bool, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
        check_sealed(index, last, sealed)?;
        open_copy(&self.0, chunk_nonce(index, last), sealed)
    }

    /// Opens one sealed chunk where it lies and returns the plaintext, which is the front of `sealed`.
    ///
    /// # Errors
    /// [`AuthError`] as for [`open_chunk`](Self::open_chunk); `sealed` then holds nothing of use.
    pub fn open_chunk_in_place<'a>(
        &self,
        index: u64,
        last: bool,
        sealed: &'a mut [u8],
    ) -> Result<&'a mut [u8], AuthError> {
        check_sealed(index, last, sealed)?;
        open(&self.0, chunk_nonce(index, last), sealed)
    }
}

/// A chunk of impossible length is refused even though its tag may be right: a sealer that leaves an empty
/// last chunk, or a short one in the middle, made a file with two readings.
fn check_sealed(index: u64, last: bool, sealed: &[u8]) -> Result<(), AuthError> {
    let full = CHUNK_BYTES + TAG_BYTES;
    let fits = if last { sealed.len() <= full } else { sealed.len() == full };
    let empty = sealed.len() <= TAG_BYTES;
    if fits && (!empty || index == 0) { Ok(()) } else { Err(AuthError) }
}

impl fmt::Debug for PayloadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PayloadKey(..)")
    }
}

/// The key of the tail journal: what was captured but does not fill a chunk yet (`spec/tail-journal.md`).
///
/// One record = one (chunk number, record number) and nothing but one plaintext, ever.
pub struct TailKey(LessSafeKey);

impl TailKey {
    /// HKDF-SHA-256 of the file key, salted with the payload nonce, info `liuhen/v1/tail`.
    pub fn derive(file_key: &FileKey, envelope: &Envelope) -> Self {
        Self(cipher(&derive(file_key.as_bytes(), envelope.nonce(), b"liuhen/v1/tail")))
    }

    /// Appends one sealed journal record to `out`: the plaintext's length plus [`TAG_BYTES`].
    /// The nonce is the chunk number (8 bytes, big endian) and the record number (4 bytes, big endian).
    pub fn seal(&self, chunk_index: u64, record_index: u32, plain: &[u8], out: &mut Vec<u8>) {
        seal(&self.0, side_nonce(chunk_index, record_index), plain, out);
    }

    /// Opens one sealed journal record.
    ///
    /// # Errors
    /// [`AuthError`] when it is not that record of this item, unaltered.
    pub fn open(&self, chunk_index: u64, record_index: u32, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
        open_copy(&self.0, side_nonce(chunk_index, record_index), sealed)
    }
}

impl fmt::Debug for TailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TailKey(..)")
    }
}

/// The key under which recovery keeps a chunk that it is about to seal again as the last one
/// (`spec/tail-journal.md`), so that a crash in the middle of that loses nothing.
pub struct RecoverKey(LessSafeKey);

impl RecoverKey {
    /// HKDF-SHA-256 of the file key, salted with the payload nonce, info `liuhen/v1/recover`.
    pub fn derive(file_key: &FileKey, envelope: &Envelope) -> Self {
        Self(cipher(&derive(file_key.as_bytes(), envelope.nonce(), b"liuhen/v1/recover")))
    }

    /// Appends the sealed copy of a chunk to `out`: the plaintext's length plus [`TAG_BYTES`].
    /// The nonce is the chunk number (8 bytes, big endian) and four zero bytes.
    pub fn seal(&self, chunk_index: u64, plain: &[u8], out: &mut Vec<u8>) {
        seal(&self.0, side_nonce(chunk_index, 0), plain, out);
    }

    /// Opens the sealed copy of a chunk.
    ///
    /// # Errors
    /// [`AuthError`] when it is not the copy of that chunk of this item, unaltered.
    pub fn open(&self, chunk_index: u64, sealed: &[u8]) -> Result<Vec<u8>, AuthError> {
        open_copy(&self.0, side_nonce(chunk_index, 0), sealed)
    }
}

impl fmt::Debug for RecoverKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoverKey(..)")
    }
}

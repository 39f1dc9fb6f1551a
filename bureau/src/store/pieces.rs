//! Where the bytes of pieces are kept.

use super::{StagedId, StoreError};
use liuhen_record::Digest;
use ring::digest::{Context, SHA256};
use std::io::{self, Read};

const BUFFER_BYTES: usize = 256 * 1024;

/// The bytes of a stored piece, from its start.
pub type PieceReader = Box<dyn Read + Send>;

/// Reads a piece to its end: its SHA-256. Every part goes `beside`, too.
///
/// # Errors
/// The reader's error.
pub fn read_through(mut reader: impl Read, mut beside: impl FnMut(&[u8])) -> io::Result<Digest> {
    let (mut hash, mut buffer) = (Context::new(&SHA256), vec![0; BUFFER_BYTES]);
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(hash.finish().into());
        }
        hash.update(&buffer[..read]);
        beside(&buffer[..read]);
    }
}

/// Whether an error says that this piece is lost or cannot be read, rather than that nothing can be opened or read just now
/// (too many open files, no permission): trying again does not bring it back.
pub fn is_damage(error: &io::Error) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let errno = Errno::from_io_error(error);
        // The disk's own error, and what file systems answer that find their checksum wrong.
        #[cfg(target_os = "linux")]
        if errno == Some(Errno::UCLEAN) {
            return true;
        }
        if matches!(errno, Some(Errno::IO | Errno::BADMSG)) {
            return true;
        }
    }
    error.kind() == io::ErrorKind::NotFound
}

/// Bytes of pieces: staged while they arrive, then kept for good under their SHA-256.
pub trait PieceStore: Send + Sync {
    /// Opens staged bytes for appending after the first `offset_bytes`; what lies beyond them
    /// was never acknowledged and is cut off.
    ///
    /// # Errors
    /// [`StoreError::File`], also when fewer than `offset_bytes` are there.
    fn stage(&self, staged: &StagedId, offset_bytes: u64) -> Result<Box<dyn StagedPiece>, StoreError>;

    /// Stages a piece of `len_bytes` that comes whole: nothing is staged there yet, and nobody goes on with what is left
    /// when its bytes break off. So they may go to the disk by the way that suits long pieces best.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn stage_whole(&self, staged: &StagedId, len_bytes: u64) -> Result<Box<dyn StagedPiece>, StoreError>;

    /// Copies the first `len_bytes` of what is staged at `from` to `to`, durably.
    ///
    /// # Errors
    /// [`StoreError::File`], also when fewer are there.
    fn copy_staged(&self, from: &StagedId, to: &StagedId, len_bytes: u64) -> Result<(), StoreError>;

    /// Removes what is staged, if anything is.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn discard(&self, staged: &StagedId) -> Result<(), StoreError>;

    /// Makes synced staged bytes the piece `sha256`, durably. The caller has verified the digest. A piece that is
    /// already there is left as it is.
    ///
    /// # Errors
    /// [`StoreError::File`]; the piece may then be there or not, and is not relied on.
    fn keep(&self, staged: &StagedId, sha256: &Digest) -> Result<(), StoreError>;

    /// Makes a kept piece durable, its bytes and its name: after a crash nobody knows how far [`PieceStore::keep`] had come.
    ///
    /// # Errors
    /// [`StoreError::File`]; the piece may be gone after a power cut then, and is not relied on.
    fn settle(&self, sha256: &Digest) -> Result<(), StoreError>;

    /// Takes a piece that is not what its name says, or cannot be read, out of the way, durably. It is kept elsewhere and
    /// never removed. There it is read once more: one that is right, because it came meanwhile, is put back. True when
    /// nothing has the name any more.
    ///
    /// # Errors
    /// [`StoreError::File`]; the piece is in its place or out of the way then.
    fn set_aside(&self, sha256: &Digest) -> Result<bool, StoreError>;

    /// Length of a kept piece in bytes, `None` when it is not there.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn kept_bytes(&self, sha256: &Digest) -> Result<Option<u64>, StoreError>;

    /// Reads a kept piece.
    ///
    /// # Errors
    /// [`StoreError::File`], also when it is not there.
    fn open(&self, sha256: &Digest) -> Result<PieceReader, StoreError>;

    /// Everything staged.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn staged(&self) -> Result<Vec<StagedId>, StoreError>;
}

/// Bytes of one upload while they arrive.
pub trait StagedPiece: Send {
    /// Appends bytes. Not durable.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError>;

    /// Makes everything appended durable, so that it can be gone on with.
    ///
    /// # Errors
    /// [`StoreError::File`]; everything staged is lost then.
    fn sync(&mut self) -> Result<(), StoreError>;

    /// Makes everything appended durable, its name not: [`PieceStore::keep`] gives it another.
    ///
    /// # Errors
    /// [`StoreError::File`]; everything staged is lost then.
    fn sync_bytes(&mut self) -> Result<(), StoreError>;

    /// Reads what is staged from its start, once it was synced.
    ///
    /// # Errors
    /// [`StoreError::File`].
    fn reread(&self) -> Result<PieceReader, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_bad_sector_and_a_lost_file_are_damage_and_a_busy_machine_is_not() {
        let damage = [2, 5, 74, 117].map(io::Error::from_raw_os_error);
        assert!(damage.iter().all(is_damage), "ENOENT, EIO, EBADMSG, EUCLEAN");
        let passing = [4, 12, 13, 23, 24].map(io::Error::from_raw_os_error);
        assert!(!passing.iter().any(is_damage), "EINTR, ENOMEM, EACCES, ENFILE, EMFILE");
    }
}

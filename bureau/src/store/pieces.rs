//! Where the bytes of pieces are kept.

use super::{StagedId, StoreError};
use liuhen_record::Digest;
use std::io::Read;

/// The bytes of a stored piece, from its start.
pub type PieceReader = Box<dyn Read + Send>;

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

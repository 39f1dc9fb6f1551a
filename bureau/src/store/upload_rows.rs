//! Writing and reading the rows of uploads.

use super::{StagedId, StoreError, UploadId, UploadRow};
use liuhen_record::{DeviceId, ItemId};

/// Uploads under way (tus).
pub trait UploadRows {
    /// One upload.
    fn upload(&self, upload: &UploadId) -> Result<Option<UploadRow>, StoreError>;
    /// The upload of a piece.
    fn upload_of(&self, item: ItemId, idx: i64) -> Result<Option<UploadRow>, StoreError>;
    /// Adds an upload, in place of an older one of the same piece.
    fn put_upload(&self, upload: &UploadRow) -> Result<(), StoreError>;
    /// A creation that names the piece again says how its metadata read.
    fn set_upload_metadata(&self, upload: &UploadId, metadata: &str) -> Result<(), StoreError>;
    /// Fences: raises the epoch if the upload is as `seen` (epoch and offset) and not done, and enters who writes where.
    /// Whoever holds an older epoch can change nothing any more. `None` when somebody was quicker.
    fn claim_upload(
        &self,
        seen: &UploadRow,
        staged: StagedId,
        expires_ms: i64,
    ) -> Result<Option<i64>, StoreError>;
    /// Raises the epoch of an upload that is being written: its offset moves no more until the next claim.
    fn fence_upload(&self, upload: &UploadId) -> Result<(), StoreError>;
    /// Sets the offset and ends the claim; false when the epoch is no longer the newest.
    fn release_upload(&self, upload: &UploadId, epoch: i64, offset_bytes: i64) -> Result<bool, StoreError>;
    /// Marks an upload as done; false when the epoch is no longer the newest.
    fn finish_upload(&self, upload: &UploadId, epoch: i64) -> Result<bool, StoreError>;
    /// The piece is stored, whoever brought it: its upload is done and whoever writes it is fenced.
    fn finish_uploads_of(&self, item: ItemId, idx: i64) -> Result<(), StoreError>;
    /// Removes an upload.
    fn drop_upload(&self, upload: &UploadId) -> Result<(), StoreError>;
    /// Removes an upload that is expired, not done, and has the epoch that was `seen`; false when somebody went on with it.
    fn drop_expired(&self, seen: &UploadRow, now_ms: i64) -> Result<bool, StoreError>;
    /// Whether an upload that is not done has its bytes there.
    fn is_staged(&self, staged: &StagedId) -> Result<bool, StoreError>;
    /// Uploads that are expired and not done.
    fn expired_uploads(&self, now_ms: i64) -> Result<Vec<UploadRow>, StoreError>;
    /// How many uploads of a device are not done.
    fn open_uploads(&self, device: DeviceId) -> Result<i64, StoreError>;
}

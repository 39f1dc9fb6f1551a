//! Uploads under way, fenced by their epoch.

use super::Tx;
use crate::store::{StagedId, StoreError, UploadId, UploadRow, UploadRows};
use liuhen_record::{DeviceId, Digest, ItemId};
use rusqlite::{Row, params};

const UPLOAD: &str = "SELECT upload, device, item, idx, sha256, len_bytes, metadata, offset_bytes, epoch, done, \
                      expires_ms, staged, busy FROM upload";

fn upload_row(row: &Row<'_>) -> rusqlite::Result<UploadRow> {
    Ok(UploadRow {
        upload: UploadId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        item: ItemId(row.get(2)?),
        idx: row.get(3)?,
        sha256: Digest(row.get(4)?),
        len_bytes: row.get(5)?,
        metadata: row.get(6)?,
        offset_bytes: row.get(7)?,
        epoch: row.get(8)?,
        done: row.get(9)?,
        expires_ms: row.get(10)?,
        staged: StagedId(row.get(11)?),
        busy: row.get(12)?,
    })
}

impl UploadRows for Tx<'_> {
    fn upload(&self, upload: &UploadId) -> Result<Option<UploadRow>, StoreError> {
        self.one(&format!("{UPLOAD} WHERE upload = ?1"), [upload.0], upload_row)
    }

    fn upload_of(&self, item: ItemId, idx: i64) -> Result<Option<UploadRow>, StoreError> {
        self.one(&format!("{UPLOAD} WHERE item = ?1 AND idx = ?2"), params![item.0, idx], upload_row)
    }

    fn put_upload(&self, row: &UploadRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR REPLACE INTO upload (upload, device, item, idx, sha256, len_bytes, metadata, offset_bytes, \
             epoch, done, expires_ms, staged, busy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            params![
                row.upload.0,
                row.device.0,
                row.item.0,
                row.idx,
                row.sha256.0,
                row.len_bytes,
                row.metadata,
                row.offset_bytes,
                row.epoch,
                row.done,
                row.expires_ms,
                row.staged.0,
                row.busy,
            ],
        )?;
        Ok(())
    }

    fn set_upload_metadata(&self, upload: &UploadId, metadata: &str) -> Result<(), StoreError> {
        self.execute("UPDATE upload SET metadata = ?2 WHERE upload = ?1", params![upload.0, metadata])?;
        Ok(())
    }

    fn claim_upload(
        &self,
        seen: &UploadRow,
        staged: StagedId,
        expires_ms: i64,
    ) -> Result<Option<i64>, StoreError> {
        self.one(
            "UPDATE upload SET epoch = epoch + 1, busy = 1, staged = ?4, expires_ms = ?5 \
             WHERE upload = ?1 AND epoch = ?2 AND offset_bytes = ?3 AND NOT done RETURNING epoch",
            params![seen.upload.0, seen.epoch, seen.offset_bytes, staged.0, expires_ms],
            |row| row.get(0),
        )
    }

    fn fence_upload(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET epoch = epoch + 1 WHERE upload = ?1 AND busy AND NOT done",
            [upload.0],
        )?;
        Ok(())
    }

    fn release_upload(&self, upload: &UploadId, epoch: i64, offset_bytes: i64) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE upload SET offset_bytes = ?3, busy = 0 WHERE upload = ?1 AND epoch = ?2 AND NOT done",
            params![upload.0, epoch, offset_bytes],
        )?;
        Ok(changed == 1)
    }

    fn finish_upload(&self, upload: &UploadId, epoch: i64) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE upload SET done = 1, busy = 0, offset_bytes = len_bytes \
             WHERE upload = ?1 AND epoch = ?2 AND NOT done",
            params![upload.0, epoch],
        )?;
        Ok(changed == 1)
    }

    fn finish_uploads_of(&self, item: ItemId, idx: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE upload SET done = 1, busy = 0, offset_bytes = len_bytes, epoch = epoch + 1 \
             WHERE item = ?1 AND idx = ?2 AND NOT done",
            params![item.0, idx],
        )?;
        Ok(())
    }

    fn drop_upload(&self, upload: &UploadId) -> Result<(), StoreError> {
        self.execute("DELETE FROM upload WHERE upload = ?1", [upload.0])?;
        Ok(())
    }

    fn drop_expired(&self, seen: &UploadRow, now_ms: i64) -> Result<bool, StoreError> {
        let dropped = self.execute(
            "DELETE FROM upload WHERE upload = ?1 AND epoch = ?2 AND expires_ms <= ?3 AND NOT done",
            params![seen.upload.0, seen.epoch, now_ms],
        )?;
        Ok(dropped == 1)
    }

    fn is_staged(&self, staged: &StagedId) -> Result<bool, StoreError> {
        let found = self.number("SELECT count(*) FROM upload WHERE staged = ?1 AND NOT done", [staged.0])?;
        Ok(found > 0)
    }

    fn expired_uploads(&self, now_ms: i64) -> Result<Vec<UploadRow>, StoreError> {
        self.all(&format!("{UPLOAD} WHERE NOT done AND expires_ms <= ?1"), [now_ms], upload_row)
    }

    fn open_uploads(&self, device: DeviceId) -> Result<i64, StoreError> {
        self.number("SELECT count(*) FROM upload WHERE device = ?1 AND NOT done", [device.0])
    }
}

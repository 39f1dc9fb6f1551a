//! The log's hashes and checkpoints.

use super::Tx;
use crate::store::{CheckpointRow, LogRows, StoreError};
use liuhen_record::{Digest, tlog::NewHash};
use rusqlite::{Row, params};

fn checkpoint_row(row: &Row<'_>) -> rusqlite::Result<CheckpointRow> {
    Ok(CheckpointRow { size: row.get::<_, i64>(0)? as u64, note: row.get(1)?, signed_ms: row.get(2)? })
}

impl LogRows for Tx<'_> {
    fn log_size(&self) -> Result<u64, StoreError> {
        Ok(self.number("SELECT size FROM log_size", [])? as u64)
    }

    fn put_log_size(&self, size: u64) -> Result<(), StoreError> {
        self.execute("UPDATE log_size SET size = ?1", [size as i64])?;
        Ok(())
    }

    fn log_hash(&self, level: u8, index: u64) -> Result<Digest, StoreError> {
        self.one(
            "SELECT hash FROM log_hash WHERE level = ?1 AND idx = ?2",
            params![level, index as i64],
            |row| row.get(0).map(Digest),
        )?
        .ok_or(StoreError::Impossible("hole in the log"))
    }

    fn put_log_hashes(&self, hashes: &[NewHash]) -> Result<(), StoreError> {
        let mut insert = self.0.prepare_cached("INSERT INTO log_hash VALUES (?1, ?2, ?3)")?;
        for hash in hashes {
            insert.execute(params![hash.level, hash.index as i64, hash.hash.0])?;
        }
        Ok(())
    }

    fn last_checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError> {
        self.one(
            "SELECT size, note, signed_ms FROM checkpoint ORDER BY size DESC LIMIT 1",
            [],
            checkpoint_row,
        )
    }

    fn checkpoint(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError> {
        self.one(
            "SELECT size, note, signed_ms FROM checkpoint WHERE size = ?1",
            [size as i64],
            checkpoint_row,
        )
    }

    fn checkpoints(&self, limit: i64) -> Result<Vec<CheckpointRow>, StoreError> {
        self.all(
            "SELECT size, note, signed_ms FROM checkpoint ORDER BY size DESC LIMIT ?1",
            [limit],
            checkpoint_row,
        )
    }

    fn put_checkpoint(&self, checkpoint: &CheckpointRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO checkpoint VALUES (?1, ?2, ?3)",
            params![checkpoint.size as i64, checkpoint.note, checkpoint.signed_ms],
        )?;
        Ok(())
    }
}

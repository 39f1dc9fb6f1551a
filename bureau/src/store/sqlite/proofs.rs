//! Cosignatures and time-stamp tokens.

use super::Tx;
use crate::store::{CosignatureRow, ProofRows, StampRow, StoreError};
use rusqlite::{Row, params};

fn cosignature_row(row: &Row<'_>) -> rusqlite::Result<CosignatureRow> {
    Ok(CosignatureRow {
        size: row.get::<_, i64>(0)? as u64,
        witness: row.get(1)?,
        line: row.get(2)?,
        time_secs: row.get::<_, i64>(3)? as u64,
        received_ms: row.get(4)?,
    })
}

fn stamp_row(row: &Row<'_>) -> rusqlite::Result<StampRow> {
    Ok(StampRow {
        size: row.get::<_, i64>(0)? as u64,
        note: row.get(1)?,
        reply: row.get(2)?,
        time_ms: row.get(3)?,
        received_ms: row.get(4)?,
    })
}

impl ProofRows for Tx<'_> {
    fn put_cosignature(&self, row: &CosignatureRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO cosignature VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![row.size as i64, row.witness, row.line, row.time_secs as i64, row.received_ms],
        )?;
        Ok(())
    }

    fn cosignatures(&self, size: u64) -> Result<Vec<CosignatureRow>, StoreError> {
        self.all(
            "SELECT size, witness, line, time_secs, received_ms FROM cosignature WHERE size = ?1 ORDER BY witness",
            [size as i64],
            cosignature_row,
        )
    }

    fn cosignatures_from(&self, size: u64) -> Result<Vec<CosignatureRow>, StoreError> {
        self.all(
            "SELECT size, witness, line, time_secs, received_ms FROM cosignature WHERE size >= ?1
             ORDER BY size, witness",
            [size as i64],
            cosignature_row,
        )
    }

    fn cosigned_sizes(&self) -> Result<Vec<u64>, StoreError> {
        self.all("SELECT DISTINCT size FROM cosignature ORDER BY size", [], |row| {
            Ok(row.get::<_, i64>(0)? as u64)
        })
    }

    fn last_cosignature(&self, witness: &str) -> Result<Option<CosignatureRow>, StoreError> {
        self.one(
            "SELECT size, witness, line, time_secs, received_ms FROM cosignature WHERE witness = ?1
             ORDER BY size DESC LIMIT 1",
            [witness],
            cosignature_row,
        )
    }

    fn put_stamp(&self, row: &StampRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO checkpoint_stamp VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![row.size as i64, row.note, row.reply, row.time_ms, row.received_ms],
        )?;
        Ok(())
    }

    fn stamp(&self, size: u64) -> Result<Option<StampRow>, StoreError> {
        self.one(
            "SELECT size, note, reply, time_ms, received_ms FROM checkpoint_stamp WHERE size = ?1",
            [size as i64],
            stamp_row,
        )
    }

    fn stamps(&self, limit: i64) -> Result<Vec<StampRow>, StoreError> {
        self.all(
            "SELECT size, note, reply, time_ms, received_ms FROM checkpoint_stamp ORDER BY size DESC LIMIT ?1",
            [limit],
            stamp_row,
        )
    }
}

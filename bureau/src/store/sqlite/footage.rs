//! Footage of recorders.

use super::{
    Tx,
    records::{RECORD, record_row},
};
use crate::store::{FootageCount, FootageRows, RecordRow, StoreError};
use liuhen_record::{
    DeviceId, ItemId,
    kind::{FileImported, FootageMissing, ListMatch},
};
use rusqlite::params;
use std::collections::BTreeMap;

/// What import put into no session, and whether it is assigned to one by hand.
const HOMELESS: &str = "LEFT JOIN item_index i ON i.item = f.item \
                        WHERE f.unassigned AND f.own AND (i.assigned_session IS NOT NULL) = ?1";
/// A listed file of which nothing came: see [`FootageRows::put_missing`].
const NEVER_CAME: &str = "NOT EXISTS (SELECT 1 FROM footage f \
        WHERE f.recorder_no = m.recorder_no AND f.sha256 = m.sha256 AND f.own) \
    AND (m.sha256 <> x'' OR NOT EXISTS (SELECT 1 FROM footage f JOIN record r ON r.device = f.device AND r.seq = f.seq \
        WHERE f.recorder_no = m.recorder_no AND f.name = m.name AND f.len_bytes = m.len_bytes AND f.own \
        AND r.leaf > (SELECT max(t.leaf) FROM footage_missing a JOIN record t ON t.device = a.device AND t.seq = a.seq \
            WHERE (a.recorder_no, a.name, a.len_bytes, a.sha256, a.started_ms, a.ended_ms) \
                = (m.recorder_no, m.name, m.len_bytes, m.sha256, m.started_ms, m.ended_ms))))";

fn listed(listed: &ListMatch) -> &'static str {
    match listed {
        ListMatch::Matched { .. } => "matched",
        ListMatch::Altered { .. } => "altered",
        ListMatch::Unknown => "unknown",
    }
}

impl FootageRows for Tx<'_> {
    fn put_footage(&self, device: DeviceId, seq: i64, file: &FileImported) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO footage VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, \
             coalesce((SELECT device FROM item WHERE item = ?1), ?2) = ?2) ON CONFLICT (item, device) DO NOTHING",
            params![
                file.item.0,
                device.0,
                seq,
                file.recorder_no,
                file.path.rsplit('/').next().unwrap_or(&file.path),
                file.len_bytes,
                file.sha256.0,
                listed(&file.listed),
                file.unassigned.is_some(),
            ],
        )?;
        Ok(())
    }

    fn own_footage(&self, item: ItemId, device: DeviceId) -> Result<(), StoreError> {
        self.execute("UPDATE footage SET own = device = ?2 WHERE item = ?1", params![item.0, device.0])?;
        Ok(())
    }

    fn put_missing(&self, device: DeviceId, seq: i64, missing: &FootageMissing) -> Result<(), StoreError> {
        for file in &missing.files {
            self.execute(
                "INSERT INTO footage_missing VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
                 ON CONFLICT DO UPDATE SET seq = excluded.seq",
                params![
                    missing.recorder_no,
                    file.name,
                    file.len_bytes,
                    file.sha256.as_ref().map_or(&[][..], |digest| &digest.0),
                    file.started_ms,
                    file.ended_ms,
                    device.0,
                    seq,
                ],
            )?;
        }
        Ok(())
    }

    fn footage_counts(&self) -> Result<Vec<FootageCount>, StoreError> {
        let came: Vec<FootageCount> = self.all(
            "SELECT f.recorder_no, sum(f.listed = 'matched'), sum(f.listed = 'altered'), sum(f.listed = 'unknown') \
             FROM footage f WHERE f.own GROUP BY f.recorder_no",
            [],
            |row| {
                Ok(FootageCount {
                    recorder_no: row.get(0)?,
                    matched: row.get(1)?,
                    altered: row.get(2)?,
                    unknown: row.get(3)?,
                    missing: 0,
                })
            },
        )?;
        let missing: Vec<(String, i64)> = self.all(
            &format!(
                "SELECT recorder_no, count(*) FROM (SELECT DISTINCT m.recorder_no, m.name, m.len_bytes, m.sha256, \
                 m.started_ms, m.ended_ms FROM footage_missing m WHERE {NEVER_CAME}) GROUP BY recorder_no"
            ),
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let mut counts: BTreeMap<String, FootageCount> =
            came.into_iter().map(|count| (count.recorder_no.clone(), count)).collect();
        for (recorder_no, missing) in missing {
            let count = counts.entry(recorder_no.clone()).or_default();
            (count.recorder_no, count.missing) = (recorder_no, missing);
        }
        Ok(counts.into_values().collect())
    }

    fn count_homeless(&self, assigned: bool) -> Result<i64, StoreError> {
        self.number(&format!("SELECT count(*) FROM footage f {HOMELESS}"), [assigned])
    }

    fn homeless(&self, assigned: bool, skip: i64, limit: i64) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!(
                "{RECORD} JOIN footage f ON f.device = r.device AND f.seq = r.seq {HOMELESS} \
                 ORDER BY r.leaf DESC LIMIT ?3 OFFSET ?2"
            ),
            params![assigned, skip, limit],
            record_row,
        )
    }
}

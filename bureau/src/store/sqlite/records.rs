//! Records and refused records.

use super::{Tx, bad_word};
use crate::store::{Incident, IncidentKind, NewRecord, RecordRow, RecordRows, StoreError};
use liuhen_record::{DeviceId, Digest, SessionId};
use rusqlite::{Row, params};

/// Different refused records that are kept of one device: a broken or hostile phone does not fill the disk.
const MAX_INCIDENTS: i64 = 1000;

pub(super) const RECORD: &str =
    "SELECT r.device, r.seq, r.sha256, r.bytes, r.sig, r.received_ms, r.leaf FROM record r";

pub(super) fn record_row(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        device: DeviceId(row.get(0)?),
        seq: row.get(1)?,
        sha256: Digest(row.get(2)?),
        bytes: row.get(3)?,
        sig: row.get(4)?,
        received_ms: row.get(5)?,
        leaf: row.get::<_, i64>(6)? as u64,
    })
}

const INCIDENT: &str =
    "SELECT device, kind, seq, ours, theirs, reason, bytes, sig, first_ms, last_ms, times FROM incident";

fn incident_row(row: &Row<'_>) -> rusqlite::Result<Incident> {
    let kind: String = row.get(1)?;
    Ok(Incident {
        device: DeviceId(row.get(0)?),
        kind: IncidentKind::of_word(&kind).ok_or_else(|| bad_word(1))?,
        seq: row.get(2)?,
        ours: row.get::<_, Option<_>>(3)?.map(Digest),
        theirs: Digest(row.get(4)?),
        reason: row.get(5)?,
        bytes: row.get(6)?,
        sig: row.get(7)?,
        first_ms: row.get(8)?,
        last_ms: row.get(9)?,
        times: row.get(10)?,
    })
}

impl RecordRows for Tx<'_> {
    fn add_record(&self, new: &NewRecord<'_>) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO record VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                new.record.device.0,
                new.record.seq,
                new.sha256.0,
                new.record.kind.name(),
                new.record.session.map(|s| s.0),
                new.bytes,
                new.sig,
                new.received_ms,
                new.leaf as i64,
            ],
        )?;
        Ok(())
    }

    fn record(&self, device: DeviceId, seq: i64) -> Result<Option<RecordRow>, StoreError> {
        self.one(&format!("{RECORD} WHERE r.device = ?1 AND r.seq = ?2"), params![device.0, seq], record_row)
    }

    fn last_signed_record(&self, device: DeviceId) -> Result<Option<RecordRow>, StoreError> {
        self.one(
            &format!("{RECORD} WHERE r.device = ?1 AND r.sig IS NOT NULL ORDER BY r.seq DESC LIMIT 1"),
            [device.0],
            record_row,
        )
    }

    fn record_leaves(
        &self,
        device: DeviceId,
        from_seq: i64,
        to_seq: i64,
    ) -> Result<Vec<(i64, Digest, u64)>, StoreError> {
        self.all(
            "SELECT seq, sha256, leaf FROM record WHERE device = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq",
            params![device.0, from_seq, to_seq],
            |row| Ok((row.get(0)?, Digest(row.get(1)?), row.get::<_, i64>(2)? as u64)),
        )
    }

    fn records_from(
        &self,
        device: DeviceId,
        from_seq: i64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!("{RECORD} WHERE r.device = ?1 AND r.seq >= ?2 ORDER BY r.seq LIMIT ?3"),
            params![device.0, from_seq, limit],
            record_row,
        )
    }

    fn kind_records_from(
        &self,
        kind: &str,
        from_leaf: u64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!("{RECORD} WHERE r.kind = ?1 AND r.leaf >= ?2 ORDER BY r.leaf LIMIT ?3"),
            params![kind, from_leaf as i64, limit],
            record_row,
        )
    }

    fn session_records(
        &self,
        session: SessionId,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!("{RECORD} WHERE r.session = ?1 ORDER BY r.device, r.seq LIMIT ?3 OFFSET ?2"),
            params![session.0, skip, limit],
            record_row,
        )
    }

    fn count_session_records(&self, session: SessionId) -> Result<i64, StoreError> {
        self.number("SELECT count(*) FROM record WHERE session = ?1", [session.0])
    }

    fn session_kinds(
        &self,
        session: SessionId,
        kinds: &[&str],
        from_seq: i64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!(
                "{RECORD} WHERE r.session = ?1 AND r.device = (SELECT device FROM session_index WHERE session = ?1) \
                 AND r.seq >= ?3 AND instr(?2, ' ' || r.kind || ' ') > 0 ORDER BY r.seq LIMIT ?4"
            ),
            params![session.0, format!(" {} ", kinds.join(" ")), from_seq, limit],
            record_row,
        )
    }

    fn add_incident(&self, incident: &Incident) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO incident (device, kind, seq, ours, theirs, reason, bytes, sig, first_ms, last_ms, times) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11 \
             WHERE (SELECT count(*) FROM incident WHERE device = ?1 AND kind = ?2) < ?12 OR EXISTS \
             (SELECT 1 FROM incident WHERE device = ?1 AND kind = ?2 AND seq = ?3 AND theirs = ?4) \
             ON CONFLICT (device, kind, seq, theirs) \
             DO UPDATE SET last_ms = excluded.last_ms, times = times + excluded.times",
            params![
                incident.device.0,
                incident.kind.word(),
                incident.seq,
                incident.ours.map(|d| d.0),
                incident.theirs.0,
                incident.reason,
                incident.bytes,
                incident.sig,
                incident.first_ms,
                incident.last_ms,
                incident.times,
                MAX_INCIDENTS,
            ],
        )?;
        Ok(())
    }

    fn incidents(&self, device: Option<DeviceId>, limit: i64) -> Result<Vec<Incident>, StoreError> {
        self.all(
            &format!(
                "{INCIDENT} WHERE ?1 IS NULL OR device = ?1 ORDER BY last_ms DESC, incident DESC LIMIT ?2"
            ),
            params![device.map(|d| d.0), limit],
            incident_row,
        )
    }

    fn incidents_by_kind(
        &self,
        device: Option<DeviceId>,
        each: i64,
        limit: i64,
    ) -> Result<Vec<Incident>, StoreError> {
        self.all(
            &format!(
                "{INCIDENT} WHERE incident IN (SELECT incident FROM (SELECT incident, row_number() OVER \
                 (PARTITION BY device, kind ORDER BY last_ms DESC, incident DESC) AS place FROM incident \
                 WHERE ?1 IS NULL OR device = ?1) WHERE place <= ?2) \
                 ORDER BY CASE kind WHEN ?4 THEN 0 WHEN ?5 THEN 1 ELSE 2 END, last_ms DESC, incident DESC LIMIT ?3"
            ),
            params![
                device.map(|d| d.0),
                each,
                limit,
                IncidentKind::Fork.word(),
                IncidentKind::ItemDigest.word()
            ],
            incident_row,
        )
    }

    fn count_incidents(&self, device: DeviceId) -> Result<i64, StoreError> {
        self.number("SELECT count(*) FROM incident WHERE device = ?1", [device.0])
    }

    fn devices_with_incidents(&self) -> Result<Vec<DeviceId>, StoreError> {
        self.all("SELECT DISTINCT device FROM incident", [], |row| row.get(0).map(DeviceId))
    }
}

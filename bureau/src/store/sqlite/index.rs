//! Writing the projections.

use super::{Tx, bad_word};
use crate::index::{FOOTAGE_KINDS, initials, project_footage};
use crate::store::{
    IndexRows, IndexedOfficer, IndexedSession, ItemStage, NewItemIndex, RecordRows as _, Review,
    SessionOutcome, StoreError,
};
use liuhen_record::{DeviceId, ItemId, Record, SessionId};
use rusqlite::{Row, params, types::Value};

/// Records read at once.
const BATCH: i64 = 500;

pub(super) const SESSION: &str = "SELECT session, device, opened_seq, activity, device_no, party, cause_code, \
                                  cause_name, place, opened_ms, closed_ms, outcome, triggers FROM session_index";
const TABLES: [&str; 7] = [
    "session_index",
    "session_officer",
    "session_recorder",
    "item_index",
    "record_item",
    "footage",
    "footage_missing",
];

fn session_row(row: &Row<'_>) -> rusqlite::Result<IndexedSession> {
    let outcome: String = row.get(11)?;
    Ok(IndexedSession {
        session: SessionId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        opened_seq: row.get(2)?,
        activity: row.get(3)?,
        device_no: row.get(4)?,
        party: row.get(5)?,
        cause_code: row.get(6)?,
        cause_name: row.get(7)?,
        place: row.get(8)?,
        opened_ms: row.get(9)?,
        closed_ms: row.get(10)?,
        outcome: SessionOutcome::of_word(&outcome).ok_or_else(|| bad_word(11))?,
        triggers: row.get(12)?,
        officers: Vec::new(),
    })
}

/// Derives the initials of parties that were indexed before there were any.
pub(super) fn fill_initials(tx: &Tx<'_>) -> Result<(), StoreError> {
    let sessions: Vec<([u8; 16], String)> =
        tx.all("SELECT session, party FROM session_index WHERE party_initials = ''", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    for (session, party) in sessions {
        let sql = "UPDATE session_index SET party_initials = ?2 WHERE session = ?1";
        tx.execute(sql, params![session, initials(&party)])?;
    }
    Ok(())
}

/// Derives what became of footage before that was indexed. A record that does not read is passed over: naming it is what `fsck`
/// is for.
pub(super) fn fill_footage(tx: &Tx<'_>) -> Result<(), StoreError> {
    for kind in FOOTAGE_KINDS {
        let mut from_leaf = 0;
        loop {
            let batch = tx.kind_records_from(kind, from_leaf, BATCH)?;
            let Some(last) = batch.last() else { break };
            from_leaf = last.leaf + 1;
            for record in batch.iter().filter_map(|row| Record::parse(&row.bytes).ok()) {
                project_footage(tx, &record)?;
            }
        }
    }
    Ok(())
}

impl Tx<'_> {
    pub(super) fn sessions_where(
        &self,
        rest: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<IndexedSession>, StoreError> {
        let mut sessions = self.all(&format!("{SESSION} {rest}"), params, session_row)?;
        for session in &mut sessions {
            session.officers = self.all(
                "SELECT officer, name, cert_no, unit, role FROM session_officer WHERE session = ?1 \
                 ORDER BY position",
                [session.session.0],
                |row| {
                    Ok(IndexedOfficer {
                        officer: row.get(0)?,
                        name: row.get(1)?,
                        cert_no: row.get(2)?,
                        unit: row.get(3)?,
                        role: row.get(4)?,
                    })
                },
            )?;
        }
        Ok(sessions)
    }
}

impl IndexRows for Tx<'_> {
    fn clear_index(&self) -> Result<(), StoreError> {
        for table in TABLES {
            self.execute(&format!("DELETE FROM {table}"), [])?;
        }
        Ok(())
    }

    fn put_session(&self, session: &IndexedSession) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO session_index VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            params![
                session.session.0,
                session.device.0,
                session.opened_seq,
                session.activity,
                session.device_no,
                session.party,
                session.cause_code,
                session.cause_name,
                session.place,
                session.opened_ms,
                session.closed_ms,
                session.outcome.word(),
                session.triggers,
                initials(&session.party),
            ],
        )?;
        for (position, officer) in (0i64..).zip(&session.officers) {
            self.execute(
                "INSERT INTO session_officer VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    session.session.0,
                    position,
                    officer.officer,
                    officer.name,
                    officer.cert_no,
                    officer.unit,
                    officer.role,
                ],
            )?;
        }
        Ok(())
    }

    fn session(&self, session: SessionId) -> Result<Option<IndexedSession>, StoreError> {
        Ok(self.sessions_where("WHERE session = ?1", [session.0])?.pop())
    }

    fn put_session_recorder(&self, session: SessionId, recorder_no: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO session_recorder VALUES (?1, ?2)",
            params![session.0, recorder_no],
        )?;
        Ok(())
    }

    fn close_session(&self, session: SessionId, at_ms: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE session_index SET closed_ms = ?2 WHERE session = ?1",
            params![session.0, at_ms],
        )?;
        Ok(())
    }

    fn set_outcome(&self, session: SessionId, outcome: SessionOutcome) -> Result<(), StoreError> {
        self.execute(
            "UPDATE session_index SET outcome = ?2 WHERE session = ?1",
            params![session.0, outcome.word()],
        )?;
        Ok(())
    }

    fn add_trigger(&self, session: SessionId, trigger: &str) -> Result<(), StoreError> {
        self.execute(
            "UPDATE session_index SET triggers = trim(triggers || ' ' || ?2) \
             WHERE session = ?1 AND instr(triggers, ?2) = 0",
            params![session.0, trigger],
        )?;
        Ok(())
    }

    fn put_item_index(&self, item: &NewItemIndex) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO item_index (item, device, session, media, device_no, officer, used_from_ms, used_to_ms, \
             day, label, derived_from, state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, 'captured')",
            params![
                item.item.0,
                item.device.0,
                item.session.map(|s| s.0),
                item.media,
                item.device_no,
                item.officer,
                item.opened_ms,
                item.day,
                item.label,
                item.derived_from.map(|i| i.0),
            ],
        )?;
        Ok(())
    }

    fn set_item_times(
        &self,
        item: ItemId,
        device: DeviceId,
        used_ms: (i64, i64),
        day: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET used_from_ms = ?3, used_to_ms = ?4, day = ?5 WHERE item = ?1 AND device = ?2",
            params![item.0, device.0, used_ms.0, used_ms.1, day],
        )?;
        Ok(())
    }

    fn assign_item(
        &self,
        item: ItemId,
        device: DeviceId,
        session: Option<SessionId>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET assigned_session = ?3 WHERE item = ?1 AND device = ?2",
            params![item.0, device.0, session.map(|s| s.0)],
        )?;
        Ok(())
    }

    fn seal_item_index(&self, item: ItemId, from_ms: i64, to_ms: i64, day: &str) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET used_from_ms = ?2, used_to_ms = ?3, day = ?4, state = ?5, stored_ms = NULL \
             WHERE item = ?1",
            params![item.0, from_ms, to_ms, day, ItemStage::Sealed.word()],
        )?;
        Ok(())
    }

    fn set_item_stage(
        &self,
        item: ItemId,
        stage: ItemStage,
        stored_ms: Option<i64>,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET state = ?2, stored_ms = ?3 WHERE item = ?1",
            params![item.0, stage.word(), stored_ms],
        )?;
        Ok(())
    }

    fn set_item_review(&self, session: SessionId, item: ItemId, review: Review) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET review = ?3 WHERE item = ?2 AND session = ?1",
            params![session.0, item.0, review.word()],
        )?;
        Ok(())
    }

    fn refuse_item_review(&self, session: SessionId, item: ItemId) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item_index SET review = 'refused' WHERE item = ?2 AND session = ?1 AND review = 'none'",
            params![session.0, item.0],
        )?;
        Ok(())
    }

    fn has_refused_items(&self, session: SessionId) -> Result<bool, StoreError> {
        let refused = "SELECT count(*) FROM item_index WHERE session = ?1 AND review = 'refused'";
        Ok(self.number(refused, [session.0])? > 0)
    }

    fn put_record_item(&self, item: ItemId, device: DeviceId, seq: i64) -> Result<(), StoreError> {
        self.execute(
            "INSERT OR IGNORE INTO record_item VALUES (?1, ?2, ?3)",
            params![item.0, device.0, seq],
        )?;
        Ok(())
    }

    fn dump_index(&self) -> Result<Vec<String>, StoreError> {
        let mut lines = Vec::new();
        for table in TABLES {
            let mut statement = self.0.prepare(&format!("SELECT * FROM {table}"))?;
            let columns = statement.column_count();
            let rows = statement.query_map([], |row| {
                (0..columns).map(|column| row.get::<_, Value>(column)).collect::<Result<Vec<_>, _>>()
            })?;
            for row in rows {
                lines.push(format!("{table} {:?}", row?));
            }
        }
        lines.sort_unstable();
        Ok(lines)
    }
}

//! Searching the projections.

use super::{
    Tx, bad_word,
    records::{RECORD, record_row},
};
use crate::index::typed;
use crate::store::{
    DayCount, IndexedItem, IndexedSession, ItemStage, RecordRow, Review, SearchPage, SearchQuery, SearchRows,
    StoreError,
};
use liuhen_record::{DeviceId, ItemId, SessionId};
use rusqlite::{Row, ToSql, params};

const ITEM: &str = "SELECT i.item, i.device, i.session, i.media, i.device_no, i.officer, \
    (SELECT group_concat(name, '、') FROM \
        (SELECT name FROM session_officer o WHERE o.session = i.belongs_to ORDER BY position)), \
    i.used_from_ms, i.used_to_ms, i.day, i.label, i.derived_from, i.review, i.state, i.stored_ms, \
    coalesce(s.party, ''), coalesce(s.cause_code, ''), coalesce(s.cause_name, ''), coalesce(s.triggers, ''), \
    i.assigned_session";
const FROM: &str = "FROM item_index i LEFT JOIN session_index s ON s.session = i.belongs_to";

fn item_row(row: &Row<'_>) -> rusqlite::Result<IndexedItem> {
    let (review, state): (String, String) = (row.get(12)?, row.get(13)?);
    Ok(IndexedItem {
        item: ItemId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        session: row.get::<_, Option<_>>(2)?.map(SessionId),
        media: row.get(3)?,
        device_no: row.get(4)?,
        officer: row.get(5)?,
        officer_names: row.get::<_, Option<_>>(6)?.unwrap_or_default(),
        used_from_ms: row.get(7)?,
        used_to_ms: row.get(8)?,
        day: row.get(9)?,
        label: row.get(10)?,
        derived_from: row.get::<_, Option<_>>(11)?.map(ItemId),
        review: Review::of_word(&review).ok_or_else(|| bad_word(12))?,
        state: ItemStage::of_word(&state).ok_or_else(|| bad_word(13))?,
        stored_ms: row.get(14)?,
        party: row.get(15)?,
        cause_code: row.get(16)?,
        cause_name: row.get(17)?,
        triggers: row.get(18)?,
        assigned_session: row.get::<_, Option<_>>(19)?.map(SessionId),
    })
}

/// A pattern for `LIKE … ESCAPE '\'` in which nothing the user typed is special.
fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |mut pattern, c| {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
        pattern
    })
}

/// The conditions of a query; every one of them is always there, so that there is one statement to prepare. What belongs to no
/// session is found by the officer who was signed in.
const CONDITIONS: &str = "WHERE (?1 = '' OR i.device_no LIKE ?1 || '%' ESCAPE '\\' \
        OR EXISTS (SELECT 1 FROM session_recorder r WHERE r.session = i.belongs_to \
            AND r.recorder_no LIKE ?1 || '%' ESCAPE '\\')) \
    AND (?2 = '' OR EXISTS (SELECT 1 FROM session_officer o WHERE o.session = i.belongs_to \
        AND (o.officer = ?3 OR o.cert_no = ?3 OR o.name LIKE '%' || ?2 || '%' ESCAPE '\\')) \
        OR (i.belongs_to IS NULL AND (i.officer = ?3 OR EXISTS (SELECT 1 FROM session_officer o \
            WHERE o.officer = i.officer AND (o.cert_no = ?3 OR o.name LIKE '%' || ?2 || '%' ESCAPE '\\'))))) \
    AND (?4 IS NULL OR i.used_to_ms >= ?4) AND (?5 IS NULL OR i.used_from_ms < ?5) \
    AND (?6 = '' OR s.party LIKE '%' || ?6 || '%' ESCAPE '\\' \
        OR (?10 <> '' AND instr(s.party_initials, ?10) > 0)) \
    AND (?7 = '' OR s.cause_code = ?8 OR s.cause_name LIKE '%' || ?7 || '%' ESCAPE '\\') \
    AND (?9 OR i.media <> 'thumbnail')";

impl SearchRows for Tx<'_> {
    fn search(&self, query: &SearchQuery) -> Result<SearchPage, StoreError> {
        let (device_no, officer) = (literal(&query.device_no), literal(&query.officer));
        let (party, cause) = (literal(&query.party), literal(&query.cause));
        let initials = typed(&query.party);
        let mut keys: Vec<&dyn ToSql> = vec![
            &device_no,
            &officer,
            &query.officer,
            &query.from_ms,
            &query.to_ms,
            &party,
            &cause,
            &query.cause,
            &query.thumbnails,
            &initials,
        ];
        let total = self.number(&format!("SELECT count(*) {FROM} {CONDITIONS}"), keys.as_slice())?;
        keys.push(&query.limit);
        keys.push(&query.skip);
        let order = "ORDER BY i.used_from_ms DESC, i.item LIMIT ?11 OFFSET ?12";
        let items = self.all(&format!("{ITEM} {FROM} {CONDITIONS} {order}"), keys.as_slice(), item_row)?;
        Ok(SearchPage { items, total })
    }

    fn indexed_item(&self, item: ItemId) -> Result<Option<IndexedItem>, StoreError> {
        self.one(&format!("{ITEM} {FROM} WHERE i.item = ?1"), [item.0], item_row)
    }

    fn session_items(&self, session: SessionId) -> Result<Vec<IndexedItem>, StoreError> {
        self.all(
            &format!("{ITEM} {FROM} WHERE i.belongs_to = ?1 ORDER BY i.used_from_ms, i.item"),
            [session.0],
            item_row,
        )
    }

    fn day_counts(&self, day: &str, end_ms: i64) -> Result<Vec<DayCount>, StoreError> {
        self.all(
            "SELECT i.officer, coalesce((SELECT o.name FROM session_officer o WHERE o.officer = i.officer LIMIT 1), ''), \
             count(*), sum(i.state = 'stored'), sum(i.state = 'refused'), \
             sum(i.state = 'stored' AND i.stored_ms >= ?2) \
             FROM item_index i WHERE i.day = ?1 AND i.media <> 'thumbnail' GROUP BY i.officer ORDER BY i.officer",
            params![day, end_ms],
            |row| {
                Ok(DayCount {
                    officer: row.get(0)?,
                    name: row.get(1)?,
                    items: row.get(2)?,
                    stored: row.get(3)?,
                    refused: row.get(4)?,
                    late: row.get(5)?,
                })
            },
        )
    }

    fn day_items(&self, day: &str, officer: &str, limit: i64) -> Result<Vec<IndexedItem>, StoreError> {
        self.all(
            &format!(
                "{ITEM} {FROM} WHERE i.day = ?1 AND i.officer = ?2 AND i.media <> 'thumbnail' \
                 ORDER BY i.used_from_ms, i.item LIMIT ?3"
            ),
            params![day, officer, limit],
            item_row,
        )
    }

    fn overdue_before(&self, day: &str) -> Result<i64, StoreError> {
        self.number(
            "SELECT count(*) FROM item_index WHERE day < ?1 AND state <> 'stored' AND media <> 'thumbnail'",
            [day],
        )
    }

    fn overdue_items(&self, day: &str, limit: i64) -> Result<Vec<IndexedItem>, StoreError> {
        self.all(
            &format!(
                "{ITEM} {FROM} WHERE i.day < ?1 AND i.state <> 'stored' AND i.media <> 'thumbnail' \
                 ORDER BY i.day, i.used_from_ms, i.item LIMIT ?2"
            ),
            params![day, limit],
            item_row,
        )
    }

    fn recent_sessions(&self, limit: i64) -> Result<Vec<IndexedSession>, StoreError> {
        self.sessions_where("ORDER BY opened_ms DESC, session LIMIT ?1", [limit])
    }

    fn device_sessions(&self, device: DeviceId, limit: i64) -> Result<Vec<IndexedSession>, StoreError> {
        self.sessions_where(
            "WHERE device = ?1 ORDER BY opened_ms DESC, session LIMIT ?2",
            params![device.0, limit],
        )
    }

    fn count_device_sessions(&self, device: DeviceId) -> Result<i64, StoreError> {
        self.number("SELECT count(*) FROM session_index WHERE device = ?1", [device.0])
    }

    fn own_record(&self, item: ItemId, kind: &str) -> Result<Option<RecordRow>, StoreError> {
        self.one(
            &format!(
                "{RECORD} JOIN record_item x ON x.device = r.device AND x.seq = r.seq WHERE x.item = ?1 \
                 AND r.kind = ?2 AND r.device = (SELECT device FROM item WHERE item = ?1) \
                 ORDER BY r.seq DESC LIMIT 1"
            ),
            params![item.0, kind],
            record_row,
        )
    }

    fn item_records(&self, item: ItemId, limit: i64) -> Result<Vec<RecordRow>, StoreError> {
        self.all(
            &format!(
                "{RECORD} JOIN record_item x ON x.device = r.device AND x.seq = r.seq WHERE x.item = ?1 \
                 ORDER BY r.device IS NOT (SELECT device FROM item WHERE item = ?1), r.device, r.seq LIMIT ?2"
            ),
            params![item.0, limit],
            record_row,
        )
    }
}

//! Reading the projections.

use super::{DayCount, IndexedItem, IndexedSession, RecordRow, SearchPage, SearchQuery, StoreError};
use liuhen_record::{DeviceId, ItemId, SessionId};

/// Reading the projections.
pub trait SearchRows {
    /// Items by the five keys of article 16.
    fn search(&self, query: &SearchQuery) -> Result<SearchPage, StoreError>;
    /// One item as indexed.
    fn indexed_item(&self, item: ItemId) -> Result<Option<IndexedItem>, StoreError>;
    /// The items of a session, in order of recording.
    fn session_items(&self, session: SessionId) -> Result<Vec<IndexedItem>, StoreError>;
    /// Storage per officer of one day that ended or ends at `end_ms` (article 10), thumbnails not counted.
    fn day_counts(&self, day: &str, end_ms: i64) -> Result<Vec<DayCount>, StoreError>;
    /// Items of one day and officer, thumbnails not counted.
    fn day_items(&self, day: &str, officer: &str, limit: i64) -> Result<Vec<IndexedItem>, StoreError>;
    /// How many items of days before `day` are not stored.
    fn overdue_before(&self, day: &str) -> Result<i64, StoreError>;
    /// The first of these, oldest day first.
    fn overdue_items(&self, day: &str, limit: i64) -> Result<Vec<IndexedItem>, StoreError>;
    /// The sessions opened last.
    fn recent_sessions(&self, limit: i64) -> Result<Vec<IndexedSession>, StoreError>;
    /// The sessions of a device that were opened last.
    fn device_sessions(&self, device: DeviceId, limit: i64) -> Result<Vec<IndexedSession>, StoreError>;
    /// How many sessions a device opened.
    fn count_device_sessions(&self, device: DeviceId) -> Result<i64, StoreError>;
    /// The last record of one kind in which an item's own device speaks of it.
    fn own_record(&self, item: ItemId, kind: &str) -> Result<Option<RecordRow>, StoreError>;
    /// The records that speak of an item, in order: those of its own device first.
    fn item_records(&self, item: ItemId, limit: i64) -> Result<Vec<RecordRow>, StoreError>;
}

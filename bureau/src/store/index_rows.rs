//! What the projections look like to those who decide.

use super::rows::{ItemStage, Review, SessionOutcome};
use liuhen_record::{DeviceId, ItemId, SessionId};

/// An officer of a session, as indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedOfficer {
    /// The bureau's id for the person.
    pub officer: String,
    /// Name.
    pub name: String,
    /// Certificate number.
    pub cert_no: String,
    /// Section.
    pub unit: String,
    /// `lead` or `assisting`.
    pub role: String,
}

/// A session, as indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedSession {
    /// The session.
    pub session: SessionId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Number of its `session_opened` record.
    pub opened_seq: i64,
    /// Activity, as written in the record.
    pub activity: String,
    /// Recording device (执法记录设备编号).
    pub device_no: String,
    /// Party (当事人).
    pub party: String,
    /// Code of the cause (案由).
    pub cause_code: String,
    /// Name of the cause.
    pub cause_name: String,
    /// Where, in words.
    pub place: String,
    /// When it was opened, Unix milliseconds.
    pub opened_ms: i64,
    /// When it was closed.
    pub closed_ms: Option<i64>,
    /// How the review ended.
    pub outcome: SessionOutcome,
    /// Triggers marked, in order, separated by one space.
    pub triggers: String,
    /// Officers, lead first as written.
    pub officers: Vec<IndexedOfficer>,
}

/// An item about to be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItemIndex {
    /// The item.
    pub item: ItemId,
    /// The device that wrote its records.
    pub device: DeviceId,
    /// Its session; footage of a recorder may have none.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: String,
    /// Number of the device that made it (执法记录设备编号).
    pub device_no: String,
    /// Officer who was signed in.
    pub officer: String,
    /// When its capture was opened, Unix milliseconds.
    pub opened_ms: i64,
    /// That day.
    pub day: String,
    /// What it is called.
    pub label: String,
    /// The item from which it was derived.
    pub derived_from: Option<ItemId>,
}

/// An item as indexed, with the keys of the session to which it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedItem {
    /// The item.
    pub item: ItemId,
    /// The device that wrote its records.
    pub device: DeviceId,
    /// The session in which it was sealed; footage of a recorder may have none.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: String,
    /// Number of the device that made it.
    pub device_no: String,
    /// Officer who was signed in.
    pub officer: String,
    /// Names of the session's officers, separated by `、`.
    pub officer_names: String,
    /// Recorded from, Unix milliseconds.
    pub used_from_ms: i64,
    /// Recorded to, Unix milliseconds.
    pub used_to_ms: i64,
    /// Day of recording in Asia/Shanghai, `YYYY-MM-DD`.
    pub day: String,
    /// What it is called.
    pub label: String,
    /// The item from which it was derived.
    pub derived_from: Option<ItemId>,
    /// What the party did with it.
    pub review: Review,
    /// How far it has come.
    pub state: ItemStage,
    /// When it was stored.
    pub stored_ms: Option<i64>,
    /// Party.
    pub party: String,
    /// Code of the cause.
    pub cause_code: String,
    /// Name of the cause.
    pub cause_name: String,
    /// Triggers of its session.
    pub triggers: String,
    /// The session to which the last word by hand assigns it.
    pub assigned_session: Option<SessionId>,
}

impl IndexedItem {
    /// The session in which it was sealed; of an item of none, the one to which it is assigned by hand.
    pub fn belongs_to(&self) -> Option<SessionId> {
        self.session.or(self.assigned_session)
    }
}

/// The five keys of article 16; an empty text or `None` does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// 执法记录设备编号, from its start: of what made the item, or of a recorder used in its session.
    pub device_no: String,
    /// 执法人员: id or certificate number exactly, or a part of the name; of what belongs to no session, who was signed in.
    pub officer: String,
    /// 使用时间: used at or after, Unix milliseconds.
    pub from_ms: Option<i64>,
    /// 使用时间: used before, Unix milliseconds.
    pub to_ms: Option<i64>,
    /// 当事人: a part of the name, or of the initials of its pinyin.
    pub party: String,
    /// 案由: the code exactly, or a part of the name.
    pub cause: String,
    /// Whether thumbnails are listed too.
    pub thumbnails: bool,
    /// Entries to skip.
    pub skip: i64,
    /// Entries a page.
    pub limit: i64,
}

/// One page of a search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchPage {
    /// The entries, newest first.
    pub items: Vec<IndexedItem>,
    /// All that match.
    pub total: i64,
}

/// Storage of one officer's items of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The officer's id.
    pub officer: String,
    /// The officer's name, when a session names it.
    pub name: String,
    /// Items.
    pub items: i64,
    /// Stored.
    pub stored: i64,
    /// Refused by the bureau.
    pub refused: i64,
    /// Stored, but only after its day had ended.
    pub late: i64,
}

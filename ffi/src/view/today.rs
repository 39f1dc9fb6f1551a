//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    capture::StorageForecast,
    enrol::OfficerLine,
    item::ItemLine,
    sync::SyncView,
    word::{Gate, SessionId, Text},
};

/// The items of a day, counted.
pub type DayCounts = liuhen_core::phone::screen::DayCounts;

/// The items of a day, counted.
#[uniffi::remote(Record)]
pub struct DayCounts {
    /// On this phone, nothing of it sent yet.
    pub on_device: u64,
    /// On its way.
    pub uploading: u64,
    /// Proved to be at the bureau.
    pub stored: u64,
    /// With the custodian.
    pub handed_over: u64,
    /// All.
    pub total: u64,
}

/// An activity.
pub type SessionCard = liuhen_core::phone::screen::SessionCard;

/// An activity.
#[uniffi::remote(Record)]
pub struct SessionCard {
    /// The session.
    pub session: SessionId,
    /// What sort of activity.
    pub activity: Text,
    /// The party.
    pub party_name: String,
    /// Where.
    pub place_text: String,
    /// When it was opened.
    pub opened_text: Text,
}

/// The first screen.
pub type TodayView = liuhen_core::phone::screen::TodayView;

/// The first screen.
#[uniffi::remote(Record)]
pub struct TodayView {
    /// Today in Asia/Shanghai, `YYYY-MM-DD`.
    pub day: String,
    /// The same for people.
    pub day_text: Text,
    /// Who is signed in.
    pub officer: Option<OfficerLine>,
    /// The bureau's number for this phone.
    pub device_no: Option<String>,
    /// Whether this phone has joined a bureau.
    pub enrolled: bool,
    /// The activity that is open.
    pub session: Option<SessionCard>,
    /// What it needs next; `None` when it can be closed, or none is open.
    pub next_step: Option<Text>,
    /// Whether another can be begun.
    pub open_session: Gate,
    /// Today's items, counted.
    pub counts: DayCounts,
    /// The same in a sentence.
    pub counts_sentence: Text,
    /// Items not stored yet first, then the others, each the newest first; at most 200.
    pub items: Vec<ItemLine>,
    /// Items in all.
    pub item_count: u64,
    /// Items of any day that are overdue, longest first; at most 200.
    pub overdue: Vec<ItemLine>,
    /// What the outbox waits for.
    pub sync: SyncView,
    /// The space on this phone.
    pub storage: StorageForecast,
    /// What the officer should know now.
    pub warnings: Vec<Text>,
}

/// The end of a day.
pub type DayEndView = liuhen_core::phone::screen::DayEndView;

/// The end of a day.
#[uniffi::remote(Record)]
pub struct DayEndView {
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// What there is to say: the counts, then one sentence for each overdue item.
    pub sentences: Vec<Text>,
    /// Items of the day that are not proved to be stored.
    pub not_stored: u64,
}

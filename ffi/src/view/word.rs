//! The words of the screens: sentences, choices, gates, ids and the states that are drawn in colours.

use super::super::failure::CoreFailure;
use liuhen_core::session::day::Standing;
use liuhen_record::kind::{ItemState, MediaKind};

pub use liuhen_record::{DeviceId, DocumentId, ItemId, SessionId};

uniffi::custom_type!(ItemId, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreFailure::id(&text).into()),
    lower: |id| id.to_string(),
});
uniffi::custom_type!(SessionId, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreFailure::id(&text).into()),
    lower: |id| id.to_string(),
});
uniffi::custom_type!(DocumentId, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreFailure::id(&text).into()),
    lower: |id| id.to_string(),
});
uniffi::custom_type!(DeviceId, String, {
    remote,
    try_lift: |text| text.parse().map_err(|_| CoreFailure::id(&text).into()),
    lower: |id| id.to_string(),
});

/// Sort of media.
pub type Media = MediaKind;

/// Sort of media.
#[uniffi::remote(Enum)]
pub enum Media {
    /// 照片
    Photo,
    /// 录音
    Audio,
    /// 录像
    Video,
    /// A small picture.
    Thumbnail,
    /// Any other file.
    Other,
}

/// How far an item has come.
pub type ItemStage = ItemState;

/// How far an item has come.
#[uniffi::remote(Enum)]
pub enum ItemStage {
    /// Bytes are arriving.
    Captured,
    /// Closed.
    Sealed,
    /// On its way.
    Pending,
    /// Proved to be at the bureau.
    Stored,
    /// With the custodian.
    HandedOver,
}

/// How an item stands with article 10.
pub type ItemStanding = Standing;

/// How an item stands with article 10.
#[uniffi::remote(Enum)]
pub enum ItemStanding {
    /// At the bureau.
    Kept,
    /// Not there yet, and not due yet.
    Open,
    /// Overdue, and can be explained.
    Grace,
    /// Overdue.
    Overdue,
}

/// One thing to choose.
pub type Choice = liuhen_core::say::choice::Choice;

/// One thing to choose.
#[uniffi::remote(Record)]
pub struct Choice {
    /// The word of the record.
    pub code: String,
    /// Its name.
    pub label: Text,
}

/// One thing that is missing.
pub type Need = liuhen_core::phone::screen::Need;

/// One thing that is missing.
#[uniffi::remote(Record)]
pub struct Need {
    /// Its code.
    pub code: String,
    /// The sentence.
    pub sentence: Text,
}

/// Whether something may be done now, and what is missing if not.
pub type Gate = liuhen_core::phone::screen::Gate;

/// Whether something may be done now, and what is missing if not.
#[uniffi::remote(Record)]
pub struct Gate {
    /// Whether it may.
    pub allowed: bool,
    /// What is missing; empty when it may.
    pub missing: Vec<Need>,
}

/// A sentence with something filled in.
pub type Text = liuhen_core::say::Sentence;

/// A sentence with something filled in.
#[uniffi::remote(Record)]
pub struct Text {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Where somebody signs.
pub type PadId = liuhen_core::phone::Pad;

/// Where somebody signs.
#[uniffi::remote(Enum)]
pub enum PadId {
    /// The party, or who signs for the party.
    Party,
    /// The witness of a refusal.
    Witness,
    /// An officer of record.
    Officer {
        /// The bureau's id.
        officer: String,
    },
}

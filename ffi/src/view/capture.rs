//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    item::ItemLine,
    word::{Gate, ItemId, Media, Text},
};

/// The capture screen before it captures.
pub type CaptureView = liuhen_core::phone::screen::CaptureView;

/// The capture screen before it captures.
#[uniffi::remote(Record)]
pub struct CaptureView {
    /// Whether something may be captured now.
    pub gate: Gate,
    /// The space, before it is used.
    pub storage: StorageForecast,
    /// What the officer should know.
    pub warnings: Vec<Text>,
    /// What was captured last in this session.
    pub last: Option<ItemLine>,
}

/// How much space is left.
pub type StorageLevel = liuhen_core::phone::SpaceLevel;

/// How much space is left.
#[uniffi::remote(Enum)]
pub enum StorageLevel {
    /// Enough.
    Plenty,
    /// Low: a long recording should not begin.
    Low,
    /// Nothing can be recorded.
    Full,
}

/// The space on the phone and what it is enough for.
pub type StorageForecast = liuhen_core::phone::Space;

/// The space on the phone and what it is enough for.
#[uniffi::remote(Record)]
pub struct StorageForecast {
    /// Free, bytes.
    pub free_bytes: i64,
    /// Enough for so many minutes of sound.
    pub audio_minutes_left: i64,
    /// Enough for so many minutes of video.
    pub video_minutes_left: i64,
    /// In one word.
    pub level: StorageLevel,
    /// In a sentence.
    pub sentence: Text,
}

/// A recording at one moment.
pub type RecordingStatus = liuhen_core::phone::LiveStatus;

/// A recording at one moment.
#[uniffi::remote(Record)]
pub struct RecordingStatus {
    /// The item.
    pub item: ItemId,
    /// What sort of media.
    pub media: Media,
    /// How long it has been going on, milliseconds.
    pub elapsed_ms: i64,
    /// The loudness last told, 0 to 1000.
    pub level_permille: u32,
    /// Bytes taken.
    pub pushed_bytes: u64,
    /// Bytes that survive a crash by now.
    pub safe_bytes: u64,
    /// Minutes for which the space lasts at the rate of this recording.
    pub minutes_left: i64,
    /// The space in one word.
    pub space: StorageLevel,
    /// Up to where it survives a crash, in a sentence.
    pub sentence: Text,
    /// Why it cannot go on; it is to be finished then.
    pub interrupted: Option<Text>,
}

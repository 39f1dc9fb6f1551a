//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    enrol::OfficerLine,
    word::{Choice, Text},
};

/// A recorder that is issued.
pub type RecorderLine = liuhen_core::phone::screen::RecorderLine;

/// A recorder that is issued.
#[uniffi::remote(Record)]
pub struct RecorderLine {
    /// The bureau's number.
    pub recorder_no: String,
    /// Maker's serial number.
    pub serial: String,
    /// Name of the officer who has it.
    pub holder: String,
    /// Whether it is out of order.
    pub faulty: bool,
    /// Whether it was ever paired with this phone.
    pub paired: bool,
    /// Whether it records, as far as is known.
    pub recording: bool,
    /// Whether it went out of reach.
    pub lost: bool,
    /// In a sentence.
    pub sentence: Text,
}

/// All recorders, and what is needed to issue one.
pub type RecordersView = liuhen_core::phone::screen::RecordersView;

/// All recorders, and what is needed to issue one.
#[uniffi::remote(Record)]
pub struct RecordersView {
    /// Those that are issued.
    pub recorders: Vec<RecorderLine>,
    /// Everybody on the roster.
    pub officers: Vec<OfficerLine>,
    /// Conditions.
    pub conditions: Vec<Choice>,
}

/// The recorder in use, after something was asked of it.
pub type RecorderView = liuhen_core::phone::screen::RecorderView;

/// The recorder in use, after something was asked of it.
#[uniffi::remote(Record)]
pub struct RecorderView {
    /// The bureau's number.
    pub recorder_no: String,
    /// Battery, percent, when it told.
    pub battery_percent: Option<u8>,
    /// Free space on its card, bytes.
    pub free_bytes: Option<u64>,
    /// Minutes for which that lasts.
    pub minutes_left: Option<i64>,
    /// Whether it records, when it told.
    pub recording: Option<bool>,
    /// For how long, seconds.
    pub recording_secs: Option<u32>,
    /// Whether it is out of reach.
    pub lost: bool,
    /// What is wrong now for the first time.
    pub alarms: Vec<Text>,
    /// What happened.
    pub events: Vec<Text>,
    /// Whether its clock can be set.
    pub can_clock: bool,
    /// Whether it can be started and stopped from here.
    pub can_control: bool,
    /// Whether it can mark a moment.
    pub can_mark: bool,
    /// Whether it tells which files it holds.
    pub can_list: bool,
    /// Files that it listed.
    pub files: Option<u32>,
    /// In a sentence.
    pub sentence: Text,
}

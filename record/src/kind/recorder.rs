//! Records about body-worn recorders (执法记录仪).

use crate::Digest;
use serde::{Deserialize, Serialize};

/// A recorder was paired.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderPaired {
    /// The bureau's number for it (执法记录设备编号).
    pub recorder_no: String,
    /// Maker's serial number (产品序号).
    pub serial: String,
    /// Maker and model.
    pub model: String,
    /// Firmware version.
    pub firmware: String,
    /// Officer number configured in it (警号, six characters: it does not hold a certificate number).
    pub configured_officer_no: String,
    /// The officer to whom it is bound by the bureau's register.
    pub bound_officer: String,
    /// Battery, percent.
    pub battery_percent: i64,
    /// Free space, bytes.
    pub free_bytes: i64,
    /// Its clock minus ours before it was set, milliseconds.
    pub clock_offset_ms: i64,
    /// Half the round trip of that measurement, milliseconds.
    pub clock_uncertainty_ms: i64,
    /// Its clock minus ours after it was set, milliseconds, when it could be set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_after_ms: Option<i64>,
}

/// What a recorder did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecorderEventKind {
    /// Recording began.
    Started,
    /// Recording ended.
    Stopped,
    /// A moment was marked as important (重点标记).
    Marked,
    /// The link was lost; what it does is unknown until it is found.
    LinkLost,
    /// The link is back.
    LinkFound,
    /// It was released at the end of use.
    Released,
}

/// An event of a paired recorder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderEvent {
    /// The recorder.
    pub recorder_no: String,
    /// What happened.
    pub event: RecorderEventKind,
    /// When, by the recorder's own clock, Unix milliseconds: claimed time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorder_ms: Option<i64>,
    /// The recorder's name for the file concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A file that a recorder says it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderFile {
    /// Name on the recorder, verbatim.
    pub name: String,
    /// Length, bytes.
    pub len_bytes: i64,
    /// SHA-256, when the recorder can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Digest>,
    /// Start by its clock, Unix milliseconds.
    pub started_ms: i64,
    /// End by its clock, Unix milliseconds.
    pub ended_ms: i64,
}

/// What a recorder says it recorded: footage copied later is tied to this list or shown missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderListed {
    /// The recorder.
    pub recorder_no: String,
    /// SHA-256 of the list as it was transferred.
    pub list_sha256: Digest,
    /// The files.
    pub files: Vec<RecorderFile>,
}

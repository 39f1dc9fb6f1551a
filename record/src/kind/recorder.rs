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
    /// Number of the `recorder_issued` record that binds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_seq: Option<i64>,
    /// SHA-256 of the public key that it proved to hold (`spec/recorder-profile.md` §5.6), when it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<Digest>,
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
    /// It closed one file and went on in the next: a split of one recording, not a break.
    Segment,
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
    /// Whether it was marked as important there (重点标记).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub important: bool,
}

/// What a recorder says it recorded: footage copied later is tied to this list or shown missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderListed {
    /// The recorder.
    pub recorder_no: String,
    /// SHA-256 of the list as it was transferred.
    pub list_sha256: Digest,
    /// The files, or those of this page.
    pub files: Vec<RecorderFile>,
    /// Which part of the list this is, when it does not fit into one record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<ListPage>,
}

/// A part of a long list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    /// Which, from 1.
    pub n: i64,
    /// Of how many.
    pub of: i64,
    /// Files in the whole list.
    pub files: i64,
}

/// In what condition equipment changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// As it should be.
    Good,
    /// Worn, fit for use.
    Worn,
    /// Damaged: not to be used before it was repaired (article 20).
    Damaged,
}

/// A recorder was issued (领用): from `from_ms` on it is bound to one officer and one certificate.
///
/// The six characters of an officer number that a recorder holds do not hold a certificate number (执法证号); this
/// record is what ties the two together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderIssued {
    /// The bureau's number for it (执法记录设备编号).
    pub recorder_no: String,
    /// Maker's serial number (产品序号): what tells it from another under the same number.
    pub serial: String,
    /// Officer number configured in it (警号), at most six characters; empty when none is.
    pub configured_officer_no: String,
    /// The officer to whom it is issued: the bureau's id.
    pub officer: String,
    /// The officer's name.
    pub name: String,
    /// The officer's certificate (执法证号) valid then.
    pub cert_no: String,
    /// The officer's section.
    pub unit: String,
    /// First instant of the binding, Unix milliseconds.
    pub from_ms: i64,
    /// Who handed it out: the custodian's name.
    pub issued_by: String,
    /// Its condition.
    pub condition: Condition,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// SHA-256 of the public key that it proved to hold when it was handed out, when it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<Digest>,
}

/// A recorder was returned (归还): its binding ends at `to_ms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderReturned {
    /// The recorder.
    pub recorder_no: String,
    /// The officer who had it.
    pub officer: String,
    /// First instant after the binding, Unix milliseconds.
    pub to_ms: i64,
    /// Who took it back: the custodian's name.
    pub received_by: String,
    /// Its condition.
    pub condition: Condition,
    /// Whether media is still on it.
    pub data_on_device: bool,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is not as it should be with a recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// Another device answers under this number: its serial or its key is not the one bound. Nothing else of it is written.
    Swapped,
    /// The officer number configured in it is not the one bound.
    OtherOfficer,
    /// Battery below 20 %.
    BatteryLow,
    /// Battery below 10 %.
    BatteryCritical,
    /// Space for less than ten minutes.
    StorageLow,
    /// It stopped recording without being told to.
    StoppedByItself,
    /// It states another length or digest for a file than it stated before.
    ListChanged,
}

/// A recorder is not as it should be: a warning while it is used, or an alarm about its identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecorderAlarm {
    /// The recorder.
    pub recorder_no: String,
    /// What is wrong.
    pub alarm: Alarm,
    /// What should be: the serial bound, the digest of its key, the digest stated before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What was found: the serial told, percent, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The recorder's name for the file concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// A step of a repair (article 20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepairStep {
    /// Handed to those who repair it.
    Sent,
    /// Back and fit for use: it may record again from here on.
    Returned,
    /// Not repaired: out of use for good.
    Retired,
}

/// Faulty equipment was sent to repair, came back, or was retired (article 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepairRecorded {
    /// The bureau's number of the device.
    pub device_no: String,
    /// What happened.
    pub step: RepairStep,
    /// Who repairs it: professionals, never the officer.
    pub repairer: String,
    /// Who decided: the custodian's or section head's name.
    pub approved_by: String,
    /// Number of the approval; costs without one are not reimbursed (擅自修理费用不予报销).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_no: Option<String>,
    /// Cost, 1/100 yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_fen: Option<i64>,
    /// Anything else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

fn blank(texts: &[&str]) -> bool {
    texts.iter().any(|text| text.trim().is_empty())
}

impl RecorderListed {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        match self.page {
            Some(page) if page.n < 1 || page.n > page.of || page.files < self.files.len() as i64 => {
                Err("a page of a list is one of its pages")
            }
            _ => Ok(()),
        }
    }
}

impl RecorderIssued {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if blank(&[&self.recorder_no, &self.serial, &self.officer, &self.cert_no, &self.issued_by]) {
            return Err("an issue names recorder, serial, officer, certificate and who issued it");
        }
        if self.configured_officer_no.chars().count() > 6 {
            return Err("an officer number has at most six characters");
        }
        Ok(())
    }
}

impl RecorderReturned {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if blank(&[&self.recorder_no, &self.officer, &self.received_by]) {
            return Err("a return names recorder, officer and who received it");
        }
        Ok(())
    }
}

impl RepairRecorded {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if blank(&[&self.device_no, &self.repairer, &self.approved_by]) {
            return Err("a repair names device, repairer and who approved it");
        }
        if self.cost_fen.is_some_and(|fen| fen < 0) {
            return Err("a cost is not negative");
        }
        Ok(())
    }
}

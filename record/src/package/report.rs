//! What a verification found: everything broken, by name, with the reason in both languages.

use super::layout::Entry;
use super::rule::{Remark, Rule};
use crate::{DeviceId, ItemId, SessionId};
use serde::Serialize;
use std::fmt;

/// Most broken things that a report names; the rest is counted.
pub const MAX_BROKEN: usize = 10_000;

/// One broken thing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Broken {
    /// The file, by its path in the package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// The device whose record or key it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// The number of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// The rule broken.
    pub rule: Rule,
    /// The reason in English.
    pub reason_en: String,
    /// The reason in Chinese.
    pub reason_zh: String,
}

impl Broken {
    /// A file of the layout.
    pub(super) fn at(rule: Rule, entry: &Entry) -> Self {
        let record = entry.record();
        let device = if let Entry::Device(device) = entry { Some(*device) } else { record.map(|r| r.0) };
        Self { item: entry.item(), device, seq: record.map(|r| r.1), ..Self::path(rule, entry.to_string()) }
    }

    /// Any file.
    pub(super) fn path(rule: Rule, path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            item: None,
            device: None,
            seq: None,
            rule,
            reason_en: rule.english().to_owned(),
            reason_zh: rule.chinese().to_owned(),
        }
    }

    /// Adds what exactly was found.
    pub(super) fn because(mut self, detail: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let _ = write!(self.reason_en, ": {detail}");
        let _ = write!(self.reason_zh, "（{detail}）");
        self
    }

    /// What is broken: the path, or else the item, or else the device.
    pub fn subject(&self) -> String {
        match (&self.path, self.item, self.device) {
            (Some(path), ..) => path.clone(),
            (None, Some(item), _) => item.to_string(),
            (None, None, Some(device)) => device.to_string(),
            (None, None, None) => String::new(),
        }
    }
}

/// Something a reader should know that is not an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// What sort of remark.
    pub remark: Remark,
    /// The session concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The item concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// In English.
    pub text_en: String,
    /// In Chinese.
    pub text_zh: String,
}

impl Note {
    pub(super) fn new(remark: Remark) -> Self {
        Self {
            remark,
            session: None,
            item: None,
            text_en: remark.english().to_owned(),
            text_zh: remark.chinese().to_owned(),
        }
    }

    pub(super) fn because(mut self, detail: impl fmt::Display) -> Self {
        use fmt::Write as _;
        let _ = write!(self.text_en, ": {detail}");
        let _ = write!(self.text_zh, "：{detail}");
        self
    }

    pub(super) fn on(mut self, session: SessionId, item: Option<ItemId>) -> Self {
        self.session = Some(session);
        self.item = item;
        self
    }
}

/// How much was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Payload files hashed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Devices.
    pub devices: u64,
    /// Records read.
    pub records: u64,
    /// Device signatures that hold.
    pub signatures: u64,
    /// Records proved to be in the bureau's log.
    pub proofs: u64,
    /// Items whose sealed bytes are those recorded.
    pub items: u64,
    /// Items that the bureau proved to hold.
    pub receipts: u64,
    /// Items that are not here because the phone freed them after such a proof.
    pub freed: u64,
    /// Items decrypted and found to be what was recorded; 0 without an identity.
    pub decrypted: u64,
    /// Sessions.
    pub sessions: u64,
    /// Checkpoints read on their own.
    pub checkpoints: u64,
    /// Time-stamp tokens over one of them.
    pub timestamps: u64,
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Everything broken, sorted by name; at most [`MAX_BROKEN`].
    pub broken: Vec<Broken>,
    /// How many more broken things there are than `broken` names.
    pub broken_unnamed: u64,
    /// What a reader should know besides.
    pub notes: Vec<Note>,
    /// How much was looked at.
    pub counts: Counts,
}

impl Report {
    /// Whether nothing is broken.
    pub fn is_sound(&self) -> bool {
        self.broken.is_empty() && self.broken_unnamed == 0
    }

    pub(super) fn add(&mut self, broken: impl IntoIterator<Item = Broken>) {
        for one in broken {
            if self.broken.len() < MAX_BROKEN {
                self.broken.push(one);
            } else {
                self.broken_unnamed += 1;
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.broken.sort();
        self.broken.dedup();
        self.notes.sort();
    }
}

//! Records about footage that is copied from a recorder's card by hand (`spec/recorder-import.md`).

use super::RecorderFile;
use crate::{Digest, ImportId, ItemId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Under whose eyes something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisorRole {
    /// An enforcement officer.
    Officer,
    /// The custodian (专门人员).
    Custodian,
}

/// Somebody under whose eyes a faulty recorder is drained (article 20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervisor {
    /// Name.
    pub name: String,
    /// In which capacity.
    pub role: SupervisorRole,
}

/// Copying from a card began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportBegun {
    /// The import.
    pub import: ImportId,
    /// The recorder that the card is said to belong to.
    pub recorder_no: String,
    /// Officer number that the card itself holds (`sn.txt`), escaped like a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub card_officer_no: Option<String>,
    /// Who supervises, when the recorder is out of order: two officers, or the custodian.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supervisors: Vec<Supervisor>,
    /// Digests of the lists against which files are matched, oldest first; at most 64, the newest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<Digest>,
}

/// How a copied file stands to the recorder's own list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ListMatch {
    /// The list names it.
    Matched {
        /// By what.
        by: MatchedBy,
        /// Its name there, when it is another.
        #[serde(skip_serializing_if = "Option::is_none")]
        listed_name: Option<String>,
    },
    /// The list names the file, with other content.
    Altered {
        /// Digest in the list.
        #[serde(skip_serializing_if = "Option::is_none")]
        listed_sha256: Option<Digest>,
        /// Length in the list, bytes.
        listed_len_bytes: i64,
    },
    /// No list names it.
    Unknown,
}

/// What tied a file to an entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// SHA-256.
    Digest,
    /// Name and length: the recorder could not tell digests. Weaker.
    NameAndLength,
}

/// Why a file belongs to no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unassigned {
    /// Neither list nor name tells when it was recorded.
    NoTime,
    /// The recorder's clock was set back, and both readings of that time are possible.
    AmbiguousTime,
    /// The recorder was issued to nobody then.
    NoBinding,
    /// The file names another officer than the one to whom the recorder was issued then.
    OtherOfficer,
    /// The file names another recorder.
    OtherRecorder,
    /// The officer was in no session then.
    NoSession,
}

/// A file was copied and sealed. The record is in the session to which the file belongs, or in none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileImported {
    /// The import.
    pub import: ImportId,
    /// The recorder.
    pub recorder_no: String,
    /// The sealed item.
    pub item: ItemId,
    /// Path on the card, `/` between names, escaped like a name.
    pub path: String,
    /// Length, bytes.
    pub len_bytes: i64,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// How it stands to the recorder's list.
    pub listed: ListMatch,
    /// Start of the recording by the recorder's clock, Unix milliseconds: claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_from_ms: Option<i64>,
    /// End of the recording by the recorder's clock, Unix milliseconds: claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_to_ms: Option<i64>,
    /// What was taken from the recorder's clock for its known offset, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_offset_ms: Option<i64>,
    /// Officer number in the name, escaped: claimed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_officer_no: Option<String>,
    /// Name pattern by which the name was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Whether it changed on the card while it was read: what is sealed is what was read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub changed_while_read: bool,
    /// Number of the `recorder_issued` record valid at that time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_seq: Option<i64>,
    /// Why it is in no session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unassigned: Option<Unassigned>,
}

/// Why something on a card was not copied whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotImported {
    /// It could not be opened.
    Unreadable,
    /// Reading broke off; what came before is sealed.
    ReadError,
    /// A symbolic link: never followed.
    SymbolicLink,
    /// Neither file nor folder.
    SpecialFile,
    /// Folders nested deeper than 32, or more than 1 000 000 entries.
    TooMany,
    /// No space was left on the phone; what came before is sealed.
    StorageFull,
    /// The phone's storage failed; what came before is sealed.
    StorageError,
    /// Somebody stopped the import; what came before is sealed.
    Cancelled,
}

/// Something on a card was not copied whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNotImported {
    /// The import.
    pub import: ImportId,
    /// The recorder.
    pub recorder_no: String,
    /// Path on the card, escaped like a name.
    pub path: String,
    /// Why.
    pub reason: NotImported,
    /// The item that holds what could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
}

/// Files that the recorder listed and that are not on its card. In the session to which their times belong, or in none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootageMissing {
    /// The import.
    pub import: ImportId,
    /// The recorder.
    pub recorder_no: String,
    /// The files, as listed.
    pub files: Vec<RecorderFile>,
}

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportOutcome {
    /// Everything on the card was looked at.
    Complete,
    /// Somebody stopped it.
    Cancelled,
    /// The card was pulled out or failed.
    CardLost,
    /// The phone had no more space, or its storage failed.
    StorageFull,
}

/// Copying from a card ended. Only a complete import says what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFinished {
    /// The import.
    pub import: ImportId,
    /// The recorder.
    pub recorder_no: String,
    /// How it ended.
    pub outcome: ImportOutcome,
    /// Files sealed now.
    pub files: i64,
    /// Their length, bytes.
    pub bytes: i64,
    /// Files that were here already, by digest.
    pub already_here: i64,
    /// Of the files on the card: matched.
    pub matched: i64,
    /// Of the files on the card: in no list.
    pub unknown: i64,
    /// Of the files on the card: listed with other content.
    pub altered: i64,
    /// Listed and not on the card; 0 unless complete.
    pub missing: i64,
    /// Of the files sealed now: in no session.
    pub unassigned: i64,
    /// Not copied whole.
    pub not_imported: i64,
}

/// A file whose storage at the bureau is proved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleasableFile {
    /// Path on the card, as in `file_imported`.
    pub path: String,
    /// The item.
    pub item: ItemId,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Index of the bureau's `item_stored` leaf.
    pub receipt_index: i64,
}

/// The bureau's receipts for these files were verified: the copies on the recorder may be released by whoever may do
/// that. Nothing was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FootageReleasable {
    /// The recorder.
    pub recorder_no: String,
    /// The files.
    pub files: Vec<ReleasableFile>,
}

/// An officer says to which session a file belongs that the rules could place in none; in the record's session, or, when an
/// earlier word is taken back, in none. Nothing is moved or altered; the last word on an item counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAssigned {
    /// The recorder.
    pub recorder_no: String,
    /// The sealed item.
    pub item: ItemId,
    /// SHA-256 of the file.
    pub sha256: Digest,
    /// Number of the `file_imported` record that says why it is in no session.
    pub imported_seq: i64,
    /// Id of the officer who decided.
    pub officer: String,
    /// That officer's name.
    pub name: String,
    /// That officer's certificate.
    pub cert_no: String,
    /// Why it belongs there.
    pub reason: String,
    /// Number of the `file_assigned` record of the same item that this one supersedes; it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<i64>,
}

impl FileAssigned {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let words = [&self.recorder_no, &self.officer, &self.name, &self.cert_no];
        if words.iter().any(|text| text.trim().is_empty()) {
            return Err("an assignment names the recorder and who decided");
        }
        if self.reason.trim().is_empty() {
            return Err("an assignment says why");
        }
        if self.imported_seq < 1 || self.supersedes.is_some_and(|seq| seq <= self.imported_seq) {
            return Err("an assignment follows the import, and what it supersedes");
        }
        Ok(())
    }
}

impl ImportBegun {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.recorder_no.trim().is_empty() {
            return Err("an import names its recorder");
        }
        let names: BTreeSet<&str> = self.supervisors.iter().map(|s| s.name.trim()).collect();
        let custodian = self.supervisors.iter().any(|s| s.role == SupervisorRole::Custodian);
        if names.contains("") || !(names.is_empty() || names.len() >= 2 || custodian) {
            return Err("two officers or the custodian supervise");
        }
        Ok(())
    }
}

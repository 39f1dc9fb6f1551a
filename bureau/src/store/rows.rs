//! What rows look like to those who decide.

use liuhen_record::{DeviceId, Digest, ItemId, Record, SessionId};
use std::{fmt, str::FromStr};

/// An enrolment code, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// From then on it is refused, Unix milliseconds.
    pub expires_ms: i64,
    /// Who used it.
    pub device: Option<DeviceId>,
}

/// An enrolled phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// DER `SubjectPublicKeyInfo` of its key.
    pub spki: Vec<u8>,
    /// The bureau's number for it (执法记录设备编号).
    pub device_no: String,
    /// Name and version of its program.
    pub app: String,
    /// When it was enrolled, Unix milliseconds.
    pub enrolled_ms: i64,
    /// The device whose damaged store it continues.
    pub predecessor: Option<DeviceId>,
    /// When it was struck off, Unix milliseconds: it gets in no more.
    pub revoked_ms: Option<i64>,
    /// The device that continues it.
    pub successor: Option<DeviceId>,
    /// Number of the next record.
    pub next_seq: i64,
    /// SHA-256 of the last record; zeros when there is none.
    pub head: Digest,
}

/// A record about to be added.
#[derive(Debug)]
pub struct NewRecord<'a> {
    /// As read.
    pub record: &'a Record,
    /// Its exact bytes.
    pub bytes: &'a [u8],
    /// Their SHA-256.
    pub sha256: Digest,
    /// DER signature, where there is one.
    pub sig: Option<&'a [u8]>,
    /// When it arrived, Unix milliseconds.
    pub received_ms: i64,
    /// Index of its leaf in the log.
    pub leaf: u64,
}

/// A record as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The device.
    pub device: DeviceId,
    /// Its number.
    pub seq: i64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// DER signature, where there is one.
    pub sig: Option<Vec<u8>>,
    /// When it arrived, Unix milliseconds.
    pub received_ms: i64,
    /// Index of its leaf in the log.
    pub leaf: u64,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word by which it is kept.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
            /// Reads the word by which it is kept.
            pub fn of_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// How far an item has come.
    ItemStage {
        /// Opened, not sealed.
        Captured = "captured",
        /// Sealed; pieces are wanted.
        Sealed = "sealed",
        /// Every byte is stored and the statement is in the log.
        Stored = "stored",
        /// The pieces are not the file that the record names.
        Refused = "refused",
    }
}

words! {
    /// What the party did with an item (article 18).
    Review {
        /// Nothing yet.
        None = "none",
        /// Looked at it.
        Reviewed = "reviewed",
        /// Waived looking at it.
        Waived = "waived",
        /// Refused, could not, or was absent.
        Refused = "refused",
    }
}

words! {
    /// How a session's review ended.
    SessionOutcome {
        /// Not yet.
        None = "none",
        /// Signed by the party.
        Confirmed = "confirmed",
        /// Refused.
        Refused = "refused",
    }
}

words! {
    /// Why a record or an item was refused.
    IncidentKind {
        /// Another record with a number that is taken.
        Fork = "fork",
        /// A number was skipped.
        Gap = "gap",
        /// A rule of the format, the chain or the signature is broken.
        Invalid = "invalid",
        /// The stored pieces are not the file that the record names.
        ItemDigest = "item_digest",
    }
}

words! {
    /// What a token is good for.
    TokenScope {
        /// Everything that its device may do.
        Device = "device",
        /// Uploading pieces and asking which are missing, nothing else.
        Upload = "upload",
    }
}

/// A bearer token, by its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    /// SHA-256 of the token.
    pub token_sha256: Digest,
    /// Whose it is.
    pub device: DeviceId,
    /// What it is good for.
    pub scope: TokenScope,
    /// From then on it is void, Unix milliseconds.
    pub expires_ms: i64,
}

/// A refused record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The device that sent it.
    pub device: DeviceId,
    /// What was wrong.
    pub kind: IncidentKind,
    /// Number of the record, as far as it could be read.
    pub seq: i64,
    /// SHA-256 of the record that is kept under that number.
    pub ours: Option<Digest>,
    /// SHA-256 of what was refused.
    pub theirs: Digest,
    /// In words.
    pub reason: String,
    /// What was refused, cut after 64 KiB.
    pub bytes: Vec<u8>,
    /// Its signature.
    pub sig: Option<Vec<u8>>,
    /// First seen, Unix milliseconds.
    pub first_ms: i64,
    /// Last seen, Unix milliseconds.
    pub last_ms: i64,
    /// How often.
    pub times: i64,
}

/// An item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// The item.
    pub item: ItemId,
    /// The device whose records name it.
    pub device: DeviceId,
    /// Its session; footage of a recorder may have none.
    pub session: Option<SessionId>,
    /// Number of its `capture_opened` record.
    pub opened_seq: i64,
    /// Number of its `capture_sealed` record.
    pub sealed_seq: Option<i64>,
    /// SHA-256 of the sealed file.
    pub ct_sha256: Option<Digest>,
    /// Length of the sealed file, bytes.
    pub len_bytes: Option<i64>,
    /// How far it has come.
    pub stage: ItemStage,
    /// When it was stored, Unix milliseconds.
    pub stored_ms: Option<i64>,
    /// Index of its `item_stored` leaf.
    pub leaf: Option<u64>,
    /// That leaf's data.
    pub statement: Option<Vec<u8>>,
}

/// A piece of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceRow {
    /// Its place, from 0.
    pub idx: i64,
    /// Its SHA-256.
    pub sha256: Digest,
    /// Its length, bytes.
    pub len_bytes: i64,
    /// When it was stored, Unix milliseconds.
    pub stored_ms: Option<i64>,
}

/// Names an upload: 128 random bits, 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(pub [u8; 16]);

impl fmt::Display for UploadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for UploadId {
    type Err = liuhen_record::id::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<ItemId>().map(|id| Self(id.0))
    }
}

/// Names bytes that arrive: 128 random bits, 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StagedId(pub [u8; 16]);

impl fmt::Display for StagedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for StagedId {
    type Err = liuhen_record::id::IdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<ItemId>().map(|id| Self(id.0))
    }
}

/// An upload under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// The upload.
    pub upload: UploadId,
    /// Who uploads.
    pub device: DeviceId,
    /// The item.
    pub item: ItemId,
    /// Which of its pieces.
    pub idx: i64,
    /// SHA-256 that the piece must have.
    pub sha256: Digest,
    /// Its length, bytes.
    pub len_bytes: i64,
    /// `Upload-Metadata` as it was sent.
    pub metadata: String,
    /// Bytes that are durable.
    pub offset_bytes: i64,
    /// Fencing number.
    pub epoch: i64,
    /// Whether the piece is stored.
    pub done: bool,
    /// From then on it may be removed, Unix milliseconds.
    pub expires_ms: i64,
    /// Where its bytes are until the piece is stored.
    pub staged: StagedId,
    /// Whether a request writes them, or died doing so.
    pub busy: bool,
}

/// A signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// Leaves.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// When it was signed, Unix milliseconds.
    pub signed_ms: i64,
}

/// An account of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Its number; ignored when it is added.
    pub account: i64,
    /// Its name.
    pub name: String,
    /// Its role, by word.
    pub role: String,
    /// Password hash.
    pub password: String,
    /// Whether the password must be changed first.
    pub must_change: bool,
    /// When it was made, Unix milliseconds.
    pub created_ms: i64,
}

/// A sign-in of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSessionRow {
    /// SHA-256 of the cookie's token.
    pub token_sha256: Digest,
    /// Whose it is.
    pub account: i64,
    /// What every form must carry.
    pub csrf: String,
    /// When it began, Unix milliseconds.
    pub created_ms: i64,
    /// When it was last used.
    pub seen_ms: i64,
}

/// Who did what, in the console or from the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// Account name as given; of a command, the user of the operating system.
    pub name: String,
    /// Role, by word; empty when nobody was signed in.
    pub role: String,
    /// Address of the peer, or `command`.
    pub source: String,
    /// What, by word.
    pub action: String,
    /// On what: `item:<id>`, `session:<id>`, `device:<id>`, `record:<device>/<seq>`, another such word, or empty.
    pub target: String,
}

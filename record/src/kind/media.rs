//! Records about captured media (声像资料).

use crate::{Digest, ItemId};
use serde::{Deserialize, Serialize};

/// What sort of media an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A photograph (JPEG).
    Photo,
    /// Sound (ADTS AAC).
    Audio,
    /// Moving pictures (fragmented MP4).
    Video,
    /// A small picture derived from another item.
    Thumbnail,
    /// Bytes of no known medium, kept all the same.
    Other,
}

/// What made the media (article 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// This phone.
    Phone,
    /// A body recorder (执法记录仪).
    Recorder,
    /// A camera (照相机).
    Camera,
    /// A camcorder (摄像机).
    Camcorder,
    /// A fixed camera (视频监控设施).
    FixedCamera,
}

/// A capture began. Durable before the first byte of media, so that a capture can end but never vanish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureOpened {
    /// The item.
    pub item: ItemId,
    /// What sort of media.
    pub media: MediaKind,
    /// What makes it.
    pub source: MediaSource,
    /// The bureau's number of what makes it (执法记录设备编号).
    pub source_no: String,
    /// IANA media type of the bytes.
    pub media_type: String,
    /// The file's name where it came from, when it came as a file; characters that cannot be shown safely are
    /// escaped as `\u{…}`, nothing is dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_name: Option<String>,
    /// The item from which a thumbnail was derived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub derived_from: Option<ItemId>,
    /// What the officer called it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Suite with which it is sealed, `age-v1`.
    pub suite: String,
    /// Epoch of the recipient list.
    pub header_epoch: i64,
}

/// A capture was ended by recovery after a crash or power loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureRecovered {
    /// The item.
    pub item: ItemId,
    /// Plaintext bytes last acknowledged as durable before the crash, as far as the store knows.
    pub acked_bytes: i64,
    /// Plaintext bytes kept.
    pub kept_bytes: i64,
    /// How the file was ended.
    pub rule: RecoveryRule,
}

/// How recovery ended a file (`spec/tail-journal.md` §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryRule {
    /// It was already a complete age file.
    AlreadySealed,
    /// The last chunk was written from the tail journal.
    FromJournal,
    /// The last whole chunk was sealed again as the final one.
    ResealedLast,
    /// No media byte had become durable: an empty age file.
    Empty,
}

/// One piece of a sealed file: 32 MiB, the last one shorter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// SHA-256 of the piece.
    pub sha256: Digest,
    /// Length, bytes.
    pub len_bytes: i64,
}

/// Whether the media could be read by the libraries that describe it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Readability {
    /// It reads as what it claims to be.
    Readable,
    /// It does not; the bytes are kept all the same.
    Unreadable {
        /// Why, in words.
        reason: String,
    },
    /// Nobody looked.
    NotExamined,
}

/// What the bytes turned out to be. A description, never evidence: the bytes are the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaDescription {
    /// Whether it could be read.
    pub readability: Readability,
    /// The format found: `jpeg`, `png`, `adts_aac`, `fmp4`, `mp4`, `unknown`.
    pub format: String,
    /// Picture width, pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width_px: Option<i64>,
    /// Picture height, pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height_px: Option<i64>,
    /// Duration, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Samples per second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_rate_hz: Option<i64>,
    /// Sound channels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channels: Option<i64>,
    /// EXIF fields as text, by tag name; what cannot be read is left out.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub exif: std::collections::BTreeMap<String, String>,
}

/// Why a capture was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseCause {
    /// The officer ended it, or all its bytes had come.
    Finished,
    /// A crash or power loss ended it; a `capture_recovered` record says how.
    Recovered,
    /// There was no more space.
    StorageFull,
    /// The storage reported an error.
    StorageError,
}

/// A capture is complete. Always signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureSealed {
    /// The item.
    pub item: ItemId,
    /// Suite with which it is sealed, `age-v1`.
    pub suite: String,
    /// Length of the sealed file, bytes.
    pub len_bytes: i64,
    /// Length of what is inside, bytes.
    pub pt_len_bytes: i64,
    /// SHA-256 of the sealed file.
    pub ct_sha256: Digest,
    /// SHA-256 of the sealed file after its header: unchanged when a viewer is granted a new header.
    pub payload_sha256: Digest,
    /// SHA-256 of what is inside: checks a decrypted copy with `sha256sum` alone.
    pub pt_sha256: Digest,
    /// The pieces whose concatenation is the sealed file.
    pub pieces: Vec<Piece>,
    /// When capture began, by the phone's monotonic clock, milliseconds since boot.
    pub started_mono_ms: i64,
    /// When capture ended, by the same clock; of a recovered one, where what is durable ends.
    pub ended_mono_ms: i64,
    /// Why it was closed.
    pub cause: CloseCause,
    /// What it turned out to be.
    pub description: MediaDescription,
}

impl CaptureSealed {
    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.suite != crate::seal::SUITE {
            return Err("unknown suite");
        }
        if self.pt_len_bytes < 0 || self.len_bytes <= self.pt_len_bytes {
            return Err("a sealed file is longer than what it holds");
        }
        let Some((last, whole)) = self.pieces.split_last() else {
            return Err("a sealed file has at least one piece");
        };
        let piece_bytes = crate::seal::PIECE_BYTES as i64;
        if whole.iter().any(|p| p.len_bytes != piece_bytes)
            || last.len_bytes < 1
            || last.len_bytes > piece_bytes
        {
            return Err("every piece but the last has 32 MiB");
        }
        let sum: i64 = self.pieces.iter().map(|p| p.len_bytes).sum();
        if sum == self.len_bytes { Ok(()) } else { Err("the pieces do not add up to the sealed file") }
    }
}

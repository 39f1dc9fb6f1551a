//! Reading tus headers, strictly.

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_record::{Digest, ItemId};
use ring::digest::{Algorithm, Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use std::collections::BTreeMap;

/// `Upload-Metadata` longer than this is refused, bytes.
pub const MAX_METADATA_BYTES: usize = 4096;

/// Why a header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Missing, or not a decimal number below 2^53.
    #[error("{0} is missing or malformed")]
    Number(&'static str),
    /// More than once where once is allowed, or not visible ASCII.
    #[error("{0} is malformed")]
    Malformed(&'static str),
    /// Not pairs of a key and base64, separated by commas; a key twice; or too long.
    #[error("Upload-Metadata is malformed")]
    Metadata,
    /// Not an algorithm and base64 of the right length.
    #[error("Upload-Checksum is malformed")]
    Checksum,
    /// An algorithm that is not spoken here.
    #[error("the checksum algorithm is not supported")]
    Algorithm,
}

/// A header's only value as text.
pub fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

/// A header that may be absent; when it is there, it is there once.
///
/// # Errors
/// [`HeaderError::Malformed`]: a header that cannot be read must not be taken for one that is absent.
pub fn optional<'h>(headers: &'h HeaderMap, name: &'static str) -> Result<Option<&'h str>, HeaderError> {
    match (headers.contains_key(name), text(headers, name)) {
        (true, None) => Err(HeaderError::Malformed(name)),
        (_, value) => Ok(value),
    }
}

/// A header whose values are one list, also when they come in several lines (RFC 9110 §5.3). Absent is empty.
///
/// # Errors
/// [`HeaderError::Malformed`].
pub fn list(headers: &HeaderMap, name: &'static str) -> Result<String, HeaderError> {
    let lines = headers.get_all(name).iter().map(|line| line.to_str());
    let lines = lines.collect::<Result<Vec<_>, _>>().map_err(|_| HeaderError::Malformed(name))?;
    Ok(lines.join(","))
}

/// A header that is a decimal number below 2^53.
///
/// # Errors
/// [`HeaderError::Number`].
pub fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, HeaderError> {
    let text = text(headers, name).ok_or(HeaderError::Number(name))?;
    let digits = !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| b.is_ascii_digit());
    let number = if digits { text.parse::<u64>().ok() } else { None };
    number.filter(|n| *n < 1 << 53).ok_or(HeaderError::Number(name))
}

/// Reads `Upload-Metadata`. An empty header is an empty map: some clients send one.
///
/// # Errors
/// [`HeaderError::Metadata`].
pub fn metadata(text: &str) -> Result<BTreeMap<String, Vec<u8>>, HeaderError> {
    let mut pairs = BTreeMap::new();
    if text.len() > MAX_METADATA_BYTES {
        return Err(HeaderError::Metadata);
    }
    if text.trim().is_empty() {
        return Ok(pairs);
    }
    for pair in text.split(',') {
        let pair = pair.trim_matches(' ');
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let value = STANDARD.decode(value).map_err(|_| HeaderError::Metadata)?;
        let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic());
        if !is_key || pairs.insert(key.to_owned(), value).is_some() {
            return Err(HeaderError::Metadata);
        }
    }
    Ok(pairs)
}

/// Which piece an upload is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PieceName {
    /// The item.
    pub item: ItemId,
    /// Which of its pieces, from 0.
    pub idx: i64,
    /// The SHA-256 that it must have.
    pub sha256: Digest,
}

impl PieceName {
    /// From the metadata `item`, `piece` and `sha256`; `None` when one is missing or malformed.
    pub fn from_metadata(pairs: &BTreeMap<String, Vec<u8>>) -> Option<Self> {
        let text = |key: &str| std::str::from_utf8(pairs.get(key)?).ok();
        let idx = text("piece")?;
        let digits = (1..=9).contains(&idx.len()) && idx.bytes().all(|b| b.is_ascii_digit());
        Some(Self {
            item: text("item")?.parse().ok()?,
            idx: if digits { idx.parse().ok()? } else { return None },
            sha256: text("sha256")?.parse().ok()?,
        })
    }
}

/// A checksum that the body must have.
#[derive(Clone)]
pub struct Checksum {
    algorithm: &'static Algorithm,
    wanted: Vec<u8>,
}

impl Checksum {
    /// Reads `Upload-Checksum: <algorithm> <base64>`.
    ///
    /// # Errors
    /// [`HeaderError`].
    pub fn parse(text: &str) -> Result<Self, HeaderError> {
        let (algorithm, wanted) = text.split_once(' ').ok_or(HeaderError::Checksum)?;
        let algorithm = match algorithm {
            "sha256" => &SHA256,
            "sha1" => &SHA1_FOR_LEGACY_USE_ONLY,
            _ => return Err(HeaderError::Algorithm),
        };
        let wanted = STANDARD.decode(wanted).map_err(|_| HeaderError::Checksum)?;
        if wanted.len() != algorithm.output_len() {
            return Err(HeaderError::Checksum);
        }
        Ok(Self { algorithm, wanted })
    }

    /// Starts hashing a body.
    pub fn start(&self) -> Context {
        Context::new(self.algorithm)
    }

    /// Whether a hashed body is the one wanted.
    pub fn matches(&self, hashed: Context) -> bool {
        hashed.finish().as_ref() == self.wanted
    }

    /// Whether this is the SHA-256 `sha256`.
    pub fn is_sha256(&self, sha256: &Digest) -> bool {
        self.algorithm == &SHA256 && self.wanted == sha256.0
    }
}

/// An instant as HTTP writes it (RFC 9110 §5.6.7).
pub fn http_date(ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(ms)
        .map(|at| at.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        .unwrap_or_default()
}

//! One link of the ledger: what happened, who did it, when and where, and what came before.
//!
//! Format: `spec/record.md`. A record is RFC 8785 JSON, kept and shipped byte for byte; [`Record::parse`]
//! accepts only exactly those bytes.

use crate::{
    DeviceId, Digest, Kind, SessionId, canonical, canonical::CanonicalError, place::PlaceClaim,
    time::TimeClaim,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The format version that this crate writes and reads.
pub const VERSION: i64 = 1;

/// A record longer than this is refused, bytes. A document of 100 pages fits.
pub const MAX_RECORD_BYTES: usize = 1 << 20;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    /// Format version, [`VERSION`].
    pub v: i64,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Position in the device's chain, from 1.
    pub seq: i64,
    /// SHA-256 of the previous record's bytes; [`Digest::ZERO`] for the first.
    pub prev: Digest,
    /// The enforcement activity it belongs to; absent for what concerns the device as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The officer who was signed in; absent when nobody was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<String>,
    /// What happened: the members `kind` and `body`.
    #[serde(flatten)]
    pub kind: Kind,
    /// When it claims to have been written.
    pub time: TimeClaim,
    /// Where it claims to have been written.
    pub place: PlaceClaim,
}

/// A record's members as they are written, the body still unread.
#[derive(Deserialize)]
struct Written<'b> {
    v: i64,
    device: DeviceId,
    seq: i64,
    prev: Digest,
    session: Option<SessionId>,
    officer: Option<String>,
    #[serde(borrow)]
    kind: Cow<'b, str>,
    #[serde(borrow)]
    body: &'b RawValue,
    time: TimeClaim,
    place: PlaceClaim,
}

/// Why bytes are not a record.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Longer than [`MAX_RECORD_BYTES`].
    #[error("record of {found} bytes; at most {MAX_RECORD_BYTES} are accepted")]
    TooLong {
        /// Its length, bytes.
        found: usize,
    },
    /// Not canonical, or not of a known shape.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// Another format version.
    #[error("record format version {found}; this reader knows version {VERSION}")]
    Version {
        /// The version found.
        found: i64,
    },
    /// A number below 1.
    #[error("sequence number {found}; the first record is 1")]
    Seq {
        /// The number found.
        found: i64,
    },
    /// The written grade or anchor age does not follow from the clocks written beside it, or is one that no
    /// phone may claim.
    #[error("the time claim contradicts itself")]
    Time,
    /// Coordinates outside the globe.
    #[error("the place claim is impossible")]
    Place,
    /// The body breaks a rule of its kind.
    #[error("{kind}: {rule}")]
    Body {
        /// The kind's name.
        kind: &'static str,
        /// The rule broken.
        rule: &'static str,
    },
}

impl Record {
    /// The record's bytes: what is hashed, signed, kept and shipped.
    ///
    /// # Errors
    /// [`RecordError`] when a rule of the format is broken: nothing is written that could not be read back.
    pub fn bytes(&self) -> Result<Vec<u8>, RecordError> {
        self.check()?;
        let bytes = canonical::bytes(self)?;
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLong { found: bytes.len() });
        }
        Ok(bytes)
    }

    /// Reads a record from exactly its bytes.
    ///
    /// # Errors
    /// [`RecordError`], naming the rule broken.
    pub fn parse(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLong { found: bytes.len() });
        }
        let record = Self::read(bytes)?;
        canonical::check(&record, bytes)?;
        record.check()?;
        Ok(record)
    }

    fn read(bytes: &[u8]) -> Result<Self, CanonicalError> {
        let Written { v, device, seq, prev, session, officer, kind, body, time, place } =
            serde_json::from_slice(bytes)?;
        let kind = Kind::read(&kind, body.get())?;
        Ok(Self { v, device, seq, prev, session, officer, kind, time, place })
    }

    fn check(&self) -> Result<(), RecordError> {
        if self.v != VERSION {
            return Err(RecordError::Version { found: self.v });
        }
        if self.seq < 1 {
            return Err(RecordError::Seq { found: self.seq });
        }
        if !self.time.is_consistent() {
            return Err(RecordError::Time);
        }
        if !self.place.is_possible() {
            return Err(RecordError::Place);
        }
        self.kind
            .check()
            .and_then(|()| self.check_session())
            .map_err(|rule| RecordError::Body { kind: self.kind.name(), rule })
    }

    /// Where a body says less than body and session together.
    fn check_session(&self) -> Result<(), &'static str> {
        match &self.kind {
            Kind::FileAssigned(body) if self.session.is_none() && body.supersedes.is_none() => {
                Err("only an earlier assignment can be taken back")
            }
            _ => Ok(()),
        }
    }
}

//! TimeStampResp with its token: ContentInfo, SignedData, TSTInfo (RFC 3161 §2.4.2, RFC 5652 §3–5).

use super::{MAX_REPLY_BYTES, TimestampAuthorities, TimestampError};
use crate::digest::Digest;
use chrono::NaiveDateTime;
use der::{Reader, SliceReader, Tag, TagNumber};

const GRANTED: [u8; 2] = [0, 1];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4
pub(super) const TST_INFO: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// 2.16.840.1.101.3.4.2.1
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];

/// `[n]`, constructed.
pub(super) const fn context(number: TagNumber) -> Tag {
    Tag::ContextSpecific { constructed: true, number }
}

/// A granted token. What it says counts when [`TimestampToken::check`] and [`TimestampToken::verify`] agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampToken {
    /// The authority's time, Unix milliseconds.
    pub time_ms: i64,
    /// SHA-256 of what was stamped.
    pub imprint: Digest,
    /// The authority's number of the token, hex.
    pub serial: String,
    nonce: Option<Vec<u8>>,
    pub(super) signed: Signed,
}

/// The parts of SignedData that the signature is about, as DER.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// TSTInfo.
    pub content: Vec<u8>,
    pub certificates: Vec<Vec<u8>>,
    /// Object identifier of the digest over the content.
    pub digest: Vec<u8>,
    /// The signed attributes, as SET OF.
    pub attributes: Vec<u8>,
    pub signature: Vec<u8>,
}

impl TimestampToken {
    /// Reads a reply. Only a granted token over SHA-256 with exactly one signer is one.
    ///
    /// # Errors
    /// [`TimestampError`].
    pub fn parse_reply(reply: &[u8]) -> Result<Self, TimestampError> {
        if reply.len() > MAX_REPLY_BYTES {
            return Err(TimestampError::Malformed("length"));
        }
        let mut reply = Parts::of(sole(reply, Tag::Sequence, "reply")?, "reply")?;
        let mut status = reply.inside(Tag::Sequence)?;
        let status = match status.value(Tag::Integer)? {
            [status] => *status,
            _ => return Err(TimestampError::Malformed("status")),
        };
        if !GRANTED.contains(&status) {
            return Err(TimestampError::Status(status));
        }
        let mut content = reply.inside(Tag::Sequence)?;
        reply.end()?;
        content.oid(SIGNED_DATA)?;
        let signed =
            signed_data(sole(content.value(context(TagNumber::N0))?, Tag::Sequence, "signed data")?)?;
        content.end()?;
        token(signed)
    }

    /// Checks that the token is over `data`, and answers the request with that nonce, if one is given.
    ///
    /// # Errors
    /// [`TimestampError::Imprint`], [`TimestampError::Nonce`].
    pub fn check(&self, data: &[u8], nonce: Option<&[u8]>) -> Result<(), TimestampError> {
        if self.imprint != Digest::of(data) {
            return Err(TimestampError::Imprint);
        }
        if nonce.is_some() && nonce != self.nonce.as_deref() { Err(TimestampError::Nonce) } else { Ok(()) }
    }

    /// Checks that a signer whom `authorities` trust to stamp signed exactly this, at the time that it says.
    ///
    /// # Errors
    /// [`TimestampError::Signature`], [`TimestampError::Untrusted`].
    pub fn verify(&self, authorities: &TimestampAuthorities) -> Result<(), TimestampError> {
        super::signer::verify(self, authorities)
    }
}

fn signed_data(data: &[u8]) -> Result<Signed, TimestampError> {
    let mut data = Parts::of(data, "signed data")?;
    data.value(Tag::Integer)?;
    data.value(Tag::Set)?;
    let mut encapsulated = data.inside(Tag::Sequence)?;
    encapsulated.oid(TST_INFO)?;
    let content = sole(encapsulated.value(context(TagNumber::N0))?, Tag::OctetString, "content")?.to_vec();
    encapsulated.end()?;
    let mut certificates = Vec::new();
    if let Some(set) = data.optional(context(TagNumber::N0))? {
        let mut set = Parts::of(set, "certificates")?;
        while !set.is_empty() {
            certificates.push(set.whole()?.to_vec());
        }
    }
    data.optional(context(TagNumber::N1))?;
    let mut signer = Parts::of(sole(data.value(Tag::Set)?, Tag::Sequence, "signer")?, "signer")?;
    data.end()?;
    signer.value(Tag::Integer)?;
    // Who it is follows from the signed attribute about the certificate.
    signer.whole()?;
    let digest = signer.inside(Tag::Sequence)?.value(Tag::ObjectIdentifier)?.to_vec();
    let mut attributes = signer.whole()?.to_vec();
    if attributes.first() != Some(&0xa0) {
        return Err(TimestampError::Malformed("signed attributes"));
    }
    // RFC 5652 §5.4: what is signed is the SET OF, not its implicit tag.
    attributes[0] = 0x31;
    signer.value(Tag::Sequence)?;
    let signature = signer.value(Tag::OctetString)?.to_vec();
    signer.optional(context(TagNumber::N1))?;
    signer.end()?;
    Ok(Signed { content, certificates, digest, attributes, signature })
}

fn token(signed: Signed) -> Result<TimestampToken, TimestampError> {
    let mut info = Parts::of(sole(&signed.content, Tag::Sequence, "token")?, "token")?;
    if info.value(Tag::Integer)? != [1] {
        return Err(TimestampError::Malformed("token version"));
    }
    info.value(Tag::ObjectIdentifier)?;
    let mut imprint = info.inside(Tag::Sequence)?;
    if imprint.inside(Tag::Sequence)?.value(Tag::ObjectIdentifier)? != SHA256 {
        return Err(TimestampError::Algorithm);
    }
    let digest = imprint.value(Tag::OctetString)?.try_into().map_err(|_| TimestampError::Algorithm)?;
    imprint.end()?;
    let serial = hex::encode(info.value(Tag::Integer)?);
    let time_ms = instant(info.value(Tag::GeneralizedTime)?).ok_or(TimestampError::Malformed("time"))?;
    info.optional(Tag::Sequence)?;
    info.optional(Tag::Boolean)?;
    let nonce = info.optional(Tag::Integer)?.map(<[u8]>::to_vec);
    Ok(TimestampToken { time_ms, imprint: Digest(digest), serial, nonce, signed })
}

/// `YYYYMMDDhhmmss[.f…]Z` (RFC 3161 §2.4.2), in Unix milliseconds.
fn instant(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.len() != 14 || fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let second = NaiveDateTime::parse_from_str(whole, "%Y%m%d%H%M%S").ok()?.and_utc().timestamp_millis();
    let millis: String = fraction.chars().chain("000".chars()).take(3).collect();
    Some(second + millis.parse::<i64>().ok()?)
}

/// The value of the one element that `bytes` are.
pub(super) fn sole<'a>(bytes: &'a [u8], tag: Tag, what: &'static str) -> Result<&'a [u8], TimestampError> {
    let mut parts = Parts::of(bytes, what)?;
    let value = parts.value(tag)?;
    parts.end()?;
    Ok(value)
}

/// The elements of a structure, one after the other.
pub(super) struct Parts<'a> {
    reader: SliceReader<'a>,
    what: &'static str,
}

impl<'a> Parts<'a> {
    pub fn of(bytes: &'a [u8], what: &'static str) -> Result<Self, TimestampError> {
        let reader = SliceReader::new(bytes).map_err(|_| TimestampError::Malformed(what))?;
        Ok(Self { reader, what })
    }

    pub fn is_empty(&self) -> bool {
        self.reader.is_finished()
    }

    /// The next element with its header.
    pub fn whole(&mut self) -> Result<&'a [u8], TimestampError> {
        self.reader.tlv_bytes().map_err(|_| self.malformed())
    }

    /// The value of the next element, which has this tag.
    pub fn value(&mut self, tag: Tag) -> Result<&'a [u8], TimestampError> {
        let header: der::Header = self.reader.decode().map_err(|_| self.malformed())?;
        if header.tag != tag {
            return Err(self.malformed());
        }
        self.reader.read_slice(header.length).map_err(|_| self.malformed())
    }

    /// The next element, if it has this tag.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<&'a [u8]>, TimestampError> {
        if self.is_empty() || self.reader.peek_tag().map_err(|_| self.malformed())? != tag {
            return Ok(None);
        }
        self.value(tag).map(Some)
    }

    /// The elements inside the next one.
    pub fn inside(&mut self, tag: Tag) -> Result<Self, TimestampError> {
        Self::of(self.value(tag)?, self.what)
    }

    pub fn oid(&mut self, wanted: &[u8]) -> Result<(), TimestampError> {
        if self.value(Tag::ObjectIdentifier)? == wanted { Ok(()) } else { Err(self.malformed()) }
    }

    pub fn end(&self) -> Result<(), TimestampError> {
        if self.is_empty() { Ok(()) } else { Err(self.malformed()) }
    }

    fn malformed(&self) -> TimestampError {
        TimestampError::Malformed(self.what)
    }
}

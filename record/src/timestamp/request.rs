//! TimeStampReq (RFC 3161 §2.4.1).

use crate::digest::Digest;

/// SEQUENCE { OID 2.16.840.1.101.3.4.2.1 (SHA-256), NULL }.
const SHA256_ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00];

/// Asks for a token over a SHA-256 digest, with the authority's certificate in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampRequest {
    /// Digest of what is stamped.
    pub imprint: Digest,
    nonce: [u8; 8],
}

impl TimestampRequest {
    /// A request; `random` makes its reply one that answers no other request.
    pub fn new(imprint: Digest, random: [u8; 8]) -> Self {
        let mut nonce = random;
        // A positive INTEGER without a leading zero byte: DER has one spelling for it.
        nonce[0] = (nonce[0] & 0x7f) | 0x40;
        Self { imprint, nonce }
    }

    /// The nonce, as the reply must carry it.
    pub fn nonce(&self) -> &[u8] {
        &self.nonce
    }

    /// DER, as it is posted (`application/timestamp-query`).
    pub fn to_der(&self) -> Vec<u8> {
        let imprint = tagged(0x30, &[&SHA256_ALGORITHM[..], &tagged(0x04, &self.imprint.0)].concat());
        let version = [0x02, 0x01, 0x01];
        let wants_certificate = [0x01, 0x01, 0xff];
        tagged(0x30, &[&version[..], &imprint, &tagged(0x02, &self.nonce), &wants_certificate].concat())
    }
}

/// Every part of a request is shorter than 128 bytes: one byte of length.
fn tagged(tag: u8, value: &[u8]) -> Vec<u8> {
    [&[tag, value.len() as u8], value].concat()
}

//! Time-stamp tokens (RFC 3161) over checkpoints: somebody else's word that a checkpoint existed at a time.
//!
//! * [`TimestampRequest`]: what an authority is asked;
//! * [`TimestampToken`]: its reply, read strictly; [`TimestampToken::check`] compares it with what was stamped,
//!   [`TimestampToken::verify`] checks the signature and the authority's certificate (by rustls-webpki and ring).
//!
//! A reply is kept and packed as it came: `openssl ts -verify` reads the same bytes. The normative text is
//! `spec/log.md` §14.

mod reply;
mod request;
mod signer;

pub use reply::TimestampToken;
pub use request::TimestampRequest;
pub use signer::TimestampAuthorities;

/// Longest reply that is read, bytes.
pub const MAX_REPLY_BYTES: usize = 65_536;

/// Why a token is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimestampError {
    /// Not a reply in DER, or longer than [`MAX_REPLY_BYTES`]; names the part that does not read.
    #[error("the reply is malformed: {0}")]
    Malformed(&'static str),
    /// The authority did not grant a token; its status.
    #[error("the authority refused with status {0}")]
    Status(u8),
    /// The token is over a digest other than SHA-256.
    #[error("the token is not over a sha-256 digest")]
    Algorithm,
    /// The token is over something else.
    #[error("the token is over something else")]
    Imprint,
    /// The token does not carry the number that the request carried: it may be an old one.
    #[error("the token does not answer this request")]
    Nonce,
    /// The authority's file holds no certificate.
    #[error("no certificate of an authority could be read")]
    NoAuthority,
    /// The signature or what it is over is not as it must be; names the part.
    #[error("the token's signature does not hold: {0}")]
    Signature(&'static str),
    /// No way leads from the signer's certificate to a trusted authority that may stamp.
    #[error("the signer is not trusted to stamp: {0}")]
    Untrusted(String),
}

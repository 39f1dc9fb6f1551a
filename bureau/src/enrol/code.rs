//! Enrolment codes: `LH1-<32 hexadecimal digits of secret>-<16 of the verifier key's fingerprint>`.
//!
//! The secret is kept as its SHA-256 only. The fingerprint lets the phone check the bureau's key before it
//! trusts anything that the bureau says.

use crate::{
    random::{self, RandomError},
    store::{Ledger, StoreError},
};
use liuhen_record::{Digest, note::VerifierKey};

const PREFIX: &str = "LH1-";
const SECRET_BYTES: usize = 16;

/// Why no code was made.
#[derive(Debug, thiserror::Error)]
pub enum MakeCodeError {
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a code that can be used once, until `now_ms` + `ttl_secs`.
///
/// # Errors
/// [`MakeCodeError`].
pub fn make_code(
    rows: &dyn Ledger,
    key: &VerifierKey,
    now_ms: i64,
    ttl_secs: u32,
) -> Result<String, MakeCodeError> {
    let secret = hex::encode(random::bytes::<SECRET_BYTES>()?);
    rows.add_code(&Digest::of(secret.as_bytes()), now_ms, now_ms + i64::from(ttl_secs) * 1000)?;
    Ok(format!("{PREFIX}{secret}-{}", key.fingerprint()))
}

/// The secret part of a code that is of the right form.
pub fn secret_of(code: &str) -> Option<&str> {
    let (secret, fingerprint) = code.strip_prefix(PREFIX)?.split_once('-')?;
    let is_hex = |text: &str, len| {
        text.len() == len && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    (is_hex(secret, SECRET_BYTES * 2) && is_hex(fingerprint, 16)).then_some(secret)
}

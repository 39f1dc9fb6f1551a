//! Enrolment codes: `LH1-<32 hexadecimal digits of secret>-<16 of the verifier key's fingerprint>`; while the bureau
//! speaks TLS by itself, `LH2-…-…-<64 of the TLS key's pin>`.
//!
//! The secret is kept as its SHA-256 only. The fingerprint lets the phone check the bureau's key before it
//! trusts anything that the bureau says, the pin before it says anything.

use crate::{
    random::{self, RandomError},
    store::{Ledger, StoreError},
    tls,
};
use liuhen_record::{Digest, note::VerifierKey};

const PLAIN: &str = "LH1";
const PINNED: &str = "LH2";
const SECRET_BYTES: usize = 16;
/// The setting that says where phones find the bureau.
const URL: &str = "url";

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
    let fingerprint = key.fingerprint();
    Ok(match tls::pin(rows)? {
        None => format!("{PLAIN}-{secret}-{fingerprint}"),
        Some(pin) => format!("{PINNED}-{secret}-{fingerprint}-{pin}"),
    })
}

/// Writes down where phones find the bureau since this start.
///
/// # Errors
/// [`StoreError`].
pub fn put_url(rows: &dyn Ledger, url: &str) -> Result<(), StoreError> {
    // A start at the same address writes nothing: the disk may be full.
    if self::url(rows)?.as_deref() == Some(url) { Ok(()) } else { rows.put_setting(URL, url) }
}

/// Where phones found the bureau when it was started last.
///
/// # Errors
/// [`StoreError`].
pub fn url(rows: &dyn Ledger) -> Result<Option<String>, StoreError> {
    rows.setting(URL)
}

/// Where the bureau is and a code in one text, as a QR code carries it: `<url>#<code>`.
pub fn invitation(url: &str, code: &str) -> String {
    format!("{url}#{code}")
}

/// The secret part of a code that is of the right form; what it says for the phone is not looked at.
pub fn secret_of(code: &str) -> Option<&str> {
    let parts: Vec<&str> = code.splitn(5, '-').collect();
    let (secret, fingerprint, pin) = match parts[..] {
        [PLAIN, secret, fingerprint] => (secret, fingerprint, None),
        [PINNED, secret, fingerprint, pin] => (secret, fingerprint, Some(pin)),
        _ => return None,
    };
    let is_hex = |text: &str, len| {
        text.len() == len && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let sound = is_hex(secret, SECRET_BYTES * 2) && is_hex(fingerprint, 16);
    (sound && pin.is_none_or(|pin| is_hex(pin, 64))).then_some(secret)
}

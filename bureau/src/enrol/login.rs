//! Challenge–response: a phone proves that it holds its key and gets a short token. Challenges are used once;
//! both are kept as their SHA-256 only.

use crate::{
    clock::CLOCK_STEP_MS,
    random::{self, RandomError},
    store::{DeviceRow, Ledger, StoreError, TokenRow, TokenScope},
};
use liuhen_record::{DeviceId, Digest, sign::DeviceKey};

/// A challenge is answered within this, milliseconds.
pub const CHALLENGE_TTL_MS: i64 = 120_000;
/// A token may be used for this long, milliseconds. A request that began in time may end later.
pub const TOKEN_TTL_MS: i64 = 30 * 60_000;
/// An upload token may be used for this long, milliseconds: an executor may wait for the office's Wi-Fi for days.
pub const UPLOAD_TOKEN_TTL_MS: i64 = 7 * 24 * 3_600_000;
/// Tokens of one scope a device may hold at once.
const HELD_TOKENS: i64 = 16;
/// Challenges a device may have open at once.
const OPEN_CHALLENGES: i64 = 8;

/// Why a phone did not get in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Not enrolled here.
    #[error("the device is unknown")]
    Unknown,
    /// Struck off.
    #[error("the device is struck off")]
    Revoked,
    /// Never given, used, or too old.
    #[error("the challenge is unknown, used or expired")]
    Challenge,
    /// The device's key did not sign it.
    #[error("the signature does not verify")]
    Signature,
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a challenge: 64 hexadecimal digits, and when it expires (Unix milliseconds).
///
/// # Errors
/// [`LoginError`].
pub fn challenge(rows: &dyn Ledger, device: DeviceId, now_ms: i64) -> Result<(String, i64), LoginError> {
    known(rows, device)?;
    rows.forget_expired(now_ms)?;
    let challenge = hex::encode(random::bytes::<32>()?);
    let expires_ms = now_ms + CHALLENGE_TTL_MS;
    rows.add_challenge(&Digest::of(challenge.as_bytes()), device, expires_ms, OPEN_CHALLENGES)?;
    Ok((challenge, expires_ms))
}

/// Takes the answer to a challenge and makes a token: 64 hexadecimal digits, and when it expires.
///
/// # Errors
/// [`LoginError`].
pub fn token(
    rows: &dyn Ledger,
    origin: &str,
    device: DeviceId,
    challenge: &str,
    signature: &[u8],
    now_ms: i64,
) -> Result<(String, i64), LoginError> {
    let row = known(rows, device)?;
    if !rows.take_challenge(&Digest::of(challenge.as_bytes()), device, now_ms)? {
        return Err(LoginError::Challenge);
    }
    let key = DeviceKey::from_spki(&row.spki).map_err(|_| LoginError::Signature)?;
    let message = format!("liuhen-login/v1\n{origin}\n{device}\n{challenge}\n");
    key.verify(message.as_bytes(), signature).map_err(|_| LoginError::Signature)?;
    make_token(rows, device, TokenScope::Device, now_ms + TOKEN_TTL_MS)
}

/// Makes a token that is good for uploading only, for a device that is signed in: 64 hexadecimal digits, and when it
/// expires. A phone may keep it at rest, because it opens nothing and signs nothing.
///
/// # Errors
/// [`LoginError`].
pub fn upload_token(rows: &dyn Ledger, device: DeviceId, now_ms: i64) -> Result<(String, i64), LoginError> {
    known(rows, device)?;
    rows.forget_expired(now_ms)?;
    make_token(rows, device, TokenScope::Upload, now_ms + UPLOAD_TOKEN_TTL_MS)
}

/// Whether a token that has not expired may have been made by a clock that agrees with ours: one that was made while the
/// bureau's clock was ahead would else be good for as long as it was ahead. A step back of less than [`CLOCK_STEP_MS`] is borne.
pub fn is_of_our_time(token: &TokenRow, now_ms: i64) -> bool {
    let ttl_ms = match token.scope {
        TokenScope::Device => TOKEN_TTL_MS,
        TokenScope::Upload => UPLOAD_TOKEN_TTL_MS,
    };
    token.expires_ms - now_ms <= ttl_ms + CLOCK_STEP_MS
}

fn known(rows: &dyn Ledger, device: DeviceId) -> Result<DeviceRow, LoginError> {
    let row = rows.device(device)?.ok_or(LoginError::Unknown)?;
    if row.revoked_ms.is_some() { Err(LoginError::Revoked) } else { Ok(row) }
}

fn make_token(
    rows: &dyn Ledger,
    device: DeviceId,
    scope: TokenScope,
    expires_ms: i64,
) -> Result<(String, i64), LoginError> {
    let token = hex::encode(random::bytes::<32>()?);
    let token_sha256 = Digest::of(token.as_bytes());
    rows.add_token(&TokenRow { token_sha256, device, scope, expires_ms }, HELD_TOKENS)?;
    Ok((token, expires_ms))
}

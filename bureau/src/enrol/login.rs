//! Challenge–response: a phone proves that it holds its key and gets a short token. Challenges are used once;
//! both are kept as their SHA-256 only.

use crate::{
    random::{self, RandomError},
    store::{Ledger, StoreError},
};
use liuhen_record::{DeviceId, Digest, sign::DeviceKey};

/// A challenge is answered within this, milliseconds.
pub const CHALLENGE_TTL_MS: i64 = 120_000;
/// A token may be used for this long, milliseconds. A request that began in time may end later.
pub const TOKEN_TTL_MS: i64 = 30 * 60_000;
/// Challenges a device may have open at once.
const OPEN_CHALLENGES: i64 = 8;

/// Why a phone did not get in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Not enrolled here.
    #[error("the device is unknown")]
    Unknown,
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
    rows.device(device)?.ok_or(LoginError::Unknown)?;
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
    let row = rows.device(device)?.ok_or(LoginError::Unknown)?;
    if !rows.take_challenge(&Digest::of(challenge.as_bytes()), device, now_ms)? {
        return Err(LoginError::Challenge);
    }
    let key = DeviceKey::from_spki(&row.spki).map_err(|_| LoginError::Signature)?;
    let message = format!("liuhen-login/v1\n{origin}\n{device}\n{challenge}\n");
    key.verify(message.as_bytes(), signature).map_err(|_| LoginError::Signature)?;
    let token = hex::encode(random::bytes::<32>()?);
    let expires_ms = now_ms + TOKEN_TTL_MS;
    rows.add_token(&Digest::of(token.as_bytes()), device, expires_ms)?;
    Ok((token, expires_ms))
}

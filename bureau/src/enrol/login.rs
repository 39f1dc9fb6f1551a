//! Challenge–response: a phone proves that it holds its key and gets a short token. A challenge is used once, by the right answer;
//! what is used and tokens are kept, as their SHA-256 only.

use super::challenge::Challenges;
use crate::{
    clock::CLOCK_STEP_MS,
    random::{self, RandomError},
    store::{DeviceRow, Ledger, StoreError, TokenRow, TokenScope},
};
use liuhen_record::{DeviceId, Digest, sign::DeviceKey};

/// A token may be used for this long, milliseconds. A request that began in time may end later.
pub const TOKEN_TTL_MS: i64 = 30 * 60_000;
/// An upload token may be used for this long, milliseconds: an executor may wait for the office's Wi-Fi for days.
pub const UPLOAD_TOKEN_TTL_MS: i64 = 7 * 24 * 3_600_000;
/// Tokens of one scope a device may hold at once.
const HELD_TOKENS: i64 = 16;
/// Used challenges of a device that are kept also when they are expired: a clock that is set back brings none of them back.
const KEPT_CHALLENGES: i64 = 16;

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

/// Makes a challenge: 64 hexadecimal digits, and when it expires (Unix milliseconds). Nothing is written.
///
/// # Errors
/// [`LoginError`].
pub fn challenge(
    rows: &dyn Ledger,
    challenges: &Challenges,
    device: DeviceId,
    now_ms: i64,
) -> Result<(Digest, i64), LoginError> {
    known(rows, device)?;
    Ok(challenges.make(device, now_ms)?)
}

/// A challenge that was answered with the device's key.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    device: DeviceId,
    challenge_sha256: Digest,
    expires_ms: i64,
}

/// Looks at the answer to a challenge. Nothing is written: a stranger's wrong answers leave nothing behind.
///
/// # Errors
/// [`LoginError`].
pub fn answered(
    rows: &dyn Ledger,
    (challenges, origin): (&Challenges, &str),
    device: DeviceId,
    challenge: &str,
    signature: &[u8],
    now_ms: i64,
) -> Result<Answered, LoginError> {
    let row = known(rows, device)?;
    let made = challenge.parse::<Digest>().ok();
    let expires_ms = made.and_then(|made| challenges.expires_ms(device, &made, now_ms));
    let expires_ms = expires_ms.ok_or(LoginError::Challenge)?;
    let key = DeviceKey::from_spki(&row.spki).map_err(|_| LoginError::Signature)?;
    let message = format!("liuhen-login/v1\n{origin}\n{device}\n{challenge}\n");
    key.verify(message.as_bytes(), signature).map_err(|_| LoginError::Signature)?;
    Ok(Answered { device, challenge_sha256: Digest::of(challenge.as_bytes()), expires_ms })
}

/// Uses an answered challenge up and makes a token: 64 hexadecimal digits, and when it expires.
///
/// # Errors
/// [`LoginError`].
pub fn token(rows: &dyn Ledger, answered: Answered, now_ms: i64) -> Result<(String, i64), LoginError> {
    let Answered { device, challenge_sha256, expires_ms } = answered;
    known(rows, device)?;
    rows.forget_expired(now_ms)?;
    rows.forget_challenges(device, now_ms, KEPT_CHALLENGES)?;
    if !rows.use_challenge(&challenge_sha256, device, expires_ms)? {
        return Err(LoginError::Challenge);
    }
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

//! Joining with a code, and continuing the chain of a phone whose store was damaged.

use super::code::secret_of;
use crate::store::{DeviceRow, Ledger, StoreError};
use liuhen_record::{DeviceId, Digest, sign::DeviceKey};

/// A device number, an app name: at most so many characters.
const MAX_TEXT_CHARS: usize = 100;

/// Why a phone did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// Not of the form of a code, or never made here.
    #[error("the code is unknown")]
    CodeUnknown,
    /// Used by another phone.
    #[error("the code was used")]
    CodeUsed,
    /// Too old.
    #[error("the code is expired")]
    CodeExpired,
    /// Not a P-256 key in PEM form.
    #[error("the key is not a P-256 public key")]
    Key,
    /// The phone does not hold the key.
    #[error("the signature does not verify")]
    Signature,
    /// A text is empty or too long.
    #[error("{0} is empty or too long")]
    Text(&'static str),
    /// This key is enrolled already.
    #[error("the device is enrolled already")]
    Enrolled,
    /// The device to be continued is not enrolled.
    #[error("the old device is unknown")]
    OldUnknown,
    /// Another device continues it already.
    #[error("the old device is continued by another")]
    OldSucceeded,
    /// The device, or the one to be continued, is struck off.
    #[error("the device is struck off")]
    Revoked,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a phone says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Applicant<'a> {
    /// Its public key, PEM.
    pub spki_pem: &'a str,
    /// The bureau's number for it.
    pub device_no: &'a str,
    /// Name and version of its program.
    pub app: &'a str,
}

impl Applicant<'_> {
    fn check(&self) -> Result<DeviceKey, JoinError> {
        for (name, text) in [("device_no", self.device_no), ("app", self.app)] {
            let chars = text.chars().count();
            if text.trim().is_empty() || chars > MAX_TEXT_CHARS || text.chars().any(char::is_control) {
                return Err(JoinError::Text(name));
            }
        }
        DeviceKey::from_pem(self.spki_pem).map_err(|_| JoinError::Key)
    }

    fn row(&self, key: &DeviceKey, now_ms: i64, predecessor: Option<DeviceId>) -> DeviceRow {
        DeviceRow {
            device: key.device(),
            spki: key.spki(),
            device_no: self.device_no.to_owned(),
            app: self.app.to_owned(),
            enrolled_ms: now_ms,
            predecessor,
            successor: None,
            revoked_ms: None,
            next_seq: 1,
            head: Digest::ZERO,
        }
    }
}

/// Enrols a phone with a code. The same phone may repeat it when the answer was lost.
///
/// # Errors
/// [`JoinError`]; nothing is written then and the code is not used up.
pub fn enrol(
    rows: &dyn Ledger,
    code: &str,
    applicant: Applicant<'_>,
    signature: &[u8],
    now_ms: i64,
) -> Result<DeviceId, JoinError> {
    let key = applicant.check()?;
    let device = key.device();
    let secret = secret_of(code).ok_or(JoinError::CodeUnknown)?;
    let secret_sha256 = Digest::of(secret.as_bytes());
    let kept = rows.code(&secret_sha256)?.ok_or(JoinError::CodeUnknown)?;
    let message = format!("liuhen-enrol/v1\n{secret}\n{device}\n");
    match kept.device {
        Some(by) if by == device => {
            if rows.device(device)?.is_some_and(|row| row.revoked_ms.is_some()) {
                return Err(JoinError::Revoked);
            }
            return key
                .verify(message.as_bytes(), signature)
                .map(|()| device)
                .map_err(|_| JoinError::Signature);
        }
        Some(_) => return Err(JoinError::CodeUsed),
        None if kept.expires_ms <= now_ms => return Err(JoinError::CodeExpired),
        None => {}
    }
    key.verify(message.as_bytes(), signature).map_err(|_| JoinError::Signature)?;
    if rows.device(device)?.is_some() {
        return Err(JoinError::Enrolled);
    }
    if !rows.use_code(&secret_sha256, device, now_ms)? {
        return Err(JoinError::CodeUsed);
    }
    rows.add_device(&applicant.row(&key, now_ms, None))?;
    Ok(device)
}

/// Enrols the device that continues `old`, whose store was damaged and set aside. Both keys sign.
///
/// # Errors
/// [`JoinError`]; nothing is written then.
pub fn succeed(
    rows: &dyn Ledger,
    old: DeviceId,
    applicant: Applicant<'_>,
    signature_old: &[u8],
    signature_new: &[u8],
    now_ms: i64,
) -> Result<DeviceId, JoinError> {
    let key = applicant.check()?;
    let new = key.device();
    let old_row = rows.device(old)?.ok_or(JoinError::OldUnknown)?;
    let old_key = DeviceKey::from_spki(&old_row.spki).map_err(|_| JoinError::Key)?;
    let message = format!("liuhen-succeed/v1\n{old}\n{new}\n");
    old_key.verify(message.as_bytes(), signature_old).map_err(|_| JoinError::Signature)?;
    key.verify(message.as_bytes(), signature_new).map_err(|_| JoinError::Signature)?;
    // Whoever found or stole a phone holds its key: it must not bring in another.
    if old_row.revoked_ms.is_some() || rows.device(new)?.is_some_and(|row| row.revoked_ms.is_some()) {
        return Err(JoinError::Revoked);
    }
    match old_row.successor {
        Some(successor) if successor == new => return Ok(new),
        Some(_) => return Err(JoinError::OldSucceeded),
        None => {}
    }
    if rows.device(new)?.is_some() {
        return Err(JoinError::Enrolled);
    }
    rows.add_device(&applicant.row(&key, now_ms, Some(old)))?;
    rows.set_successor(old, new)?;
    Ok(new)
}

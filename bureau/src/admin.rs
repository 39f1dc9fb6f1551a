//! What an administrator does from the command line, beside a running bureau or without one. Whatever changes something
//! writes down who did it, in the same transaction.

use crate::{
    account::{self, AccountError, Role},
    administrator::Administrator,
    config::BureauConfig,
    enrol::code::{self, MakeCodeError, make_code},
    lists::{self, ListError},
    log::stamps::{self, StampError, Stamping, Tsa},
    open::{StartError, open_beside, open_to_sign},
    outgoing::Outgoing,
    store::{self, AccountRow, DeviceRow, Incident, StoreError},
};
use liuhen_record::{DeviceId, roster::Officer};
use std::path::Path;

/// Most officers in one import.
const MAX_OFFICERS: usize = 2000;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The data folder could not be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// No code was made.
    #[error(transparent)]
    Code(#[from] MakeCodeError),
    /// The account was not added.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The list is not a JSON array of officers.
    #[error("the officers do not read: {0}")]
    Officers(#[from] serde_json::Error),
    /// Too many officers.
    #[error("more than {MAX_OFFICERS} officers")]
    TooManyOfficers,
    /// The roster was not signed.
    #[error(transparent)]
    List(#[from] ListError),
    /// No such device is enrolled.
    #[error("the device is unknown")]
    Device,
    /// The log was not time-stamped.
    #[error(transparent)]
    Stamp(#[from] StampError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A code for one more phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolCode {
    /// The code alone.
    pub code: String,
    /// The code with where the bureau was found when it was started last; `None` when it has not been started since this is kept.
    pub invitation: Option<String>,
}

/// Makes an enrolment code that is good for `config.code_ttl_secs`.
///
/// # Errors
/// [`AdminError`].
pub fn make_enrol_code(config: &BureauConfig) -> Result<EnrolCode, AdminError> {
    let opened = open_beside(config)?;
    let (now_ms, key) = (config.clock.now_ms(), opened.notary.signer().verifier_key());
    let who = Administrator::here();
    store::write(opened.ledger.as_ref(), |rows| {
        who.note(rows, now_ms, "enrol_code_made", String::new())?;
        let code = make_code(rows, key, now_ms, config.code_ttl_secs)?;
        let invitation = code::url(rows)?.map(|url| code::invitation(&url, &code));
        Ok(EnrolCode { code, invitation })
    })
}

/// Replaces the roster by these officers (a JSON array of [`Officer`]) and signs it; returns its epoch. The same
/// officers again keep the epoch.
///
/// # Errors
/// [`AdminError`]; the old roster stays then.
pub fn import_officers(data_dir: &Path, json: &str) -> Result<u32, AdminError> {
    let officers: Vec<Officer> = serde_json::from_str(json)?;
    if officers.len() > MAX_OFFICERS {
        return Err(AdminError::TooManyOfficers);
    }
    let config = BureauConfig::new(data_dir);
    let opened = open_to_sign(&config)?;
    let (now_ms, signer, who) = (config.clock.now_ms(), opened.notary.signer(), Administrator::here());
    store::write(opened.ledger.as_ref(), |rows| {
        let epoch = lists::put_roster(rows, signer, &officers)?;
        who.note(rows, now_ms, "officers_imported", format!("roster:{epoch}"))?;
        Ok(epoch)
    })
}

/// Has the log time-stamped now (RFC 3161), beside a running bureau or without one; returns the size of the stamped
/// checkpoint and the authority's time, Unix milliseconds. That it was asked for is written down first.
///
/// # Errors
/// [`AdminError`].
pub async fn stamp(data_dir: &Path, tsa: &Tsa) -> Result<(u64, i64), AdminError> {
    let config = BureauConfig::new(data_dir);
    let opened = open_to_sign(&config)?;
    let (now_ms, who) = (config.clock.now_ms(), Administrator::here());
    store::write(opened.ledger.as_ref(), |rows| who.note(rows, now_ms, "stamp_asked", "log".to_owned()))?;
    let stamping = Stamping {
        ledger: opened.ledger,
        notary: opened.notary,
        clock: config.clock.clone(),
        faults: config.faults.clone(),
    };
    let stamp = stamps::stamp(&stamping, tsa, &Outgoing::new().map_err(StampError::from)?).await?;
    Ok((stamp.size, stamp.time_ms))
}

/// Adds an account of the console; returns its one-time password.
///
/// # Errors
/// [`AdminError`].
pub fn add_account(data_dir: &Path, name: &str, role: Role) -> Result<String, AdminError> {
    let config = BureauConfig::new(data_dir);
    let opened = open_beside(&config)?;
    let (now_ms, who) = (config.clock.now_ms(), Administrator::here());
    store::write(opened.ledger.as_ref(), |rows| {
        who.note(rows, now_ms, "account_added", format!("account:{name}/{}", role.word()))?;
        Ok(account::add(rows, name, role, now_ms)?)
    })
}

/// All accounts of the console, by name.
///
/// # Errors
/// [`AdminError`].
pub fn accounts(data_dir: &Path) -> Result<Vec<AccountRow>, AdminError> {
    let opened = open_beside(&BureauConfig::new(data_dir))?;
    Ok(store::read(opened.ledger.as_ref(), |rows| rows.accounts())?)
}

/// All enrolled devices, by number.
///
/// # Errors
/// [`AdminError`].
pub fn devices(data_dir: &Path) -> Result<Vec<DeviceRow>, AdminError> {
    let opened = open_beside(&BureauConfig::new(data_dir))?;
    Ok(store::read(opened.ledger.as_ref(), |rows| rows.devices())?)
}

/// Strikes a device off, and every device that continues it: whoever stole a phone holds its key, and may have brought in
/// another by it. They sign in no more, and all their tokens are void at once. What they sent stays. Returns them, oldest first.
///
/// # Errors
/// [`AdminError::Device`] when it was never enrolled; nothing is written then.
pub fn revoke_device(data_dir: &Path, device: DeviceId) -> Result<Vec<DeviceId>, AdminError> {
    let config = BureauConfig::new(data_dir);
    let opened = open_beside(&config)?;
    let (now_ms, who) = (config.clock.now_ms(), Administrator::here());
    store::write(opened.ledger.as_ref(), |rows| {
        let mut next = Some(rows.device(device)?.ok_or(AdminError::Device)?);
        let mut struck_off = Vec::new();
        // A device continues at most one other, and was enrolled after it; a damaged database must not make a circle of it.
        while let Some(row) = next.filter(|row| !struck_off.contains(&row.device)) {
            rows.revoke(row.device, now_ms)?;
            who.note(rows, now_ms, "device_revoked", format!("device:{}", row.device))?;
            struck_off.push(row.device);
            next = row.successor.map(|successor| rows.device(successor)).transpose()?.flatten();
        }
        Ok(struck_off)
    })
}

/// The last refused records of all devices, newest first.
///
/// # Errors
/// [`AdminError`].
pub fn incidents(data_dir: &Path, limit: i64) -> Result<Vec<Incident>, AdminError> {
    let opened = open_beside(&BureauConfig::new(data_dir))?;
    Ok(store::read(opened.ledger.as_ref(), |rows| rows.incidents(None, limit))?)
}

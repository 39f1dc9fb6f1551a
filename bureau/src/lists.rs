//! The two signed lists that phones trust: recipients and roster. Kept as signed, numbered by epochs.

use crate::store::{Ledger, StoreError};
use liuhen_record::{
    note::NoteSigner,
    recipients::{OpenListError, RecipientList, Roster, SignListError},
    roster::Officer,
};

use crate::config::Recipients;

const RECIPIENTS: &str = "recipients";
const ROSTER: &str = "roster";

/// Why a list was not kept.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It would be refused by those who read it.
    #[error(transparent)]
    Sign(#[from] SignListError),
    /// The list that is kept is not one of ours.
    #[error(transparent)]
    Open(#[from] OpenListError),
    /// No further epoch can be numbered.
    #[error("the last epoch is used up")]
    LastEpoch,
    /// The list was asked for before it was made.
    #[error("there is no such list yet")]
    Absent,
}

/// The signed recipient list, if there is one.
///
/// # Errors
/// [`StoreError`].
pub fn recipients(rows: &dyn Ledger) -> Result<Option<String>, StoreError> {
    rows.setting(RECIPIENTS)
}

/// Keeps these recipients; a new epoch when they differ from those kept.
///
/// # Errors
/// [`ListError`].
pub fn put_recipients(rows: &dyn Ledger, signer: &NoteSigner, wanted: &Recipients) -> Result<(), ListError> {
    let held = recipients(rows)?;
    let held = held.map(|note| RecipientList::open(&note, signer.verifier_key())).transpose()?;
    if held.as_ref().is_some_and(|h| h.section == wanted.section && h.recovery == wanted.recovery) {
        return Ok(());
    }
    let epoch = next_epoch(held.map(|h| h.epoch))?;
    let list = RecipientList { epoch, section: wanted.section, recovery: wanted.recovery };
    Ok(rows.put_setting(RECIPIENTS, &list.sign(signer)?)?)
}

/// The signed roster.
///
/// # Errors
/// [`ListError`].
pub fn roster(rows: &dyn Ledger) -> Result<String, ListError> {
    rows.setting(ROSTER)?.ok_or(ListError::Absent)
}

/// Keeps these officers; a new epoch when they differ from those kept.
///
/// # Errors
/// [`ListError`].
pub fn put_roster(rows: &dyn Ledger, signer: &NoteSigner, officers: &[Officer]) -> Result<u32, ListError> {
    let held = rows.setting(ROSTER)?;
    let held = held.map(|note| Roster::open(&note, signer.verifier_key())).transpose()?;
    let epoch = next_epoch(held.as_ref().map(Roster::epoch))?;
    let roster = Roster::new(epoch, officers.to_vec()).map_err(SignListError::from)?;
    if let Some(held) = held.filter(|held| held.officers() == roster.officers()) {
        return Ok(held.epoch());
    }
    rows.put_setting(ROSTER, &roster.sign(signer)?)?;
    Ok(epoch)
}

fn next_epoch(held: Option<u32>) -> Result<u32, ListError> {
    held.unwrap_or(0).checked_add(1).ok_or(ListError::LastEpoch)
}

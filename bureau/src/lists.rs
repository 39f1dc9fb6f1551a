//! The signed lists that phones trust: recipients, roster, and witnesses where they are demanded. Kept as signed, numbered by epochs.

use crate::store::{Ledger, StoreError};
use liuhen_record::{
    note::NoteSigner,
    recipients::{OpenListError, RecipientList, Roster, SignListError},
    roster::Officer,
    witness::{WitnessKey, WitnessPolicy},
};

use crate::config::{Recipients, Recovery};

const RECIPIENTS: &str = "recipients";
const ROSTER: &str = "roster";
const WITNESSES: &str = "witnesses";

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

/// Keeps these recipients, and those that are kept where none is named; a new epoch when they differ from those kept.
///
/// # Errors
/// [`ListError`]; [`ListError::Absent`] when no section's key is named and none is kept.
pub fn put_recipients(rows: &dyn Ledger, signer: &NoteSigner, wanted: &Recipients) -> Result<(), ListError> {
    let held = recipients(rows)?;
    let held = held.map(|note| RecipientList::open(&note, signer.verifier_key())).transpose()?;
    let section = wanted.section.or(held.as_ref().map(|h| h.section)).ok_or(ListError::Absent)?;
    let recovery = match wanted.recovery {
        Recovery::AsBefore => held.as_ref().and_then(|h| h.recovery),
        Recovery::Is(recipient) => Some(recipient),
        Recovery::Nobody => None,
    };
    if held.as_ref().is_some_and(|h| h.section == section && h.recovery == recovery) {
        return Ok(());
    }
    let epoch = next_epoch(held.map(|h| h.epoch))?;
    let list = RecipientList { epoch, section, recovery };
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

/// The signed list of witnesses, if phones are to demand any.
///
/// # Errors
/// [`StoreError`].
pub fn witnesses(rows: &dyn Ledger) -> Result<Option<String>, StoreError> {
    rows.setting(WITNESSES)
}

/// Keeps this list of witnesses; a new epoch when it differs from the one kept. A list that demands less than an
/// earlier one is signed too, but phones that hold the earlier one stay with it (`spec/log.md` §8.5).
///
/// # Errors
/// [`ListError`].
pub fn put_witnesses(
    rows: &dyn Ledger,
    signer: &NoteSigner,
    quorum: u32,
    keys: &[WitnessKey],
) -> Result<(), ListError> {
    let held = witnesses(rows)?;
    let held = held.map(|note| WitnessPolicy::open(&note, signer.verifier_key())).transpose()?;
    let epoch = next_epoch(held.as_ref().map(WitnessPolicy::epoch))?;
    let policy = WitnessPolicy::new(epoch, quorum, keys.to_vec()).map_err(SignListError::from)?;
    if held.is_some_and(|held| held.quorum() == quorum && held.witnesses() == policy.witnesses()) {
        return Ok(());
    }
    Ok(rows.put_setting(WITNESSES, &policy.sign(signer)?)?)
}

fn next_epoch(held: Option<u32>) -> Result<u32, ListError> {
    held.unwrap_or(0).checked_add(1).ok_or(ListError::LastEpoch)
}

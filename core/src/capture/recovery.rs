//! Ending what a crash left open, with its records.

use super::{
    describe,
    end::{EndError, Ended, end_file},
    journal,
    stream::sealed_kind,
};
use crate::{
    ports::Ports,
    vault::{Appended, Draft, ItemFilter, OpenItem, SealedItem, Stamp, Vault, VaultError},
};
use liuhen_record::{
    ItemId, Kind, SessionId,
    kind::{CaptureRecovered, CloseCause, ItemState, MediaKind, RecoveryRule},
    place::PlaceClaim,
    time::TimeClaim,
};

/// How many of the last items are looked at for journals that could not be removed.
const SWEPT: usize = 16;

/// An item that a crash had left open.
#[derive(Debug)]
pub struct Recovered {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// How it went.
    pub outcome: Recovery,
}

/// How the recovery of one item went.
#[derive(Debug)]
pub enum Recovery {
    /// It is complete now: a gap to be recorded.
    Sealed {
        /// Its `capture_sealed` record.
        appended: Appended,
        /// How its file was ended.
        rule: RecoveryRule,
        /// Plaintext bytes kept.
        kept_bytes: u64,
        /// Plaintext bytes acknowledged before the crash, as far as the files show.
        acked_bytes: u64,
    },
    /// It stays open and is tried again next time.
    StillOpen {
        /// Why.
        reason: VaultError,
    },
}

/// Ends every item that was opened and never sealed, except those being captured by this process. Safe to repeat, and
/// to interrupt.
///
/// # Errors
/// [`VaultError`] when the items cannot even be listed; what happens to one item is in its [`Recovery`].
pub fn recover(
    vault: &mut Vault,
    ports: &Ports,
    time: &TimeClaim,
    place: &PlaceClaim,
) -> Result<Vec<Recovered>, VaultError> {
    // Nobody does this: the phone does, by itself.
    let stamp = Stamp { officer: None, time: time.clone(), place: place.clone() };
    let mut recovered = Vec::new();
    for open in vault.open_items()? {
        let item = open.row.item;
        if vault.is_running(item) {
            continue;
        }
        let (session, media) = (open.row.session, open.row.media);
        let outcome =
            recover_one(vault, ports, &open, &stamp).unwrap_or_else(|reason| Recovery::StillOpen { reason });
        recovered.push(Recovered { item, session, media, outcome });
    }
    sweep(vault, ports)?;
    Ok(recovered)
}

fn recover_one(
    vault: &mut Vault,
    ports: &Ports,
    open: &OpenItem,
    stamp: &Stamp,
) -> Result<Recovery, VaultError> {
    let row = &open.row;
    let key = vault.file_key(row.item)?;
    let ended =
        end_file(&ports.storage, row.item, &key, &open.envelope, None).map_err(|error| match error {
            EndError::Storage(error) => VaultError::from(error),
            EndError::Seal(error) => VaultError::Damaged(error.to_string()),
        })?;
    let description = describe::describe_item(&ports.storage, row.item, &key, row.media, &row.media_type);
    let Ended { digests, rule, acked_bytes } = ended;
    let recovered = Kind::CaptureRecovered(CaptureRecovered {
        item: row.item,
        acked_bytes: acked_bytes as i64,
        kept_bytes: digests.pt_len_bytes as i64,
        rule,
    });
    // After a reboot the clocks do not compare: then all that is known is when it began.
    let ended_mono_ms = stamp.time.mono_ms.max(open.started_mono_ms);
    let sealed = sealed_kind(
        row.item,
        open.started_mono_ms,
        &digests,
        &description,
        CloseCause::Recovered,
        ended_mono_ms,
    );
    let appended = vault.write(|writing| {
        writing.append(Draft::new(row.session, recovered, stamp.clone()))?;
        let appended = writing.append(Draft::new(row.session, sealed, stamp.clone()))?;
        writing.seal_item(&SealedItem { item: row.item, sealed_seq: appended.seq, digests: &digests })?;
        Ok(appended)
    })?;
    drop(journal::remove(&*ports.storage, row.item));
    Ok(Recovery::Sealed { appended, rule, kept_bytes: digests.pt_len_bytes, acked_bytes })
}

/// Removes journals whose items were sealed and that could not be removed then.
fn sweep(vault: &Vault, ports: &Ports) -> Result<(), VaultError> {
    let filter = ItemFilter { states: vec![ItemState::Sealed], freed: Some(false), session: None };
    for row in vault.items(&filter)?.iter().rev().take(SWEPT) {
        drop(journal::remove(&*ports.storage, row.item));
    }
    Ok(())
}

//! Ending what a crash left open, with its records.

use super::{
    describe,
    end::{EndError, Ended, end_file},
    journal, reserve,
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

/// How many of the last items are looked at for journals and reserves that could not be removed.
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
        let outcome = match recover_one(vault, ports, &open, &stamp) {
            // Space was set aside for this.
            Err(error) if error.is_full() => reserve::release(&*ports.storage, item)
                .map_err(VaultError::from)
                .and_then(|()| recover_one(vault, ports, &open, &stamp)),
            done => done,
        };
        let outcome = outcome.unwrap_or_else(|reason| Recovery::StillOpen { reason });
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
    let opened = vault.record(row.opened_seq)?.map(|record| record.parse()).transpose()?;
    let same_boot = opened.is_some_and(|opened| opened.time.boot_id == stamp.time.boot_id);
    let ended_mono_ms =
        recovered_end(open.started_mono_ms, description.duration_ms, same_boot.then_some(stamp.time.mono_ms));
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
    drop(reserve::release(&*ports.storage, row.item));
    drop(journal::remove(&*ports.storage, row.item));
    Ok(Recovery::Sealed { appended, rule, kept_bytes: digests.pt_len_bytes, acked_bytes })
}

/// When a recording that broke off ended: where what is durable of it ends, by the clock of the boot in which it began.
/// When the recovery ran is another thing, which the record's own time says. `now_mono_ms` is that time when the boot
/// is still the same: nothing ended after it.
fn recovered_end(started_mono_ms: i64, duration_ms: Option<i64>, now_mono_ms: Option<i64>) -> i64 {
    let ended_mono_ms = started_mono_ms.saturating_add(duration_ms.unwrap_or(0).max(0));
    now_mono_ms.map_or(ended_mono_ms, |now| ended_mono_ms.min(now)).max(started_mono_ms)
}

/// Removes journals and reserves whose items were sealed and that could not be removed then.
fn sweep(vault: &Vault, ports: &Ports) -> Result<(), VaultError> {
    let filter = ItemFilter { states: vec![ItemState::Sealed], freed: Some(false), session: None };
    for row in vault.items(&filter)?.iter().rev().take(SWEPT) {
        drop(reserve::release(&*ports.storage, row.item));
        drop(journal::remove(&*ports.storage, row.item));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::recovered_end;
    use serde_json::Value;

    #[test]
    fn a_recovered_recording_ends_where_the_vectors_say() {
        let text = include_str!("../../../tests/vectors/recovered-end/what-plays-is-what-was-recorded.json");
        let vector: Value = serde_json::from_str(text).unwrap();
        let cases = vector["cases"].as_array().unwrap();
        for case in cases {
            let number = |name: &str| case[name].as_i64().unwrap();
            let now = (case["same_boot"] == true).then(|| number("recovered_mono_ms"));
            let ended = recovered_end(number("started_mono_ms"), case["duration_ms"].as_i64(), now);
            assert_eq!(ended, number("ended_mono_ms"), "{}", case["name"]);
        }
        assert!(cases.len() >= 6);
    }
}

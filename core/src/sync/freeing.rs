//! Freeing local media: only of items whose receipt was verified, only when the session no longer needs them.

use super::{Stage, fault::Fault, round::Round};
use crate::{
    capture::ITEMS,
    vault::{FreeError, ItemFilter, ItemRow, Stamp, VaultError},
};
use liuhen_record::{ItemId, SessionId, kind::ItemState, receipt::ItemStored};
use std::collections::{HashMap, HashSet};

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// The vault's setting that says up to which record review keys were erased: of sessions closed and of items opened so far.
const ERASED_KEY: &str = "review_keys_erased_to";

/// When local media may be freed, beyond the verified receipt that it always needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreePolicy {
    /// Keep an item until its session is closed, so that the party can review it on this phone.
    pub keep_until_review_over: bool,
    /// Keep it for so many days after the bureau stored it.
    pub keep_days: u32,
}

impl Default for FreePolicy {
    /// Items of closed sessions are freed at once.
    fn default() -> Self {
        Self { keep_until_review_over: true, keep_days: 0 }
    }
}

impl Round<'_> {
    /// Frees what may be freed, and erases the review keys of sessions that are closed and stored completely, and of what
    /// belongs to no session when that is stored.
    pub(super) fn free(&mut self) -> Result<(), Fault> {
        self.finish_freeing()?;
        let filter = ItemFilter {
            states: vec![ItemState::Stored, ItemState::HandedOver],
            freed: Some(false),
            ..ItemFilter::default()
        };
        let here = self.vault.items(&filter)?;
        if !here.is_empty() {
            let closed = self.closed_sessions(1)?.into_iter().map(|(_, session)| session).collect();
            self.free_items(here, &closed)?;
        }
        Ok(self.erase_keys()?)
    }

    fn free_items(&mut self, here: Vec<ItemRow>, closed: &HashSet<SessionId>) -> Result<(), Fault> {
        let total = here.len() as u64;
        for (done, row) in here.into_iter().enumerate() {
            if self.client.cancel.is_cancelled() {
                return Err(Fault::Cancelled);
            }
            if !self.may_be_freed(&row, closed)? {
                continue;
            }
            self.tell(Stage::Freeing, Some(row.item), done as u64, total);
            match self.vault.free_item(row.item, self.stamp()?) {
                Ok(_) => self.outcome.freed += 1,
                // What cannot be freed stays: `vault.check` names an item whose bytes are not what was sealed.
                Err(FreeError::NoReceipt | FreeError::Differs | FreeError::Storage(_)) => {}
                Err(FreeError::Vault(error)) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn may_be_freed(&self, row: &ItemRow, closed: &HashSet<SessionId>) -> Result<bool, VaultError> {
        let policy = &self.syncer.options.free;
        let needed = row.session.is_some_and(|session| !closed.contains(&session));
        if policy.keep_until_review_over && needed {
            return Ok(false);
        }
        if policy.keep_days == 0 {
            return Ok(true);
        }
        let Some(receipt) = self.vault.item_receipt(row.item)? else { return Ok(false) };
        let Ok(stored) = ItemStored::parse(receipt.statement.as_bytes()) else { return Ok(false) };
        let until_ms = stored.stored_at_ms.saturating_add(i64::from(policy.keep_days) * DAY_MS);
        Ok(self.syncer.now(self.vault)?.best_ms() >= until_ms)
    }

    /// Removes what a kill in the middle of freeing left behind.
    fn finish_freeing(&mut self) -> Result<(), Fault> {
        let names = self.syncer.ports.storage.list(ITEMS).map_err(VaultError::from)?;
        for item in names.iter().filter_map(|name| name.parse::<ItemId>().ok()) {
            if self.vault.item(item)?.is_some_and(|row| row.freed)
                && let Err(FreeError::Vault(error)) = self.vault.free_item(item, self.stamp()?)
            {
                return Err(error.into());
            }
        }
        Ok(())
    }

    /// Erases review keys by what came since this was done last: sessions that were closed, and items, also of sessions
    /// that were closed before, which had their key made again for them.
    fn erase_keys(&mut self) -> Result<(), VaultError> {
        let erased_to: i64 = self.vault.get_setting(ERASED_KEY)?.unwrap_or(0);
        let closings = self.closed_sessions(erased_to + 1)?;
        let mut came: HashMap<Option<SessionId>, i64> = HashMap::new();
        for mark in self.vault.item_marks()?.iter().filter(|mark| mark.opened_seq > erased_to) {
            came.entry(mark.session).or_insert(mark.opened_seq);
        }
        if came.is_empty() && closings.is_empty() {
            return Ok(());
        }
        let closed: HashSet<_> = self.closed_sessions(1)?.into_iter().map(|(_, session)| session).collect();
        came.retain(|session, _| session.is_none_or(|session| closed.contains(&session)));
        for (seq, session) in closings {
            came.entry(Some(session)).or_insert(seq);
        }
        let mut done_to = self.vault.head().0 - 1;
        for (&session, seq) in &came {
            let filter = ItemFilter { session, ..ItemFilter::default() };
            let rows = self.vault.items(&filter)?;
            let is_stored = |row: &ItemRow| row.session != session || row.state >= ItemState::Stored;
            if rows.iter().all(is_stored) {
                self.vault.erase_review_key(session)?;
            } else {
                done_to = done_to.min(seq - 1);
            }
        }
        if done_to > erased_to { self.vault.put_setting(ERASED_KEY, &done_to) } else { Ok(()) }
    }

    /// Sessions that were closed, with the numbers of their closing records, from record `from_seq` on.
    fn closed_sessions(&self, from_seq: i64) -> Result<Vec<(i64, SessionId)>, VaultError> {
        let closing = self.vault.kind_records(CLOSED, from_seq)?;
        Ok(closing.into_iter().filter_map(|record| Some((record.seq, record.session?))).collect())
    }

    /// Who, when and where, for records about the device.
    pub(super) fn stamp(&self) -> Result<Stamp, VaultError> {
        self.syncer.stamp(self.vault)
    }
}

/// [`Kind::name`] of `session_closed`.
const CLOSED: &str = "session_closed";

//! What vault and bureau say, brought into the queue: what is to be sent at all, what is there already, and by which
//! token.

use super::{Account, ITEM_REFUSED, Queue, QueueError, TaskRow, TaskState, key_of, postpone, store};
use crate::sync::protocol::Missing;
use liuhen_record::{DeviceId, Digest, ItemId};
use rusqlite::Connection;
use std::{collections::BTreeSet, sync::Arc};

/// A piece that the vault knows and the bureau lacks.
#[derive(Debug, Clone)]
pub(in crate::sync) struct Offered {
    pub device: DeviceId,
    pub seq: i64,
    pub item: ItemId,
    pub index: i64,
    pub sha256: Digest,
    pub len_bytes: i64,
    pub parked: Option<String>,
}

impl Queue {
    /// Enqueues what is not in the queue yet.
    pub(in crate::sync) fn offer(&mut self, pieces: Vec<Offered>) -> Result<(), QueueError> {
        self.store.write(|tx| {
            for piece in pieces {
                if store::task(tx, &key_of(piece.item, piece.index, &piece.sha256))?.is_some() {
                    continue;
                }
                let state = if piece.parked.is_some() { TaskState::Parked } else { TaskState::Waiting };
                let row = TaskRow {
                    device: piece.device,
                    item: piece.item,
                    index: piece.index,
                    seq: piece.seq,
                    sha256: piece.sha256,
                    len_bytes: piece.len_bytes,
                    state,
                    handed_ms: 0,
                    attempts: 0,
                    not_before_ms: 0,
                    tried_in: 0,
                    upload_url: None,
                    last_error: piece.parked,
                };
                store::put_task(tx, &row)?;
            }
            Ok(())
        })
    }

    /// Compares the queue with what the bureau of `device` says that it lacks: what it has is done, what it lacks
    /// although it said that it had it is sent again, later, what it refused is parked. The list may be cut off at its end,
    /// so it says nothing about pieces after the last one that it names; an empty list speaks about all.
    pub(in crate::sync) fn reconcile(
        &mut self,
        device: DeviceId,
        missing: &Missing,
    ) -> Result<(), QueueError> {
        let (now_ms, rng) = (self.now_ms()?, Arc::clone(&self.rng));
        self.store.write(|tx| {
            let rows: Vec<_> = store::tasks(tx)?.into_iter().filter(|row| row.device == device).collect();
            let listed = |row: &TaskRow| missing.items.iter().find(|theirs| theirs.item == row.item);
            let to_seq = rows.iter().filter(|row| listed(row).is_some()).map(|row| row.seq).max();
            let speaks_of =
                |row: &TaskRow| missing.items.is_empty() || to_seq.is_some_and(|to| row.seq <= to);
            for mut row in rows {
                let wanted = listed(&row).and_then(|theirs| {
                    theirs.pieces.iter().find(|piece| i64::from(piece.index) == row.index)
                });
                let refused = missing.refused.contains(&row.item);
                match wanted {
                    _ if refused && row.state == TaskState::Parked => continue,
                    _ if refused => {
                        row.state = TaskState::Parked;
                        row.last_error = Some(ITEM_REFUSED.to_owned());
                    }
                    Some(_) if row.state == TaskState::Done => {
                        postpone(&mut row, "the bureau took it and lacks it again", now_ms, &*rng);
                    }
                    Some(piece) if piece.upload_url.is_some() && row.upload_url.is_none() => {
                        row.upload_url.clone_from(&piece.upload_url);
                    }
                    None if speaks_of(&row) && row.state != TaskState::Done => {
                        row.state = TaskState::Done;
                        row.last_error = None;
                    }
                    _ => continue,
                }
                store::put_task(tx, &row)?;
            }
            Ok(())
        })
    }

    /// Forgets an item: its receipt was verified.
    pub(in crate::sync) fn forget(&mut self, item: ItemId) -> Result<(), QueueError> {
        self.store.write(|tx| Ok(store::drop_item(tx, item)?))
    }

    /// Keeps what uploading for `device` needs.
    pub(in crate::sync) fn put_account(
        &mut self,
        device: DeviceId,
        account: &Account,
    ) -> Result<(), QueueError> {
        self.store.write(|tx| Ok(store::put_note(tx, &account_note(device), account)?))
    }

    pub(in crate::sync) fn account(&self, device: DeviceId) -> Result<Option<Account>, QueueError> {
        Ok(store::note(self.store.conn(), &account_note(device))?)
    }

    /// The accounts of the devices that have tasks here.
    pub(in crate::sync) fn accounts(&self) -> Result<Vec<(DeviceId, Account)>, QueueError> {
        let devices: BTreeSet<DeviceId> =
            self.rows()?.iter().filter(|row| row.state != TaskState::Done).map(|row| row.device).collect();
        let mut accounts = Vec::new();
        for device in devices {
            accounts.extend(self.account(device)?.map(|account| (device, account)));
        }
        Ok(accounts)
    }

    /// The token of `device` is not accepted any more.
    pub(in crate::sync) fn drop_token(&mut self, device: DeviceId) -> Result<(), QueueError> {
        self.store.write(|tx| Ok(forget_token(tx, device)?))
    }
}

fn account_note(device: DeviceId) -> String {
    format!("account/{device}")
}

pub(super) fn forget_token(conn: &Connection, device: DeviceId) -> rusqlite::Result<()> {
    let key = account_note(device);
    let Some(account) = store::note::<Account>(conn, &key)? else { return Ok(()) };
    store::put_note(conn, &key, &Account { token: None, ..account })
}

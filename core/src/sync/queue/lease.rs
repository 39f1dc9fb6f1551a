//! Whose turn it is. One core at a time works on a queue; a core that was replaced while it slept cannot write any
//! more, because every write compares owner and epoch first.
//!
//! Two things say that an owner is alive: the lock on a file, which dies with its process, and the lease, which
//! runs out by the monotonic clock of its boot. Where the file system knows locks, whoever has the lock may replace
//! any other owner; where it does not, only one whose lease has run out, or that is of another boot.

use super::QueueError;
use crate::ports::ClockReading;
use rusqlite::{Connection, OptionalExtension, params};

/// How long a lease holds without being renewed, milliseconds. Every write renews it.
pub(super) const LEASE_MS: i64 = 10 * 60_000;

/// The turn of one core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lease {
    owner: String,
    epoch: i64,
}

/// The row.
struct Held {
    owner: String,
    boot_id: String,
    until_mono_ms: i64,
    epoch: i64,
}

fn load(conn: &Connection) -> rusqlite::Result<Option<Held>> {
    let mut query =
        conn.prepare_cached("SELECT owner, boot_id, until_mono_ms, epoch FROM lease WHERE id = 1")?;
    let row = query.query_row([], |row| {
        Ok(Held { owner: row.get(0)?, boot_id: row.get(1)?, until_mono_ms: row.get(2)?, epoch: row.get(3)? })
    });
    row.optional()
}

impl Held {
    /// Whether its owner may still be at work, as far as the clock can tell.
    fn holds_at(&self, now: &ClockReading) -> bool {
        // A moment further away than a whole lease was written by another clock.
        let left_ms = self.until_mono_ms.saturating_sub(now.mono_ms);
        self.boot_id == now.boot_id && (1..=LEASE_MS).contains(&left_ms)
    }
}

impl Lease {
    /// Takes the turn for `owner`, inside a transaction. `alone` says that no other process can be at work: the
    /// caller has the file lock.
    pub(super) fn take(
        conn: &Connection,
        owner: String,
        now: &ClockReading,
        alone: bool,
    ) -> Result<Self, QueueError> {
        let held = load(conn)?;
        if !alone && held.as_ref().is_some_and(|held| held.owner != owner && held.holds_at(now)) {
            return Err(QueueError::InUse);
        }
        let lease = Self { owner, epoch: held.map_or(1, |held| held.epoch + 1) };
        lease.store(conn, now)?;
        Ok(lease)
    }

    /// Checks that the turn is still ours and renews it, inside the transaction that writes.
    pub(super) fn renew(&self, conn: &Connection, now: &ClockReading) -> Result<(), QueueError> {
        let ours = load(conn)?.is_some_and(|held| held.owner == self.owner && held.epoch == self.epoch);
        if !ours {
            return Err(QueueError::LeaseLost);
        }
        Ok(self.store(conn, now)?)
    }

    /// Ends the turn, if it is still ours. The epoch stays, so that it never repeats.
    pub(super) fn release(&self, conn: &Connection) -> rusqlite::Result<()> {
        conn.execute(
            "UPDATE lease SET until_mono_ms = 0 WHERE owner = ?1 AND epoch = ?2",
            params![self.owner, self.epoch],
        )?;
        Ok(())
    }

    fn store(&self, conn: &Connection, now: &ClockReading) -> rusqlite::Result<()> {
        conn.prepare_cached(
            "INSERT OR REPLACE INTO lease (id, owner, boot_id, until_mono_ms, epoch) VALUES (1, ?1, ?2, ?3, ?4)",
        )?
        .execute(params![self.owner, now.boot_id, now.mono_ms.saturating_add(LEASE_MS), self.epoch])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(super::super::store::SCHEMA).unwrap();
        conn
    }

    fn at(mono_ms: i64) -> ClockReading {
        ClockReading { wall_ms: 0, zone_minutes: 0, mono_ms, boot_id: "boot".into() }
    }

    fn take(conn: &Connection, owner: &str, now: &ClockReading, alone: bool) -> Result<Lease, QueueError> {
        Lease::take(conn, owner.into(), now, alone)
    }

    #[test]
    fn a_second_core_waits_until_the_lease_ran_out() {
        let conn = database();
        let first = take(&conn, "first", &at(1_000), false).unwrap();
        assert!(matches!(take(&conn, "second", &at(1_000), false), Err(QueueError::InUse)));
        first.renew(&conn, &at(5_000)).unwrap();
        assert!(matches!(take(&conn, "second", &at(4_999 + LEASE_MS), false), Err(QueueError::InUse)));
        take(&conn, "second", &at(5_000 + LEASE_MS), false).unwrap();
        assert!(matches!(first.renew(&conn, &at(5_001 + LEASE_MS)), Err(QueueError::LeaseLost)));
    }

    #[test]
    fn a_released_lease_another_boot_and_the_file_lock_need_no_waiting() {
        let conn = database();
        let first = take(&conn, "first", &at(1_000), false).unwrap();
        first.release(&conn).unwrap();
        let second = take(&conn, "second", &at(1_001), false).unwrap();
        let rebooted = ClockReading { boot_id: "next boot".into(), ..at(3) };
        let third = take(&conn, "third", &rebooted, false).unwrap();
        assert!(matches!(second.renew(&conn, &at(1_002)), Err(QueueError::LeaseLost)));
        let fourth = take(&conn, "fourth", &rebooted, true).unwrap();
        assert!(matches!(third.renew(&conn, &rebooted), Err(QueueError::LeaseLost)));
        // Whoever was replaced cannot end the turn of another.
        third.release(&conn).unwrap();
        fourth.renew(&conn, &rebooted).unwrap();
    }

    #[test]
    fn the_same_owner_that_comes_again_gets_a_new_epoch() {
        let conn = database();
        let before = take(&conn, "one", &at(1), false).unwrap();
        take(&conn, "one", &at(2), false).unwrap();
        assert!(matches!(before.renew(&conn, &at(3)), Err(QueueError::LeaseLost)));
    }
}

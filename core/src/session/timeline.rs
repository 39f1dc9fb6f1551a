//! One line of time for a whole session, out of clocks that may jump.
//!
//! Within a boot only the monotonic clock counts; the first record of each boot says where that boot lies, by its
//! best time. A later boot never lies before what is already written: the chain gives the order. Thus a wall clock
//! that jumps during a session moves nothing, and a gap explained once stays explained.

use liuhen_record::time::TimeClaim;

/// Where each boot lies on the session's line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    boots: Vec<(String, i64)>,
    latest_ms: i64,
}

impl Timeline {
    /// The instant of a record's claim, Unix milliseconds; remembers its boot.
    pub(super) fn see(&mut self, claim: &TimeClaim) -> i64 {
        let at_ms = self.instant(claim);
        if self.at(&claim.boot_id, claim.mono_ms).is_none() {
            self.boots.push((claim.boot_id.clone(), at_ms.saturating_sub(claim.mono_ms)));
        }
        self.latest_ms = self.latest_ms.max(at_ms);
        at_ms
    }

    /// The instant of a claim, without remembering it.
    pub(super) fn instant(&self, claim: &TimeClaim) -> i64 {
        let known = self.at(&claim.boot_id, claim.mono_ms);
        known.unwrap_or_else(|| {
            if self.boots.is_empty() { claim.best_ms() } else { claim.best_ms().max(self.latest_ms) }
        })
    }

    /// The instant of a reading of the monotonic clock, when that boot is known.
    pub(super) fn at(&self, boot_id: &str, mono_ms: i64) -> Option<i64> {
        self.boots
            .iter()
            .find(|(id, _)| id == boot_id)
            .map(|(_, offset_ms)| mono_ms.saturating_add(*offset_ms))
    }
}

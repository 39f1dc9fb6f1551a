//! Time claims: graded, never corrected.
//!
//! A phone's clock is a witness, not a judge. Every record keeps all the clocks there were (wall, monotonic,
//! boot, the last thing the bureau said) and the grade that follows from them; order comes from the chain and
//! the monotonic clock, never from the wall clock. Source: `spec/record.md` §5; threat model in SECURITY.md.

use serde::{Deserialize, Serialize};

/// How much a time claim is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TimeGrade {
    /// The sources contradict one another; all are kept and shown.
    T0,
    /// Wall clock only: never anchored, or rebooted since the anchor.
    T1,
    /// Same boot since a bureau anchor: the monotonic clock carries the bureau's time forward.
    T2,
    /// Bracketed: embeds a bureau checkpoint (not before) and has a receipt (not after). Only ever derived by a
    /// verifier, with [`TimeClaim::bracket`]; a phone never writes it.
    T3,
}

/// What the bureau last said about the time, and when we heard it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The bureau's wall clock, Unix milliseconds.
    pub bureau_ms: i64,
    /// Our monotonic clock when we heard it, milliseconds since boot.
    pub mono_ms: i64,
    /// The boot during which we heard it.
    pub boot_id: String,
    /// Size of the bureau's log at that moment: this record cannot be older than that checkpoint.
    pub checkpoint_size: i64,
}

/// When a record claims to have been written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeClaim {
    /// Wall clock, Unix milliseconds UTC.
    pub wall_ms: i64,
    /// Offset of the zone the phone was set to, minutes east of UTC.
    pub zone_minutes: i32,
    /// Monotonic clock including sleep, milliseconds since boot.
    pub mono_ms: i64,
    /// Identifies the boot; monotonic clocks of different boots cannot be compared.
    pub boot_id: String,
    /// The last bureau anchor, if there ever was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
    /// Age of the anchor by the monotonic clock, milliseconds; only within the same boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor_age_ms: Option<i64>,
    /// What these sources amount to.
    pub grade: TimeGrade,
}

/// A wall clock may differ from the anchored time by this much, milliseconds, before the two contradict.
pub const MAX_DISAGREEMENT_MS: i64 = 60_000;

impl TimeClaim {
    /// Makes a claim from the clocks as read, grading it.
    pub fn make(
        wall_ms: i64,
        zone_minutes: i32,
        mono_ms: i64,
        boot_id: String,
        anchor: Option<Anchor>,
    ) -> Self {
        let same_boot = anchor.as_ref().filter(|a| a.boot_id == boot_id);
        let anchor_age_ms = same_boot.map(|a| mono_ms.saturating_sub(a.mono_ms));
        let mut claim =
            Self { wall_ms, zone_minutes, mono_ms, boot_id, anchor, anchor_age_ms, grade: TimeGrade::T0 };
        claim.grade = claim.derive_grade();
        claim
    }

    /// The grade that the sources in this claim amount to; a record whose written grade differs is refused.
    pub fn derive_grade(&self) -> TimeGrade {
        let Some(anchor) = &self.anchor else { return TimeGrade::T1 };
        if anchor.boot_id != self.boot_id {
            // Before the anchor by more than the tolerated disagreement: the wall clock contradicts the bureau.
            let earliest = anchor.bureau_ms.saturating_sub(MAX_DISAGREEMENT_MS);
            return if self.wall_ms < earliest { TimeGrade::T0 } else { TimeGrade::T1 };
        }
        let age_ms = self.mono_ms.saturating_sub(anchor.mono_ms);
        let expected_ms = anchor.bureau_ms.saturating_add(age_ms);
        let disagreement_ms = self.wall_ms.saturating_sub(expected_ms).saturating_abs();
        if age_ms < 0 || disagreement_ms > MAX_DISAGREEMENT_MS { TimeGrade::T0 } else { TimeGrade::T2 }
    }

    /// Whether the age and grade written in the claim follow from its sources.
    pub fn is_consistent(&self) -> bool {
        let age = self
            .anchor
            .as_ref()
            .filter(|a| a.boot_id == self.boot_id)
            .map(|a| self.mono_ms.saturating_sub(a.mono_ms));
        self.anchor_age_ms == age && self.grade == self.derive_grade()
    }

    /// The best estimate of when this was written, Unix milliseconds: the bureau's time carried forward by the
    /// monotonic clock where that exists, else the wall clock.
    pub fn best_ms(&self) -> i64 {
        match (&self.anchor, self.anchor_age_ms) {
            (Some(anchor), Some(age_ms)) if age_ms >= 0 => anchor.bureau_ms.saturating_add(age_ms),
            _ => self.wall_ms,
        }
    }

    /// The interval proved for this record by its anchor (not before) and a receipt issued at `receipt_ms` (not
    /// after), Unix milliseconds. `None` when the record was never anchored: then nothing bounds it from below.
    pub fn bracket(&self, receipt_ms: i64) -> Option<(i64, i64)> {
        self.anchor.as_ref().map(|a| (a.bureau_ms, receipt_ms)).filter(|(from, to)| from <= to)
    }
}

//! When to try again: doubling, with jitter, persisted.
//!
//! The moment is kept by the best clock there was ([`liuhen_record::time::TimeClaim::best_ms`]). Clocks jump, so a
//! moment further away than the longest of all waits was written under another clock and does not hold anybody up.

use crate::ports::Rng;

/// Wait after the first failure, milliseconds.
pub const FIRST_MS: i64 = 15_000;
/// Longest wait, milliseconds.
pub const LONGEST_MS: i64 = 30 * 60_000;

/// Wait before the next attempt after `failures` failures in a row (from 1): between half and all of
/// [`FIRST_MS`] · 2^(failures − 1), never above [`LONGEST_MS`].
pub fn delay_ms(failures: u32, rng: &dyn Rng) -> i64 {
    let doublings = failures.saturating_sub(1).min(16);
    let whole = (FIRST_MS << doublings).min(LONGEST_MS);
    let mut random = [0; 4];
    // Without randomness the full wait is as good: jitter only spreads the phones of one office.
    let share = if rng.fill(&mut random).is_ok() { i64::from(u32::from_le_bytes(random)) } else { 1 << 32 };
    whole / 2 + (((whole / 2) * share) >> 32)
}

/// Longest wait that the bureau may ask for (`Retry-After`), milliseconds.
pub const MOST_PATIENCE_MS: i64 = 60 * 60_000;

/// Whether something that must not start before `not_before_ms` may start at `now_ms`.
pub fn is_due(not_before_ms: i64, now_ms: i64) -> bool {
    not_before_ms <= now_ms || not_before_ms.saturating_sub(now_ms) > MOST_PATIENCE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Rng for Fixed {
        fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn waits_double_with_jitter_and_have_a_ceiling() {
        assert_eq!(delay_ms(1, &Fixed(0)), FIRST_MS / 2);
        assert!(delay_ms(1, &Fixed(255)) <= FIRST_MS);
        assert_eq!(delay_ms(3, &Fixed(0)), FIRST_MS * 2);
        assert!(delay_ms(u32::MAX, &Fixed(255)) <= LONGEST_MS);
    }

    #[test]
    fn a_moment_beyond_the_longest_wait_was_written_under_another_clock() {
        assert!(!is_due(1_000 + MOST_PATIENCE_MS, 1_000));
        assert!(is_due(1_001 + MOST_PATIENCE_MS, 1_000));
        assert!(is_due(999, 1_000));
        assert!(is_due(i64::MAX, i64::MIN));
    }
}

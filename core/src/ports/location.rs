//! Where the phone says it is.

use liuhen_record::place::{FRESH_FOR_MS, PlaceClaim};

/// Asks the location service.
pub trait Location: Send + Sync {
    /// The best claim available now, without waiting.
    fn place(&self) -> PlaceClaim;
}

/// A claim as a location service made it, held against the clock (Unix milliseconds) and the globe: a position that is
/// too old is not fresh, whatever the service called it, and one that is nowhere is none.
pub fn graded(claim: PlaceClaim, now_ms: i64) -> PlaceClaim {
    if !claim.is_possible() {
        return PlaceClaim::Absent { reason: "no_signal".to_owned() };
    }
    match claim {
        PlaceClaim::Fixed(position) => {
            let age_ms = now_ms.saturating_sub(position.fixed_at_ms);
            if age_ms > FRESH_FOR_MS {
                PlaceClaim::Stale { position, age_ms }
            } else {
                PlaceClaim::Fixed(position)
            }
        }
        claim => claim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liuhen_record::place::Position;

    fn at(lat_e7: i64, fixed_at_ms: i64) -> PlaceClaim {
        PlaceClaim::Fixed(Position { lat_e7, lon_e7: 1_216_000_000, accuracy_cm: 500, fixed_at_ms })
    }

    #[test]
    fn a_position_is_fresh_for_two_minutes_and_one_off_the_globe_is_none() {
        assert_eq!(graded(at(389_000_000, 0), FRESH_FOR_MS), at(389_000_000, 0));
        let old = graded(at(389_000_000, 0), FRESH_FOR_MS + 1);
        assert!(matches!(old, PlaceClaim::Stale { age_ms, .. } if age_ms == FRESH_FOR_MS + 1), "{old:?}");
        assert!(matches!(graded(at(900_000_001, 0), 0), PlaceClaim::Absent { .. }));
    }
}

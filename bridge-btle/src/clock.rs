//! How far a recorder's clock is off, measured and not believed.

use crate::{Recorder, RecorderError};

/// One measurement of a recorder's clock against the phone's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// The recorder's clock minus ours, milliseconds.
    pub offset_ms: i64,
    /// Half the round trip, milliseconds: the true offset lies within `offset_ms ± uncertainty_ms`, and the
    /// recorder's own resolution (often a whole second) comes on top.
    pub uncertainty_ms: i64,
}

/// Asks the recorder for its time and compares it with the middle of the round trip (Cristian 1989).
///
/// `phone_ms` is the phone's clock, Unix milliseconds.
///
/// # Errors
/// Those of [`Recorder::state`].
pub fn measure(
    recorder: &mut dyn Recorder,
    phone_ms: impl Fn() -> i64,
) -> Result<ClockReading, RecorderError> {
    let asked_ms = phone_ms();
    let told_ms = recorder.state()?.clock_ms;
    // A clock set back in between would make the round trip negative; nothing is known then but the sign.
    let round_trip_ms = phone_ms().saturating_sub(asked_ms).max(0);
    let uncertainty_ms = round_trip_ms / 2 + round_trip_ms % 2;
    Ok(ClockReading {
        offset_ms: told_ms.saturating_sub(asked_ms.saturating_add(uncertainty_ms)),
        uncertainty_ms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedRecorder;
    use std::cell::Cell;

    #[test]
    fn the_offset_is_taken_at_the_middle_of_the_round_trip() {
        let mut recorder = SimulatedRecorder::new(1, Box::new(|| 1_000_000));
        recorder.set_clock(1_000_000).unwrap();
        let asked = Cell::new(0);
        let reading = measure(&mut recorder, || {
            asked.set(asked.get() + 1);
            if asked.get() == 1 { 999_900 } else { 1_000_101 }
        })
        .unwrap();
        assert_eq!(reading, ClockReading { offset_ms: 1_000_000 - 1_000_001, uncertainty_ms: 101 });
    }

    #[test]
    fn a_phone_clock_that_steps_back_does_not_make_the_uncertainty_negative() {
        let mut recorder = SimulatedRecorder::new(1, Box::new(|| 5_000));
        let asked = Cell::new(10_000);
        let reading = measure(&mut recorder, || asked.replace(4_000)).unwrap();
        assert_eq!(reading.uncertainty_ms, 0);
    }
}

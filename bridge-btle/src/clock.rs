//! How far a recorder's clock is off, measured and not believed.

use crate::{Answer, Recorder, RecorderError};
use std::{future::Future, pin::Pin, time::Duration};

/// Time as drivers need it: they have no runtime and no system clock of their own, so that tests give them a
/// virtual one.
pub trait Clock: Send + Sync {
    /// Milliseconds since some moment, never going back.
    fn mono_ms(&self) -> u64;

    /// Ready once `after` has passed.
    fn sleep(&self, after: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Questions per measurement; the one with the shortest round trip counts.
const ROUNDS: usize = 3;

/// One measurement of a recorder's clock against the phone's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReading {
    /// The recorder's clock minus ours, milliseconds.
    pub offset_ms: i64,
    /// The true offset lies within `offset_ms ± uncertainty_ms`: half the round trip and half of what the recorder
    /// rounds its answer down to, milliseconds.
    pub uncertainty_ms: i64,
}

impl ClockReading {
    /// The offset from one question and its answer (Cristian 1989): asked at `asked_ms`, answered at `answered_ms`
    /// by our clock, told `told_ms` rounded down to `resolution_ms`.
    pub fn of(asked_ms: i64, answered_ms: i64, told_ms: i64, resolution_ms: u32) -> Self {
        // A clock set back in between would make the round trip negative; nothing is known then but the sign.
        let round_trip_ms = answered_ms.saturating_sub(asked_ms).max(0);
        let half_trip_ms = round_trip_ms / 2 + round_trip_ms % 2;
        let half_step_ms = i64::from(resolution_ms.saturating_sub(1)).saturating_add(1) / 2;
        Self {
            offset_ms: told_ms
                .saturating_add(half_step_ms)
                .saturating_sub(asked_ms.saturating_add(half_trip_ms)),
            uncertainty_ms: half_trip_ms.saturating_add(half_step_ms),
        }
    }
}

/// Asks the recorder for its time, thrice, and compares it with the middle of the shortest round trip.
///
/// `phone_ms` is the phone's clock, Unix milliseconds.
///
/// # Errors
/// Those of [`Recorder::clock`].
pub fn measure<'a>(
    recorder: &'a mut dyn Recorder,
    phone_ms: impl Fn() -> i64 + Send + 'a,
) -> Answer<'a, ClockReading> {
    Box::pin(async move {
        let mut best: Option<ClockReading> = None;
        for _ in 0..ROUNDS {
            let asked_ms = phone_ms();
            let told = recorder.clock().await?;
            let reading = ClockReading::of(asked_ms, phone_ms(), told.utc_ms, told.resolution_ms);
            if best.is_none_or(|best| reading.uncertainty_ms < best.uncertainty_ms) {
                best = Some(reading);
            }
        }
        best.ok_or(RecorderError::OutOfReach)
    })
}

/// The clock before and after it was set: both are evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockSet {
    /// Before.
    pub before: ClockReading,
    /// After.
    pub after: ClockReading,
}

/// Measures, sets the recorder's clock to the phone's, and measures again.
///
/// # Errors
/// Those of [`Recorder::clock`] and [`Recorder::set_clock`].
pub fn set<'a>(
    recorder: &'a mut dyn Recorder,
    phone_ms: impl Fn() -> i64 + Send + Sync + 'a,
) -> Answer<'a, ClockSet> {
    Box::pin(async move {
        let before = measure(recorder, &phone_ms).await?;
        recorder.set_clock(phone_ms()).await?;
        let after = measure(recorder, &phone_ms).await?;
        Ok(ClockSet { before, after })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SimulatedRecorder;
    use futures_util::FutureExt;
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering::SeqCst};

    #[test]
    fn the_offset_is_taken_at_the_middle_of_the_round_trip() {
        assert_eq!(
            ClockReading::of(999_900, 1_000_101, 1_000_000, 1),
            ClockReading { offset_ms: 1_000_000 - 1_000_001, uncertainty_ms: 101 }
        );
    }

    #[test]
    fn a_clock_that_tells_whole_seconds_is_half_a_second_uncertain_and_its_offset_is_centred() {
        // It shows 5 s while it stands anywhere in 5.000 .. 6.000; ours is 5.500.
        assert_eq!(
            ClockReading::of(5_500, 5_500, 5_000, 1_000),
            ClockReading { offset_ms: 0, uncertainty_ms: 500 }
        );
    }

    #[test]
    fn a_phone_clock_that_steps_back_does_not_make_the_uncertainty_negative() {
        assert_eq!(ClockReading::of(10_000, 4_000, 5_000, 1).uncertainty_ms, 0);
    }

    #[test]
    fn the_shortest_of_three_round_trips_counts() {
        let mut recorder = SimulatedRecorder::new(1, Box::new(|| 1_000_000));
        let now = AtomicI64::new(0);
        let asked = AtomicUsize::new(0);
        let trips_ms = [0, 300, 0, 40, 0, 90];
        let phone_ms = || now.fetch_add(trips_ms[asked.fetch_add(1, SeqCst)], SeqCst);
        // fetch_add tells the time before it moves on: the first trip ends at 0 + 300 and so forth.
        let reading = measure(&mut recorder, phone_ms).now_or_never().unwrap().unwrap();
        assert_eq!((asked.load(SeqCst), reading.uncertainty_ms), (6, 0));
    }

    #[test]
    fn setting_tells_the_offset_before_and_after() {
        let mut recorder = SimulatedRecorder::new(1, Box::new(|| 1_000_730));
        let both = set(&mut recorder, || 1_000_730).now_or_never().unwrap().unwrap();
        assert_eq!((both.before.offset_ms, both.after.offset_ms), (4_730, -730));
    }
}

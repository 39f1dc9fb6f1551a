//! The bureau's wall clock, behind a trait so that tests can set it.

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Unix milliseconds, UTC.
    fn now_ms(&self) -> i64;
}

/// A clock that is set right goes back by less; what lies further in the future was written by a clock that was ahead,
/// milliseconds.
pub const CLOCK_STEP_MS: i64 = 5 * 60_000;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        chrono::Utc::now().timestamp_millis()
    }
}

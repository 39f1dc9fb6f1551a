//! Time as the machine tells it.

/// All clocks, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockReading {
    /// Wall clock, Unix milliseconds UTC. May jump at any time.
    pub wall_ms: i64,
    /// Offset of the zone the machine is set to, minutes east of UTC.
    pub zone_minutes: i32,
    /// Monotonic clock that runs on during sleep, milliseconds since boot.
    pub mono_ms: i64,
    /// Identifies the boot.
    pub boot_id: String,
}

/// Reads the clocks.
pub trait Clock: Send + Sync {
    /// All clocks at one moment.
    fn read(&self) -> ClockReading;
}

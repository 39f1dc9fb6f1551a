//! The phone's clocks.

use crate::failure::PlatformFailure;
use liuhen_core::{ports, system::SystemClock};
use std::sync::Arc;

/// All clocks, read at one moment.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ClockNow {
    /// Wall clock, Unix milliseconds UTC.
    pub wall_ms: i64,
    /// Zone that the phone is set to, minutes east of UTC.
    pub zone_minutes: i32,
    /// Monotonic clock that runs on during sleep, milliseconds since boot (Android: `elapsedRealtime`).
    pub mono_ms: i64,
    /// Identifies the boot (Android: `Settings.Global.BOOT_COUNT`).
    pub boot_id: String,
}

/// Reads the phone's clocks.
#[uniffi::export(with_foreign)]
pub trait Clock: Send + Sync {
    /// All clocks at one moment.
    fn read(&self) -> Result<ClockNow, PlatformFailure>;
}

/// The shell's clocks; the core's own stand in while they fail.
pub(crate) struct ClockPort {
    pub clock: Arc<dyn Clock>,
    pub own: SystemClock,
}

impl ports::Clock for ClockPort {
    fn read(&self) -> ports::ClockReading {
        match self.clock.read() {
            Ok(ClockNow { wall_ms, zone_minutes, mono_ms, boot_id }) => {
                ports::ClockReading { wall_ms, zone_minutes, mono_ms, boot_id }
            }
            Err(_) => self.own.read(),
        }
    }
}

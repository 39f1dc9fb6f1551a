//! The machine's clocks.

use crate::ports::{Clock, ClockReading};
use chrono::{Local, Offset};

/// The clocks of this machine.
///
/// On Linux and Android the monotonic clock counts sleep and the boot id is the kernel's. Elsewhere every process
/// counts as its own boot: its times are never compared with another's, which costs grade and never truth.
#[derive(Debug, Clone)]
pub struct SystemClock {
    boot_id: String,
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    started: std::time::Instant,
}

impl SystemClock {
    /// Reads which boot this is.
    pub fn new() -> Self {
        Self {
            boot_id: boot_id(),
            #[cfg(not(any(target_os = "linux", target_os = "android")))]
            started: std::time::Instant::now(),
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[expect(clippy::unused_self, reason = "the other systems count from `self.started`")]
    fn mono_ms(&self) -> i64 {
        let since_boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        since_boot.tv_sec * 1000 + since_boot.tv_nsec / 1_000_000
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn mono_ms(&self) -> i64 {
        self.started.elapsed().as_millis() as i64
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn read(&self) -> ClockReading {
        let now = Local::now();
        ClockReading {
            wall_ms: now.timestamp_millis(),
            zone_minutes: now.offset().fix().local_minus_utc() / 60,
            mono_ms: self.mono_ms(),
            boot_id: self.boot_id.clone(),
        }
    }
}

/// The kernel's id of this boot, or a random id where there is none.
fn boot_id() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let id = kernel.trim();
    let plausible =
        !id.is_empty() && id.len() <= 64 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    if plausible {
        return id.to_owned();
    }
    let mut bytes = [0; 16];
    // Without randomness nothing can be sealed either; zeros only make the boots indistinguishable.
    if ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).is_err() {
        bytes = [0; 16];
    }
    format!("process-{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_monotonic_clock_never_goes_back_and_the_boot_stays_the_same() {
        let clock = SystemClock::new();
        let (first, second) = (clock.read(), clock.read());
        assert!(second.mono_ms >= first.mono_ms);
        assert_eq!(first.boot_id, second.boot_id);
        assert!(!first.boot_id.is_empty());
    }
}

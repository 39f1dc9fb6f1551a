//! A clock that stands until it is moved.

use liuhen_bureau::clock::Clock;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-03-10 02:00:00 UTC, 10:00 in Shanghai.
pub const START_MS: i64 = 1_773_108_000_000;

pub struct TestClock(AtomicI64);

impl Default for TestClock {
    fn default() -> Self {
        Self(AtomicI64::new(START_MS))
    }
}

impl TestClock {
    pub fn advance_ms(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
    pub fn set_ms(&self, to_ms: i64) {
        self.0.store(to_ms, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

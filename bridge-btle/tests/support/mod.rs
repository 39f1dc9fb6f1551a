//! What the tests of this crate share: time that passes only when everybody waits, and recorders in process.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test uses a part, and fails where it cannot"
)]

pub mod camera;
pub mod peer;

use liuhen_btle::Clock;
use std::{
    collections::BTreeMap,
    fmt::Write,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

/// A clock that stands still until [`run`] finds that everybody waits for it.
#[derive(Default)]
pub struct VirtualClock {
    inner: Mutex<Virtual>,
}

#[derive(Default)]
struct Virtual {
    now_ms: u64,
    waiting: BTreeMap<(u64, u64), Waker>,
    next: u64,
}

impl Clock for VirtualClock {
    fn mono_ms(&self) -> u64 {
        self.inner.lock().unwrap().now_ms
    }

    fn sleep(&self, after: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let until_ms = self.mono_ms() + after.as_millis() as u64;
        let mut key = None;
        Box::pin(std::future::poll_fn(move |context| {
            let mut inner = self.inner.lock().unwrap();
            if let Some(key) = key {
                inner.waiting.remove(&key);
            }
            if inner.now_ms >= until_ms {
                return Poll::Ready(());
            }
            inner.next += 1;
            let place = (until_ms, inner.next);
            inner.waiting.insert(place, context.waker().clone());
            key = Some(place);
            Poll::Pending
        }))
    }
}

/// Runs `work` to its end; when it waits, time jumps to the next moment that anybody waits for.
pub fn run<T>(clock: &Arc<VirtualClock>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..10_000_000_u64 {
        if let Poll::Ready(answer) = work.as_mut().poll(&mut context) {
            return answer;
        }
        let mut inner = clock.inner.lock().unwrap();
        let ((until_ms, _), _) =
            inner.waiting.pop_first().expect("everybody waits, and nobody for the clock");
        inner.now_ms = inner.now_ms.max(until_ms);
    }
    panic!("no end");
}

/// A list of `count` files as a recorder would give it.
pub fn list_text(count: u64) -> Vec<u8> {
    let mut text = String::new();
    for n in 0..count {
        let start_ms = 1_764_000_000_000 + n * 300_000;
        let (len_bytes, end_ms) = (225_000_000 + n, start_ms + 299_000);
        let _ = writeln!(
            text,
            "LHSIMSIM0001_210001_20251125{n:06}_{n:04}.MP4\t{len_bytes}\t{n:064x}\t{start_ms}\t{end_ms}\t-"
        );
    }
    text.into_bytes()
}

//! How much each connection of HTTP/2 may have in flight to us.
//!
//! What a client sends before its upload takes it lies in our memory, up to the connection's window: when many upload
//! faster than the disk writes, all windows are full. A wide one is worth its memory to a few phones on a fast line and to
//! nobody in a crowd, where the disk is the bound. So all connections share one store of bytes.

use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Of one connection at most: four times what 300 Mbit/s over a round trip of 10 ms need. A window is given back by halves, so
/// twice as much would do if nobody ever woke late.
const MOST_BYTES: usize = 3 << 19;
/// Of one connection at least: with less HTTP/2 does not begin (RFC 9113 §6.9.2).
const LEAST_BYTES: usize = 64 * 1024;
/// Of all connections together, beyond the least of each.
const STORE_BYTES: usize = 4 << 20;
/// The next connection gets such a part of what is left.
const PART: usize = 2;

/// The store. Clones share it.
#[derive(Clone)]
pub struct Windows(Arc<Semaphore>);

/// The window of one connection. Given back when dropped.
pub struct Window(Option<OwnedSemaphorePermit>);

impl Default for Windows {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(STORE_BYTES)))
    }
}

impl Windows {
    /// A window for a connection that begins now.
    pub fn open(&self) -> Window {
        let more_bytes = (self.0.available_permits() / PART).min(MOST_BYTES - LEAST_BYTES);
        // Whoever begins in the same moment as many others may get none.
        Window(self.0.clone().try_acquire_many_owned(more_bytes as u32).ok())
    }
}

impl Window {
    /// Bytes, of one stream as of all together: the streams of a connection are one phone's.
    pub fn len_bytes(&self) -> usize {
        LEAST_BYTES + self.0.as_ref().map_or(0, OwnedSemaphorePermit::num_permits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_connections_have_wide_windows_and_a_crowd_together_no_more_than_the_store_and_the_least_of_each()
    {
        let windows = Windows::default();
        let few: Vec<_> = (0..2).map(|_| windows.open()).collect();
        assert_eq!(few[0].len_bytes(), MOST_BYTES);
        assert!(few[1].len_bytes() >= MOST_BYTES / 2);
        let crowd: Vec<_> = (0..200).map(|_| windows.open()).collect();
        let all_bytes: usize = few.iter().chain(&crowd).map(Window::len_bytes).sum();
        assert!(all_bytes <= STORE_BYTES + 202 * LEAST_BYTES, "{all_bytes}");
        assert!(crowd.iter().all(|window| window.len_bytes() >= LEAST_BYTES));
    }

    #[test]
    fn whoever_leaves_gives_the_window_back() {
        let windows = Windows::default();
        for _ in 0..1000 {
            assert_eq!(windows.open().len_bytes(), MOST_BYTES);
        }
    }
}

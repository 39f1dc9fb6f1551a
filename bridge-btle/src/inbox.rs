//! Where a link's events wait to be read: bounded, so that no peer can fill the phone's memory.

use crate::{LinkEvent, LinkListener};
use futures_util::task::AtomicWaker;
use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Mutex, PoisonError},
    task::Poll,
};

/// Values that wait at most. Two windows of the list transfer with room to spare; what comes on top is lost, which
/// every driver can deal with because notifications are lossy anyway.
const MAX_VALUES: usize = 1_024;
/// Events other than values that wait at most.
const MAX_OTHERS: usize = 256;
/// A longer value than GATT allows (Core 5.4, vol. 3, part F, §3.2.9) is no value.
const MAX_VALUE_BYTES: usize = 512;

/// A queue of events between a platform's threads and one driver.
#[derive(Default)]
pub struct Inbox {
    waiting: Mutex<Waiting>,
    reader: AtomicWaker,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<LinkEvent>,
    values: usize,
    lost: u64,
}

impl Inbox {
    /// The next event, in the order in which they came.
    pub async fn next(&self) -> LinkEvent {
        poll_fn(|context| {
            self.reader.register(context.waker());
            self.try_next().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// The next event, if one waits.
    pub fn try_next(&self) -> Option<LinkEvent> {
        let mut waiting = self.waiting();
        let event = waiting.events.pop_front()?;
        if matches!(event, LinkEvent::Value { .. }) {
            waiting.values -= 1;
        }
        Some(event)
    }

    /// How many events were dropped because nobody read.
    pub fn lost(&self) -> u64 {
        self.waiting().lost
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LinkListener for Inbox {
    fn on_event(&self, event: LinkEvent) {
        {
            let mut waiting = self.waiting();
            let is_value = matches!(event, LinkEvent::Value { .. });
            let fits = match &event {
                LinkEvent::Value { bytes, .. } => {
                    bytes.len() <= MAX_VALUE_BYTES && waiting.values < MAX_VALUES
                }
                _ => waiting.events.len() - waiting.values < MAX_OTHERS,
            };
            if fits {
                waiting.values += usize::from(is_value);
                waiting.events.push_back(event);
            } else {
                waiting.lost += 1;
            }
        }
        self.reader.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DisconnectReason, Uuid};
    use futures_util::FutureExt;

    fn value(len_bytes: usize) -> LinkEvent {
        LinkEvent::Value { characteristic: Uuid::assigned(1), bytes: vec![0; len_bytes] }
    }

    #[test]
    fn a_flood_of_values_is_cut_off_and_the_disconnection_behind_it_still_arrives() {
        let inbox = Inbox::default();
        for _ in 0..MAX_VALUES + 7 {
            inbox.on_event(value(20));
        }
        inbox.on_event(LinkEvent::Disconnected(DisconnectReason::Remote));
        assert_eq!(inbox.lost(), 7);
        for _ in 0..MAX_VALUES {
            assert_eq!(inbox.try_next(), Some(value(20)));
        }
        assert_eq!(inbox.next().now_or_never(), Some(LinkEvent::Disconnected(DisconnectReason::Remote)));
        assert_eq!(inbox.next().now_or_never(), None);
    }

    #[test]
    fn a_value_longer_than_an_attribute_is_dropped() {
        let inbox = Inbox::default();
        inbox.on_event(value(MAX_VALUE_BYTES + 1));
        assert_eq!((inbox.try_next(), inbox.lost()), (None, 1));
    }
}

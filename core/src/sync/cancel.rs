//! Stopping a synchronisation that is under way: the officer's button, or the system taking its time back.

use std::{future::Future, sync::Arc};
use tokio::sync::watch;

/// A switch that is thrown once. Clones are the same switch.
#[derive(Debug, Clone)]
pub struct Cancel {
    sender: Arc<watch::Sender<bool>>,
}

/// The switch was thrown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

impl Default for Cancel {
    fn default() -> Self {
        Self { sender: Arc::new(watch::Sender::new(false)) }
    }
}

impl Cancel {
    /// A switch that is not thrown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Throws it. What was durable stays; what was on its way is sent again another time.
    pub fn cancel(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it was thrown.
    pub fn is_cancelled(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits for `future`, or for the switch, whichever comes first.
    ///
    /// # Errors
    /// [`Cancelled`].
    pub async fn or<F: Future>(&self, future: F) -> Result<F::Output, Cancelled> {
        let mut receiver = self.sender.subscribe();
        tokio::select! {
            biased;
            // The sender lives in `self`: the channel cannot close while this waits.
            _ = receiver.wait_for(|thrown| *thrown) => Err(Cancelled),
            output = future => Ok(output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_thrown_switch_ends_a_wait_that_would_never_end() {
        let cancel = Cancel::new();
        let waiting = cancel.clone();
        let task = tokio::spawn(async move { waiting.or(std::future::pending::<()>()).await });
        cancel.cancel();
        assert_eq!(task.await.unwrap(), Err(Cancelled));
        assert!(cancel.is_cancelled());
    }

    #[tokio::test]
    async fn an_unthrown_switch_lets_the_work_finish() {
        assert_eq!(Cancel::new().or(async { 7 }).await, Ok(7));
    }
}

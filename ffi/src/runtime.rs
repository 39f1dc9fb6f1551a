//! The core's own threads. An exported function only waits for what they do: a shell may call from its main thread.

use crate::failure::CoreFailure;
use liuhen_core::phone::{PhoneError, is_in_verb};
use std::{future::Future, pin::Pin, sync::OnceLock, time::Duration};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    time::Instant,
};

/// Longest chunk that crosses at once, bytes.
pub const CHUNK_BYTES: usize = 1 << 20;
/// Threads that wait for files and for the phone; the network needs none of them.
const BLOCKING_THREADS: usize = 64;

/// The runtime, made when it is first needed.
pub fn handle() -> Result<Handle, CoreFailure> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let make = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).max_blocking_threads(BLOCKING_THREADS).thread_name("liuhen-core");
        builder.enable_all().build().ok()
    };
    RUNTIME
        .get_or_init(make)
        .as_ref()
        .map(|runtime| runtime.handle().clone())
        .ok_or_else(CoreFailure::panicked)
}

/// Does blocking work on the core's threads. A panic in it is a failure.
pub async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PhoneError> + Send + 'static,
) -> Result<T, CoreFailure> {
    if is_in_verb() {
        return Err(PhoneError::Reentrant.into());
    }
    let done = handle()?.spawn_blocking(work).await.map_err(|_| CoreFailure::panicked())?;
    Ok(done?)
}

/// Refuses a chunk that is too long.
pub fn check_chunk(chunk: &[u8]) -> Result<(), CoreFailure> {
    if chunk.len() <= CHUNK_BYTES { Ok(()) } else { Err(CoreFailure::chunk()) }
}

/// Time for the recorders' drivers.
pub struct DriverClock(Instant);

impl DriverClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl liuhen_btle::Clock for DriverClock {
    fn mono_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, after: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;

    fn wait<T>(future: impl Future<Output = T>) -> T {
        Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_panic_of_the_core_is_a_failure_with_a_sentence() {
        let done: Result<(), CoreFailure> = wait(run(|| panic!("planted")));
        let Err(CoreFailure::Failed { kind, sentence, .. }) = done else { panic!("it passed") };
        assert_eq!(kind, FailureKind::Internal);
        assert!(sentence.zh.contains("已录资料未受影响"));
    }

    #[test]
    fn work_is_done_on_a_thread_of_the_core_and_not_on_the_callers() {
        let name = || Ok(std::thread::current().name().map(str::to_owned));
        assert_eq!(wait(run(name)).unwrap().as_deref(), Some("liuhen-core"));
        assert_ne!(std::thread::current().name(), Some("liuhen-core"));
    }

    #[test]
    fn a_chunk_over_a_mebibyte_does_not_cross() {
        assert!(check_chunk(&vec![0; CHUNK_BYTES]).is_ok());
        assert!(check_chunk(&vec![0; CHUNK_BYTES + 1]).is_err());
    }
}

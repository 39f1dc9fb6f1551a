//! How long a body may take: somebody who sends one byte a minute holds a connection as long as somebody who uploads.

use super::ApiError;
use std::time::Duration;
use tokio::time::Instant;

/// How slowly a body may come.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Between two parts at most so much time passes.
    pub idle: Duration,
    /// After the first such time, bytes come at least so fast on average.
    pub bytes_per_sec: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { idle: Duration::from_secs(30), bytes_per_sec: 4096 }
    }
}

/// The patience with one body.
pub struct Waiting {
    patience: Patience,
    until: Instant,
}

impl Patience {
    /// A body begins to come.
    pub fn start(self) -> Waiting {
        Waiting { patience: self, until: Instant::now() + self.idle }
    }
}

impl Waiting {
    /// Waits for the next part.
    ///
    /// # Errors
    /// 408 when it does not come in time.
    pub async fn next<T>(&self, part: impl Future<Output = T>) -> Result<T, ApiError> {
        let until = self.until.min(Instant::now() + self.patience.idle);
        tokio::time::timeout_at(until, part).await.map_err(|_| stalled())
    }

    /// A part of so many bytes came.
    pub fn came(&mut self, len_bytes: usize) {
        self.until +=
            Duration::from_micros(len_bytes as u64 * 1_000_000 / self.patience.bytes_per_sec.max(1));
    }
}

fn stalled() -> ApiError {
    ApiError::new(408, "body_stalled", "the body stalled", "请求超时").retry_after(1)
}

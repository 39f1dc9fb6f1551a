//! A connection on which nothing is asked ends: whoever only holds one keeps out others.
//!
//! Time-outs of HTTP do not see all of them. The one of HTTP/1 begins when the version is known, which a client that says
//! nothing never tells; an HTTP/2 client may answer every PING and ask for nothing.

use super::serve::Peer;
use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
};
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::Instant,
};

/// Whoever takes an answer more slowly, bytes per second, is as good as quiet. Frames that only keep a connection of
/// HTTP/2 alive stay far below.
const BYTES_PER_SEC: u64 = 4096;

/// One connection: what is asked on it, and how long it may go on with nothing.
pub struct Quiet {
    longest: Duration,
    state: Mutex<State>,
    fewer: Notify,
}

#[derive(Clone, Copy)]
struct State {
    /// Requests without an answer yet.
    under_way: usize,
    /// When it has been quiet for too long, if none is under way.
    until: Instant,
}

/// A request without an answer yet. Over when dropped.
struct UnderWay(Arc<Quiet>);

impl Quiet {
    /// A connection that begins now and may be quiet for `longest`.
    pub fn new(longest: Duration) -> Arc<Self> {
        let state = State { under_way: 0, until: Instant::now() + longest };
        Arc::new(Self { longest, state: Mutex::new(state), fewer: Notify::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same service, told who asks, whose requests under way are counted.
    pub fn counting(self: &Arc<Self>, router: Router, peer: Peer) -> Router {
        let quiet = self.clone();
        router.layer(middleware::from_fn(move |mut request: Request, next: Next| {
            let under_way = quiet.begin();
            request.extensions_mut().insert(peer);
            async move {
                let answer = next.run(request).await;
                drop(under_way);
                answer
            }
        }))
    }

    fn begin(self: &Arc<Self>) -> UnderWay {
        self.lock().under_way += 1;
        UnderWay(self.clone())
    }

    /// The same bytes; those that the client takes are counted.
    pub fn watching<S>(self: &Arc<Self>, stream: S) -> Watched<S> {
        Watched { stream, quiet: self.clone() }
    }

    /// The client took so many bytes of an answer, and has the time for more.
    fn took(&self, len_bytes: usize) {
        let earned = Duration::from_micros(len_bytes as u64 * 1_000_000 / BYTES_PER_SEC);
        let mut state = self.lock();
        state.until = (state.until + earned).min(Instant::now() + self.longest);
    }

    /// From now on it may be quiet for so long, if that is less.
    pub fn shorten(&self, time: Duration) {
        self.lock().until = Instant::now() + time.min(self.longest);
    }

    /// Waits until it has been quiet for too long.
    pub async fn too_long(&self) {
        loop {
            let State { under_way, until } = *self.lock();
            if under_way > 0 {
                self.fewer.notified().await;
            } else if until > Instant::now() {
                tokio::time::sleep_until(until).await;
            } else {
                return;
            }
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.under_way -= 1;
        state.until = Instant::now() + self.0.longest;
        drop(state);
        self.0.fewer.notify_one();
    }
}

/// The client's end of a connection, which says when the client takes something.
pub struct Watched<S> {
    stream: S,
    quiet: Arc<Quiet>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.stream).poll_write(context, bytes));
        self.quiet.took(*taken.as_ref().unwrap_or(&0));
        Poll::Ready(taken)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let taken = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, parts));
        self.quiet.took(*taken.as_ref().unwrap_or(&0));
        Poll::Ready(taken)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

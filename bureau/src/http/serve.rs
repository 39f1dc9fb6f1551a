//! Connections: accepted, limited, and ended gracefully.

use super::{quiet::Quiet, windows::Windows};
use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, oneshot, watch},
};
use tokio_rustls::TlsAcceptor;

/// All headers of a request together, bytes. As much is read of a body at once: two buffers of each of two hundred
/// uploads must fit.
const HEADER_BYTES: usize = 32 * 1024;
/// Headers of a request.
const HEADERS: usize = 64;
/// When the server stops, requests under way have this long to end; and a quiet connection to say goodbye.
const STOP_TIME: Duration = Duration::from_secs(5);
/// After an error of `accept` (too many open files) we wait this long instead of spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Address of the client's end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// How many connections there are, and how long one is kept on which nothing is asked.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// Connections at once; more wait in the kernel's queue.
    pub at_once: usize,
    /// A client has this long to agree on TLS; as long from then to the headers of its first request; and as long from
    /// each answer to the next.
    pub header_time: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { at_once: 512, header_time: Duration::from_secs(20) }
    }
}

fn builder(header_time: Duration, window_bytes: usize) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(header_time)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADER_BYTES as u32)
        .initial_stream_window_size(window_bytes as u32)
        .initial_connection_window_size(window_bytes as u32)
        .max_concurrent_streams(64)
        .keep_alive_interval(header_time);
    builder
}

/// Serves until `stop` resolves: by TLS, HTTP/2 or HTTP/1.1 as agreed, or in plain text where there is no `tls`.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    limits: ConnectionLimits,
    stop: oneshot::Receiver<()>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let permits = Arc::new(Semaphore::new(limits.at_once));
    let (windows, ending) = (Windows::default(), watch::Sender::new(()));
    let mut stop = stop;
    loop {
        let next = tokio::select! {
            _ = &mut stop => break,
            next = next(&listener, &permits) => next,
        };
        let (permit, stream, peer) = match next {
            Ok(next) => next,
            Err(error) => {
                eprintln!("a connection could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let (router, windows) = (router.clone(), windows.clone());
        let one = One { router, peer: Peer(peer), limits, windows, ending: ending.subscribe() };
        let tls = tls.clone();
        tokio::spawn(async move {
            one.accept(stream, tls).await;
            drop(permit);
        });
    }
    let _nobody_left = ending.send(());
    let _too_late = tokio::time::timeout(STOP_TIME, ending.closed()).await;
}

/// The next connection, when there is room for it.
async fn next(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let permit = permits.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((permit, stream, peer))
}

/// One connection from its first byte to its last. One that breaks, or agrees on no TLS, is the client's affair.
struct One {
    router: Router,
    peer: Peer,
    limits: ConnectionLimits,
    windows: Windows,
    /// Resolves when the server stops; the server waits until all of these are dropped.
    ending: watch::Receiver<()>,
}

impl One {
    async fn accept(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Small answers must not wait for more bytes.
        let _best_effort = stream.set_nodelay(true);
        match tls {
            None => self.talk(stream).await,
            Some(tls) => {
                let agreed = tokio::time::timeout(self.limits.header_time, tls.accept(stream)).await;
                if let Ok(Ok(stream)) = agreed {
                    self.talk(stream).await;
                }
            }
        }
    }

    async fn talk(mut self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let quiet = Quiet::new(self.limits.header_time);
        let service = TowerToHyperService::new(quiet.counting(self.router, self.peer));
        let stream = TokioIo::new(quiet.watching(stream));
        let window = self.windows.open();
        let builder = builder(self.limits.header_time, window.len_bytes());
        let mut connection = pin!(builder.serve_connection(stream, service).into_owned());
        tokio::select! {
            _ended = connection.as_mut() => return,
            () = quiet.too_long() => {}
            _stopping = self.ending.changed() => {}
        }
        // What is under way is still answered; HTTP/2 says goodbye first, for which it needs the other side.
        connection.as_mut().graceful_shutdown();
        quiet.shorten(STOP_TIME);
        tokio::select! {
            _ended = connection => {}
            () = quiet.too_long() => {}
        }
    }
}

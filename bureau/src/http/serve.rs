//! Connections: accepted, limited, and ended gracefully.

use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, oneshot},
};
use tokio_rustls::TlsAcceptor;

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 512;
/// All headers of a request together, bytes. As much is read of a body at once: two buffers of each of two hundred
/// uploads must fit.
const HEADER_BYTES: usize = 32 * 1024;
/// Headers of a request.
const HEADERS: usize = 64;
/// What one upload may have in flight by HTTP/2: 300 Mbit/s over 25 ms.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// What all uploads of a connection may.
const CONNECTION_WINDOW_BYTES: u32 = 2 << 20;
/// A client has this long to send its headers, and as long before that to agree on TLS.
const HEADER_TIME: Duration = Duration::from_secs(20);
/// When the server stops, requests under way have this long to end.
const STOP_TIME: Duration = Duration::from_secs(5);
/// After an error of `accept` (too many open files) we wait this long instead of spinning.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Address of the client's end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEADER_BYTES)
        .max_headers(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEADER_BYTES as u32)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .max_concurrent_streams(64)
        .keep_alive_interval(HEADER_TIME);
    builder
}

/// Serves until `stop` resolves: by TLS, HTTP/2 or HTTP/1.1 as agreed, or in plain text where there is no `tls`.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    stop: oneshot::Receiver<()>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = stop;
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else { break };
        let accepted = tokio::select! {
            _ = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                eprintln!("a connection could not be accepted: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let router = router.clone().layer(Extension(Peer(peer)));
        let (tls, watcher) = (tls.clone(), graceful.watcher());
        tokio::spawn(async move {
            accept(stream, tls, router, watcher).await;
            drop(permit);
        });
    }
    let _too_late = tokio::time::timeout(STOP_TIME, graceful.shutdown()).await;
}

/// One connection from its first byte to its last. One that breaks, or agrees on no TLS, is the client's affair.
async fn accept(stream: TcpStream, tls: Option<TlsAcceptor>, router: Router, watcher: Watcher) {
    // Small answers must not wait for more bytes.
    let _best_effort = stream.set_nodelay(true);
    match tls {
        None => talk(stream, router, watcher).await,
        Some(tls) => {
            if let Ok(Ok(stream)) = tokio::time::timeout(HEADER_TIME, tls.accept(stream)).await {
                talk(stream, router, watcher).await;
            }
        }
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    watcher: Watcher,
) {
    let service = TowerToHyperService::new(router);
    let connection = builder().serve_connection(TokioIo::new(stream), service).into_owned();
    let _ended = watcher.watch(connection).await;
}

//! Connections: accepted, limited, and ended gracefully.

use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, oneshot},
};

/// Connections at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 512;
/// All headers of a request together, bytes.
const HEADER_BYTES: usize = 64 * 1024;
/// Headers of a request.
const HEADERS: usize = 64;
/// What one upload may have in flight by HTTP/2: 300 Mbit/s over 25 ms.
const STREAM_WINDOW_BYTES: u32 = 1 << 20;
/// What all uploads of a connection may.
const CONNECTION_WINDOW_BYTES: u32 = 2 << 20;
/// A client has this long to send its headers.
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

/// Serves until `stop` resolves.
pub async fn serve(listener: TcpListener, router: Router, stop: oneshot::Receiver<()>) {
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
        // Small answers must not wait for more bytes.
        let _best_effort = stream.set_nodelay(true);
        let service = TowerToHyperService::new(router.clone().layer(Extension(Peer(peer))));
        let connection = builder().serve_connection(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A connection that breaks is the client's affair.
            let _ended = connection.await;
            drop(permit);
        });
    }
    let _too_late = tokio::time::timeout(STOP_TIME, graceful.shutdown()).await;
}

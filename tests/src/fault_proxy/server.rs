//! HTTP/1.1 from both ends with nothing hidden: a server that may break a connection instead of answering, and
//! single exchanges as a client.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, combinators::UnsyncBoxBody};
use hyper::{Request, Response, body::Incoming, client::conn, server, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, future::Future, io, net::SocketAddr};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A body, either way.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What a server gives for a request; an error breaks the connection without an answer.
pub type Answer = Result<Response<Body>, io::Error>;

/// The error of a broken connection.
pub fn broken() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// No body.
pub fn empty() -> Body {
    full(Bytes::new())
}

/// A body in memory.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never: Infallible| match never {}).boxed_unsync()
}

/// Serves HTTP/1.1 on a free loopback port until the task is aborted.
pub async fn serve_http<F, A>(answer: F) -> (SocketAddr, JoinHandle<()>)
where
    F: Fn(Request<Incoming>) -> A + Clone + Send + 'static,
    A: Future<Output = Answer> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        // Connections end with the listener: nothing of a proxy outlives it.
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let _small_answers_at_once = stream.set_nodelay(true);
            let service = service_fn(answer.clone());
            let connection =
                server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            connections.spawn(async move {
                let _broken_on_purpose = connection.await;
            });
            while connections.try_join_next().is_some() {}
        }
    });
    (address, task)
}

/// Sends one request on a connection of its own.
///
/// # Errors
/// When the connection cannot be made or breaks before the answer's headers.
pub async fn exchange(
    target: SocketAddr,
    mut request: Request<Body>,
) -> Result<Response<Incoming>, io::Error> {
    let stream = TcpStream::connect(target).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) =
        conn::http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
    tokio::spawn(async move {
        let _broken_on_purpose = connection.await;
    });
    for of_the_other_connection in ["connection", "transfer-encoding", "keep-alive", "expect"] {
        request.headers_mut().remove(of_the_other_connection);
    }
    sender.send_request(request).await.map_err(io::Error::other)
}

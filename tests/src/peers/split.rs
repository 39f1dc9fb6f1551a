//! An office whose uploads are kept by somebody else's tus server: everything but `/v1/uploads` is the real bureau.

use crate::fault_proxy::{Body, broken, exchange, serve_http};
use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyDataStream, BodyExt as _, StreamBody};
use hyper::{
    HeaderMap, Request, Response,
    body::{Frame, Incoming},
    header::LOCATION,
};
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::JoinHandle;

const OURS: &str = "/v1/uploads";
const THEIRS: &str = "/files";

/// The head of a request about an upload.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Method.
    pub method: String,
    /// Its headers.
    pub headers: HeaderMap,
}

/// Both servers under one address.
pub struct SplitOffice {
    address: SocketAddr,
    sent: Arc<Mutex<Vec<Sent>>>,
    task: JoinHandle<()>,
}

impl SplitOffice {
    /// The bureau at `bureau`, but for uploads, which go to `peer`.
    pub async fn between(bureau: SocketAddr, peer: SocketAddr) -> Self {
        let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
        let notes = sent.clone();
        let (address, task) = serve_http(move |request| {
            let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            let upload = path.strip_prefix(OURS).map(str::to_owned);
            if upload.is_some() {
                let note = Sent { method: request.method().to_string(), headers: request.headers().clone() };
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(note);
            }
            async move {
                match upload {
                    None => pass(bureau, request).await,
                    Some(rest) => to_peer(peer, format!("{THEIRS}{rest}"), request).await,
                }
            }
        })
        .await;
        Self { address, sent, task }
    }

    /// Where a phone finds it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request about uploads, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for SplitOffice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(target: SocketAddr, request: Request<Incoming>) -> Result<Response<Body>, io::Error> {
    let (head, body) = request.into_parts();
    let answer = exchange(target, Request::from_parts(head, streamed(body))).await?;
    Ok(answer.map(streamed))
}

/// Their paths instead of ours, and the other way round in `Location`.
async fn to_peer(
    peer: SocketAddr,
    path: String,
    mut request: Request<Incoming>,
) -> Result<Response<Body>, io::Error> {
    *request.uri_mut() = path.parse().map_err(io::Error::other)?;
    let mut answer = pass(peer, request).await?;
    let theirs =
        answer.headers().get(LOCATION).and_then(|location| location.to_str().ok().map(str::to_owned));
    if let Some(theirs) = theirs {
        let id = theirs.rsplit('/').next().filter(|id| !id.is_empty()).ok_or_else(broken)?;
        let ours = format!("{OURS}/{id}").parse().map_err(io::Error::other)?;
        answer.headers_mut().insert(LOCATION, ours);
    }
    Ok(answer)
}

fn streamed(body: Incoming) -> Body {
    let frames = BodyDataStream::new(body)
        .map(|part: Result<Bytes, _>| part.map(Frame::data).map_err(io::Error::other));
    StreamBody::new(frames).boxed_unsync()
}

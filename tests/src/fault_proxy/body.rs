//! Bodies on their way: counted, cut, changed, kept for later.

use super::server::{Body, broken};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use http_body_util::{BodyDataStream, BodyExt as _, StreamBody};
use hyper::{
    Request,
    body::{Frame, Incoming},
    header::{self, HeaderValue},
    http::request,
};
use std::{fs::File, io, io::Write as _, os::unix::fs::FileExt as _, pin::Pin, sync::Arc};

/// Parts of a body.
pub(super) type Parts = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Tells that a fault happened.
pub(super) type Told = Box<dyn FnOnce() + Send>;

const READ_BYTES: usize = 64 * 1024;

/// The parts of a body that arrives.
pub(super) fn parts_of(body: Incoming) -> Parts {
    Box::pin(BodyDataStream::new(body).map(|part| part.map_err(io::Error::other)))
}

/// A body of these parts.
pub(super) fn body_of(parts: Parts) -> Body {
    StreamBody::new(parts.map(|part| part.map(Frame::data))).boxed_unsync()
}

/// Calls `count` with the length of each part before it goes on.
pub(super) fn counted(parts: Parts, count: impl Fn(u64) + Send + 'static) -> Parts {
    Box::pin(parts.inspect(move |part| {
        if let Ok(bytes) = part {
            count(bytes.len() as u64);
        }
    }))
}

/// Breaks off after so many bytes; a body that is not longer goes through whole.
pub(super) fn cut(parts: Parts, after_bytes: u64, told: Told) -> Parts {
    enum At {
        Before(u64, Told),
        Broken,
    }
    let start = (parts, At::Before(after_bytes, told));
    Box::pin(stream::unfold(start, |(mut parts, at)| async move {
        let At::Before(left, told) = at else { return None };
        let mut bytes = match parts.next().await? {
            Ok(bytes) => bytes,
            Err(error) => return Some((Err(error), (parts, At::Broken))),
        };
        if bytes.len() as u64 <= left {
            let left = left - bytes.len() as u64;
            return Some((Ok(bytes), (parts, At::Before(left, told))));
        }
        if left > 0 {
            bytes.truncate(left as usize);
            // The rest of this part is gone; whatever comes next breaks off at once.
            let rest: Parts = Box::pin(stream::once(async { Ok(Bytes::from_static(b".")) }).chain(parts));
            return Some((Ok(bytes), (rest, At::Before(0, told))));
        }
        // What came before must be on the wire: the other end sees a cut, not silence.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        told();
        Some((Err(broken()), (parts, At::Broken)))
    }))
}

/// Changes one bit of byte `at_bytes`; a shorter body goes through unchanged.
pub(super) fn flip(parts: Parts, at_bytes: u64, told: Told) -> Parts {
    let mut told = Some(told);
    let mut passed: u64 = 0;
    Box::pin(parts.map(move |part| {
        let bytes = part?;
        let from = passed;
        passed += bytes.len() as u64;
        if !(from..passed).contains(&at_bytes) {
            return Ok(bytes);
        }
        let mut changed = bytes.to_vec();
        changed[(at_bytes - from) as usize] ^= 1 << (at_bytes % 8);
        if let Some(told) = told.take() {
            told();
        }
        Ok(changed.into())
    }))
}

/// A whole request, kept: its body is in a file without a name.
#[derive(Clone)]
pub(super) struct Kept {
    parts: request::Parts,
    file: Arc<File>,
    len_bytes: u64,
}

impl Kept {
    /// Reads the whole request.
    pub(super) async fn read(mut parts: request::Parts, mut body: Parts) -> io::Result<Self> {
        let mut file = tempfile::tempfile()?;
        let mut len_bytes = 0;
        while let Some(part) = body.next().await {
            let bytes = part?;
            file.write_all(&bytes)?;
            len_bytes += bytes.len() as u64;
        }
        if len_bytes > 0 || parts.headers.contains_key(header::CONTENT_LENGTH) {
            parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(len_bytes));
        }
        Ok(Self { parts, file: Arc::new(file), len_bytes })
    }

    /// The request, to be sent (again).
    pub(super) fn request(&self) -> Request<Body> {
        Request::from_parts(self.parts.clone(), body_of(self.between(0, self.len_bytes)))
    }

    /// The request whose body halts after so many bytes; `then` decides when the rest follows.
    pub(super) fn request_halting(
        &self,
        at_bytes: u64,
        then: impl Future<Output = ()> + Send + 'static,
    ) -> Request<Body> {
        let at_bytes = at_bytes.min(self.len_bytes);
        let halt = stream::once(then).filter_map(|()| async { None });
        let parts = self.between(0, at_bytes).chain(halt).chain(self.between(at_bytes, self.len_bytes));
        Request::from_parts(self.parts.clone(), body_of(Box::pin(parts)))
    }

    /// Bytes `from..to` of the body.
    fn between(&self, from: u64, to: u64) -> Parts {
        let file = self.file.clone();
        Box::pin(stream::unfold(from, move |at: u64| {
            let file = file.clone();
            async move {
                if at >= to {
                    return None;
                }
                let mut buffer = vec![0; READ_BYTES.min((to - at) as usize)];
                let read = file.read_exact_at(&mut buffer, at);
                let next = at + buffer.len() as u64;
                Some((read.map(|()| Bytes::from(buffer)), next))
            }
        }))
    }
}

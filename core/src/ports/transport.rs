//! HTTP, one request at a time. Never follows redirects: the bureau does not redirect, so whoever does is not the
//! bureau.

use liuhen_record::Digest;
use std::{future::Future, pin::Pin};

/// Request methods used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

/// What is sent.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    Empty,
    /// Bytes in memory; for JSON.
    Bytes(Vec<u8>),
    /// Bytes of a stored file, streamed: `path` as in [`super::Storage`], `len_bytes` from `offset`.
    File {
        /// The file.
        path: String,
        /// First byte.
        offset: u64,
        /// How many bytes.
        len_bytes: u64,
    },
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Method.
    pub method: Method,
    /// Absolute URL.
    pub url: String,
    /// SHA-256 over the server's public key (`SubjectPublicKeyInfo`, DER; RFC 7469 §2.4). Where it is given, the server
    /// must speak TLS and prove to hold exactly this key, and nothing else in its certificate counts (`spec/sync.md`
    /// §1.5); where it is not, the system judges. Whoever sends the request in our place must do the same.
    pub tls_pin: Option<Digest>,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Body,
    /// Give up when nothing moved for this long, milliseconds.
    pub idle_timeout_ms: u64,
    /// An answer longer than this is refused, bytes.
    pub max_answer_bytes: u64,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// Status code.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of that name (given in lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nobody answered at that address.
    #[error("cannot connect")]
    Connect,
    /// The connection broke or stalled.
    #[error("connection lost")]
    Lost,
    /// The other side did not prove its identity (TLS).
    #[error("the server's certificate was refused")]
    Identity,
    /// The answer was a redirect, too long, or not HTTP.
    #[error("unusable answer: {0}")]
    Answer(&'static str),
    /// The address is one that must not be spoken to: plain `http` to another machine, or not a URL.
    #[error("refused address: {0}")]
    Address(&'static str),
    /// The file to send could not be read.
    #[error("the file to send could not be read")]
    File,
}

/// A request under way.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends requests.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for the whole answer.
    fn send(&self, request: Request) -> Answer<'_>;
}

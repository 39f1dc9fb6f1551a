//! HTTP/1.1 and HTTP/2 by reqwest, TLS by rustls with ring.
//!
//! Nothing is taken from the environment: no proxies, no redirects, no cookies. Plain `http` is spoken to this very
//! machine only (tests, the demo); everybody else must prove who they are, and whoever is pinned must prove that key.
//! Connections are never shared between pins. Files are sent in small chunks straight
//! from the [`Storage`], so memory stays flat however long they are; answers have a bound.

use super::pinned_key::PinnedKey;
use crate::ports::{Answer, Body, Method, Request, Response, Storage, StoredFile, Transport, TransportError};
use liuhen_record::Digest;
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore, crypto::CryptoProvider, pki_types};
use std::{
    error::Error,
    future::Future,
    io,
    net::IpAddr,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How much of a file is held in memory at a time, bytes.
const FILE_CHUNK_BYTES: u64 = 128 * 1024;
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// A whole answer may take this many idle time-outs: a server that drips one byte now and then is not waited for.
const ANSWER_IDLE_TIMEOUTS: u32 = 4;

/// Whom TLS believes.
#[derive(Debug, Clone)]
pub enum Trust {
    /// The certificates that the operating system trusts.
    System,
    /// Only these, as PEM text: the bureau's own authority.
    Only(String),
    /// Nobody: nothing is known yet.
    Nobody,
}

/// Why no transport could be made.
#[derive(Debug, thiserror::Error)]
pub enum HttpSetupError {
    /// The PEM text holds no usable certificate.
    #[error("no usable certificate in the text given")]
    Certificates,
    /// TLS could not be set up.
    #[error("tls: {0}")]
    Tls(#[from] rustls::Error),
    /// The HTTP client could not be set up.
    #[error("http: {0}")]
    Client(#[from] reqwest::Error),
}

/// Pins whose connections are kept: a phone has one bureau, and two while it moves.
const MOST_PINS: usize = 4;

/// Sends requests over the real network.
pub struct HttpTransport {
    client: reqwest::Client,
    pinned: Mutex<Vec<(Digest, reqwest::Client)>>,
    storage: Arc<dyn Storage>,
}

impl HttpTransport {
    /// A transport that sends files of `storage` and believes `trust`.
    ///
    /// # Errors
    /// [`HttpSetupError`].
    pub fn new(storage: Arc<dyn Storage>, trust: &Trust) -> Result<Self, HttpSetupError> {
        Ok(Self { client: client(tls(trust)?)?, pinned: Mutex::default(), storage })
    }

    /// The client for servers that prove `pin`; the oldest pin is forgotten when there are too many.
    fn client_for(&self, pin: Option<Digest>) -> Result<reqwest::Client, HttpSetupError> {
        let Some(pin) = pin else { return Ok(self.client.clone()) };
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = pinned.iter().find(|(known, _)| *known == pin) {
            return Ok(known.clone());
        }
        let made = client(tls_pinned(pin)?)?;
        if pinned.len() == MOST_PINS {
            pinned.remove(0);
        }
        pinned.push((pin, made.clone()));
        Ok(made)
    }

    async fn exchange(&self, request: Request) -> Result<Response, TransportError> {
        let url = checked_url(&request.url, request.tls_pin.is_some())?;
        let idle = Duration::from_millis(request.idle_timeout_ms);
        let client = self.client_for(request.tls_pin);
        let client = client.map_err(|_| TransportError::Address("no tls for this pin"))?;
        let mut builder = client.request(method(request.method), url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let moved = Arc::new(AtomicU64::new(0));
        let unreadable = Arc::new(AtomicBool::new(false));
        builder = match request.body {
            Body::Empty => builder,
            Body::Bytes(bytes) => builder.body(bytes),
            Body::File { path, offset, len_bytes } => {
                let file = self.storage.open(&path).map_err(|_| TransportError::File)?;
                let source = FileSource {
                    file,
                    offset,
                    left: len_bytes,
                    moved: moved.clone(),
                    unreadable: unreadable.clone(),
                };
                builder.header("content-length", len_bytes).body(source.into_body())
            }
        };
        let answer = while_moving(builder.send(), &moved, idle).await?;
        let answer = answer.map_err(|error| {
            if unreadable.load(Ordering::Relaxed) { TransportError::File } else { classify(&error) }
        })?;
        if answer.status().is_redirection() {
            return Err(TransportError::Answer("redirect"));
        }
        let whole = collect(answer, idle, request.max_answer_bytes);
        tokio::time::timeout(idle * ANSWER_IDLE_TIMEOUTS, whole).await.map_err(|_| TransportError::Lost)?
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request) -> Answer<'_> {
        Box::pin(self.exchange(request))
    }
}

fn client(tls: ClientConfig) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(CONNECT_TIMEOUT)
        .user_agent(concat!("liuhen/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// What is offered by ALPN, best first.
fn protocols() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}

/// TLS that believes the holder of one key and nobody else.
fn tls_pinned(pin: Digest) -> Result<ClientConfig, HttpSetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(PinnedKey::new(pin, &provider));
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    config.alpn_protocols = protocols();
    Ok(config)
}

/// TLS with ring as its only provider, given explicitly: no process-wide default is needed or touched.
fn tls(trust: &Trust) -> Result<ClientConfig, HttpSetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
    let mut config = match trust {
        Trust::Only(pem) => builder.with_root_certificates(roots(pem)?),
        Trust::Nobody => builder.with_root_certificates(RootCertStore::empty()),
        Trust::System => match system_verifier(&provider) {
            Some(verifier) => builder.dangerous().with_custom_certificate_verifier(verifier),
            // A machine without any trusted certificate believes nobody; it can still talk to itself.
            None => builder.with_root_certificates(RootCertStore::empty()),
        },
    }
    .with_no_client_auth();
    config.alpn_protocols = protocols();
    Ok(config)
}

fn system_verifier(provider: &Arc<CryptoProvider>) -> Option<Arc<rustls_platform_verifier::Verifier>> {
    rustls_platform_verifier::Verifier::new(provider.clone()).ok().map(Arc::new)
}

fn roots(pem: &str) -> Result<RootCertStore, HttpSetupError> {
    use pki_types::pem::PemObject;
    let mut store = RootCertStore::empty();
    for certificate in pki_types::CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| HttpSetupError::Certificates)?;
        store.add(certificate).map_err(|_| HttpSetupError::Certificates)?;
    }
    if store.is_empty() { Err(HttpSetupError::Certificates) } else { Ok(store) }
}

/// Refuses every address but `https`, and `http` to this machine unless a key is demanded.
fn checked_url(text: &str, pinned: bool) -> Result<reqwest::Url, TransportError> {
    let url = reqwest::Url::parse(text).map_err(|_| TransportError::Address("not a url"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(TransportError::Address("a url must not carry a password"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if pinned => Err(TransportError::Address("whose key is pinned speaks https only")),
        "http" if is_this_machine(url.host_str().unwrap_or_default()) => Ok(url),
        "http" => Err(TransportError::Address("plain http is spoken to this machine only; use https")),
        _ => Err(TransportError::Address("only https is spoken")),
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|ip| ip.is_loopback())
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// A part of a stored file on its way out.
struct FileSource {
    file: Box<dyn StoredFile>,
    offset: u64,
    left: u64,
    /// Counts the bytes taken, to tell a slow network from a dead one.
    moved: Arc<AtomicU64>,
    unreadable: Arc<AtomicBool>,
}

impl FileSource {
    fn into_body(self) -> reqwest::Body {
        let chunks = futures_util::stream::try_unfold(self, |mut source| async move {
            if source.left == 0 {
                return Ok(None);
            }
            match source.next_chunk() {
                Ok(chunk) => Ok(Some((chunk, source))),
                Err(error) => {
                    source.unreadable.store(true, Ordering::Relaxed);
                    Err(error)
                }
            }
        });
        reqwest::Body::wrap_stream(chunks)
    }

    /// Reads on the caller's thread: a chunk is small and was usually written moments ago.
    fn next_chunk(&mut self) -> io::Result<Vec<u8>> {
        let mut chunk = vec![0; self.left.min(FILE_CHUNK_BYTES) as usize];
        let got = self.file.read_at(self.offset, &mut chunk)?;
        if got == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        chunk.truncate(got);
        self.offset += got as u64;
        self.left -= got as u64;
        self.moved.fetch_add(got as u64, Ordering::Relaxed);
        Ok(chunk)
    }
}

/// Waits for `future`, but gives up when a whole idle time-out passes in which nothing moved.
async fn while_moving<F: Future>(
    future: F,
    moved: &AtomicU64,
    idle: Duration,
) -> Result<F::Output, TransportError> {
    let mut future = pin!(future);
    let mut seen = moved.load(Ordering::Relaxed);
    loop {
        if let Ok(output) = tokio::time::timeout(idle, &mut future).await {
            return Ok(output);
        }
        let now = moved.load(Ordering::Relaxed);
        if now == seen {
            return Err(TransportError::Lost);
        }
        seen = now;
    }
}

async fn collect(
    mut answer: reqwest::Response,
    idle: Duration,
    max_answer_bytes: u64,
) -> Result<Response, TransportError> {
    const TOO_LONG: TransportError = TransportError::Answer("longer than allowed");
    let status = answer.status().as_u16();
    let named = answer.headers().iter();
    let headers =
        named.filter_map(|(n, v)| Some((n.as_str().to_owned(), v.to_str().ok()?.to_owned()))).collect();
    // The length is announced for HEAD too, where nothing follows: only what arrives counts.
    let mut body = Vec::new();
    loop {
        let chunk = tokio::time::timeout(idle, answer.chunk()).await.map_err(|_| TransportError::Lost)?;
        let Some(chunk) = chunk.map_err(|error| classify(&error))? else { break };
        if (body.len() + chunk.len()) as u64 > max_answer_bytes {
            return Err(TOO_LONG);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body })
}

fn classify(error: &reqwest::Error) -> TransportError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if is_tls(inner) {
            return TransportError::Identity;
        }
        cause = inner.source();
    }
    if error.is_builder() {
        TransportError::Address("unusable request")
    } else if error.is_connect() || error.is_timeout() {
        TransportError::Connect
    } else {
        TransportError::Lost
    }
}

/// Certificates that do not verify, and servers that do not speak TLS where they must. TLS errors travel inside I/O
/// errors inside I/O errors, whose `source` skips what they carry.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || carried.is_some_and(|carried| is_tls(carried))
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;

//! What the bureau asks of others: witnesses and time-stamping authorities, by HTTP. What they answer is verified by
//! its signature, and what they are sent is public: plain `http` gives nothing away.

use reqwest::{StatusCode, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};
use std::{sync::Arc, time::Duration};

/// A whole exchange.
const TIME_OUT: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The client could not be set up.
    #[error("no HTTP client could be set up: {0}")]
    Setup(String),
    /// No connection, or it broke off, or it took too long.
    #[error("out of reach: {0}")]
    Unreachable(#[from] reqwest::Error),
    /// The answer is longer than such an answer can be.
    #[error("the answer is too long")]
    TooLong,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Vec<u8>,
}

/// An HTTP client without proxies, redirects and cookies; TLS believes what the operating system believes.
#[derive(Clone)]
pub struct Outgoing(reqwest::Client);

impl Outgoing {
    /// A client.
    ///
    /// # Errors
    /// [`OutgoingError::Setup`].
    pub fn new() -> Result<Self, OutgoingError> {
        let setup = |error: &dyn std::fmt::Display| OutgoingError::Setup(error.to_string());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| setup(&error))?;
        let tls = match rustls_platform_verifier::Verifier::new(provider) {
            Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
            // A machine without any trusted certificate believes nobody; plain http still works.
            Err(_) => builder.with_root_certificates(RootCertStore::empty()),
        };
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.with_no_client_auth())
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .timeout(TIME_OUT)
            .user_agent(concat!("liuhen-bureau/", env!("CARGO_PKG_VERSION")))
            .build();
        client.map(Self).map_err(|error| setup(&error))
    }

    /// Posts `body` and reads an answer of at most `max_bytes`.
    ///
    /// # Errors
    /// [`OutgoingError`].
    pub async fn post(
        &self,
        url: &str,
        content_type: &'static str,
        body: Vec<u8>,
        max_bytes: usize,
    ) -> Result<Answer, OutgoingError> {
        let request = self.0.post(url).header("content-type", content_type).body(body);
        let mut response = request.send().await?;
        let (status, mut body) = (response.status(), Vec::new());
        while let Some(part) = response.chunk().await? {
            if body.len() + part.len() > max_bytes {
                return Err(OutgoingError::TooLong);
            }
            body.extend_from_slice(&part);
        }
        Ok(Answer { status, body })
    }
}

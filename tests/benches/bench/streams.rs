//! HTTP/2 over TLS to a bureau, as phones speak it, with every request in the caller's hand: many at once on one connection,
//! each advanced part by part.

use crate::Outcome;
use axum::http::Request;
use bytes::Bytes;
use h2::SendStream;
use h2::client::{ResponseFuture, SendRequest};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::future::poll_fn;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A bureau's address, and its certificate, in which alone we believe.
pub struct Streams {
    url: String,
    connector: TlsConnector,
}

impl Streams {
    /// To the bureau at `https://127.0.0.1:port`, whose data lie in `dir`.
    pub fn to(url: &str, dir: &Path) -> Outcome<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(dir.join("keys/tls-certificate.pem"))?)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { url: url.to_owned(), connector: TlsConnector::from(Arc::new(config)) })
    }

    /// A new connection, whose frames a task of its own moves.
    pub async fn connect(&self) -> Outcome<Connected> {
        let stream = TcpStream::connect(self.url.trim_start_matches("https://")).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let stream = self.connector.connect(name, stream).await?;
        let (requests, connection) = h2::client::handshake(stream).await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(Connected { requests, url: self.url.clone() })
    }
}

/// A connection.
pub struct Connected {
    requests: SendRequest<Bytes>,
    url: String,
}

impl Connected {
    /// Begins a POST whose body of `len_bytes` the caller will send; waits while the server allows no more streams.
    pub async fn begin(&mut self, path: &str, headers: &[(&str, String)], len_bytes: u64) -> Outcome<Begun> {
        let mut request = Request::post(format!("{}{path}", self.url)).header("content-length", len_bytes);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        poll_fn(|context| self.requests.poll_ready(context)).await?;
        let (answer, body) = self.requests.send_request(request.body(())?, false)?;
        Ok(Begun { answer, body })
    }
}

/// A request under way.
pub struct Begun {
    answer: ResponseFuture,
    body: SendStream<Bytes>,
}

impl Begun {
    /// Sends a part of the body as far as the server's windows allow, until all of it is sent.
    pub async fn send(&mut self, mut part: Bytes) -> Outcome<()> {
        while !part.is_empty() {
            self.body.reserve_capacity(part.len());
            let room = poll_fn(|context| self.body.poll_capacity(context)).await;
            let room = room.ok_or("the server wants no more of the body")??;
            self.body.send_data(part.split_to(room.min(part.len())), false)?;
        }
        Ok(())
    }

    /// Ends the body; the status of the answer.
    pub async fn end(mut self) -> Outcome<u16> {
        self.body.send_data(Bytes::new(), true)?;
        Ok(self.answer.await?.status().as_u16())
    }
}

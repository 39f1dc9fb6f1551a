//! HTTP/2 over TLS to a bureau: by a client that keeps the rules, and frame by frame (RFC 9113 §4) by one that does not.

use axum::body::Bytes;
use h2::{Reason, client::SendRequest};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};
use tokio_rustls::TlsConnector;

/// How a connection begins (RFC 9113 §3.4), with an empty SETTINGS frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Types of frames (RFC 9113 §6).
pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;
/// The flag of HEADERS and CONTINUATION that says that no more headers follow.
pub const END_HEADERS: u8 = 4;

/// Believes the certificate that the bureau made in this data folder, and nobody else.
fn tls(data_dir: &Path, protocols: &[&[u8]]) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(data_dir.join("keys/tls-certificate.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    config
}

fn name() -> ServerName<'static> {
    ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST))
}

fn address(url: &str) -> &str {
    url.trim_start_matches("https://")
}

/// A client for everyday requests.
pub fn client(data_dir: &Path) -> reqwest::Client {
    let config = tls(data_dir, &[b"h2", b"http/1.1"]);
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    builder.tls_backend_preconfigured(config).build().unwrap()
}

/// A connection on which requests are in the caller's hand.
pub async fn connect(url: &str, data_dir: &Path) -> SendRequest<Bytes> {
    let stream = tokio::net::TcpStream::connect(address(url)).await.unwrap();
    let connector = TlsConnector::from(Arc::new(tls(data_dir, &[b"h2"])));
    let stream = connector.connect(name(), stream).await.unwrap();
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    requests
}

/// A frame that came.
#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frame {
    /// The reason of a RST_STREAM or GOAWAY.
    pub fn reason(&self) -> Option<Reason> {
        let at = match self.kind {
            RST_STREAM => 0,
            GOAWAY => 4,
            _ => return None,
        };
        Some(u32::from_be_bytes(self.payload.get(at..at + 4)?.try_into().ok()?).into())
    }
}

/// A frame as it is sent (RFC 9113 §4.1).
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![len[1], len[2], len[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A connection that keeps no rule but the form of frames.
pub struct Frames(StreamOwned<ClientConnection, TcpStream>);

impl Frames {
    pub fn connect(url: &str, data_dir: &Path) -> Self {
        let stream = TcpStream::connect(address(url)).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        let connection = ClientConnection::new(Arc::new(tls(data_dir, &[b"h2"])), name()).unwrap();
        let mut frames = Self(StreamOwned::new(connection, stream));
        frames.0.write_all(PREFACE).unwrap();
        frames
    }

    /// Sends frames as they are, together.
    pub fn send(&mut self, frames: &[u8]) -> io::Result<()> {
        self.0.write_all(frames)
    }

    /// The next frame; `None` when the server closed.
    pub fn next(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.0.read_exact(&mut head).ok()?;
        let [high, middle, low, kind, _flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, high, middle, low]) as usize];
        self.0.read_exact(&mut payload).ok()?;
        Some(Frame { kind, stream: u32::from_be_bytes(stream), payload })
    }
}

/// Headers as they are written without any table (RFC 7541 §6.2.2).
pub fn headers(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        for text in [name, value] {
            integer(&mut block, text.len());
            block.extend(text.as_bytes());
        }
    }
    block
}

/// An integer with a prefix of seven bits (RFC 7541 §5.1).
fn integer(block: &mut Vec<u8>, value: usize) {
    if value < 127 {
        block.push(value as u8);
        return;
    }
    block.push(127);
    let mut left = value - 127;
    while left >= 128 {
        block.push((left % 128) as u8 | 128);
        left /= 128;
    }
    block.push(left as u8);
}

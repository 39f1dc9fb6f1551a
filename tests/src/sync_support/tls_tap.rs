//! Somebody between phone and bureau who speaks TLS to both and passes on what he hears: with the bureau's own key, to
//! see what is spoken; with another one, as an impostor with the bureau behind him.

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use std::{
    fs, io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// How a connection by HTTP/2 begins (RFC 9113 §3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// A certificate and its key, PEM.
#[derive(Debug, Clone)]
pub struct Face {
    /// The certificate.
    pub certificate: String,
    /// The key.
    pub key: String,
}

impl Face {
    /// The bureau's own, made by itself in this data folder.
    pub fn of_bureau(data_dir: &Path) -> Self {
        let read = |name: &str| fs::read_to_string(data_dir.join("keys").join(name)).expect("readable");
        Self { certificate: read("tls-certificate.pem"), key: read("tls-key.pem") }
    }

    /// Somebody else's, for the same address and valid.
    pub fn impostor() -> Self {
        let key = KeyPair::generate().expect("a key");
        Self::make("127.0.0.1", 2120, &key)
    }

    /// The same key in a certificate for another name, which ended in 2001.
    #[must_use]
    pub fn expired(&self) -> Self {
        Self::make("elsewhere.example", 2001, &KeyPair::from_pem(&self.key).expect("a key"))
    }

    fn make(name: &str, last_year: i32, key: &KeyPair) -> Self {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(last_year, 1, 1);
        Self { certificate: params.self_signed(key).expect("signed").pem(), key: key.serialize_pem() }
    }

    fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![CertificateDer::from_pem_slice(self.certificate.as_bytes()).expect("a certificate")]
    }
}

/// One connection of a phone that agreed on TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tapped {
    /// What phone and tap agreed on by ALPN, and tap and bureau after them.
    pub alpn: String,
    /// Whether the phone began as HTTP/2 begins.
    pub began_as_http2: bool,
}

/// A running tap.
pub struct TlsTap {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Tapped>>>,
    accepting: JoinHandle<()>,
}

impl TlsTap {
    /// Stands before the bureau at `behind`, whose own certificate is `bureau`, shows `face` and offers `alpn`.
    pub async fn start(behind: SocketAddr, bureau: &Face, face: &Face, alpn: &[&str]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("bound");
        let address = listener.local_addr().expect("bound");
        let acceptor = TlsAcceptor::from(Arc::new(server(face, alpn)));
        let (seen, roots) = (Arc::new(Mutex::new(Vec::new())), Arc::new(roots(bureau)));
        let kept = seen.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, roots, seen) = (acceptor.clone(), roots.clone(), kept.clone());
                tokio::spawn(async move {
                    // Whoever does not believe our face hangs up.
                    let _ended = tap(stream, acceptor, behind, &roots, &seen).await;
                });
            }
        });
        Self { address, seen, accepting }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The connections on which something was said.
    pub fn seen(&self) -> Vec<Tapped> {
        self.seen.lock().expect("not poisoned").clone()
    }
}

impl Drop for TlsTap {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// What the bureau at `address`, whose own certificate is `bureau`, chooses by ALPN of what a client offers.
pub async fn chosen_alpn(address: SocketAddr, bureau: &Face, offered: &[&str]) -> String {
    let offered = offered.iter().map(|name| name.as_bytes().to_vec());
    let connector = TlsConnector::from(Arc::new(client(&roots(bureau), offered)));
    let server = ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let stream = TcpStream::connect(address).await.expect("it listens");
    let agreed = connector.connect(server, stream).await.expect("it proves its key");
    String::from_utf8_lossy(agreed.get_ref().1.alpn_protocol().unwrap_or_default()).into_owned()
}

async fn tap(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    behind: SocketAddr,
    roots: &RootCertStore,
    seen: &Mutex<Vec<Tapped>>,
) -> io::Result<()> {
    let mut phone = acceptor.accept(stream).await?;
    let alpn = phone.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    let mut first = vec![0; PREFACE.len()];
    phone.read_exact(&mut first).await?;
    let name = String::from_utf8_lossy(alpn.as_deref().unwrap_or_default()).into_owned();
    seen.lock().expect("not poisoned").push(Tapped { alpn: name, began_as_http2: first == PREFACE });
    let connector = TlsConnector::from(Arc::new(client(roots, alpn)));
    let server = ServerName::from(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let mut bureau = connector.connect(server, TcpStream::connect(behind).await?).await?;
    bureau.write_all(&first).await?;
    tokio::io::copy_bidirectional(&mut phone, &mut bureau).await?;
    Ok(())
}

fn server(face: &Face, alpn: &[&str]) -> ServerConfig {
    let key = PrivateKeyDer::from_pem_slice(face.key.as_bytes()).expect("a key");
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(face.chain(), key)
        .expect("a pair");
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

fn roots(bureau: &Face) -> RootCertStore {
    let mut store = RootCertStore::empty();
    for certificate in bureau.chain() {
        store.add(certificate).expect("an anchor");
    }
    store
}

fn client(roots: &RootCertStore, alpn: impl IntoIterator<Item = Vec<u8>>) -> ClientConfig {
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots.clone())
        .with_no_client_auth();
    config.alpn_protocols = alpn.into_iter().collect();
    config
}

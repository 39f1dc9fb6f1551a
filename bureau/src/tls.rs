//! The bureau's own TLS: rustls with ring, HTTP/2 and HTTP/1.1 by ALPN. Phones pin the key (`spec/sync.md` §1.5), so a
//! certificate that signs itself is as good as any; browsers of the console judge it as they judge every certificate.

use crate::{
    durable,
    store::{self, Ledger, LedgerStore, StoreError},
};
use liuhen_record::Digest;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::ParsedCertificate,
};
use std::{
    fs, io,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// A certificate of our own names no end: who pins the key does not look at it, and a browser is told once. RFC 5280
/// §4.1.2.5 writes "no well-defined expiration" so.
const LAST_YEAR: i32 = 9999;
/// Of the days on which it is made everywhere on earth, the first.
const FIRST_YEAR: i32 = 2020;
/// The setting that holds the pin while the bureau speaks TLS; empty while it does not.
const PIN: &str = "tls_pin";

/// Where the certificate and its key come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsSource {
    /// Files, PEM: the certificate with its chain, and its key.
    Files {
        /// The certificate, then those that issued it.
        certificate: PathBuf,
        /// The key: PKCS #8, SEC 1 or PKCS #1.
        key: PathBuf,
    },
    /// `keys/tls-certificate.pem` and `keys/tls-key.pem` in the data folder, made at the first start.
    Own {
        /// Names and addresses under which people's browsers reach the console; `localhost` and the address listened on
        /// besides.
        names: Vec<String>,
    },
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("{}: {error}", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The file system's error.
        error: io::Error,
    },
    /// The file holds no certificate, or none that reads.
    #[error("{}: no certificate in PEM", .0.display())]
    Certificate(PathBuf),
    /// The file holds no private key.
    #[error("{}: no private key in PEM", .0.display())]
    Key(PathBuf),
    /// Certificate and key do not belong together, or cannot be used.
    #[error("certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// No certificate could be made.
    #[error("no certificate could be made: {0}")]
    Make(#[from] rcgen::Error),
}

/// A certificate with its key, ready to serve.
#[derive(Clone)]
pub struct TlsIdentity {
    pub(crate) config: Arc<ServerConfig>,
    pin: Digest,
}

impl TlsIdentity {
    /// Reads it, or makes it where it is our own and not there yet. `keys` is the folder of keys, `listens_on` the
    /// address of the server.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn open(source: &TlsSource, keys: &Path, listens_on: IpAddr) -> Result<Self, TlsError> {
        match source {
            TlsSource::Files { certificate, key } => Self::read(certificate, key),
            TlsSource::Own { names } => {
                let (certificate, key) = (keys.join("tls-certificate.pem"), keys.join("tls-key.pem"));
                if !certificate.exists() {
                    make(names, listens_on, &certificate, &key)?;
                }
                Self::read(&certificate, &key)
            }
        }
    }

    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let pem = read(certificate)?;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let chain = chain.map_err(|_| TlsError::Certificate(certificate.to_owned()))?;
        let first = chain.first().ok_or_else(|| TlsError::Certificate(certificate.to_owned()))?;
        let pin = Digest::of(&ParsedCertificate::try_from(first)?.subject_public_key_info());
        let secret = PrivateKeyDer::from_pem_slice(&read(key)?);
        let secret = secret.map_err(|_| TlsError::Key(key.to_owned()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(chain, secret)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), pin })
    }

    /// SHA-256 over the public key (`SubjectPublicKeyInfo`, DER).
    pub fn pin(&self) -> Digest {
        self.pin
    }
}

fn read(file: &Path) -> Result<zeroize::Zeroizing<Vec<u8>>, TlsError> {
    fs::read(file).map(Into::into).map_err(|error| TlsError::File { file: file.to_owned(), error })
}

/// Makes a key and a certificate that signs itself. The key comes first: a certificate without it is never found.
fn make(names: &[String], listens_on: IpAddr, certificate: &Path, key: &Path) -> Result<(), TlsError> {
    let mut all = names.to_vec();
    all.push("localhost".to_owned());
    if !listens_on.is_unspecified() {
        all.push(listens_on.to_string());
    }
    all.sort();
    all.dedup();
    let mut params = CertificateParams::new(all)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, "Liuhen bureau");
    params.distinguished_name = subject;
    params.not_before = rcgen::date_time_ymd(FIRST_YEAR, 1, 1);
    params.not_after = rcgen::date_time_ymd(LAST_YEAR, 12, 31);
    let pair = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let made = params.self_signed(&pair)?;
    let secret = zeroize::Zeroizing::new(pair.serialize_pem());
    let keep = |file: &Path, text: &str| {
        let kept = file.parent().map_or(Ok(()), durable::make_dir);
        let kept = kept.and_then(|()| durable::replace_file(file, text.as_bytes()));
        kept.map_err(|error| TlsError::File { file: file.to_owned(), error })
    };
    keep(key, &secret)?;
    keep(certificate, &made.pem())
}

/// Writes down the pin for codes made from now on, also by commands beside the server; `None` when it speaks no TLS.
pub(crate) fn put_pin(ledger: &dyn LedgerStore, pin: Option<Digest>) -> Result<(), StoreError> {
    let text = pin.map(|pin| pin.to_string()).unwrap_or_default();
    store::write(ledger, |rows| rows.put_setting(PIN, &text))
}

/// The pin that codes carry; `None` when the server speaks no TLS of its own.
pub(crate) fn pin(rows: &dyn Ledger) -> Result<Option<Digest>, StoreError> {
    Ok(rows.setting(PIN)?.and_then(|text| text.parse().ok()))
}

//! A transfer service of the system that carries pieces while the program sleeps.

use crate::failure::PlatformFailure;

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Header {
    /// Its name, lower case.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One request that carries one whole piece. It may be sent again as it is, as often as needed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TransferTask {
    /// Its name; the same after a restart. Kept beside the transfer.
    pub key: String,
    /// POST.
    pub method: String,
    /// Where to.
    pub url: String,
    /// Headers.
    pub headers: Vec<Header>,
    /// SHA-256 of the only TLS key (`SubjectPublicKeyInfo`) that may answer, 64 hexadecimal digits; whoever shows
    /// another is not spoken to.
    pub tls_pin: Option<String>,
    /// The file that holds the body.
    pub path: String,
    /// First byte of the body in it.
    pub offset: u64,
    /// Length of the body, bytes.
    pub len_bytes: u64,
    /// Whether it may go over a network that costs money, as the officer allowed; the service keeps that for as long as it carries
    /// the piece.
    pub allow_metered: bool,
}

/// Starts transfers. What became of each is told to the core afterwards.
#[uniffi::export(with_foreign)]
#[async_trait::async_trait]
pub trait Transfer: Send + Sync {
    /// Hands a request to the system.
    async fn start(&self, task: TransferTask) -> Result<(), PlatformFailure>;
}

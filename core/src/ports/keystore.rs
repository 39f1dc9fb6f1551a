//! Keys that do not leave their place: Android Keystore, the Secure Enclave, or software on a desktop.

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// No key under this name.
    #[error("no such key")]
    Missing,
    /// The platform needs the officer to unlock first.
    #[error("locked")]
    Locked,
    /// Wrapped bytes that were not wrapped by this key, or were changed.
    #[error("the wrapped bytes do not open")]
    Wrapped,
    /// The platform failed.
    #[error("keystore: {0}")]
    Platform(String),
}

/// Named keys. Names are our own ids, at most 64 characters of `[a-z0-9-]`.
pub trait Keystore: Send + Sync {
    /// Makes a P-256 signing key; returns its DER `SubjectPublicKeyInfo`. An existing key of that name is kept and
    /// its public key returned.
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError>;
    /// The DER `SubjectPublicKeyInfo` of a signing key.
    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError>;
    /// DER ECDSA signature with SHA-256 over `message`.
    fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, KeystoreError>;
    /// Makes a wrapping key (AES-256-GCM class); an existing one is kept.
    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError>;
    /// Wraps a few bytes under a wrapping key.
    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError>;
    /// Unwraps what [`Keystore::wrap`] gave.
    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError>;
    /// Destroys a key: everything wrapped under it becomes unreadable here. Idempotent.
    fn erase(&self, name: &str) -> Result<(), KeystoreError>;
    /// Where keys live: `software`, `strongbox`, `tee`, `secure_enclave`.
    fn kind(&self) -> &'static str;
}

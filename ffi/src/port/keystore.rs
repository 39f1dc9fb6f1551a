//! Keys that do not leave their place.

use crate::failure::PlatformFailure;
use liuhen_core::ports::{self, KeystoreError};
use std::sync::Arc;

/// Where keys live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum KeystoreKind {
    /// Software.
    Software,
    /// A chip of their own on Android.
    Strongbox,
    /// The trusted environment of Android.
    Tee,
    /// Apple's.
    SecureEnclave,
}

/// Named keys; names are of `[a-z0-9-]`, at most 64 of them.
#[uniffi::export(with_foreign)]
pub trait Keystore: Send + Sync {
    /// Makes a P-256 signing key and returns its DER `SubjectPublicKeyInfo`; an existing key is kept.
    fn make_signing_key(&self, name: String) -> Result<Vec<u8>, PlatformFailure>;
    /// The DER `SubjectPublicKeyInfo` of a signing key.
    fn public_key(&self, name: String) -> Result<Vec<u8>, PlatformFailure>;
    /// DER ECDSA signature with SHA-256 over `payload`.
    fn sign(&self, name: String, payload: Vec<u8>) -> Result<Vec<u8>, PlatformFailure>;
    /// Makes an AES-256-GCM wrapping key; an existing one is kept.
    fn make_wrapping_key(&self, name: String) -> Result<(), PlatformFailure>;
    /// Wraps a few bytes.
    fn wrap(&self, name: String, plain: Vec<u8>) -> Result<Vec<u8>, PlatformFailure>;
    /// Unwraps what `wrap` gave.
    fn unwrap(&self, name: String, wrapped: Vec<u8>) -> Result<Vec<u8>, PlatformFailure>;
    /// Destroys a key; one that is not there is no failure.
    fn erase(&self, name: String) -> Result<(), PlatformFailure>;
    /// Where keys live.
    fn kind(&self) -> Result<KeystoreKind, PlatformFailure>;
}

pub(crate) struct KeystorePort {
    keystore: Arc<dyn Keystore>,
    kind: &'static str,
}

fn failed(failure: PlatformFailure) -> KeystoreError {
    match failure {
        PlatformFailure::KeyMissing => KeystoreError::Missing,
        PlatformFailure::KeyLocked => KeystoreError::Locked,
        PlatformFailure::WrappedBroken => KeystoreError::Wrapped,
        other => KeystoreError::Platform(other.to_string()),
    }
}

impl KeystorePort {
    /// Asks once where keys live.
    pub fn open(keystore: Arc<dyn Keystore>) -> Result<Self, KeystoreError> {
        let kind = match keystore.kind().map_err(failed)? {
            KeystoreKind::Software => "software",
            KeystoreKind::Strongbox => "strongbox",
            KeystoreKind::Tee => "tee",
            KeystoreKind::SecureEnclave => "secure_enclave",
        };
        Ok(Self { keystore, kind })
    }
}

impl ports::Keystore for KeystorePort {
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.keystore.make_signing_key(name.to_owned()).map_err(failed)
    }

    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        self.keystore.public_key(name.to_owned()).map_err(failed)
    }

    fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.keystore.sign(name.to_owned(), message.to_vec()).map_err(failed)
    }

    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError> {
        self.keystore.make_wrapping_key(name.to_owned()).map_err(failed)
    }

    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.keystore.wrap(name.to_owned(), plain.to_vec()).map_err(failed)
    }

    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        self.keystore.unwrap(name.to_owned(), wrapped.to_vec()).map_err(failed)
    }

    fn erase(&self, name: &str) -> Result<(), KeystoreError> {
        self.keystore.erase(name.to_owned()).map_err(failed)
    }

    fn kind(&self) -> &'static str {
        self.kind
    }
}

//! Device signatures: detached DER ECDSA P-256 with SHA-256 over a record's exact bytes, as Android Keystore
//! (`SHA256withECDSA`) and the Secure Enclave (`derRepresentation`) give them and
//! `openssl dgst -sha256 -verify KEY.pem -signature REC.sig REC.json` checks them.

use crate::DeviceId;
use base64::{Engine, engine::general_purpose::STANDARD};

/// DER prefix of a P-256 `SubjectPublicKeyInfo` (RFC 5480 §2): everything before the 65-byte uncompressed point.
const SPKI_P256_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86,
    0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// Why a key or a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Not a PEM or DER P-256 public key with an uncompressed point.
    #[error("not a P-256 public key")]
    Key,
    /// The signature does not verify.
    #[error("the signature does not verify")]
    Signature,
}

/// A device's public key: P-256, uncompressed point.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceKey {
    point: [u8; 65],
}

impl std::fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DeviceKey({})", self.device())
    }
}

impl DeviceKey {
    /// From the 65 bytes of an uncompressed point (SEC 1 §2.3.3): `04 ‖ X ‖ Y`.
    ///
    /// # Errors
    /// [`SignError::Key`] when it is not such a point.
    pub fn from_point(point: &[u8]) -> Result<Self, SignError> {
        let point: [u8; 65] = point.try_into().map_err(|_| SignError::Key)?;
        if point[0] != 4 {
            return Err(SignError::Key);
        }
        Ok(Self { point })
    }

    /// From a DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`SignError::Key`].
    pub fn from_spki(der: &[u8]) -> Result<Self, SignError> {
        Self::from_point(der.strip_prefix(&SPKI_P256_PREFIX).ok_or(SignError::Key)?)
    }

    /// From PEM text (RFC 7468, label `PUBLIC KEY`).
    ///
    /// # Errors
    /// [`SignError::Key`].
    pub fn from_pem(pem: &str) -> Result<Self, SignError> {
        let body = pem.trim().strip_prefix(PEM_BEGIN).and_then(|rest| rest.strip_suffix(PEM_END));
        let text: String = body.ok_or(SignError::Key)?.split_ascii_whitespace().collect();
        Self::from_spki(&STANDARD.decode(text).map_err(|_| SignError::Key)?)
    }

    /// The DER `SubjectPublicKeyInfo`, 91 bytes.
    pub fn spki(&self) -> Vec<u8> {
        [&SPKI_P256_PREFIX[..], &self.point[..]].concat()
    }

    /// PEM text, as `openssl` reads it.
    pub fn pem(&self) -> String {
        let text = STANDARD.encode(self.spki());
        let (first, second) = text.split_at(64);
        format!("{PEM_BEGIN}\n{first}\n{second}\n{PEM_END}\n")
    }

    /// The device this key names.
    pub fn device(&self) -> DeviceId {
        DeviceId::of_spki(&self.spki())
    }

    /// Verifies a DER signature over `message`.
    ///
    /// # Errors
    /// [`SignError::Signature`].
    pub fn verify(&self, message: &[u8], signature_der: &[u8]) -> Result<(), SignError> {
        ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_ASN1, &self.point)
            .verify(message, signature_der)
            .map_err(|_| SignError::Signature)
    }
}

//! The file key, and the keys derived from it.

use ring::{aead, hkdf, rand::SecureRandom};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

use super::SealError;

/// The 16-byte secret of one sealed item (`age.md`, File key). Wiped when dropped, never printed.
///
/// It must never serve two items: [`Envelope`](super::Envelope) gives each its own payload nonce, but the
/// rule of the format is one file, one key.
#[derive(Clone)]
pub struct FileKey([u8; 16]);

impl FileKey {
    /// Makes a fresh key.
    ///
    /// # Errors
    /// [`SealError::Random`] when the random source fails.
    pub fn make(rng: &dyn SecureRandom) -> Result<Self, SealError> {
        let mut key = Self([0; 16]);
        rng.fill(&mut key.0).map_err(|_| SealError::Random)?;
        Ok(key)
    }

    /// Takes a key that was kept elsewhere (unwrapped by a keystore or by an identity).
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The secret bytes, for wrapping. Do not print, log or store them in clear.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl Drop for FileKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(..)")
    }
}

struct Length32;

impl hkdf::KeyType for Length32 {
    fn len(&self) -> usize {
        32
    }
}

/// HKDF-SHA-256 with 32 bytes of output, the only derivation of the format.
#[expect(clippy::expect_used, reason = "RFC 5869 allows up to 8160 bytes of output and 32 are asked for")]
pub(super) fn derive(ikm: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(ikm)
        .expand(&[info], Length32)
        .and_then(|okm| okm.fill(key.as_mut()))
        .expect("32 bytes of HKDF output");
    key
}

/// A ChaCha20-Poly1305 key with the nonce left to the caller, who proves that none repeats.
#[expect(clippy::expect_used, reason = "ChaCha20-Poly1305 takes any 32 bytes as its key")]
pub(super) fn cipher(key: &[u8; 32]) -> aead::LessSafeKey {
    aead::LessSafeKey::new(aead::UnboundKey::new(&aead::CHACHA20_POLY1305, key).expect("a 32-byte key"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_key_does_not_print_its_bytes() {
        let printed = format!("{:?}", FileKey::from_bytes([0xab; 16]));
        assert_eq!(printed, "FileKey(..)");
    }

    #[test]
    fn derivation_agrees_with_rfc_5869_test_case_1() {
        let salt = hex::decode("000102030405060708090a0b0c").unwrap();
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();
        let okm = derive(&[0x0b; 22], &salt, &info);
        assert_eq!(hex::encode(*okm), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    }
}

//! A reader's public key, and the stanza that wraps the file key for it.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use bech32::{Bech32, Hrp, primitives::decode::CheckedHrpstring};
use ring::{agreement, rand::SecureRandom};
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

use super::header::Stanza;
use super::key::{cipher, derive};
use super::{FileKey, SealError};

/// First argument of the stanza of this recipient type.
pub(super) const STANZA_KIND: &str = "X25519";
/// HKDF info of the wrap key.
pub(super) const WRAP_INFO: &[u8] = b"age-encryption.org/v1/X25519";

/// An age X25519 recipient: `age1` and 58 more characters (`age.md`, The X25519 recipient type).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recipient([u8; 32]);

/// Why the text of a recipient or an identity was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// Not Bech32 with the expected prefix and case, in its one canonical form (BIP 173).
    #[error("not an age key of the expected kind")]
    Bech32,
    /// The key is not 32 bytes long.
    #[error("age key of the wrong length")]
    Length,
}

impl Recipient {
    /// Takes the 32 bytes of an X25519 public key.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the X25519 public key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads `age1...` (lower case, as age itself demands).
    ///
    /// # Errors
    /// [`KeyTextError`] when it is anything else, including other recipient types of age.
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let recipient = Self(*decode_key(text)?);
        // Refuses another prefix and every second spelling of the key (upper case, padding bits).
        if recipient.to_string() == text { Ok(recipient) } else { Err(KeyTextError::Bech32) }
    }

    /// Wraps `file_key` for this recipient under a fresh ephemeral key.
    pub(super) fn wrap(&self, file_key: &FileKey, rng: &dyn SecureRandom) -> Result<Stanza, SealError> {
        let ephemeral = agreement::EphemeralPrivateKey::generate(&agreement::X25519, rng)
            .map_err(|_| SealError::Random)?;
        let share = ephemeral.compute_public_key().map_err(|_| SealError::Random)?;
        let peer = agreement::UnparsedPublicKey::new(&agreement::X25519, self.0);
        // ring refuses a shared secret of zeros, as the specification demands.
        let wrap_key = agreement::agree_ephemeral(ephemeral, &peer, |shared| {
            derive(shared, &wrap_salt(share.as_ref(), &self.0), WRAP_INFO)
        })
        .map_err(|_| SealError::WeakRecipient)?;
        let mut body = Zeroizing::new(file_key.as_bytes().to_vec());
        wrap_cipher_seal(&wrap_key, &mut body);
        let args = vec![STANZA_KIND.to_owned(), STANDARD_NO_PAD.encode(share.as_ref())];
        Ok(Stanza::new(args, body.to_vec()))
    }
}

#[expect(clippy::expect_used, reason = "a 16-byte input is never refused")]
fn wrap_cipher_seal(wrap_key: &[u8; 32], body: &mut Vec<u8>) {
    cipher(wrap_key)
        .seal_in_place_append_tag(wrap_nonce(), ring::aead::Aad::empty(), body)
        .expect("a short input");
}

/// Twelve zero bytes: the wrap key is used once.
pub(super) fn wrap_nonce() -> ring::aead::Nonce {
    ring::aead::Nonce::assume_unique_for_key([0; 12])
}

/// Ephemeral share, then recipient.
pub(super) fn wrap_salt(share: &[u8], recipient: &[u8; 32]) -> [u8; 64] {
    let mut salt = [0; 64];
    salt[..32].copy_from_slice(share);
    salt[32..].copy_from_slice(recipient);
    salt
}

/// Decodes Bech32 to 32 bytes. The caller compares the prefix and the spelling by writing the key again.
pub(super) fn decode_key(text: &str) -> Result<Zeroizing<[u8; 32]>, KeyTextError> {
    let checked = CheckedHrpstring::new::<Bech32>(text).map_err(|_| KeyTextError::Bech32)?;
    let mut bytes = Zeroizing::new([0; 32]);
    let mut given = checked.byte_iter();
    if given.len() != bytes.len() {
        return Err(KeyTextError::Length);
    }
    bytes.iter_mut().zip(&mut given).for_each(|(to, from)| *to = from);
    Ok(bytes)
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hrp = Hrp::parse("age").map_err(|_| fmt::Error)?;
        bech32::encode_lower_to_fmt::<Bech32, _>(f, hrp, &self.0).map_err(|_| fmt::Error)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recipient({self})")
    }
}

impl FromStr for Recipient {
    type Err = KeyTextError;

    fn from_str(text: &str) -> Result<Self, KeyTextError> {
        Self::parse(text)
    }
}

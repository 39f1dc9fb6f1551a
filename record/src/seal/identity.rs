//! Opening with an age identity: the bureau's custodian and the offline tools, never a phone.

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use bech32::{Bech32, Hrp};
use ring::{aead::Aad, rand::SecureRandom};
use std::fmt;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::header::Stanza;
use super::key::{cipher, derive};
use super::recipient::{STANZA_KIND, WRAP_INFO, decode_key, wrap_nonce, wrap_salt};
use super::{Envelope, FileKey, KeyTextError, Recipient, SealError};

/// Why an identity could not unwrap the file key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// An X25519 stanza is malformed; nothing of such a header is used.
    #[error("malformed x25519 stanza")]
    Stanza,
    /// No stanza is for this identity.
    #[error("not sealed for this identity")]
    NoMatch,
    /// The file key was unwrapped, but the header is not the one that was made with it.
    #[error("header does not authenticate")]
    HeaderMac,
}

/// An age X25519 identity (`AGE-SECRET-KEY-1...`). Wiped when dropped, never printed.
pub struct Identity(StaticSecret);

impl Identity {
    /// Makes a fresh identity.
    ///
    /// # Errors
    /// [`SealError::Random`] when the random source fails.
    pub fn make(rng: &dyn SecureRandom) -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; 32]);
        rng.fill(bytes.as_mut()).map_err(|_| SealError::Random)?;
        Ok(Self(StaticSecret::from(*bytes)))
    }

    /// Reads `AGE-SECRET-KEY-1...` (upper case, as age itself demands).
    ///
    /// # Errors
    /// [`KeyTextError`] when it is anything else.
    pub fn parse(text: &str) -> Result<Self, KeyTextError> {
        let identity = Self(StaticSecret::from(*decode_key(text)?));
        // Refuses another prefix and every second spelling of the key.
        if identity.to_secret_text().as_str() == text { Ok(identity) } else { Err(KeyTextError::Bech32) }
    }

    /// The text that `age -i` reads. It is the secret itself.
    #[expect(clippy::expect_used, reason = "a fixed valid prefix and 32 bytes always encode")]
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let hrp = Hrp::parse("age-secret-key-").expect("a valid prefix");
        Zeroizing::new(bech32::encode_upper::<Bech32>(hrp, self.0.as_bytes()).expect("32 bytes"))
    }

    /// The public key to seal for.
    pub fn to_recipient(&self) -> Recipient {
        Recipient::from_bytes(PublicKey::from(&self.0).to_bytes())
    }

    /// Finds the stanza for this identity, unwraps the file key and checks the header's MAC with it.
    ///
    /// # Errors
    /// [`UnwrapError`] naming what is wrong.
    pub fn unwrap(&self, envelope: &Envelope) -> Result<FileKey, UnwrapError> {
        for stanza in envelope.stanzas().iter().filter(|stanza| stanza.kind() == STANZA_KIND) {
            if let Some(file_key) = self.unwrap_stanza(stanza)? {
                let whole = envelope.verify_mac(&file_key);
                return if whole { Ok(file_key) } else { Err(UnwrapError::HeaderMac) };
            }
        }
        Err(UnwrapError::NoMatch)
    }

    /// The file key, or nothing when the stanza is for somebody else.
    fn unwrap_stanza(&self, stanza: &Stanza) -> Result<Option<FileKey>, UnwrapError> {
        let [share] = stanza.args() else { return Err(UnwrapError::Stanza) };
        let share: [u8; 32] = STANDARD_NO_PAD
            .decode(share)
            .ok()
            .and_then(|share| share.try_into().ok())
            .ok_or(UnwrapError::Stanza)?;
        // The length is checked before decryption, against partitioning oracles.
        let mut body: Zeroizing<[u8; 32]> =
            Zeroizing::new(stanza.body().try_into().map_err(|_| UnwrapError::Stanza)?);
        let shared = self.0.diffie_hellman(&PublicKey::from(share));
        if !shared.was_contributory() {
            return Err(UnwrapError::Stanza);
        }
        let salt = wrap_salt(&share, self.to_recipient().as_bytes());
        let wrap_key = derive(shared.as_bytes(), &salt, WRAP_INFO);
        let Ok(plain) = cipher(&wrap_key).open_in_place(wrap_nonce(), Aad::empty(), body.as_mut()) else {
            return Ok(None);
        };
        let mut file_key = Zeroizing::new([0; 16]);
        file_key.copy_from_slice(plain);
        Ok(Some(FileKey::from_bytes(*file_key)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

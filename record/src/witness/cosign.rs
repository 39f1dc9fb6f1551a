//! Cosignatures (C2SP tlog-cosignature, Ed25519): `cosignature/v1`, a time, and the text of a checkpoint, under one
//! signature.

use crate::note::{
    NoteSignError, NoteSignature, PUBLIC_KEY_BYTES, SignedNote, VerifierKeyError, format_key, is_name,
    key_id, parse_key,
};
use crate::tlog::{Checkpoint, CheckpointError, MAX_SIZE};
use ring::rand::SecureRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;
use std::str::FromStr;

/// The type of a key whose signatures are cosignatures.
const SIGNATURE_TYPE_COSIGNATURE: u8 = 0x04;
const TIME_BYTES: usize = 8;

/// Why a cosignature is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignatureError {
    /// A line carries the witness's name and key id, and is no valid cosignature of this text.
    #[error("a cosignature does not verify")]
    BadSignature,
}

/// Why nothing was cosigned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CosignError {
    /// The text is not that of a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The time is not from 1 to 2^63 - 1 seconds.
    #[error("a cosignature needs a time after 1970")]
    Time,
}

/// The public half of a witness's key: `<name>+<key id, 8 hex>+<base64(0x04 || 32-byte Ed25519 key)>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WitnessKey {
    name: String,
    key_id: u32,
    public_key: [u8; PUBLIC_KEY_BYTES],
}

/// A witness that has cosigned, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The witness.
    pub key: WitnessKey,
    /// Its claim of the time, Unix seconds. The newest, if it cosigned more than once.
    pub time_secs: u64,
}

impl WitnessKey {
    /// Reads the text form. Anything but the one canonical spelling is refused.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let (name, key_id, public_key) = parse_key(text, SIGNATURE_TYPE_COSIGNATURE)?;
        Ok(Self { name, key_id, public_key })
    }

    /// The key's name, as it stands in signature lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes, big-endian, of `SHA-256(name || 0x0A || 0x04 || public key)`.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The 32-byte Ed25519 public key (RFC 8032).
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.public_key
    }

    /// Whether a signature line says that it is of this key.
    pub fn is_named_by(&self, line: &NoteSignature) -> bool {
        line.name == self.name && line.key_id == self.key_id
    }

    /// When this witness cosigned the note: the newest time, Unix seconds, or `None` when it did not. Lines of other
    /// keys are ignored.
    ///
    /// # Errors
    /// [`CosignatureError`] when any line that names this key does not verify: such a note is malformed.
    pub fn cosigned(&self, note: &SignedNote) -> Result<Option<u64>, CosignatureError> {
        let mut newest = None;
        for line in note.signatures().iter().filter(|line| self.is_named_by(line)) {
            newest = newest.max(Some(self.verify(note.unverified_text(), line)?));
        }
        Ok(newest)
    }

    /// Checks one cosignature of `text`; returns its time, Unix seconds.
    ///
    /// # Errors
    /// [`CosignatureError`].
    pub fn verify(&self, text: &str, line: &NoteSignature) -> Result<u64, CosignatureError> {
        let bad = CosignatureError::BadSignature;
        let (time, signature) = line.signature.split_first_chunk::<TIME_BYTES>().ok_or(bad)?;
        let time_secs = u64::from_be_bytes(*time);
        if !self.is_named_by(line) || time_secs == 0 || time_secs > MAX_SIZE {
            return Err(bad);
        }
        UnparsedPublicKey::new(&ED25519, &self.public_key)
            .verify(message(time_secs, text).as_bytes(), signature)
            .map_err(|_| bad)?;
        Ok(time_secs)
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_key(&self.name, SIGNATURE_TYPE_COSIGNATURE, &self.public_key))
    }
}

impl FromStr for WitnessKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// The private half of a witness's key.
pub struct Cosigner {
    key: WitnessKey,
    pair: Ed25519KeyPair,
}

impl Cosigner {
    /// Makes a new key. Returns the cosigner and its PKCS#8 bytes, which the caller keeps secret.
    pub fn make(name: &str, rng: &dyn SecureRandom) -> Result<(Self, Vec<u8>), NoteSignError> {
        let document = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| NoteSignError::Random)?;
        let cosigner = Self::from_pkcs8(name, document.as_ref())?;
        Ok((cosigner, document.as_ref().to_vec()))
    }

    /// Takes an Ed25519 key in PKCS#8 DER. The key MUST NOT be used for anything else, not under another name either:
    /// the signed text does not say whose it is.
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, NoteSignError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| NoteSignError::Key)?;
        let public_key = pair.public_key().as_ref().try_into().map_err(|_| NoteSignError::Key)?;
        if !is_name(name) {
            return Err(NoteSignError::Name);
        }
        let key_id = key_id(name, SIGNATURE_TYPE_COSIGNATURE, &public_key);
        Ok(Self { key: WitnessKey { name: name.to_owned(), key_id, public_key }, pair })
    }

    /// The public half.
    pub fn witness_key(&self) -> &WitnessKey {
        &self.key
    }

    /// Cosigns the text of a checkpoint, final newline included. Says: at `time_secs` this was the largest consistent
    /// tree of that log that this witness has seen. Whether that is true, the caller has checked: see
    /// [`judge`](super::judge).
    pub fn cosign(&self, text: &str, time_secs: u64) -> Result<NoteSignature, CosignError> {
        Checkpoint::parse(text)?;
        if time_secs == 0 || time_secs > MAX_SIZE {
            return Err(CosignError::Time);
        }
        let mut signature = time_secs.to_be_bytes().to_vec();
        signature.extend_from_slice(self.pair.sign(message(time_secs, text).as_bytes()).as_ref());
        Ok(NoteSignature { name: self.key.name.clone(), key_id: self.key.key_id, signature })
    }
}

impl fmt::Debug for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cosigner").field("name", &self.key.name).finish_non_exhaustive()
    }
}

fn message(time_secs: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time_secs}\n{text}")
}

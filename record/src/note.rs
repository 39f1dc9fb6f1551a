//! Signed notes (C2SP signed-note v1.0.0): text under one or more Ed25519 signatures.
//!
//! A note is UTF-8 text ending in a newline, an empty line, and signature lines
//! `— <key name> <base64(4-byte key id || signature)>`. Only signature type `0x01` (Ed25519, RFC 8032) is
//! known here (cosignatures of witnesses: [`crate::witness`]); lines of other keys are carried and ignored, as the
//! specification demands.
//!
//! Reading is strict: one byte sequence for one note, so that `note.to_string()` always gives back the input.
//!
//! Source: <https://c2sp.org/signed-note>.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SecureRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use crate::digest::Digest;

/// Longest note that is read or written, in bytes, signatures included.
pub const MAX_NOTE_BYTES: usize = 1_000_000;
/// Most signature lines in one note. The specification asks for at least 16.
pub const MAX_SIGNATURES: usize = 100;
/// Longest key name, in bytes.
pub const MAX_NAME_BYTES: usize = 255;

const SIGNATURE_TYPE_ED25519: u8 = 0x01;
pub(crate) const PUBLIC_KEY_BYTES: usize = 32;
const KEY_ID_BYTES: usize = 4;
const SIGNATURE_START: &str = "— ";

/// Why a verifier key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierKeyError {
    /// Not of the form `<name>+<8 hex>+<base64>`, or not in the one canonical spelling.
    #[error("verifier key is malformed")]
    Malformed,
    /// The name is empty, too long, or contains a space or a plus sign.
    #[error("verifier key has a bad name")]
    Name,
    /// The signature type is not Ed25519 (`0x01`).
    #[error("verifier key is of an unknown type")]
    UnknownType,
    /// The key id is not the one that follows from name and key.
    #[error("verifier key id does not belong to the key")]
    KeyId,
}

/// Why a text is not a signed note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteParseError {
    /// Longer than [`MAX_NOTE_BYTES`].
    #[error("note is too long")]
    TooLong,
    /// Contains an ASCII control character other than newline.
    #[error("note contains a control character")]
    ControlCharacter,
    /// No empty line separates text and signatures, or one of the two is missing.
    #[error("note has no text followed by an empty line and signatures")]
    Structure,
    /// A signature line is malformed.
    #[error("note has a malformed signature line")]
    SignatureLine,
    /// More than [`MAX_SIGNATURES`] signature lines.
    #[error("note has too many signatures")]
    TooManySignatures,
}

/// Why a note is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteVerifyError {
    /// No signature carries the name and id of the trusted key.
    #[error("note is not signed by the trusted key")]
    NotSigned,
    /// A signature carries the trusted key's name and id and does not verify.
    #[error("note signature does not verify")]
    BadSignature,
}

/// Why a note was refused on opening: see [`open`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenNoteError {
    /// Not a signed note.
    #[error(transparent)]
    Parse(#[from] NoteParseError),
    /// Not signed by the trusted key.
    #[error(transparent)]
    Verify(#[from] NoteVerifyError),
}

/// Why a signer could not be made or could not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoteSignError {
    /// The name is empty, too long, or contains a space, a control character or a plus sign.
    #[error("key name is not allowed")]
    Name,
    /// The bytes are not an Ed25519 private key in PKCS#8 form.
    #[error("signing key is malformed")]
    Key,
    /// The random source failed.
    #[error("random source failed")]
    Random,
    /// The text is empty, does not end in a newline, has control characters, or is too long.
    #[error("text cannot be signed as a note")]
    Text,
}

/// The public half of a note key: `<name>+<key id, 8 hex>+<base64(0x01 || 32-byte Ed25519 key)>`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct VerifierKey {
    name: String,
    key_id: u32,
    public_key: [u8; PUBLIC_KEY_BYTES],
}

impl VerifierKey {
    /// A verifier key for a 32-byte Ed25519 public key (RFC 8032).
    pub fn new(name: &str, public_key: [u8; PUBLIC_KEY_BYTES]) -> Result<Self, VerifierKeyError> {
        if !is_name(name) {
            return Err(VerifierKeyError::Name);
        }
        let key_id = key_id(name, SIGNATURE_TYPE_ED25519, &public_key);
        Ok(Self { name: name.to_owned(), key_id, public_key })
    }

    /// Reads the text form. Anything but the one canonical spelling is refused.
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let (name, key_id, public_key) = parse_key(text, SIGNATURE_TYPE_ED25519)?;
        Ok(Self { name, key_id, public_key })
    }

    /// The key name, as it stands in signature lines.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes, big-endian, of `SHA-256(name || 0x0A || 0x01 || public key)`.
    pub fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The 32-byte Ed25519 public key (RFC 8032).
    pub fn public_key(&self) -> &[u8; PUBLIC_KEY_BYTES] {
        &self.public_key
    }

    /// What a person compares, and what an enrol code carries: the first 8 bytes of SHA-256 over the text form,
    /// as 16 lower-case hex digits.
    pub fn fingerprint(&self) -> String {
        hex::encode(&Digest::of(self.to_string().as_bytes()).0[..8])
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_key(&self.name, SIGNATURE_TYPE_ED25519, &self.public_key))
    }
}

impl FromStr for VerifierKey {
    type Err = VerifierKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key that is said to have signed.
    pub name: String,
    /// Id of that key, see [`VerifierKey::key_id`].
    pub key_id: u32,
    /// The signature, without the key id. 64 bytes for Ed25519; at least one byte for any type.
    pub signature: Vec<u8>,
}

impl NoteSignature {
    /// Reads one signature line, without its newline.
    ///
    /// # Errors
    /// [`NoteParseError::SignatureLine`].
    pub fn parse(line: &str) -> Result<Self, NoteParseError> {
        let malformed = NoteParseError::SignatureLine;
        let (name, encoded) =
            line.strip_prefix(SIGNATURE_START).and_then(|rest| rest.split_once(' ')).ok_or(malformed)?;
        let decoded = STANDARD.decode(encoded).map_err(|_| malformed)?;
        let (key_id, signature) = decoded.split_first_chunk::<KEY_ID_BYTES>().ok_or(malformed)?;
        if !is_name(name) || signature.is_empty() {
            return Err(malformed);
        }
        Ok(Self { name: name.to_owned(), key_id: u32::from_be_bytes(*key_id), signature: signature.to_vec() })
    }
}

impl NoteSignature {
    /// Whether it is made in the name of `key`. Says nothing of whether it verifies.
    pub fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name && self.key_id == key.key_id
    }
}

impl fmt::Display for NoteSignature {
    /// Writes the signature line without its newline.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.key_id.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.signature);
        write!(f, "{SIGNATURE_START}{} {}", self.name, STANDARD.encode(bytes))
    }
}

/// A note that was read. Its text counts for nothing until [`SignedNote::verify`] has returned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl SignedNote {
    /// Reads a note without checking any signature.
    pub fn parse(note: &str) -> Result<Self, NoteParseError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteParseError::TooLong);
        }
        if note.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteParseError::ControlCharacter);
        }
        // The text keeps its final newline; the second newline is the empty line.
        let split = note.rfind("\n\n").ok_or(NoteParseError::Structure)?;
        let (text, rest) = note.split_at(split + 1);
        let lines = rest[1..].strip_suffix('\n').ok_or(NoteParseError::Structure)?;
        let mut signatures = Vec::new();
        for line in lines.split('\n') {
            if signatures.len() == MAX_SIGNATURES {
                return Err(NoteParseError::TooManySignatures);
            }
            signatures.push(NoteSignature::parse(line)?);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text, final newline included, if `key` signed it. Every signature that names the key must verify;
    /// signatures of other keys are ignored.
    pub fn verify(&self, key: &VerifierKey) -> Result<&str, NoteVerifyError> {
        let public_key = UnparsedPublicKey::new(&ED25519, &key.public_key);
        let mut signed = false;
        for line in self.signatures.iter().filter(|s| s.is_of(key)) {
            public_key
                .verify(self.text.as_bytes(), &line.signature)
                .map_err(|_| NoteVerifyError::BadSignature)?;
            signed = true;
        }
        if signed { Ok(&self.text) } else { Err(NoteVerifyError::NotSigned) }
    }

    /// The text as read, believed by nobody yet: for showing what was refused, never for deciding.
    pub fn unverified_text(&self) -> &str {
        &self.text
    }

    /// The note with one more signature line, which is not checked here. One that is there already is not repeated.
    #[must_use]
    pub fn with(mut self, line: NoteSignature) -> Self {
        if !self.signatures.contains(&line) {
            self.signatures.push(line);
        }
        self
    }

    /// The signature lines, in their order.
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Reads a note and returns its text if `key` signed it: [`SignedNote::parse`] and [`SignedNote::verify`].
pub fn open(note: &str, key: &VerifierKey) -> Result<String, OpenNoteError> {
    let mut note = SignedNote::parse(note)?;
    note.verify(key)?;
    Ok(std::mem::take(&mut note.text))
}

/// The private half of a note key.
pub struct NoteSigner {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl NoteSigner {
    /// Makes a new key. Returns the signer and its PKCS#8 bytes, which the caller keeps secret.
    pub fn make(name: &str, rng: &dyn SecureRandom) -> Result<(Self, Vec<u8>), NoteSignError> {
        let document = Ed25519KeyPair::generate_pkcs8(rng).map_err(|_| NoteSignError::Random)?;
        let signer = Self::from_pkcs8(name, document.as_ref())?;
        Ok((signer, document.as_ref().to_vec()))
    }

    /// Takes an Ed25519 key in PKCS#8 DER: version 2 as [`NoteSigner::make`] writes it, or version 1 as
    /// `openssl genpkey -algorithm ED25519` does.
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, NoteSignError> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map_err(|_| NoteSignError::Key)?;
        let public_key = pair.public_key().as_ref().try_into().map_err(|_| NoteSignError::Key)?;
        let key = VerifierKey::new(name, public_key).map_err(|_| NoteSignError::Name)?;
        Ok(Self { key, pair })
    }

    /// The public half.
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// Signs a text that ends in a newline; returns the whole note.
    pub fn sign(&self, text: &str) -> Result<String, NoteSignError> {
        if !text.ends_with('\n') || text.bytes().any(|b| b < 0x20 && b != b'\n') {
            return Err(NoteSignError::Text);
        }
        let line = NoteSignature {
            name: self.key.name.clone(),
            key_id: self.key.key_id,
            signature: self.pair.sign(text.as_bytes()).as_ref().to_vec(),
        };
        let note = SignedNote { text: text.to_owned(), signatures: vec![line] }.to_string();
        if note.len() > MAX_NOTE_BYTES { Err(NoteSignError::Text) } else { Ok(note) }
    }
}

impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoteSigner").field("name", &self.key.name).finish_non_exhaustive()
    }
}

/// Whether `name` may be the name of a key.
pub(crate) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && !name.chars().any(|c| c == '+' || c.is_whitespace() || c < '\u{20}')
}

/// The first four bytes, big-endian, of `SHA-256(name || 0x0A || kind || public key)`.
pub(crate) fn key_id(name: &str, kind: u8, public_key: &[u8; PUBLIC_KEY_BYTES]) -> u32 {
    let mut input = name.as_bytes().to_vec();
    input.extend_from_slice(&[b'\n', kind]);
    input.extend_from_slice(public_key);
    let [a, b, c, d, ..] = Digest::of(&input).0;
    u32::from_be_bytes([a, b, c, d])
}

/// Reads `<name>+<key id>+<base64(kind || key)>`; gives name, id and key. Anything but the one spelling is refused.
pub(crate) fn parse_key(
    text: &str,
    kind: u8,
) -> Result<(String, u32, [u8; PUBLIC_KEY_BYTES]), VerifierKeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id_hex), Some(key_base64)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(VerifierKeyError::Malformed);
    };
    // base64(1 + 32 bytes) is 44 characters: bound the work before decoding.
    if key_base64.len() != 44 {
        return Err(VerifierKeyError::Malformed);
    }
    let encoded = STANDARD.decode(key_base64).map_err(|_| VerifierKeyError::Malformed)?;
    let (found, public_key) = encoded.split_first().ok_or(VerifierKeyError::Malformed)?;
    if *found != kind {
        return Err(VerifierKeyError::UnknownType);
    }
    let public_key = public_key.try_into().map_err(|_| VerifierKeyError::Malformed)?;
    if !is_name(name) {
        return Err(VerifierKeyError::Name);
    }
    let key_id = key_id(name, kind, &public_key);
    if format!("{key_id:08x}") == id_hex {
        Ok((name.to_owned(), key_id, public_key))
    } else {
        Err(VerifierKeyError::KeyId)
    }
}

/// Writes what [`parse_key`] reads.
pub(crate) fn format_key(name: &str, kind: u8, public_key: &[u8; PUBLIC_KEY_BYTES]) -> String {
    let encoded = STANDARD.encode([&[kind], &public_key[..]].concat());
    format!("{name}+{:08x}+{encoded}", key_id(name, kind, public_key))
}

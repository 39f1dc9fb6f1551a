//! What stands before the first chunk: the header and the payload nonce.

use ring::{hmac, rand::SecureRandom};

use super::header::{self, Header, HeaderError, MAX_STANZAS, Stanza};
use super::key::derive;
use super::{FileKey, NONCE_BYTES, Recipient, SealError};

/// The start of a sealed item: age header and payload nonce.
///
/// A capture makes these bytes durable before the first byte of the payload, and reads them back after a
/// crash. They hold no secret that the recipients' keys do not protect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    bytes: Vec<u8>,
    header: Header,
    nonce: [u8; NONCE_BYTES],
}

impl Envelope {
    /// Wraps the file key for every recipient and draws a payload nonce.
    ///
    /// # Errors
    /// [`SealError::NoRecipient`], [`SealError::TooManyRecipients`], [`SealError::WeakRecipient`], or
    /// [`SealError::Random`].
    pub fn make(
        file_key: &FileKey,
        recipients: &[Recipient],
        rng: &dyn SecureRandom,
    ) -> Result<Self, SealError> {
        let mut nonce = [0; NONCE_BYTES];
        rng.fill(&mut nonce).map_err(|_| SealError::Random)?;
        Self::with_nonce(file_key, recipients, nonce, rng)
    }

    fn with_nonce(
        file_key: &FileKey,
        recipients: &[Recipient],
        nonce: [u8; NONCE_BYTES],
        rng: &dyn SecureRandom,
    ) -> Result<Self, SealError> {
        if recipients.is_empty() {
            return Err(SealError::NoRecipient);
        }
        if recipients.len() > MAX_STANZAS {
            return Err(SealError::TooManyRecipients);
        }
        let stanzas = recipients
            .iter()
            .map(|recipient| recipient.wrap(file_key, rng))
            .collect::<Result<Vec<Stanza>, _>>()?;
        let mut bytes = header::write_covered(&stanzas);
        let covered_bytes = bytes.len();
        let tag = hmac::sign(&mac_key(file_key), &bytes);
        header::write_mac(tag.as_ref(), &mut bytes);
        let len_bytes = bytes.len();
        let mut mac = [0; 32];
        mac.copy_from_slice(tag.as_ref());
        bytes.extend_from_slice(&nonce);
        Ok(Self { bytes, header: Header { stanzas, mac, covered_bytes, len_bytes }, nonce })
    }

    /// Reads the envelope at the start of a file; what follows it in `file_start` is ignored. As many as
    /// [`MAX_HEADER_BYTES`](super::MAX_HEADER_BYTES) + [`NONCE_BYTES`] bytes always suffice.
    ///
    /// # Errors
    /// [`HeaderError`] naming the first rule that is broken; [`HeaderError::Cut`] and
    /// [`HeaderError::NonceCut`] when more bytes could help.
    pub fn parse(file_start: &[u8]) -> Result<Self, HeaderError> {
        let header = header::read(file_start)?;
        let nonce = file_start[header.len_bytes..].first_chunk().ok_or(HeaderError::NonceCut)?;
        let bytes = file_start[..header.len_bytes + NONCE_BYTES].to_vec();
        Ok(Self { bytes, nonce: *nonce, header })
    }

    /// Header and payload nonce, as they stand at the start of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The header alone, up to and including the line feed of its last line.
    pub fn header_bytes(&self) -> &[u8] {
        &self.bytes[..self.header.len_bytes]
    }

    /// The payload nonce.
    pub fn nonce(&self) -> &[u8; NONCE_BYTES] {
        &self.nonce
    }

    /// The recipient stanzas in order.
    pub fn stanzas(&self) -> &[Stanza] {
        &self.header.stanzas
    }

    /// Whether the header was made with this file key and not altered since (HMAC-SHA-256, compared in
    /// constant time).
    #[must_use]
    pub fn verify_mac(&self, file_key: &FileKey) -> bool {
        let covered = &self.bytes[..self.header.covered_bytes];
        hmac::verify(&mac_key(file_key), covered, &self.header.mac).is_ok()
    }
}

fn mac_key(file_key: &FileKey) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &*derive(file_key.as_bytes(), &[], b"header"))
}

/// Writes a new header that lets `recipients` open the item, and nobody else.
///
/// The result replaces the old header; the payload (nonce and chunks) is kept as it is, so that
/// `cat new-header payload` is the item for the new reader and `payload_sha256` still holds.
///
/// # Errors
/// [`SealError::WrongFileKey`] when the key did not make the old header, else as [`Envelope::make`].
pub fn regrant(
    old: &Envelope,
    file_key: &FileKey,
    recipients: &[Recipient],
    rng: &dyn SecureRandom,
) -> Result<Vec<u8>, SealError> {
    if !old.verify_mac(file_key) {
        return Err(SealError::WrongFileKey);
    }
    let new = Envelope::with_nonce(file_key, recipients, *old.nonce(), rng)?;
    Ok(new.header_bytes().to_vec())
}

//! Sealed columns: AES-256-GCM, bound to the table, the schema version and every other column of the row.

use super::VaultError;
use crate::ports::Rng;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use std::fmt;

/// Bytes of the key of the sealed columns.
pub(super) const KEY_BYTES: usize = 32;

/// The schema version under which new rows are sealed. A row keeps the version it was sealed under, as its first
/// byte, so that a later schema still reads it.
const SEALED_VERSION: u8 = 1;

/// The key of the sealed columns.
pub(super) struct Columns(LessSafeKey);

impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Columns(..)")
    }
}

/// The sealed bytes do not belong to this row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unsealable;

/// What a sealed column is bound to: its table and the row's other columns, each with type and length, so that no
/// two rows share the same associated data.
#[derive(Clone)]
pub(super) struct Row(Vec<u8>);

impl Row {
    /// A row of `table`.
    pub(super) fn of(table: &str) -> Self {
        Self(Vec::with_capacity(128)).text(table)
    }

    /// Binds an integer.
    pub(super) fn int(mut self, value: i64) -> Self {
        self.0.push(b'i');
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Binds an integer or its absence.
    pub(super) fn maybe_int(self, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.int(value),
            None => self.nothing(),
        }
    }

    /// Binds text.
    pub(super) fn text(self, value: &str) -> Self {
        self.bytes(b't', value.as_bytes())
    }

    /// Binds bytes or their absence.
    pub(super) fn maybe_blob(self, value: Option<&[u8]>) -> Self {
        match value {
            Some(value) => self.bytes(b'b', value),
            None => self.nothing(),
        }
    }

    fn bytes(mut self, tag: u8, value: &[u8]) -> Self {
        self.0.push(tag);
        self.0.extend_from_slice(&(value.len() as u64).to_be_bytes());
        self.0.extend_from_slice(value);
        self
    }

    fn nothing(mut self) -> Self {
        self.0.push(b'n');
        self
    }

    fn aad(mut self, version: u8) -> Aad<Vec<u8>> {
        self.0.push(version);
        Aad::from(self.0)
    }
}

impl Columns {
    /// From the key's bytes.
    pub(super) fn new(key: &[u8]) -> Result<Self, Unsealable> {
        let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Unsealable)?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// `version ‖ nonce (12 bytes) ‖ ciphertext ‖ tag`, under a fresh random nonce.
    pub(super) fn seal(&self, row: Row, plain: &[u8], rng: &dyn Rng) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE_LEN];
        rng.fill(&mut nonce).map_err(|_| VaultError::Random)?;
        let start = 1 + NONCE_LEN;
        let mut sealed = Vec::with_capacity(start + plain.len() + AES_256_GCM.tag_len());
        sealed.push(SEALED_VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, row.aad(SEALED_VERSION), &mut sealed[start..])
            .map_err(|_| VaultError::TooLong)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Columns::seal`] made for the same row.
    pub(super) fn open(&self, row: Row, sealed: &[u8]) -> Result<Vec<u8>, Unsealable> {
        let (version, rest) = sealed.split_first().ok_or(Unsealable)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(Unsealable)?;
        let mut bytes = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let len = self.0.open_in_place(nonce, row.aad(*version), &mut bytes).map_err(|_| Unsealable)?.len();
        bytes.truncate(len);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::SystemRng;

    #[test]
    fn a_sealed_column_opens_only_in_its_own_row() {
        let columns = Columns::new(&[7; KEY_BYTES]).unwrap();
        let row = || Row::of("record").int(3).maybe_blob(None).text("kind");
        let sealed = columns.seal(row(), b"body", &SystemRng::new()).unwrap();
        assert_eq!(columns.open(row(), &sealed).unwrap(), b"body");
        let others = [
            Row::of("recorx").int(3).maybe_blob(None).text("kind"),
            Row::of("record").int(4).maybe_blob(None).text("kind"),
            Row::of("record").int(3).maybe_blob(Some(&[])).text("kind"),
            Row::of("record").int(3).maybe_blob(None).text("kinD"),
        ];
        for other in others {
            assert!(columns.open(other, &sealed).is_err());
        }
    }

    #[test]
    fn every_changed_byte_of_a_sealed_column_is_noticed() {
        let columns = Columns::new(&[7; KEY_BYTES]).unwrap();
        let sealed = columns.seal(Row::of("t").int(1), b"body", &SystemRng::new()).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(columns.open(Row::of("t").int(1), &changed).is_err(), "byte {at}");
        }
    }
}

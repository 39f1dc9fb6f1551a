//! Drafts: what is half filled in on a screen, kept sealed in the vault so that a killed program loses nothing and
//! nothing lies about in the clear. A draft is no record.

use super::{Phone, PhoneError};

/// The longest draft, bytes.
const MAX_DRAFT_BYTES: usize = 64 << 10;
/// The longest name of a draft.
const MAX_NAME_BYTES: usize = 48;

fn key(name: &str) -> Result<String, PhoneError> {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    let named = !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(good);
    if named { Ok(format!("draft_{name}")) } else { Err(PhoneError::Draft) }
}

impl Phone {
    /// Keeps the draft of a screen; an empty one is forgotten. Names are of `[a-z0-9_]`, at most 48 of them.
    ///
    /// # Errors
    /// [`PhoneError::Draft`] for a name that is none or a content of more than 64 KiB; [`PhoneError::Vault`].
    pub fn keep_draft(&mut self, name: &str, content: &str) -> Result<(), PhoneError> {
        let key = key(name)?;
        if content.len() > MAX_DRAFT_BYTES {
            return Err(PhoneError::Draft);
        }
        if content.is_empty() {
            return Ok(self.vault.remove_setting(&key)?);
        }
        Ok(self.vault.put_setting(&key, &content)?)
    }

    /// The draft of a screen.
    ///
    /// # Errors
    /// As [`Phone::keep_draft`].
    pub fn draft_of(&self, name: &str) -> Result<Option<String>, PhoneError> {
        Ok(self.vault.get_setting(&key(name)?)?)
    }
}

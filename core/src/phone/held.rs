//! A photograph that arrives chunk by chunk in memory, files of the app's own, and items read at any place.

use super::{CaptureRequest, IN_MEMORY_BYTES, Phone, PhoneError, media_type_of, screen::ItemLine};
use crate::{
    capture::{self, OpenItemError, PiecedFile},
    vault::VaultError,
};
use liuhen_record::{ItemId, kind::MediaKind, seal::Opener};
use std::{
    fs::File,
    io,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};
use zeroize::Zeroizing;

/// A photograph that is not sealed yet: it exists in memory only, and is wiped there.
pub struct HeldPhoto {
    request: CaptureRequest,
    bytes: Mutex<Option<Zeroizing<Vec<u8>>>>,
}

impl HeldPhoto {
    fn bytes(&self) -> MutexGuard<'_, Option<Zeroizing<Vec<u8>>>> {
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`PhoneError::TooLarge`] for more than [`IN_MEMORY_BYTES`]; [`PhoneError::NoRecording`] after it was sealed or
    /// discarded.
    pub fn add(&self, chunk: &[u8]) -> Result<(), PhoneError> {
        let mut held = self.bytes();
        let bytes = held.as_mut().ok_or(PhoneError::NoRecording)?;
        if (bytes.len() + chunk.len()) as u64 > IN_MEMORY_BYTES {
            return Err(PhoneError::TooLarge);
        }
        bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// Seals it: durable when this returns. After a failure it is still held.
    ///
    /// # Errors
    /// As [`Phone::capture_bytes`]; [`PhoneError::NoRecording`] the second time.
    pub fn seal(&self, phone: &mut Phone) -> Result<ItemLine, PhoneError> {
        // Taken out meanwhile: sealing asks the platform's keystore, and nobody is asked with something locked.
        let bytes = self.bytes().take().ok_or(PhoneError::NoRecording)?;
        match phone.capture_bytes(&bytes, &self.request) {
            Ok(sealed) => phone.line_of(sealed.item),
            Err(error) => {
                *self.bytes() = Some(bytes);
                Err(error)
            }
        }
    }

    /// Forgets it.
    pub fn discard(&self) {
        *self.bytes() = None;
    }
}

/// An item open for reading.
pub struct ItemBytes {
    opener: Mutex<Opener<PiecedFile>>,
    len_bytes: u64,
    media_type: String,
}

impl ItemBytes {
    /// Length, bytes.
    pub fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    /// IANA media type.
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// Up to `most` bytes from `offset`, authenticated; nothing at the end.
    ///
    /// # Errors
    /// [`PhoneError::Vault`] when the bytes are not what was sealed.
    pub fn read(&self, offset: u64, most: usize) -> Result<Vec<u8>, PhoneError> {
        let mut opener = self.opener.lock().unwrap_or_else(PoisonError::into_inner);
        let left = self.len_bytes.saturating_sub(offset);
        let mut bytes = vec![0; most.min(usize::try_from(left).unwrap_or(most))];
        let read = opener.read_at(offset, &mut bytes).map_err(|error| unreadable(error.into()))?;
        bytes.truncate(read);
        Ok(bytes)
    }
}

fn unreadable(error: OpenItemError) -> PhoneError {
    match error {
        OpenItemError::Vault(error) => error.into(),
        OpenItemError::Open(error) => VaultError::Storage(io::Error::other(error)).into(),
    }
}

impl Phone {
    /// Begins a photograph that comes in memory, if one may be taken now.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] outside an open session.
    pub fn begin_photo(&self, request: CaptureRequest) -> Result<HeldPhoto, PhoneError> {
        self.current()?.check(crate::session::Action::Capture { source: request.source })?;
        Ok(HeldPhoto { request, bytes: Mutex::new(Some(Zeroizing::default())) })
    }

    /// Captures a file of the app's own, as a stream. A blank media type is found out from name and content.
    ///
    /// # Errors
    /// As [`Phone::capture_stream`].
    pub fn capture_path(&mut self, path: &Path, request: &CaptureRequest) -> Result<ItemLine, PhoneError> {
        let mut request = request.clone();
        if request.media_type.is_empty() {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            media_type_of(&name, &[]).clone_into(&mut request.media_type);
        }
        let mut file = File::open(path).map_err(PhoneError::Source)?;
        let sealed = self.capture_stream(&mut file, &request, &mut |_| {})?;
        self.line_of(sealed.item)
    }

    /// Opens an item for reading at any place.
    ///
    /// # Errors
    /// [`PhoneError::Vault`]: it is not known, not here any more, or its key was erased.
    pub fn item_bytes(&self, item: ItemId) -> Result<ItemBytes, PhoneError> {
        let row = self.vault.item(item)?.ok_or(VaultError::NoItem(item))?;
        let opener = capture::open_item(&self.vault, &self.ports, item).map_err(unreadable)?;
        let len_bytes = row.pt_len_bytes.max(0).unsigned_abs();
        Ok(ItemBytes { opener: Mutex::new(opener), len_bytes, media_type: row.media_type })
    }

    /// The small picture of a photograph, by the photograph's id or by its own; `None` when there is none here.
    ///
    /// # Errors
    /// As [`Phone::item_bytes`].
    pub fn thumbnail_bytes(&self, item: ItemId) -> Result<Option<Vec<u8>>, PhoneError> {
        let Some(row) = self.vault.item(item)? else { return Ok(None) };
        let small = if row.media == MediaKind::Thumbnail { Some(item) } else { self.look()?.thumbnail(item) };
        let Some(small) = small else { return Ok(None) };
        if self.vault.item(small)?.is_none_or(|row| row.freed) {
            return Ok(None);
        }
        let bytes = self.item_bytes(small)?;
        let most = usize::try_from(bytes.len_bytes().min(MOST_THUMBNAIL_BYTES)).unwrap_or(0);
        Ok(Some(bytes.read(0, most)?))
    }
}

/// A small picture is far smaller than this, bytes.
const MOST_THUMBNAIL_BYTES: u64 = 1 << 20;

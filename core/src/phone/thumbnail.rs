//! Thumbnails: made after the photograph was acknowledged, so that nobody waits for them, and made again from the
//! sealed photograph when a kill or a full disk came in between.

use super::{CaptureRequest, IN_MEMORY_BYTES, Phone, PhoneError};
use crate::{
    capture,
    vault::{ItemFilter, ItemRow, VaultError},
};
use liuhen_record::{
    ItemId, Kind,
    kind::{ItemState, MediaKind, Readability},
};
use std::collections::BTreeSet;

impl Phone {
    /// The thumbnail of a photograph of the current session: the one there is, or a new one, sealed as an item of its
    /// own. `None` for what is no photograph, is not readable as one, or is not here any more.
    ///
    /// A shell calls this when it has shown that the photograph is safe: it takes about a hundred milliseconds for
    /// 12 megapixels.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`]; [`PhoneError::Capture`] when it could not be kept: the photograph is safe all the
    /// same, and calling again is too.
    pub fn make_thumbnail(&mut self, item: ItemId) -> Result<Option<ItemId>, PhoneError> {
        let session = self.current_id()?.ok_or(PhoneError::NoSession)?;
        let rows = self.vault.items(&ItemFilter { session: Some(session), ..ItemFilter::default() })?;
        if let Some(there) = rows.iter().find(|row| row.derived_from == Some(item)) {
            return Ok(Some(there.item));
        }
        match rows.iter().find(|row| row.item == item) {
            Some(row) if may_have_one(row) => self.derive_thumbnail(row),
            _ => Ok(None),
        }
    }

    /// Makes the thumbnails that the photographs of the current session still lack; returns the new ones.
    ///
    /// # Errors
    /// As [`Phone::make_thumbnail`]; those made before are kept.
    pub fn make_missing_thumbnails(&mut self) -> Result<Vec<ItemId>, PhoneError> {
        let session = self.current_id()?.ok_or(PhoneError::NoSession)?;
        let rows = self.vault.items(&ItemFilter { session: Some(session), ..ItemFilter::default() })?;
        let have: BTreeSet<ItemId> = rows.iter().filter_map(|row| row.derived_from).collect();
        let mut made = Vec::new();
        for row in rows.iter().filter(|row| may_have_one(row) && !have.contains(&row.item)) {
            made.extend(self.derive_thumbnail(row)?);
        }
        Ok(made)
    }

    fn derive_thumbnail(&mut self, photo: &ItemRow) -> Result<Option<ItemId>, PhoneError> {
        let opened = self.vault.record(photo.opened_seq)?.map(|record| record.parse()).transpose()?;
        let sealed = photo.sealed_seq.map(|seq| self.vault.record(seq)).transpose()?.flatten();
        let sealed = sealed.map(|record| record.parse()).transpose()?;
        let (Some(Kind::CaptureOpened(opened)), Some(Kind::CaptureSealed(sealed))) =
            (opened.map(|record| record.kind), sealed.map(|record| record.kind))
        else {
            return Ok(None);
        };
        if sealed.description.readability != Readability::Readable {
            return Ok(None);
        }
        let Some(small) = capture::thumbnail(&self.read_item(photo.item)?) else { return Ok(None) };
        let request = CaptureRequest {
            source: opened.source,
            source_no: Some(opened.source_no),
            media_type: "image/jpeg".to_owned(),
            original_name: None,
            label: None,
        };
        let sealed = self.take(&small, &request, MediaKind::Thumbnail, Some(photo.item))?;
        Ok(Some(sealed.item))
    }

    /// A whole item, in memory.
    fn read_item(&self, item: ItemId) -> Result<Vec<u8>, PhoneError> {
        let unreadable = |error| match error {
            capture::OpenItemError::Vault(error) => error,
            capture::OpenItemError::Open(error) => VaultError::Storage(std::io::Error::other(error)),
        };
        let mut bytes = Vec::new();
        let mut opener = capture::open_item(&self.vault, &self.ports, item).map_err(unreadable)?;
        opener.copy_to(&mut bytes).map_err(|error| VaultError::Storage(std::io::Error::other(error)))?;
        Ok(bytes)
    }
}

fn may_have_one(row: &ItemRow) -> bool {
    row.media == MediaKind::Photo
        && row.state >= ItemState::Sealed
        && !row.freed
        && u64::try_from(row.pt_len_bytes).is_ok_and(|len_bytes| len_bytes <= IN_MEMORY_BYTES)
}

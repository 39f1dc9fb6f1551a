//! Freeing local media: only what the bureau proved to have, and only after hashing once more what is here.

use super::{Appended, Draft, Stamp, Vault, VaultError, items::Entry};
use crate::capture::{ITEMS, PiecedFile};
use liuhen_record::{Digest, ItemId, Kind, kind::MediaFreed};
use ring::digest::{Context, SHA256};
use std::io;

/// Why an item was not freed. Its bytes are all still here.
#[derive(Debug, thiserror::Error)]
pub enum FreeError {
    /// The bureau did not prove that it has it.
    #[error("no verified receipt")]
    NoReceipt,
    /// What is here is not what was sealed: it may be needed to find out why.
    #[error("the local bytes are not what was sealed")]
    Differs,
    /// The local bytes could not be read or removed.
    #[error("the storage failed")]
    Storage(#[from] io::Error),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Vault {
    /// Frees the local bytes of a stored item; its records, digests and receipt stay. Freeing a freed item removes
    /// what an interrupted freeing left and returns `None`.
    ///
    /// # Errors
    /// [`FreeError`]; only [`FreeError::Storage`] can come after the item counts as freed.
    pub fn free_item(&mut self, item: ItemId, stamp: Stamp) -> Result<Option<Appended>, FreeError> {
        let entry = self.entry(item)?;
        if entry.row.freed {
            self.remove_files(item)?;
            return Ok(None);
        }
        let (Some(receipt), Some(ct_sha256)) = (self.item_receipt(item)?, entry.row.ct_sha256) else {
            return Err(FreeError::NoReceipt);
        };
        if self.hash_item(item)? != ct_sha256 {
            return Err(FreeError::Differs);
        }
        let kind = Kind::MediaFreed(MediaFreed { item, ct_sha256, receipt_index: receipt.index });
        // First the record, then the bytes: an item can be freed with bytes left over, never gone without a record.
        let appended = self.write(|writing| {
            let mut entry =
                Entry::load(&writing.tx, writing.columns, item)?.ok_or(VaultError::NoItem(item))?;
            entry.row.freed = true;
            entry.store(&writing.tx, writing.columns, writing.rng)?;
            writing.append(Draft::new(None, kind, stamp))
        })?;
        self.remove_files(item)?;
        Ok(Some(appended))
    }

    fn hash_item(&self, item: ItemId) -> io::Result<Digest> {
        let file = PiecedFile::open(&self.storage, item)?;
        let mut context = Context::new(&SHA256);
        file.read_through(|bytes| context.update(bytes))?;
        Ok(context.finish().into())
    }

    fn remove_files(&self, item: ItemId) -> io::Result<()> {
        let dir = format!("{ITEMS}/{item}");
        for name in self.storage.list(&dir)? {
            self.storage.remove_file(&format!("{dir}/{name}"))?;
        }
        if self.storage.exists(&dir)? {
            self.storage.remove_dir(&dir)?;
            self.storage.sync_dir(ITEMS)?;
        }
        Ok(())
    }
}

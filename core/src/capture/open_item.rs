//! Reading an item on the phone, for the party's review.

use super::pieced::PiecedFile;
use crate::{
    ports::Ports,
    vault::{Vault, VaultError},
};
use liuhen_record::{ItemId, seal::Opener};

/// Why an item cannot be read here.
#[derive(Debug, thiserror::Error)]
pub enum OpenItemError {
    /// The vault, or the review key: gone once the session's key was erased.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The bytes are not here, or are not what was sealed.
    #[error(transparent)]
    Open(#[from] liuhen_record::seal::OpenError),
}

/// Opens an item for reading at any place; every chunk is authenticated.
///
/// # Errors
/// [`OpenItemError`].
pub fn open_item(vault: &Vault, ports: &Ports, item: ItemId) -> Result<Opener<PiecedFile>, OpenItemError> {
    let key = vault.file_key(item)?;
    let file = PiecedFile::open(&ports.storage, item).map_err(liuhen_record::seal::OpenError::Read)?;
    Ok(Opener::open(file, &key)?)
}

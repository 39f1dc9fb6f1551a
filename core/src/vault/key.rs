//! The key of the sealed columns: random, wrapped by the keystore, in a small file beside the database.

use super::columns::{Columns, KEY_BYTES};
use crate::ports::{Keystore, KeystoreError, Ports, Storage};
use std::io;
use zeroize::Zeroizing;

pub(super) const NAME: &str = "vault.key";

/// Name of the wrapping key in the keystore.
const WRAPPING_KEY: &str = "vault";

/// A wrapped key is a few dozen bytes; some keystores add a few hundred.
const MAX_WRAPPED_BYTES: u64 = 4096;

/// Why there is no key.
pub(super) enum KeyError {
    /// The file is missing or not what was written.
    Damaged(&'static str),
    /// The keystore cannot be used now.
    Keystore(KeystoreError),
    /// The storage failed.
    Storage(io::Error),
    /// No randomness.
    Random,
}

impl From<io::Error> for KeyError {
    fn from(error: io::Error) -> Self {
        Self::Storage(error)
    }
}

/// Reads the key, or makes one when there is no database yet that could need it.
pub(super) fn load(ports: &Ports, has_database: bool) -> Result<Columns, KeyError> {
    let storage = &*ports.storage;
    if storage.exists(NAME)? {
        return unwrap(&*ports.keystore, &read(storage)?);
    }
    if has_database {
        return Err(KeyError::Damaged("the key file of the database is missing"));
    }
    make(ports)
}

fn unwrap(keystore: &dyn Keystore, wrapped: &[u8]) -> Result<Columns, KeyError> {
    let key = match keystore.unwrap(WRAPPING_KEY, wrapped) {
        Ok(key) => Zeroizing::new(key),
        Err(KeystoreError::Wrapped) => {
            return Err(KeyError::Damaged("the key file of the database does not open"));
        }
        Err(KeystoreError::Missing) => {
            return Err(KeyError::Damaged("the keystore no longer has the key of the database"));
        }
        Err(error) => return Err(KeyError::Keystore(error)),
    };
    Columns::new(&key).map_err(|_| KeyError::Damaged("the key of the database has a wrong length"))
}

fn make(ports: &Ports) -> Result<Columns, KeyError> {
    let storage = &*ports.storage;
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    ports.rng.fill(key.as_mut()).map_err(|_| KeyError::Random)?;
    ports.keystore.make_wrapping_key(WRAPPING_KEY).map_err(KeyError::Keystore)?;
    let wrapped = ports.keystore.wrap(WRAPPING_KEY, key.as_ref()).map_err(KeyError::Keystore)?;
    let beside = format!("{NAME}.new");
    if storage.exists(&beside)? {
        // From a crash before the key was ever used.
        storage.remove_file(&beside)?;
    }
    let mut file = storage.create(&beside)?;
    file.write_at(0, &wrapped)?;
    file.sync()?;
    storage.rename(&beside, NAME)?;
    storage.sync_dir("")?;
    Columns::new(key.as_ref()).map_err(|_| KeyError::Damaged("the key of the database has a wrong length"))
}

fn read(storage: &dyn Storage) -> Result<Vec<u8>, KeyError> {
    let file = storage.open(NAME)?;
    let len = file.len_bytes()?;
    if len > MAX_WRAPPED_BYTES {
        return Err(KeyError::Damaged("the key file of the database is too long"));
    }
    let mut bytes = vec![0; len as usize];
    let got = file.read_at(0, &mut bytes)?;
    bytes.truncate(got);
    Ok(bytes)
}

//! The bureau's key files: the log key and the secret of challenges (kept, 0600) and, at a first start without recipients, an age
//! identity that is written beside the data folder to be moved away. The bureau never reads the latter again.

use crate::{durable, enrol::challenge::SECRET_BYTES, random};
use liuhen_record::{
    note::{NoteSignError, NoteSigner},
    seal::{Identity, Recipient},
};
use ring::rand::SystemRandom;
use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

/// Why a key could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file system failed.
    #[error("the key file failed: {0}")]
    File(#[from] io::Error),
    /// The file is not a key, or no key could be made.
    #[error(transparent)]
    Note(#[from] NoteSignError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] random::RandomError),
    /// The data folder has no name beside which a file could stand.
    #[error("the data folder has no name")]
    NoName,
    /// An identity file is there already, but not its database: nothing is overwritten.
    #[error("an identity file of an earlier bureau stands beside the data folder")]
    IdentityExists,
    /// The identity could not be made.
    #[error("no age identity could be made")]
    Identity,
}

/// Reads the log key, or makes it.
///
/// # Errors
/// [`KeyError`].
pub fn log_key(dir: &Path, origin: &str) -> Result<NoteSigner, KeyError> {
    durable::make_dir(dir)?;
    let path = dir.join("log.pk8");
    match fs::read(&path) {
        Ok(pkcs8) => Ok(NoteSigner::from_pkcs8(origin, &pkcs8)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (signer, pkcs8) = NoteSigner::make(origin, &SystemRandom::new())?;
            durable::replace_file(&path, &pkcs8)?;
            Ok(signer)
        }
        Err(error) => Err(error.into()),
    }
}

/// Reads the secret by which the bureau knows its challenges again, or makes it. One that is damaged is replaced: only phones that
/// are signing in at this moment notice; so they do after a start on a disk without room, which keeps none.
///
/// # Errors
/// [`KeyError`].
pub fn challenge_secret(dir: &Path) -> Result<[u8; SECRET_BYTES], KeyError> {
    durable::make_dir(dir)?;
    let path = dir.join("challenge.key");
    match fs::read(&path) {
        Ok(bytes) => {
            if let Ok(secret) = bytes.try_into() {
                return Ok(secret);
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let secret = random::bytes()?;
    if let Err(error) = durable::replace_file(&path, &secret) {
        eprintln!("the secret of challenges is kept in memory only: {error}");
    }
    Ok(secret)
}

/// Where the identity made at a first start is written: `<DATA>.bureau-identity.txt`.
///
/// # Errors
/// [`KeyError::NoName`].
pub fn identity_path(data_dir: &Path) -> Result<PathBuf, KeyError> {
    let mut name = OsString::from(data_dir.file_name().ok_or(KeyError::NoName)?);
    name.push(".bureau-identity.txt");
    Ok(data_dir.with_file_name(name))
}

/// Makes an age identity, writes it beside the data folder and gives back only its public half.
///
/// # Errors
/// [`KeyError`].
pub fn make_identity(data_dir: &Path) -> Result<Recipient, KeyError> {
    let path = identity_path(data_dir)?;
    if path.exists() {
        return Err(KeyError::IdentityExists);
    }
    let identity = Identity::make(&SystemRandom::new()).map_err(|_| KeyError::Identity)?;
    let recipient = identity.to_recipient();
    let secret = identity.to_secret_text();
    let text = zeroize::Zeroizing::new(format!(
        "# 留痕 Liuhen: age identity of this bureau. Move it offline: the bureau does not need it.\n\
         # 本单位的 age 解密身份，请立即移至离线介质保存；服务器不需要它。\n\
         # public key: {recipient}\n{}\n",
        secret.as_str()
    ));
    durable::replace_file(&path, text.as_bytes())?;
    Ok(recipient)
}

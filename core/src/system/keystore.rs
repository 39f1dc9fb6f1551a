//! Keys in files, for desktops and tests. A phone brings its own hardware instead.

use crate::ports::{Keystore, KeystoreError};
use liuhen_record::sign::DeviceKey;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

const WRAPPING_KEY_BYTES: usize = 32;
/// A PKCS#8 P-256 key has 138 bytes; nothing here is ever longer than this.
const MAX_KEY_FILE_BYTES: u64 = 4096;

/// One file a key, mode 0600. Erasing overwrites the file before it is removed; on flash that is the best a
/// program can do and proves nothing, which is why phones use their keystore chip.
pub struct SoftwareKeystore {
    dir: PathBuf,
    random: SystemRandom,
}

impl SoftwareKeystore {
    /// Keeps keys in the folder `dir`, making it when it is missing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(dir: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        Ok(Self { dir: dir.to_owned(), random: SystemRandom::new() })
    }

    fn path(&self, name: &str, kind: &str) -> Result<PathBuf, KeystoreError> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || name.len() > 64 || !name.bytes().all(fits) {
            return Err(KeystoreError::Platform("not a key name".to_owned()));
        }
        Ok(self.dir.join(format!("{name}.{kind}")))
    }

    /// Writes a new key beside its place, then moves it there: a crash leaves no half key.
    fn keep(&self, path: &Path, bytes: &[u8]) -> Result<(), KeystoreError> {
        let mut salt = [0; 8];
        self.random.fill(&mut salt).map_err(|_| KeystoreError::Platform("no randomness".to_owned()))?;
        let beside = path.with_extension(format!("new-{}", hex::encode(salt)));
        let written =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
                file.write_all(bytes)?;
                file.sync_all()
            });
        written
            // A hard link, unlike a rename, never replaces a key that another thread made meanwhile.
            .and_then(|()| match fs::hard_link(&beside, path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
                result => result,
            })
            .and_then(|()| fs::remove_file(&beside))
            .and_then(|()| File::open(&self.dir)?.sync_all())
            .map_err(platform)
    }

    fn signing_key(&self, name: &str) -> Result<EcdsaKeyPair, KeystoreError> {
        let pkcs8 = read(&self.path(name, "p256")?)?;
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &self.random)
            .map_err(|_| KeystoreError::Platform("the key file is damaged".to_owned()))
    }

    fn wrapping_key(&self, name: &str) -> Result<LessSafeKey, KeystoreError> {
        let bytes = read(&self.path(name, "aes")?)?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes);
        key.map(LessSafeKey::new).map_err(|_| KeystoreError::Platform("the key file is damaged".to_owned()))
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => KeystoreError::Missing,
        _ => platform(error),
    })?;
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_KEY_FILE_BYTES).read_to_end(&mut bytes).map_err(platform)?;
    Ok(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn platform(error: io::Error) -> KeystoreError {
    KeystoreError::Platform(error.kind().to_string())
}

fn spki(key: &EcdsaKeyPair) -> Result<Vec<u8>, KeystoreError> {
    let point = DeviceKey::from_point(key.public_key().as_ref());
    point.map(|key| key.spki()).map_err(|_| KeystoreError::Platform("the key file is damaged".to_owned()))
}

impl Keystore for SoftwareKeystore {
    fn make_signing_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        let path = self.path(name, "p256")?;
        if !path.try_exists().map_err(platform)? {
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.random);
            let pkcs8 = made.map_err(|_| KeystoreError::Platform("no randomness".to_owned()))?;
            self.keep(&path, pkcs8.as_ref())?;
        }
        spki(&self.signing_key(name)?)
    }

    fn public_key(&self, name: &str) -> Result<Vec<u8>, KeystoreError> {
        spki(&self.signing_key(name)?)
    }

    fn sign(&self, name: &str, message: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        let signature = self.signing_key(name)?.sign(&self.random, message);
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| KeystoreError::Platform("signing failed".to_owned()))
    }

    fn make_wrapping_key(&self, name: &str) -> Result<(), KeystoreError> {
        let path = self.path(name, "aes")?;
        if path.try_exists().map_err(platform)? {
            return Ok(());
        }
        let mut key = Zeroizing::new([0; WRAPPING_KEY_BYTES]);
        self.random.fill(key.as_mut()).map_err(|_| KeystoreError::Platform("no randomness".to_owned()))?;
        self.keep(&path, key.as_ref())
    }

    fn wrap(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        let key = self.wrapping_key(name)?;
        let mut nonce = [0; NONCE_LEN];
        self.random.fill(&mut nonce).map_err(|_| KeystoreError::Platform("no randomness".to_owned()))?;
        let mut sealed = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed)
            .map_err(|_| KeystoreError::Platform("wrapping failed".to_owned()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Vec<u8>, KeystoreError> {
        let key = self.wrapping_key(name)?;
        let (nonce, sealed) = wrapped.split_first_chunk::<NONCE_LEN>().ok_or(KeystoreError::Wrapped)?;
        let mut bytes = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain =
            key.open_in_place(nonce, Aad::from(name), &mut bytes).map_err(|_| KeystoreError::Wrapped)?;
        Ok(plain.to_vec())
    }

    fn erase(&self, name: &str) -> Result<(), KeystoreError> {
        for kind in ["p256", "aes"] {
            let path = self.path(name, kind)?;
            match OpenOptions::new().write(true).open(&path) {
                Ok(mut file) => {
                    let len = file.metadata().map_err(platform)?.len().min(MAX_KEY_FILE_BYTES);
                    file.write_all(&vec![0; len as usize]).map_err(platform)?;
                    file.sync_all().map_err(platform)?;
                    fs::remove_file(&path).map_err(platform)?;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(platform(error)),
            }
        }
        File::open(&self.dir).and_then(|dir| dir.sync_all()).map_err(platform)
    }

    fn kind(&self) -> &'static str {
        "software"
    }
}

impl fmt::Debug for SoftwareKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftwareKeystore(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keystore() -> (tempfile::TempDir, SoftwareKeystore) {
        let dir = tempfile::tempdir().unwrap();
        let keystore = SoftwareKeystore::open(dir.path()).unwrap();
        (dir, keystore)
    }

    #[test]
    fn a_signature_verifies_under_the_public_key_it_gave() {
        let (_dir, keys) = keystore();
        let spki = keys.make_signing_key("device-1").unwrap();
        assert_eq!(keys.make_signing_key("device-1").unwrap(), spki, "an existing key is kept");
        let signature = keys.sign("device-1", b"message").unwrap();
        let key = DeviceKey::from_spki(&spki).unwrap();
        key.verify(b"message", &signature).unwrap();
        assert!(key.verify(b"messagE", &signature).is_err());
    }

    #[test]
    fn what_was_wrapped_opens_only_under_its_name_and_unaltered() {
        let (_dir, keys) = keystore();
        keys.make_wrapping_key("a").unwrap();
        keys.make_wrapping_key("b").unwrap();
        let mut wrapped = keys.wrap("a", b"secret").unwrap();
        assert_eq!(keys.unwrap("a", &wrapped).unwrap(), b"secret");
        assert!(matches!(keys.unwrap("b", &wrapped), Err(KeystoreError::Wrapped)));
        wrapped[20] ^= 1;
        assert!(matches!(keys.unwrap("a", &wrapped), Err(KeystoreError::Wrapped)));
    }

    #[test]
    fn an_erased_key_is_gone_and_erasing_again_is_fine() {
        let (dir, keys) = keystore();
        keys.make_wrapping_key("session-1").unwrap();
        let wrapped = keys.wrap("session-1", b"secret").unwrap();
        keys.erase("session-1").unwrap();
        keys.erase("session-1").unwrap();
        assert!(matches!(keys.unwrap("session-1", &wrapped), Err(KeystoreError::Missing)));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn key_names_that_could_be_paths_are_refused() {
        let (_dir, keys) = keystore();
        for name in ["", "../x", "A", "a/b", "a.b", &"a".repeat(65)] {
            assert!(keys.make_wrapping_key(name).is_err(), "{name:?} was accepted");
        }
    }
}

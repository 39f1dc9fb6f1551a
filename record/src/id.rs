//! Typed 128-bit identifiers, written as 32 lower-case hexadecimal digits.
//!
//! Session, item and document ids are random and made on the phone, so that a retried upload is recognised and
//! a file name never identifies anything. A device id is derived from the device's public key
//! ([`DeviceId::of_spki`]): a record cannot name a device whose key did not sign for it.

use crate::{digest::Digest, hex_text};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Text that is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 32 lower-case hexadecimal digits")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let mut bytes = [0; 16];
                if text.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(IdError);
                }
                hex::decode_to_slice(text, &mut bytes).map_err(|_| IdError)?;
                Ok(Self(bytes))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                hex_text::write(&self.0, serializer)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                hex_text::read(deserializer)
            }
        }
    };
}

id!(
    /// One enforcement activity (执法活动), from opening to closing.
    SessionId
);
id!(
    /// One captured file (声像资料).
    ItemId
);
id!(
    /// One filled document (文书); its revisions share the id.
    DocumentId
);
id!(
    /// One copying of a recorder's card.
    ImportId
);
id!(
    /// One phone: the first 16 bytes of SHA-256 over the DER SubjectPublicKeyInfo of its signing key.
    DeviceId
);

impl DeviceId {
    /// Derives the id from the DER `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) of the device's key.
    pub fn of_spki(spki_der: &[u8]) -> Self {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&Digest::of(spki_der).0[..16]);
        Self(bytes)
    }
}

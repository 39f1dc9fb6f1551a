//! Who a recorder says it is, in the words of the common device interface (GA/T 947.4, `ZFY_INFO`).
//!
//! That interface is a USB library, not a radio protocol; only its vocabulary and widths are taken over.

use ring::signature::{ED25519, UnparsedPublicKey};

/// What a recorder says of itself. It is a claim: the bureau's register says who may use it. A field that a
/// protocol has no place for is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecorderIdentity {
    /// Maker code and model code (`IDCode`), at most 5 characters; empty for recorders that have none.
    pub id_code: String,
    /// Maker's serial number (产品序号): 7 characters in the device interface (`cSerial`), longer elsewhere,
    /// at most 32 bytes.
    pub serial: String,
    /// Officer number configured in it (警号, `userNo`), at most 6 characters: a certificate number (执法证号)
    /// does not fit, so the bureau keeps the mapping.
    pub officer_no: String,
    /// Name configured in it (`userName`), at most 32 bytes.
    pub officer_name: String,
    /// Unit number (单位编号, `unitNo`), at most 12 characters.
    pub unit_no: String,
    /// Unit name (`unitName`), at most 32 bytes.
    pub unit_name: String,
    /// Maker and model, for people.
    pub model: String,
    /// Firmware version.
    pub firmware: String,
}

/// A field that the device interface could not have held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// A field is longer than its place.
    #[error("{field} is longer than {max_bytes} bytes")]
    TooLong {
        /// The field.
        field: &'static str,
        /// Its width, bytes.
        max_bytes: usize,
    },
    /// A field that names the device is empty.
    #[error("{field} is empty")]
    Empty {
        /// The field.
        field: &'static str,
    },
    /// Cut off, not UTF-8, a control character, or of another version.
    #[error("{field} cannot be read")]
    Unreadable {
        /// The field.
        field: &'static str,
    },
}

/// Version of the encoding of an identity.
const IDENTITY_VERSION: u8 = 1;

/// The fields in the order of the encoding, with their widths in bytes.
const FIELDS: [(&str, usize); 8] = [
    ("id_code", 5),
    ("serial", 32),
    ("officer_no", 6),
    ("officer_name", 32),
    ("unit_no", 12),
    ("unit_name", 32),
    ("model", 64),
    ("firmware", 64),
];

impl RecorderIdentity {
    /// Checks the widths of the device interface. Never changes a field: what a device says is kept as said.
    ///
    /// # Errors
    /// The first field that is too long, or an empty `serial`.
    pub fn check(&self) -> Result<(), IdentityError> {
        for ((field, max_bytes), value) in FIELDS.into_iter().zip(self.values()) {
            if value.len() > max_bytes {
                return Err(IdentityError::TooLong { field, max_bytes });
            }
        }
        if self.serial.is_empty() {
            return Err(IdentityError::Empty { field: "serial" });
        }
        Ok(())
    }

    /// The value of the Identity characteristic of the recorder profile (spec/recorder-profile.md §4.1): version 1,
    /// then each field as one byte of length and UTF-8. This is also what an [`IdentityProof`] signs.
    ///
    /// # Errors
    /// Those of [`Self::check`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, IdentityError> {
        self.check()?;
        let mut bytes = vec![IDENTITY_VERSION];
        for value in self.values() {
            bytes.push(value.len() as u8);
            bytes.extend_from_slice(value.as_bytes());
        }
        Ok(bytes)
    }

    /// Reads what [`Self::to_bytes`] writes, and nothing else.
    ///
    /// # Errors
    /// See [`IdentityError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, IdentityError> {
        let Some((&IDENTITY_VERSION, mut rest)) = bytes.split_first() else {
            return Err(IdentityError::Unreadable { field: "version" });
        };
        let mut next = |field| {
            let unreadable = IdentityError::Unreadable { field };
            let (&len_bytes, after) = rest.split_first().ok_or(unreadable.clone())?;
            let (value, after) = after.split_at_checked(usize::from(len_bytes)).ok_or(unreadable.clone())?;
            rest = after;
            let text = std::str::from_utf8(value).map_err(|_| unreadable.clone())?;
            if text.chars().any(char::is_control) { Err(unreadable) } else { Ok(text.to_owned()) }
        };
        let identity = Self {
            id_code: next("id_code")?,
            serial: next("serial")?,
            officer_no: next("officer_no")?,
            officer_name: next("officer_name")?,
            unit_no: next("unit_no")?,
            unit_name: next("unit_name")?,
            model: next("model")?,
            firmware: next("firmware")?,
        };
        if !rest.is_empty() {
            return Err(IdentityError::Unreadable { field: "end" });
        }
        identity.check()?;
        Ok(identity)
    }

    fn values(&self) -> [&String; 8] {
        [
            &self.id_code,
            &self.serial,
            &self.officer_no,
            &self.officer_name,
            &self.unit_no,
            &self.unit_name,
            &self.model,
            &self.firmware,
        ]
    }
}

/// A recorder's signature under a nonce: whoever holds the key that was seen when the recorder was issued is that
/// recorder, whatever its name and address say. Ed25519 (RFC 8032) over `liuhen.recorder/v1`, a line feed, the
/// nonce, and [`RecorderIdentity::to_bytes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityProof {
    /// The recorder's public key.
    pub public_key: [u8; 32],
    /// The signature.
    pub signature: [u8; 64],
}

impl IdentityProof {
    /// Whether the key signed this identity under this nonce. The caller compares the key with the one that it
    /// knows.
    pub fn is_valid(&self, identity: &RecorderIdentity, nonce: &[u8; 32]) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, &self.public_key);
        identity
            .to_bytes()
            .is_ok_and(|identity| key.verify(&Self::signed(&identity, nonce), &self.signature).is_ok())
    }

    /// What is signed.
    pub(crate) fn signed(identity_bytes: &[u8], nonce: &[u8; 32]) -> Vec<u8> {
        [b"liuhen.recorder/v1\n".as_slice(), nonce, identity_bytes].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> RecorderIdentity {
        RecorderIdentity {
            id_code: "LHSIM".into(),
            serial: "0000001".into(),
            officer_no: "210001".into(),
            officer_name: "张伟".into(),
            unit_no: "210300000000".into(),
            unit_name: "劳动保障监察科".into(),
            model: "模拟记录仪".into(),
            firmware: "1".into(),
        }
    }

    #[test]
    fn accepts_what_fits_the_device_interface() {
        assert_eq!(identity().check(), Ok(()));
    }

    #[test]
    fn refuses_a_certificate_number_in_the_officer_field() {
        let wrong = RecorderIdentity { officer_no: "21030012345".into(), ..identity() };
        assert_eq!(wrong.check(), Err(IdentityError::TooLong { field: "officer_no", max_bytes: 6 }));
    }

    #[test]
    fn an_identity_is_read_as_it_was_written_and_no_cut_of_it_is() {
        let bytes = identity().to_bytes().unwrap();
        assert_eq!(RecorderIdentity::parse(&bytes), Ok(identity()));
        for cut in 0..bytes.len() {
            assert!(RecorderIdentity::parse(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let longer = [bytes.as_slice(), b"\0"].concat();
        assert_eq!(RecorderIdentity::parse(&longer), Err(IdentityError::Unreadable { field: "end" }));
    }

    #[test]
    fn refuses_a_recorder_without_a_serial_number() {
        let wrong = RecorderIdentity { serial: String::new(), ..identity() };
        assert_eq!(wrong.check(), Err(IdentityError::Empty { field: "serial" }));
    }
}

//! Who a recorder says it is, in the words of the common device interface (GA/T 947.4, `ZFY_INFO`).
//!
//! That interface is a USB library, not a radio protocol; only its vocabulary and widths are taken over.

/// What a recorder says of itself. It is a claim: the bureau's register says who may use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderIdentity {
    /// Maker code and model code (`IDCode`), 5 characters.
    pub id_code: String,
    /// Maker's serial number (产品序号, `cSerial`), at most 7 characters.
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
}

impl RecorderIdentity {
    /// Checks the widths of the device interface. Never changes a field: what a device says is kept as said.
    ///
    /// # Errors
    /// The first field that is too long, or an empty `id_code` or `serial`.
    pub fn check(&self) -> Result<(), IdentityError> {
        let widths = [
            ("id_code", &self.id_code, 5),
            ("serial", &self.serial, 7),
            ("officer_no", &self.officer_no, 6),
            ("officer_name", &self.officer_name, 32),
            ("unit_no", &self.unit_no, 12),
            ("unit_name", &self.unit_name, 32),
            ("model", &self.model, 64),
            ("firmware", &self.firmware, 64),
        ];
        for (field, value, max_bytes) in widths {
            if value.len() > max_bytes {
                return Err(IdentityError::TooLong { field, max_bytes });
            }
        }
        for (field, value) in [("id_code", &self.id_code), ("serial", &self.serial)] {
            if value.is_empty() {
                return Err(IdentityError::Empty { field });
            }
        }
        Ok(())
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
    fn refuses_a_recorder_without_a_serial_number() {
        let wrong = RecorderIdentity { serial: String::new(), ..identity() };
        assert_eq!(wrong.check(), Err(IdentityError::Empty { field: "serial" }));
    }
}

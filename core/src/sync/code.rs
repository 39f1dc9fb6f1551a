//! The one-use code by which a phone joins: `LH1-<32 hex secret>-<16 hex fingerprint>`, or, where the bureau speaks
//! TLS with a key of its own, `LH2-<32 hex secret>-<16 hex fingerprint>-<64 hex pin>`.
//!
//! The fingerprint names the bureau's key, so the phone can refuse an impostor before the secret leaves it; the pin
//! names the key that the server must prove in TLS, so that not even the question reaches one.

use super::address::Address;
use liuhen_record::Digest;
use std::str::FromStr;

/// Text that is not an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an enrolment code reads LH1-, 32 hexadecimal digits, -, 16 hexadecimal digits; LH2 has - and 64 more"
)]
pub struct CodeError;

/// An enrolment code, read.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolCode {
    secret: String,
    fingerprint: String,
    tls_pin: Option<Digest>,
}

impl EnrolCode {
    /// The secret part: 32 lower-case hexadecimal digits.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// First 8 bytes of SHA-256 over the bureau's verifier key, 16 lower-case hexadecimal digits.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// SHA-256 over the public key that the server must prove in TLS ([`crate::ports::Request::tls_pin`]); `None` where
    /// the system judges its certificate.
    pub fn tls_pin(&self) -> Option<Digest> {
        self.tls_pin
    }

    /// The whole code, as the bureau knows it.
    pub fn text(&self) -> String {
        match &self.tls_pin {
            None => format!("LH1-{}-{}", self.secret, self.fingerprint),
            Some(pin) => format!("LH2-{}-{}-{pin}", self.secret, self.fingerprint),
        }
    }
}

/// Codes are secrets: they do not turn up in logs.
impl std::fmt::Debug for EnrolCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnrolCode").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

impl FromStr for EnrolCode {
    type Err = CodeError;

    /// Reads a code as typed: blanks around it and upper-case digits do no harm.
    fn from_str(text: &str) -> Result<Self, CodeError> {
        let text = text.trim().to_ascii_lowercase();
        let parts: Vec<&str> = text.split('-').collect();
        let (secret, fingerprint, pin) = match parts[..] {
            ["lh1", secret, fingerprint] => (secret, fingerprint, None),
            ["lh2", secret, fingerprint, pin] => (secret, fingerprint, Some(pin)),
            _ => return Err(CodeError),
        };
        let is_hex = |part: &str, digits| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex(secret, 32) || !is_hex(fingerprint, 16) {
            return Err(CodeError);
        }
        let tls_pin = pin.map(str::parse).transpose().map_err(|_| CodeError)?;
        Ok(Self { secret: secret.to_owned(), fingerprint: fingerprint.to_owned(), tls_pin })
    }
}

/// Where the bureau is and the code to join it, in one text, as a QR code carries it: `<address>#<code>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where.
    pub address: Address,
    /// By what.
    pub code: EnrolCode,
}

impl FromStr for Invitation {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Self, CodeError> {
        let (address, code) = text.rsplit_once('#').ok_or(CodeError)?;
        let address = Address::parse(address).map_err(|_| CodeError)?;
        Ok(Self { address, code: code.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "LH1-00112233445566778899aabbccddeeff-0123456789abcdef";

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code: EnrolCode = GOOD.parse().unwrap();
        assert_eq!(code.secret(), "00112233445566778899aabbccddeeff");
        assert_eq!(code.fingerprint(), "0123456789abcdef");
        assert_eq!(code.text(), GOOD);
        assert_eq!(format!("  {}\n", GOOD.to_uppercase()).parse::<EnrolCode>().unwrap(), code);
        assert!(!format!("{code:?}").contains("0011"));
    }

    #[test]
    fn anything_else_is_refused() {
        let long = format!("{GOOD}0");
        for bad in ["", "LH1", "LH1--", "LH2-00-00", &GOOD[..GOOD.len() - 1], &long, &GOOD.replace('7', "g")]
        {
            assert_eq!(bad.parse::<EnrolCode>(), Err(CodeError), "{bad}");
        }
    }

    #[test]
    fn a_pin_comes_with_the_second_form_and_with_no_other() {
        let pin = Digest([0xab; 32]);
        let pinned = format!("{}-{pin}", GOOD.replace("LH1", "LH2"));
        let code: EnrolCode = pinned.to_uppercase().parse().unwrap();
        assert_eq!((code.tls_pin(), code.text()), (Some(pin), pinned.clone()));
        assert_eq!(GOOD.parse::<EnrolCode>().unwrap().tls_pin(), None);
        let second = GOOD.replace("LH1", "LH2");
        for bad in
            [&pinned.replace("LH2", "LH1"), &second, &pinned[..pinned.len() - 2], &format!("{pinned}-")]
        {
            assert_eq!(bad.parse::<EnrolCode>(), Err(CodeError), "{bad}");
        }
    }

    #[test]
    fn an_invitation_names_the_address_and_the_code() {
        let read: Invitation = format!(" https://10.0.0.5:8443#{GOOD}\n").parse().unwrap();
        assert_eq!((read.address.as_str(), read.code.text().as_str()), ("https://10.0.0.5:8443", GOOD));
        for bad in [GOOD, "https://10.0.0.5#", &format!("ftp://x#{GOOD}"), &format!("#{GOOD}")] {
            assert_eq!(bad.parse::<Invitation>(), Err(CodeError), "{bad}");
        }
    }
}

//! The one-use code by which a phone joins: `LH1-<32 hex secret>-<16 hex fingerprint>`.
//!
//! The fingerprint names the bureau's key, so the phone can refuse an impostor before the secret leaves it.

use std::str::FromStr;

/// Text that is not an enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an enrolment code reads LH1-, 32 hexadecimal digits, -, 16 hexadecimal digits")]
pub struct CodeError;

/// An enrolment code, read.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolCode {
    secret: String,
    fingerprint: String,
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

    /// The whole code, as the bureau knows it.
    pub fn text(&self) -> String {
        format!("LH1-{}-{}", self.secret, self.fingerprint)
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
        let (secret, fingerprint) =
            text.strip_prefix("lh1-").and_then(|rest| rest.split_once('-')).ok_or(CodeError)?;
        let is_hex = |part: &str, digits| part.len() == digits && part.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex(secret, 32) || !is_hex(fingerprint, 16) {
            return Err(CodeError);
        }
        Ok(Self { secret: secret.to_owned(), fingerprint: fingerprint.to_owned() })
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
}

//! People who may sign in to the console: roles and passwords.
//!
//! Passwords are kept as Argon2id (RFC 9106) with 19 MiB, two passes and one lane, the first recommendation of
//! OWASP's password storage cheat sheet.

use crate::{
    random::{self, RandomError},
    store::{AccountRow, Ledger, StoreError},
};
use argon2::{Algorithm, Argon2, Params, Version};
use std::str::FromStr;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
/// A password has at least so many characters.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// And at most so many bytes, because every try costs time.
pub const MAX_PASSWORD_BYTES: usize = 256;
/// An account name has at most so many characters.
pub const MAX_NAME_CHARS: usize = 40;
/// No letters or digits that people confuse.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What somebody may do. All may sign in and see what there is, and every look is written down; only those who keep or
/// supervise read the whole of what was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// 专门人员: keeps the material.
    Custodian,
    /// 科室负责人: approves views.
    SectionHead,
    /// 综合科: supervises and inspects.
    GeneralSection,
}

impl Role {
    /// The word by which it is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::Custodian => "custodian",
            Self::SectionHead => "section_head",
            Self::GeneralSection => "general_section",
        }
    }

    /// As people say it.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Custodian => "专门人员",
            Self::SectionHead => "科室负责人",
            Self::GeneralSection => "综合科",
        }
    }

    /// Whether this role reads the whole audit trail: those who keep the material and those who inspect, not those whose
    /// looks it is about.
    pub fn may_read_audit(self) -> bool {
        matches!(self, Self::Custodian | Self::GeneralSection)
    }
}

/// Not the word of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is custodian, section_head or general_section")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;
    fn from_str(word: &str) -> Result<Self, RoleError> {
        match word {
            "custodian" => Ok(Self::Custodian),
            "section_head" => Ok(Self::SectionHead),
            "general_section" => Ok(Self::GeneralSection),
            _ => Err(RoleError),
        }
    }
}

/// Why an account was not added or a password not set.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Empty, too long, or with characters that cannot be shown.
    #[error("the account name is empty, too long or unprintable")]
    Name,
    /// Somebody has that name.
    #[error("the account name is taken")]
    Taken,
    /// Too short or too long.
    #[error("a password has at least {MIN_PASSWORD_CHARS} characters")]
    Password,
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The password could not be hashed.
    #[error("the password could not be hashed")]
    Hash,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds an account and returns its one-time password: it must be changed at the first sign-in.
///
/// # Errors
/// [`AccountError`].
pub fn add(rows: &dyn Ledger, name: &str, role: Role, now_ms: i64) -> Result<String, AccountError> {
    let shown = |c: char| !c.is_control() && !c.is_whitespace();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || !name.chars().all(shown) {
        return Err(AccountError::Name);
    }
    let password = one_time_password()?;
    let account = AccountRow {
        account: 0,
        name: name.to_owned(),
        role: role.word().to_owned(),
        password: hash(&password)?,
        must_change: true,
        created_ms: now_ms,
    };
    if rows.add_account(&account)? { Ok(password) } else { Err(AccountError::Taken) }
}

fn one_time_password() -> Result<String, RandomError> {
    let random = random::bytes::<12>()?;
    let letters: Vec<char> = random.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)])).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    Ok(groups.join("-"))
}

/// Hashes a password for keeping: `argon2id$<memory KiB>$<passes>$<lanes>$<salt, hex>$<hash, hex>`.
///
/// # Errors
/// [`AccountError`].
pub fn hash(password: &str) -> Result<String, AccountError> {
    if password.chars().count() < MIN_PASSWORD_CHARS || password.len() > MAX_PASSWORD_BYTES {
        return Err(AccountError::Password);
    }
    let salt = random::bytes::<SALT_BYTES>()?;
    let hash = derive(password, &salt, MEMORY_KIB, PASSES, LANES).ok_or(AccountError::Hash)?;
    Ok(format!("argon2id${MEMORY_KIB}${PASSES}${LANES}${}${}", hex::encode(salt), hex::encode(hash)))
}

/// Whether a password is the one that was hashed. Takes the same time for every password, and as long when nothing is
/// kept: how long the answer takes must not tell which names there are.
pub fn verify(password: &str, kept: Option<&str>) -> bool {
    let Some(kept) = kept else {
        if password.len() <= MAX_PASSWORD_BYTES {
            std::hint::black_box(derive(password, &[0; SALT_BYTES], MEMORY_KIB, PASSES, LANES));
        }
        return false;
    };
    let parts: Vec<&str> = kept.split('$').collect();
    let ["argon2id", memory_kib, passes, lanes, salt, hash] = parts[..] else { return false };
    let (Ok(memory_kib), Ok(passes), Ok(lanes)) = (memory_kib.parse(), passes.parse(), lanes.parse()) else {
        return false;
    };
    let (Ok(salt), Ok(wanted)) = (hex::decode(salt), hex::decode(hash)) else { return false };
    if password.len() > MAX_PASSWORD_BYTES || wanted.len() != HASH_BYTES {
        return false;
    }
    derive(password, &salt, memory_kib, passes, lanes).is_some_and(|found| {
        found.iter().zip(&wanted).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
    })
}

fn derive(password: &str, salt: &[u8], memory_kib: u32, passes: u32, lanes: u32) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(memory_kib, passes, lanes, Some(HASH_BYTES)).ok()?;
    let mut hash = [0; HASH_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password.as_bytes(), salt, &mut hash).ok()?;
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_verifies_against_its_own_hash_only() {
        let kept = hash("correct horse battery").unwrap();
        assert!(verify("correct horse battery", Some(&kept)));
        assert!(!verify("correct horse batterz", Some(&kept)));
        assert!(!verify("", Some(&kept)));
        assert!(!verify("correct horse battery", Some("argon2id$1$1$1$$")));
        assert!(!verify("correct horse battery", None));
    }

    #[test]
    fn two_hashes_of_one_password_differ() {
        assert_ne!(hash("correct horse battery").unwrap(), hash("correct horse battery").unwrap());
    }

    #[test]
    fn short_passwords_are_refused() {
        assert!(matches!(hash("short"), Err(AccountError::Password)));
    }
}

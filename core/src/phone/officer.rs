//! Who holds the phone. A PIN keeps a finder of the phone out of the screens; what keeps the evidence is the keystore.
//! Wrong PINs cost time and nothing else: no number of them ever wipes evidence that the bureau does not have.

use super::{Phone, PhoneError};
use crate::say::{self, Sentence};
use liuhen_record::roster::Officer;
use ring::pbkdf2;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, num::NonZeroU32};

const PINS: &str = "pins";
const TRIES: &str = "pin_tries";
pub(super) const CURRENT: &str = "current_officer";
/// Rounds of PBKDF2-HMAC-SHA256 (NIST SP 800-132); kept with each PIN, so that they can grow.
const ROUNDS: NonZeroU32 = match NonZeroU32::new(120_000) {
    Some(rounds) => rounds,
    None => NonZeroU32::MAX,
};
/// Wrong PINs that cost nothing.
const FREE_TRIES: u32 = 5;
/// The first wait, milliseconds; it doubles up to [`LONGEST_WAIT_MS`].
const FIRST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 30 * 60_000;

/// Why somebody is not signed in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The PIN is wrong.
    #[error("wrong PIN")]
    WrongPin,
    /// Too many wrong PINs.
    #[error("too many wrong PINs; wait {secs} s")]
    Wait {
        /// Seconds left.
        secs: i64,
    },
    /// No PIN was set for this officer.
    #[error("no PIN is set for this officer")]
    NoPin,
    /// A PIN is 6 to 12 digits, not all the same.
    #[error("a PIN is 6 to 12 digits, not all the same")]
    Form,
    /// Not on the bureau's roster.
    #[error("not on the roster")]
    Unknown,
}

impl SignInError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongPin => "wrong_pin",
            Self::Wait { .. } => "pin_wait",
            Self::NoPin => "no_pin",
            Self::Form => "pin_form",
            Self::Unknown => "unknown_officer",
        }
    }

    /// The sentence for people, Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::WrongPin => "PIN 码不正确".to_owned(),
            Self::Wait { secs } => format!("PIN 码错误次数过多，请 {secs} 秒后再试；资料不受影响"),
            Self::NoPin => "尚未设置 PIN 码，请先设置".to_owned(),
            Self::Form => "PIN 码须为 6 至 12 位数字，且不能全部相同".to_owned(),
            Self::Unknown => "不在本单位执法人员名册内".to_owned(),
        }
    }
}

/// An officer as the sign-in screen and the lists show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The bureau's id.
    pub officer: String,
    /// Name.
    pub name: String,
    /// Section.
    pub unit: String,
    /// Certificate number, valid now.
    pub cert_no: Option<String>,
    /// Whether this officer may be an officer of record now (article 7).
    pub qualified: bool,
    /// Why not.
    pub why_not: Option<Sentence>,
    /// Whether a PIN is set.
    pub has_pin: bool,
}

#[derive(Serialize, Deserialize)]
struct Pin {
    salt: String,
    hash: String,
    rounds: NonZeroU32,
}

#[derive(Default, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    not_before_ms: i64,
}

impl Phone {
    /// Everybody on the roster.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn officers(&self) -> Result<Vec<SignedIn>, PhoneError> {
        let (now_ms, pins) = (self.now_ms()?, self.pins()?);
        Ok(self.roster()?.officers().iter().map(|officer| shown(officer, now_ms, &pins)).collect())
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn signed_in(&self) -> Result<Option<SignedIn>, PhoneError> {
        let Some(current) = self.vault.get_setting::<String>(CURRENT)? else { return Ok(None) };
        if self.vault.device().is_none() {
            return Ok(None);
        }
        Ok(self.officers()?.into_iter().find(|officer| officer.officer == current))
    }

    /// Milliseconds until another PIN may be tried; 0 when one may.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn pin_wait_ms(&self) -> Result<i64, PhoneError> {
        let tries: Tries = self.vault.get_setting(TRIES)?.unwrap_or_default();
        // A clock set back must not lock anybody out for longer than the longest wait.
        Ok(tries.not_before_ms.saturating_sub(self.now_ms()?).clamp(0, LONGEST_WAIT_MS))
    }

    /// Sets an officer's PIN; an existing one must be given.
    ///
    /// # Errors
    /// [`PhoneError::SignIn`].
    pub fn set_pin(&mut self, officer: &str, old: Option<&str>, new: &str) -> Result<(), PhoneError> {
        if !self.officers()?.iter().any(|known| known.officer == officer) {
            return Err(SignInError::Unknown.into());
        }
        let digits = new.bytes().all(|b| b.is_ascii_digit()) && (6..=12).contains(&new.len());
        if !digits || new.bytes().all(|b| Some(b) == new.bytes().next()) {
            return Err(SignInError::Form.into());
        }
        let mut pins = self.pins()?;
        if pins.contains_key(officer) {
            self.try_pin(officer, old.unwrap_or_default())?;
        }
        let salt = self.random_id()?;
        let hash = hex::encode(derive(new, &salt, ROUNDS));
        pins.insert(officer.to_owned(), Pin { salt: hex::encode(salt), hash, rounds: ROUNDS });
        Ok(self.vault.put_setting(PINS, &pins)?)
    }

    /// Signs an officer in.
    ///
    /// # Errors
    /// [`PhoneError::SignIn`]; whoever is signed in stays so.
    pub fn sign_in(&mut self, officer: &str, pin: &str) -> Result<SignedIn, PhoneError> {
        let known = self.officers()?.into_iter().find(|known| known.officer == officer);
        let known = known.ok_or(SignInError::Unknown)?;
        self.try_pin(officer, pin)?;
        self.vault.put_setting(CURRENT, &officer)?;
        Ok(known)
    }

    /// Signs out. A recording goes on, and nothing is wiped.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn sign_out(&mut self) -> Result<(), PhoneError> {
        Ok(self.vault.remove_setting(CURRENT)?)
    }

    fn try_pin(&mut self, officer: &str, given: &str) -> Result<(), PhoneError> {
        let wait_ms = self.pin_wait_ms()?;
        if wait_ms > 0 {
            return Err(SignInError::Wait { secs: (wait_ms + 999) / 1_000 }.into());
        }
        let pins = self.pins()?;
        let pin = pins.get(officer).ok_or(SignInError::NoPin)?;
        let salt = hex::decode(&pin.salt).unwrap_or_default();
        let hash = hex::decode(&pin.hash).unwrap_or_default();
        let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
        if pbkdf2::verify(algorithm, pin.rounds, &salt, given.as_bytes(), &hash).is_ok() {
            return Ok(self.vault.remove_setting(TRIES)?);
        }
        let mut tries: Tries = self.vault.get_setting(TRIES)?.unwrap_or_default();
        tries.wrong = tries.wrong.saturating_add(1);
        if tries.wrong >= FREE_TRIES {
            let doublings = (tries.wrong - FREE_TRIES).min(16);
            let wait_ms = (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS);
            tries.not_before_ms = self.now_ms()?.saturating_add(wait_ms);
        }
        self.vault.put_setting(TRIES, &tries)?;
        Err(SignInError::WrongPin.into())
    }

    fn pins(&self) -> Result<BTreeMap<String, Pin>, PhoneError> {
        Ok(self.vault.get_setting(PINS)?.unwrap_or_default())
    }
}

fn derive(pin: &str, salt: &[u8], rounds: NonZeroU32) -> [u8; 32] {
    let mut hash = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, pin.as_bytes(), &mut hash);
    hash
}

fn shown(officer: &Officer, now_ms: i64, pins: &BTreeMap<String, Pin>) -> SignedIn {
    let (cert_no, why_not) = match officer.qualified_at(now_ms) {
        Ok(certificate) => (Some(certificate.cert_no.clone()), None),
        Err(reason) => (None, Some(say::label::not_qualified(reason).into())),
    };
    SignedIn {
        officer: officer.id.clone(),
        name: officer.name.clone(),
        unit: officer.unit.clone(),
        qualified: why_not.is_none(),
        cert_no,
        why_not,
        has_pin: pins.contains_key(&officer.id),
    }
}

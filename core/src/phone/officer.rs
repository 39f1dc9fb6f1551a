//! Who holds the phone. A PIN keeps a finder of the phone out of the screens; what keeps the evidence is the keystore.
//! Wrong PINs cost time and nothing else: no number of them ever wipes evidence that the bureau does not have.

use super::{Phone, PhoneError};
use crate::{
    ports::ClockReading,
    say::{self, Sentence},
};
use liuhen_record::roster::Officer;
use ring::pbkdf2;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, num::NonZeroU32};

const PINS: &str = "pins";
const TRIES: &str = "pin_tries_of_officers";
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
    /// A first PIN, on a phone that knows PINs, with nobody signed in who vouches for the officer.
    #[error(
        "a first PIN is set while a colleague is signed in; have one sign in, then set it from the settings"
    )]
    Unvouched,
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
            Self::Unvouched => "pin_unvouched",
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
            Self::Unvouched => {
                "首次设置 PIN 码须由已登录的同事在场：请同事先登录，再在“设置”中为您设置".to_owned()
            }
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

/// Wrong PINs of one officer since the last right one, and the wait that they earned. It runs on the clock that nobody
/// sets, and from its beginning after a restart: how long the phone was off, nothing can tell for certain.
#[derive(Default, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    /// The whole wait, milliseconds.
    wait_ms: i64,
    boot_id: String,
    /// When it began, monotonic milliseconds of that boot.
    from_mono_ms: i64,
}

impl Tries {
    fn begin_wait(&mut self, now: &ClockReading) {
        self.boot_id.clone_from(&now.boot_id);
        self.from_mono_ms = now.mono_ms;
    }

    fn left_ms(&self, now: &ClockReading) -> i64 {
        let ran_ms = if self.boot_id == now.boot_id {
            now.mono_ms.saturating_sub(self.from_mono_ms).max(0)
        } else {
            0
        };
        self.wait_ms.saturating_sub(ran_ms).max(0)
    }
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
        let Some(current) = self.current_officer()? else { return Ok(None) };
        if self.vault.device().is_none() {
            return Ok(None);
        }
        Ok(self.officers()?.into_iter().find(|officer| officer.officer == current))
    }

    /// Milliseconds until a PIN may be tried, of whichever officer may soonest; 0 when one may.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn pin_wait_ms(&self) -> Result<i64, PhoneError> {
        let (tries, now) = (self.tries()?, self.ports.clock.read());
        let left_ms = |officer: &String| tries.get(officer).map_or(0, |tries| tries.left_ms(&now));
        Ok(self.pins()?.keys().map(left_ms).min().unwrap_or(0))
    }

    /// Lets waits begin anew that were under way before a restart, and forgets those that are over; called when the
    /// phone is opened. What cannot be written now is written at the next opening, or when a PIN is tried.
    pub(super) fn renew_pin_waits(&mut self) {
        let now = self.ports.clock.read();
        let Ok(mut tries) = self.tries() else { return };
        if tries.is_empty() {
            return;
        }
        for tries in tries.values_mut() {
            if tries.left_ms(&now) == 0 {
                tries.wait_ms = 0;
            } else if tries.boot_id != now.boot_id {
                tries.begin_wait(&now);
            }
        }
        drop(self.vault.put_setting(TRIES, &tries));
    }

    /// Sets an officer's PIN; an existing one must be given. The first PIN of an officer is set while a colleague is
    /// signed in, who vouches for the officer; the very first one on a phone needs nobody.
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
        } else if !pins.is_empty() && !self.signed_in()?.is_some_and(|colleague| colleague.has_pin) {
            return Err(SignInError::Unvouched.into());
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
        self.begin_presence();
        Ok(known)
    }

    /// Signs out. A recording goes on, and nothing is wiped.
    ///
    /// # Errors
    /// [`PhoneError::Vault`]; nobody is signed in all the same.
    pub fn sign_out(&mut self) -> Result<(), PhoneError> {
        self.attendance.end();
        Ok(self.vault.remove_setting(CURRENT)?)
    }

    /// The id of whoever is signed in.
    pub(super) fn current_officer(&self) -> Result<Option<String>, PhoneError> {
        if self.attendance.is_out() {
            return Ok(None);
        }
        Ok(self.vault.get_setting(CURRENT)?)
    }

    fn try_pin(&mut self, officer: &str, given: &str) -> Result<(), PhoneError> {
        let now = self.ports.clock.read();
        let pins = self.pins()?;
        let pin = pins.get(officer).ok_or(SignInError::NoPin)?;
        let mut all = self.tries()?;
        let tries = all.entry(officer.to_owned()).or_default();
        let wait_ms = tries.left_ms(&now);
        if wait_ms > 0 {
            if tries.boot_id != now.boot_id {
                tries.begin_wait(&now);
                self.vault.put_setting(TRIES, &all)?;
            }
            return Err(SignInError::Wait { secs: (wait_ms + 999) / 1_000 }.into());
        }
        let salt = hex::decode(&pin.salt).unwrap_or_default();
        let hash = hex::decode(&pin.hash).unwrap_or_default();
        let algorithm = pbkdf2::PBKDF2_HMAC_SHA256;
        if pbkdf2::verify(algorithm, pin.rounds, &salt, given.as_bytes(), &hash).is_ok() {
            if all.remove(officer).is_some_and(|tries| tries.wrong > 0) {
                self.vault.put_setting(TRIES, &all)?;
            }
            return Ok(());
        }
        tries.wrong = tries.wrong.saturating_add(1);
        if tries.wrong >= FREE_TRIES {
            let doublings = (tries.wrong - FREE_TRIES).min(16);
            tries.wait_ms = (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS);
            tries.begin_wait(&now);
        }
        self.vault.put_setting(TRIES, &all)?;
        Err(SignInError::WrongPin.into())
    }

    /// Wrong PINs by officer: nobody's success clears what was earned by guessing a colleague's.
    fn tries(&self) -> Result<BTreeMap<String, Tries>, PhoneError> {
        Ok(self.vault.get_setting(TRIES)?.unwrap_or_default())
    }

    /// Whether anybody has a PIN on this phone; where nobody has, as under the command line, nobody signs in.
    pub(super) fn knows_a_pin(&self) -> Result<bool, PhoneError> {
        Ok(!self.pins()?.is_empty())
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

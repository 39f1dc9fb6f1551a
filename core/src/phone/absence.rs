//! Whoever comes back to the phone after a while signs in again: a phone that lies about says nothing in somebody's name.

use super::{Phone, PhoneError, officer};
use serde::{Deserialize, Serialize};

/// An officer who was away from the screen for this long signs in again, milliseconds.
pub const LOCK_AFTER_MS: i64 = 5 * 60_000;

const PRESENCE: &str = "presence";

/// When the screen was last seen, by the clock that nobody sets.
#[derive(Serialize, Deserialize)]
struct Presence {
    boot_id: String,
    /// When the app went from the screen; `None` while it is on it.
    left_mono_ms: Option<i64>,
}

impl Phone {
    /// The app went from the screen.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn leave_screen(&mut self) -> Result<(), PhoneError> {
        let now = self.ports.clock.read();
        self.keep_presence(now.boot_id, Some(now.mono_ms))
    }

    /// The app is on the screen, again or for the first time since the process began. Signs out who was away for
    /// [`LOCK_AFTER_MS`], or since before the phone was switched off; not while the phone itself records, when the officer
    /// must reach what ends it. Returns whether somebody was signed out.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn come_to_screen(&mut self) -> Result<bool, PhoneError> {
        let now = self.ports.clock.read();
        let last: Option<Presence> = self.vault.get_setting(PRESENCE)?;
        let away = last.is_some_and(|last| {
            let away_ms = last.left_mono_ms.map_or(0, |left_ms| now.mono_ms.saturating_sub(left_ms));
            last.boot_id != now.boot_id || away_ms >= LOCK_AFTER_MS
        });
        let signed_in = self.vault.get_setting::<String>(officer::CURRENT)?.is_some();
        let signs_out = away && signed_in && !self.is_recording()?;
        if signs_out {
            self.sign_out()?;
        }
        self.keep_presence(now.boot_id, None)?;
        Ok(signs_out)
    }

    fn keep_presence(&mut self, boot_id: String, left_mono_ms: Option<i64>) -> Result<(), PhoneError> {
        Ok(self.vault.put_setting(PRESENCE, &Presence { boot_id, left_mono_ms })?)
    }

    /// Whether a capture of this phone is under way.
    fn is_recording(&self) -> Result<bool, PhoneError> {
        let Some(session) = self.current_id()? else { return Ok(false) };
        Ok(self.view(session)?.running().next().is_some())
    }
}

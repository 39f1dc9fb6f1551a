//! Whoever comes back to the phone after a while signs in again: a phone that lies about says nothing in somebody's name.
//!
//! Memory goes before the store: a moment that could not be written counts all the same, and a process that ended without
//! having told that it went from the screen has been away for as long as nobody knows.

use super::{Desk, Phone, PhoneError};
use crate::{ports::ClockReading, vault::Vault};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// An officer who was away from the screen for this long signs in again, milliseconds.
pub const LOCK_AFTER_MS: i64 = 5 * 60_000;

const PRESENCE: &str = "presence";

/// When the screen was last seen, by the clock that nobody sets.
#[derive(Clone, Serialize, Deserialize)]
struct Presence {
    boot_id: String,
    /// When the app went from the screen; `None` while it is on it.
    left_mono_ms: Option<i64>,
}

impl Presence {
    fn on_screen(now: &ClockReading) -> Self {
        Self { boot_id: now.boot_id.clone(), left_mono_ms: None }
    }

    fn is_away_too_long(&self, now: &ClockReading) -> bool {
        let away_ms = self.left_mono_ms.map_or(0, |left_ms| now.mono_ms.saturating_sub(left_ms));
        self.boot_id != now.boot_id || away_ms >= LOCK_AFTER_MS
    }
}

#[derive(Default)]
struct Watch {
    /// `None` when nobody knows since when the officer is away.
    last: Option<Presence>,
    /// Whoever is signed in was away for too long; a recording may keep the sign-out waiting.
    is_due: bool,
    /// Nobody is signed in, whatever the store still says: signing out does not wait for a disk that takes it.
    is_out: bool,
    /// Somebody was signed out and no screen was told.
    is_untold: bool,
}

/// Who looks at the screen, for as long as the process lives; told at once, also while the phone itself is busy.
#[derive(Clone, Default)]
pub(super) struct Attendance(Arc<Mutex<Watch>>);

impl Attendance {
    /// As a process finds it. One that ended on the screen told nothing of when the officer left.
    pub(super) fn recall(vault: &Vault) -> Self {
        let kept = vault.get_setting::<Presence>(PRESENCE).ok().flatten();
        let last = kept.filter(|presence| presence.left_mono_ms.is_some());
        Self(Arc::new(Mutex::new(Watch { last, ..Watch::default() })))
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self, now: &ClockReading) {
        let mut watch = self.watch();
        let last = watch.last.as_mut().filter(|last| last.boot_id == now.boot_id);
        if let Some(last) = last {
            // The first moment counts until somebody came back.
            last.left_mono_ms.get_or_insert(now.mono_ms);
        }
    }

    fn come(&self, now: &ClockReading) {
        let mut watch = self.watch();
        watch.is_due |= watch.last.as_ref().is_none_or(|last| last.is_away_too_long(now));
        if !watch.is_due {
            watch.last = Some(Presence::on_screen(now));
        }
    }

    /// Whoever signs in is here.
    fn begin(&self, now: &ClockReading) {
        let mut watch = self.watch();
        watch.last = Some(Presence::on_screen(now));
        watch.is_due = false;
        watch.is_out = false;
        watch.is_untold = false;
    }

    /// Nobody is signed in from now on.
    pub(super) fn end(&self) {
        self.watch().is_out = true;
    }

    /// Whether nobody is signed in, whatever the store says.
    pub(super) fn is_out(&self) -> bool {
        self.watch().is_out
    }
}

impl Desk {
    /// The app went from the screen: that counts from now on, however long the phone is busy with something else.
    ///
    /// # Errors
    /// As [`Phone::leave_screen`]; the moment is remembered all the same while the process lives.
    pub fn leave_screen(&self) -> Result<(), PhoneError> {
        self.attendance.leave(&self.clock.read());
        self.with(Phone::keep_presence)
    }

    /// The app is on the screen: see [`Phone::come_to_screen`].
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn come_to_screen(&self) -> Result<bool, PhoneError> {
        self.attendance.come(&self.clock.read());
        self.with(Phone::settle_presence)
    }
}

impl Phone {
    /// The app went from the screen.
    ///
    /// # Errors
    /// [`PhoneError::Vault`]; the moment is remembered all the same while the process lives.
    pub fn leave_screen(&mut self) -> Result<(), PhoneError> {
        self.attendance.leave(&self.ports.clock.read());
        self.keep_presence()
    }

    /// The app is on the screen, again or for the first time since the process began. Signs out who was away for
    /// [`LOCK_AFTER_MS`], or since before the phone was switched off, or since a process ended that had not left the screen.
    /// While the phone itself records, the officer must reach what ends it: the sign-out waits for that end. Returns whether
    /// somebody was signed out since this was last asked.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn come_to_screen(&mut self) -> Result<bool, PhoneError> {
        self.attendance.come(&self.ports.clock.read());
        self.settle_presence()
    }

    /// Signs out whoever is due, and forgets the absence when nobody is left whom it concerns.
    fn settle_presence(&mut self) -> Result<bool, PhoneError> {
        let is_due = self.attendance.watch().is_due;
        if is_due && !self.vault.is_capturing() {
            self.end_absence()?;
        }
        // What stays in the store is an earlier moment, or none, and either asks for the PIN after the process ended.
        drop(self.keep_presence());
        Ok(std::mem::take(&mut self.attendance.watch().is_untold))
    }

    fn end_absence(&mut self) -> Result<(), PhoneError> {
        let was_signed_in = self.current_officer()?.is_some();
        if was_signed_in {
            // Out in any case; a store that does not take it is asked again when the process begins anew.
            drop(self.sign_out());
        }
        let now = self.ports.clock.read();
        let mut watch = self.attendance.watch();
        watch.is_due = false;
        watch.last = Some(Presence::on_screen(&now));
        watch.is_untold |= was_signed_in;
        Ok(())
    }

    /// A recording ended: whoever was away for too long while it ran signs in before anything else is said in their name.
    pub(super) fn settle_after_recording(&mut self) {
        if self.attendance.watch().is_due && !self.vault.is_capturing() {
            // What was recorded is sealed; where this fails, the next look at the screen tries again.
            drop(self.end_absence());
        }
    }

    /// Somebody signed in.
    pub(super) fn begin_presence(&mut self) {
        self.attendance.begin(&self.ports.clock.read());
        drop(self.keep_presence());
    }

    fn keep_presence(&mut self) -> Result<(), PhoneError> {
        let last = self.attendance.watch().last.clone();
        match last {
            Some(presence) => Ok(self.vault.put_setting(PRESENCE, &presence)?),
            None => Ok(()),
        }
    }
}

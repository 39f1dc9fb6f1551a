//! The phone as a shell sees it: one object, verbs that an officer would use, refusals that name what is missing.
//!
//! A shell owns one [`Phone`], calls its verbs and draws what they return. Every verb that succeeds has written
//! its record durably; every verb that fails has changed nothing.

mod absence;
mod desk;
mod draft;
mod error;
mod export;
mod flow;
mod folded;
mod forecast;
mod held;
mod live;
mod media;
mod office;
mod officer;
mod pads;
mod paper;
mod party;
mod recorder;
pub mod screen;
mod status;
mod succession;
mod sync_aside;
mod thumbnail;

pub use absence::LOCK_AFTER_MS;
pub use desk::{BroughtBack, Desk, is_in_verb};
pub use error::PhoneError;
pub use export::{ExportError, Exported};
pub use flow::{CheckRequest, OpenSession};
pub use forecast::{AUDIO_BYTES_PER_SEC, Space, SpaceLevel};
pub use held::{HeldPhoto, ItemBytes};
pub use live::{LiveRecording, LiveStatus};
pub use media::{CaptureRequest, IN_MEMORY_BYTES, Recording, media_type_of};
pub use office::{DayEnd, DueHour, Enrolled};
pub use officer::{SignInError, SignedIn};
pub use pads::{Pad, Written};
pub use paper::{PartyReview, RefuseRequest, SignRequest, WitnessPresent};
pub use party::{PageShown, Refusal, ReviewProgress};
pub use recorder::{AssignRequest, CardCopy, HeldRecorder, ImportProgress, ImportRequest, Watched};
pub use status::{ItemLine, PhoneStatus, SHOWN_ITEMS};
pub use sync_aside::HandedTask;

use crate::{
    capture::{self, Recovered},
    ports::Ports,
    session::Rules,
    vault::{Appended, Draft, Opening, Stamp, Vault},
};
use liuhen_record::{
    Kind, Record, SessionId,
    recipients::Roster,
    time::{Anchor, TimeClaim},
};
use std::{cell::RefCell, path::Path};

/// A phone with its vault open.
pub struct Phone {
    vault: Vault,
    ports: Ports,
    rules: Rules,
    /// What was read of captures so far, so that it is read once.
    seen: RefCell<screen::Seen>,
    /// Who looks at the screen.
    attendance: absence::Attendance,
    /// The activity folded last.
    folded: RefCell<Option<folded::Folded>>,
}

/// What opening the phone found.
pub struct Started {
    /// The phone, ready.
    pub phone: Phone,
    /// The folder and the reason, when a damaged store was set aside and a new one begun.
    pub quarantined: Option<(String, String)>,
    /// Captures that a crash had left open and that were ended now.
    pub recovered: Vec<Recovered>,
}

impl Phone {
    /// Opens the vault in `dir`, making it when there is none, and ends what a crash left open. A vault of which something
    /// that this reads is damaged, however old, is set aside, and a new one begun; so is one of which a verb met damage.
    ///
    /// # Errors
    /// [`PhoneError::Open`] when the vault belongs to another process or to a newer program.
    pub fn start(dir: &Path, ports: Ports) -> Result<Started, PhoneError> {
        let opening = Vault::open(dir, &ports)?;
        let (mut phone, mut quarantined) = Self::of(opening, ports);
        let recovered = match phone.take_up(quarantined.as_ref()) {
            Ok(recovered) => recovered,
            Err(error) => {
                // Opening looks at the end of the vault; what is read now may lie before it.
                let Some(reason) = error.damage().map(str::to_owned) else { return Err(error) };
                let Self { vault, ports, .. } = phone;
                let opening = vault.set_aside(&ports, &reason)?;
                (phone, quarantined) = Self::of(opening, ports);
                phone.take_up(quarantined.as_ref())?
            }
        };
        Ok(Started { phone, quarantined, recovered })
    }

    fn of(opening: Opening, ports: Ports) -> (Self, Option<(String, String)>) {
        let (vault, quarantined) = match opening {
            Opening::Ready(vault) => (vault, None),
            Opening::Quarantined { vault, folder, reason } => (vault, Some((folder, reason))),
        };
        let phone = Self {
            attendance: absence::Attendance::recall(&vault),
            vault,
            ports,
            rules: Rules::default(),
            seen: RefCell::default(),
            folded: RefCell::default(),
        };
        (phone, quarantined)
    }

    /// Goes on where an earlier run stopped.
    fn take_up(&mut self, quarantined: Option<&(String, String)>) -> Result<Vec<Recovered>, PhoneError> {
        self.load_due_hour()?;
        let found = quarantined.map(|(folder, reason)| (folder.as_str(), reason.as_str()));
        self.continue_after_quarantine(found)?;
        let recovered = self.end_open_captures()?;
        self.renew_pin_waits();
        self.recall_seen()?;
        // What the first screen, the beginning of an activity and every verb of the open one read: were a record of it
        // damaged, they would do nothing, again and again.
        drop(self.look()?);
        self.faulty()?;
        self.recorder_register()?;
        if let Some(session) = self.current_id()? {
            drop(self.view(session)?);
        }
        Ok(recovered)
    }

    /// Does a verb. The damage that it meets is noted, so that the next start looks for it wherever it lies.
    pub(super) fn noting<T>(
        &mut self,
        verb: impl FnOnce(&mut Self) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        let done = verb(self);
        if let Some(reason) = done.as_ref().err().and_then(PhoneError::damage) {
            // A note that cannot be written now is written by the next verb that meets the damage.
            drop(self.vault.suspect(reason));
        }
        done
    }

    /// The vault, for reading.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What the phone stands on: to open it again.
    pub fn ports(&self) -> Ports {
        self.ports.clone()
    }

    /// The rules by which sessions are judged.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Best estimate of the time now, Unix milliseconds.
    pub fn now_ms(&self) -> Result<i64, PhoneError> {
        Ok(self.time()?.best_ms())
    }

    /// Everything written about a session, in order.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn session_records(&self, session: SessionId) -> Result<Vec<Record>, PhoneError> {
        Ok(self.vault.session_records(session)?)
    }

    /// The session opened last, unless it was closed since: told by the ledger alone, so that no crash can lose it.
    fn current_id(&self) -> Result<Option<SessionId>, PhoneError> {
        let Some(opened) = self.vault.last_of_kind("session_opened")? else { return Ok(None) };
        let closed = self.vault.last_of_kind("session_closed")?;
        Ok(opened.session.filter(|_| closed.is_none_or(|closed| closed.seq < opened.seq)))
    }

    /// The roster that the bureau signed.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`].
    pub fn roster(&self) -> Result<Roster, PhoneError> {
        Ok(self.enrolment()?.roster)
    }

    /// All records of some kinds, in order.
    fn records_of(&self, kinds: &[&str]) -> Result<Vec<Record>, PhoneError> {
        let mut records = Vec::new();
        for kind in kinds {
            records.extend(self.vault.kind_records(kind, 1)?);
        }
        records.sort_by_key(|record| record.seq);
        Ok(records)
    }

    /// All clocks and the anchor, graded.
    fn time(&self) -> Result<TimeClaim, PhoneError> {
        let anchor = self.vault.get_setting::<Anchor>("anchor")?;
        let clock = self.ports.clock.read();
        Ok(TimeClaim::make(clock.wall_ms, clock.zone_minutes, clock.mono_ms, clock.boot_id, anchor))
    }

    fn draft(&self, kind: Kind) -> Result<Draft, PhoneError> {
        let current = self.current_id()?;
        let session = match kind.needs_session() {
            Some(true) => Some(current.ok_or(PhoneError::NoSession)?),
            Some(false) => None,
            None => current,
        };
        Ok(Draft::new(session, kind, self.stamp()?))
    }

    /// Who, when and where, now.
    fn stamp(&self) -> Result<Stamp, PhoneError> {
        let officer = self.current_officer()?;
        Ok(Stamp { officer, time: self.time()?, place: self.ports.location.place() })
    }

    /// Writes one record about the current session or the device.
    fn write(&mut self, kind: Kind) -> Result<Appended, PhoneError> {
        let draft = self.draft(kind)?;
        Ok(self.vault.append(draft)?)
    }

    /// Writes one record and forgets what is kept of what it ends: both or neither.
    fn write_and_forget(&mut self, kind: Kind, settings: &[&str]) -> Result<Appended, PhoneError> {
        let draft = self.draft(kind)?;
        Ok(self.vault.write(|writing| {
            let appended = writing.append(draft)?;
            settings.iter().try_for_each(|key| writing.remove_setting(key))?;
            Ok(appended)
        })?)
    }

    fn end_open_captures(&mut self) -> Result<Vec<Recovered>, PhoneError> {
        let (time, place) = (self.time()?, self.ports.location.place());
        Ok(capture::recover(&mut self.vault, &self.ports, &time, &place)?)
    }

    fn random_id(&self) -> Result<[u8; 16], PhoneError> {
        let mut bytes = [0; 16];
        self.ports.rng.fill(&mut bytes).map_err(|_| PhoneError::Randomness)?;
        Ok(bytes)
    }
}

//! What the phone does with the bureau: joining, synchronising, ending the day.

use super::{Phone, PhoneError};
use crate::{
    session::day::{self, DayCount, DayLine},
    sync::{
        CONFLICTS_KEY, Cancel, Conflict, ENROLMENT_KEY, Enrolment, Progress, Queue, Suspended, SyncError,
        SyncOptions, SyncOutcome, Syncer, Waiting, Wake,
    },
    vault::ItemMark,
};
use liuhen_record::{
    ItemId, Kind,
    kind::{DayEnded, DayItem, ItemState},
    recipients::{RecipientList, Roster},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What the phone knows of its bureau, verified again.
#[derive(Debug, Clone)]
pub struct Enrolled {
    /// As kept.
    pub enrolment: Enrolment,
    /// To whom evidence is sealed.
    pub recipients: RecipientList,
    /// Who may record.
    pub roster: Roster,
}

/// What ending the day found (article 10).
#[derive(Debug, Clone)]
pub struct DayEnd {
    /// The day in Asia/Shanghai, `YYYY-MM-DD`.
    pub day: String,
    /// Items captured that day, with their states.
    pub items: Vec<DayItem>,
    /// Items not yet proved to be stored.
    pub not_stored: usize,
    /// The same, counted by state.
    pub count: DayCount,
    /// Items of any day that are overdue, longest first.
    pub overdue: Vec<DayLine>,
}

/// The hour at which captured media is due (article 10), as the bureau sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueHour {
    /// Minutes after 00:00 Asia/Shanghai of the working day: 1440 is midnight at its end.
    pub due_minutes: u32,
    /// Minutes after that in which lateness can be explained.
    pub grace_minutes: u32,
}

/// The vault's setting that holds the [`DueHour`].
pub(super) const DUE_HOUR_KEY: &str = "due_hour";

impl Phone {
    /// What the phone knows of its bureau.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`]; [`PhoneError::Distrust`] when what is kept no longer verifies.
    pub fn enrolment(&self) -> Result<Enrolled, PhoneError> {
        let enrolment: Enrolment = self.vault.get_setting(ENROLMENT_KEY)?.ok_or(PhoneError::NotEnrolled)?;
        let (recipients, roster) = (enrolment.recipients()?, enrolment.roster()?);
        Ok(Enrolled { enrolment, recipients, roster })
    }

    /// Joins the bureau at `url` by a one-use code; begins the chain with a `device_enrolled` record.
    ///
    /// # Errors
    /// [`PhoneError::AlreadyEnrolled`]; [`PhoneError::Sync`].
    pub async fn enrol(&mut self, url: &str, code: &str, device_no: &str) -> Result<Enrolment, PhoneError> {
        if self.vault.device().is_some() {
            return Err(PhoneError::AlreadyEnrolled);
        }
        let syncer = Syncer::new(self.ports.clone());
        let enrolment = syncer.enrol(url, code, device_no).await?;
        syncer.install(&mut self.vault, &enrolment)?;
        self.keep_copy(&enrolment)?;
        Ok(enrolment)
    }

    /// Takes the bureau's new address, or the new key of its TLS, from a code of its console: it must prove to hold the
    /// log key with which this phone enrolled. The code stays unused.
    ///
    /// # Errors
    /// [`PhoneError::NotEnrolled`]; [`PhoneError::Sync`], and everything stays as it was.
    pub async fn find_bureau(&mut self, url: &str, code: &str) -> Result<Enrolment, PhoneError> {
        let held = self.enrolment()?.enrolment;
        let found = Syncer::new(self.ports.clone()).find_again(&held, url, code).await?;
        self.vault.put_setting(ENROLMENT_KEY, &found)?;
        self.keep_copy(&found)?;
        Ok(found)
    }

    /// Before joining: from now on TLS believes this certificate authority alone. Without one nothing changes.
    ///
    /// # Errors
    /// [`PhoneError::AlreadyEnrolled`]; [`PhoneError::Source`] when the text holds no certificate.
    pub fn believe_only(&mut self, ca_pem: Option<&str>) -> Result<(), PhoneError> {
        let Some(pem) = ca_pem.filter(|pem| !pem.trim().is_empty()) else { return Ok(()) };
        if self.vault.device().is_some() {
            return Err(PhoneError::AlreadyEnrolled);
        }
        let believed = crate::system::believe_only(self.vault.dir(), &self.ports.storage, pem);
        self.ports.transport = believed.map_err(PhoneError::Source)?;
        Ok(())
    }

    /// Brings the bureau what it lacks, verifies its proofs, frees what may be freed.
    ///
    /// # Errors
    /// [`PhoneError::Sync`]; when it says that the bureau is not trusted, nothing was freed on its word.
    pub async fn sync(
        &mut self,
        options: SyncOptions,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<SyncOutcome, PhoneError> {
        let syncer = Syncer::with_options(self.ports.clone(), options);
        if let Some(waiting) = self.tell_succession(&syncer, cancel).await? {
            return Ok(syncer.not_begun(&mut self.vault, waiting)?);
        }
        let mut outcome = syncer.sync(&mut self.vault, progress, cancel).await?;
        self.keep_copy(&self.enrolment()?.enrolment)?;
        if self.note_releasable()? > 0 && outcome.waiting.is_none() {
            // What that wrote is the bureau's, too: nothing is left when this says so.
            outcome = outcome.and(syncer.sync(&mut self.vault, progress, cancel).await?);
            self.keep_copy(&self.enrolment()?.enrolment)?;
        }
        Ok(outcome)
    }

    /// Why something is not at the bureau yet, by the settings of this phone; `None` when nothing stands in the way.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn waiting(&self) -> Result<Option<Waiting>, PhoneError> {
        Ok(Syncer::with_options(self.ports.clone(), self.sync_options(Wake::Asked)?).waiting(&self.vault)?)
    }

    /// Ends the working day (收工): lists every item of the day with its state and signs the list.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn end_day(&mut self) -> Result<DayEnd, PhoneError> {
        let lines = self.day_lines()?;
        let day = day::today(&self.time()?);
        let of_day = || day::of_day(&lines, &day);
        let items: Vec<DayItem> =
            of_day().map(|line| DayItem { item: line.item, state: line.state }).collect();
        let not_stored = items.iter().filter(|i| i.state < ItemState::Stored).count();
        let count = DayCount::of(of_day());
        let overdue = day::overdue(&lines).into_iter().cloned().collect();
        self.write(Kind::DayEnded(DayEnded { day: day.clone(), items: items.clone() }))?;
        Ok(DayEnd { day, items, not_stored, count, overdue })
    }

    /// Sets the hour at which captured media is due; it holds from now on, for what is here too.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn set_due_hour(&mut self, hour: DueHour) -> Result<(), PhoneError> {
        self.vault.put_setting(DUE_HOUR_KEY, &hour)?;
        Ok(self.load_due_hour()?)
    }

    pub(super) fn load_due_hour(&mut self) -> Result<(), crate::vault::VaultError> {
        if let Some(hour) = self.vault.get_setting::<DueHour>(DUE_HOUR_KEY)? {
            self.rules.due_minutes = hour.due_minutes.into();
            self.rules.grace_minutes = hour.grace_minutes.into();
        }
        Ok(())
    }

    /// Takes parked pieces up again, after somebody has looked; returns how many.
    ///
    /// # Errors
    /// [`PhoneError::Sync`].
    pub fn unpark(&mut self, item: Option<ItemId>) -> Result<usize, PhoneError> {
        Ok(Syncer::new(self.ports.clone()).unpark(&mut self.vault, item)?)
    }

    /// The checkpoints kept because they contradicted what was believed.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, PhoneError> {
        Ok(self.vault.get_setting(CONFLICTS_KEY)?.unwrap_or_default())
    }

    /// Somebody looked into them and says why they are settled; returns how many stood. Until then nothing is freed.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn settle_conflicts(&mut self, reason: &str) -> Result<usize, PhoneError> {
        Ok(Syncer::new(self.ports.clone()).settle_conflicts(&mut self.vault, reason)?)
    }

    /// The system is about to hold the process still: vault and queue are closed, so that no file of them is open or
    /// locked meanwhile. Uploads that the system carries go on; afterwards the phone is started again. Nothing may be
    /// recorded meanwhile; [`super::Desk::put_away`] sees to that.
    ///
    /// # Errors
    /// [`PhoneError::Sync`] when the queue cannot be read; everything is closed all the same.
    pub fn prepare_suspend(self) -> Result<Suspended, PhoneError> {
        let dir = self.vault.dir().to_owned();
        let Self { vault, ports, .. } = self;
        drop(vault);
        let queue = Queue::open(&dir, &ports).map_err(SyncError::from)?;
        Ok(queue.prepare_suspend().map_err(SyncError::from)?)
    }

    /// Every item on this phone with its day, its state and when it is due (article 10).
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn day_lines(&self) -> Result<Vec<DayLine>, PhoneError> {
        self.lines_with(&self.vault.item_marks()?)
    }

    /// The same, when the items were read already.
    pub(super) fn lines_with(&self, marks: &[ItemMark]) -> Result<Vec<DayLine>, PhoneError> {
        let states: HashMap<ItemId, ItemState> = marks.iter().map(|mark| (mark.item, mark.state)).collect();
        let state_of = |item: ItemId| states.get(&item).copied().unwrap_or(ItemState::Captured);
        Ok(self.look()?.captures.lines(state_of, &self.time()?, &self.rules))
    }
}

//! What the phone does with the bureau: joining, synchronising, ending the day.

use super::{Phone, PhoneError};
use crate::{
    session::day::{self, DayLine},
    sync::{Cancel, ENROLMENT_KEY, Enrolment, Progress, SyncOptions, SyncOutcome, Syncer, Waiting},
    vault::ItemFilter,
};
use std::collections::BTreeMap;

use liuhen_record::{
    ItemId, Kind,
    kind::{DayEnded, DayItem, ItemState},
    recipients::{RecipientList, Roster},
};

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
}

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
        self.tell_succession(&syncer).await?;
        let outcome = syncer.sync(&mut self.vault, progress, cancel).await?;
        self.keep_copy(&self.enrolment()?.enrolment)?;
        Ok(outcome)
    }

    /// Why something is not at the bureau yet; `None` when nothing waits.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn waiting(&self) -> Result<Option<Waiting>, PhoneError> {
        Ok(Syncer::new(self.ports.clone()).waiting(&self.vault)?)
    }

    /// Ends the working day (收工): lists every item of the day with its state and signs the list.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn end_day(&mut self) -> Result<DayEnd, PhoneError> {
        let lines = self.day_lines()?;
        let day = day::today(&self.time()?);
        let today = day::of_day(&lines, &day).map(|line| DayItem { item: line.item, state: line.state });
        let items: Vec<DayItem> = today.collect();
        let not_stored = items.iter().filter(|i| i.state < ItemState::Stored).count();
        self.write(Kind::DayEnded(DayEnded { day: day.clone(), items: items.clone() }))?;
        Ok(DayEnd { day, items, not_stored })
    }

    /// Every item on this phone with its day, its state and when it is due (article 10).
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn day_lines(&self) -> Result<Vec<DayLine>, PhoneError> {
        let mut records = self.vault.kind_records("capture_opened", 1)?;
        records.extend(self.vault.kind_records("capture_sealed", 1)?);
        records.sort_by_key(|record| record.seq);
        let rows = self.vault.items(&ItemFilter::default())?;
        let states: BTreeMap<ItemId, ItemState> = rows.into_iter().map(|row| (row.item, row.state)).collect();
        let state_of = |item: ItemId| states.get(&item).copied().unwrap_or(ItemState::Captured);
        Ok(day::lines(&records, state_of, &self.time()?, &self.rules))
    }
}

//! The first screen, and the end of the day.

use super::{
    super::{Phone, PhoneError, SHOWN_ITEMS, SignedIn, Space, SpaceLevel},
    Gate, ItemLine, SyncView,
    session::next_step,
};
use crate::{
    say::{self, Sentence, label},
    session::day::{self, DayCount, DayLine},
};
use liuhen_record::{
    SessionId,
    kind::{ItemState, SessionOpened},
};

/// The items of a day, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCounts {
    /// On this phone, nothing of it sent yet.
    pub on_device: u64,
    /// On its way.
    pub uploading: u64,
    /// Proved to be at the bureau.
    pub stored: u64,
    /// With the custodian.
    pub handed_over: u64,
    /// All.
    pub total: u64,
}

impl From<&DayCount> for DayCounts {
    fn from(count: &DayCount) -> Self {
        let DayCount { on_device, uploading, verified, handed_over } = *count;
        let total = (on_device + uploading + verified + handed_over) as u64;
        let (on_device, uploading) = (on_device as u64, uploading as u64);
        Self { on_device, uploading, stored: verified as u64, handed_over: handed_over as u64, total }
    }
}

/// An activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionCard {
    /// The session.
    pub session: SessionId,
    /// What sort of activity.
    pub activity: Sentence,
    /// The party.
    pub party_name: String,
    /// Where.
    pub place_text: String,
    /// When it was opened.
    pub opened_text: Sentence,
}

/// The first screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TodayView {
    /// Today in Asia/Shanghai, `YYYY-MM-DD`.
    pub day: String,
    /// The same for people.
    pub day_text: Sentence,
    /// Who is signed in.
    pub officer: Option<SignedIn>,
    /// The bureau's number for this phone.
    pub device_no: Option<String>,
    /// Whether this phone has joined a bureau.
    pub enrolled: bool,
    /// The activity that is open.
    pub session: Option<SessionCard>,
    /// What it needs next; `None` when it can be closed, or none is open.
    pub next_step: Option<Sentence>,
    /// Whether another can be begun.
    pub open_session: Gate,
    /// Today's items, counted.
    pub counts: DayCounts,
    /// The same in a sentence.
    pub counts_sentence: Sentence,
    /// Items not stored yet first, then the others, each the newest first; at most [`SHOWN_ITEMS`].
    pub items: Vec<ItemLine>,
    /// Items in all.
    pub item_count: u64,
    /// Items of any day that are overdue, longest first; at most [`SHOWN_ITEMS`].
    pub overdue: Vec<ItemLine>,
    /// What the outbox waits for.
    pub sync: SyncView,
    /// The space on this phone.
    pub storage: Space,
    /// What the officer should know now.
    pub warnings: Vec<Sentence>,
}

/// The end of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEndView {
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// What there is to say: the counts, then one sentence for each overdue item.
    pub sentences: Vec<Sentence>,
    /// Items of the day that are not proved to be stored.
    pub not_stored: u64,
}

impl SessionCard {
    /// An activity as its opening tells it.
    pub(super) fn of(session: SessionId, at_ms: i64, opened: &SessionOpened) -> Self {
        Self {
            session,
            activity: label::activity(opened.activity).into(),
            party_name: opened.party.name.clone(),
            place_text: opened.place_text.clone(),
            opened_text: say::screen::moment(at_ms),
        }
    }
}

impl Phone {
    /// The first screen. `syncing` tells whether a synchronisation is under way.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn today_view(&self, syncing: bool) -> Result<TodayView, PhoneError> {
        let lines = self.day_lines()?;
        let day = day::today(&self.time()?);
        let count = DayCount::of(day::of_day(&lines, &day));
        let enrolled = self.vault.device().is_some();
        let storage = self.space();
        let (session, next_step) = self.session_card()?;
        let overdue = day::overdue(&lines);
        let mut warnings = Vec::new();
        if storage.level != SpaceLevel::Plenty {
            warnings.push(storage.sentence.clone());
        }
        if let Some(longest) = overdue.first().and_then(|line| say::screen::overdue(line)) {
            warnings.push(say::screen::overdue_items(overdue.len(), &longest));
        }
        Ok(TodayView {
            day_text: say::screen::day(&day),
            day,
            officer: self.signed_in()?,
            device_no: if enrolled { Some(self.enrolment()?.enrolment.device_no) } else { None },
            enrolled,
            open_session: open_gate(session.is_some(), enrolled),
            session,
            next_step,
            counts: DayCounts::from(&count),
            counts_sentence: say::screen::counts(&count),
            items: self.shown(newest_unstored_first(&lines))?,
            item_count: lines.len() as u64,
            overdue: self.shown(overdue)?,
            sync: self.sync_view(syncing)?,
            storage,
            warnings,
        })
    }

    /// Ends the working day, as a screen shows it.
    ///
    /// # Errors
    /// As [`Phone::end_day`].
    pub fn end_day_view(&mut self) -> Result<DayEndView, PhoneError> {
        let ended = self.end_day()?;
        let mut sentences = vec![say::screen::counts(&ended.count)];
        let late = |line: &DayLine| {
            say::screen::overdue(line).map(|said| say::screen::of_item(line.media, &line.item, &said))
        };
        sentences.extend(ended.overdue.iter().filter_map(late));
        Ok(DayEndView { day: ended.day, sentences, not_stored: ended.not_stored as u64 })
    }

    /// The activity that is open, and what it needs next.
    fn session_card(&self) -> Result<(Option<SessionCard>, Option<Sentence>), PhoneError> {
        let Some(session) = self.current_id()? else { return Ok((None, None)) };
        let view = self.view(session)?;
        let card = view.opened.as_ref().map(|opened| SessionCard::of(session, opened.at_ms, &opened.body));
        Ok((card, next_step(&self.steps(&view)?).map(|step| step.label.clone())))
    }

    fn shown<'a>(&self, lines: impl IntoIterator<Item = &'a DayLine>) -> Result<Vec<ItemLine>, PhoneError> {
        lines.into_iter().take(SHOWN_ITEMS).map(|line| self.item_line(line)).collect()
    }
}

fn open_gate(open: bool, enrolled: bool) -> Gate {
    match (open, enrolled) {
        (_, false) => Gate::refused_by(&PhoneError::NotEnrolled),
        (true, _) => Gate::refused_by(&PhoneError::SessionOpen),
        _ => Gate::of(&[]),
    }
}

fn newest_unstored_first(lines: &[DayLine]) -> Vec<&DayLine> {
    let stored = |line: &&DayLine| line.state >= ItemState::Stored;
    let unstored = lines.iter().rev().filter(|line| !stored(line));
    unstored.chain(lines.iter().rev().filter(stored)).collect()
}

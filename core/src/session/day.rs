//! The day's list (article 10): what was captured on a working day, how far it has come, and what is overdue.
//!
//! Days are days of Asia/Shanghai (UTC+8; no summer time since 1991), whatever zone the phone is set to, and are
//! reckoned by best time: a wall clock that is wrong by a day moves nothing as long as the bureau's anchor holds.

use super::Rules;
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use liuhen_record::{
    ItemId, Kind, Record, SessionId,
    kind::{CaptureOpened, ItemState, MediaKind},
    time::TimeClaim,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Minutes that Asia/Shanghai is east of UTC.
pub const SHANGHAI_MINUTES: i32 = 480;

const DAY_MS: i64 = 24 * 60 * 60_000;

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayLine {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// Who was signed in.
    pub officer: Option<String>,
    /// The device's number (执法记录设备编号).
    pub device_no: String,
    /// What sort of media.
    pub media: MediaKind,
    /// When it was recorded: the end of the capture, or its start while it runs. Best time, Unix milliseconds.
    pub recorded_ms: i64,
    /// The working day, `YYYY-MM-DD`.
    pub day: String,
    /// Whether the bureau's time stands behind the day.
    pub time_anchored: bool,
    /// How far it has come.
    pub state: ItemState,
    /// When it is due at the bureau, Unix milliseconds.
    pub due_ms: i64,
    /// How long it is overdue, milliseconds; `None` when it is not.
    pub overdue_ms: Option<i64>,
    /// How it stands with the article.
    pub standing: Standing,
}

/// How media stands with article 10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// At the bureau, proved, or with the custodian.
    Kept,
    /// Not there yet, and not due yet.
    Open,
    /// Overdue; within the days of grace it can be explained.
    Grace,
    /// Overdue beyond the grace.
    Overdue,
}

/// The items of one day, counted by how far they have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// On this phone, nothing of it sent yet (being captured, or sealed).
    pub on_device: usize,
    /// On its way.
    pub uploading: usize,
    /// Proved to be at the bureau.
    pub verified: usize,
    /// Taken over by the custodian.
    pub handed_over: usize,
}

impl DayCount {
    /// Counts lines.
    pub fn of<'a>(lines: impl IntoIterator<Item = &'a DayLine>) -> Self {
        let mut count = Self::default();
        for line in lines {
            let place = match line.state {
                ItemState::Captured | ItemState::Sealed => &mut count.on_device,
                ItemState::Pending => &mut count.uploading,
                ItemState::Stored => &mut count.verified,
                ItemState::HandedOver => &mut count.handed_over,
            };
            *place += 1;
        }
        count
    }
}

/// The instant by which days are reckoned, Unix milliseconds: best time, and after a reboot never earlier than what
/// the bureau last said, whatever the wall clock shows.
pub fn reckoned_ms(time: &TimeClaim) -> i64 {
    let best_ms = time.best_ms();
    match &time.anchor {
        Some(anchor) if time.anchor_age_ms.is_none() => best_ms.max(anchor.bureau_ms),
        _ => best_ms,
    }
}

/// How media that is due at `due_ms` stands at `now_ms`.
pub fn standing(state: ItemState, due_ms: i64, now_ms: i64, rules: &Rules) -> Standing {
    let grace_end_ms = due_ms.saturating_add(rules.grace_minutes.saturating_mul(60_000));
    match state {
        ItemState::Stored | ItemState::HandedOver => Standing::Kept,
        _ if now_ms < due_ms => Standing::Open,
        _ if now_ms < grace_end_ms => Standing::Grace,
        _ => Standing::Overdue,
    }
}

/// The day of an instant (Unix milliseconds) in Asia/Shanghai, `YYYY-MM-DD`.
pub fn day_of(at_ms: i64) -> String {
    date_of(at_ms).map_or_else(|| "0000-00-00".to_owned(), |date| date.format("%Y-%m-%d").to_string())
}

/// The working day that `now` belongs to.
pub fn today(now: &TimeClaim) -> String {
    day_of(reckoned_ms(now))
}

fn date_of(at_ms: i64) -> Option<NaiveDate> {
    let zone = FixedOffset::east_opt(SHANGHAI_MINUTES * 60)?;
    Some(DateTime::from_timestamp_millis(at_ms)?.with_timezone(&zone).date_naive())
}

/// When media recorded at `recorded_ms` is due, Unix milliseconds: the end of that day in Asia/Shanghai.
pub fn due_ms(recorded_ms: i64, rules: &Rules) -> i64 {
    let zone_ms = TimeDelta::minutes(i64::from(SHANGHAI_MINUTES)).num_milliseconds();
    let day_start_ms = recorded_ms.saturating_add(zone_ms).div_euclid(DAY_MS) * DAY_MS - zone_ms;
    day_start_ms.saturating_add(rules.due_minutes.saturating_mul(60_000))
}

/// Every item that `records` begin, of all sessions and days, in order; `state_of` says how far an item has come.
/// Thumbnails are derived and not listed.
pub fn lines<'a>(
    records: impl IntoIterator<Item = &'a Record>,
    state_of: impl Fn(ItemId) -> ItemState,
    now: &TimeClaim,
    rules: &Rules,
) -> Vec<DayLine> {
    let mut captures = Captures::default();
    for record in records {
        captures.apply(record);
    }
    captures.lines(state_of, now, rules)
}

/// What the ledger says of captures: folded record by record, so that a phone that holds ten thousand items reads each
/// record once and not at every look at its first screen.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Begun>", into = "Vec<Begun>")]
pub struct Captures {
    begun: Vec<Begun>,
    places: HashMap<ItemId, usize>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Begun {
    /// When; nothing once the end is known.
    running_since: Option<TimeClaim>,
    line: DayLine,
}

impl From<Vec<Begun>> for Captures {
    fn from(mut begun: Vec<Begun>) -> Self {
        // Older programs left the day to whoever looked.
        for begun in &mut begun {
            begun.line.day = day_of(begun.line.recorded_ms);
        }
        let places = begun.iter().enumerate().map(|(place, begun)| (begun.line.item, place)).collect();
        Self { begun, places }
    }
}

impl From<Captures> for Vec<Begun> {
    fn from(captures: Captures) -> Self {
        captures.begun
    }
}

impl Captures {
    /// Takes one more record, in order of their numbers.
    pub fn apply(&mut self, record: &Record) {
        match &record.kind {
            Kind::CaptureOpened(body) if body.media != MediaKind::Thumbnail => {
                self.places.insert(body.item, self.begun.len());
                self.begun.push(Begun { running_since: Some(record.time.clone()), line: line(record, body) });
            }
            Kind::CaptureSealed(body) => {
                let begun = self.places.get(&body.item).and_then(|place| self.begun.get_mut(*place));
                if let Some(Begun { running_since, line }) = begun
                    && let Some(opened) = running_since.take()
                {
                    line.recorded_ms = line.recorded_ms.max(ended_ms(&opened, record, body.ended_mono_ms));
                    line.day = day_of(line.recorded_ms);
                }
            }
            _ => {}
        }
    }

    /// Whether an item has a line of its own: a small picture is part of its photograph.
    pub fn holds(&self, item: ItemId) -> bool {
        self.places.contains_key(&item)
    }

    /// The lines as they stand now.
    pub fn lines(
        &self,
        state_of: impl Fn(ItemId) -> ItemState,
        now: &TimeClaim,
        rules: &Rules,
    ) -> Vec<DayLine> {
        let now_ms = reckoned_ms(now);
        self.begun
            .iter()
            .map(|begun| standing_now(&begun.line, state_of(begun.line.item), now_ms, rules))
            .collect()
    }

    /// The line of one item that has come as far as `state`, as it stands now.
    pub fn line(&self, item: ItemId, state: ItemState, now: &TimeClaim, rules: &Rules) -> Option<DayLine> {
        let begun = self.begun.get(*self.places.get(&item)?)?;
        Some(standing_now(&begun.line, state, reckoned_ms(now), rules))
    }
}

fn standing_now(line: &DayLine, state: ItemState, now_ms: i64, rules: &Rules) -> DayLine {
    let mut line = line.clone();
    line.state = state;
    line.due_ms = due_ms(line.recorded_ms, rules);
    line.standing = standing(state, line.due_ms, now_ms, rules);
    let late = matches!(line.standing, Standing::Grace | Standing::Overdue);
    line.overdue_ms = late.then(|| now_ms.saturating_sub(line.due_ms));
    line
}

fn line(record: &Record, body: &CaptureOpened) -> DayLine {
    let recorded_ms = reckoned_ms(&record.time);
    DayLine {
        item: body.item,
        session: record.session,
        officer: record.officer.clone(),
        device_no: body.source_no.clone(),
        media: body.media,
        recorded_ms,
        day: day_of(recorded_ms),
        time_anchored: record.time.anchor_age_ms.is_some(),
        state: ItemState::Captured,
        due_ms: 0,
        overdue_ms: None,
        standing: Standing::Open,
    }
}

/// When a capture ended: after its beginning by as much as the monotonic clock of that boot says.
fn ended_ms(opened: &TimeClaim, sealed: &Record, ended_mono_ms: i64) -> i64 {
    if opened.boot_id == sealed.time.boot_id {
        reckoned_ms(&sealed.time).saturating_sub(sealed.time.mono_ms.saturating_sub(ended_mono_ms).max(0))
    } else {
        reckoned_ms(opened).saturating_add(ended_mono_ms.saturating_sub(opened.mono_ms).max(0))
    }
}

/// The lines of one day.
pub fn of_day<'a>(lines: &'a [DayLine], day: &'a str) -> impl Iterator<Item = &'a DayLine> + 'a {
    lines.iter().filter(move |l| l.day == day)
}

/// The overdue list: longest overdue first.
pub fn overdue(lines: &[DayLine]) -> Vec<&DayLine> {
    let mut late: Vec<&DayLine> = lines.iter().filter(|l| l.overdue_ms.is_some()).collect();
    late.sort_by_key(|l| (std::cmp::Reverse(l.overdue_ms), l.item));
    late
}

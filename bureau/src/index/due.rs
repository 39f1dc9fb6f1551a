//! When the media of a day must be stored (article 10; `spec/sync.md` §11).

use super::{DAY_MS, day_of, day_start_ms};
use chrono::NaiveDate;

/// The latest hour that can be set, minutes: midnight at the end of the next day.
const LATEST_MINUTES: u32 = 48 * 60;

/// The hour at which media of a day is due, in minutes after 00:00 of that day in Asia/Shanghai.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueHour(u32);

impl DueHour {
    /// Midnight at the day's end: 24:00.
    pub const MIDNIGHT: Self = Self(24 * 60);

    /// So many minutes after the day's beginning; `None` beyond 48:00.
    pub fn new(minutes: u32) -> Option<Self> {
        (minutes <= LATEST_MINUTES).then_some(Self(minutes))
    }

    fn ms(self) -> i64 {
        i64::from(self.0) * 60_000
    }

    /// The instant from which on media of `day` is overdue, Unix milliseconds.
    pub fn of_day(self, day: NaiveDate) -> i64 {
        day_start_ms(day) + self.ms()
    }

    /// The first day whose media is not due yet at `now_ms`; media of every day before it is. `YYYY-MM-DD`.
    pub fn first_open_day(self, now_ms: i64) -> String {
        day_of(now_ms - self.ms() + DAY_MS)
    }

    /// The hour in words, Chinese.
    pub fn zh(self) -> String {
        let (day, minutes) = match self.0.checked_sub(24 * 60).filter(|over| *over > 0) {
            None => ("采集当日", self.0),
            Some(over) => ("采集次日", over),
        };
        format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;
    use serde_json::Value;

    #[test]
    fn phone_and_bureau_reckon_the_same_instant() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/day-end");
        let mut seen = 0;
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for file in files.filter(|file| file.extension().is_some_and(|ending| ending == "json")) {
            let case: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            let Some(due_ms) = case["expect"]["due_ms"].as_i64() else { continue };
            let name = case["expect"]["day"].as_str().unwrap();
            let due = DueHour::new(case["due_minutes"].as_u64().unwrap() as u32).unwrap();
            assert_eq!(due.of_day(name.parse().unwrap()), due_ms, "{case}");
            assert!(name < due.first_open_day(due_ms).as_str(), "overdue from that instant on: {case}");
            assert!(name >= due.first_open_day(due_ms - 1).as_str(), "and not before: {case}");
            seen += 1;
        }
        assert!(seen >= 10, "{seen} vectors");
    }

    #[test]
    fn an_hour_is_named_by_the_day_on_which_it_falls() {
        let zh = |minutes| DueHour::new(minutes).map(DueHour::zh);
        assert_eq!(zh(1080).as_deref(), Some("采集当日 18:00"));
        assert_eq!(DueHour::MIDNIGHT.zh(), "采集当日 24:00");
        assert_eq!(zh(1530).as_deref(), Some("采集次日 01:30"));
        assert_eq!((zh(2880).as_deref(), zh(2881)), (Some("采集次日 24:00"), None));
    }
}

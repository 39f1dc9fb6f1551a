//! The projections by which the console searches. There is no second truth: every row follows from the records
//! and from what the bureau stored, and [`rebuild_index`] makes them all again.

mod due;
mod initials;
mod project;
mod rebuild;

pub use due::DueHour;
pub use initials::{initials, typed};
pub use project::{FOOTAGE_KINDS, project, project_footage};
pub use rebuild::rebuild_index;

use chrono::{DateTime, FixedOffset, NaiveDate};

/// China has one zone and no summer time: UTC+8.
const SHANGHAI_SECS: i32 = 8 * 3600;
/// A day, milliseconds.
pub const DAY_MS: i64 = 24 * 3_600_000;

/// The instant in Asia/Shanghai; `None` beyond the years that a calendar can write.
pub fn shanghai(ms: i64) -> Option<DateTime<FixedOffset>> {
    Some(DateTime::from_timestamp_millis(ms)?.with_timezone(&FixedOffset::east_opt(SHANGHAI_SECS)?))
}

/// The day in Asia/Shanghai, `YYYY-MM-DD`.
pub fn day_of(ms: i64) -> String {
    shanghai(ms).map_or_else(|| "0000-00-00".to_owned(), |at| at.format("%Y-%m-%d").to_string())
}

/// First instant of a day in Asia/Shanghai, Unix milliseconds.
pub fn day_start_ms(day: NaiveDate) -> i64 {
    let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    midnight - i64::from(SHANGHAI_SECS) * 1000
}

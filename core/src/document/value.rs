//! Values as they are kept: one form for everything that means the same.

use super::{
    error::Problem,
    media,
    template::{Field, FieldKind},
    text::{MAX_LINE_CHARS, MAX_TEXT_CHARS},
};
use crate::session::{SessionView, day::SHANGHAI_MINUTES};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeZone, Timelike};
use liuhen_record::kind::ItemReview;

/// The most entries of a list.
pub(super) const MAX_ENTRIES: usize = 300;
/// Separates the cells of an entry.
pub(super) const CELL: char = '｜';
/// Begins a question.
pub(super) const QUESTION: &str = "问：";
/// Begins an answer.
pub(super) const ANSWER: &str = "答：";

const STAMP: &str = "%Y-%m-%d %H:%M";

fn shanghai() -> Option<FixedOffset> {
    FixedOffset::east_opt(SHANGHAI_MINUTES * 60)
}

/// An instant (Unix milliseconds) as a `date_time` value.
pub(super) fn stamp(at_ms: i64) -> String {
    let local =
        shanghai().zip(DateTime::from_timestamp_millis(at_ms)).map(|(zone, at)| at.with_timezone(&zone));
    local.map_or_else(String::new, |at| at.format(STAMP).to_string())
}

/// An instant (Unix milliseconds) as printed: 2026年11月23日15时09分.
pub(super) fn printed_stamp(at_ms: i64) -> String {
    printed_date_time(&stamp(at_ms)).unwrap_or_else(|| at_ms.to_string())
}

/// Hour, minute and second of an instant (Unix milliseconds) as printed: 15时09分02秒.
pub(super) fn printed_clock(at_ms: i64) -> String {
    let local =
        shanghai().zip(DateTime::from_timestamp_millis(at_ms)).map(|(zone, at)| at.with_timezone(&zone));
    local.map_or_else(
        || at_ms.to_string(),
        |at| format!("{}时{:02}分{:02}秒", at.hour(), at.minute(), at.second()),
    )
}

/// A `date_time` value as printed.
pub(super) fn printed_date_time(value: &str) -> Option<String> {
    let at = NaiveDateTime::parse_from_str(value, STAMP).ok()?;
    Some(format!("{}年{}月{}日{}时{:02}分", at.year(), at.month(), at.day(), at.hour(), at.minute()))
}

/// Line ends as line feeds, tabs as spaces, nothing around: differences that nobody sees on paper.
pub(crate) fn tidy(raw: &str) -> String {
    raw.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ").trim().to_owned()
}

/// The value as kept; blank for a blank one.
pub(super) fn normal(field: &Field, raw: &str, view: &SessionView) -> Result<String, Problem> {
    let text = tidy(raw);
    let text = text.as_str();
    if text.is_empty() {
        return Ok(String::new());
    }
    match field.kind {
        FieldKind::Text => one_line(text),
        FieldKind::Multiline => several_lines(text),
        FieldKind::DateTime => date_time(text).ok_or(Problem::NotADate),
        FieldKind::Choice => choice(field, text),
        FieldKind::YesNo => match text {
            "yes" | "true" | "是" => Ok("yes".to_owned()),
            "no" | "false" | "否" => Ok("no".to_owned()),
            _ => Err(Problem::NotYesNo),
        },
        FieldKind::List => entries(text, |_, entry| Ok(entry.to_owned())),
        FieldKind::Rows => {
            let cells = field.columns.len();
            entries(text, |n, entry| row(n, entry, cells))
        }
        FieldKind::Qa => questions_and_answers(text),
        FieldKind::Media => media::normal(text, view),
        FieldKind::Review => entries(text, |n, entry| {
            read_review(entry).map(|_| entry.to_owned()).ok_or(Problem::NotAnItem { entry: n })
        }),
    }
}

fn one_line(text: &str) -> Result<String, Problem> {
    if text.contains('\n') {
        return Err(Problem::NotOneLine);
    }
    if text.chars().count() > MAX_LINE_CHARS {
        return Err(Problem::TooLong { max_chars: MAX_LINE_CHARS });
    }
    Ok(text.to_owned())
}

fn several_lines(text: &str) -> Result<String, Problem> {
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(Problem::TooLong { max_chars: MAX_TEXT_CHARS });
    }
    Ok(text.to_owned())
}

fn date_time(text: &str) -> Option<String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.with_timezone(&shanghai()?).format(STAMP).to_string());
    }
    let forms = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
        "%Y年%m月%d日%H时%M分",
    ];
    let at = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    let in_range = (1900..=9999).contains(&at.year());
    in_range.then(|| shanghai()?.from_local_datetime(&at).single())?.map(|at| at.format(STAMP).to_string())
}

fn choice(field: &Field, text: &str) -> Result<String, Problem> {
    let found = field.options.iter().find(|o| o.value == text || o.zh == text);
    found.map(|o| o.value.clone()).ok_or_else(|| Problem::NotAChoice {
        allowed: field.options.iter().map(|o| format!("{}（{}）", o.zh, o.value)).collect(),
    })
}

fn entries(text: &str, each: impl Fn(usize, &str) -> Result<String, Problem>) -> Result<String, Problem> {
    several_lines(text)?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MAX_ENTRIES {
        return Err(Problem::TooManyEntries { max: MAX_ENTRIES });
    }
    let kept: Result<Vec<String>, Problem> = lines.iter().zip(1..).map(|(line, n)| each(n, line)).collect();
    Ok(kept?.join("\n"))
}

fn row(n: usize, entry: &str, columns: usize) -> Result<String, Problem> {
    let cells: Vec<&str> = entry.split(CELL).map(str::trim).collect();
    if cells.len() > columns || cells.first().is_none_or(|c| c.is_empty()) {
        return Err(Problem::NotARow { entry: n });
    }
    Ok(cells.join(&CELL.to_string()))
}

fn questions_and_answers(text: &str) -> Result<String, Problem> {
    let kept = entries(text, |n, entry| {
        let begin = if n % 2 == 1 { QUESTION } else { ANSWER };
        let words = entry.strip_prefix(begin).map(str::trim).filter(|words| !words.is_empty());
        words.map(|words| format!("{begin}{words}")).ok_or(Problem::NotQuestionAndAnswer { entry: n })
    })?;
    let count = kept.lines().count();
    if count % 2 == 0 { Ok(kept) } else { Err(Problem::NotQuestionAndAnswer { entry: count }) }
}

/// An entry of a `review` value.
pub(super) fn review_entry(review: &ItemReview) -> String {
    match review {
        ItemReview::Reviewed { item } => format!("{item} reviewed"),
        // One line: an entry is a line.
        ItemReview::Waived { item, reason } => {
            format!("{item} waived {}", reason.split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }
}

/// Whether a `review` value says the same as `reviews`, in whatever order.
pub(crate) fn says_review(value: &str, reviews: &[ItemReview]) -> bool {
    let mut said: Vec<&str> = value.lines().collect();
    let expected: Vec<String> = reviews.iter().map(review_entry).collect();
    let mut expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    said.sort_unstable();
    expected.sort_unstable();
    said == expected
}

/// Reads an entry of a `review` value.
pub(super) fn read_review(entry: &str) -> Option<ItemReview> {
    let (item, state) = entry.split_once(' ')?;
    let item = item.parse().ok()?;
    match state.split_once(' ') {
        None if state == "reviewed" => Some(ItemReview::Reviewed { item }),
        Some(("waived", reason)) => Some(ItemReview::Waived { item, reason: reason.to_owned() }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_read_in_shanghai() {
        for text in
            ["2026-11-23 09:05", "2026-11-23T09:05:59", "2026-11-23T01:05:00Z", "2026年11月23日9时5分"]
        {
            assert_eq!(date_time(text).as_deref(), Some("2026-11-23 09:05"), "{text}");
        }
        for text in ["2026-13-01 00:00", "昨天", "2026-11-23", "0001-01-01 00:00"] {
            assert_eq!(date_time(text), None, "{text}");
        }
        assert_eq!(printed_date_time("2026-11-23 09:05").as_deref(), Some("2026年11月23日9时05分"));
    }

    #[test]
    fn questions_and_answers_take_turns() {
        assert!(questions_and_answers("问：姓名？\n答：王某").is_ok());
        assert_eq!(questions_and_answers("问：一\n问：二"), Err(Problem::NotQuestionAndAnswer { entry: 2 }));
        assert_eq!(questions_and_answers("问：一"), Err(Problem::NotQuestionAndAnswer { entry: 1 }));
        assert_eq!(questions_and_answers("问：\n答：二"), Err(Problem::NotQuestionAndAnswer { entry: 1 }));
    }
}

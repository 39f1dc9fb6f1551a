//! What is late (逾期未入库, article 10): each item with its device, its officer and how long it has been late.

use super::{
    page::{badge, table},
    words,
};
use crate::{index::DueHour, store::IndexedItem};
use chrono::NaiveDate;
use maud::{Markup, html};

const MINUTE_MS: i64 = 60_000;
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * HOUR_MINUTES;

/// Overdue items as rows, as they come; `total` are all of them.
pub fn list(items: &[IndexedItem], total: i64, due: DueHour, now_ms: i64) -> Markup {
    if items.is_empty() {
        return html! { p.dim { "没有逾期资料。" } };
    }
    // On a phone only the first columns are seen without scrolling: how late, who, with what.
    let rows = html! { @for item in items { tr {
        @let due_ms = item.day.parse::<NaiveDate>().map_or(i64::MAX, |day| due.of_day(day));
        td.num { (badge("bad", &age(now_ms.saturating_sub(due_ms)))) }
        td { (officer(item)) }
        td.num { (item.device_no) }
        td { a href={ "/console/item/" (item.item) } { (words::media(&item.media)) }
            @if !item.label.is_empty() { " " span.dim { (item.label) } } }
        td.num { (words::at(item.used_from_ms)) }
        td.num { (words::at(due_ms)) }
        td { (badge(words::stage(item.state).0, words::stage(item.state).1)) }
    } } };
    html! {
        p.count { "共 " strong { (total) } " 件，逾期最久的在前" @if total > items.len() as i64 {
            "；此处列出前 " (items.len()) " 件"
        } }
        (table(&["已逾期", "执法人员", "设备编号", "资料", "采集时间", "应入库时刻", "状态"], &rows))
    }
}

/// The officers of the session; where there is none, who was signed in.
pub fn officer(item: &IndexedItem) -> &str {
    if item.officer_names.is_empty() { &item.officer } else { &item.officer_names }
}

/// A span of time in the two largest units that it has.
fn age(ms: i64) -> String {
    let minutes = (ms / MINUTE_MS).max(0);
    match minutes {
        0..HOUR_MINUTES => format!("{minutes} 分钟"),
        HOUR_MINUTES..DAY_MINUTES => {
            format!("{} 小时 {} 分钟", minutes / HOUR_MINUTES, minutes % HOUR_MINUTES)
        }
        _ => format!("{} 天 {} 小时", minutes / DAY_MINUTES, minutes % DAY_MINUTES / HOUR_MINUTES),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_its_two_largest_units() {
        assert_eq!(
            (age(0), age(-5), age(59 * MINUTE_MS)),
            ("0 分钟".into(), "0 分钟".into(), "59 分钟".into())
        );
        assert_eq!(age(60 * MINUTE_MS), "1 小时 0 分钟");
        assert_eq!(age(24 * 60 * MINUTE_MS - 1), "23 小时 59 分钟");
        assert_eq!(age((49 * 60 + 59) * MINUTE_MS), "2 天 1 小时");
    }
}

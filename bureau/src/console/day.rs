//! Storage of one day by officer (当日存储, article 10), and everything that is late: what is not stored by the
//! configured hour, 24:00 of its day by default.

use super::{
    overdue,
    page::{PageError, badge, page, table},
    search,
    signed_in::SignedIn,
};
use crate::{
    http::{ApiError, blocking},
    index::{DueHour, day_of},
    office::Office,
    store::{DayCount, IndexedItem, StoreError},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use chrono::{Days, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;
use std::sync::Arc;

const MAX_ITEMS: i64 = 500;

/// What is late now, whichever day is looked at.
struct Late {
    due: DueHour,
    now_ms: i64,
    total: i64,
    items: Vec<IndexedItem>,
}

/// Which day, and whose items in full.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    day: String,
    officer: String,
}

/// `GET /console/days`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let (now_ms, due) = (office.clock.now_ms(), office.due);
    let today = day_of(now_ms);
    let text = if which.day.is_empty() { today.clone() } else { which.day.clone() };
    let Some(day) = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok().filter(|day| day.to_string() == text)
    else {
        return Err(PageError(ApiError::new(400, "day", "not a day", "日期格式应为 2026-03-10。")));
    };
    let who = user.clone();
    let (counts, items, late) = blocking(&office, move |office| {
        office.write(|rows| who.note(rows, now_ms, "view_day", format!("day:{text}")))?;
        office.read(|rows| {
            let items = match which.officer.as_str() {
                "" => Vec::new(),
                officer => rows.day_items(&text, officer, MAX_ITEMS)?,
            };
            let open = due.first_open_day(now_ms);
            let (total, overdue) = (rows.overdue_before(&open)?, rows.overdue_items(&open, MAX_ITEMS)?);
            let late = Late { due, now_ms, total, items: overdue };
            Ok::<_, StoreError>((rows.day_counts(&text, due.of_day(day))?, items, late))
        })
    })
    .await?;
    Ok(page(&user, "days", "当日存储", &content(day, &today, &counts, &items, &late)))
}

fn content(day: NaiveDate, today: &str, count: &[DayCount], items: &[IndexedItem], all: &Late) -> Markup {
    let name = day.to_string();
    let (past, late) = (name.as_str() < today, all.due.of_day(day) <= all.now_ms);
    let other = |day: Option<NaiveDate>| day.map(|day| format!("/console/days?day={day}"));
    html! {
        p.note { "每天工作结束后应及时存储；" (all.due.zh()) "（北京时间）前未全部入库的，记为逾期（第十条）。" }
        form.days method="get" action="/console/days" {
            @if let Some(href) = other(day.checked_sub_days(Days::new(1))) { a.button href=(href) { "前一日" } }
            label for="day" { "日期" }
            input #day type="date" name="day" value=(name);
            button type="submit" { "查看" }
            @if past { @if let Some(href) = other(day.checked_add_days(Days::new(1))) { a.button href=(href) { "后一日" } } }
        }
        h2 { (name) @if late { "（已过入库时限）" } @else { "（未到入库时限）" } }
        (counts(count, &name, late))
        @if !items.is_empty() { h2 { "资料明细" } (search::items(items)) }
        section #overdue { h2 { "全部逾期未入库资料" }
            (overdue::list(&all.items, all.total, all.due, all.now_ms))
        }
    }
}

/// Counts of one day as rows.
pub fn counts(counts: &[DayCount], day: &str, late: bool) -> Markup {
    if counts.is_empty() {
        return html! { div.empty { p { "当日没有采集声像资料。" } } };
    }
    table(
        &["执法人员", "采集（件）", "已入库", "待上传", if late { "逾期" } else { "状态" }],
        &html! { @for count in counts { tr {
            @let waiting = count.items - count.stored;
            td { a href={ "/console/days?day=" (day) "&officer=" (search::encoded(&count.officer)) } {
                @if count.name.is_empty() { (count.officer) } @else { (count.name) "（" (count.officer) "）" }
            } }
            td.num { (count.items) }
            td.num { (count.stored) }
            td.num { (waiting) @if count.refused > 0 { "（其中拒收 " (count.refused) "）" } }
            td {
                @if waiting == 0 && count.late > 0 { (badge("busy", &format!("全部入库（{} 件逾期入库）", count.late))) }
                @else if waiting == 0 { (badge("good", "全部入库")) }
                @else if late { (badge("bad", &format!("逾期 {waiting} 件"))) }
                @else { (badge("wait", "尚有待上传")) }
            }
        } } },
    )
}

//! Today (今日概况): what was recorded, what is stored, what is late, what was refused.

use super::{
    day, device, overdue,
    page::{PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::blocking,
    index::{DueHour, day_of},
    office::Office,
    store::{DayCount, Incident, IndexedItem, IndexedSession, StoreError},
};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use std::sync::Arc;

/// Overdue items listed here; the others are on the page of days.
const OVERDUE_ITEMS: i64 = 10;
/// Refused records listed here, the last of each kind and device; the others are on the pages of the devices.
const INCIDENTS: i64 = 20;

struct Today {
    now_ms: i64,
    day: String,
    /// Whether what was recorded today is due already.
    late: bool,
    counts: Vec<DayCount>,
    overdue: i64,
    overdue_items: Vec<IndexedItem>,
    sessions: Vec<IndexedSession>,
    incidents: Vec<Incident>,
}

/// `GET /console`
pub async fn show(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let who = user.clone();
    let today = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| who.note(rows, now_ms, "view_home", String::new()))?;
        let (day, open) = (day_of(now_ms), office.due.first_open_day(now_ms));
        office.read(|rows| {
            Ok::<_, StoreError>(Today {
                now_ms,
                late: day < open,
                counts: rows.day_counts(&day, i64::MAX)?,
                overdue: rows.overdue_before(&open)?,
                overdue_items: rows.overdue_items(&open, OVERDUE_ITEMS)?,
                sessions: rows.recent_sessions(8)?,
                incidents: rows.incidents_by_kind(None, 1, INCIDENTS)?,
                day: day.clone(),
            })
        })
    })
    .await?;
    Ok(page(&user, "home", "今日概况", &content(&today, office.due)))
}

fn content(today: &Today, due: DueHour) -> Markup {
    let items: i64 = today.counts.iter().map(|count| count.items).sum();
    let stored: i64 = today.counts.iter().map(|count| count.stored).sum();
    html! {
        p.dim { (today.day) "（北京时间）" }
        div.tiles {
            (tile("今日采集", items, "", &format!("/console/days?day={}", today.day)))
            (tile("已入库", stored, "good", &format!("/console/days?day={}", today.day)))
            (tile("待上传", items - stored, if items > stored { "wait" } else { "" }, &format!("/console/days?day={}", today.day)))
            (tile("逾期未入库", today.overdue, if today.overdue > 0 { "bad" } else { "good" }, "#overdue"))
        }
        @if !today.incidents.is_empty() {
            section.warn { h2 { "异常记录" }
                p { "下列记录未被接收并已留存，请核查设备。每台设备每类列出最近一条，至多 " (INCIDENTS) " 条；"
                    a href="/console/devices" { "查看全部有异常的设备" } }
                (device::incidents(&today.incidents, true))
            }
        }
        section { h2 { "当日存储（按执法人员）" } (day::counts(&today.counts, &today.day, today.late)) }
        section #overdue { h2 { "逾期未入库" }
            (overdue::list(&today.overdue_items, today.overdue, due, today.now_ms))
            @if today.overdue > OVERDUE_ITEMS { p { a href="/console/days#overdue" { "查看全部" } } }
        }
        section { h2 { "最近的执法活动" } (sessions(&today.sessions)) }
    }
}

fn tile(name: &str, number: i64, tone: &str, href: &str) -> Markup {
    html! { a class={ "tile " (tone) } href=(href) { span.number { (number) } span { (name) } } }
}

/// Sessions as rows.
pub fn sessions(sessions: &[IndexedSession]) -> Markup {
    if sessions.is_empty() {
        return html! { p.dim { "暂无执法活动。" } };
    }
    table(
        &["开始时间", "活动", "执法人员", "当事人", "案由", "状态", "查阅签字"],
        &html! { @for session in sessions { tr {
            td.num { a href={ "/console/session/" (session.session) } { (words::at(session.opened_ms)) } }
            td { (words::activity(&session.activity)) }
            td { (names(session)) }
            td { (session.party) }
            td { (session.cause_name) }
            td { @if session.closed_ms.is_some() { (badge("good", "已结束")) } @else { (badge("busy", "进行中")) } }
            td { (badge(words::outcome(session.outcome).0, words::outcome(session.outcome).1)) }
        } } },
    )
}

/// Officers of a session.
pub fn names(session: &IndexedSession) -> String {
    session.officers.iter().map(|o| o.name.as_str()).collect::<Vec<_>>().join("、")
}

/// Name and number of the officer who was signed in.
pub fn officer(session: Option<&IndexedSession>, id: Option<&str>) -> String {
    match id {
        None => "系统".to_owned(),
        Some(id) => session
            .into_iter()
            .flat_map(|session| &session.officers)
            .find(|o| o.officer == id)
            .map_or_else(|| id.to_owned(), |o| format!("{}（{id}）", o.name)),
    }
}

//! Today (今日概况): what was recorded, what is stored, what is late, what was refused.

use super::{
    day, device,
    page::{PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::blocking,
    index::day_of,
    office::Office,
    store::{DayCount, Incident, IndexedSession, StoreError},
};
use axum::{extract::State, response::Response};
use maud::{Markup, html};
use std::sync::Arc;

struct Today {
    day: String,
    counts: Vec<DayCount>,
    overdue: i64,
    overdue_days: Vec<(String, i64)>,
    sessions: Vec<IndexedSession>,
    incidents: Vec<Incident>,
}

/// `GET /console`
pub async fn show(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let today = blocking(&office, |office| {
        let day = day_of(office.clock.now_ms());
        office.read(|rows| {
            Ok::<_, StoreError>(Today {
                counts: rows.day_counts(&day, i64::MAX)?,
                overdue: rows.overdue_before(&day)?,
                overdue_days: rows.overdue_days(&day, 7)?,
                sessions: rows.recent_sessions(8)?,
                incidents: rows.incidents(None, 5)?,
                day: day.clone(),
            })
        })
    })
    .await?;
    Ok(page(&user, "home", "今日概况", &content(&today)))
}

fn content(today: &Today) -> Markup {
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
                p { "下列记录未被接收并已留存，请核查设备。" }
                (device::incidents(&today.incidents, true))
            }
        }
        section { h2 { "当日存储（按执法人员）" } (day::counts(&today.counts, &today.day, false)) }
        section #overdue { h2 { "逾期未入库" }
            @if today.overdue_days.is_empty() { p.dim { "没有逾期资料。" } }
            @else { (table(&["采集日期", "未入库"], &html! { @for (day, items) in &today.overdue_days { tr {
                td.num { a href={ "/console/days?day=" (day) } { (day) } }
                td { (badge("bad", &format!("{items} 件"))) }
            } } })) }
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

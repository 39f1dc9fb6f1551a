//! Devices: their chains, and what was refused of them.

use super::{
    home,
    item::record_links,
    nothing,
    page::{PageError, badge, facts, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    office::Office,
    store::{DeviceRow, Incident, IndexedSession, RecordRow, StoreError},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use liuhen_record::{DeviceId, Record};
use maud::{Markup, html};
use std::sync::Arc;

/// Of each kind.
const INCIDENTS_OF_A_KIND: i64 = 50;
/// There are four kinds.
const MAX_INCIDENTS: i64 = 200;
const LAST_RECORDS: i64 = 20;
const RECENT_SESSIONS: i64 = 20;

/// `GET /console/devices`
pub async fn list(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let who = user.clone();
    let (devices, troubled) = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| who.note(rows, now_ms, "view_devices", String::new()))?;
        office.read(|rows| Ok::<_, StoreError>((rows.devices()?, rows.devices_with_incidents()?)))
    })
    .await?;
    let content = html! {
        p { a href="/console/recorders" { "执法记录仪：领用、告警、文件核对" } }
        @if devices.is_empty() { div.empty { p { "尚无已登记的设备。" } } }
        @else { (table(&["设备编号", "登记时间", "程序", "记录", "状态", "设备标识"], &html! { @for device in &devices { tr {
            td.num { a href={ "/console/device/" (device.device) } { (device.device_no) } }
            td.num { (words::at(device.enrolled_ms)) }
            td { (device.app) }
            td.num { (device.next_seq - 1) " 条" }
            td { (state(device)) @if troubled.contains(&device.device) { " " (badge("bad", "有异常")) } }
            td { code { (words::short(&device.device)) } }
        } } })) }
    };
    Ok(page(&user, "devices", "设备", &content))
}

fn state(device: &DeviceRow) -> Markup {
    match device.successor {
        _ if device.revoked_ms.is_some() => badge("bad", "已注销"),
        Some(_) => badge("busy", "已由新设备接替"),
        None => badge("good", "使用中"),
    }
}

struct Shown {
    device: DeviceRow,
    incidents: Vec<Incident>,
    /// How many there are.
    all_incidents: i64,
    records: Vec<RecordRow>,
    sessions: Vec<IndexedSession>,
    /// How many there are; the last ones are shown.
    all_sessions: i64,
}

/// `GET /console/device/{device}`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path(device): Path<String>,
) -> Result<Response, PageError> {
    let device = device.parse::<DeviceId>().map_err(|_| PageError(nothing()))?;
    let who = user.clone();
    let shown = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| {
            rows.device(device)?.ok_or_else(nothing)?;
            Ok::<_, ApiError>(who.note(rows, now_ms, "view_device", format!("device:{device}"))?)
        })?;
        office.read(|rows| {
            let row = rows.device(device)?.ok_or_else(nothing)?;
            let from = (row.next_seq - LAST_RECORDS).max(1);
            Ok::<_, ApiError>(Shown {
                incidents: rows.incidents_by_kind(Some(device), INCIDENTS_OF_A_KIND, MAX_INCIDENTS)?,
                all_incidents: rows.count_incidents(device)?,
                records: rows.records_from(device, from, LAST_RECORDS)?,
                sessions: rows.device_sessions(device, RECENT_SESSIONS)?,
                all_sessions: rows.count_device_sessions(device)?,
                device: row,
            })
        })
    })
    .await?;
    let title = format!("设备 {}", shown.device.device_no);
    Ok(page(&user, "devices", &title, &content(&shown)))
}

fn content(shown: &Shown) -> Markup {
    let device = &shown.device;
    let other = |id: Option<DeviceId>| {
        html! { @match id {
            Some(id) => a href={ "/console/device/" (id) } { code { (words::short(&id)) } }
            None => "—"
        } }
    };
    let rows = html! { @for row in shown.records.iter().rev() {
        @if let Ok(record) = Record::parse(&row.bytes) { tr {
            td { (record_links(row)) }
            td { (words::kind(&record.kind)) }
            td.num { (words::at(record.time.best_ms())) }
            td.num { (words::at(row.received_ms)) }
            td { code { (words::short(&row.sha256)) } }
        } }
    } };
    html! {
        p.badges { (state(device)) }
        (facts(&[
            ("执法记录设备编号", html! { (device.device_no) }),
            ("程序", html! { (device.app) }),
            ("登记时间", html! { (words::at(device.enrolled_ms)) }),
            ("记录链", html! { "共 " (device.next_seq - 1) " 条，链头 " code.wrap { (device.head) } }),
            ("接替自", other(device.predecessor)),
            ("接替者", other(device.successor)),
            ("设备标识", html! { code.wrap { (device.device) } " " a href={ "/console/device/" (device.device) "/device.pem" } { "公钥" } }),
        ]))
        @if device.predecessor.is_some() {
            p.note { "原设备的本地存储损坏后已隔离保存，未删除；其后的记录由本链继续。" }
        }
        section { h2 { "异常记录" }
            @if shown.incidents.is_empty() { p.dim { "没有分叉、断号或拒收。" } }
            @else {
                @if shown.all_incidents > shown.incidents.len() as i64 {
                    p.count { "共 " strong { (shown.all_incidents) } " 条；此处每类列出最近 " (INCIDENTS_OF_A_KIND) " 条" }
                }
                (incidents(&shown.incidents, false))
            }
        }
        section { h2 { "最近记录" } (table(&["记录", "内容", "记录时间", "接收时间", "摘要"], &rows)) }
        section { h2 { "执法活动" }
            @if shown.all_sessions > RECENT_SESSIONS {
                p.count { "共 " strong { (shown.all_sessions) } " 次；此处列出最近 " (RECENT_SESSIONS) " 次" }
            }
            (home::sessions(&shown.sessions))
        }
    }
}

/// Refused records as rows.
pub fn incidents(incidents: &[Incident], with_device: bool) -> Markup {
    let head = ["时间", "类型", "记录", "原因", "已存摘要", "来件摘要", "次数"];
    table(
        &head,
        &html! { @for incident in incidents { tr {
            td.num { (words::at(incident.last_ms)) }
            td { (badge("bad", words::incident(incident.kind))) }
            td.num {
                @if with_device { a href={ "/console/device/" (incident.device) } { "设备 " (words::short(&incident.device)) } br; }
                "第 " (incident.seq) " 号"
            }
            td { (words::incident_reason(incident)) }
            td { @match &incident.ours { Some(ours) => code { (words::short(ours)) }, None => "—" } }
            td { code { (words::short(&incident.theirs)) } }
            td.num { (incident.times) }
        } } },
    )
}

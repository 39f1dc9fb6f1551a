//! An enforcement activity from beginning to end (执法活动).

use super::{
    audit, describe,
    describe_review::signatures,
    home,
    item::record_links,
    nothing,
    page::{PageError, badge, facts, page},
    recorders, search,
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    office::Office,
    store::{AuditRow, IndexedItem, IndexedSession, Ledger, RecordRow, StoreError},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use liuhen_record::{ItemId, Kind, Record, SessionId, kind::DocumentFilled};
use maud::{Markup, html};
use std::{collections::BTreeMap, sync::Arc};

const MAX_RECORDS: i64 = 2000;
const MAX_AUDIT: i64 = 50;

struct Shown {
    session: IndexedSession,
    items: Vec<IndexedItem>,
    records: Vec<(RecordRow, Record)>,
    by_hand: Vec<recorders::ByHand>,
    audit: Vec<AuditRow>,
}

/// `GET /console/session/{session}`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path(session): Path<String>,
) -> Result<Response, PageError> {
    let session = session.parse::<SessionId>().map_err(|_| PageError(nothing()))?;
    let who = user.clone();
    let shown = blocking(&office, move |office| load(office, &who, session)).await?;
    let title = format!("执法活动 · {}", words::activity(&shown.session.activity));
    Ok(page(&user, "search", &title, &content(&shown)))
}

fn load(office: &Office, user: &SignedIn, session: SessionId) -> Result<Shown, ApiError> {
    let found = office.read(|rows| rows.session(session))?.ok_or_else(nothing)?;
    let now_ms = office.clock.now_ms();
    let target = format!("session:{session}");
    office.write(|rows| user.note(rows, now_ms, "view_session", target.clone()))?;
    office.read(|rows| {
        let records = rows.session_records(session, MAX_RECORDS)?;
        let records = records.into_iter().filter_map(|r| Record::parse(&r.bytes).ok().map(|p| (r, p)));
        let records: Vec<_> = records.collect();
        Ok(Shown {
            by_hand: recorders::assigned_to(session, &records, |item| own_records(rows, item))?,
            session: found.clone(),
            items: rows.session_items(session)?,
            records,
            audit: rows.audit(&target, 0, MAX_AUDIT)?,
        })
    })
}

/// What the device of an item says of it: nobody else assigns it (`spec/recorder-import.md` §6.6).
fn own_records(rows: &dyn Ledger, item: ItemId) -> Result<Vec<RecordRow>, StoreError> {
    let owner = rows.item(item)?.map(|row| row.device);
    let mut records = rows.item_records(item, MAX_RECORDS)?;
    records.retain(|row| Some(row.device) == owner);
    Ok(records)
}

fn content(shown: &Shown) -> Markup {
    let session = &shown.session;
    let outcome = words::outcome(session.outcome);
    let media: Vec<IndexedItem> = shown.items.iter().filter(|i| i.media != "thumbnail").cloned().collect();
    html! {
        p.badges {
            @if session.closed_ms.is_some() { (badge("good", "已结束")) } @else { (badge("busy", "进行中")) }
            (badge(outcome.0, outcome.1))
            @for trigger in words::triggers(&session.triggers) { (badge("bad", trigger)) }
        }
        (head(session))
        section { h2 { "声像资料（" (media.len()) " 件）" }
            @if media.is_empty() { p.dim { "本次活动没有声像资料。" } } @else { (search::items(&media)) }
        }
        (recorders::of_session(&shown.records, &shown.by_hand))
        section { h2 { "全过程记录" } (timeline(session, &shown.records)) }
        section { h2 { "文书" } (documents(&shown.records)) }
        section { h2 { "查阅审计" } (audit::entries(&shown.audit)) }
    }
}

fn head(session: &IndexedSession) -> Markup {
    let closed = session.closed_ms.map_or("进行中".to_owned(), words::at);
    facts(&[
        ("案件当事人", html! { (session.party) }),
        ("案由", html! { (session.cause_name) " " span.dim { (session.cause_code) } }),
        (
            "执法人员",
            html! { (home::names(session)) " " span.dim { "（证号 "
            (session.officers.iter().map(|o| o.cert_no.as_str()).collect::<Vec<_>>().join("、")) "）" } },
        ),
        ("起止时间", html! { (words::at(session.opened_ms)) " 至 " (closed) }),
        ("地点", html! { (session.place) }),
        ("执法记录设备", html! { a href={ "/console/device/" (session.device) } { (session.device_no) } }),
        ("活动编号", html! { code { (session.session) } }),
    ])
}

fn timeline(session: &IndexedSession, records: &[(RecordRow, Record)]) -> Markup {
    html! { ol.timeline { @for (row, record) in records {
        li.attention[describe::needs_attention(&record.kind)] {
            div.when { (words::clock(record.time.best_ms())) span.dim { (words::grade(record.time.grade)) } }
            div.what {
                h3 { (words::kind(&record.kind)) }
                @for line in describe::lines(record) { p { (line) } }
                (signature_pictures(row, record))
                p.dim {
                    (home::officer(Some(session), record.officer.as_deref())) " · "
                    (describe::place(&record.place)) " · " (record_links(row))
                    @if record.kind.must_be_signed() { " · 设备签名已验证" }
                }
            }
        }
    } } }
}

fn signature_pictures(row: &RecordRow, record: &Record) -> Markup {
    let blocks = signatures(&record.kind);
    html! { @if !blocks.is_empty() { div.signatures { @for (n, block) in blocks.iter().enumerate() {
        figure {
            img src={ "/console/record/" (row.device) "/" (row.seq) "/signature/" (n) ".svg" }
                alt={ (words::signer(block.role)) " " (block.name) " 的手写签名" };
            figcaption { (words::signer(block.role)) "：" (block.name) br; span.dim { (words::at(block.signed_at_ms)) } }
        }
    } } p.hint { "屏幕手写签名（G1 级：笔迹与摘要留存），不等同于“可靠的电子签名”。" } } }
}

/// The last revision of every document, page by page.
fn documents(records: &[(RecordRow, Record)]) -> Markup {
    let mut last: BTreeMap<_, (&RecordRow, &DocumentFilled)> = BTreeMap::new();
    let mut order = Vec::new();
    for (row, record) in records {
        if let Kind::DocumentFilled(body) = &record.kind
            && last.insert(body.document, (row, body)).is_none()
        {
            order.push(body.document);
        }
    }
    html! {
        @if order.is_empty() { p.dim { "本次活动没有制作文书。" } }
        @for (row, body) in order.iter().filter_map(|document| last.get(document)) {
            details.document {
                summary { "《" (body.title) "》 第 " (body.revision) " 稿，" (body.pages.len()) " 页" }
                p.dim { "依据：" (body.legal_basis) " · " (record_links(row)) }
                @for page in &body.pages {
                    article.sheet aria-label={ "第 " (page.n) " 页" } { pre { (page.text) } }
                }
                @if !body.corrections.is_empty() {
                    h3 { "修改处" }
                    ul { @for change in &body.corrections { li {
                        (change.field) "：" del { (change.before) } " → " ins { (change.after) } "（" (change.by) "）"
                    } } }
                }
                p.dim { "文本摘要 SHA-256 " code.wrap { (body.document_sha256) } }
            }
        }
    }
}

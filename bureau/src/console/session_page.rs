//! An enforcement activity from beginning to end (执法活动).

use super::{
    audit, describe,
    describe_review::signatures,
    home,
    item::record_links,
    nothing,
    page::{self, PageError, badge, facts, page},
    search,
    session_recorders::{KINDS, OfSession},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::{ApiError, blocking},
    office::Office,
    store::{AuditRow, IndexedItem, IndexedSession, Ledger, RecordRow, StoreError},
};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use liuhen_record::{Kind, Record, SessionId};
use maud::{Markup, html};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Records of the timeline on one page.
const PER_PAGE: i64 = 500;
const MAX_PAGE: i64 = 1_000_000;
/// Documents that are shown with their pages.
const MAX_DOCUMENTS: usize = 100;
/// Records of the review that are shown apart from the timeline: the last ones.
const MAX_REVIEWS: usize = 20;
/// Records read at once; none is larger than 1 MiB.
const BATCH: i64 = 50;
/// The review, the signatures and the end of an activity.
const REVIEWS: [&str; 4] = ["review_opened", "review_confirmed", "signature_refused", "session_closed"];

type Told = (RecordRow, Record);

struct Shown {
    session: IndexedSession,
    items: Vec<IndexedItem>,
    timeline: Vec<Told>,
    /// Which page of the timeline, from 1.
    number: i64,
    /// Records of the session.
    total: i64,
    /// Of a timeline with several pages.
    reviews: Counted,
    documents: Counted,
    recorders: OfSession,
    audit: Vec<AuditRow>,
}

/// Some records, and how many there are.
#[derive(Default)]
struct Counted {
    shown: Vec<Told>,
    total: usize,
}

/// Which page of the timeline.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    page: i64,
}

/// `GET /console/session/{session}`
pub async fn show(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Path(session): Path<String>,
    Query(part): Query<Part>,
) -> Result<Response, PageError> {
    let session = session.parse::<SessionId>().map_err(|_| PageError(nothing()))?;
    let (who, number) = (user.clone(), part.page.clamp(1, MAX_PAGE));
    let shown = blocking(&office, move |office| load(office, &who, session, number)).await?;
    let title = format!("执法活动 · {}", words::activity(&shown.session.activity));
    Ok(page(&user, "search", &title, &content(&shown)))
}

fn load(office: &Office, user: &SignedIn, session: SessionId, number: i64) -> Result<Shown, ApiError> {
    let found = office.read(|rows| rows.session(session))?.ok_or_else(nothing)?;
    let now_ms = office.clock.now_ms();
    let target = format!("session:{session}");
    office.write(|rows| user.note(rows, now_ms, "view_session", target.clone()))?;
    office.read(|rows| {
        let items = rows.session_items(session)?;
        let total = rows.count_session_records(session)?;
        let timeline = rows.session_records(session, (number - 1) * PER_PAGE, PER_PAGE)?;
        let mut recorders = OfSession::default();
        each(rows, session, &KINDS, |told| {
            recorders.take(&told);
            Ok(())
        })?;
        for item in items.iter().filter(|item| item.session.is_none()) {
            recorders.assigned(rows, item.item)?;
        }
        Ok(Shown {
            session: found.clone(),
            items,
            timeline: timeline.into_iter().filter_map(told).collect(),
            number,
            total,
            reviews: if total > PER_PAGE { reviews(rows, session)? } else { Counted::default() },
            documents: last_revisions(rows, session)?,
            recorders,
            audit: rows.audit(&target, 0, audit::BESIDE + 1)?,
        })
    })
}

fn told(row: RecordRow) -> Option<Told> {
    Record::parse(&row.bytes).ok().map(|record| (row, record))
}

/// Calls `take` with each record of these kinds, in order: all of them, however many the session has.
fn each(
    rows: &dyn Ledger,
    session: SessionId,
    kinds: &[&str],
    mut take: impl FnMut(Told) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut from_seq = 1;
    loop {
        let batch = rows.session_kinds(session, kinds, from_seq, BATCH)?;
        let Some(last) = batch.last() else { return Ok(()) };
        from_seq = last.seq + 1;
        batch.into_iter().filter_map(told).try_for_each(&mut take)?;
    }
}

fn reviews(rows: &dyn Ledger, session: SessionId) -> Result<Counted, StoreError> {
    let (mut last, mut total) = (VecDeque::new(), 0);
    each(rows, session, &REVIEWS, |told| {
        total += 1;
        last.push_back(told);
        if last.len() > MAX_REVIEWS {
            last.pop_front();
        }
        Ok(())
    })?;
    Ok(Counted { shown: last.into(), total })
}

/// The last revision of every document, in the order in which they were begun.
fn last_revisions(rows: &dyn Ledger, session: SessionId) -> Result<Counted, StoreError> {
    let (mut last, mut order) = (BTreeMap::new(), Vec::new());
    each(rows, session, &["document_filled"], |(row, record)| {
        if let Kind::DocumentFilled(body) = &record.kind
            && last.insert(body.document, (row.device, row.seq)).is_none()
        {
            order.push(body.document);
        }
        Ok(())
    })?;
    let mut shown = Vec::new();
    for (device, seq) in order.iter().take(MAX_DOCUMENTS).filter_map(|document| last.get(document)) {
        shown.extend(rows.record(*device, *seq)?.and_then(told));
    }
    Ok(Counted { shown, total: order.len() })
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
        (shown.recorders.section())
        @if shown.reviews.total > 0 { section { h2 { "查阅、签字与结束" }
            p.dim { "摘自全过程记录。" (cut(shown.reviews.total, MAX_REVIEWS, "条", "最后")) }
            (timeline(session, &shown.reviews.shown))
        } }
        section { h2 { "全过程记录" } (all_records(shown)) }
        section { h2 { "文书" } (documents(&shown.documents)) }
        section { h2 { "查阅审计" } (audit::entries(&shown.audit)) }
    }
}

/// Says that of `total` only some are shown, if so.
fn cut(total: usize, most: usize, unit: &str, which: &str) -> Markup {
    html! { @if total > most { "共 " strong { (total) } " " (unit) "；此处列出" (which) " " (most) " " (unit) "。" } }
}

fn all_records(shown: &Shown) -> Markup {
    let pages = (shown.total + PER_PAGE - 1) / PER_PAGE;
    let (session, number) = (&shown.session, shown.number);
    let link = |number: i64| format!("/console/session/{}?page={number}", session.session);
    html! {
        p.count { "共 " strong { (shown.total) } " 条" @if pages > 1 { "，第 " (number) " / " (pages) " 页" } }
        (timeline(session, &shown.timeline))
        (page::pages(number, number < pages, link))
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

fn timeline(session: &IndexedSession, records: &[Told]) -> Markup {
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

/// Documents, page by page.
fn documents(documents: &Counted) -> Markup {
    let filled = documents.shown.iter().filter_map(|(row, record)| match &record.kind {
        Kind::DocumentFilled(body) => Some((row, body)),
        _ => None,
    });
    html! {
        @if documents.total == 0 { p.dim { "本次活动没有制作文书。" } }
        @if documents.total > MAX_DOCUMENTS { p.count { (cut(documents.total, MAX_DOCUMENTS, "份", "最先制作的")) } }
        @for (row, body) in filled {
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

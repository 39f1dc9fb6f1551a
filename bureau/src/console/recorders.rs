//! Body recorders (执法记录仪): who has which, what is wrong with them, and what became of their footage.

use super::{
    describe_recorder,
    footage::badges,
    page::{self, PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::blocking,
    office::Office,
    store::{FootageCount, Ledger, RecordRow, StoreError},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use liuhen_record::{
    Kind, Record, SessionId,
    kind::{Condition, FileImported, ImportOutcome, RecorderIssued, RepairStep},
};
use maud::{Markup, html};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// Files on one page of a list.
const PER_PAGE: i64 = 200;
const MAX_PAGE: i64 = 1_000_000;
/// Records of a kind that are read at once; none is larger than 1 MiB.
const BATCH: i64 = 50;
const KINDS: [&str; 7] = [
    "recorder_issued",
    "recorder_returned",
    "recorder_paired",
    "recorder_alarm",
    "fault_reported",
    "repair_recorded",
    "import_finished",
];

/// What is told of one recorder.
#[derive(Default)]
struct Told {
    /// Issues that no return ended, with the device that recorded them.
    issued: Vec<RecorderIssued>,
    serial: String,
    model: String,
    faulty: bool,
    retired: bool,
    alarms: usize,
    footage: FootageCount,
    last_import: Option<ImportOutcome>,
}

/// Which pages of the two lists of files, from 1.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    unassigned: i64,
    assigned: i64,
}

/// One page of a list of files, with the session of each that has one.
struct Files {
    shown: Vec<(FileImported, Option<SessionId>)>,
    total: i64,
    number: i64,
}

struct Shown {
    recorders: BTreeMap<String, Told>,
    unassigned: Files,
    assigned: Files,
}

/// `GET /console/recorders`
pub async fn list(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    Query(part): Query<Part>,
) -> Result<Response, PageError> {
    let who = user.clone();
    let shown = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| who.note(rows, now_ms, "view_recorders", String::new()))?;
        office.read(|rows| {
            Ok::<_, StoreError>(Shown {
                recorders: told(rows)?,
                unassigned: files(rows, false, part.unassigned)?,
                assigned: files(rows, true, part.assigned)?,
            })
        })
    })
    .await?;
    Ok(page(&user, "devices", "执法记录仪", &content(&shown)))
}

fn files(rows: &dyn Ledger, assigned: bool, number: i64) -> Result<Files, StoreError> {
    let number = number.clamp(1, MAX_PAGE);
    let mut shown = Vec::new();
    for row in rows.homeless(assigned, (number - 1) * PER_PAGE, PER_PAGE)? {
        if let Ok(Record { kind: Kind::FileImported(body), .. }) = Record::parse(&row.bytes) {
            let session = rows.indexed_item(body.item)?.and_then(|item| item.assigned_session);
            shown.push((body, session));
        }
    }
    Ok(Files { shown, total: rows.count_homeless(assigned)?, number })
}

fn of<'a>(all: &'a mut BTreeMap<String, Told>, recorder_no: &str) -> &'a mut Told {
    all.entry(recorder_no.to_owned()).or_default()
}

fn told(rows: &dyn Ledger) -> Result<BTreeMap<String, Told>, StoreError> {
    let mut all = BTreeMap::new();
    for footage in rows.footage_counts()? {
        let recorder_no = footage.recorder_no.clone();
        of(&mut all, &recorder_no).footage = footage;
    }
    each(rows, |record| take(&mut all, &record.kind))?;
    Ok(all)
}

/// The records of one kind that are not taken yet.
struct OfKind {
    kind: &'static str,
    from_leaf: u64,
    waiting: VecDeque<RecordRow>,
    ended: bool,
}

impl OfKind {
    /// The leaf of the next one, if there is one.
    fn leaf(&mut self, rows: &dyn Ledger) -> Result<Option<u64>, StoreError> {
        if self.waiting.is_empty() && !self.ended {
            self.waiting = rows.kind_records_from(self.kind, self.from_leaf, BATCH)?.into();
            self.ended = self.waiting.is_empty();
            self.from_leaf = self.waiting.back().map_or(self.from_leaf, |row| row.leaf + 1);
        }
        Ok(self.waiting.front().map(|row| row.leaf))
    }
}

/// Calls `take` with every record of [`KINDS`] as the bureau received them: chains of several phones have no other common
/// order.
fn each(rows: &dyn Ledger, mut take: impl FnMut(&Record)) -> Result<(), StoreError> {
    let fresh = |kind| OfKind { kind, from_leaf: 0, waiting: VecDeque::new(), ended: false };
    let mut kinds = KINDS.map(fresh);
    loop {
        let mut next = None;
        for (n, kind) in kinds.iter_mut().enumerate() {
            let leaf = kind.leaf(rows)?;
            next = next.into_iter().chain(leaf.map(|leaf| (leaf, n))).min();
        }
        let Some(row) = next.and_then(|(_, n)| kinds[n].waiting.pop_front()) else { return Ok(()) };
        if let Ok(record) = Record::parse(&row.bytes) {
            take(&record);
        }
    }
}

fn take(all: &mut BTreeMap<String, Told>, kind: &Kind) {
    match kind {
        Kind::RecorderIssued(b) => {
            let told = of(all, &b.recorder_no);
            told.serial.clone_from(&b.serial);
            told.issued.push(b.clone());
        }
        Kind::RecorderReturned(b) => {
            let told = of(all, &b.recorder_no);
            told.faulty |= b.condition == Condition::Damaged;
            if let Some(at) = told.issued.iter().rposition(|i| i.officer == b.officer) {
                told.issued.remove(at);
            }
        }
        Kind::RecorderPaired(b) => of(all, &b.recorder_no).model.clone_from(&b.model),
        Kind::RecorderAlarm(b) => of(all, &b.recorder_no).alarms += 1,
        // A fault of a phone makes no recorder of it: only what is known as one is shown.
        Kind::FaultReported(b) => {
            if let Some(told) = all.get_mut(&b.device_no) {
                told.faulty = true;
            }
        }
        Kind::RepairRecorded(b) => {
            if let Some(told) = all.get_mut(&b.device_no) {
                told.retired |= b.step == RepairStep::Retired;
                told.faulty &= b.step != RepairStep::Returned || told.retired;
            }
        }
        Kind::ImportFinished(b) => of(all, &b.recorder_no).last_import = Some(b.outcome),
        _ => {}
    }
}

fn state(told: &Told) -> Markup {
    match (told.retired, told.faulty) {
        (true, _) => badge("bad", "已停用"),
        (_, true) => badge("bad", "故障待修"),
        _ => badge("good", "可用"),
    }
}

fn content(shown: &Shown) -> Markup {
    let all = &shown.recorders;
    let rows = html! { @for (no, told) in all { tr {
        td.num { a href={ "/console/search?device_no=" (super::search::encoded(no)) } { (no) } }
        td { (told.serial) @if !told.model.is_empty() { br; span.dim { (told.model) } } }
        td {
            @for issued in &told.issued {
                div { (issued.name) " " span.dim { "证号 " (issued.cert_no) "，自 " (words::at(issued.from_ms)) } }
            }
            @if told.issued.is_empty() { span.dim { "未领用" } }
            @if told.issued.len() > 1 { (badge("bad", "重复领用")) }
        }
        td { (state(told)) @if told.alarms > 0 { " " (badge("bad", &format!("告警 {}", told.alarms))) } }
        td { (badges(&told.footage)) @if told.last_import.is_some_and(|o| o != ImportOutcome::Complete) { " " (badge("busy", "上次导入未完成")) } }
    } } };
    let (unassigned, assigned) = (&shown.unassigned, &shown.assigned);
    let link = |unassigned: i64, assigned: i64| {
        format!("/console/recorders?unassigned={unassigned}&assigned={assigned}")
    };
    html! {
        @if all.is_empty() { div.empty { p { "尚无执法记录仪的记录。" } } }
        @else { (table(&["设备编号", "产品序号", "领用人", "状态", "文件与清单"], &rows)) }
        section { h2 { "未归属执法活动的文件" }
            @if unassigned.total == 0 { p.dim { "没有。" } }
            @else { (unassigned.section(&unassigned_table(unassigned), |number| link(number, assigned.number))) }
        }
        @if assigned.total > 0 { section { h2 { "人工归属的文件" }
            (assigned.section(&assigned_table(assigned), |number| link(unassigned.number, number)))
        } }
    }
}

impl Files {
    /// The files as `table`, with their total and the way to the other pages.
    fn section(&self, table: &Markup, link: impl Fn(i64) -> String) -> Markup {
        let (number, pages) = (self.number, (self.total + PER_PAGE - 1) / PER_PAGE);
        html! {
            p.count { "共 " strong { (self.total) } " 个" @if pages > 1 { "，最近导入的在前，第 " (number) " / " (pages) " 页" } }
            (table)
            (page::pages(number, number < pages, link))
        }
    }
}

fn assigned_table(files: &Files) -> Markup {
    table(
        &["文件", "设备编号", "执法活动"],
        &html! { @for (file, session) in &files.shown { tr {
            td { a href={ "/console/item/" (file.item) } { (file.path) } }
            td.num { (file.recorder_no) }
            td { @if let Some(session) = session { a href={ "/console/session/" (session) } { (words::short(session)) } } }
        } } },
    )
}

fn unassigned_table(files: &Files) -> Markup {
    table(
        &["文件", "设备编号", "长度", "与清单", "说明"],
        &html! { @for (file, _) in &files.shown { tr {
            td { a href={ "/console/item/" (file.item) } { (file.path) } }
            td.num { (file.recorder_no) }
            td.num { (words::bytes(file.len_bytes)) }
            td { (describe_recorder::listed(&file.listed)) }
            td { @if let Some(why) = file.unassigned { (words::unassigned(why)) } }
        } } },
    )
}

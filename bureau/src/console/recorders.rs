//! Body recorders (执法记录仪): who has which, what is wrong with them, and what became of their footage.

use super::{
    describe_recorder,
    footage::Footage,
    page::{PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::blocking,
    office::Office,
    store::{Ledger, StoreError},
};
use axum::{extract::State, response::Response};
use liuhen_record::{
    Kind, Record,
    assigned::Assigned,
    kind::{Condition, FileImported, ImportOutcome, RecorderIssued, RepairStep},
};
use maud::{Markup, html};
use std::{collections::BTreeMap, sync::Arc};

/// Records of each kind that the page is made of: the newest.
const MAX_RECORDS: i64 = 5_000;
/// Files listed on a page.
const MAX_FILES: usize = 200;
const KINDS: [&str; 10] = [
    "recorder_issued",
    "recorder_returned",
    "recorder_paired",
    "recorder_alarm",
    "fault_reported",
    "repair_recorded",
    "file_imported",
    "footage_missing",
    "import_finished",
    "file_assigned",
];

/// What the records say of one recorder.
#[derive(Default)]
struct Told {
    /// Issues that no return ended, with the device that recorded them.
    issued: Vec<RecorderIssued>,
    serial: String,
    model: String,
    faulty: bool,
    retired: bool,
    alarms: usize,
    footage: Footage,
    last_import: Option<ImportOutcome>,
}

/// `GET /console/recorders`
pub async fn list(State(office): State<Arc<Office>>, user: SignedIn) -> Result<Response, PageError> {
    let who = user.clone();
    let parsed = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| who.note(rows, now_ms, "view_recorders", String::new()))?;
        office.read(parsed)
    })
    .await?;
    Ok(page(&user, "devices", "执法记录仪", &content(&told(&parsed), &Assigned::fold(&parsed))))
}

/// The records that the page is made of.
fn parsed(rows: &dyn Ledger) -> Result<Vec<Record>, StoreError> {
    let mut all = Vec::new();
    for kind in KINDS {
        all.extend(rows.kind_records(kind, MAX_RECORDS)?);
    }
    // As the bureau received them: chains of several phones have no other common order.
    all.sort_by_key(|row| row.leaf);
    let mut parsed = Vec::with_capacity(all.len());
    for record in all.iter().filter_map(|row| Record::parse(&row.bytes).ok()) {
        let item = match &record.kind {
            Kind::FileImported(body) => Some(body.item),
            Kind::FileAssigned(body) => Some(body.item),
            _ => None,
        };
        // A phone speaks of its own files; what it says of another's is shown at the item only.
        let owner = item.map(|item| rows.item(item)).transpose()?.flatten().map(|row| row.device);
        if owner.is_none_or(|owner| owner == record.device) {
            parsed.push(record);
        }
    }
    Ok(parsed)
}

fn of<'a>(all: &'a mut BTreeMap<String, Told>, recorder_no: &str) -> &'a mut Told {
    all.entry(recorder_no.to_owned()).or_default()
}

fn told(records: &[Record]) -> BTreeMap<String, Told> {
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for record in records {
        match &record.kind {
            Kind::RecorderIssued(b) => {
                let told = of(&mut all, &b.recorder_no);
                told.serial.clone_from(&b.serial);
                told.issued.push(b.clone());
            }
            Kind::RecorderReturned(b) => {
                let told = of(&mut all, &b.recorder_no);
                told.faulty |= b.condition == Condition::Damaged;
                if let Some(at) = told.issued.iter().rposition(|i| i.officer == b.officer) {
                    told.issued.remove(at);
                }
            }
            Kind::RecorderPaired(b) => of(&mut all, &b.recorder_no).model.clone_from(&b.model),
            Kind::RecorderAlarm(b) => of(&mut all, &b.recorder_no).alarms += 1,
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
            Kind::FileImported(b) => of(&mut all, &b.recorder_no).footage.imported(b),
            Kind::FootageMissing(b) => of(&mut all, &b.recorder_no).footage.missing(&b.files),
            Kind::ImportFinished(b) => of(&mut all, &b.recorder_no).last_import = Some(b.outcome),
            _ => {}
        }
    }
    all
}

fn state(told: &Told) -> Markup {
    match (told.retired, told.faulty) {
        (true, _) => badge("bad", "已停用"),
        (_, true) => badge("bad", "故障待修"),
        _ => badge("good", "可用"),
    }
}

fn content(all: &BTreeMap<String, Told>, by_hand: &Assigned) -> Markup {
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
        td { (told.footage.badges()) @if told.last_import.is_some_and(|o| o != ImportOutcome::Complete) { " " (badge("busy", "上次导入未完成")) } }
    } } };
    let session = |file: &&FileImported| by_hand.in_force(file.item).map(|(session, _)| session);
    let (assigned, unassigned): (Vec<_>, Vec<_>) =
        all.values().flat_map(|told| &told.footage.unassigned).partition(|file| session(file).is_some());
    let unassigned: Vec<&FileImported> = unassigned.into_iter().take(MAX_FILES).collect();
    html! {
        @if all.is_empty() { div.empty { p { "尚无执法记录仪的记录。" } } }
        @else { (table(&["设备编号", "产品序号", "领用人", "状态", "文件与清单"], &rows)) }
        section { h2 { "未归属执法活动的文件" }
            @if unassigned.is_empty() { p.dim { "没有。" } }
            @else { (files(&unassigned)) }
        }
        @if !assigned.is_empty() { section { h2 { "人工归属的文件" }
            (table(&["文件", "设备编号", "执法活动"], &html! { @for file in assigned.iter().take(MAX_FILES) { tr {
                td { a href={ "/console/item/" (file.item) } { (file.path) } }
                td.num { (file.recorder_no) }
                td { @if let Some(session) = session(file) { a href={ "/console/session/" (session) } { (words::short(&session)) } } }
            } } }))
        } }
    }
}

fn files(files: &[&FileImported]) -> Markup {
    table(
        &["文件", "设备编号", "长度", "与清单", "说明"],
        &html! { @for file in files { tr {
            td { a href={ "/console/item/" (file.item) } { (file.path) } }
            td.num { (file.recorder_no) }
            td.num { (words::bytes(file.len_bytes)) }
            td { (describe_recorder::listed(&file.listed)) }
            td { @if let Some(why) = file.unassigned { (words::unassigned(why)) } }
        } } },
    )
}

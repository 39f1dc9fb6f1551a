//! Body recorders (执法记录仪): who has which, what is wrong with them, and what became of their footage.

use super::{
    describe_recorder,
    item::record_links,
    page::{PageError, badge, page, table},
    signed_in::SignedIn,
    words,
};
use crate::{
    http::blocking,
    office::Office,
    store::{Ledger, RecordRow, StoreError},
};
use axum::{extract::State, response::Response};
use liuhen_record::{
    ItemId, Kind, Record, SessionId,
    assigned::Assigned,
    kind::{
        Condition, FileAssigned, FileImported, ImportOutcome, ListMatch, RecorderFile, RecorderIssued,
        RepairStep,
    },
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

/// Footage by how it stands to the recorder's list.
#[derive(Default)]
struct Footage {
    matched: usize,
    unknown: Vec<FileImported>,
    altered: Vec<FileImported>,
    missing: Vec<RecorderFile>,
    unassigned: Vec<FileImported>,
}

impl Footage {
    fn imported(&mut self, body: &FileImported) {
        match body.listed {
            ListMatch::Matched { .. } => self.matched += 1,
            ListMatch::Altered { .. } => self.altered.push(body.clone()),
            ListMatch::Unknown => self.unknown.push(body.clone()),
        }
        if body.unassigned.is_some() {
            self.unassigned.push(body.clone());
        }
        let name = body.path.rsplit('/').next().unwrap_or(&body.path);
        let came = |f: &RecorderFile| {
            f.sha256 == Some(body.sha256)
                || (f.sha256.is_none() && f.name == name && f.len_bytes == body.len_bytes)
        };
        self.missing.retain(|file| !came(file));
    }

    fn missing(&mut self, files: &[RecorderFile]) {
        for file in files {
            if !self.missing.contains(file) {
                self.missing.push(file.clone());
            }
        }
    }

    fn badges(&self) -> Markup {
        let (missing, unknown) = (self.missing.len(), self.unknown.len());
        html! {
            (badge("good", &format!("相符 {}", self.matched)))
            @if missing > 0 { " " (badge("bad", &format!("缺失 {missing}"))) }
            @if !self.altered.is_empty() { " " (badge("bad", &format!("不一致 {}", self.altered.len()))) }
            @if unknown > 0 { " " (badge("wait", &format!("清单外 {unknown}"))) }
        }
    }
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

/// A file that the last word by hand puts into a session.
pub struct ByHand {
    imported: FileImported,
    said: FileAssigned,
}

/// The files that are assigned to `session` by hand, and not assigned elsewhere since. `item_records` gives what an item's own
/// device says of it.
///
/// # Errors
/// [`StoreError`].
pub fn assigned_to(
    session: SessionId,
    records: &[(RecordRow, Record)],
    item_records: impl Fn(ItemId) -> Result<Vec<RecordRow>, StoreError>,
) -> Result<Vec<ByHand>, StoreError> {
    let here = Assigned::fold(records.iter().map(|(_, record)| record));
    let mut found = Vec::new();
    for item in here.items_in(session) {
        // A later word may stand in another session, or in none.
        let rows = item_records(*item)?;
        let records: Vec<Record> = rows.iter().filter_map(|row| Record::parse(&row.bytes).ok()).collect();
        let imported = records.iter().find_map(|record| match &record.kind {
            Kind::FileImported(body) => Some(body),
            _ => None,
        });
        if let (Some(imported), Some((place, said))) = (imported, Assigned::fold(&records).in_force(*item))
            && place == session
        {
            found.push(ByHand { imported: imported.clone(), said: said.clone() });
        }
    }
    Ok(found)
}

/// The recorders of one session and their footage; nothing when none was used.
pub fn of_session(records: &[(RecordRow, Record)], by_hand: &[ByHand]) -> Markup {
    let mut footage: BTreeMap<&str, (Footage, Option<String>, usize)> = BTreeMap::new();
    for (_, record) in records {
        match &record.kind {
            Kind::RecorderPaired(b) => {
                let bound = format!(
                    "{}（序号 {}，设备内警号 {}）",
                    b.bound_officer, b.serial, b.configured_officer_no
                );
                footage.entry(&b.recorder_no).or_default().1 = Some(bound);
            }
            Kind::RecorderEvent(b) => {
                footage.entry(&b.recorder_no).or_default();
            }
            Kind::RecorderListed(b) => {
                footage.entry(&b.recorder_no).or_default();
            }
            Kind::RecorderAlarm(b) => footage.entry(&b.recorder_no).or_default().2 += 1,
            Kind::FileImported(b) => footage.entry(&b.recorder_no).or_default().0.imported(b),
            Kind::FootageMissing(b) => footage.entry(&b.recorder_no).or_default().0.missing(&b.files),
            _ => {}
        }
    }
    for file in by_hand {
        footage.entry(&file.imported.recorder_no).or_default().0.imported(&file.imported);
    }
    let alarms = records.iter().filter(|(_, record)| matches!(record.kind, Kind::RecorderAlarm(_)));
    html! { @if !footage.is_empty() { section { h2 { "执法记录仪" }
        (table(&["设备编号", "绑定", "文件与清单", "缺失或不一致的文件"], &html! { @for (no, (of, bound, count)) in &footage { tr {
            td.num { (no) @if *count > 0 { " " (badge("bad", &format!("告警 {count}"))) } }
            td { @match bound { Some(bound) => (bound), None => span.dim { "见领用登记" } } }
            td { (of.badges()) }
            td {
                @for file in of.missing.iter().take(MAX_FILES) { div { (badge("bad", "缺失")) " " (file.name) } }
                @for file in of.altered.iter().take(MAX_FILES) {
                    div { (badge("bad", "不一致")) " " a href={ "/console/item/" (file.item) } { (file.path) } }
                }
                @for file in of.unknown.iter().take(MAX_FILES) {
                    div { (badge("wait", "清单外")) " " a href={ "/console/item/" (file.item) } { (file.path) } }
                }
            }
        } } }))
        @for file in by_hand { p {
            (badge("wait", "人工归属")) " " a href={ "/console/item/" (file.imported.item) } { (file.imported.path) } " "
            span.dim { (file.said.name) "（证号 " (file.said.cert_no) "）：" (file.said.reason) }
        } }
        @for (row, record) in alarms {
            p.alert { @for line in super::describe::lines(record) { (line) " " } (record_links(row)) }
        }
    } } }
}

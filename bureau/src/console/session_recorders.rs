//! The body recorders (执法记录仪) of one activity and their footage.

use super::{
    footage::Footage,
    item::record_links,
    page::{badge, table},
};
use crate::store::{Ledger, RecordRow, StoreError};
use liuhen_record::{
    ItemId, Kind, Record,
    kind::{FileAssigned, FileImported},
};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Alarms that are told: the first ones.
const MAX_ALARMS: usize = 200;

/// A file that the last word by hand puts into a session.
struct ByHand {
    imported: FileImported,
    said: FileAssigned,
}

/// The kinds of records that tell of the recorders of a session.
pub const KINDS: [&str; 6] = [
    "recorder_paired",
    "recorder_event",
    "recorder_listed",
    "recorder_alarm",
    "file_imported",
    "footage_missing",
];

/// A recorder as the records of one session tell of it.
#[derive(Default)]
struct InSession {
    footage: Footage,
    /// Officer, serial number and number within.
    bound: Option<String>,
    alarms: usize,
}

/// The recorders of one session and their footage.
#[derive(Default)]
pub struct OfSession {
    recorders: BTreeMap<String, InSession>,
    /// The first alarms.
    alarms: Vec<(RecordRow, Record)>,
    by_hand: Vec<ByHand>,
}

impl OfSession {
    fn of(&mut self, recorder_no: &str) -> &mut InSession {
        self.recorders.entry(recorder_no.to_owned()).or_default()
    }

    /// Takes the next record of the session.
    pub fn take(&mut self, told: &(RecordRow, Record)) {
        match &told.1.kind {
            Kind::RecorderPaired(b) => {
                let bound = format!(
                    "{}（序号 {}，设备内警号 {}）",
                    b.bound_officer, b.serial, b.configured_officer_no
                );
                self.of(&b.recorder_no).bound = Some(bound);
            }
            Kind::RecorderEvent(b) => {
                self.of(&b.recorder_no);
            }
            Kind::RecorderListed(b) => {
                self.of(&b.recorder_no);
            }
            Kind::RecorderAlarm(b) => {
                self.of(&b.recorder_no).alarms += 1;
                if self.alarms.len() < MAX_ALARMS {
                    self.alarms.push(told.clone());
                }
            }
            Kind::FileImported(b) => self.of(&b.recorder_no).footage.imported(b),
            Kind::FootageMissing(b) => self.of(&b.recorder_no).footage.missing(&b.files),
            _ => {}
        }
    }

    /// Takes an item that the last word of its own device assigns to the session (`spec/recorder-import.md` §6.6).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn assigned(&mut self, rows: &dyn Ledger, item: ItemId) -> Result<(), StoreError> {
        let own = |kind| Ok::<_, StoreError>(rows.own_record(item, kind)?.and_then(|row| kind_of(&row)));
        if let (Some(Kind::FileImported(imported)), Some(Kind::FileAssigned(said))) =
            (own("file_imported")?, own("file_assigned")?)
        {
            self.of(&imported.recorder_no).footage.imported(&imported);
            self.by_hand.push(ByHand { imported, said });
        }
        Ok(())
    }

    /// The recorders as a section; nothing when none was used.
    pub fn section(&self) -> Markup {
        let alarms: usize = self.recorders.values().map(|recorder| recorder.alarms).sum();
        let head = ["设备编号", "绑定", "文件与清单", "缺失或不一致的文件"];
        let rows = html! { @for (no, recorder) in &self.recorders { tr {
            td.num { (no) @if recorder.alarms > 0 { " " (badge("bad", &format!("告警 {}", recorder.alarms))) } }
            td { @match &recorder.bound { Some(bound) => (bound), None => span.dim { "见领用登记" } } }
            td { (recorder.footage.badges()) }
            td { (recorder.footage.deviating()) }
        } } };
        html! { @if !self.recorders.is_empty() { section { h2 { "执法记录仪" }
            (table(&head, &rows))
            @for file in &self.by_hand { p {
                (badge("wait", "人工归属")) " " a href={ "/console/item/" (file.imported.item) } { (file.imported.path) } " "
                span.dim { (file.said.name) "（证号 " (file.said.cert_no) "）：" (file.said.reason) }
            } }
            @if alarms > self.alarms.len() { p.count { "共 " strong { (alarms) } " 次告警；此处列出最先的 " (self.alarms.len()) " 次。" } }
            @for (row, record) in &self.alarms {
                p.alert { @for line in super::describe::lines(record) { (line) " " } (record_links(row)) }
            }
        } } }
    }
}

fn kind_of(row: &RecordRow) -> Option<Kind> {
    Record::parse(&row.bytes).ok().map(|record| record.kind)
}

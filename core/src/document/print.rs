//! Values as printed, with every correction beside what it corrected (修改处).

use super::{
    auto::short_digest,
    fill::Context,
    media::printed_whole,
    template::{Block, Field, FieldKind, Template, When},
    text::show,
    value::{CELL, printed_clock, printed_date_time, printed_stamp, read_review},
    wrap::wrap,
};
use crate::say::label;
use liuhen_record::{
    ItemId,
    kind::{Correction, ItemReview},
};
use std::collections::BTreeMap;

/// Everything that printing needs.
pub(super) struct Printer<'a> {
    pub(super) template: &'a Template,
    pub(super) fields: &'a BTreeMap<String, String>,
    pub(super) corrections: &'a [Correction],
    pub(super) context: &'a Context<'a>,
}

impl Printer<'_> {
    /// The body's lines.
    pub(super) fn body(&self) -> Vec<String> {
        let columns = self.template.page.columns;
        let mut lines = Vec::new();
        for block in &self.template.body {
            match block {
                Block::Text { text, when } if self.holds(when.as_ref()) => {
                    lines.extend(wrap(&self.filled(text), columns, 4, 0));
                }
                Block::Line { text, when } if self.holds(when.as_ref()) => {
                    lines.extend(wrap(&self.filled(text), columns, 0, 0));
                }
                Block::Field { field, when } if self.holds(when.as_ref()) => self.field(field, &mut lines),
                Block::Space => lines.push(String::new()),
                Block::Rule => lines.push("─".repeat(columns / 2)),
                Block::Text { .. } | Block::Line { .. } | Block::Field { .. } => {}
            }
        }
        lines
    }

    /// The paragraphs of running text, each in one piece: what is read aloud.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        let running = self.template.body.iter().filter_map(|block| match block {
            Block::Text { text, when } if self.holds(when.as_ref()) => Some(self.filled(text)),
            _ => None,
        });
        running.collect()
    }

    fn value(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    fn holds(&self, when: Option<&When>) -> bool {
        when.is_none_or(|when| {
            let value = self.value(&when.field);
            when.not != when.is.as_ref().map_or(!value.is_empty(), |is| value == is)
        })
    }

    /// Literal text with its placeholders filled. Values are not searched for placeholders again.
    fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(&self.placeholder(name));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn placeholder(&self, name: &str) -> String {
        match self.template.field(name) {
            Some(field) => self.entries(field).join("；"),
            None if name == "legal_basis" => self.template.legal_basis_text(),
            None => label::BLANK.to_owned(),
        }
    }

    /// A field with its label: entries of a list each on lines of their own, numbered.
    fn field(&self, name: &str, lines: &mut Vec<String>) {
        let Some(field) = self.template.field(name) else { return };
        let columns = self.template.page.columns;
        let entries = self.entries(field);
        let blank = self.value(name).is_empty() && entries.len() == 1;
        if blank || !is_list(field.kind) {
            lines.extend(wrap(&format!("{}：{}", field.zh, entries.join("；")), columns, 0, 0));
            return;
        }
        lines.extend(wrap(&format!("{}：", field.zh), columns, 0, 0));
        for (entry, n) in entries.iter().zip(1..) {
            let entry = if field.kind == FieldKind::Qa { entry.clone() } else { format!("{n}．{entry}") };
            lines.extend(wrap(&entry, columns, 4, 8));
        }
    }

    /// The entries of a field as printed, at least one, with their corrections.
    fn entries(&self, field: &Field) -> Vec<String> {
        let value = self.value(&field.name);
        if !is_list(field.kind) {
            return vec![self.one(field, value) + &self.marks(field, &field.name)];
        }
        let entries: Vec<&str> = value.lines().collect();
        let corrected = self.corrections.iter().filter_map(|c| entry_of(&c.field, &field.name)).max();
        let count = entries.len().max(corrected.unwrap_or(0)).max(1);
        let each = |n: usize| {
            let marks = self.marks(field, &entry_name(&field.name, n));
            match entries.get(n - 1) {
                Some(entry) => self.one(field, entry) + &marks,
                None if marks.is_empty() => label::BLANK.to_owned(),
                None => format!("（删去）{marks}"),
            }
        };
        (1..=count).map(each).collect()
    }

    fn marks(&self, field: &Field, name: &str) -> String {
        let of_this = self.corrections.iter().filter(|c| c.field == name);
        let mark = |c: &Correction| {
            let after =
                if c.after.is_empty() { "（删去）".to_owned() } else { self.one(field, &c.after) };
            format!(
                "〔更正：原“{}”改为“{after}”，更正人：{}〕",
                self.one(field, &c.before),
                self.corrector(&c.by)
            )
        };
        of_this.map(mark).collect()
    }

    fn corrector(&self, by: &str) -> String {
        if by == super::PARTY {
            return "当事人".to_owned();
        }
        let officer = self.context.view.officers().iter().find(|o| o.officer == by);
        officer.map_or_else(|| show(by), |o| show(&o.name))
    }

    /// One value or entry as printed, without corrections.
    fn one(&self, field: &Field, value: &str) -> String {
        if value.is_empty() {
            return label::BLANK.to_owned();
        }
        match field.kind {
            FieldKind::Text | FieldKind::Multiline | FieldKind::List | FieldKind::Qa => show(value),
            FieldKind::DateTime => printed_date_time(value).unwrap_or_else(|| show(value)),
            FieldKind::Choice => {
                let option = field.options.iter().find(|o| o.value == value);
                option.map_or_else(|| show(value), |o| o.zh.clone())
            }
            FieldKind::YesNo => if value == "yes" { "是" } else { "否" }.to_owned(),
            FieldKind::Rows => row(field, value),
            FieldKind::Media => match value.parse() {
                Ok(item) => self.item(item),
                Err(_) => printed_whole(value).unwrap_or_else(|| show(value)),
            },
            FieldKind::Review => match read_review(value) {
                Some(ItemReview::Reviewed { item }) => format!("{}　已查阅", self.item(item)),
                Some(ItemReview::Waived { item, reason }) => {
                    format!("{}　放弃查阅，原因：{}", self.item(item), show(&reason))
                }
                None => show(value),
            },
        }
    }

    /// An item in a line: what it is, its short id, device, times and short digest.
    fn item(&self, item: ItemId) -> String {
        let short = label::short(&item);
        let Some(view) = self.context.view.item(item) else { return short };
        let opened = &view.opened.body;
        let media = label::media(opened.media).zh;
        let device = format!("{}{}", label::source(opened.source).zh, show(&opened.source_no));
        let Some(sealed) = &view.sealed else { return format!("{media}{short}（{device}）") };
        let from = printed_stamp(sealed.started_ms);
        let lasting = matches!(
            opened.media,
            liuhen_record::kind::MediaKind::Audio | liuhen_record::kind::MediaKind::Video
        );
        let time = if lasting { format!("{from}起，至{}", printed_clock(sealed.ended_ms)) } else { from };
        format!("{media}{short}（{device}，{time}，摘要{}）", short_digest(&sealed.record.body.ct_sha256))
    }
}

fn is_list(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::List | FieldKind::Rows | FieldKind::Qa | FieldKind::Media | FieldKind::Review)
}

/// Whether corrections of a field name its entries one by one.
pub(super) fn corrects_by_entry(kind: FieldKind) -> bool {
    is_list(kind)
}

/// How a correction names an entry, from 1: `findings[3]`.
pub(super) fn entry_name(field: &str, n: usize) -> String {
    format!("{field}[{n}]")
}

fn entry_of(name: &str, field: &str) -> Option<usize> {
    name.strip_prefix(field)?.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

fn row(field: &Field, value: &str) -> String {
    let mut cells =
        value.split(CELL).map(|cell| if cell.is_empty() { label::BLANK.to_owned() } else { show(cell) });
    let first = cells.next().unwrap_or_default();
    let others: Vec<String> = field
        .columns
        .iter()
        .skip(1)
        .map(|column| format!("{}：{}", column.zh, cells.next().unwrap_or_else(|| label::BLANK.to_owned())))
        .collect();
    if others.is_empty() { first } else { format!("{first}（{}）", others.join("，")) }
}

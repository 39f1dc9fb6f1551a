//! Footage of a recorder against the recorder's own list.

use super::page::badge;
use crate::store::FootageCount;
use liuhen_record::kind::{FileImported, ListMatch, RecorderFile};
use maud::{Markup, html};

/// Files listed of each sort.
const MAX_FILES: usize = 200;

/// Footage by how it stands to the recorder's list.
#[derive(Default)]
pub struct Footage {
    matched: usize,
    unknown: Vec<FileImported>,
    altered: Vec<FileImported>,
    missing: Vec<RecorderFile>,
}

impl Footage {
    /// A file was imported: whatever was missing of it is no longer.
    pub fn imported(&mut self, body: &FileImported) {
        match body.listed {
            ListMatch::Matched { .. } => self.matched += 1,
            ListMatch::Altered { .. } => self.altered.push(body.clone()),
            ListMatch::Unknown => self.unknown.push(body.clone()),
        }
        let name = body.path.rsplit('/').next().unwrap_or(&body.path);
        let came = |f: &RecorderFile| {
            f.sha256 == Some(body.sha256)
                || (f.sha256.is_none() && f.name == name && f.len_bytes == body.len_bytes)
        };
        self.missing.retain(|file| !came(file));
    }

    /// Files that the recorder listed were not on its card.
    pub fn missing(&mut self, files: &[RecorderFile]) {
        for file in files {
            if !self.missing.contains(file) {
                self.missing.push(file.clone());
            }
        }
    }

    /// The files that are not as the recorder's list has them.
    pub fn deviating(&self) -> Markup {
        let listed = |files: &[FileImported], tone: &str, word: &str| {
            html! { @for file in files.iter().take(MAX_FILES) {
                div { (badge(tone, word)) " " a href={ "/console/item/" (file.item) } { (file.path) } }
            } }
        };
        let cut = |total: usize, word: &str| {
            html! { @if total > MAX_FILES { div.dim { (word) "共 " (total) " 个，此处列出前 " (MAX_FILES) " 个。" } } }
        };
        html! {
            @for file in self.missing.iter().take(MAX_FILES) { div { (badge("bad", "缺失")) " " (file.name) } }
            (cut(self.missing.len(), "缺失"))
            (listed(&self.altered, "bad", "不一致")) (cut(self.altered.len(), "不一致"))
            (listed(&self.unknown, "wait", "清单外")) (cut(self.unknown.len(), "清单外"))
        }
    }

    /// How many there are of each sort.
    pub fn badges(&self) -> Markup {
        let count = |files: usize| i64::try_from(files).unwrap_or(i64::MAX);
        badges(&FootageCount {
            matched: count(self.matched),
            altered: count(self.altered.len()),
            unknown: count(self.unknown.len()),
            missing: count(self.missing.len()),
            ..FootageCount::default()
        })
    }
}

/// How many files there are of each sort.
pub fn badges(count: &FootageCount) -> Markup {
    html! {
        (badge("good", &format!("相符 {}", count.matched)))
        @if count.missing > 0 { " " (badge("bad", &format!("缺失 {}", count.missing))) }
        @if count.altered > 0 { " " (badge("bad", &format!("不一致 {}", count.altered))) }
        @if count.unknown > 0 { " " (badge("wait", &format!("清单外 {}", count.unknown))) }
    }
}

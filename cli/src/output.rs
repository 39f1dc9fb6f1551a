//! What a command says: one JSON line, or sentences for people.

use crate::lang::Lang;
use serde::Serialize;
use std::{io::Write, process::ExitCode};

/// How to answer.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// JSON lines instead of sentences.
    pub json: bool,
    /// The language of sentences.
    pub lang: Lang,
}

/// A refusal, as a person and as a script see it.
#[derive(Debug, Clone, Serialize)]
pub struct Refusal {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
    /// What is missing, by code, where that can be listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

impl Refusal {
    /// A refusal without a list.
    pub fn new(code: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), zh: zh.into(), en: en.into(), missing: Vec::new() }
    }
}

impl Output {
    /// Prints one answer: `value` as JSON with `"ok": true`, or the sentence.
    pub fn answer(self, value: &impl Serialize, zh: &str, en: &str) {
        if self.json {
            let mut tree = serde_json::to_value(value).unwrap_or_default();
            if let Some(object) = tree.as_object_mut() {
                object.insert("ok".to_owned(), true.into());
            }
            print_line(&tree.to_string());
        } else {
            print_line(self.lang.pick(zh, en));
        }
    }

    /// Prints a refusal to standard error (people) or standard output (scripts); exit code 1.
    pub fn refuse(self, refusal: &Refusal) -> ExitCode {
        if self.json {
            print_line(&serde_json::json!({ "ok": false, "error": refusal }).to_string());
        } else {
            eprintln!("{}", self.lang.pick(&refusal.zh, &refusal.en));
        }
        ExitCode::from(1)
    }
}

/// Prints a line; a reader that went away is not an error.
pub fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

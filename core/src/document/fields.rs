//! A fields file: values by name, as people write them in JSON.

use super::{
    error::{FieldProblem, FillError, Problem},
    fill::{about, unknown_field},
    template::{Field, FieldKind, Template},
    value::{ANSWER, CELL, QUESTION},
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The longest fields file, bytes.
const MAX_FILE_BYTES: usize = 1 << 20;

/// Reads a fields file for a template: one JSON object. Text, numbers, `true` and `false` stand for themselves; a
/// list of texts gives one entry each; `rows` take objects by column name; `qa` takes objects with `question`,
/// `answer` and, if known, `offset_ms`, the moment in the recording.
///
/// # Errors
/// [`FillError::NotFields`] when it is not one JSON object, [`FillError::Fields`] naming every value of no use.
pub fn fields_from_json(template: &Template, bytes: &[u8]) -> Result<BTreeMap<String, String>, FillError> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(FillError::NotFields { line: 1, column: 1 });
    }
    let object: Map<String, Value> = serde_json::from_slice(bytes)
        .map_err(|error| FillError::NotFields { line: error.line(), column: error.column() })?;
    let mut fields = BTreeMap::new();
    let mut problems: Vec<FieldProblem> = Vec::new();
    for (name, value) in object {
        let Some(field) = template.field(&name) else {
            problems.push(unknown_field(&name));
            continue;
        };
        match text_of(field, &value) {
            Some(text) => {
                fields.insert(name, text);
            }
            None => problems.push(about(field, Problem::NotText)),
        }
    }
    if problems.is_empty() { Ok(fields) } else { Err(FillError::Fields { problems }) }
}

fn text_of(field: &Field, value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Array(entries) => {
            let lines: Option<Vec<String>> = entries.iter().map(|entry| entry_of(field, entry)).collect();
            Some(lines?.join("\n"))
        }
        Value::Object(_) => None,
    }
}

fn entry_of(field: &Field, entry: &Value) -> Option<String> {
    match (entry, field.kind) {
        (Value::Object(object), FieldKind::Qa) => {
            let (question, answer) = (object.get("question")?.as_str()?, object.get("answer")?.as_str()?);
            let moment = object.get("offset_ms").map(|ms| ms.as_i64().map(moment));
            let moment = moment.unwrap_or_else(|| Some(String::new()))?;
            Some(format!("{QUESTION}{moment}{}\n{ANSWER}{}", flat(question), flat(answer)))
        }
        (Value::Object(object), FieldKind::Rows) => {
            if object.keys().any(|key| field.columns.iter().all(|c| c.name != *key)) {
                return None;
            }
            let cells: Option<Vec<String>> =
                field.columns.iter().map(|c| object.get(&c.name).map_or(Some(String::new()), cell)).collect();
            Some(cells?.join(&CELL.to_string()))
        }
        (Value::String(text), _) => Some(flat(text)),
        _ => None,
    }
}

fn cell(value: &Value) -> Option<String> {
    match value {
        // The separator inside a cell would make two of it.
        Value::String(text) => Some(flat(text).replace(CELL, "|")),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

/// An entry is a line.
fn flat(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The moment in the recording to which a question belongs: 〔00:01:23〕.
fn moment(offset_ms: i64) -> String {
    let secs = offset_ms.max(0) / 1_000;
    format!("〔{:02}:{:02}:{:02}〕", secs / 3_600, secs / 60 % 60, secs % 60)
}

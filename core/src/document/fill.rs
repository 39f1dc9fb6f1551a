//! Filling a document.

use super::{
    auto,
    error::{FieldProblem, FillError, Problem},
    pages::pages,
    print::Printer,
    template::{Field, FieldKind, Template},
    text::show,
    value::normal,
};
use crate::session::SessionView;
use liuhen_record::{
    DocumentId, ItemId,
    kind::{Correction, DocumentFilled, ItemReview, SessionOpened},
};
use std::collections::BTreeMap;

/// The most pages of a document.
pub const MAX_PAGES: usize = 100;
/// The most bytes of a document's body: its record stays below the limit of `spec/record.md`.
pub const MAX_DOCUMENT_BYTES: usize = 900_000;

/// What a document is filled from besides what is entered.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The session.
    pub view: &'a SessionView,
    /// Best time now, Unix milliseconds.
    pub now_ms: i64,
    /// What the party did with every item under review; empty except for a 记录内容查阅确认书.
    pub review: &'a [ItemReview],
}

/// Fills a document: entered values first, then what the session knows, then the template's defaults.
///
/// # Errors
/// [`FillError`]; `Fields` names every field that is missing or invalid, not only the first.
pub fn fill(
    template: &Template,
    document: DocumentId,
    entered: &BTreeMap<String, String>,
    context: &Context<'_>,
) -> Result<DocumentFilled, FillError> {
    let opened = &context.view.opened.as_ref().ok_or(FillError::NoSession)?.body;
    let mut problems = Vec::new();
    let mut fields = BTreeMap::new();
    for field in &template.fields {
        match value(field, document, entered.get(&field.name), opened, context) {
            Ok(value) => {
                fields.insert(field.name.clone(), value);
            }
            Err(problem) => problems.push(about(field, problem)),
        }
    }
    let unknown = entered.keys().filter(|name| template.field(name).is_none());
    problems.extend(unknown.map(|name| unknown_field(name)));
    if !problems.is_empty() {
        return Err(FillError::Fields { problems });
    }
    let draft = Draft { document, revision: 1, supersedes: None, fields, corrections: Vec::new() };
    typeset(template, draft, context)
}

/// What a new document would hold if nobody entered anything: what the session knows, else the template's defaults.
pub fn known(template: &Template, document: DocumentId, context: &Context<'_>) -> BTreeMap<String, String> {
    let Some(opened) = &context.view.opened else { return BTreeMap::new() };
    let value = |field: &Field| {
        let known = field.auto.and_then(|auto| auto::value(auto, document, &opened.body, context));
        known.filter(|known| !known.is_empty()).or_else(|| field.default.clone()).unwrap_or_default()
    };
    template.fields.iter().map(|field| (field.name.clone(), value(field))).collect()
}

/// The paragraphs of a document's running text as it is filled, without heads, lists and places to sign: what is read aloud.
pub fn paragraphs(template: &Template, body: &DocumentFilled, context: &Context<'_>) -> Vec<String> {
    Printer { template, fields: &body.fields, corrections: &body.corrections, context }.paragraphs()
}

pub(super) struct Draft {
    pub(super) document: DocumentId,
    pub(super) revision: i64,
    pub(super) supersedes: Option<liuhen_record::Digest>,
    pub(super) fields: BTreeMap<String, String>,
    pub(super) corrections: Vec<Correction>,
}

/// The body with its pages and digest.
pub(super) fn typeset(
    template: &Template,
    draft: Draft,
    context: &Context<'_>,
) -> Result<DocumentFilled, FillError> {
    let printer = Printer { template, fields: &draft.fields, corrections: &draft.corrections, context };
    let shown = |name: &str| show(draft.fields.get(name).map_or("", String::as_str));
    let pages = pages(template, &shown("authority"), &shown("doc_no"), printer.body());
    if pages.len() > MAX_PAGES {
        return Err(FillError::TooLong { pages: pages.len() });
    }
    let media = media(template, &draft.fields);
    let body = DocumentFilled {
        document: draft.document,
        template: template.id.clone(),
        template_version: template.version,
        title: template.title.zh.clone(),
        legal_basis: template.legal_basis_text(),
        revision: draft.revision,
        supersedes: draft.supersedes,
        fields: draft.fields,
        corrections: draft.corrections,
        media,
        document_sha256: DocumentFilled::digest_of(&pages),
        pages,
    };
    let len_bytes = serde_json::to_vec(&body).map_or(usize::MAX, |bytes| bytes.len());
    if len_bytes > MAX_DOCUMENT_BYTES {
        return Err(FillError::TooLong { pages: body.pages.len() });
    }
    Ok(body)
}

fn media(template: &Template, fields: &BTreeMap<String, String>) -> Vec<ItemId> {
    let holds_items = |f: &&Field| matches!(f.kind, FieldKind::Media | FieldKind::Review);
    let values = template.fields.iter().filter(holds_items).filter_map(|f| fields.get(&f.name));
    let entries = values.flat_map(|value| value.lines());
    entries.filter_map(|entry| entry.split(' ').next()?.parse().ok()).collect()
}

fn value(
    field: &Field,
    document: DocumentId,
    entered: Option<&String>,
    opened: &SessionOpened,
    context: &Context<'_>,
) -> Result<String, Problem> {
    let known = field.auto.and_then(|auto| auto::value(auto, document, opened, context));
    let entered = entered.map(String::as_str).filter(|text| !text.trim().is_empty());
    let entered = entered.map(|raw| normal(field, raw, context.view)).transpose()?;
    if field.locked && entered.is_some() && entered != known {
        return Err(Problem::Locked);
    }
    let value = match (entered, known.filter(|k| !k.is_empty()).or_else(|| field.default.clone())) {
        (Some(entered), _) => entered,
        (None, Some(known)) if field.locked => known,
        (None, Some(known)) => normal(field, &known, context.view)?,
        (None, None) => String::new(),
    };
    if field.required && value.is_empty() { Err(Problem::Required) } else { Ok(value) }
}

pub(super) fn about(field: &Field, problem: Problem) -> FieldProblem {
    FieldProblem {
        field: field.name.clone(),
        label_zh: field.zh.clone(),
        label_en: field.en.clone(),
        problem,
    }
}

pub(super) fn unknown_field(name: &str) -> FieldProblem {
    // A name that somebody typed: shown, but not at any length.
    let shown: String = show(name).chars().take(40).collect();
    let label = shown.clone();
    FieldProblem { field: shown, label_zh: label.clone(), label_en: label, problem: Problem::Unknown }
}

//! Changing a document that was filled: a new revision in which every change stands beside what it changed.

use super::{
    error::{FillError, Problem},
    fill::{Context, Draft, about, typeset, unknown_field},
    print::{corrects_by_entry, entry_name},
    template::{Field, Template},
    value::normal,
};
use liuhen_record::kind::{Correction, DocumentFilled};
use std::collections::BTreeMap;

/// Says that the party asked for a correction.
pub const PARTY: &str = "party";

/// The most corrections of one document.
const MAX_CORRECTIONS: usize = 500;

/// The next revision of a document, with `changes` (new values by field name) asked for by `by`: [`PARTY`] or the
/// id of an officer of the session. What is locked cannot be changed.
///
/// # Errors
/// [`FillError`]; nothing is changed then.
pub fn correct(
    previous: &DocumentFilled,
    changes: &BTreeMap<String, String>,
    by: &str,
    context: &Context<'_>,
) -> Result<DocumentFilled, FillError> {
    let template = Template::by_id(&previous.template).filter(|t| t.version == previous.template_version);
    let template = template.ok_or(FillError::UnknownTemplate)?;
    if by != PARTY && !context.view.officers().iter().any(|o| o.officer == by) {
        return Err(FillError::UnknownCorrector);
    }
    let mut problems = Vec::new();
    let mut fields = previous.fields.clone();
    let mut corrections = previous.corrections.clone();
    for (name, raw) in changes {
        let Some(field) = template.field(name) else {
            problems.push(unknown_field(name));
            continue;
        };
        match changed(field, raw, context) {
            Ok(after) => {
                let before = fields.insert(name.clone(), after.clone()).unwrap_or_default();
                corrections.extend(differences(field, &before, &after, by));
            }
            Err(problem) => problems.push(about(field, problem)),
        }
    }
    if !problems.is_empty() {
        return Err(FillError::Fields { problems });
    }
    if corrections.len() == previous.corrections.len() {
        return Err(FillError::NothingChanged);
    }
    if corrections.len() > MAX_CORRECTIONS {
        return Err(FillError::TooLong { pages: previous.pages.len() });
    }
    let draft = Draft {
        document: previous.document,
        revision: previous.revision.saturating_add(1),
        supersedes: Some(previous.document_sha256),
        fields,
        corrections,
    };
    typeset(template, draft, context)
}

fn changed(field: &Field, raw: &str, context: &Context<'_>) -> Result<String, Problem> {
    if field.locked {
        return Err(Problem::Locked);
    }
    let after = normal(field, raw, context.view)?;
    if field.required && after.is_empty() { Err(Problem::Required) } else { Ok(after) }
}

/// The corrections that lead from one value to another: one for a single value; for a list one for every entry
/// that differs, named `field[n]`.
fn differences(field: &Field, before: &str, after: &str, by: &str) -> Vec<Correction> {
    let correction = |name: String, before: &str, after: &str| Correction {
        field: name,
        before: before.to_owned(),
        after: after.to_owned(),
        by: by.to_owned(),
    };
    if !corrects_by_entry(field.kind) {
        return if before == after {
            Vec::new()
        } else {
            vec![correction(field.name.clone(), before, after)]
        };
    }
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let entry = |n: usize| {
        let (was, is) = (old.get(n).unwrap_or(&""), new.get(n).unwrap_or(&""));
        (was != is).then(|| correction(entry_name(&field.name, n + 1), was, is))
    };
    (0..old.len().max(new.len())).filter_map(entry).collect()
}

//! Records about documents (文书).

use crate::{Digest, DocumentId, ItemId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One page as the screen shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Page number from 1.
    pub n: i64,
    /// The text, lines separated by `\n`.
    pub text: String,
}

/// A change after the first revision: what stood there stays readable (修改处).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The field changed.
    pub field: String,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// Who asked for it: an officer id, or `party`.
    pub by: String,
}

/// A filled document: the canonical text, page by page, is exactly what is shown, hashed and signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentFilled {
    /// The document; revisions share it.
    pub document: DocumentId,
    /// Template id, e.g. `on_site_inspection_record`.
    pub template: String,
    /// Version of the template.
    pub template_version: i64,
    /// Title (文书名称).
    pub title: String,
    /// Legal basis as printed (法律依据).
    pub legal_basis: String,
    /// From 1; every correction makes a new revision.
    pub revision: i64,
    /// `document_sha256` of the revision before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Digest>,
    /// Field values as entered. A list field keeps one entry a line.
    pub fields: BTreeMap<String, String>,
    /// All corrections since the first revision, oldest first.
    pub corrections: Vec<Correction>,
    /// Media that the document names.
    pub media: Vec<ItemId>,
    /// The pages.
    pub pages: Vec<Page>,
    /// SHA-256 of the pages' texts joined by one form feed (U+000C), UTF-8.
    pub document_sha256: Digest,
}

impl DocumentFilled {
    /// SHA-256 of the texts of `pages` joined by U+000C.
    pub fn digest_of(pages: &[Page]) -> Digest {
        let texts: Vec<&str> = pages.iter().map(|p| p.text.as_str()).collect();
        Digest::of(texts.join("\u{c}").as_bytes())
    }

    pub(super) fn check(&self) -> Result<(), &'static str> {
        if self.pages.is_empty() || self.pages.iter().zip(1..).any(|(p, n)| p.n != n) {
            return Err("pages are numbered from 1 without a hole");
        }
        if self.pages.iter().any(|p| p.text.contains('\u{c}')) {
            return Err("a page holds no form feed");
        }
        if self.document_sha256 != Self::digest_of(&self.pages) {
            return Err("document_sha256 is not the digest of the pages");
        }
        match (self.revision, &self.supersedes, self.corrections.is_empty()) {
            (1, None, true) | (2.., Some(_), false) => Ok(()),
            _ => Err("a later revision names what it supersedes and marks its corrections"),
        }
    }
}

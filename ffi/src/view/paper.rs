//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::word::{Choice, DocumentId, Gate, Text};

/// A document that can be filled.
pub type TemplateLine = liuhen_core::phone::screen::TemplateLine;

/// A document that can be filled.
#[uniffi::remote(Record)]
pub struct TemplateLine {
    /// Its id.
    pub template: String,
    /// Title.
    pub title: Text,
    /// Whether it can be filled now.
    pub gate: Gate,
    /// Whether this activity asks for it.
    pub recommended: bool,
}

/// A document that was filled.
pub type DocumentLine = liuhen_core::phone::screen::DocumentLine;

/// A document that was filled.
#[uniffi::remote(Record)]
pub struct DocumentLine {
    /// The document.
    pub document: DocumentId,
    /// Title.
    pub title: String,
    /// Its last revision.
    pub revision: i64,
    /// When that was made.
    pub filled_text: Text,
    /// Its pages.
    pub pages: u32,
}

/// The documents of the activity that is open.
pub type DocumentsView = liuhen_core::phone::screen::DocumentsView;

/// The documents of the activity that is open.
#[uniffi::remote(Record)]
pub struct DocumentsView {
    /// Those that can be filled.
    pub templates: Vec<TemplateLine>,
    /// Those that were filled.
    pub documents: Vec<DocumentLine>,
}

/// A field of a form.
pub type FieldView = liuhen_core::phone::screen::FieldView;

/// A field of a form.
#[uniffi::remote(Record)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: Text,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether it may not stay blank.
    pub required: bool,
    /// Whether nobody may enter it.
    pub locked: bool,
    /// What to write.
    pub hint: Option<String>,
    /// What the session knows, or the default.
    pub value: String,
    /// The options of a choice.
    pub options: Vec<Choice>,
    /// The cells of an entry.
    pub columns: Vec<Choice>,
}

/// A form.
pub type FormView = liuhen_core::phone::screen::FormView;

/// A form.
#[uniffi::remote(Record)]
pub struct FormView {
    /// Id of its template.
    pub template: String,
    /// Title.
    pub title: Text,
    /// Legal basis.
    pub legal_basis: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Whether it can be filled now.
    pub gate: Gate,
}

/// The notice of recording (article 18).
pub type NoticeForm = liuhen_core::phone::screen::NoticeForm;

/// The notice of recording (article 18).
#[uniffi::remote(Record)]
pub struct NoticeForm {
    /// The form.
    pub form: FormView,
    /// The notice as it would be filled now, a paragraph a line: what is read aloud or shown.
    pub text: String,
    /// How notice can be given.
    pub channels: Vec<Choice>,
    /// What the party can answer.
    pub responses: Vec<Choice>,
    /// Whether notice can be given now.
    pub gate: Gate,
}

/// A page, exactly as it is shown, hashed and signed.
pub type PageView = liuhen_core::phone::screen::PageView;

/// A page, exactly as it is shown, hashed and signed.
#[uniffi::remote(Record)]
pub struct PageView {
    /// Its number, from 1.
    pub n: i64,
    /// Its text.
    pub text: String,
}

/// A document.
pub type DocumentView = liuhen_core::phone::screen::DocumentView;

/// A document.
#[uniffi::remote(Record)]
pub struct DocumentView {
    /// The document.
    pub document: DocumentId,
    /// Id of its template.
    pub template: String,
    /// Title.
    pub title: String,
    /// Its revision.
    pub revision: i64,
    /// Digest of its text, hexadecimal.
    pub sha256: String,
    /// Its pages.
    pub pages: Vec<PageView>,
    /// Who can ask for a correction.
    pub correctors: Vec<Choice>,
    /// What it is, in a sentence.
    pub sentence: Text,
}

/// What sort of value a field holds.
pub type FieldKind = liuhen_core::document::FieldKind;

/// What sort of value a field holds.
#[uniffi::remote(Enum)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Multiline,
    /// Day, hour and minute, Asia/Shanghai.
    DateTime,
    /// One of the options.
    Choice,
    /// `yes` or `no`.
    YesNo,
    /// Entries, one a line.
    List,
    /// Entries of several cells, one entry a line, cells separated by `｜`.
    Rows,
    /// Questions and answers in turn, one a line, beginning with `问：` and `答：`.
    Qa,
    /// Item ids of the session's media, one a line.
    Media,
    /// Review of every item, one a line: `<item id> reviewed` or `<item id> waived <reason>`.
    Review,
}

//! Documents: which can be filled, the forms, the pages.

use super::{
    super::{Phone, PhoneError},
    Gate,
};
use crate::{
    document::{self, Field, FieldKind, PARTY, Template, template_id},
    say::{
        self, Sentence,
        choice::{self, Choice},
    },
    session::{self, Action},
};
use liuhen_record::{DocumentId, kind::DocumentFilled};
use std::collections::BTreeMap;

/// A document that can be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateLine {
    /// Its id.
    pub template: String,
    /// Title.
    pub title: Sentence,
    /// Whether it can be filled now.
    pub gate: Gate,
    /// Whether this activity asks for it.
    pub recommended: bool,
}

/// A document that was filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The document.
    pub document: DocumentId,
    /// Title.
    pub title: String,
    /// Its last revision.
    pub revision: i64,
    /// When that was made.
    pub filled_text: Sentence,
    /// Its pages.
    pub pages: u32,
}

impl From<&session::DocumentView> for DocumentLine {
    fn from(view: &session::DocumentView) -> Self {
        let body = &view.last.body;
        Self {
            document: view.document,
            title: body.title.clone(),
            revision: body.revision,
            filled_text: say::screen::moment(view.last.at_ms),
            pages: body.pages.len() as u32,
        }
    }
}

/// The documents of the activity that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentsView {
    /// Those that can be filled.
    pub templates: Vec<TemplateLine>,
    /// Those that were filled.
    pub documents: Vec<DocumentLine>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldView {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: Sentence,
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormView {
    /// Id of its template.
    pub template: String,
    /// Title.
    pub title: Sentence,
    /// Legal basis.
    pub legal_basis: String,
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// Whether it can be filled now.
    pub gate: Gate,
}

/// The notice of recording (article 18).
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageView {
    /// Its number, from 1.
    pub n: i64,
    /// Its text.
    pub text: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Who can ask for a correction; nobody where it cannot be corrected.
    pub correctors: Vec<Choice>,
    /// What it is, in a sentence.
    pub sentence: Sentence,
}

impl Phone {
    /// The documents of the activity that is open.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn documents_view(&self) -> Result<DocumentsView, PhoneError> {
        let view = self.current()?;
        let activity = view.opened.as_ref().map(|opened| opened.body.activity);
        // Notice and review have screens of their own.
        let own = [template_id::RECORDING_NOTICE, template_id::REVIEW_CONFIRMATION];
        let offered = Template::all().iter().filter(|template| !own.contains(&template.id.as_str()));
        let templates = offered.map(|template| TemplateLine {
            template: template.id.clone(),
            title: title(template),
            gate: Gate::ask(view.check(Action::FillDocument { template: &template.id })),
            recommended: activity.is_some_and(|activity| template.activities.contains(&activity)),
        });
        Ok(DocumentsView {
            templates: templates.collect(),
            documents: view.documents.iter().map(DocumentLine::from).collect(),
        })
    }

    /// The form of a template, with what the session knows filled in.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`]; [`PhoneError::NoTemplate`].
    pub fn form_view(&self, template: &str) -> Result<FormView, PhoneError> {
        let view = self.current()?;
        let template = Template::by_id(template).ok_or(PhoneError::NoTemplate)?;
        let context = document::Context { view: &view, now_ms: self.now_ms()?, review: &[] };
        let known = document::known(template, DocumentId(self.random_id()?), &context);
        let value = |field: &Field| known.get(&field.name).cloned().unwrap_or_default();
        let gate = Gate::ask(view.check(Action::FillDocument { template: &template.id }));
        Ok(form(template, value, gate))
    }

    /// The form that corrects a document: its fields as they stand.
    ///
    /// # Errors
    /// [`PhoneError::NoDocument`]; [`PhoneError::NoTemplate`].
    pub fn correction_form(&self, document: DocumentId) -> Result<FormView, PhoneError> {
        let view = self.current()?;
        let filled = view.document(document).map(|d| &d.last.body).ok_or(PhoneError::NoDocument)?;
        let template = Template::by_id(&filled.template).ok_or(PhoneError::NoTemplate)?;
        let value = |field: &Field| filled.fields.get(&field.name).cloned().unwrap_or_default();
        Ok(form(template, value, Gate::ask(view.check(Action::CorrectDocument { document }))))
    }

    /// The form of the notice of recording.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn notice_form(&self) -> Result<NoticeForm, PhoneError> {
        let form = self.form_view(template_id::RECORDING_NOTICE)?;
        let view = self.current()?;
        let gate = Gate::ask(view.check(Action::GiveNotice));
        // What is still to be filled in is said by the form; until then there is no text.
        let template = Template::by_id(template_id::RECORDING_NOTICE).ok_or(PhoneError::NoTemplate)?;
        let context = document::Context { view: &view, now_ms: self.now_ms()?, review: &[] };
        let filled = self.fill(&view, template_id::RECORDING_NOTICE, &BTreeMap::new(), &[]);
        let text =
            filled.map(|body| document::paragraphs(template, &body, &context).join("\n")).unwrap_or_default();
        let (channels, responses) = (choice::channels(), choice::responses());
        Ok(NoticeForm { form, text, channels, responses, gate })
    }

    /// A document of the activity that is open.
    ///
    /// # Errors
    /// [`PhoneError::NoDocument`].
    pub fn document_view(&self, document: DocumentId) -> Result<DocumentView, PhoneError> {
        let view = self.current()?;
        let body = view.document(document).map(|d| &d.last.body).ok_or(PhoneError::NoDocument)?;
        Ok(shown(&view, body))
    }
}

fn shown(view: &session::SessionView, body: &DocumentFilled) -> DocumentView {
    let party = Choice { code: PARTY.to_owned(), label: say::screen::party() };
    let officers = view.officers().iter().map(|officer| Choice {
        code: officer.officer.clone(),
        label: say::sentence(officer.name.as_str(), officer.name.as_str()),
    });
    let correctable = view.check(Action::CorrectDocument { document: body.document }).is_ok();
    DocumentView {
        document: body.document,
        template: body.template.clone(),
        title: body.title.clone(),
        revision: body.revision,
        sha256: body.document_sha256.to_string(),
        pages: body.pages.iter().map(|page| PageView { n: page.n, text: page.text.clone() }).collect(),
        correctors: std::iter::once(party).chain(officers).filter(|_| correctable).collect(),
        sentence: say::screen::document(&body.title, body.revision, body.pages.len()),
    }
}

fn title(template: &Template) -> Sentence {
    say::sentence(template.title.zh.as_str(), template.title.en.as_str())
}

fn form(template: &Template, value: impl Fn(&Field) -> String, gate: Gate) -> FormView {
    let named =
        |code: &str, zh: &str, en: &str| Choice { code: code.to_owned(), label: say::sentence(zh, en) };
    let fields = template.fields.iter().map(|field| FieldView {
        name: field.name.clone(),
        label: say::sentence(field.zh.as_str(), field.en.as_str()),
        kind: field.kind,
        required: field.required,
        locked: field.locked,
        hint: field.hint.clone(),
        value: value(field),
        options: field.options.iter().map(|o| named(&o.value, &o.zh, &o.en)).collect(),
        columns: field.columns.iter().map(|c| named(&c.name, &c.zh, &c.en)).collect(),
    });
    FormView {
        template: template.id.clone(),
        title: title(template),
        legal_basis: template.legal_basis_text(),
        fields: fields.collect(),
        gate,
    }
}

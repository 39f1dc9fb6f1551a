//! Documents (文书): filled from templates that are data, typeset to text pages that are exactly what the screen
//! shows, what is hashed and what is signed.
//!
//! * the forms: [`Template`], [`template_id`];
//! * filling: [`fill()`] with a [`Context`] that supplies what the session already knows;
//! * changing afterwards, never silently: [`correct()`];
//! * a fields file as people write it: [`fields_from_json`];
//! * characters and their widths: [`text`].
//!
//! Typesetting is deterministic: the same template, values and session give the same bytes, anywhere.
//! Normative text: `spec/documents.md`.

mod auto;
mod correct;
mod error;
mod fields;
mod fill;
mod media;
mod pages;
mod print;
mod template;
pub mod text;
mod value;
mod wrap;

pub(crate) use value::{says_review, tidy};

pub use correct::{PARTY, correct};
pub use error::{FieldProblem, FillError, Problem};
pub use fields::fields_from_json;
pub use fill::{Context, MAX_DOCUMENT_BYTES, MAX_PAGES, fill, known, paragraphs};
pub use template::{
    Auto, Basis, Block, Choice, Column, Field, FieldKind, Named, PageSize, SignatureLine, Template, When,
    template_id,
};

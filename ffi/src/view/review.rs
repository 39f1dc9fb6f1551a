//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    item::ItemLine,
    word::{DocumentId, Gate},
};

/// How far the party's review has come.
pub type ReviewStage = liuhen_core::phone::screen::ReviewStage;

/// How far the party's review has come.
#[uniffi::remote(Enum)]
pub enum ReviewStage {
    /// Not begun.
    None,
    /// Items and documents are looked at.
    Items,
    /// The paper is on the screen.
    Confirmation,
    /// The party signed.
    Signed,
    /// The party did not sign.
    Refused,
}

/// An item under review.
pub type ReviewItem = liuhen_core::phone::screen::ReviewItem;

/// An item under review.
#[uniffi::remote(Record)]
pub struct ReviewItem {
    /// The item.
    pub line: ItemLine,
    /// Whether it was looked at.
    pub seen: bool,
    /// Why the party will not look at it.
    pub waived: Option<String>,
    /// The first twelve digits of the digest of what is inside, as the paper names it.
    pub digest: String,
}

/// A page under review.
pub type ReviewPage = liuhen_core::phone::screen::ReviewPage;

/// A page under review.
#[uniffi::remote(Record)]
pub struct ReviewPage {
    /// Its number, from 1.
    pub n: i64,
    /// Its text.
    pub text: String,
    /// How long it was on the screen, milliseconds.
    pub shown_ms: i64,
    /// Whether it was on the screen.
    pub seen: bool,
}

/// A document under review.
pub type ReviewDocument = liuhen_core::phone::screen::ReviewDocument;

/// A document under review.
#[uniffi::remote(Record)]
pub struct ReviewDocument {
    /// The document.
    pub document: DocumentId,
    /// Title.
    pub title: String,
    /// Its pages.
    pub pages: Vec<ReviewPage>,
}

/// The party's review.
pub type ReviewView = liuhen_core::phone::screen::ReviewView;

/// The party's review.
#[uniffi::remote(Record)]
pub struct ReviewView {
    /// How far it has come.
    pub stage: ReviewStage,
    /// Whether it can be begun, or begun again.
    pub open: Gate,
    /// Items.
    pub items: Vec<ReviewItem>,
    /// Documents.
    pub documents: Vec<ReviewDocument>,
    /// The paper that the party signs, once it was made.
    pub confirmation: Option<ReviewDocument>,
    /// Who reviews, when it is not the party's representative.
    pub reviewer: String,
    /// Objections.
    pub objection: String,
    /// Whether the paper can be made: everything was looked at or waived.
    pub prepare: Gate,
}

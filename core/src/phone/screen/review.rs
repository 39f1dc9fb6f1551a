//! The party's review: what is shown, what was looked at, how far it has come.

use super::{
    super::{Phone, PhoneError, ReviewProgress, party::is_confirmation},
    Gate, ItemLine,
};
use crate::session::{self, Action, Outcome};
use liuhen_record::DocumentId;
use std::collections::BTreeMap;

/// Digits of a digest that are shown.
const DIGITS: usize = 12;

/// How far the party's review has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewDocument {
    /// The document.
    pub document: DocumentId,
    /// Title.
    pub title: String,
    /// Its pages.
    pub pages: Vec<ReviewPage>,
}

/// The party's review.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Phone {
    /// The party's review.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn review_view(&self) -> Result<ReviewView, PhoneError> {
        let view = self.current()?;
        let progress = self.review_progress()?;
        let manifest = view.current_review().map(|review| &review.body.manifest);
        let listed: BTreeMap<_, _> =
            manifest.iter().flat_map(|m| m.items.iter().map(|i| (i.item, i.pt_sha256))).collect();
        let lines = self.lines_of(&view)?;
        let items = lines.into_iter().filter_map(|line| {
            let digest = listed.get(&line.item)?.to_string()[..DIGITS].to_owned();
            let seen = progress.seen.contains(&line.item);
            let waived = progress.waived.get(&line.item).cloned();
            Some(ReviewItem { line, seen, waived, digest })
        });
        let documents = manifest.iter().flat_map(|m| m.documents.iter().map(|d| d.document));
        let mut prepare = progress.missing(&view);
        if let Err(refused) = view.check(Action::ConfirmReview) {
            prepare = refused.missing;
        }
        Ok(ReviewView {
            stage: stage(&view, &progress),
            open: Gate::ask(view.check(Action::OpenReview)),
            items: items.collect(),
            documents: documents.filter_map(|id| under_review(&view, &progress, id)).collect(),
            confirmation: progress.confirmation.and_then(|id| under_review(&view, &progress, id)),
            reviewer: progress.reviewer.clone(),
            objection: progress.objection.clone(),
            prepare: Gate::of(&prepare),
        })
    }

    pub(super) fn review_stage(&self, view: &session::SessionView) -> Result<ReviewStage, PhoneError> {
        Ok(stage(view, &self.review_progress()?))
    }
}

fn stage(view: &session::SessionView, progress: &ReviewProgress) -> ReviewStage {
    let Some(review) = view.current_review() else { return ReviewStage::None };
    let settled = view.outcomes.last().filter(|outcome| outcome.seq > review.seq);
    match settled.map(|outcome| &outcome.body) {
        Some(Outcome::Confirmed(_)) => ReviewStage::Signed,
        Some(Outcome::Refused(_)) => ReviewStage::Refused,
        None if progress.confirmation.is_some() => ReviewStage::Confirmation,
        None => ReviewStage::Items,
    }
}

fn under_review(
    view: &session::SessionView,
    progress: &ReviewProgress,
    id: DocumentId,
) -> Option<ReviewDocument> {
    let body = &view.document(id)?.last.body;
    debug_assert!(progress.confirmation != Some(id) || is_confirmation(body), "the paper is the paper");
    let pages = body.pages.iter().map(|page| {
        let shown_ms = progress.shown_ms(body, page.n);
        ReviewPage { n: page.n, text: page.text.clone(), shown_ms, seen: shown_ms > 0 }
    });
    Some(ReviewDocument { document: id, title: body.title.clone(), pages: pages.collect() })
}

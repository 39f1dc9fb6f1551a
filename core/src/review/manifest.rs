//! What there is to review.

use crate::{
    document::template_id,
    session::{Action, Missing, Refused, SessionView},
};
use liuhen_record::kind::{ManifestDocument, ManifestItem, ReviewManifest, ReviewOpened};

/// The most items of one review: the record that opens it stays below the limit of `spec/record.md`, and the paper that
/// names them below the most pages of a document, whatever was waived.
pub const MAX_REVIEW_ITEMS: usize = 500;

/// Everything sealed so far, thumbnails excepted (they are seen with what they derive from), and the last revision
/// of every document, confirmations of reviews excepted (they are what is signed).
pub fn manifest(view: &SessionView) -> ReviewManifest {
    let mut items: Vec<ManifestItem> = view
        .items
        .iter()
        .filter(|i| !i.is_thumbnail())
        .filter_map(|i| {
            let record = &i.sealed.as_ref()?.record;
            Some(ManifestItem {
                item: i.item,
                media: i.opened.body.media,
                ct_sha256: record.body.ct_sha256,
                pt_sha256: record.body.pt_sha256,
                seq: record.seq,
            })
        })
        .collect();
    items.sort_by_key(|i| i.seq);
    let reviewed = view.documents.iter().filter(|d| d.last.body.template != template_id::REVIEW_CONFIRMATION);
    let mut documents: Vec<ManifestDocument> = reviewed
        .map(|d| ManifestDocument {
            document: d.document,
            title: d.last.body.title.clone(),
            revision: d.last.body.revision,
            document_sha256: d.last.body.document_sha256,
            seq: d.last.seq,
        })
        .collect();
    documents.sort_by_key(|d| d.seq);
    ReviewManifest { items, documents }
}

/// What the next review is about: everything, or, where that is more than one paper names, the first of what no review
/// that was settled was about; then of what only an absent party's reviews were about; then again from the first.
fn portion(view: &SessionView) -> ReviewManifest {
    let whole = manifest(view);
    if whole.items.len() <= MAX_REVIEW_ITEMS {
        return whole;
    }
    let left = [true, false].map(|with_absent| {
        let (items, documents) = view.covered(with_absent);
        let mut left = whole.clone();
        left.items.retain(|i| !items.contains(&i.item));
        left.documents.retain(|d| !documents.contains(&(d.document, d.revision)));
        left
    });
    let is_something = |left: &ReviewManifest| !left.items.is_empty() || !left.documents.is_empty();
    let mut next = left.into_iter().find(is_something).unwrap_or(whole);
    next.items.truncate(MAX_REVIEW_ITEMS);
    next
}

/// The record with which the party's review begins.
///
/// # Errors
/// [`Refused`] when certificates or a required notice are missing, or there is nothing to review.
pub fn open(view: &SessionView) -> Result<ReviewOpened, Refused> {
    view.check(Action::OpenReview)?;
    let manifest = portion(view);
    // A number beyond 2^53 cannot come out of a ledger that was read strictly.
    let manifest_sha256 = manifest.digest().map_err(|_| Missing::Recorded)?;
    Ok(ReviewOpened { manifest, manifest_sha256 })
}

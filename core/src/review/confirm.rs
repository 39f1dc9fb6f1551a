//! The party reviewed and signed.

use super::signatures::{officers_missing, speaks_for_party, unfit};
use crate::{
    document::{Context, FillError, Template, fill, says_review, template_id, tidy},
    session::{Action, Missing, Refused, SessionView},
};
use liuhen_record::{
    DocumentId,
    kind::{DocumentFilled, ItemReview, PageView, ReviewConfirmed, ReviewOpened, SignatureBlock, SignerRole},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the party did and who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmRequest {
    /// Every item under review: reviewed, or waived with a reason.
    pub items: Vec<ItemReview>,
    /// Pages shown, of the documents under review and of the confirmation itself.
    pub pages: Vec<PageView>,
    /// Objections; empty when none.
    pub objection: String,
    /// The filled confirmation that was on the screen.
    pub document: DocumentId,
    /// All signatures: the party's, then others', then the officers'.
    pub signatures: Vec<SignatureBlock>,
}

/// Fills the 记录内容查阅确认书 of the review that is open: every item with what the party did, the documents,
/// the objection and the manifest's digest. `entered` holds further fields, such as who reviewed.
///
/// # Errors
/// [`FillError`]; gates are asked with [`Action::FillDocument`] before.
pub fn confirmation(
    view: &SessionView,
    document: DocumentId,
    items: &[ItemReview],
    objection: &str,
    entered: &BTreeMap<String, String>,
    now_ms: i64,
) -> Result<DocumentFilled, FillError> {
    let template = Template::by_id(template_id::REVIEW_CONFIRMATION).ok_or(FillError::UnknownTemplate)?;
    let mut fields = entered.clone();
    fields.insert("objection".to_owned(), objection.to_owned());
    fill(template, document, &fields, &Context { view, now_ms, review: items })
}

/// The record of a signed review.
///
/// # Errors
/// [`Refused`] with everything that is missing: items, pages, the confirmation, signatures.
pub fn confirm(view: &SessionView, request: &ConfirmRequest) -> Result<ReviewConfirmed, Refused> {
    view.check(Action::ConfirmReview)?;
    let review = &view.current_review().ok_or(Missing::ReviewOpened)?.body;
    let mut missing = Vec::new();
    check_items(review, &request.items, &mut missing);
    let paper = check_document(view, request, &mut missing);
    check_pages(view, review, request, &mut missing);
    check_signatures(view, &request.signatures, &mut missing);
    Refused::unless_empty(missing)?;
    let paper = paper.ok_or(Missing::ConfirmationDocument)?;
    Ok(ReviewConfirmed {
        manifest_sha256: review.manifest_sha256,
        document: request.document,
        document_sha256: paper.document_sha256,
        items: request.items.clone(),
        pages: request.pages.clone(),
        objection: tidy(&request.objection),
        signatures: request.signatures.clone(),
    })
}

fn check_items(review: &ReviewOpened, items: &[ItemReview], missing: &mut Vec<Missing>) {
    let listed: BTreeSet<_> = review.manifest.items.iter().map(|i| i.item).collect();
    let mut spoken = BTreeSet::new();
    for done in items {
        let item = done.item();
        if !listed.contains(&item) || !spoken.insert(item) {
            missing.push(Missing::ItemOfManifest { item });
        }
        if matches!(done, ItemReview::Waived { reason, .. } if reason.trim().is_empty()) {
            missing.push(Missing::WaiverReason { item });
        }
    }
    let silent = review.manifest.items.iter().filter(|i| !spoken.contains(&i.item));
    missing.extend(silent.map(|i| Missing::ItemReviewed { item: i.item }));
}

/// The confirmation on the screen, when it was made for this review and says what `request` says.
fn check_document<'a>(
    view: &'a SessionView,
    request: &ConfirmRequest,
    missing: &mut Vec<Missing>,
) -> Option<&'a DocumentFilled> {
    let review = view.current_review()?;
    let paper = view.document(request.document).map(|d| &d.last).filter(|paper| {
        let field = |name: &str| paper.body.fields.get(name).map_or("", String::as_str);
        paper.seq > review.seq
            && paper.body.template == template_id::REVIEW_CONFIRMATION
            // One that was corrected is not the one that was shown (`spec/session.md` §7.2).
            && paper.body.supersedes.is_none()
            && field("manifest_sha256") == review.body.manifest_sha256.to_string()
            && says_review(field("items"), &request.items)
            && field("objection") == tidy(&request.objection)
    });
    if paper.is_none() {
        missing.push(Missing::ConfirmationDocument);
    }
    paper.map(|paper| &paper.body)
}

/// Every page of every document under review, and of the confirmation, was on the screen for some time.
fn check_pages(
    view: &SessionView,
    review: &ReviewOpened,
    request: &ConfirmRequest,
    missing: &mut Vec<Missing>,
) {
    let under_review = review.manifest.documents.iter().map(|d| d.document);
    for id in under_review.chain([request.document]) {
        let Some(document) = view.document(id) else { continue };
        for page in &document.last.body.pages {
            let shown = request.pages.iter().any(|p| p.document == id && p.page == page.n && p.shown_ms > 0);
            if !shown {
                missing.push(Missing::PageShown { title: document.last.body.title.clone(), page: page.n });
            }
        }
    }
}

fn check_signatures(view: &SessionView, blocks: &[SignatureBlock], missing: &mut Vec<Missing>) {
    missing.extend(blocks.iter().filter_map(unfit));
    let party = blocks.iter().enumerate().rfind(|(_, b)| speaks_for_party(b.role));
    let Some((party_at, party_ms)) = party.map(|(at, b)| (at, b.signed_at_ms)) else {
        missing.push(Missing::PartySignature);
        return;
    };
    let officers: Vec<(usize, &SignatureBlock)> =
        blocks.iter().enumerate().filter(|(_, b)| b.role == SignerRole::Officer).collect();
    for (at, block) in &officers {
        if *at < party_at || block.signed_at_ms < party_ms {
            missing.push(Missing::PartyFirst { name: block.name.trim().to_owned() });
        }
    }
    let blocks: Vec<&SignatureBlock> = officers.into_iter().map(|(_, block)| block).collect();
    officers_missing(view, &blocks, missing);
}

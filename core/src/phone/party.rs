//! The party's review and signature while they go on: what was looked at, and which pages were shown and for how long,
//! kept sealed in the vault as it happens. What comes of it becomes a record only by the verbs at the end.

use super::{
    PartyReview, Phone, PhoneError,
    pads::{PADS, Pad, officer_blocks, signed},
    paper::reviewed,
};
use crate::{
    document::template_id,
    review::{self, ConfirmRequest, WitnessGiven},
    session::{Action, Missing, Refused, SessionView},
};
use liuhen_record::{
    Digest, DocumentId, ItemId, Kind,
    kind::{
        DocumentFilled, PageView, RefusalReason, ReviewConfirmed, SignatureBlock, SignatureRefused,
        SignatureState, SignerRole, Witness,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The vault's setting that holds the [`ReviewProgress`].
pub(super) const REVIEW: &str = "review_progress";

/// How far the party has come with the review that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReviewProgress {
    /// Number of the record that opened the review: two reviews can be over the same manifest.
    pub review_seq: Option<i64>,
    /// The manifest under review.
    pub manifest_sha256: Option<Digest>,
    /// Items that were looked at.
    pub seen: BTreeSet<ItemId>,
    /// Items that the party would not look at, with reasons.
    pub waived: BTreeMap<ItemId, String>,
    /// Pages that were on the screen, of which text.
    pub shown: Vec<PageShown>,
    /// Who reviews, when it is not the party's representative.
    pub reviewer: String,
    /// Objections; empty when none.
    pub objection: String,
    /// The paper made from all this.
    pub confirmation: Option<DocumentId>,
}

/// A page that was on the screen. A page of another revision is another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageShown {
    /// The document.
    pub document: DocumentId,
    /// Digest of the text of which it was a page.
    pub document_sha256: Digest,
    /// Page number from 1.
    pub page: i64,
    /// Milliseconds on the screen.
    pub shown_ms: i64,
}

/// A refusal as the officers tell it; signatures are on the pads.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Refused, unable or absent.
    pub state: SignatureState,
    /// The reason by code.
    pub reason: RefusalReason,
    /// The reason in words.
    pub note: String,
    /// Name, unit and telephone of the witness who signs on [`Pad::Witness`]; or nobody, and why.
    pub witness: Result<(String, String, String), String>,
}

impl PageShown {
    fn is_of(&self, document: &DocumentFilled) -> bool {
        (self.document, self.document_sha256) == (document.document, document.document_sha256)
    }
}

impl ReviewProgress {
    /// How long a page of a document, as it reads now, was on the screen, milliseconds.
    pub fn shown_ms(&self, document: &DocumentFilled, page: i64) -> i64 {
        let of = self.shown.iter().filter(|p| p.is_of(document) && p.page == page);
        of.map(|p| p.shown_ms).fold(0, i64::saturating_add)
    }

    /// The pages that were on the screen as they read now.
    fn pages(&self, view: &SessionView) -> Vec<PageView> {
        let now = |p: &&PageShown| view.document(p.document).is_some_and(|d| p.is_of(&d.last.body));
        let page = |p: &PageShown| PageView { document: p.document, page: p.page, shown_ms: p.shown_ms };
        self.shown.iter().filter(now).map(page).collect()
    }

    /// What stands between the party and the paper: items neither looked at nor waived, pages not shown.
    pub fn missing(&self, view: &SessionView) -> Vec<Missing> {
        let Some(review) = view.current_review() else { return vec![Missing::ReviewOpened] };
        let manifest = &review.body.manifest;
        let unseen = manifest.items.iter().map(|i| i.item);
        let unseen = unseen.filter(|item| !self.seen.contains(item) && !self.waived.contains_key(item));
        let mut missing: Vec<Missing> = unseen.map(|item| Missing::ItemReviewed { item }).collect();
        for listed in &manifest.documents {
            missing.extend(self.unshown(view, listed.document));
        }
        missing
    }

    /// Pages of a document that were not on the screen.
    pub fn unshown(&self, view: &SessionView, document: DocumentId) -> Vec<Missing> {
        let Some(document) = view.document(document) else { return Vec::new() };
        let pages = document.last.body.pages.iter();
        let unshown = pages.filter(|page| self.shown_ms(&document.last.body, page.n) == 0);
        unshown
            .map(|page| Missing::PageShown { title: document.last.body.title.clone(), page: page.n })
            .collect()
    }

    fn party(&self) -> PartyReview {
        PartyReview {
            reviewer: self.reviewer.clone(),
            waived: self.waived.clone(),
            objection: self.objection.clone(),
        }
    }
}

impl Phone {
    /// How far the party has come with the review that is open; nothing, when another was opened since.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn review_progress(&self) -> Result<ReviewProgress, PhoneError> {
        let view = self.current()?;
        let current = view.current_review();
        let (review_seq, manifest_sha256) =
            (current.map(|review| review.seq), current.map(|review| review.body.manifest_sha256));
        let kept: ReviewProgress = self.vault.get_setting(REVIEW)?.unwrap_or_default();
        if (kept.review_seq, kept.manifest_sha256) == (review_seq, manifest_sha256) {
            return Ok(kept);
        }
        Ok(ReviewProgress { review_seq, manifest_sha256, ..ReviewProgress::default() })
    }

    /// The party looked at an item.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] when it is not under review.
    pub fn item_seen(&mut self, item: ItemId) -> Result<(), PhoneError> {
        self.under_review(item)?;
        self.progress(|progress| {
            progress.waived.remove(&item);
            progress.seen.insert(item);
        })
    }

    /// The party will not look at an item; a blank reason takes that back.
    ///
    /// # Errors
    /// As [`Phone::item_seen`].
    pub fn waive_item(&mut self, item: ItemId, reason: &str) -> Result<(), PhoneError> {
        self.under_review(item)?;
        self.progress(|progress| {
            progress.waived.remove(&item);
            if !reason.trim().is_empty() {
                progress.seen.remove(&item);
                progress.waived.insert(item, reason.trim().to_owned());
            }
        })
    }

    /// A page was on the screen for so long; looks add up.
    ///
    /// # Errors
    /// [`PhoneError::NoDocument`] for a page that does not exist.
    pub fn page_shown(&mut self, document: DocumentId, page: i64, shown_ms: i64) -> Result<(), PhoneError> {
        let view = self.current()?;
        let body = view.document(document).map(|d| &d.last.body);
        let body =
            body.filter(|body| body.pages.iter().any(|p| p.n == page)).ok_or(PhoneError::NoDocument)?;
        let document_sha256 = body.document_sha256;
        let shown_ms = shown_ms.max(0);
        self.progress(|progress| match progress.shown.iter_mut().find(|p| p.is_of(body) && p.page == page) {
            Some(kept) => kept.shown_ms = kept.shown_ms.saturating_add(shown_ms),
            None => progress.shown.push(PageShown { document, document_sha256, page, shown_ms }),
        })
    }

    /// Who reviews, and what the party objects to. A paper made before says something else then, and is made again.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn set_review_words(&mut self, reviewer: &str, objection: &str) -> Result<(), PhoneError> {
        self.progress(|progress| {
            reviewer.trim().clone_into(&mut progress.reviewer);
            objection.trim().clone_into(&mut progress.objection);
        })
    }

    /// Makes the paper that the party signs, once everything was looked at or waived. With it the pads are empty: nobody
    /// has signed this one.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] naming every item and page that is missing.
    pub fn make_confirmation(&mut self) -> Result<DocumentFilled, PhoneError> {
        let progress = self.review_progress()?;
        Refused::unless_empty(progress.missing(&*self.current()?))?;
        let paper = self.fill_confirmation(&progress.party())?;
        let progress = ReviewProgress { confirmation: Some(paper.document), ..progress };
        let draft = self.draft(Kind::DocumentFilled(paper.clone()))?;
        self.vault.write(|writing| {
            writing.append(draft)?;
            writing.put_setting(REVIEW, &progress)?;
            writing.remove_setting(PADS)
        })?;
        Ok(paper)
    }

    /// What stands in the way of signing in this role and under this name.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn check_confirm(&self, role: SignerRole, name: &str) -> Result<Vec<Missing>, PhoneError> {
        let view = self.current()?;
        let checked = self.confirm_request(&view, role, name);
        let checked = checked.and_then(|request| Ok(review::confirm(&view, &request)?));
        match checked {
            Ok(_) => Ok(Vec::new()),
            Err(PhoneError::Refused(refused)) => Ok(refused.missing),
            Err(error) => Err(error),
        }
    }

    /// The party and the officers have signed on the pads the paper that was shown.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with everything that is missing; the pads stay as they are.
    pub fn confirm_on_pads(&mut self, role: SignerRole, name: &str) -> Result<ReviewConfirmed, PhoneError> {
        let request = self.confirm_request(&*self.current()?, role, name)?;
        self.confirm_signed(&request)
    }

    /// The party does not sign; the officers and the witness have signed on the pads.
    ///
    /// # Errors
    /// As [`Phone::confirm_on_pads`].
    pub fn refuse_on_pads(&mut self, refusal: Refusal) -> Result<SignatureRefused, PhoneError> {
        let view = self.current()?;
        let written = self.pads()?;
        let witness = match refusal.witness {
            Ok((name, unit, phone)) => {
                let signature = signed(&written, &Pad::Witness, SignerRole::Witness, &name);
                let signature = signature.ok_or_else(|| Refused::from(Missing::WitnessSignature))?;
                WitnessGiven::Present(Witness { name, unit, phone, signature })
            }
            Err(why) => WitnessGiven::None { why },
        };
        self.refuse_signed(&review::RefuseRequest {
            state: refusal.state,
            reason: refusal.reason,
            note: refusal.note,
            witness,
            officers: officer_blocks(&view, &written),
        })
    }

    fn confirm_request(
        &self,
        view: &SessionView,
        role: SignerRole,
        name: &str,
    ) -> Result<ConfirmRequest, PhoneError> {
        view.check(Action::ConfirmReview)?;
        let progress = self.review_progress()?;
        let written = self.pads()?;
        let document = progress.confirmation.ok_or_else(|| Refused::from(Missing::ConfirmationDocument))?;
        let mut signatures: Vec<SignatureBlock> =
            signed(&written, &Pad::Party, role, name).into_iter().collect();
        signatures.extend(officer_blocks(view, &written));
        Ok(ConfirmRequest {
            items: reviewed(view, &progress.waived),
            pages: progress.pages(view),
            objection: progress.objection,
            document,
            signatures,
        })
    }

    fn under_review(&self, item: ItemId) -> Result<(), PhoneError> {
        let view = self.current()?;
        view.check(Action::ConfirmReview)?;
        let listed =
            view.current_review().is_some_and(|r| r.body.manifest.items.iter().any(|i| i.item == item));
        if listed { Ok(()) } else { Err(Refused::from(Missing::ItemOfManifest { item }).into()) }
    }

    fn progress(&mut self, change: impl FnOnce(&mut ReviewProgress)) -> Result<(), PhoneError> {
        let mut progress = self.review_progress()?;
        change(&mut progress);
        Ok(self.vault.put_setting(REVIEW, &progress)?)
    }
}

/// Whether a document of a session is the paper that the party signs.
pub(super) fn is_confirmation(body: &DocumentFilled) -> bool {
    body.template == template_id::REVIEW_CONFIRMATION
}

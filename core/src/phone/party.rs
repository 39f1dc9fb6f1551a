//! The party's review and signature while they go on: what was looked at, which pages were shown and for how long, and
//! every stroke of every pad, kept sealed in the vault as it happens. A killed program asks nobody to sign twice. What
//! comes of it becomes a record only by the verbs at the end.

use super::{PartyReview, Phone, PhoneError, paper::reviewed};
use crate::{
    document::template_id,
    review::{self, ConfirmRequest, Strokes, WitnessGiven},
    session::{Action, Missing, Refused, SessionView},
};
use liuhen_record::{
    Digest, DocumentId, ItemId, SessionId,
    kind::{
        DocumentFilled, PageView, RefusalReason, ReviewConfirmed, ReviewOpened, SignatureBlock,
        SignatureRefused, SignatureState, SignerRole, Stroke, Witness,
    },
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const REVIEW: &str = "review_progress";
const PADS: &str = "pads";

/// How far the party has come with the review that is open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewProgress {
    /// The manifest under review.
    pub manifest_sha256: Option<Digest>,
    /// Items that were looked at.
    pub seen: BTreeSet<ItemId>,
    /// Items that the party would not look at, with reasons.
    pub waived: BTreeMap<ItemId, String>,
    /// Pages that were on the screen.
    pub pages: Vec<PageView>,
    /// Who reviews, when it is not the party's representative.
    pub reviewer: String,
    /// Objections; empty when none.
    pub objection: String,
    /// The paper made from all this.
    pub confirmation: Option<DocumentId>,
}

/// Where somebody signs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pad {
    /// The party, or who signs for the party.
    Party,
    /// The witness of a refusal.
    Witness,
    /// An officer of record.
    Officer {
        /// The bureau's id.
        officer: String,
    },
}

/// What is written on a pad.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The handwriting.
    pub strokes: Strokes,
    /// When its last stroke ended, best time, Unix milliseconds.
    pub ended_ms: i64,
}

#[derive(Default, Serialize, Deserialize)]
struct Pads {
    session: Option<SessionId>,
    written: Vec<(Pad, Written)>,
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

impl ReviewProgress {
    /// How long a page was on the screen, milliseconds.
    pub fn shown_ms(&self, document: DocumentId, page: i64) -> i64 {
        let of = self.pages.iter().filter(|p| p.document == document && p.page == page);
        of.map(|p| p.shown_ms).sum()
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
        let unshown = pages.filter(|page| self.shown_ms(document.document, page.n) == 0);
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
        let current = self.current()?.current_review().map(|review| review.body.manifest_sha256);
        let kept: ReviewProgress = self.vault.get_setting(REVIEW)?.unwrap_or_default();
        if kept.manifest_sha256 == current {
            return Ok(kept);
        }
        Ok(ReviewProgress { manifest_sha256: current, ..ReviewProgress::default() })
    }

    /// Begins the party's review; what an earlier review came to begins anew, and so do the pads.
    ///
    /// # Errors
    /// As [`Phone::open_review`].
    pub fn begin_review(&mut self) -> Result<ReviewOpened, PhoneError> {
        let opened = self.open_review()?;
        self.vault.remove_setting(REVIEW)?;
        self.vault.remove_setting(PADS)?;
        Ok(opened)
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
        let known = view.document(document).is_some_and(|d| d.last.body.pages.iter().any(|p| p.n == page));
        if !known {
            return Err(PhoneError::NoDocument);
        }
        self.progress(|progress| {
            let found = progress.pages.iter_mut().find(|p| p.document == document && p.page == page);
            match found {
                Some(kept) => kept.shown_ms = kept.shown_ms.saturating_add(shown_ms.max(0)),
                None => progress.pages.push(PageView { document, page, shown_ms: shown_ms.max(0) }),
            }
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

    /// Makes the paper that the party signs, once everything was looked at or waived.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] naming every item and page that is missing.
    pub fn make_confirmation(&mut self) -> Result<DocumentFilled, PhoneError> {
        let progress = self.review_progress()?;
        Refused::unless_empty(progress.missing(&*self.current()?))?;
        let paper = self.prepare_confirmation(&progress.party())?;
        self.progress(|progress| progress.confirmation = Some(paper.document))?;
        self.vault.remove_setting(PADS)?;
        Ok(paper)
    }

    /// What is written on the pads of the session that is open.
    ///
    /// # Errors
    /// [`PhoneError::Vault`].
    pub fn pads(&self) -> Result<Vec<(Pad, Written)>, PhoneError> {
        Ok(self.kept_pads()?.written)
    }

    /// Adds a stroke to a pad of this size, 1/100 mm; durable when this returns.
    ///
    /// # Errors
    /// [`PhoneError::Strokes`] for a point outside the pad or out of order; [`PhoneError::NoSession`].
    pub fn add_stroke(&mut self, pad: Pad, size: (i64, i64), stroke: Stroke) -> Result<(), PhoneError> {
        let (width, height) = size;
        let ended_ms = self.now_ms()?;
        let mut pads = self.kept_pads()?;
        let place = pads.written.iter().position(|(known, _)| *known == pad);
        let place = place.unwrap_or_else(|| {
            let strokes = Strokes { width, height, strokes: Vec::new() };
            pads.written.push((pad, Written { strokes, ended_ms }));
            pads.written.len() - 1
        });
        let written = &mut pads.written[place].1;
        // After a rotation the pad may be another size; what was written stays where it was.
        written.strokes.width = written.strokes.width.max(width);
        written.strokes.height = written.strokes.height.max(height);
        written.strokes.strokes.push(stroke);
        written.ended_ms = ended_ms;
        written.strokes.check_points()?;
        Ok(self.vault.put_setting(PADS, &pads)?)
    }

    /// Takes the last stroke of a pad away.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn undo_stroke(&mut self, pad: &Pad) -> Result<(), PhoneError> {
        self.on_pad(pad, |written| drop(written.strokes.strokes.pop()))
    }

    /// Makes a pad empty.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn clear_pad(&mut self, pad: &Pad) -> Result<(), PhoneError> {
        self.on_pad(pad, |written| written.strokes.strokes.clear())
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
        let body = self.confirm_signed(&request)?;
        self.vault.remove_setting(PADS)?;
        Ok(body)
    }

    /// The party does not sign; the officers and the witness have signed on the pads.
    ///
    /// # Errors
    /// As [`Phone::confirm_on_pads`].
    pub fn refuse_on_pads(&mut self, refusal: Refusal) -> Result<SignatureRefused, PhoneError> {
        let view = self.current()?;
        let written = self.kept_pads()?.written;
        let witness = match refusal.witness {
            Ok((name, unit, phone)) => {
                let signature = signed(&written, &Pad::Witness, SignerRole::Witness, &name);
                let signature = signature.ok_or_else(|| Refused::from(Missing::WitnessSignature))?;
                WitnessGiven::Present(Witness { name, unit, phone, signature })
            }
            Err(why) => WitnessGiven::None { why },
        };
        let body = self.refuse_signed(&review::RefuseRequest {
            state: refusal.state,
            reason: refusal.reason,
            note: refusal.note,
            witness,
            officers: officer_blocks(&view, &written),
        })?;
        self.vault.remove_setting(PADS)?;
        Ok(body)
    }

    fn confirm_request(
        &self,
        view: &SessionView,
        role: SignerRole,
        name: &str,
    ) -> Result<ConfirmRequest, PhoneError> {
        view.check(Action::ConfirmReview)?;
        let progress = self.review_progress()?;
        let written = self.kept_pads()?.written;
        let document = progress.confirmation.ok_or_else(|| Refused::from(Missing::ConfirmationDocument))?;
        let mut signatures: Vec<SignatureBlock> =
            signed(&written, &Pad::Party, role, name).into_iter().collect();
        signatures.extend(officer_blocks(view, &written));
        Ok(ConfirmRequest {
            items: reviewed(view, &progress.waived),
            pages: progress.pages,
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

    fn kept_pads(&self) -> Result<Pads, PhoneError> {
        let session = self.current_id()?;
        let kept: Pads = self.vault.get_setting(PADS)?.unwrap_or_default();
        if kept.session == session { Ok(kept) } else { Ok(Pads { session, written: Vec::new() }) }
    }

    fn on_pad(&mut self, pad: &Pad, change: impl FnOnce(&mut Written)) -> Result<(), PhoneError> {
        let mut pads = self.kept_pads()?;
        if let Some((_, written)) = pads.written.iter_mut().find(|(known, _)| known == pad) {
            change(written);
        }
        pads.written.retain(|(_, written)| !written.strokes.strokes.is_empty());
        Ok(self.vault.put_setting(PADS, &pads)?)
    }
}

fn signed(written: &[(Pad, Written)], pad: &Pad, role: SignerRole, name: &str) -> Option<SignatureBlock> {
    let (_, written) = written.iter().find(|(known, _)| known == pad)?;
    Some(written.strokes.clone().signed(role, name, written.ended_ms))
}

/// The signatures of those officers of record who have signed.
fn officer_blocks(view: &SessionView, written: &[(Pad, Written)]) -> Vec<SignatureBlock> {
    let of_record = view.officers().iter();
    let blocks = of_record.filter_map(|officer| {
        let pad = Pad::Officer { officer: officer.officer.clone() };
        signed(written, &pad, SignerRole::Officer, &officer.name)
    });
    blocks.collect()
}

/// Whether a document of a session is the paper that the party signs.
pub(super) fn is_confirmation(body: &DocumentFilled) -> bool {
    body.template == template_id::REVIEW_CONFIRMATION
}

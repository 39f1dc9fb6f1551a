//! Documents, the party's review, and what the party makes of it.

use super::{Phone, PhoneError, pads::PADS, party::REVIEW};
use crate::{
    document::{self, Context, Template, template_id},
    review::{self, ConfirmRequest, Strokes, WitnessGiven},
    session::{self, Action, SessionView},
};
use liuhen_record::{
    DocumentId, ItemId, Kind,
    kind::{
        DocumentFilled, ItemReview, NoticeChannel, NoticeResponse, PageView, RefusalReason, ReviewConfirmed,
        ReviewOpened, SignatureBlock, SignatureRefused, SignatureState, SignerRole, Witness,
    },
};
use std::collections::BTreeMap;

/// What the party did with the items under review, and said.
#[derive(Debug, Clone, Default)]
pub struct PartyReview {
    /// Who reviewed; the party's representative when empty.
    pub reviewer: String,
    /// Items that the party would not look at, with reasons; all others were reviewed.
    pub waived: BTreeMap<ItemId, String>,
    /// Objections; empty when none.
    pub objection: String,
}

/// Who signs for the party, and how the pages were shown.
#[derive(Debug, Clone)]
pub struct SignRequest {
    /// In which role.
    pub role: SignerRole,
    /// Name of the signer.
    pub name: String,
    /// The handwriting.
    pub strokes: Strokes,
    /// The officers' handwriting, in the order in which the session names them.
    pub officers: Vec<Strokes>,
    /// How long every page was on the screen.
    pub pages: Vec<PageView>,
}

/// Why there is no signature of the party.
#[derive(Debug, Clone)]
pub struct RefuseRequest {
    /// Refused, unable or absent.
    pub state: SignatureState,
    /// The reason by code.
    pub reason: RefusalReason,
    /// The reason in words.
    pub note: String,
    /// Who saw it, with handwriting; or nobody, and why.
    pub witness: Result<WitnessPresent, String>,
    /// The officers' handwriting, in the order in which the session names them.
    pub officers: Vec<Strokes>,
}

/// A witness as the officer tells it.
#[derive(Debug, Clone)]
pub struct WitnessPresent {
    /// Name.
    pub name: String,
    /// Unit or address.
    pub unit: String,
    /// Telephone.
    pub phone: String,
    /// The handwriting.
    pub strokes: Strokes,
}

impl Phone {
    /// Fills a document; its text is exactly what is to be shown.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] when it is not its turn; [`PhoneError::Fill`] naming every field.
    pub fn fill_document(
        &mut self,
        template: &str,
        fields: &BTreeMap<String, String>,
    ) -> Result<DocumentFilled, PhoneError> {
        let view = self.current()?;
        view.check(Action::FillDocument { template })?;
        let body = self.fill(&view, template, fields, &[])?;
        self.write(Kind::DocumentFilled(body.clone()))?;
        Ok(body)
    }

    /// Corrects a document; the correction is marked in the text. The paper that the party signs is not corrected but made
    /// again.
    ///
    /// # Errors
    /// As [`Phone::fill_document`].
    pub fn correct_document(
        &mut self,
        document: DocumentId,
        changes: &BTreeMap<String, String>,
        by: &str,
    ) -> Result<DocumentFilled, PhoneError> {
        let view = self.current()?;
        view.check(Action::CorrectDocument { document })?;
        let previous = view.document(document).map(|d| &d.last.body).ok_or(PhoneError::NoDocument)?;
        let context = Context { view: &view, now_ms: self.now_ms()?, review: &[] };
        let body = document::correct(previous, changes, by, &context)?;
        self.write(Kind::DocumentFilled(body.clone()))?;
        Ok(body)
    }

    /// Gives notice of the recording (article 18): fills the 录音录像告知书 and records how it was given and what the
    /// party answered.
    ///
    /// # Errors
    /// As [`Phone::fill_document`].
    pub fn give_notice(
        &mut self,
        channel: NoticeChannel,
        response: NoticeResponse,
        fields: &BTreeMap<String, String>,
    ) -> Result<DocumentFilled, PhoneError> {
        let view = self.current()?;
        view.check(Action::GiveNotice)?;
        let body = self.fill(&view, template_id::RECORDING_NOTICE, fields, &[])?;
        self.write(Kind::DocumentFilled(body.clone()))?;
        let notice = session::notice(&*self.current()?, body.document, channel, response)?;
        self.write(Kind::NoticeGiven(notice))?;
        Ok(body)
    }

    pub(super) fn fill(
        &self,
        view: &SessionView,
        template: &str,
        fields: &BTreeMap<String, String>,
        review: &[ItemReview],
    ) -> Result<DocumentFilled, PhoneError> {
        let template = Template::by_id(template).ok_or(PhoneError::NoTemplate)?;
        let context = Context { view, now_ms: self.now_ms()?, review };
        Ok(document::fill(template, DocumentId(self.random_id()?), fields, &context)?)
    }

    /// Hands the phone to the party: everything recorded so far, in one manifest (article 18). What an earlier review came
    /// to begins anew, and so do the pads.
    ///
    /// # Errors
    /// [`PhoneError::Refused`].
    pub fn open_review(&mut self) -> Result<ReviewOpened, PhoneError> {
        // The party looks through small pictures; without one, at the whole picture.
        drop(self.make_missing_thumbnails());
        let view = self.current()?;
        view.check(Action::OpenReview)?;
        let body = review::open(&view)?;
        self.write_and_forget(Kind::ReviewOpened(body.clone()), &[REVIEW, PADS])?;
        Ok(body)
    }

    /// Makes the paper that the party signs (记录内容查阅确认书): what is to be shown before signing.
    ///
    /// # Errors
    /// [`PhoneError::Refused`]; [`PhoneError::Fill`].
    pub fn prepare_confirmation(&mut self, party: &PartyReview) -> Result<DocumentFilled, PhoneError> {
        let body = self.fill_confirmation(party)?;
        self.write(Kind::DocumentFilled(body.clone()))?;
        Ok(body)
    }

    /// That paper, before it is kept.
    pub(super) fn fill_confirmation(&self, party: &PartyReview) -> Result<DocumentFilled, PhoneError> {
        let view = self.current()?;
        view.check(Action::FillDocument { template: template_id::REVIEW_CONFIRMATION })?;
        let items = reviewed(&view, &party.waived);
        let mut entered = BTreeMap::new();
        if !party.reviewer.trim().is_empty() {
            entered.insert("reviewer".to_owned(), party.reviewer.clone());
        }
        let id = DocumentId(self.random_id()?);
        Ok(review::confirmation(&view, id, &items, &party.objection, &entered, self.now_ms()?)?)
    }

    /// The party and the officers sign the confirmation `document` that was shown.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with everything that is missing.
    pub fn confirm_review(
        &mut self,
        document: DocumentId,
        party: &PartyReview,
        request: SignRequest,
    ) -> Result<ReviewConfirmed, PhoneError> {
        let view = self.current()?;
        let now_ms = view.instant_ms(&self.time()?);
        let mut signatures = vec![request.strokes.signed(request.role, &request.name, now_ms)];
        signatures.extend(officers(&view, request.officers, now_ms));
        self.confirm_signed(&ConfirmRequest {
            items: reviewed(&view, &party.waived),
            pages: request.pages,
            objection: party.objection.clone(),
            document,
            signatures,
        })
    }

    /// The same with the signatures as they are.
    pub(super) fn confirm_signed(&mut self, request: &ConfirmRequest) -> Result<ReviewConfirmed, PhoneError> {
        let body = review::confirm(&*self.current()?, request)?;
        self.write_and_forget(Kind::ReviewConfirmed(body.clone()), &[PADS])?;
        Ok(body)
    }

    /// Records that the party does not sign, why, and who saw it.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with everything that is missing.
    pub fn refuse_signature(&mut self, request: RefuseRequest) -> Result<SignatureRefused, PhoneError> {
        let view = self.current()?;
        let now_ms = view.instant_ms(&self.time()?);
        let witness = match request.witness {
            Ok(WitnessPresent { name, unit, phone, strokes }) => {
                let signature = strokes.signed(SignerRole::Witness, &name, now_ms);
                WitnessGiven::Present(Witness { name, unit, phone, signature })
            }
            Err(why) => WitnessGiven::None { why },
        };
        let refusal = review::RefuseRequest {
            state: request.state,
            reason: request.reason,
            note: request.note,
            witness,
            officers: officers(&view, request.officers, now_ms),
        };
        self.refuse_signed(&refusal)
    }

    /// The same with the signatures as they are.
    pub(super) fn refuse_signed(
        &mut self,
        refusal: &review::RefuseRequest,
    ) -> Result<SignatureRefused, PhoneError> {
        let body = review::refuse(&*self.current()?, refusal, self.roster()?.officers())?;
        self.write_and_forget(Kind::SignatureRefused(body.clone()), &[PADS])?;
        Ok(body)
    }

    /// Every page that the party must have seen before signing: of the documents under review, and of the
    /// confirmation itself.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn pages_to_show(&self, confirmation: DocumentId) -> Result<Vec<(DocumentId, i64)>, PhoneError> {
        let view = self.current()?;
        let listed = view.current_review().into_iter().flat_map(|r| &r.body.manifest.documents);
        let documents = listed.map(|d| d.document).chain([confirmation]);
        let pages = documents
            .filter_map(|id| view.document(id))
            .flat_map(|d| d.last.body.pages.iter().map(|page| (d.document, page.n)).collect::<Vec<_>>());
        Ok(pages.collect())
    }
}

/// Every item under review: waived where a reason is given, reviewed otherwise. A waiver of something else is passed
/// on, so that the gate names it.
pub(super) fn reviewed(view: &SessionView, waived: &BTreeMap<ItemId, String>) -> Vec<ItemReview> {
    let listed: Vec<ItemId> =
        view.current_review().map_or(Vec::new(), |r| r.body.manifest.items.iter().map(|i| i.item).collect());
    let strangers = waived.keys().filter(|item| !listed.contains(item)).copied().collect::<Vec<_>>();
    let all = listed.into_iter().chain(strangers);
    all.map(|item| match waived.get(&item) {
        Some(reason) => ItemReview::Waived { item, reason: reason.clone() },
        None => ItemReview::Reviewed { item },
    })
    .collect()
}

fn officers(view: &SessionView, strokes: Vec<Strokes>, now_ms: i64) -> Vec<SignatureBlock> {
    let named = view.officers().iter().zip(strokes);
    named.map(|(officer, strokes)| strokes.signed(SignerRole::Officer, &officer.name, now_ms)).collect()
}

//! The party's review and signature.

use crate::{
    core::Core,
    failure::CoreFailure,
    view::{
        review::ReviewView,
        session::SessionView,
        word::{Choice, DocumentId, Gate, ItemId, PadId, Text},
    },
};
use liuhen_core::{
    phone::{Phone, PhoneError, Refusal, screen},
    say::choice::word,
};
use liuhen_record::kind;

/// A point of a stroke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct StrokePoint {
    /// From the left, 1/100 mm.
    pub x: i32,
    /// From the top, 1/100 mm.
    pub y: i32,
    /// Milliseconds since the pad was first touched; never falling.
    pub t_ms: i32,
    /// Pressure, 0 to 1000.
    pub pressure_permille: i32,
}

/// A stroke.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Stroke {
    /// Its points.
    pub points: Vec<StrokePoint>,
}

impl From<Stroke> for kind::Stroke {
    fn from(stroke: Stroke) -> Self {
        let point = |p: StrokePoint| [p.x, p.y, p.t_ms, p.pressure_permille].map(i64::from);
        Self(stroke.points.into_iter().map(point).collect())
    }
}

impl From<&kind::Stroke> for Stroke {
    fn from(stroke: &kind::Stroke) -> Self {
        let points = stroke.0.iter().map(|point| {
            // What the core keeps lies inside a pad of at most a metre and within minutes.
            let [x, y, t_ms, pressure_permille] = point.map(|value| i32::try_from(value).unwrap_or(i32::MAX));
            StrokePoint { x, y, t_ms, pressure_permille }
        });
        Self { points: points.collect() }
    }
}

/// A pad.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PadView {
    /// Whose.
    pub pad: PadId,
    /// Whose, for people.
    pub label: Text,
    /// What is written on it.
    pub strokes: Vec<Stroke>,
    /// Its width when it was first touched, 1/100 mm; 0 before.
    pub width: i64,
    /// Its height when it was first touched, 1/100 mm; 0 before.
    pub height: i64,
    /// Whether it is a signature by itself.
    pub fit: Gate,
}

impl From<screen::PadView> for PadView {
    fn from(pad: screen::PadView) -> Self {
        let strokes = pad.strokes.iter().map(Stroke::from).collect();
        Self { pad: pad.pad, label: pad.label, strokes, width: pad.width, height: pad.height, fit: pad.fit }
    }
}

/// The screen on which everybody signs.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SignView {
    /// The pads: the party's, the officers', the witness's.
    pub pads: Vec<PadView>,
    /// Who may sign for the party.
    pub roles: Vec<Choice>,
    /// How it comes that the party does not sign.
    pub states: Vec<Choice>,
    /// Why.
    pub reasons: Vec<Choice>,
    /// The name that is signed under unless another is given.
    pub party_name: String,
    /// What stands in the way of signing now.
    pub sign: Gate,
    /// What stands in the way of noting a refusal.
    pub refuse: Gate,
}

impl From<screen::SignView> for SignView {
    fn from(view: screen::SignView) -> Self {
        let screen::SignView { pads, roles, states, reasons, party_name, sign, refuse } = view;
        let pads = pads.into_iter().map(PadView::from).collect();
        Self { pads, roles, states, reasons, party_name, sign, refuse }
    }
}

/// A witness as an officer tells it; the signature is on the witness's pad.
#[derive(Debug, Clone, uniffi::Record)]
pub struct WitnessGiven {
    /// Name.
    pub name: String,
    /// Unit or address.
    pub unit: String,
    /// Telephone.
    pub phone: String,
}

/// Why the party does not sign, as the officers tell it.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RefusalGiven {
    /// Refused, unable or absent, by its code.
    pub state: String,
    /// The reason, by its code.
    pub reason: String,
    /// The reason in words.
    pub note: String,
    /// Who saw it.
    pub witness: Option<WitnessGiven>,
    /// Why nobody saw it, when nobody did.
    pub no_witness_why: Option<String>,
}

impl RefusalGiven {
    fn read(self) -> Result<Refusal, PhoneError> {
        let witness = self.witness.map(|w| (w.name, w.unit, w.phone));
        Ok(Refusal {
            state: word(&self.state)?,
            reason: word(&self.reason)?,
            note: self.note,
            witness: witness.ok_or(self.no_witness_why.unwrap_or_default()),
        })
    }
}

impl Core {
    async fn reviewing(
        &self,
        verb: impl FnOnce(&mut Phone) -> Result<(), PhoneError> + Send + 'static,
    ) -> Result<ReviewView, CoreFailure> {
        self.with(move |phone| {
            verb(phone)?;
            phone.review_view()
        })
        .await
    }

    async fn signing(
        &self,
        verb: impl FnOnce(&mut Phone) -> Result<(), PhoneError> + Send + 'static,
    ) -> Result<SignView, CoreFailure> {
        self.with(move |phone| {
            verb(phone)?;
            Ok(phone.sign_view()?.into())
        })
        .await
    }
}

#[uniffi::export]
impl Core {
    /// Hands the phone to the party.
    pub async fn open_review(&self) -> Result<ReviewView, CoreFailure> {
        self.reviewing(|phone| phone.open_review().map(drop)).await
    }

    /// The party's review.
    pub async fn review(&self) -> Result<ReviewView, CoreFailure> {
        self.reviewing(|_| Ok(())).await
    }

    /// The party looked at an item.
    pub async fn item_seen(&self, item: ItemId) -> Result<ReviewView, CoreFailure> {
        self.reviewing(move |phone| phone.item_seen(item)).await
    }

    /// The party will not look at an item; a blank reason takes that back.
    pub async fn waive_item(&self, item: ItemId, reason: String) -> Result<ReviewView, CoreFailure> {
        self.reviewing(move |phone| phone.waive_item(item, &reason)).await
    }

    /// A page was on the screen for so long; looks add up.
    pub async fn page_shown(
        &self,
        document: DocumentId,
        page: i64,
        shown_ms: i64,
    ) -> Result<ReviewView, CoreFailure> {
        self.reviewing(move |phone| phone.page_shown(document, page, shown_ms)).await
    }

    /// Who reviews, and what the party objects to.
    pub async fn set_review_words(
        &self,
        reviewer: String,
        objection: String,
    ) -> Result<ReviewView, CoreFailure> {
        self.reviewing(move |phone| phone.set_review_words(&reviewer, &objection)).await
    }

    /// Makes the paper that the party signs.
    pub async fn prepare_confirmation(&self) -> Result<ReviewView, CoreFailure> {
        self.reviewing(|phone| phone.make_confirmation().map(drop)).await
    }

    /// The screen on which everybody signs.
    pub async fn sign_screen(&self) -> Result<SignView, CoreFailure> {
        self.signing(|_| Ok(())).await
    }

    /// Adds a finished stroke to a pad of this size, 1/100 mm.
    pub async fn add_stroke(
        &self,
        pad: PadId,
        width: i64,
        height: i64,
        stroke: Stroke,
    ) -> Result<SignView, CoreFailure> {
        self.signing(move |phone| phone.add_stroke(pad, (width, height), stroke.into())).await
    }

    /// Takes the last stroke of a pad away.
    pub async fn undo_stroke(&self, pad: PadId) -> Result<SignView, CoreFailure> {
        self.signing(move |phone| phone.undo_stroke(&pad)).await
    }

    /// Makes a pad empty.
    pub async fn clear_pad(&self, pad: PadId) -> Result<SignView, CoreFailure> {
        self.signing(move |phone| phone.clear_pad(&pad)).await
    }

    /// The party and the officers have signed.
    pub async fn confirm_review(&self, role: String, name: String) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.confirm_on_pads(word(&role)?, &name)?;
            phone.session_view()
        })
        .await
    }

    /// The party does not sign.
    pub async fn refuse_signature(&self, request: RefusalGiven) -> Result<SessionView, CoreFailure> {
        self.with(move |phone| {
            phone.refuse_on_pads(request.read()?)?;
            phone.session_view()
        })
        .await
    }
}

//! The pads on which the party, the officers and a witness sign: every stroke, kept sealed in the vault as it happens, so
//! that a killed program asks nobody to sign twice. Handwriting belongs to what lay before the writer, and is nothing on
//! another paper or in another review.

use super::{Phone, PhoneError};
use crate::{review::Strokes, session::SessionView};
use liuhen_record::{
    Digest, DocumentId, SessionId,
    kind::{SignatureBlock, SignerRole, Stroke},
};
use serde::{Deserialize, Serialize};

/// The vault's setting that holds the pads.
pub(super) const PADS: &str = "pads";

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
    /// When its last stroke ended, on the session's line of time, Unix milliseconds; after every stroke that was written
    /// before it, on whichever pad.
    pub ended_ms: i64,
}

/// What lies before whoever writes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct MadeOn {
    session: Option<SessionId>,
    /// Number of the record that opened the review.
    review_seq: Option<i64>,
    /// The paper that the party signs and the digest of its text; none before it was made.
    paper: Option<(DocumentId, Digest)>,
}

#[derive(Default, Serialize, Deserialize)]
struct Pads {
    /// Pads that do not say belong to nothing: they are empty.
    #[serde(default)]
    made_on: MadeOn,
    written: Vec<(Pad, Written)>,
}

impl Phone {
    /// What is written on the pads in the review that is open and on the paper that lies there now.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn pads(&self) -> Result<Vec<(Pad, Written)>, PhoneError> {
        Ok(self.kept_pads()?.written)
    }

    /// Adds a stroke to a pad of this size, 1/100 mm; durable when this returns.
    ///
    /// # Errors
    /// [`PhoneError::Strokes`] for a point outside the pad or out of order; [`PhoneError::NoSession`].
    pub fn add_stroke(&mut self, pad: Pad, size: (i64, i64), stroke: Stroke) -> Result<(), PhoneError> {
        let (width, height) = size;
        let mut pads = self.kept_pads()?;
        let now_ms = self.current()?.instant_ms(&self.time()?);
        // Who wrote first is told by the order of writing: a phone that was switched off meanwhile may come back with a
        // clock that is behind, and nothing of this boot need be in the ledger yet.
        let earlier = pads.written.iter().map(|(_, written)| written.ended_ms).max();
        let ended_ms = earlier.map_or(now_ms, |earlier_ms| now_ms.max(earlier_ms.saturating_add(1)));
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

    fn kept_pads(&self) -> Result<Pads, PhoneError> {
        let made_on = self.before_the_writer()?;
        let kept: Pads = self.vault.get_setting(PADS)?.unwrap_or_default();
        if kept.made_on == made_on { Ok(kept) } else { Ok(Pads { made_on, written: Vec::new() }) }
    }

    fn before_the_writer(&self) -> Result<MadeOn, PhoneError> {
        let view = self.current()?;
        let paper = self.review_progress()?.confirmation.and_then(|id| view.document(id));
        Ok(MadeOn {
            session: Some(view.session),
            review_seq: view.current_review().map(|review| review.seq),
            paper: paper.map(|paper| (paper.document, paper.last.body.document_sha256)),
        })
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

/// The signature on a pad, when there is one.
pub(super) fn signed(
    written: &[(Pad, Written)],
    pad: &Pad,
    role: SignerRole,
    name: &str,
) -> Option<SignatureBlock> {
    let (_, written) = written.iter().find(|(known, _)| known == pad)?;
    Some(written.strokes.clone().signed(role, name, written.ended_ms))
}

/// The signatures of those officers of record who have signed.
pub(super) fn officer_blocks(view: &SessionView, written: &[(Pad, Written)]) -> Vec<SignatureBlock> {
    let of_record = view.officers().iter();
    let blocks = of_record.filter_map(|officer| {
        let pad = Pad::Officer { officer: officer.officer.clone() };
        signed(written, &pad, SignerRole::Officer, &officer.name)
    });
    blocks.collect()
}

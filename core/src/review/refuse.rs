//! The party did not sign: refused, could not, or was absent (行诉证据规定 art. 15; 行政强制法 art. 18 (8), (9)).

use super::signatures::{officers_missing, unfit};
use crate::{
    document::text::fits_one_line,
    session::{Action, Missing, Refused, SessionView, fit},
};
use liuhen_record::{
    kind::{RefusalReason, SignatureBlock, SignatureRefused, SignatureState, SignerRole, Witness},
    roster::Officer,
};

/// Somebody who saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessGiven {
    /// A witness signs.
    Present(Witness),
    /// Nobody else was there to be asked, or nobody would; why, in words. Not possible for an absent party.
    None {
        /// Why.
        why: String,
    },
}

/// A refusal as the officers tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefuseRequest {
    /// Refused, unable or absent.
    pub state: SignatureState,
    /// The reason, by code.
    pub reason: RefusalReason,
    /// The reason in words.
    pub note: String,
    /// The witness.
    pub witness: WitnessGiven,
    /// The officers' signatures.
    pub officers: Vec<SignatureBlock>,
}

/// The record of a refusal over the review that is open. `roster` is the bureau's: its officers are no witnesses.
///
/// # Errors
/// [`Refused`] with everything that is missing.
pub fn refuse(
    view: &SessionView,
    request: &RefuseRequest,
    roster: &[Officer],
) -> Result<SignatureRefused, Refused> {
    view.check(Action::RefuseSignature)?;
    let review = &view.current_review().ok_or(Missing::ReviewOpened)?.body;
    let mut missing = Vec::new();
    if request.note.trim().is_empty() {
        missing.push(Missing::ReasonNote);
    }
    let mut note = request.note.trim().to_owned();
    let witness = match &request.witness {
        WitnessGiven::Present(witness) => {
            check_witness(view, witness, roster, &mut missing);
            Some(witness.clone())
        }
        WitnessGiven::None { why } => {
            match (request.state, why.trim()) {
                (SignatureState::Absent, _) => missing.push(Missing::Witness),
                (_, "") => missing.push(Missing::NoWitnessNote),
                (_, why) => note.push_str(&crate::say::label::no_witness(why)),
            }
            None
        }
    };
    missing.extend(request.officers.iter().filter_map(unfit));
    let officers: Vec<&SignatureBlock> =
        request.officers.iter().filter(|b| b.role == SignerRole::Officer).collect();
    officers_missing(view, &officers, &mut missing);
    Refused::unless_empty(missing)?;
    fit("note", &note)?;
    Ok(SignatureRefused {
        manifest_sha256: review.manifest_sha256,
        state: request.state,
        reason: request.reason,
        note,
        witness,
        officers: request.officers.clone(),
    })
}

fn check_witness(view: &SessionView, witness: &Witness, roster: &[Officer], missing: &mut Vec<Missing>) {
    let details = [&witness.name, &witness.unit, &witness.phone];
    if details.iter().any(|text| text.trim().is_empty() || !fits_one_line(text)) {
        missing.push(Missing::WitnessDetails);
    }
    // Spaces between the characters of a name change nothing about who it is.
    let bare = |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let name = bare(&witness.name);
    let on_roster = roster.iter().map(|o| &o.name);
    let of_record = view.officers().iter().map(|o| &o.name);
    if on_roster.chain(of_record).any(|officer| bare(officer) == name) {
        missing.push(Missing::IndependentWitness { name: witness.name.trim().to_owned() });
    }
    let block = &witness.signature;
    if block.role != SignerRole::Witness || bare(&block.name) != name {
        missing.push(Missing::WitnessSignature);
    } else {
        missing.extend(unfit(block));
    }
}

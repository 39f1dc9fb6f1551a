//! The pads on which the party, the officers and a witness sign.

use super::{
    super::{Pad, Phone, PhoneError, Written},
    Gate,
};
use crate::{
    review,
    say::{
        self, Sentence,
        choice::{self, Choice},
        label,
    },
    session::{self, Action, Missing},
};
use liuhen_record::kind::{SignerRole, Stroke};

/// A pad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PadView {
    /// Whose.
    pub pad: Pad,
    /// Whose, for people.
    pub label: Sentence,
    /// What is written on it.
    pub strokes: Vec<Stroke>,
    /// Its width when it was first touched, 1/100 mm; 0 before.
    pub width: i64,
    /// Its height when it was first touched, 1/100 mm; 0 before.
    pub height: i64,
    /// Whether it is a signature by itself.
    pub fit: Gate,
}

/// The screen on which everybody signs.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl Phone {
    /// The screen on which everybody signs.
    ///
    /// # Errors
    /// [`PhoneError::NoSession`].
    pub fn sign_view(&self) -> Result<SignView, PhoneError> {
        let view = self.current()?;
        let written = self.pads()?;
        let party = view.opened.as_ref().map(|opened| &opened.body.party);
        let signer = party.and_then(|party| party.representative.as_ref().or(Some(&party.name)));
        let party_name = signer.cloned().unwrap_or_default();
        Ok(SignView {
            pads: pads(&view, &written, &party_name),
            roles: choice::party_signers(),
            states: choice::signature_states(),
            reasons: choice::refusal_reasons(),
            sign: Gate::of(&self.sign_missing(&party_name)?),
            refuse: Gate::ask(view.check(Action::RefuseSignature)),
            party_name,
        })
    }

    fn sign_missing(&self, party_name: &str) -> Result<Vec<Missing>, PhoneError> {
        match self.check_confirm(SignerRole::Party, party_name) {
            Err(PhoneError::Refused(refused)) => Ok(refused.missing),
            checked => checked,
        }
    }
}

fn pads(view: &session::SessionView, written: &[(Pad, Written)], party_name: &str) -> Vec<PadView> {
    let party = (Pad::Party, SignerRole::Party, party_name.to_owned());
    let officers = view.officers().iter();
    let officers = officers.map(|o| {
        let pad = Pad::Officer { officer: o.officer.clone() };
        (pad, SignerRole::Officer, o.name.clone())
    });
    let witness = (Pad::Witness, SignerRole::Witness, String::new());
    let all = std::iter::once(party).chain(officers).chain([witness]);
    all.map(|(pad, role, name)| pad_view(written, pad, role, &name)).collect()
}

fn pad_view(written: &[(Pad, Written)], pad: Pad, role: SignerRole, name: &str) -> PadView {
    let said: Sentence = label::signer(role).into();
    let label = if name.is_empty() {
        said
    } else {
        say::sentence(format!("{}：{name}", said.zh), format!("{}: {name}", said.en))
    };
    let Some((_, on)) = written.iter().find(|(known, _)| *known == pad) else {
        let fit = Gate::closed("strokes", say::screen::nothing_written());
        return PadView { pad, label, strokes: Vec::new(), width: 0, height: 0, fit };
    };
    // The name of a witness is not known yet; it is checked when the refusal is noted.
    let signer = if name.is_empty() { "—" } else { name };
    let block = on.strokes.clone().signed(role, signer, on.ended_ms);
    let unfit: Vec<Missing> = review::unfit(&block).into_iter().collect();
    PadView {
        pad,
        label,
        strokes: on.strokes.strokes.clone(),
        width: on.strokes.width,
        height: on.strokes.height,
        fit: Gate::of(&unfit),
    }
}

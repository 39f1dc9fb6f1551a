//! Which witnesses, and how many of them, must have cosigned a checkpoint before somebody relies on it.

use super::cosign::{CosignatureError, Cosigned, WitnessKey};
use crate::note::{self, NoteParseError, NoteSigner, SignedNote, VerifierKey};
use crate::recipients::{
    ListParseError, OpenListError, ReplaceListError, SignListError, check_replaces, parse_head,
};
use crate::tlog::parse_decimal;
use std::collections::HashSet;
use std::fmt;

/// First line of a list of witnesses.
pub const WITNESSES_FIRST_LINE: &str = "liuhen.witnesses/v1";
/// Most witnesses of one list: a note of a reader that follows C2SP has room for 16 signatures, one is the log's.
pub const MAX_WITNESSES: usize = 15;

/// Why a checkpoint may not be relied on by this policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// Not a note.
    #[error(transparent)]
    Note(#[from] NoteParseError),
    /// A line names a witness of the policy and does not verify: the note is malformed.
    #[error(transparent)]
    Cosignature(#[from] CosignatureError),
    /// Too few witnesses have cosigned. No lie by itself: a witness may be out of reach.
    #[error("{found} of {needed} witnesses have cosigned")]
    Quorum {
        /// Different witnesses that have.
        found: u32,
        /// How many must have.
        needed: u32,
    },
}

/// At least `quorum` of these witnesses. Signed by the bureau as a list, numbered by an epoch like the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessPolicy {
    epoch: u32,
    quorum: u32,
    witnesses: Vec<WitnessKey>,
}

impl WitnessPolicy {
    /// A policy of these witnesses, put into the order of their text form. `quorum` is from 1 to their number;
    /// neither a name nor a public key may occur twice.
    pub fn new(epoch: u32, quorum: u32, mut witnesses: Vec<WitnessKey>) -> Result<Self, ListParseError> {
        witnesses.sort_by_key(ToString::to_string);
        Self::ordered(epoch, quorum, witnesses)
    }

    /// Reads the text of a policy (a note's text, already verified): first line, epoch, quorum, and one verifier key
    /// of type `0x04` a line, in ascending order.
    pub fn parse(text: &str) -> Result<Self, ListParseError> {
        let (epoch, body) = parse_head(text, WITNESSES_FIRST_LINE)?;
        let mut lines = body.split_terminator('\n');
        let quorum =
            lines.next().and_then(|line| line.strip_prefix("quorum ")).ok_or(ListParseError::Lines)?;
        let quorum =
            parse_decimal(quorum).and_then(|n| u32::try_from(n).ok()).ok_or(ListParseError::Quorum)?;
        let mut witnesses = Vec::new();
        for line in lines {
            if witnesses.len() == MAX_WITNESSES {
                return Err(ListParseError::Quorum);
            }
            witnesses.push(WitnessKey::parse(line).map_err(|_| ListParseError::Witness)?);
        }
        Self::ordered(epoch, quorum, witnesses)
    }

    /// Reads a signed policy.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, OpenListError> {
        Ok(Self::parse(&note::open(note, key)?)?)
    }

    /// Signs the policy; returns the note.
    pub fn sign(&self, signer: &NoteSigner) -> Result<String, SignListError> {
        Ok(signer.sign(&self.to_string())?)
    }

    /// Number of the list, from 1, higher for every change.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// How many different witnesses must have cosigned.
    pub fn quorum(&self) -> u32 {
        self.quorum
    }

    /// The witnesses, in the order of their text form.
    pub fn witnesses(&self) -> &[WitnessKey] {
        &self.witnesses
    }

    /// Checks that enough witnesses have cosigned the checkpoint `note`; returns those that have. That the log signed
    /// it is not looked at here: [`Checkpoint::open`](crate::tlog::Checkpoint::open) comes first.
    pub fn check(&self, note: &str) -> Result<Vec<Cosigned>, PolicyError> {
        let note = SignedNote::parse(note)?;
        let mut cosigned = Vec::new();
        for key in &self.witnesses {
            if let Some(time_secs) = key.cosigned(&note)? {
                cosigned.push(Cosigned { key: key.clone(), time_secs });
            }
        }
        let found = cosigned.len() as u32;
        if found < self.quorum {
            Err(PolicyError::Quorum { found, needed: self.quorum })
        } else {
            Ok(cosigned)
        }
    }

    /// Checks that this policy may replace the one `held`: a higher epoch, or the same list; and never one by which a
    /// checkpoint passes that the held one refuses. Whoever holds the log's key could otherwise bring his own
    /// witnesses.
    pub fn check_replaces(&self, held: &Self) -> Result<(), ReplaceListError> {
        check_replaces(held.epoch, self.epoch, self == held)?;
        let foreign = self.witnesses.iter().filter(|key| !held.witnesses.contains(key)).count() as u32;
        // So many of the held witnesses have cosigned at least, whichever of the new ones did.
        if self.quorum.saturating_sub(foreign) < held.quorum {
            return Err(ReplaceListError::Weaker);
        }
        Ok(())
    }

    fn ordered(epoch: u32, quorum: u32, witnesses: Vec<WitnessKey>) -> Result<Self, ListParseError> {
        if epoch == 0 {
            return Err(ListParseError::Epoch);
        }
        if quorum == 0 || quorum as usize > witnesses.len() || witnesses.len() > MAX_WITNESSES {
            return Err(ListParseError::Quorum);
        }
        let names: HashSet<_> = witnesses.iter().map(WitnessKey::name).collect();
        let keys: HashSet<_> = witnesses.iter().map(WitnessKey::public_key).collect();
        if names.len() != witnesses.len() || keys.len() != witnesses.len() {
            return Err(ListParseError::WitnessTwice);
        }
        if !witnesses.is_sorted_by_key(ToString::to_string) {
            return Err(ListParseError::WitnessOrder);
        }
        Ok(Self { epoch, quorum, witnesses })
    }
}

impl fmt::Display for WitnessPolicy {
    /// Writes the note text, final newline included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{WITNESSES_FIRST_LINE}\nepoch {}\nquorum {}", self.epoch, self.quorum)?;
        self.witnesses.iter().try_for_each(|key| writeln!(f, "{key}"))
    }
}

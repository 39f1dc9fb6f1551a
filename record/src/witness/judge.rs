//! When a witness signs (C2SP tlog-witness, add-checkpoint). Pure: keeping what was judged, atomically and before
//! the answer, is the witness's duty.

use super::AddCheckpoint;
use crate::note::{OpenNoteError, SignedNote, VerifierKey};
use crate::tlog::{Checkpoint, CheckpointError, OpenCheckpointError, empty_root, verify_consistency};

/// Why a witness does not sign, with the HTTP status that the protocol demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessRefusal {
    /// The signed text is not a checkpoint, or the old size exceeds the new.
    #[error("the request is malformed")]
    Malformed,
    /// The log's trusted key did not sign.
    #[error("the checkpoint is not signed by the log's key")]
    Signature,
    /// The old size is not that of the last checkpoint cosigned.
    #[error("the last checkpoint cosigned has {held} leaves")]
    Conflict {
        /// Size of the last checkpoint cosigned; 0 for none.
        held: u64,
    },
    /// The proof does not show that the checkpoint continues the last one.
    #[error("the checkpoint is not shown to continue the last one")]
    Inconsistent,
    /// Another root for the size of the last checkpoint: both notes together prove that the log has forked.
    #[error("the checkpoint contradicts the last one of the same size")]
    Forked,
}

impl WitnessRefusal {
    /// The status of the answer.
    pub fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Signature => 403,
            Self::Conflict { .. } => 409,
            Self::Inconsistent | Self::Forked => 422,
        }
    }
}

/// A checkpoint that a witness may cosign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The whole signed text, extension lines and final newline included.
    pub text: String,
}

/// Judges a request by the key trusted for its origin and by the last checkpoint cosigned for that log.
pub fn judge(
    request: &AddCheckpoint,
    key: &VerifierKey,
    held: Option<&Checkpoint>,
) -> Result<Judgement, WitnessRefusal> {
    let new = Checkpoint::open(&request.checkpoint_note, key).map_err(|error| match error {
        OpenCheckpointError::Note(OpenNoteError::Verify(_)) => WitnessRefusal::Signature,
        OpenCheckpointError::Text(CheckpointError::EmptyRoot) => WitnessRefusal::Inconsistent,
        _ => WitnessRefusal::Malformed,
    })?;
    if request.old_size > new.size {
        return Err(WitnessRefusal::Malformed);
    }
    let nothing = Checkpoint { origin: new.origin.clone(), size: 0, root: empty_root() };
    let held = held.unwrap_or(&nothing);
    if request.old_size != held.size {
        return Err(WitnessRefusal::Conflict { held: held.size });
    }
    if new.size == held.size && new.root != held.root {
        return Err(WitnessRefusal::Forked);
    }
    verify_consistency(held, &new, &request.hashes).map_err(|_| WitnessRefusal::Inconsistent)?;
    let note = SignedNote::parse(&request.checkpoint_note).map_err(|_| WitnessRefusal::Malformed)?;
    Ok(Judgement { checkpoint: new, text: note.unverified_text().to_owned() })
}

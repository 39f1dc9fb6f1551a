//! Independent witnesses of the bureau's log (C2SP tlog-cosignature, tlog-witness).
//!
//! A witness keeps the last checkpoint of a log that it has seen, and signs a newer one only after it was proved to
//! continue it. Who demands that a few witnesses have cosigned a checkpoint cannot be shown a log of his own, not even
//! by somebody who holds the log's key.
//!
//! * [`WitnessKey`], [`Cosigner`]: the public and the private half of a witness's key; what it signs.
//! * [`WitnessPolicy`]: which witnesses, and how many of them, must have cosigned. The bureau signs one as a list,
//!   phones keep it from their enrolment on.
//! * [`AddCheckpoint`], [`judge`]: what a log asks of a witness, and when the witness signs.
//!
//! The normative text is `spec/log.md` §8.5 and §13.

mod cosign;
mod judge;
mod message;
mod policy;

pub use cosign::{CosignError, CosignatureError, Cosigned, Cosigner, WitnessKey};
pub use judge::{Judgement, WitnessRefusal, judge};
pub use message::{AddCheckpoint, AddCheckpointError, MAX_ADD_CHECKPOINT_BYTES};
pub use policy::{MAX_WITNESSES, PolicyError, WITNESSES_FIRST_LINE, WitnessPolicy};

//! Taking records in: exactly once, in order, unchanged.
//!
//! Reading and checking signatures happens before the transaction ([`mod@prepare`]); position in the chain, the few
//! session rules that protect the ledger itself ([`rules`]), the log leaves and the projections happen inside it.

mod batch;
mod prepare;
mod rules;

pub use batch::{Intake, IntakeError, Refusal, take_in};
pub use prepare::{NotWhole, Sent, prepare};

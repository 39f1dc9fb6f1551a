//! Body recorders (执法记录仪) as the bureau keeps them: who has which one, what it listed, whose footage is whose.
//!
//! Nothing here does I/O, reads a clock or keeps state: everything is folded from the ledger.
//!
//! * issue, return and the binding recorder ↔ officer ↔ certificate at any instant: [`Register`];
//! * what recorders said they recorded: [`Listing`], and how a copied file stands to it;
//! * what a file's name tells: [`NamePatterns`], patterns being data;
//! * the session to which a file belongs, or why none: [`assign()`];
//! * all of it for people: [`Footage`].
//!
//! Normative text: `spec/recorder-import.md`.

mod assign;
mod footage;
mod listing;
mod pattern;
mod register;

pub use assign::{Assignment, Claim, ClockSet, Clocks, Span, Witness, Witnessed, assign, spans};
pub use footage::{Footage, RecorderFootage};
pub use listing::{Changed, Listing};
pub use pattern::{NamePatterns, NameTold, PatternError};
pub use register::{Binding, IssueRequest, Register, ReturnRequest};

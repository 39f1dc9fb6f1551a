//! One enforcement activity (执法活动): what its records amount to, what may happen next, and what is missing.
//!
//! Nothing here keeps state: a [`SessionView`] is folded from the ledger and can be thrown away. Nothing here does
//! I/O or reads a clock: the time is given in. A gate never answers "no" alone: [`Refused`] holds every [`Missing`]
//! thing, each with a code for programs and a sentence in Chinese and English for people.
//!
//! * the thresholds, versioned: [`Rules`]; equipment before use (article 19): [`check_pre_use`];
//! * opening (articles 7, 16, 19): [`check_open`]; what may follow: [`SessionView::check`];
//! * holes in the recording (article 17): [`SessionView::holes`], [`SessionView::gap`];
//! * closing: [`SessionView::checklist`], [`SessionView::close`];
//! * the day's list (article 10): [`day`]; equipment out of order (article 20): [`fault`];
//! * circumstances of article 12 that the records suggest: [`SessionView::suggestions`].
//!
//! Normative text: `spec/session.md`.

mod check;
mod close;
pub mod day;
pub mod fault;
mod fold;
mod gap;
mod gates;
mod holes;
mod missing;
mod open;
mod qualified;
mod rules;
mod runs;
mod suggest;
mod timeline;
mod view;

pub use check::{CheckValues, check_pre_use};
pub use close::{Requirement, what};
pub use gap::{GapRequest, Substitute};
pub(crate) use gates::fit;
pub use gates::{Action, certificate, fault_report, notice, trigger};
pub use holes::Hole;
pub use missing::{Missing, Refused};
pub use open::{LastCheck, OpenRequest, check_open, stale_check};
pub(crate) use qualified::{certificate_at, qualified_officer};
pub use rules::Rules;
pub use suggest::{Because, Suggestion};
pub use view::{DocumentView, ItemView, Outcome, SealedView, SessionView, Stamped};

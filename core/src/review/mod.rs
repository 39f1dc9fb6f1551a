//! The party's review and signature (article 18): what is shown, what was done with it, who signed and who did not.
//!
//! * what there is to review: [`manifest()`]; all of it or a part, [`MAX_REVIEW_ITEMS`]: [`open`];
//! * the paper the party signs: [`confirmation`] (记录内容查阅确认书), which names every item and the manifest;
//! * signed: [`confirm()`]; not signed: [`refuse()`], with reason and witness;
//! * handwriting from a file: [`Strokes`].
//!
//! A signature here is grade G1: strokes and digests. It is never called a 可靠的电子签名.
//! Normative text: `spec/session.md` §7.

mod confirm;
mod manifest;
mod refuse;
mod signatures;
mod strokes;

pub use confirm::{ConfirmRequest, confirm, confirmation};
pub use manifest::{MAX_REVIEW_ITEMS, manifest, open};
pub use refuse::{RefuseRequest, WitnessGiven, refuse};
pub use signatures::unfit;
pub use strokes::{MAX_STROKES_BYTES, Strokes, StrokesError};

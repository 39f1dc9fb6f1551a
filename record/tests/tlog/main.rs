//! The bureau's log as everybody else sees it: notes, checkpoints, proofs, signed lists.
//!
//! * `vectors`: one file per rule, from `tests/vectors/{note,tlog,proof}`, made by an independent program;
//! * `witness`: the same for cosignatures and what a witness is asked, from `tests/vectors/witness`;
//! * `peers`: against Cloudflare's `tlog_tiles` and `signed_note`, both ways;
//! * `making`: what only the makers of notes and proofs can get wrong;
//! * `damage`: every single-bit flip, and random damage.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test, as the tests do")]

mod damage;
mod making;
mod peers;
mod support;
mod vectors;
mod witness;

//! # The package: what a court's clerk holds in hand
//!
//! A BagIt folder (RFC 8493) of fixed layout ([`layout`]) that holds the exact records, their signatures, the
//! sealed items, the bureau's proofs and a readable page. It needs no server and none of our programs: `bagit.py`,
//! `openssl`, `age` and `sha256sum` check it; [`verify()`] checks everything they do and the rules of the ledger
//! besides, and names whatever is broken. Normative: `spec/package.md`.
//!
//! * [`PackageWriter`] writes one into a [`PackageSink`].
//! * [`verify()`] reads one through [`Fetch`] and gives a [`Report`].
//!
//! Neither does I/O: the caller brings a folder, an archive or memory.

pub mod bagit;
pub mod contents;
mod fetch;
mod index_html;
pub mod layout;
mod planned;
mod report;
mod rule;
mod say;
mod say_recorder;
mod verify;
mod write;

pub use bagit::BagInfo;
pub use contents::Contents;
pub use fetch::Fetch;
pub use layout::Entry;
pub use planned::Planned;
pub use report::{Broken, Counts, MAX_BROKEN, Note, Report};
pub use rule::{Remark, Rule};
pub use verify::{Options, VerifyError, verify};
pub use write::{PackageError, PackageSink, PackageWriter, Written};

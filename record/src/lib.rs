//! # liuhen-record 留痕：what is written, signed and proved
//!
//! This crate is the meaning of Liuhen and nothing else: no I/O, no async, no SQL, no HTTP. Everybody who
//! must agree about evidence (the phone, the bureau, an offline verifier) links it, and every format here is
//! specified in `spec/` and can be checked with tools that nobody here wrote.
//!
//! Where to look:
//! * one link of the ledger: [`Record`], its [`Kind`]s, its canonical bytes ([`canonical`]), the [`chain`];
//! * what was said by hand of footage that belonged nowhere: [`assigned`];
//! * who signed it: [`sign`]; when and where it claims to have been written: [`time`], [`place`];
//! * a captured file sealed as age v1: [`seal`];
//! * what the bureau proves back: [`note`], [`tlog`], [`proof`], [`receipt`]; that it is the bureau which speaks:
//!   [`challenge`]; who watches it: [`witness`], [`timestamp`]; who may be trusted with what: [`recipients`],
//!   [`roster`];
//! * what a court's clerk holds in hand: [`package`], and what its [`words`] are.
//!
//! ```
//! use liuhen_record::{Digest, chain::Chain};
//! let chain = Chain::new("0123456789abcdef0123456789abcdef".parse().unwrap());
//! assert_eq!(chain.next_seq(), 1);
//! assert_eq!(chain.head(), Digest::ZERO);
//! ```
#![forbid(unsafe_code)]

pub mod assigned;
pub mod canonical;
pub mod chain;
pub mod challenge;
pub mod digest;
mod hex_text;
pub mod id;
pub mod kind;
pub mod note;
pub mod package;
pub mod place;
pub mod proof;
pub mod receipt;
pub mod recipients;
pub mod record;
pub mod roster;
pub mod seal;
pub mod sign;
pub mod time;
pub mod timestamp;
pub mod tlog;
pub mod witness;
pub mod words;

pub use digest::Digest;
pub use id::{DeviceId, DocumentId, ImportId, ItemId, SessionId};
pub use kind::Kind;
pub use record::{Record, RecordError};

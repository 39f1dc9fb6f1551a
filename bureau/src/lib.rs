//! # liuhen-bureau 留痕：the office
//!
//! What stands in the office: it takes records and sealed pieces from phones, keeps them for good, proves in a
//! public log what it holds, and shows people what the records say. It cannot open what it keeps.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use liuhen_bureau::{Bureau, BureauConfig};
//! let bureau = Bureau::start(BureauConfig::new("data")).await?;
//! println!("{} {}", bureau.url(), bureau.enrol_code()?);
//! bureau.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! Where to look:
//! * run it: [`Bureau`], [`BureauConfig`]; command line beside it: [`admin`], [`export`]; is all well: [`fsck`];
//! * how a phone joins and signs in: [`enrol`]; records: `intake`; pieces (tus 1.0.0): `tus`; items: `items`;
//! * what is proved: [`log`], with its witnesses and time stamps; what is kept, behind two traits with one conformance suite each: [`store`];
//! * TLS of its own: [`tls`];
//! * who watches the log: [`witness`], run by a second office;
//! * what people see: `console`; by what they search: [`index`].
//!
//! The HTTP API is specified in `spec/bureau-api.md`.
#![forbid(unsafe_code)]

pub mod account;
pub mod admin;
mod administrator;
mod bureau;
pub mod clock;
pub mod config;
mod console;
mod durable;
pub mod enrol;
pub mod export;
#[doc(hidden)]
pub mod fault;
pub mod fsck;
mod http;
pub mod index;
mod intake;
mod items;
pub mod keys;
pub mod lists;
mod lock;
pub mod log;
mod office;
mod open;
mod outgoing;
mod random;
pub mod store;
pub mod tls;
mod tus;
pub mod witness;

pub use bureau::Bureau;
pub use config::{BureauConfig, Recipients, Recovery};
pub use http::{ConnectionLimits, Patience};
pub use office::Office;
pub use open::StartError;
pub use tus::crowd::CrowdLimits;

//! A small patrol, written with software keys, for the tests of packages.
#![allow(clippy::unwrap_used, clippy::format_collect, reason = "what fails here fails the test")]
#![allow(dead_code, unused_imports, reason = "each test file uses its own part of this")]

mod bureau;
mod folder;
mod memory;
mod patrol;
mod phone;

pub use bureau::Bureau;
pub use folder::Folder;
pub use memory::Memory;
pub use patrol::{Patrol, as_sealed};
pub use phone::Phone;

/// The age identity for which every item of the tests is sealed. A test key: it protects nothing.
pub const IDENTITY: &str = "AGE-SECRET-KEY-1DHPFH2GYPRJAPNDVVQH8YT4FUFWW046FQWYEL3GEUZ454W4PG5CSGA4NCW";

//! # Tests across rooms
//!
//! What no single crate can test of itself. Each file under `tests/` is one subject, each folder of `vectors/`
//! one format and each file in it one rule; see README.md beside this crate. Nothing imports this crate but its
//! own tests.
#![forbid(unsafe_code)]
#![allow(clippy::expect_used, reason = "a test that cannot set its stage has failed")]

pub mod fault_proxy;
pub mod peers;
pub mod program;
pub mod random;
pub mod recorder_site;
pub mod sync_support;
pub mod tus_rules;

use std::path::{Path, PathBuf};

/// The top of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

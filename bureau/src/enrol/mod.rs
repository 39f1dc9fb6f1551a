//! How a phone joins the bureau and proves itself afterwards.

pub mod challenge;
pub mod code;
pub mod join;
pub mod login;

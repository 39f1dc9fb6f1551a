//! The rules of tus 1.0.0 (`tests/vectors/tus/`), asked of any server.

mod ask;
mod expect;
mod rule;

pub use ask::{Asked, Server, Upload, ask};
pub use rule::{Expect, Rule, Saying, Slice, Step, rules};

/// How a server keeps a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Kept,
    /// It does not: what was asked, what came, what should have come.
    Broken(String),
    /// It does not offer what the rule is about, or cannot be asked here.
    NotAsked,
}

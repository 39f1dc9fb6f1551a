//! Items: which pieces are still wanted, and what happens when the last one has come.

pub mod finalise;
pub mod missing;
mod recheck;
pub mod running;

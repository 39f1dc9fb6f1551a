//! What the tests over a radio share: a link over a host stack that nobody here wrote, and the simulated recorder as a
//! process. A workspace of its own, so that nobody else builds a Bluetooth stack.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "tests only: what cannot be set up has failed"
)]

pub mod bumble;
pub mod trouble;

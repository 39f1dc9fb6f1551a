//! An HTTP proxy between a phone and a bureau that does what networks, proxies and operating systems do: loses
//! requests and answers, cuts them, sends them twice, sends them again later, lets them arrive late, answers in the
//! server's stead, changes bytes. What is late travels beside the requests that overtook it.
//!
//! A fault is chosen for each request: the next of a list ([`FaultProxy::plan`]), or by a seed
//! ([`FaultProxy::storm`]). The same seed makes the same choices for the same requests. Bodies are streamed; what
//! must be sent again is kept in a file without a name, so that memory does not grow with pieces.

mod body;
mod fault;
mod late;
mod proxy;
mod seen;
mod server;

pub use fault::{Fault, Passing, Storm};
pub use proxy::FaultProxy;
pub use seen::Seen;
pub use server::{Answer, Body, broken, empty, exchange, full, serve_http};

//! Programs by other people that speak tus, as `./dev peers` puts them into `.cache/peers/`.
//!
//! A peer that is not there is passed over, which is printed; `LIUHEN_PEERS_REQUIRED` names those that must be there.

mod server;
mod split;

pub use server::{PeerKind, PeerServer, is_up};
pub use split::{Sent, SplitOffice};

use crate::root;
use std::path::PathBuf;

/// A file that `./dev peers` installs for `peer`, if it is there.
pub fn installed(peer: &str, file: &str) -> Option<PathBuf> {
    let path = root().join(".cache/peers").join(file);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("LIUHEN_PEERS_REQUIRED").unwrap_or_default();
    assert!(
        !required.split_whitespace().any(|name| name == peer),
        "{peer} must be there: {}",
        path.display()
    );
    println!("skipped: {peer} is not installed (./dev peers)");
    None
}

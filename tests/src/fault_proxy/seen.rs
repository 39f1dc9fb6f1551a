//! What passed through a proxy.

use std::collections::BTreeMap;

/// What passed through a proxy so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Requests of the phone.
    pub requests: u64,
    /// Bytes of bodies that the phone sent.
    pub sent_bytes: u64,
    /// Of these, bytes sent to upload resources.
    pub upload_bytes: u64,
    /// Bytes of bodies in both directions, and what their requests weigh without: what a trip is measured by.
    pub moved_bytes: u64,
    /// How often each fault happened; one that did not apply (a cut behind the end) is not counted.
    pub happened: BTreeMap<&'static str, u64>,
}

impl Seen {
    /// How often a fault of that name happened.
    pub fn times(&self, name: &str) -> u64 {
        self.happened.get(name).copied().unwrap_or(0)
    }

    /// How many faults happened.
    pub fn faults(&self) -> u64 {
        self.happened.values().sum()
    }
}

//! What the core asks of the machine it runs on. One trait a file; every trait has a real implementation in
//! [`crate::system`], and tests bring clocks that jump, disks that fill and networks that lie.

mod card;
mod clock;
mod keystore;
mod location;
mod network;
mod rng;
mod storage;
mod transport;

pub use card::{Card, CardEntry, CardEntryKind, CardFile, CardPath};
pub use clock::{Clock, ClockReading};
pub use keystore::{Keystore, KeystoreError};
pub use location::{Location, graded};
pub use network::{Internet, Network, NetworkState, Reach};
pub use rng::Rng;
pub use storage::{Storage, StoredFile};
pub use transport::{Answer, Body, Method, Request, Response, Transport, TransportError};

use std::sync::Arc;

/// Everything a core needs from its machine.
#[derive(Clone)]
pub struct Ports {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Files for sealed media.
    pub storage: Arc<dyn Storage>,
    /// Keys that do not leave their place.
    pub keystore: Arc<dyn Keystore>,
    /// HTTP.
    pub transport: Arc<dyn Transport>,
    /// What the network is like.
    pub network: Arc<dyn Network>,
    /// Where we are.
    pub location: Arc<dyn Location>,
}

//! What the shell provides: one trait a file, each the foreign face of a port of the core.

mod card;
mod clock;
mod keystore;
mod location;
mod network;
mod radio;
mod transfer;

pub use card::{CardEntryGiven, CardEntrySort, RecorderCard};
pub use clock::{Clock, ClockNow};
pub use keystore::{Keystore, KeystoreKind};
pub use location::{Location, Place, PlaceAbsent, Position};
pub use network::{InternetFound, Network, NetworkNow, Reach};
pub use radio::{Radio, RadioBond, RadioCharacteristic, RadioEvent, RadioEvents, RadioLost};
pub use transfer::{Header, Transfer, TransferTask};

pub(crate) use card::CardPort;
pub(crate) use clock::ClockPort;
pub(crate) use keystore::KeystorePort;
pub(crate) use location::LocationPort;
pub(crate) use network::NetworkPort;
pub(crate) use radio::RadioPort;

//! The ports as a desktop, a test or a server-side tool provides them. Phones bring their own keystore, location
//! and network; files, clocks and randomness are these on every platform.

mod card;
mod clock;
mod desktop;
mod disk;
mod http;
mod keystore;
mod location;
mod network;
mod pinned_key;
mod rng;
mod shell;

pub use card::FolderCard;
pub use clock::SystemClock;
pub use desktop::{BUREAU_CA, desktop_ports};
pub use disk::DiskStorage;
pub use http::{HttpSetupError, HttpTransport, Trust};
pub use keystore::SoftwareKeystore;
pub use location::{FixedPlace, NoLocation};
pub use network::*;
pub use rng::SystemRng;
pub use shell::{ShellPorts, believe_only, shell_ports};

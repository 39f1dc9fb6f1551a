//! What the network is like.

use crate::failure::PlatformFailure;
use liuhen_core::ports;
use std::sync::Arc;

/// How the phone is connected.
pub type Reach = ports::Reach;

/// How the phone is connected.
#[uniffi::remote(Enum)]
pub enum Reach {
    /// Not at all.
    None,
    /// Wi-Fi.
    Wifi,
    /// A cable.
    Wired,
    /// A mobile network.
    Cellular,
}

/// What the system found behind the network.
pub type InternetFound = ports::Internet;

/// What the system found behind the network (Android: `NET_CAPABILITY_VALIDATED`, `NET_CAPABILITY_CAPTIVE_PORTAL`).
#[uniffi::remote(Enum)]
pub enum InternetFound {
    /// It did not look, or does not say.
    Unknown,
    /// The internet.
    Reached,
    /// No internet: a local network, as in many offices.
    Unreached,
    /// Somebody who wants a login in a web page first.
    Portal,
}

/// The network at one moment.
pub type NetworkNow = ports::NetworkState;

/// The network at one moment.
#[uniffi::remote(Record)]
pub struct NetworkNow {
    /// How.
    pub reach: Reach,
    /// Whether bytes cost money.
    pub metered: bool,
    /// What is behind it.
    pub internet: InternetFound,
    /// Name of the Wi-Fi, when it may be known.
    pub ssid: Option<String>,
}

/// Asks the system about the network.
#[uniffi::export(with_foreign)]
pub trait Network: Send + Sync {
    /// The network now.
    fn state(&self) -> Result<NetworkNow, PlatformFailure>;
}

pub(crate) struct NetworkPort(pub Arc<dyn Network>);

impl ports::Network for NetworkPort {
    fn state(&self) -> NetworkNow {
        // A system that does not say is not believed to have a network that costs nothing.
        let nothing =
            NetworkNow { reach: Reach::None, metered: true, internet: InternetFound::Unknown, ssid: None };
        self.0.state().unwrap_or(nothing)
    }
}

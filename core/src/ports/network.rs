//! What the network is like.

/// How the phone is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// The network at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// How.
    pub reach: Reach,
    /// Whether bytes cost money.
    pub metered: bool,
    /// Name of the Wi-Fi, when it may be known.
    pub ssid: Option<String>,
}

/// Asks the system about the network.
pub trait Network: Send + Sync {
    /// The network now.
    fn state(&self) -> NetworkState;
}

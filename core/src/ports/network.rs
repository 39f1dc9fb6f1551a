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

/// What the system found when it looked for the internet behind the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Internet {
    /// It did not look, or does not say.
    #[default]
    Unknown,
    /// It is there.
    Reached,
    /// It is not: a local network, as in many offices. The bureau may be on it.
    Unreached,
    /// Somebody answered who wants a login in a web page first.
    Portal,
}

/// The network at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkState {
    /// How.
    pub reach: Reach,
    /// Whether bytes cost money.
    pub metered: bool,
    /// Whether there is an internet behind it (Android: `NET_CAPABILITY_VALIDATED`, `NET_CAPABILITY_CAPTIVE_PORTAL`).
    pub internet: Internet,
    /// Name of the Wi-Fi, when it may be known.
    pub ssid: Option<String>,
}

/// Asks the system about the network.
pub trait Network: Send + Sync {
    /// The network now.
    fn state(&self) -> NetworkState;
}

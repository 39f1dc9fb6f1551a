//! A network as somebody configured it: desktops and servers do not ask an operating system whether bytes cost
//! money, they are told.

use crate::ports::{Internet, Network, NetworkState, Reach};
use std::sync::{Mutex, PoisonError};

/// Reports the state it was last given.
#[derive(Debug)]
pub struct SystemNetwork {
    state: Mutex<NetworkState>,
}

impl SystemNetwork {
    /// A network in this state.
    pub fn new(state: NetworkState) -> Self {
        Self { state: Mutex::new(state) }
    }

    /// An unmetered cable: what a desktop in the office has.
    pub fn wired() -> Self {
        Self::new(NetworkState {
            reach: Reach::Wired,
            metered: false,
            internet: Internet::Unknown,
            ssid: None,
        })
    }

    /// From now on the network is like this.
    pub fn set(&self, state: NetworkState) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}

impl Network for SystemNetwork {
    fn state(&self) -> NetworkState {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_is_what_it_was_last_said_to_be() {
        let network = SystemNetwork::wired();
        assert_eq!(network.state().reach, Reach::Wired);
        let cellular =
            NetworkState { reach: Reach::Cellular, metered: true, internet: Internet::Unknown, ssid: None };
        network.set(cellular.clone());
        assert_eq!(network.state(), cellular);
    }
}

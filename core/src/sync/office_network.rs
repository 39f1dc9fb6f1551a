//! The office's network: whether a network may carry evidence at all. What makes it the office's is not its name but
//! that the bureau proves itself on it (`spec/sync.md` §2, §8).

use super::{SyncOptions, Waiting};
use crate::ports::{Internet, NetworkState, Reach};

/// Why nothing may be sent over this network. A network without internet is as good as any: the bureau may be on it.
/// One that wants a login in a web page is tried too, because a bureau on the local side of it can be reached.
pub(super) fn obstacle(network: &NetworkState, options: &SyncOptions) -> Option<Waiting> {
    if network.reach == Reach::None {
        return Some(Waiting::Network);
    }
    if !options.allow_metered && (network.metered || network.reach == Reach::Cellular) {
        return Some(Waiting::OfficeWifi);
    }
    let named = &options.office_ssids;
    let elsewhere = network.ssid.as_ref().is_some_and(|ssid| !named.contains(ssid));
    (network.reach == Reach::Wifi && !named.is_empty() && elsewhere).then_some(Waiting::OtherWifi)
}

/// What is waited for when nobody, or somebody who is not the bureau, answered on a network that the system knows
/// to want a login: the login.
pub(super) fn blame_portal(network: &NetworkState, why: Waiting) -> Waiting {
    let explained = matches!(why, Waiting::BureauUnreachable | Waiting::ConnectionLost);
    if network.internet == Internet::Portal && explained { Waiting::Portal } else { why }
}

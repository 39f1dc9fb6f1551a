//! Which driver speaks to what was found, and how it is opened.
//!
//! Why there is none for RICOH THETA, whose Bluetooth API is published (ricohapi/theta-api-specs, July 2026): the API names
//! no service that a camera advertises, only a name that is digits of its serial number; V and Z1 obey after a UUID was
//! registered with them over their Wi-Fi, and for X, which needs no registration, nothing but read-outs is listed; there is no
//! pairing, so that nothing is encrypted and whoever takes the name is believed; and a camera tells how many seconds of
//! video are left, never bytes, which the records of pairing and of the check before use state.

use crate::{
    BleLink, Clock, Found, LinkEvent, PeerId, Recorder, RecorderError, Uuid,
    gopro::{self, GoProRecorder},
    inbox::Inbox,
    profile::{Nonces, ProfileRecorder, frame},
    session::refusal,
};
use futures_util::future::{Either, select};
use std::{collections::BTreeMap, pin::pin, sync::Arc, time::Duration};

/// Peers that a scan keeps at most: a crowd of advertisers must not fill the phone.
const MAX_FOUND: usize = 256;

/// A protocol that this crate speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Driver {
    /// The Liuhen Recorder Profile.
    Profile,
    /// Open GoPro.
    GoPro,
}

/// The services that recorders advertise: what to scan for.
pub const SERVICES: [Uuid; 2] = [frame::SERVICE, gopro::SERVICE];

impl Driver {
    /// The driver for a peer, by the services that it advertises; `None` for one that is no recorder we know.
    pub fn of(found: &Found) -> Option<Self> {
        let has = |service| found.services.contains(&service);
        if has(frame::SERVICE) { Some(Self::Profile) } else { has(gopro::SERVICE).then_some(Self::GoPro) }
    }
}

/// Listens for recorders for `time` and gives each once, as it was heard last.
///
/// # Errors
/// [`RecorderError::RadioOff`], [`RecorderError::OutOfReach`] when the platform's radio fails.
pub async fn scan(
    link: &dyn BleLink,
    clock: &dyn Clock,
    time: Duration,
) -> Result<Vec<Found>, RecorderError> {
    let inbox = Arc::new(Inbox::default());
    link.listen(inbox.clone());
    link.scan(SERVICES.to_vec()).await.map_err(refusal)?;
    let mut heard = BTreeMap::new();
    let mut over = clock.sleep(time);
    loop {
        let next = pin!(inbox.next());
        match select(next, over).await {
            Either::Left((event, still)) => {
                over = still;
                match event {
                    LinkEvent::Found(found) if heard.len() < MAX_FOUND && Driver::of(&found).is_some() => {
                        heard.insert(found.peer.clone(), found);
                    }
                    LinkEvent::Adapter(false) => return Err(RecorderError::RadioOff),
                    _ => {}
                }
            }
            Either::Right(_) => break,
        }
    }
    link.stop_scan().await.map_err(refusal)?;
    Ok(heard.into_values().collect())
}

/// What a driver is opened with.
pub struct Opening {
    /// The radio.
    pub link: Arc<dyn BleLink>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// The recorder, as the platform calls it.
    pub peer: PeerId,
    /// Fresh random nonces for proofs of identity.
    pub nonces: Nonces,
    /// What this phone is called in the recorder's list of phones; not empty.
    pub phone_name: String,
    /// The zone that a recorder's display is set to, minutes east of UTC.
    pub zone_minutes: i16,
}

/// Connects, pairs when needed, and learns who the recorder is.
///
/// # Errors
/// As [`Recorder::identity`].
pub async fn open(driver: Driver, with: Opening) -> Result<Box<dyn Recorder>, RecorderError> {
    let Opening { link, clock, peer, nonces, phone_name, zone_minutes } = with;
    Ok(match driver {
        Driver::Profile => Box::new(ProfileRecorder::open(link, clock, peer, nonces).await?),
        Driver::GoPro => Box::new(GoProRecorder::open(link, clock, peer, &phone_name, zone_minutes).await?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(services: &[Uuid]) -> Found {
        Found { peer: PeerId("a".into()), name: None, services: services.to_vec(), rssi_dbm: None }
    }

    #[test]
    fn a_recorder_is_known_by_its_service_and_a_heart_rate_strap_is_none() {
        assert_eq!(Driver::of(&found(&[Uuid::assigned(0x180F), frame::SERVICE])), Some(Driver::Profile));
        assert_eq!(Driver::of(&found(&[Uuid::assigned(0xFEA6)])), Some(Driver::GoPro));
        assert_eq!(Driver::of(&found(&[Uuid::assigned(0x180D)])), None);
    }
}

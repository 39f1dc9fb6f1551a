//! The phone's radio: GATT from the central's side. The contract is that of [`liuhen_btle::BleLink`].

use crate::failure::PlatformFailure;
use liuhen_btle::{
    BleLink, BondState, Characteristic, DisconnectReason, Found, LinkAnswer, LinkError, LinkEvent,
    LinkListener, PeerId, Properties, Uuid,
};
use std::sync::Arc;

/// A characteristic of a connected peer; UUIDs as text with dashes.
#[expect(clippy::struct_excessive_bools, reason = "a set of independent bits, as in the standard")]
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RadioCharacteristic {
    /// Its service.
    pub service: String,
    /// Itself.
    pub uuid: String,
    /// It can be read.
    pub read: bool,
    /// It can be written with a response.
    pub write: bool,
    /// It can be written without a response.
    pub write_without_response: bool,
    /// It notifies or indicates.
    pub notify: bool,
}

/// How a peer stands with this phone.
pub type RadioBond = BondState;

/// How a peer stands with this phone.
#[uniffi::remote(Enum)]
pub enum RadioBond {
    /// No keys are kept.
    None,
    /// Pairing is going on.
    Pairing,
    /// Keys are kept and the peer accepts them.
    Bonded,
    /// The platform does not tell.
    Unknown,
}

/// Why a connection ended.
pub type RadioLost = DisconnectReason;

/// Why a connection ended.
#[uniffi::remote(Enum)]
pub enum RadioLost {
    /// We asked for it.
    Local,
    /// The peer ended it.
    Remote,
    /// Nothing was heard for too long.
    TimedOut,
    /// Its keys no longer match ours.
    Authentication,
    /// The platform does not tell.
    Unknown,
}

/// What a radio tells without being asked.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum RadioEvent {
    /// A peer was heard while scanning.
    Found {
        /// What the platform calls it.
        peer: String,
        /// The name that it advertises.
        name: Option<String>,
        /// The services that it advertises.
        services: Vec<String>,
        /// Signal strength, dBm.
        rssi_dbm: Option<i16>,
    },
    /// A characteristic has a new value.
    Value {
        /// Which.
        characteristic: String,
        /// The value.
        payload: Vec<u8>,
    },
    /// The peer is gone.
    Disconnected {
        /// Why.
        reason: RadioLost,
    },
    /// Bonding began, succeeded or was taken back.
    Bond {
        /// How the peer stands now.
        state: RadioBond,
    },
    /// The radio was switched on or off.
    Adapter {
        /// On.
        on: bool,
    },
    /// The platform started the app again because of this peer.
    Restored {
        /// Which.
        peer: String,
    },
}

/// Where a radio delivers its events, from whatever thread: it only queues.
#[derive(uniffi::Object)]
pub struct RadioEvents(Arc<dyn LinkListener>);

#[uniffi::export]
impl RadioEvents {
    /// Takes one event. One that names a UUID that is none is dropped.
    pub fn on_event(&self, event: RadioEvent) {
        if let Some(event) = heard(event) {
            self.0.on_event(event);
        }
    }
}

fn heard(event: RadioEvent) -> Option<LinkEvent> {
    Some(match event {
        RadioEvent::Found { peer, name, services, rssi_dbm } => {
            let services = services.iter().filter_map(|uuid| uuid.parse().ok()).collect();
            LinkEvent::Found(Found { peer: PeerId(peer), name, services, rssi_dbm })
        }
        RadioEvent::Value { characteristic, payload } => {
            LinkEvent::Value { characteristic: characteristic.parse().ok()?, bytes: payload }
        }
        RadioEvent::Disconnected { reason } => LinkEvent::Disconnected(reason),
        RadioEvent::Bond { state } => LinkEvent::Bond(state),
        RadioEvent::Adapter { on } => LinkEvent::Adapter(on),
        RadioEvent::Restored { peer } => LinkEvent::Restored(PeerId(peer)),
    })
}

/// One radio and, once connected, one peer.
#[uniffi::export(with_foreign)]
#[async_trait::async_trait]
pub trait Radio: Send + Sync {
    /// Where events go from now on.
    fn listen(&self, events: Arc<RadioEvents>) -> Result<(), PlatformFailure>;
    /// Begins to scan for peers that advertise any of these services.
    async fn scan(&self, services: Vec<String>) -> Result<(), PlatformFailure>;
    /// Ends a scan.
    async fn stop_scan(&self) -> Result<(), PlatformFailure>;
    /// Connects.
    async fn connect(&self, peer: String) -> Result<(), PlatformFailure>;
    /// Lets the peer go.
    async fn disconnect(&self) -> Result<(), PlatformFailure>;
    /// Discovers services and characteristics.
    async fn discover(&self) -> Result<Vec<RadioCharacteristic>, PlatformFailure>;
    /// Reads a characteristic, long values whole.
    async fn read(&self, characteristic: String) -> Result<Vec<u8>, PlatformFailure>;
    /// Writes a characteristic.
    async fn write(
        &self,
        characteristic: String,
        payload: Vec<u8>,
        with_response: bool,
    ) -> Result<(), PlatformFailure>;
    /// Asks for the values of a characteristic, for this connection.
    async fn subscribe(&self, characteristic: String) -> Result<(), PlatformFailure>;
    /// Longest value of one write, bytes: ATT_MTU - 3.
    fn max_write_bytes(&self) -> Result<u32, PlatformFailure>;
    /// How the peer stands with us.
    async fn bond_state(&self) -> Result<RadioBond, PlatformFailure>;
    /// Pairs and bonds, where the platform has a call for it.
    async fn request_bond(&self) -> Result<(), PlatformFailure>;
}

/// The least that every connection carries, bytes (Core 5.4, vol. 3, part F, §5.2.1).
const LEAST_WRITE_BYTES: u32 = 20;

pub(crate) struct RadioPort(pub Arc<dyn Radio>);

fn failed(failure: PlatformFailure) -> LinkError {
    match failure {
        PlatformFailure::RadioOff => LinkError::AdapterOff,
        PlatformFailure::NotConnected => LinkError::NotConnected,
        PlatformFailure::NotPaired => LinkError::NotPaired,
        PlatformFailure::NotAllowed => LinkError::NotAllowed,
        PlatformFailure::Att { code } => LinkError::Att(code),
        PlatformFailure::TooLong { max_bytes } => LinkError::TooLong { max_bytes },
        PlatformFailure::TimedOut => LinkError::TimedOut,
        _ => LinkError::Platform,
    }
}

fn characteristic(told: &RadioCharacteristic) -> Option<Characteristic> {
    let RadioCharacteristic { read, write, write_without_response, notify, .. } = *told;
    let properties = Properties { read, write, write_without_response, notify };
    Some(Characteristic { service: told.service.parse().ok()?, uuid: told.uuid.parse().ok()?, properties })
}

impl BleLink for RadioPort {
    fn listen(&self, listener: Arc<dyn LinkListener>) {
        // A radio that cannot listen answers nothing either: the driver's time-outs tell.
        let _ = self.0.listen(Arc::new(RadioEvents(listener)));
    }

    fn scan(&self, services: Vec<Uuid>) -> LinkAnswer<'_, ()> {
        let services = services.iter().map(Uuid::to_string).collect();
        Box::pin(async move { self.0.scan(services).await.map_err(failed) })
    }

    fn stop_scan(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async move { self.0.stop_scan().await.map_err(failed) })
    }

    fn connect(&self, peer: PeerId) -> LinkAnswer<'_, ()> {
        Box::pin(async move { self.0.connect(peer.0).await.map_err(failed) })
    }

    fn disconnect(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async move { self.0.disconnect().await.map_err(failed) })
    }

    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>> {
        Box::pin(async move {
            let told = self.0.discover().await.map_err(failed)?;
            Ok(told.iter().filter_map(characteristic).collect())
        })
    }

    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        Box::pin(async move { self.0.read(characteristic.to_string()).await.map_err(failed) })
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, with_response: bool) -> LinkAnswer<'_, ()> {
        let characteristic = characteristic.to_string();
        Box::pin(async move { self.0.write(characteristic, bytes, with_response).await.map_err(failed) })
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        Box::pin(async move { self.0.subscribe(characteristic.to_string()).await.map_err(failed) })
    }

    fn max_write_len(&self) -> u32 {
        self.0.max_write_bytes().unwrap_or(LEAST_WRITE_BYTES).max(LEAST_WRITE_BYTES)
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        Box::pin(async move { self.0.bond_state().await.map_err(failed) })
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async move { self.0.request_bond().await.map_err(failed) })
    }
}

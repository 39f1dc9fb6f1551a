//! The desktop's own radio: btleplug for GATT on Linux, macOS and Windows, and on Linux BlueZ itself for pairing.
//!
//! Traps: BlueZ lets a read of a protected characteristic hang when nobody is there to pair, so pairing comes first;
//! its scan filter is the union over all programs, so what is found is filtered again; it repeats reads as
//! notifications.

#[cfg(target_os = "linux")]
mod bluez;

use crate::{
    BleLink, BondState, Characteristic, Clock, DisconnectReason, Found, LinkAnswer, LinkError, LinkEvent,
    LinkListener, PeerId, Properties, Uuid,
};
use btleplug::{
    api::{
        Central, CentralEvent, CentralState, CharPropFlags, Manager as _, Peripheral as _, ScanFilter,
        WriteType,
    },
    platform::{Adapter, Manager, Peripheral},
};
use futures_util::StreamExt;
use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, task::AbortHandle};

/// Whether to pair, when a person must confirm: `Some` with the number that both devices show, `None` where nothing is
/// shown (Just Works).
pub type Confirm = Arc<dyn Fn(Option<u32>) -> bool + Send + Sync>;

/// Time of the machine, on a tokio runtime.
pub struct TokioClock(Instant);

impl TokioClock {
    /// A clock that begins now.
    pub fn new() -> Self {
        Self(Instant::now())
    }
}

impl Default for TokioClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TokioClock {
    fn mono_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn sleep(&self, after: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(after))
    }
}

/// The first Bluetooth adapter of the machine.
pub struct DesktopLink {
    adapter: Adapter,
    runtime: Handle,
    shared: Arc<Shared>,
    #[cfg(target_os = "linux")]
    pairing: bluez::Pairing,
}

#[derive(Default)]
struct Shared {
    listener: Mutex<Option<Arc<dyn LinkListener>>>,
    wanted: Mutex<BTreeSet<uuid::Uuid>>,
    peer: Mutex<Option<Peripheral>>,
    max_write_len: AtomicU32,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Shared {
    fn tell(&self, event: LinkEvent) {
        let listener = locked(&self.listener).clone();
        if let Some(listener) = listener {
            listener.on_event(event);
        }
    }

    fn peer(&self) -> Result<Peripheral, LinkError> {
        locked(&self.peer).clone().ok_or(LinkError::NotConnected)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl DesktopLink {
    /// Opens the first adapter. Called on a tokio runtime, which must outlive the link. `confirm` is asked before a
    /// pairing is accepted (Linux; elsewhere the system asks).
    ///
    /// # Errors
    /// [`LinkError::AdapterOff`] when there is none, [`LinkError::Platform`].
    pub async fn open(confirm: Confirm) -> Result<Arc<Self>, LinkError> {
        let manager = Manager::new().await.map_err(refusal)?;
        // In no particular order where there are several: the first by name is `hci0`.
        let mut named = Vec::new();
        for adapter in manager.adapters().await.map_err(refusal)? {
            named.push((adapter.adapter_info().await.map_err(refusal)?, adapter));
        }
        let first = named.into_iter().min_by(|one, other| one.0.cmp(&other.0));
        let (name, adapter) = first.ok_or(LinkError::AdapterOff)?;
        #[cfg(target_os = "linux")]
        let pairing = bluez::Pairing::open(name.split(' ').next().unwrap_or_default(), confirm).await?;
        #[cfg(not(target_os = "linux"))]
        drop((name, confirm));
        Ok(Arc::new(Self {
            adapter,
            runtime: Handle::current(),
            shared: Arc::default(),
            #[cfg(target_os = "linux")]
            pairing,
        }))
    }

    async fn find(&self, peer: &PeerId) -> Result<Peripheral, LinkError> {
        let known = self.adapter.peripherals().await.map_err(refusal)?;
        known.into_iter().find(|known| known.id().to_string() == peer.0).ok_or(LinkError::NotConnected)
    }

    async fn connect_to(&self, peer: PeerId) -> Result<(), LinkError> {
        let peripheral = self.find(&peer).await?;
        peripheral.connect_with_timeout(Duration::from_secs(14)).await.map_err(refusal)?;
        let mut values = peripheral.notifications().await.map_err(refusal)?;
        *locked(&self.shared.peer) = Some(peripheral);
        let shared = self.shared.clone();
        let pump = self.runtime.spawn(async move {
            while let Some(value) = values.next().await {
                let characteristic = Uuid(*value.uuid.as_bytes());
                shared.tell(LinkEvent::Value { characteristic, bytes: value.value });
            }
        });
        // The pump of an earlier connection would tell everything twice.
        let mut tasks = locked(&self.shared.tasks);
        tasks.drain(..).for_each(|task| task.abort());
        tasks.push(pump.abort_handle());
        Ok(())
    }

    async fn table(&self) -> Result<Vec<Characteristic>, LinkError> {
        let peer = self.shared.peer()?;
        peer.discover_services().await.map_err(refusal)?;
        self.shared.max_write_len.store(u32::from(peer.mtu().saturating_sub(3)), SeqCst);
        let told = peer.characteristics().into_iter().map(|found| Characteristic {
            service: Uuid(*found.service_uuid.as_bytes()),
            uuid: Uuid(*found.uuid.as_bytes()),
            properties: Properties {
                read: found.properties.contains(CharPropFlags::READ),
                write: found.properties.contains(CharPropFlags::WRITE),
                write_without_response: found.properties.contains(CharPropFlags::WRITE_WITHOUT_RESPONSE),
                notify: found.properties.intersects(CharPropFlags::NOTIFY | CharPropFlags::INDICATE),
            },
        });
        Ok(told.collect())
    }

    /// The connected peer and its characteristic.
    fn of(&self, uuid: Uuid) -> Result<(Peripheral, btleplug::api::Characteristic), LinkError> {
        let peer = self.shared.peer()?;
        let wanted = uuid::Uuid::from_bytes(uuid.0);
        let found = peer.characteristics().into_iter().find(|found| found.uuid == wanted);
        Ok((peer, found.ok_or(LinkError::NotAllowed)?))
    }
}

impl Drop for DesktopLink {
    fn drop(&mut self) {
        locked(&self.shared.tasks).drain(..).for_each(|task| task.abort());
    }
}

/// Tells the listener what the adapter says.
async fn watch(adapter: Adapter, shared: Arc<Shared>) {
    let Ok(mut events) = adapter.events().await else {
        shared.tell(LinkEvent::Adapter(false));
        return;
    };
    while let Some(event) = events.next().await {
        match event {
            // Of a device that BlueZ knew before nothing but its signal strength is told.
            CentralEvent::DeviceDiscovered(id)
            | CentralEvent::DeviceUpdated(id)
            | CentralEvent::RssiUpdate { id, .. }
            | CentralEvent::ServicesAdvertisement { id, .. } => {
                let Ok(peripheral) = adapter.peripheral(&id).await else { continue };
                let Ok(Some(told)) = peripheral.properties().await else { continue };
                let services: Vec<Uuid> = {
                    let wanted = locked(&shared.wanted);
                    let hit = told.services.iter().any(|service| wanted.contains(service));
                    if !hit || told.rssi.is_none() {
                        continue;
                    }
                    told.services.iter().map(|service| Uuid(*service.as_bytes())).collect()
                };
                let peer = PeerId(id.to_string());
                shared.tell(LinkEvent::Found(Found {
                    peer,
                    name: told.local_name,
                    services,
                    rssi_dbm: told.rssi,
                }));
            }
            CentralEvent::DeviceDisconnected(id) => {
                let ours = locked(&shared.peer).as_ref().is_some_and(|peer| peer.id() == id);
                if ours {
                    shared.tell(LinkEvent::Disconnected(DisconnectReason::Unknown));
                }
            }
            CentralEvent::StateUpdate(state) => {
                shared.tell(LinkEvent::Adapter(state == CentralState::PoweredOn));
            }
            _ => {}
        }
    }
}

/// What btleplug's errors mean. Its Linux side tells ATT errors in words only.
fn refusal(error: btleplug::Error) -> LinkError {
    match error {
        btleplug::Error::PermissionDenied => LinkError::NotPaired,
        btleplug::Error::DeviceNotFound | btleplug::Error::NotConnected => LinkError::NotConnected,
        btleplug::Error::NoSuchCharacteristic | btleplug::Error::UnexpectedCharacteristic => {
            LinkError::NotAllowed
        }
        btleplug::Error::NoAdapterAvailable => LinkError::AdapterOff,
        btleplug::Error::TimedOut(_) => LinkError::TimedOut,
        other => from_words(&other.to_string()),
    }
}

fn from_words(words: &str) -> LinkError {
    let att = words.split("ATT error: 0x").nth(1).and_then(|rest| rest.get(..2));
    match att.and_then(|code| u8::from_str_radix(code, 16).ok()) {
        Some(0x05 | 0x0F) => LinkError::NotPaired,
        // "Unlikely Error" is what bluetoothd makes of an operation whose connection ended under it.
        Some(0x0E) => LinkError::NotConnected,
        Some(code) => LinkError::Att(code),
        None if words.contains("Not paired") || words.contains("NotPermitted") => LinkError::NotPaired,
        None if words.contains("Not connected") || words.contains("NotConnected") => LinkError::NotConnected,
        None => LinkError::Platform,
    }
}

impl BleLink for DesktopLink {
    fn listen(&self, listener: Arc<dyn LinkListener>) {
        let first = locked(&self.shared.listener).replace(listener).is_none();
        if first {
            // Ends with the runtime; it keeps no peer.
            self.runtime.spawn(watch(self.adapter.clone(), self.shared.clone()));
        }
    }

    fn scan(&self, services: Vec<Uuid>) -> LinkAnswer<'_, ()> {
        Box::pin(async move {
            let services: Vec<_> =
                services.into_iter().map(|service| uuid::Uuid::from_bytes(service.0)).collect();
            *locked(&self.shared.wanted) = services.iter().copied().collect();
            self.adapter.start_scan(ScanFilter { services }).await.map_err(refusal)
        })
    }

    fn stop_scan(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async { self.adapter.stop_scan().await.map_err(refusal) })
    }

    fn connect(&self, peer: PeerId) -> LinkAnswer<'_, ()> {
        Box::pin(self.connect_to(peer))
    }

    fn disconnect(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async {
            let peer = locked(&self.shared.peer).take();
            match peer {
                Some(peer) => peer.disconnect().await.map_err(refusal),
                None => Ok(()),
            }
        })
    }

    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>> {
        Box::pin(self.table())
    }

    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        Box::pin(async move {
            let (peer, found) = self.of(characteristic)?;
            peer.read(&found).await.map_err(refusal)
        })
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, with_response: bool) -> LinkAnswer<'_, ()> {
        Box::pin(async move {
            let (peer, found) = self.of(characteristic)?;
            let kind = if with_response { WriteType::WithResponse } else { WriteType::WithoutResponse };
            peer.write(&found, &bytes, kind).await.map_err(refusal)
        })
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        Box::pin(async move {
            let (peer, found) = self.of(characteristic)?;
            peer.subscribe(&found).await.map_err(refusal)
        })
    }

    fn max_write_len(&self) -> u32 {
        self.shared.max_write_len.load(SeqCst).max(20)
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        Box::pin(async {
            let peer = self.shared.peer()?;
            #[cfg(target_os = "linux")]
            return self.pairing.state(peer.address()).await;
            #[cfg(not(target_os = "linux"))]
            return Ok(if peer.id().to_string().is_empty() { BondState::None } else { BondState::Unknown });
        })
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async {
            let peer = self.shared.peer()?;
            #[cfg(target_os = "linux")]
            return self.pairing.pair(peer.address()).await;
            // Elsewhere the system pairs by itself when a protected characteristic is read.
            #[cfg(not(target_os = "linux"))]
            return peer.is_connected().await.map(drop).map_err(refusal);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attribute_errors_are_read_out_of_bluez_words() {
        let failed = "org.bluez.Error.Failed: Operation failed with ATT error: 0x81 (Application Error)";
        assert_eq!(from_words(failed), LinkError::Att(0x81));
        assert_eq!(from_words("Operation failed with ATT error: 0x0f"), LinkError::NotPaired);
        assert_eq!(from_words("Operation failed with ATT error: 0x0e (Unlikely)"), LinkError::NotConnected);
        assert_eq!(from_words("org.bluez.Error.Failed: Not connected"), LinkError::NotConnected);
        assert_eq!(from_words("anything else"), LinkError::Platform);
    }
}

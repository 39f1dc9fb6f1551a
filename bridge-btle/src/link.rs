//! The place where a radio is plugged in: GATT over Bluetooth Low Energy, seen from the central.
//!
//! A driver for a maker's protocol is written against [`BleLink`] and knows nothing of radios; a phone or a
//! desktop implements [`BleLink`] and knows nothing of recorders. The shape is that of a foreign trait of UniFFI:
//! shared, asynchronous, owned arguments, one enum of errors, and one inbound object ([`LinkListener`]) that the
//! platform calls. On Android and iOS the shell implements it, because bonding, background restoration and
//! permission prompts live there.
//!
//! Traps that are part of the contract:
//! - Notifications are lossy at every host stack under load, and nothing reports the loss: a driver must be able
//!   to notice a hole and ask again.
//! - A read may also come back as a notification (BlueZ does so): an answer must carry the id of its question.
//! - Subscriptions end with the connection, also where the platform's object survives it.
//! - A peer's address is no identity: iOS never shows it and privacy changes it.

use std::{future::Future, pin::Pin};

/// A 128-bit Bluetooth UUID, big-endian as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid(pub [u8; 16]);

impl Uuid {
    /// The full form of a 16-bit number assigned by the Bluetooth SIG (Core 5.4, vol. 3, part B, §2.5.1).
    ///
    /// ```
    /// use liuhen_btle::Uuid;
    /// assert_eq!(Uuid::assigned(0x180A).to_string(), "0000180a-0000-1000-8000-00805f9b34fb");
    /// ```
    pub const fn assigned(number: u16) -> Self {
        let [high, low] = number.to_be_bytes();
        Self([0, 0, high, low, 0, 0, 0x10, 0, 0x80, 0, 0, 0x80, 0x5f, 0x9b, 0x34, 0xfb])
    }
}

/// Text that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a UUID is 32 hexadecimal digits with four dashes")]
pub struct UuidError;

impl std::str::FromStr for Uuid {
    type Err = UuidError;

    /// Reads the full form, in either case.
    fn from_str(text: &str) -> Result<Self, UuidError> {
        let dashes = [8, 13, 18, 23].iter().all(|at| text.as_bytes().get(*at) == Some(&b'-'));
        let mut bytes = [0; 16];
        hex::decode_to_slice(text.replace('-', ""), &mut bytes).map_err(|_| UuidError)?;
        if dashes && text.len() == 36 { Ok(Self(bytes)) } else { Err(UuidError) }
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = hex::encode(self.0);
        write!(f, "{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
    }
}

/// What a platform calls a peer: an address, or an opaque identifier of this installation. Good for connecting
/// again, no proof of anything.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerId(pub String);

/// A peer that was heard while scanning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How to connect to it.
    pub peer: PeerId,
    /// The name that it advertises.
    pub name: Option<String>,
    /// The services that it advertises.
    pub services: Vec<Uuid>,
    /// Signal strength, dBm, when the platform tells.
    pub rssi_dbm: Option<i16>,
}

/// What may be done with a characteristic (Core 5.4, vol. 3, part G, §3.3.1.1).
#[expect(clippy::struct_excessive_bools, reason = "a set of independent bits, as in the standard")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Properties {
    /// It can be read.
    pub read: bool,
    /// It can be written with a response.
    pub write: bool,
    /// It can be written without a response.
    pub write_without_response: bool,
    /// It notifies or indicates.
    pub notify: bool,
}

/// A characteristic of a connected peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characteristic {
    /// Its service.
    pub service: Uuid,
    /// Itself. Drivers refer to it by this alone; a peer with two of the same is refused by them.
    pub uuid: Uuid,
    /// What may be done with it.
    pub properties: Properties,
}

/// How a peer stands with this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BondState {
    /// No keys are kept.
    None,
    /// Pairing is going on.
    Pairing,
    /// Keys are kept and the peer accepts them.
    Bonded,
    /// The platform does not tell (iOS): a protected read finds out.
    Unknown,
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DisconnectReason {
    /// We asked for it.
    Local,
    /// The peer ended it.
    Remote,
    /// Nothing was heard for the supervision time-out: out of range, or its battery was taken out.
    TimedOut,
    /// Its keys no longer match ours.
    Authentication,
    /// The platform does not tell.
    Unknown,
}

/// What a link tells without being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// A peer was heard while scanning.
    Found(Found),
    /// A characteristic that was subscribed to has a new value, or echoes a read.
    Value {
        /// The characteristic.
        characteristic: Uuid,
        /// The value, at most [`BleLink::max_write_len`] + what the platform adds: not to be trusted.
        bytes: Vec<u8>,
    },
    /// The peer is gone. Subscriptions are lost with it and must be made again.
    Disconnected(DisconnectReason),
    /// Bonding began, succeeded or was taken back.
    Bond(BondState),
    /// The radio was switched on (`true`) or off.
    Adapter(bool),
    /// The platform started the app again because of this peer, which was connected before (iOS state restoration).
    Restored(PeerId),
}

/// Why a link did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The radio is off, absent or forbidden to the app.
    #[error("the radio is off")]
    AdapterOff,
    /// The peer was not found or is gone.
    #[error("the peer is not connected")]
    NotConnected,
    /// The peer wants a pairing that does not exist or is no longer valid.
    #[error("the peer demands pairing")]
    NotPaired,
    /// The peer has no such characteristic, or it does not allow this.
    #[error("the characteristic does not allow this")]
    NotAllowed,
    /// The peer answered with this ATT error (Core 5.4, vol. 3, part F, §3.4.1.1) that has no variant here.
    #[error("attribute protocol error {0:#04x}")]
    Att(u8),
    /// The value does not fit: `max_bytes` would.
    #[error("the value is longer than {max_bytes} bytes")]
    TooLong {
        /// Longest value that fits, bytes.
        max_bytes: u32,
    },
    /// No answer within the platform's own time.
    #[error("no answer in time")]
    TimedOut,
    /// The platform failed in a way that it does not explain.
    #[error("the platform's radio failed")]
    Platform,
}

/// What a link was asked for, once it is there.
pub type LinkAnswer<'a, T> = Pin<Box<dyn Future<Output = Result<T, LinkError>> + Send + 'a>>;

/// Where a link delivers its events. Called from whatever thread the platform likes; it only queues, so that
/// nothing is done on a GATT callback thread.
pub trait LinkListener: Send + Sync {
    /// Takes one event.
    fn on_event(&self, event: LinkEvent);
}

/// One radio and, once connected, one peer. Whoever uses it has one operation in flight at a time, because
/// Android allows no more; every answer comes or fails in the platform's own bounded time, and may be abandoned by
/// dropping it.
pub trait BleLink: Send + Sync {
    /// Where events go from now on; an earlier listener gets no more.
    fn listen(&self, listener: std::sync::Arc<dyn LinkListener>);

    /// Begins to scan for peers that advertise any of `services` ([`LinkEvent::Found`]), until
    /// [`BleLink::stop_scan`]. Background scans of iOS need at least one service.
    ///
    /// # Errors
    /// [`LinkError::AdapterOff`], [`LinkError::Platform`].
    fn scan(&self, services: Vec<Uuid>) -> LinkAnswer<'_, ()>;

    /// Ends a scan. Asking twice is no error.
    ///
    /// # Errors
    /// [`LinkError::Platform`].
    fn stop_scan(&self) -> LinkAnswer<'_, ()>;

    /// Connects. A pending connection may take for ever on iOS: the caller limits it.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn connect(&self, peer: PeerId) -> LinkAnswer<'_, ()>;

    /// Lets the peer go. Asking twice is no error.
    ///
    /// # Errors
    /// [`LinkError::Platform`].
    fn disconnect(&self) -> LinkAnswer<'_, ()>;

    /// Discovers services and characteristics.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>>;

    /// Reads a characteristic, long values whole.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>>;

    /// Writes a characteristic; with `with_response` the answer comes after the peer's acknowledgement.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, with_response: bool) -> LinkAnswer<'_, ()>;

    /// Asks for the values of a characteristic ([`LinkEvent::Value`]), for this connection.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()>;

    /// Longest value that one write or notification can carry on this connection, bytes: ATT_MTU - 3, at least 20.
    fn max_write_len(&self) -> u32;

    /// How the peer stands with us.
    ///
    /// # Errors
    /// [`LinkError::NotConnected`], [`LinkError::Platform`].
    fn bond_state(&self) -> LinkAnswer<'_, BondState>;

    /// Pairs and bonds, where the platform has a call for it; where it has none (iOS), does nothing and succeeds,
    /// and the first protected read makes the platform ask.
    ///
    /// # Errors
    /// [`LinkError::NotPaired`] when it was refused or failed.
    fn request_bond(&self) -> LinkAnswer<'_, ()>;
}

//! The place where a radio is plugged in: GATT over Bluetooth Low Energy, seen from the central.
//!
//! A driver for a maker's protocol is written against [`BleLink`] and knows nothing of radios; a phone or a
//! desktop implements [`BleLink`] and knows nothing of recorders. **Nothing implements it yet**, and the
//! simulated recorder does without.
//!
//! Two traps are part of the contract. Notifications are lossy at every host stack under load, so a driver must
//! be able to notice a hole and ask again. And a read may also come back as a notification (BlueZ does so), so
//! an answer must carry the id of its question.

/// A 128-bit Bluetooth UUID, big-endian as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = hex::encode(self.0);
        write!(f, "{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
    }
}

/// What a link tells without being asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkEvent {
    /// A characteristic that was subscribed to has a new value, or echoes a read.
    Value {
        /// The characteristic.
        characteristic: Uuid,
        /// The value, at most the negotiated length.
        bytes: Vec<u8>,
    },
    /// The peer is gone. Subscriptions are lost with it and must be made again.
    Disconnected,
}

/// Why a link did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The peer was not found or is gone.
    #[error("the peer is not connected")]
    NotConnected,
    /// The peer wants a pairing that does not exist or is no longer valid.
    #[error("the peer demands pairing")]
    NotPaired,
    /// The peer has no such characteristic, or it does not allow this.
    #[error("the characteristic does not allow this")]
    NotAllowed,
    /// The value does not fit: `max_bytes` would.
    #[error("the value is longer than {max_bytes} bytes")]
    TooLong {
        /// Longest value that fits, bytes.
        max_bytes: usize,
    },
    /// No answer within the time given.
    #[error("no answer in time")]
    TimedOut,
}

/// One connection to one peer. One operation is in flight at a time, because Android allows no more; calls block
/// for at most `timeout_ms` and may be made from any one thread.
pub trait BleLink: Send {
    /// Connects, discovers services and tells the longest value that one write can carry, bytes.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn connect(&mut self, timeout_ms: u32) -> Result<usize, LinkError>;

    /// Reads a characteristic.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn read(&mut self, characteristic: Uuid, timeout_ms: u32) -> Result<Vec<u8>, LinkError>;

    /// Writes a characteristic and waits for the peer's acknowledgement.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn write(&mut self, characteristic: Uuid, bytes: &[u8], timeout_ms: u32) -> Result<(), LinkError>;

    /// Asks for the events of a characteristic.
    ///
    /// # Errors
    /// See [`LinkError`].
    fn subscribe(&mut self, characteristic: Uuid, timeout_ms: u32) -> Result<(), LinkError>;

    /// The next event, or `None` when nothing happened for `timeout_ms`.
    fn next_event(&mut self, timeout_ms: u32) -> Option<LinkEvent>;

    /// Lets the peer go. Asking twice is no error.
    fn disconnect(&mut self);
}

//! A connection that is kept up: one operation in flight, time-outs, reconnection after a battery swap, pairing
//! again when the recorder has forgotten us, subscriptions made again each time.

use crate::{
    BleLink, BondState, Characteristic, Clock, LinkAnswer, LinkError, LinkEvent, PeerId, RecorderError, Uuid,
    inbox::Inbox,
};
use futures_util::{
    TryFutureExt,
    future::{Either, select},
};
use std::{future::Future, pin::pin, sync::Arc, time::Duration};

/// A platform may let a pending connection hang for ever (iOS).
const CONNECT: Duration = Duration::from_secs(15);
const DISCOVER: Duration = Duration::from_secs(15);
/// A person confirms the pairing.
const BOND: Duration = Duration::from_secs(40);
/// One read, write or subscription.
const OPERATION: Duration = Duration::from_secs(5);
/// Pauses before the second, third … attempt to connect: a battery is swapped in less than half a minute.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
    Duration::from_secs(12),
];

/// What a driver needs of a connection.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Characteristics that must exist, once each.
    pub present: Vec<Uuid>,
    /// Those of them whose values are asked for on every connection.
    pub subscribed: Vec<Uuid>,
    /// Whether nothing works without a bond.
    pub bonded: bool,
}

/// What a protected characteristic may refuse.
enum Operation {
    Read(Uuid),
    Write(Uuid, Vec<u8>),
    Subscribe(Uuid),
}

impl Operation {
    /// Asks the link; only a read brings bytes.
    fn carry_out<'a>(&self, link: &'a dyn BleLink) -> LinkAnswer<'a, Vec<u8>> {
        match self {
            Self::Read(uuid) => link.read(*uuid),
            Self::Write(uuid, bytes) => {
                Box::pin(link.write(*uuid, bytes.clone(), true).map_ok(|()| Vec::new()))
            }
            Self::Subscribe(uuid) => Box::pin(link.subscribe(*uuid).map_ok(|()| Vec::new())),
        }
    }
}

/// One peer, connected when it must be.
pub struct Session {
    link: Arc<dyn BleLink>,
    clock: Arc<dyn Clock>,
    inbox: Arc<Inbox>,
    peer: PeerId,
    needs: Needs,
    found: Vec<Characteristic>,
    connected: bool,
}

impl Session {
    /// Nothing is sent before the first question.
    pub fn new(link: Arc<dyn BleLink>, clock: Arc<dyn Clock>, peer: PeerId, needs: Needs) -> Self {
        let inbox = Arc::new(Inbox::default());
        link.listen(inbox.clone());
        Self { link, clock, inbox, peer, needs, found: Vec::new(), connected: false }
    }

    /// Makes sure of a connection; true when it is a new one.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`] after six attempts, [`RecorderError::NotPaired`],
    /// [`RecorderError::RadioOff`], [`RecorderError::Malformed`] when the peer is not what the driver needs.
    pub async fn ready(&mut self) -> Result<bool, RecorderError> {
        self.forget_values();
        if self.connected {
            return Ok(false);
        }
        for attempt in 0..=PAUSES.len() {
            match self.connect().await {
                Ok(()) => return Ok(true),
                Err(RecorderError::OutOfReach) => {}
                Err(error) => {
                    self.drop_connection().await;
                    return Err(error);
                }
            }
            self.drop_connection().await;
            if let Some(pause) = PAUSES.get(attempt) {
                self.clock.sleep(*pause).await;
            }
        }
        Err(RecorderError::OutOfReach)
    }

    async fn connect(&mut self) -> Result<(), RecorderError> {
        let link = self.link.clone();
        self.limited(CONNECT, link.connect(self.peer.clone())).await?;
        self.connected = true;
        self.found = self.limited(DISCOVER, link.discover()).await?;
        for needed in &self.needs.present {
            match self.found.iter().filter(|found| found.uuid == *needed).count() {
                1 => {}
                0 => return Err(RecorderError::Unsupported("a characteristic of its protocol is missing")),
                _ => return Err(RecorderError::Malformed("a characteristic exists twice")),
            }
        }
        if self.needs.bonded && self.limited(OPERATION, link.bond_state()).await? != BondState::Bonded {
            self.limited(BOND, link.request_bond()).await?;
        }
        for uuid in self.needs.subscribed.clone() {
            self.protected(&Operation::Subscribe(uuid)).await?;
        }
        if self.connected { Ok(()) } else { Err(RecorderError::OutOfReach) }
    }

    /// Ends the connection, if there is one.
    pub async fn drop_connection(&mut self) {
        let link = self.link.clone();
        let _ = self.limited(OPERATION, link.disconnect()).await;
        self.connected = false;
        self.forget_values();
        self.connected = false;
    }

    /// Longest value that one write can carry, bytes.
    pub fn max_write_len(&self) -> usize {
        (self.link.max_write_len() as usize).clamp(20, 512)
    }

    /// Whether the peer has a characteristic; meaningful once connected.
    pub fn has(&self, uuid: Uuid) -> bool {
        self.found.iter().any(|found| found.uuid == uuid)
    }

    /// The time by which the driver measures, monotonic milliseconds.
    pub fn now_ms(&self) -> u64 {
        self.clock.mono_ms()
    }

    /// Waits.
    pub async fn pause(&self, time: Duration) {
        self.clock.sleep(time).await;
    }

    /// Reads a characteristic of the present connection.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`] when the connection was lost; see `refusal` for the others.
    pub async fn read(&mut self, uuid: Uuid) -> Result<Vec<u8>, RecorderError> {
        self.protected(&Operation::Read(uuid)).await
    }

    /// Writes a characteristic of the present connection, acknowledged.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn write(&mut self, uuid: Uuid, bytes: &[u8]) -> Result<(), RecorderError> {
        self.protected(&Operation::Write(uuid, bytes.to_vec())).await.map(drop)
    }

    /// The next value that a subscription brings before `until_ms` (monotonic), or `None`.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`] when the connection was lost.
    pub async fn next_value(&mut self, until_ms: u64) -> Result<Option<(Uuid, Vec<u8>)>, RecorderError> {
        loop {
            let left_ms = until_ms.saturating_sub(self.clock.mono_ms());
            if left_ms == 0 {
                return Ok(None);
            }
            let event = {
                let next = pin!(self.inbox.next());
                match select(next, self.clock.sleep(Duration::from_millis(left_ms))).await {
                    Either::Left((event, _)) => event,
                    Either::Right(_) => return Ok(None),
                }
            };
            match event {
                LinkEvent::Value { characteristic, bytes } => return Ok(Some((characteristic, bytes))),
                other => self.note(&other),
            }
            if !self.connected {
                return Err(RecorderError::OutOfReach);
            }
        }
    }

    /// An operation that a protected characteristic may refuse: then the bond is renewed, once.
    async fn protected(&mut self, operation: &Operation) -> Result<Vec<u8>, RecorderError> {
        let link = self.link.clone();
        match self.limited(OPERATION, operation.carry_out(&*link)).await {
            Err(RecorderError::NotPaired) if self.needs.bonded => {
                self.limited(BOND, link.request_bond()).await?;
                self.limited(OPERATION, operation.carry_out(&*link)).await
            }
            answer => answer,
        }
    }

    /// One operation of the link within `time`; a link that fails or hangs counts as lost.
    async fn limited<T>(
        &mut self,
        time: Duration,
        operation: impl Future<Output = Result<T, LinkError>> + Unpin,
    ) -> Result<T, RecorderError> {
        let answer = match select(operation, self.clock.sleep(time)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(LinkError::TimedOut),
        };
        answer.map_err(|error| {
            let error = refusal(error);
            if error == RecorderError::OutOfReach {
                self.connected = false;
            }
            error
        })
    }

    /// Values that nobody waits for are stale; what else happened is noted.
    fn forget_values(&mut self) {
        while let Some(event) = self.inbox.try_next() {
            self.note(&event);
        }
    }

    fn note(&mut self, event: &LinkEvent) {
        if matches!(event, LinkEvent::Disconnected(_) | LinkEvent::Adapter(false)) {
            self.connected = false;
        }
    }
}

/// What a link's refusal means to whoever asked a recorder.
pub(crate) fn refusal(error: LinkError) -> RecorderError {
    match error {
        LinkError::AdapterOff => RecorderError::RadioOff,
        LinkError::NotConnected | LinkError::TimedOut | LinkError::Platform => RecorderError::OutOfReach,
        LinkError::NotPaired => RecorderError::NotPaired,
        LinkError::NotAllowed => RecorderError::Malformed("a characteristic does not allow what it must"),
        LinkError::Att(code) => RecorderError::Refused(code),
        LinkError::TooLong { .. } => RecorderError::Unsupported("values of this length on this connection"),
    }
}

//! A recorder of the profile behind a link, in process: quick, and able to lie in every way.

use futures_util::FutureExt;
use liuhen_btle::{
    BleLink, BondState, Characteristic, DisconnectReason, LinkAnswer, LinkError, LinkEvent, LinkListener,
    PeerId, Properties, Recorder, RecorderError, SimulatedRecorder, Uuid,
    profile::frame::{self, Features},
};
use ring::digest::{SHA256, digest};
use std::sync::{Arc, Mutex};

/// What becomes of a notification: none, one or many in its place.
pub type Tamper = Box<dyn FnMut(Uuid, Vec<u8>) -> Vec<Vec<u8>> + Send>;

/// A recorder of the profile.
pub struct Peer {
    pub inner: Mutex<Inner>,
}

pub struct Inner {
    pub recorder: SimulatedRecorder,
    /// The text of its list.
    pub list: Vec<u8>,
    pub features: u16,
    pub max_write_len: u32,
    /// Whether LIST_READs get NO_LIST, and how many.
    pub gone: u32,
    pub tamper: Option<Tamper>,
    pub bonded: bool,
    /// Whether it refuses to pair.
    pub refuses: bool,
    pub connected: bool,
    pub connections: u32,
    /// Control writes that it acted upon.
    pub acted: Vec<u8>,
    subscribed: Vec<Uuid>,
    snapshot: Option<Vec<u8>>,
    list_id: u32,
    last: Option<(Vec<u8>, Vec<u8>)>,
    listener: Option<Arc<dyn LinkListener>>,
}

impl Peer {
    pub fn new(recorder: SimulatedRecorder, list: Vec<u8>) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::new(Inner {
                recorder,
                list,
                features: Features::CLOCK
                    | Features::CONTROL
                    | Features::MARK
                    | Features::DIGESTS
                    | Features::PROOF,
                max_write_len: 244,
                gone: 0,
                tamper: None,
                bonded: false,
                refuses: false,
                connected: false,
                connections: 0,
                acted: Vec::new(),
                subscribed: Vec::new(),
                snapshot: None,
                list_id: 0,
                last: None,
                listener: None,
            }),
        })
    }

    /// Changes what the recorder is or does.
    pub fn set(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.inner.lock().unwrap());
    }

    /// The connection is gone, as when a battery is taken out.
    pub fn vanish(&self) {
        let listener = {
            let mut inner = self.inner.lock().unwrap();
            inner.connected = false;
            inner.listener.clone()
        };
        if let Some(listener) = listener {
            listener.on_event(LinkEvent::Disconnected(DisconnectReason::TimedOut));
        }
    }

    fn answer<'a, T: Send + 'a>(
        &'a self,
        act: impl FnOnce(&mut Inner) -> Result<T, LinkError> + Send + 'a,
    ) -> LinkAnswer<'a, T> {
        Box::pin(async move {
            let mut inner = self.inner.lock().unwrap();
            if inner.connected { act(&mut inner) } else { Err(LinkError::NotConnected) }
        })
    }

    fn notify(&self, events: Vec<(Uuid, Vec<u8>)>) {
        for (characteristic, bytes) in events {
            let (listener, all) = {
                let mut inner = self.inner.lock().unwrap();
                if !inner.subscribed.contains(&characteristic) {
                    continue;
                }
                let all = match &mut inner.tamper {
                    Some(tamper) => tamper(characteristic, bytes),
                    None => vec![bytes],
                };
                (inner.listener.clone(), all)
            };
            for bytes in all {
                if let Some(listener) = &listener {
                    listener.on_event(LinkEvent::Value { characteristic, bytes });
                }
            }
        }
    }
}

impl Inner {
    fn read(&mut self, uuid: Uuid) -> Result<Vec<u8>, LinkError> {
        if uuid == frame::FEATURES {
            return Ok([&[0, 0], self.features.to_le_bytes().as_slice()].concat());
        }
        if !self.bonded {
            return Err(LinkError::NotPaired);
        }
        match uuid {
            frame::IDENTITY => {
                let identity = self.recorder.identity().now_or_never().unwrap();
                identity.map_err(|_| LinkError::TimedOut)?.to_bytes().map_err(|_| LinkError::Platform)
            }
            frame::STATE => {
                let state = self.recorder.state().now_or_never().unwrap().map_err(|_| LinkError::TimedOut)?;
                let mut bytes = vec![u8::from(state.recording.is_some()), state.battery_percent, 0, 0];
                bytes.extend(state.free_bytes.to_le_bytes());
                bytes.extend(state.remaining_secs.unwrap_or(u32::MAX).to_le_bytes());
                let elapsed = state.recording.and_then(|recording| recording.elapsed_secs).unwrap_or(0);
                bytes.extend(elapsed.to_le_bytes());
                Ok(bytes)
            }
            frame::CURRENT_TIME => {
                let told = self.recorder.clock().now_or_never().unwrap().map_err(|_| LinkError::TimedOut)?;
                frame::time_bytes(told.utc_ms).map(|bytes| bytes.to_vec()).map_err(|_| LinkError::Platform)
            }
            _ => Err(LinkError::NotAllowed),
        }
    }

    fn write(&mut self, uuid: Uuid, bytes: &[u8]) -> Result<Vec<(Uuid, Vec<u8>)>, LinkError> {
        if !self.bonded {
            return Err(LinkError::NotPaired);
        }
        match (uuid, bytes) {
            (frame::CURRENT_TIME, bytes) => {
                let told = frame::parse_time(bytes).map_err(|_| LinkError::Att(0x13))?;
                let set = self.recorder.set_clock(told.utc_ms).now_or_never().unwrap();
                set.map(|()| Vec::new()).map_err(|_| LinkError::TimedOut)
            }
            (frame::CONTROL, [operation, id, parameters @ ..]) if *id != 0 => {
                Ok(self.request(bytes, *operation, *id, parameters))
            }
            _ => Err(LinkError::NotAllowed),
        }
    }

    fn request(&mut self, request: &[u8], operation: u8, id: u8, parameters: &[u8]) -> Vec<(Uuid, Vec<u8>)> {
        if let Some((last, response)) = &self.last
            && last == request
            && operation != 0x11
        {
            return vec![(frame::RESPONSE, response.clone())];
        }
        self.acted.push(operation);
        let mut events = Vec::new();
        let outcome = match operation {
            0x01 => self
                .recorder
                .start()
                .now_or_never()
                .unwrap()
                .map(moment_bytes)
                .map_err(|error| status(&error)),
            0x02 => {
                self.recorder.stop().now_or_never().unwrap().map(moment_bytes).map_err(|error| status(&error))
            }
            0x03 => {
                self.recorder.mark().now_or_never().unwrap().map(moment_bytes).map_err(|error| status(&error))
            }
            0x04 => parameters.try_into().map_err(|_| 2).and_then(|nonce| {
                let proof =
                    self.recorder.prove(nonce).now_or_never().unwrap().map_err(|error| status(&error))?;
                Ok([proof.public_key.as_slice(), &proof.signature].concat())
            }),
            0x10 => Ok(self.open_list()),
            0x11 => self.read_list(id, parameters, &mut events),
            _ => Err(1),
        };
        let (status, payload) = outcome.map_or_else(|status| (status, Vec::new()), |payload| (0, payload));
        let response = [&[operation | 0x80, id, status], payload.as_slice()].concat();
        self.last = Some((request.to_vec(), response.clone()));
        events.push((frame::RESPONSE, response));
        events
    }

    fn open_list(&mut self) -> Vec<u8> {
        self.list_id += 1;
        self.snapshot = Some(self.list.clone());
        let lines = self.list.split(|byte| *byte == b'\n').count() as u32 - 1;
        [
            &self.list_id.to_le_bytes(),
            (self.list.len() as u32).to_le_bytes().as_slice(),
            &lines.to_le_bytes(),
            digest(&SHA256, &self.list).as_ref(),
        ]
        .concat()
    }

    fn read_list(
        &mut self,
        id: u8,
        parameters: &[u8],
        events: &mut Vec<(Uuid, Vec<u8>)>,
    ) -> Result<Vec<u8>, u8> {
        if self.gone > 0 {
            self.gone -= 1;
            self.snapshot = None;
        }
        let (head, mask) = parameters.split_first_chunk::<10>().ok_or(2)?;
        let number = |at: usize| u32::from_le_bytes(head[at..at + 4].try_into().unwrap());
        let size = usize::from(u16::from_le_bytes([head[4], head[5]]));
        let first = number(6) as usize;
        let snapshot = match &self.snapshot {
            Some(snapshot) if number(0) == self.list_id => snapshot,
            _ => return Err(9),
        };
        let mut count = 0_u16;
        for chunk in (0..mask.len() * 8).filter(|bit| mask[bit / 8] >> (bit % 8) & 1 == 1) {
            let at = (first + chunk) * size;
            let bytes = snapshot.get(at..(at + size).min(snapshot.len())).ok_or(2)?;
            events.push((frame::LIST, [&[id], (at as u32).to_le_bytes().as_slice(), bytes].concat()));
            count += 1;
        }
        Ok(count.to_le_bytes().to_vec())
    }
}

fn moment_bytes(moment: liuhen_btle::Moment) -> Vec<u8> {
    let name = moment.file.unwrap_or_default();
    [&moment.recorder_ms.unwrap_or(0).to_le_bytes(), name.as_bytes()].concat()
}

fn status(error: &RecorderError) -> u8 {
    match error {
        RecorderError::AlreadyRecording => 3,
        RecorderError::NotRecording => 4,
        RecorderError::NoCard => 5,
        _ => 6,
    }
}

impl BleLink for Peer {
    fn listen(&self, listener: Arc<dyn LinkListener>) {
        self.set(|inner| inner.listener = Some(listener));
    }

    fn scan(&self, _services: Vec<Uuid>) -> LinkAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn stop_scan(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn connect(&self, _peer: PeerId) -> LinkAnswer<'_, ()> {
        Box::pin(async {
            let mut inner = self.inner.lock().unwrap();
            inner.connected = true;
            inner.connections += 1;
            inner.subscribed.clear();
            inner.last = None;
            inner.snapshot = None;
            Ok(())
        })
    }

    fn disconnect(&self) -> LinkAnswer<'_, ()> {
        Box::pin(async {
            self.set(|inner| inner.connected = false);
            Ok(())
        })
    }

    fn discover(&self) -> LinkAnswer<'_, Vec<Characteristic>> {
        self.answer(|_| {
            let all = [
                frame::FEATURES,
                frame::IDENTITY,
                frame::STATE,
                frame::CONTROL,
                frame::RESPONSE,
                frame::LIST,
                frame::CURRENT_TIME,
            ];
            Ok(all
                .into_iter()
                .map(|uuid| Characteristic {
                    service: frame::SERVICE,
                    uuid,
                    properties: Properties::default(),
                })
                .collect())
        })
    }

    fn read(&self, characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        self.answer(move |inner| inner.read(characteristic))
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, _with_response: bool) -> LinkAnswer<'_, ()> {
        Box::pin(async move {
            let events = self.answer(|inner| inner.write(characteristic, &bytes)).await?;
            self.notify(events);
            Ok(())
        })
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        self.answer(move |inner| {
            if !inner.bonded {
                return Err(LinkError::NotPaired);
            }
            inner.subscribed.push(characteristic);
            Ok(())
        })
    }

    fn max_write_len(&self) -> u32 {
        self.inner.lock().unwrap().max_write_len
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        self.answer(|inner| Ok(if inner.bonded { BondState::Bonded } else { BondState::None }))
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        self.answer(|inner| {
            inner.bonded = !inner.refuses;
            if inner.refuses { Err(LinkError::NotPaired) } else { Ok(()) }
        })
    }
}

//! A GoPro camera behind a link, in process, as far as its published interface goes.

use super::VirtualClock;
use liuhen_btle::{
    BleLink, BondState, Characteristic, Clock, LinkAnswer, LinkError, LinkEvent, LinkListener, PeerId,
    Properties, Uuid,
    gopro::{self, packet},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// Status: whether it records.
const ENCODING: u8 = 10;

/// A camera that sleeps when nobody speaks to it.
pub struct Camera {
    pub inner: Mutex<Inner>,
    clock: Arc<VirtualClock>,
}

#[expect(clippy::struct_excessive_bools, reason = "independent switches of a camera")]
pub struct Inner {
    pub recording: bool,
    pub card: u8,
    /// Answers to state questions that say busy.
    pub busy: u32,
    pub serial: &'static str,
    /// Local time as it was set.
    pub time: Vec<u8>,
    /// After this many packets one is lost.
    pub loses_after: Option<u32>,
    /// Command ids that were carried out.
    pub done: Vec<u8>,
    pub connections: u32,
    heard_ms: u64,
    connected: bool,
    bonded: bool,
    paired: bool,
    subscribed: Vec<Uuid>,
    /// Statuses of which it tells every change.
    watched: Vec<u8>,
    assemblers: BTreeMap<Uuid, packet::Assembler>,
    listener: Option<Arc<dyn LinkListener>>,
}

impl Camera {
    pub fn new(clock: &Arc<VirtualClock>) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            inner: Mutex::new(Inner {
                recording: false,
                card: 0,
                busy: 0,
                serial: "C3471325208456",
                time: vec![0x07, 0xea, 11, 25, 11, 0, 0, 0x01, 0xe0, 0],
                loses_after: None,
                done: Vec::new(),
                connections: 0,
                heard_ms: 0,
                connected: false,
                bonded: false,
                paired: false,
                subscribed: Vec::new(),
                watched: Vec::new(),
                assemblers: BTreeMap::new(),
                listener: None,
            }),
        })
    }

    pub fn set(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.inner.lock().unwrap());
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
}

impl Inner {
    /// The answers to a whole message, and where they go.
    fn act(&mut self, to: Uuid, message: &[u8]) -> Vec<(Uuid, Vec<u8>)> {
        let Some((&id, rest)) = message.split_first() else { return vec![] };
        match to {
            gopro::NETWORK => {
                self.paired = message.starts_with(&[3, 1, 8, 0, 0x12]);
                vec![(gopro::NETWORK_ANSWER, vec![3, 0x81, 8, 1])]
            }
            gopro::SETTING => vec![(gopro::SETTING_ANSWER, vec![id, 0])],
            gopro::QUERY => vec![(gopro::QUERY_ANSWER, self.query(id, rest))],
            _ => {
                let before = self.recording;
                let payload = self.command(id, message);
                let mut told = vec![(gopro::COMMAND_ANSWER, [&[id], payload.as_slice()].concat())];
                if before != self.recording && self.watched.contains(&ENCODING) {
                    told.push((gopro::QUERY_ANSWER, vec![0x93, 0, ENCODING, 1, u8::from(self.recording)]));
                }
                told
            }
        }
    }

    fn query(&mut self, id: u8, rest: &[u8]) -> Vec<u8> {
        match id {
            0x13 => [&[id, 0], self.statuses(rest).as_slice()].concat(),
            0x53 => {
                self.watched.extend(rest);
                [&[id, 0], self.statuses(rest).as_slice()].concat()
            }
            0x73 => {
                self.watched.retain(|status| !rest.contains(status));
                vec![id, 0]
            }
            // NotifyCOHNStatus: not provisioned, not enabled.
            0xF5 if rest.first() == Some(&0x6F) => vec![0xF5, 0xEF, 0x08, 0, 0x10, 0, 0x30, 0],
            _ => vec![id, 2],
        }
    }

    fn statuses(&mut self, asked: &[u8]) -> Vec<u8> {
        let busy = self.busy > 0;
        self.busy = self.busy.saturating_sub(1);
        let mut told = Vec::new();
        for id in asked {
            let value: Vec<u8> = match id {
                8 => vec![u8::from(busy)],
                &ENCODING => vec![u8::from(self.recording)],
                13 => 12_u32.to_be_bytes().to_vec(),
                33 => vec![self.card],
                35 => 5_000_u32.to_be_bytes().to_vec(),
                54 => 26_575_456_u64.to_be_bytes().to_vec(),
                70 => vec![53],
                _ => vec![0],
            };
            told.extend([&[*id, value.len() as u8], value.as_slice()].concat());
        }
        told
    }

    fn command(&mut self, id: u8, message: &[u8]) -> Vec<u8> {
        self.done.push(id);
        match id {
            0x01 => {
                self.recording = message == [1, 1, 1];
                vec![0]
            }
            0x0F => {
                self.time = message[2..].to_vec();
                vec![0]
            }
            0x10 => [&[0, 10], self.time.as_slice()].concat(),
            0x18 | 0x50 => vec![0],
            // The interface's version: 2.0.
            0x51 => vec![0, 1, 2, 1, 0],
            0x3C => {
                let fields: [&[u8]; 7] = [
                    &[0, 0, 0, 0x39],
                    b"HERO11 Black",
                    b"0x05",
                    b"H22.01.01.10.00",
                    self.serial.as_bytes(),
                    b"GP25208456",
                    b"065648000000",
                ];
                let told = fields.iter().flat_map(|field| [&[field.len() as u8], *field].concat());
                std::iter::once(0).chain(told).collect()
            }
            _ => vec![2],
        }
    }
}

impl BleLink for Camera {
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
            // It keeps no subscriptions and asks for the end of the pairing each time.
            inner.subscribed.clear();
            inner.watched.clear();
            inner.paired = false;
            inner.heard_ms = self.clock.mono_ms();
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
                gopro::NETWORK,
                gopro::NETWORK_ANSWER,
                gopro::COMMAND,
                gopro::COMMAND_ANSWER,
                gopro::SETTING,
                gopro::SETTING_ANSWER,
                gopro::QUERY,
                gopro::QUERY_ANSWER,
            ];
            let table = all.into_iter().map(|uuid| Characteristic {
                service: gopro::SERVICE,
                uuid,
                properties: Properties::default(),
            });
            Ok(table.collect())
        })
    }

    fn read(&self, _characteristic: Uuid) -> LinkAnswer<'_, Vec<u8>> {
        self.answer(|_| Err(LinkError::NotAllowed))
    }

    fn write(&self, characteristic: Uuid, bytes: Vec<u8>, _with_response: bool) -> LinkAnswer<'_, ()> {
        let now_ms = self.clock.mono_ms();
        Box::pin(async move {
            let (listener, packets) = {
                let mut inner = self.inner.lock().unwrap();
                if !inner.connected {
                    return Err(LinkError::NotConnected);
                }
                assert!(bytes.len() <= 20, "a camera takes 20 bytes");
                // Asleep: nobody told it in time that somebody is there. A recording keeps it awake.
                if now_ms - inner.heard_ms > 30_000 && !inner.recording {
                    return Ok(());
                }
                inner.heard_ms = now_ms;
                let whole = inner.assemblers.entry(characteristic).or_default().push(&bytes).unwrap();
                let Some(message) = whole else { return Ok(()) };
                if !inner.paired && characteristic != gopro::NETWORK {
                    return Ok(());
                }
                let answers = inner.act(characteristic, &message);
                let split = |(to, answer): (Uuid, Vec<u8>)| {
                    packet::split(&answer).unwrap().into_iter().map(move |packet| (to, packet))
                };
                let mut packets: Vec<_> = answers.into_iter().flat_map(split).collect();
                packets.retain(|(to, _)| {
                    let lost = inner.loses_after == Some(0);
                    inner.loses_after = inner.loses_after.and_then(|left| left.checked_sub(1));
                    !lost && inner.subscribed.contains(to)
                });
                (inner.listener.clone(), packets)
            };
            for (characteristic, bytes) in packets {
                if let Some(listener) = &listener {
                    listener.on_event(LinkEvent::Value { characteristic, bytes });
                }
            }
            Ok(())
        })
    }

    fn subscribe(&self, characteristic: Uuid) -> LinkAnswer<'_, ()> {
        self.answer(move |inner| {
            inner.subscribed.push(characteristic);
            Ok(())
        })
    }

    fn max_write_len(&self) -> u32 {
        20
    }

    fn bond_state(&self) -> LinkAnswer<'_, BondState> {
        self.answer(|inner| Ok(if inner.bonded { BondState::Bonded } else { BondState::None }))
    }

    fn request_bond(&self) -> LinkAnswer<'_, ()> {
        self.answer(|inner| {
            inner.bonded = true;
            Ok(())
        })
    }
}

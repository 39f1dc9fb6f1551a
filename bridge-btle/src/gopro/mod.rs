//! The driver for GoPro cameras, by the published Open GoPro BLE interface, version 2.0.
//!
//! What the interface cannot do over Bluetooth is said in [`Capabilities`]: there is no list of files, no digest, no officer
//! and no proof of identity; files are matched when they are imported.

pub mod message;
pub mod packet;

use crate::{
    Answer, BleLink, Capabilities, Clock, ClockTold, FileList, IdentityProof, ListSupport, Moment, PeerId,
    Recorder, RecorderError, RecorderIdentity, RecorderState, Uuid,
    session::{Needs, Session},
};
use message::{CameraState, command};
use packet::Assembler;
use std::{sync::Arc, time::Duration};

/// The service that cameras advertise.
pub const SERVICE: Uuid = Uuid::assigned(0xFEA6);
/// Network management, requests.
pub const NETWORK: Uuid = gp(0x0091);
/// Network management, answers.
pub const NETWORK_ANSWER: Uuid = gp(0x0092);
/// Commands.
pub const COMMAND: Uuid = gp(0x0072);
/// Answers to commands.
pub const COMMAND_ANSWER: Uuid = gp(0x0073);
/// Settings; keep-alive goes here.
pub const SETTING: Uuid = gp(0x0074);
/// Answers to settings.
pub const SETTING_ANSWER: Uuid = gp(0x0075);
/// Queries.
pub const QUERY: Uuid = gp(0x0076);
/// Answers to queries.
pub const QUERY_ANSWER: Uuid = gp(0x0077);

/// The camera sleeps unless it is told every three seconds that somebody is there.
pub const KEEP_ALIVE_MS: u64 = 3_000;
const ANSWER_MS: u64 = 5_000;
const BUSY: Duration = Duration::from_millis(500);
const BUSY_TIMES: u32 = 20;

/// A UUID of GoPro: `GP-XXXX`.
const fn gp(number: u16) -> Uuid {
    let [high, low] = number.to_be_bytes();
    Uuid([0xb5, 0xf9, high, low, 0xaa, 0x8d, 0x11, 0xe3, 0x90, 0x46, 0, 0x02, 0xa5, 0xd5, 0xc5, 0x1b])
}

/// A GoPro camera.
pub struct GoProRecorder {
    session: Session,
    phone_name: String,
    zone_minutes: i16,
    spoke_ms: u64,
    known_serial: Option<String>,
}

impl GoProRecorder {
    /// Connects, pairs when needed (a person puts the camera in pairing mode) and finishes the pairing as the
    /// interface asks. `zone_minutes` is the zone that the camera's display is set to, east of UTC.
    ///
    /// # Errors
    /// [`RecorderError`], as [`Recorder::identity`].
    pub async fn open(
        link: Arc<dyn BleLink>,
        clock: Arc<dyn Clock>,
        peer: PeerId,
        phone_name: &str,
        zone_minutes: i16,
    ) -> Result<Self, RecorderError> {
        let needs = Needs {
            present: vec![
                COMMAND,
                COMMAND_ANSWER,
                SETTING,
                SETTING_ANSWER,
                QUERY,
                QUERY_ANSWER,
                NETWORK,
                NETWORK_ANSWER,
            ],
            subscribed: vec![COMMAND_ANSWER, SETTING_ANSWER, QUERY_ANSWER, NETWORK_ANSWER],
            bonded: true,
        };
        let mut camera = Self {
            session: Session::new(link, clock, peer, needs),
            phone_name: phone_name.to_owned(),
            zone_minutes,
            spoke_ms: 0,
            known_serial: None,
        };
        camera.ready().await?;
        Ok(camera)
    }

    /// Lets the camera go.
    pub async fn close(&mut self) {
        self.session.drop_connection().await;
    }

    /// Tells the camera that somebody is there, when [`KEEP_ALIVE_MS`] have passed since it was last told. To be
    /// called that often while the camera must not sleep.
    ///
    /// # Errors
    /// As [`Recorder::state`].
    pub async fn keep_alive(&mut self) -> Result<(), RecorderError> {
        self.ready().await?;
        if self.session.now_ms().saturating_sub(self.spoke_ms) >= KEEP_ALIVE_MS {
            let told = message::command_bytes(command::KEEP_ALIVE, &[0x42]);
            let heard = self.exchange(SETTING, SETTING_ANSWER, &told).await?;
            message::answer(command::KEEP_ALIVE, &heard)?;
        }
        Ok(())
    }

    async fn ready(&mut self) -> Result<(), RecorderError> {
        if !self.session.ready().await? {
            return Ok(());
        }
        let greeted = self.greet().await;
        if greeted.is_err() {
            self.session.drop_connection().await;
        }
        greeted
    }

    async fn greet(&mut self) -> Result<(), RecorderError> {
        let finish = message::pairing_finish(&self.phone_name)?;
        let answer = self.exchange(NETWORK, NETWORK_ANSWER, &finish).await?;
        if !message::is_pairing_success(&answer) {
            return Err(RecorderError::NotPaired);
        }
        self.read_identity().await.map(drop)
    }

    async fn read_identity(&mut self) -> Result<RecorderIdentity, RecorderError> {
        let identity = message::parse_identity(&self.command(command::HARDWARE_INFO, &[]).await?)?;
        if self.known_serial.get_or_insert_with(|| identity.serial.clone()) != &identity.serial {
            return Err(RecorderError::Replaced);
        }
        Ok(identity)
    }

    async fn command(&mut self, id: u8, parameter: &[u8]) -> Result<Vec<u8>, RecorderError> {
        let told = message::command_bytes(id, parameter);
        let heard = self.exchange(COMMAND, COMMAND_ANSWER, &told).await?;
        message::answer(id, &heard).map(<[u8]>::to_vec)
    }

    async fn ask_state(&mut self) -> Result<CameraState, RecorderError> {
        let heard = self.exchange(QUERY, QUERY_ANSWER, &message::STATE_QUERY).await?;
        message::parse_state(message::answer(message::GET_STATUS, &heard)?)
    }

    /// Writes a message and puts the answer together. Answers carry no id of their question: what came before is
    /// forgotten, and what begins with another id is passed over.
    async fn exchange(&mut self, to: Uuid, from: Uuid, message: &[u8]) -> Result<Vec<u8>, RecorderError> {
        for packet in packet::split(message)? {
            self.session.write(to, &packet).await?;
        }
        self.spoke_ms = self.session.now_ms();
        let until_ms = self.spoke_ms + ANSWER_MS;
        let mut assembler = Assembler::default();
        while let Some((uuid, packet)) = self.session.next_value(until_ms).await? {
            if uuid != from {
                continue;
            }
            // A packet that was lost spoils the message; the camera is not asked again before the time is over.
            if let Ok(Some(answer)) = assembler.push(&packet)
                && answer.first() == message.first()
            {
                return Ok(answer);
            }
        }
        self.session.drop_connection().await;
        Err(RecorderError::OutOfReach)
    }

    /// Waits until the camera takes commands.
    async fn idle(&mut self) -> Result<RecorderState, RecorderError> {
        self.ready().await?;
        for _ in 0..BUSY_TIMES {
            let told = self.ask_state().await?;
            // While it records it is busy in a way that does not keep it from stopping or marking.
            if !told.busy || told.state.recording.is_some() {
                return Ok(told.state);
            }
            self.session.pause(BUSY).await;
        }
        Err(RecorderError::Busy)
    }

    async fn shutter(&mut self, on: bool) -> Result<Moment, RecorderError> {
        let state = self.idle().await?;
        match (on, state.recording.is_some()) {
            (true, true) => return Err(RecorderError::AlreadyRecording),
            (false, false) => return Err(RecorderError::NotRecording),
            (true, false) if state.card != crate::CardState::Ready => return Err(RecorderError::NoCard),
            _ => {}
        }
        match self.command(command::SHUTTER, &[u8::from(on)]).await {
            Ok(_) => Ok(Moment::default()),
            // The answer was lost; the command may have arrived all the same.
            Err(RecorderError::OutOfReach) if self.idle().await?.recording.is_some() == on => {
                Ok(Moment::default())
            }
            Err(error) => Err(error),
        }
    }

    async fn hilight(&mut self) -> Result<Moment, RecorderError> {
        if self.idle().await?.recording.is_none() {
            return Err(RecorderError::NotRecording);
        }
        self.command(command::HILIGHT, &[]).await.map(|_| Moment::default())
    }
}

fn unsupported<'a, T: Send + 'a>(what: &'static str) -> Answer<'a, T> {
    Box::pin(std::future::ready(Err(RecorderError::Unsupported(what))))
}

impl Recorder for GoProRecorder {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            protocol: "Open GoPro 2.0",
            clock: true,
            control: true,
            mark: true,
            list: ListSupport::None,
            configured_officer: false,
            proof: false,
        }
    }

    fn identity(&mut self) -> Answer<'_, RecorderIdentity> {
        Box::pin(async {
            self.ready().await?;
            self.read_identity().await
        })
    }

    fn prove(&mut self, _nonce: [u8; 32]) -> Answer<'_, IdentityProof> {
        unsupported("a proof of its identity")
    }

    fn state(&mut self) -> Answer<'_, RecorderState> {
        Box::pin(async {
            self.ready().await?;
            self.ask_state().await.map(|told| told.state)
        })
    }

    fn clock(&mut self) -> Answer<'_, ClockTold> {
        Box::pin(async {
            self.ready().await?;
            message::parse_local_time(&self.command(command::GET_LOCAL_TIME, &[]).await?)
        })
    }

    fn set_clock(&mut self, utc_ms: i64) -> Answer<'_, ()> {
        Box::pin(async move {
            let parameter = message::local_time_bytes(utc_ms, self.zone_minutes)?;
            self.idle().await?;
            self.command(command::SET_LOCAL_TIME, &parameter).await.map(drop)
        })
    }

    fn start(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.shutter(true))
    }

    fn stop(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.shutter(false))
    }

    fn mark(&mut self) -> Answer<'_, Moment> {
        Box::pin(self.hilight())
    }

    fn list_files(&mut self) -> Answer<'_, FileList> {
        unsupported("a list of files over Bluetooth")
    }
}

//! Body recorders: issue and return, and the one in use.

use crate::{
    core::Core,
    failure::CoreFailure,
    flow::RecorderState,
    port::{Radio, RadioPort},
    runtime::{DriverClock, handle, run},
    view::recorder::{RecorderView, RecordersView},
};
use liuhen_btle::{
    BleLink, PeerId, Recorder, RecorderError, SimulatedRecorder,
    driver::{self, Driver, Opening},
};
use liuhen_core::{
    phone::{Desk, HeldRecorder, PhoneError},
    recorder::{IssueRequest, ReturnRequest},
    say::choice::word,
};
use std::{sync::Arc, time::Duration};

/// What a custodian fills in when a recorder is handed out.
#[derive(Debug, Clone, uniffi::Record)]
pub struct IssueGiven {
    /// The bureau's number.
    pub recorder_no: String,
    /// Maker's serial number.
    pub serial: String,
    /// Id of the officer who gets it.
    pub officer: String,
    /// Officer number configured in it; may be empty.
    pub configured_officer_no: String,
    /// The custodian's name.
    pub issued_by: String,
    /// Its condition, by its code.
    pub condition: String,
    /// Anything else.
    pub note: Option<String>,
}

/// What a custodian fills in when a recorder comes back.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ReturnGiven {
    /// The bureau's number.
    pub recorder_no: String,
    /// The custodian's name.
    pub received_by: String,
    /// Its condition, by its code.
    pub condition: String,
    /// Whether media is still on it.
    pub data_on_device: bool,
    /// Anything else.
    pub note: Option<String>,
}

/// A recorder nearby.
#[derive(Debug, Clone, uniffi::Record)]
pub struct FoundRecorder {
    /// What the platform calls it.
    pub peer: String,
    /// The name that it advertises.
    pub name: Option<String>,
    /// Signal strength, dBm.
    pub rssi_dbm: Option<i16>,
    /// The protocol that it speaks: `profile` or `gopro`.
    pub protocol: String,
}

/// What a recorder says of itself.
#[derive(Debug, Clone, uniffi::Record)]
pub struct RecorderIdentityView {
    /// Serial number.
    pub serial: String,
    /// Model.
    pub model: String,
    /// Firmware.
    pub firmware: String,
    /// Officer number configured in it.
    pub officer_no: String,
    /// The protocol that it speaks, for people.
    pub protocol: String,
}

/// A recorder in reach.
#[derive(uniffi::Object)]
pub struct RecorderConnection {
    desk: Arc<Desk>,
    held: Arc<HeldRecorder>,
}

/// What is filled in, as the core takes it, and the officer's id.
fn issue(given: IssueGiven) -> Result<(IssueRequest, String), PhoneError> {
    let IssueGiven { recorder_no, serial, officer, configured_officer_no, issued_by, condition, note } =
        given;
    let (condition, from_ms) = (word(&condition)?, None);
    let request =
        IssueRequest { recorder_no, serial, configured_officer_no, from_ms, issued_by, condition, note };
    Ok((request, officer))
}

impl RecorderConnection {
    fn new(core: &Core, recorder_no: String, recorder: Box<dyn Recorder>) -> Result<Arc<Self>, CoreFailure> {
        let held = Arc::new(HeldRecorder::new(recorder_no, recorder, handle()?));
        Ok(Arc::new(Self { desk: Arc::clone(&core.desk), held }))
    }

    async fn ask<T: Send + 'static>(
        &self,
        act: impl FnOnce(&HeldRecorder, &Desk) -> Result<T, PhoneError> + Send + 'static,
    ) -> Result<T, CoreFailure> {
        let (held, desk) = (Arc::clone(&self.held), Arc::clone(&self.desk));
        run(move || act(&held, &desk)).await
    }
}

#[uniffi::export]
impl RecorderConnection {
    /// The bureau's number.
    pub fn recorder_no(&self) -> String {
        self.held.recorder_no().to_owned()
    }

    /// What it says of itself.
    pub async fn identity(&self) -> Result<RecorderIdentityView, CoreFailure> {
        self.ask(|held, _| {
            let (told, protocol) = held.identity()?;
            Ok(RecorderIdentityView {
                serial: told.serial,
                model: told.model,
                firmware: told.firmware,
                officer_no: told.officer_no,
                protocol,
            })
        })
        .await
    }

    /// Battery, space and clock for the check before use.
    pub async fn state_for_check(&self) -> Result<RecorderState, CoreFailure> {
        self.ask(|held, desk| Ok(held.state_for_check(desk)?.into())).await
    }

    /// Records that it was issued, under the number of this connection, while it is at hand: its serial number must be the one
    /// given, and the key that it proves to hold is bound with it.
    pub async fn issue(&self, request: IssueGiven) -> Result<RecordersView, CoreFailure> {
        self.ask(move |held, desk| {
            let (request, officer) = issue(request)?;
            held.issue(desk, &request, &officer)?;
            desk.with(|phone| phone.recorders_view())
        })
        .await
    }

    /// Asks who it is, measures and sets its clock, and records both.
    pub async fn pair(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::pair).await
    }

    /// Starts it.
    pub async fn start(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::start).await
    }

    /// Stops it.
    pub async fn stop(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::stop).await
    }

    /// Marks this moment as important.
    pub async fn mark(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::mark).await
    }

    /// Looks at it; to be called every few seconds while it is used.
    pub async fn watch(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::watch).await
    }

    /// Collects its list of files.
    pub async fn list_files(&self) -> Result<RecorderView, CoreFailure> {
        self.ask(HeldRecorder::list).await
    }

    /// Lets it go at the end of use.
    pub async fn release(&self) -> Result<(), CoreFailure> {
        self.ask(HeldRecorder::release).await
    }
}

fn nonces() -> liuhen_btle::profile::Nonces {
    Box::new(|| {
        let mut nonce = [0; 32];
        // Without randomness the nonce is zero, and the proof is worth nothing: the core goes by serial and key.
        let _ = liuhen_core::ports::Rng::fill(&liuhen_core::system::SystemRng::new(), &mut nonce);
        nonce
    })
}

/// The zone that a recorder's display is set to, minutes east of UTC.
const ZONE_MINUTES: i16 = 480;

async fn open(
    radio: Arc<dyn Radio>,
    found: FoundRecorder,
    phone_name: String,
) -> Result<Box<dyn Recorder>, PhoneError> {
    let driver = match found.protocol.as_str() {
        "gopro" => Driver::GoPro,
        _ => Driver::Profile,
    };
    let with = Opening {
        link: Arc::new(RadioPort(radio)),
        clock: Arc::new(DriverClock::new()),
        peer: PeerId(found.peer),
        nonces: nonces(),
        phone_name,
        zone_minutes: ZONE_MINUTES,
    };
    Ok(driver::open(driver, with).await?)
}

fn heard(found: liuhen_btle::Found) -> Option<FoundRecorder> {
    let protocol = match Driver::of(&found)? {
        Driver::Profile => "profile",
        Driver::GoPro => "gopro",
    };
    let (peer, protocol) = (found.peer.0, protocol.to_owned());
    Some(FoundRecorder { peer, name: found.name, rssi_dbm: found.rssi_dbm, protocol })
}

/// Waits on the core's threads for something that waits for a radio.
async fn on_runtime<T: Send + 'static>(
    work: impl Future<Output = Result<T, PhoneError>> + Send + 'static,
) -> Result<T, CoreFailure> {
    Ok(handle()?.spawn(work).await.map_err(|_| CoreFailure::panicked())??)
}

#[uniffi::export]
impl Core {
    /// Recorders that are issued, and what is needed to issue one.
    pub async fn recorders_screen(&self) -> Result<RecordersView, CoreFailure> {
        self.with(|phone| phone.recorders_view()).await
    }

    /// Records that a recorder was issued.
    pub async fn issue_recorder(&self, request: IssueGiven) -> Result<RecordersView, CoreFailure> {
        self.with(move |phone| {
            let (request, officer) = issue(request)?;
            phone.issue_recorder(&request, &officer)?;
            phone.recorders_view()
        })
        .await
    }

    /// Records that a recorder came back.
    pub async fn return_recorder(&self, request: ReturnGiven) -> Result<RecordersView, CoreFailure> {
        self.with(move |phone| {
            let ReturnGiven { recorder_no, received_by, condition, data_on_device, note } = request;
            let condition = word(&condition)?;
            let request =
                ReturnRequest { recorder_no, to_ms: None, received_by, condition, data_on_device, note };
            phone.return_recorder(&request)?;
            phone.recorders_view()
        })
        .await
    }

    /// Listens for recorders for so long.
    pub async fn scan_recorders(
        &self,
        radio: Arc<dyn Radio>,
        secs: u32,
    ) -> Result<Vec<FoundRecorder>, CoreFailure> {
        on_runtime(async move {
            let (link, clock) = (RadioPort(radio), DriverClock::new());
            let link: &dyn BleLink = &link;
            let found = driver::scan(link, &clock, Duration::from_secs(secs.into())).await?;
            Ok(found.into_iter().filter_map(heard).collect())
        })
        .await
    }

    /// Connects to a recorder that is issued under this number.
    pub async fn connect_recorder(
        &self,
        radio: Arc<dyn Radio>,
        found: FoundRecorder,
        recorder_no: String,
    ) -> Result<Arc<RecorderConnection>, CoreFailure> {
        let recorder = on_runtime(open(radio, found, self.config.phone_name.clone())).await?;
        RecorderConnection::new(self, recorder_no, recorder)
    }

    /// Connects to a recorder that exists only in this program, where that is allowed.
    pub async fn connect_simulated_recorder(
        &self,
        seed: u64,
        recorder_no: String,
    ) -> Result<Arc<RecorderConnection>, CoreFailure> {
        if !self.config.allow_simulated_recorder {
            return Err(PhoneError::from(RecorderError::Unsupported("simulated")).into());
        }
        let clock = self.with(|phone| Ok(phone.ports().clock)).await?;
        let recorder = SimulatedRecorder::new(seed, Box::new(move || clock.read().wall_ms));
        RecorderConnection::new(self, recorder_no, Box::new(recorder))
    }
}

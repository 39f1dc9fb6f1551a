//! The phone: opening it, joining, signing in, the first screen.

use crate::{
    failure::CoreFailure,
    port::{Clock, ClockPort, Keystore, KeystorePort, Location, LocationPort, Network, NetworkPort},
    runtime::{handle, run},
    view::{
        enrol::{EnrolmentView, InvitationView, OfficerLine, SettingsView, SignInView, SyncPolicy},
        today::{DayEndView, TodayView},
        word::{Gate, Text},
    },
};
use liuhen_core::{
    capture::Recovered,
    phone::{BroughtBack, Desk, Phone, PhoneError, Started},
    ports, say,
    system::{self, ShellPorts, SystemClock},
    vault::VaultError,
};
use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Where the phone's vault is, and how this phone is set up.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CoreConfig {
    /// The vault's folder, private to the app.
    pub dir: String,
    /// What this phone is called in a recorder's list of phones.
    pub phone_name: String,
    /// Whether recorders that exist only in the program may be paired: for tests and training, never in a release.
    pub allow_simulated_recorder: bool,
    /// The certificates that the system trusts, PEM, where the core cannot ask for them (Android's `AndroidCAStore`);
    /// a bureau with an authority of its own needs none.
    pub roots_pem: Option<String>,
}

/// What the shell provides.
#[derive(uniffi::Record)]
pub struct PhonePorts {
    /// Keys.
    pub keystore: Arc<dyn Keystore>,
    /// Place.
    pub location: Arc<dyn Location>,
    /// Network.
    pub network: Arc<dyn Network>,
    /// Clocks; the core's own when absent.
    pub clock: Option<Arc<dyn Clock>>,
}

/// What opening the phone found, and every resuming since; each is to be said once.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StartReport {
    /// A damaged store was set aside and a new one begun: the last time that happened.
    pub quarantined: Option<Text>,
    /// Captures that a crash had interrupted and that were sealed now.
    pub recovered: Vec<Text>,
}

impl StartReport {
    fn of(quarantined: Option<(String, String)>, recovered: &[Recovered]) -> Self {
        Self {
            quarantined: quarantined.map(|(folder, _)| say::screen::quarantined(&folder)),
            recovered: recovered.iter().map(|capture| say::screen::recovered(capture.item)).collect(),
        }
    }

    /// Adds what was found later; a capture that still cannot be ended is named once.
    fn add(&mut self, later: Self) {
        self.quarantined = later.quarantined.or_else(|| self.quarantined.take());
        for sentence in later.recovered {
            if !self.recovered.contains(&sentence) {
                self.recovered.push(sentence);
            }
        }
    }
}

/// How this phone joins.
#[derive(Debug, Clone, uniffi::Record)]
pub struct EnrolRequest {
    /// The bureau's address.
    pub url: String,
    /// The one-use code.
    pub code: String,
    /// The bureau's number for this phone.
    pub device_no: String,
    /// The bureau's own certificate authority, PEM: from then on the only one that is believed.
    pub ca_pem: Option<String>,
}

/// The phone.
#[derive(uniffi::Object)]
pub struct Core {
    pub(crate) desk: Arc<Desk>,
    pub(crate) config: CoreConfig,
    pub(crate) syncing: Arc<AtomicUsize>,
    report: Arc<Mutex<StartReport>>,
}

/// Name and version of the core.
#[uniffi::export]
pub fn core_version() -> String {
    liuhen_core::sync::APP.to_owned()
}

/// Reads what a bureau's console shows as a QR code: its address and a one-use code; or a code alone.
#[uniffi::export]
pub fn read_invitation(text: String) -> Result<InvitationView, CoreFailure> {
    Ok(InvitationView::read(&text)?)
}

/// Opens the phone: its vault is made when there is none, and what a crash left open is ended.
#[uniffi::export]
pub async fn open_core(config: CoreConfig, ports: PhonePorts) -> Result<Arc<Core>, CoreFailure> {
    handle()?;
    run(move || {
        let dir = PathBuf::from(&config.dir);
        let ports = brought(ports, config.roots_pem.clone())?;
        let ports = system::shell_ports(&dir, ports).map_err(PhoneError::Source)?;
        let Started { phone, quarantined, recovered } = Phone::start(&dir, ports)?;
        let report = Arc::new(Mutex::new(StartReport::of(quarantined, &recovered)));
        let desk = Arc::new(Desk::new(phone));
        Ok(Arc::new(Core { desk, config, syncing: Arc::default(), report }))
    })
    .await
}

/// What the shell provides, as ports of the core.
fn brought(given: PhonePorts, roots_pem: Option<String>) -> Result<ShellPorts, PhoneError> {
    let own = SystemClock::new();
    let clock: Arc<dyn ports::Clock> = match given.clock {
        Some(clock) => Arc::new(ClockPort { clock, own }),
        None => Arc::new(own),
    };
    let location = LocationPort { location: given.location, clock: Arc::clone(&clock) };
    let keystore = KeystorePort::open(given.keystore).map_err(VaultError::Keystore)?;
    Ok(ShellPorts {
        clock: Some(clock),
        keystore: Arc::new(keystore),
        network: Arc::new(NetworkPort(given.network)),
        location: Arc::new(location),
        roots_pem,
    })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Core {
    /// Does one verb on the core's threads.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        verb: impl FnOnce(&mut Phone) -> Result<T, PhoneError> + Send + 'static,
    ) -> Result<T, CoreFailure> {
        let desk = Arc::clone(&self.desk);
        run(move || desk.with(verb)).await
    }

    fn is_syncing(&self) -> bool {
        self.syncing.load(Ordering::SeqCst) > 0
    }
}

#[uniffi::export]
impl Core {
    /// What opening found, and every resuming since.
    pub fn start_report(&self) -> StartReport {
        lock(&self.report).clone()
    }

    /// Puts the vault away: the system is about to hold the program still. Refused with the code `recording`, and
    /// nothing is put away, while something is recorded; after every other failure the vault is closed, and `resume`
    /// opens it again.
    pub async fn prepare_suspend(&self) -> Result<(), CoreFailure> {
        let desk = Arc::clone(&self.desk);
        run(move || desk.put_away().map(drop)).await
    }

    /// Opens the vault again; does nothing when it was not put away. After a failure it can be asked for again.
    /// What it found is in the report.
    pub async fn resume(&self) -> Result<(), CoreFailure> {
        let (desk, report) = (Arc::clone(&self.desk), Arc::clone(&self.report));
        run(move || {
            if let Some(BroughtBack { quarantined, recovered }) = desk.bring_back()? {
                lock(&report).add(StartReport::of(quarantined, &recovered));
            }
            Ok(())
        })
        .await
    }

    /// Whether and where this phone has joined.
    pub async fn enrolment(&self) -> Result<EnrolmentView, CoreFailure> {
        self.with(|phone| phone.enrolment_view()).await
    }

    /// Whether a code that was typed or scanned is well-formed.
    pub fn check_enrol_code(&self, text: String) -> Gate {
        Gate::code(&text)
    }

    /// Joins the bureau.
    pub async fn enrol(&self, request: EnrolRequest) -> Result<EnrolmentView, CoreFailure> {
        let runtime = handle()?;
        self.with(move |phone| {
            let EnrolRequest { url, code, device_no, ca_pem } = request;
            phone.believe_only(ca_pem.as_deref())?;
            runtime.block_on(phone.enrol(&url, &code, &device_no))?;
            phone.enrolment_view()
        })
        .await
    }

    /// Takes the bureau's new address, or the new key of its TLS, from a code of its console.
    pub async fn find_bureau(&self, url: String, code: String) -> Result<EnrolmentView, CoreFailure> {
        let runtime = handle()?;
        self.with(move |phone| {
            runtime.block_on(phone.find_bureau(&url, &code))?;
            phone.enrolment_view()
        })
        .await
    }

    /// Who may sign in.
    pub async fn sign_in_screen(&self) -> Result<SignInView, CoreFailure> {
        self.with(|phone| phone.sign_in_view()).await
    }

    /// Sets an officer's PIN; an existing one must be given.
    pub async fn set_pin(
        &self,
        officer: String,
        old_pin: Option<String>,
        new_pin: String,
    ) -> Result<(), CoreFailure> {
        self.with(move |phone| phone.set_pin(&officer, old_pin.as_deref(), &new_pin)).await
    }

    /// Signs an officer in.
    pub async fn sign_in(&self, officer: String, pin: String) -> Result<OfficerLine, CoreFailure> {
        self.with(move |phone| phone.sign_in(&officer, &pin)).await
    }

    /// Signs out. A recording goes on, and nothing is wiped.
    pub async fn lock(&self) -> Result<(), CoreFailure> {
        self.with(Phone::sign_out).await
    }

    /// The app went from the screen.
    pub async fn leave_screen(&self) -> Result<(), CoreFailure> {
        let desk = Arc::clone(&self.desk);
        run(move || desk.leave_screen()).await
    }

    /// The app is on the screen, or a recording ended. Whether somebody was signed out because of having been away for
    /// five minutes, or since before the phone was switched off or the process ended; while the phone records, nobody is
    /// until the recording ends.
    pub async fn come_to_screen(&self) -> Result<bool, CoreFailure> {
        let desk = Arc::clone(&self.desk);
        run(move || desk.come_to_screen()).await
    }

    /// Settings and what this phone is.
    pub async fn settings(&self) -> Result<SettingsView, CoreFailure> {
        self.with(|phone| phone.settings_view()).await
    }

    /// Sets how this phone synchronises.
    pub async fn set_sync_policy(&self, policy: SyncPolicy) -> Result<(), CoreFailure> {
        self.with(move |phone| phone.set_sync_policy(&policy)).await
    }

    /// The first screen.
    pub async fn today(&self) -> Result<TodayView, CoreFailure> {
        let syncing = self.is_syncing();
        self.with(move |phone| phone.today_view(syncing)).await
    }

    /// How synchronisation stands.
    pub async fn sync_status(&self) -> Result<crate::view::sync::SyncView, CoreFailure> {
        let syncing = self.is_syncing();
        self.with(move |phone| phone.sync_view(syncing)).await
    }

    /// Ends the working day.
    pub async fn end_day(&self) -> Result<DayEndView, CoreFailure> {
        self.with(Phone::end_day_view).await
    }

    /// Keeps what is half filled in on a screen; nothing is forgotten by an empty text but the draft itself.
    pub async fn keep_draft(&self, screen: String, content: String) -> Result<(), CoreFailure> {
        self.with(move |phone| phone.keep_draft(&screen, &content)).await
    }

    /// What was half filled in.
    pub async fn draft(&self, screen: String) -> Result<Option<String>, CoreFailure> {
        self.with(move |phone| phone.draft_of(&screen)).await
    }
}

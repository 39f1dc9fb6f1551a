//! A running bureau.

use crate::{
    administrator::Administrator,
    config::BureauConfig,
    console::{signed_in, tries::Tries},
    enrol::{
        challenge::Challenges,
        code::{MakeCodeError, invitation, make_code, put_url},
    },
    http::{router::router, serve::serve},
    items::{
        finalise::{self, Finaliser},
        running::RunningDigests,
    },
    keys,
    lock::FileLock,
    log::{
        checkpoint::CheckpointError,
        cosigned::{cosigned, cosigned_checkpoint},
        stamps::Stamper,
        witnesses::Witnesses,
    },
    office::Office,
    open::{Layout, StartError, open_for_server},
    outgoing::Outgoing,
    store::StoreError,
    tus::{
        crowd::{Crowd, Doing},
        recover,
        takeover::Takeovers,
    },
};
use rustls::ServerConfig;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// How often what was left over is looked for.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// A running bureau. Dropping it ends it without waiting; [`Bureau::stop`] waits.
pub struct Bureau {
    office: Arc<Office>,
    address: SocketAddr,
    url: String,
    new_identity: Option<PathBuf>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    tasks: Vec<JoinHandle<()>>,
    lock: Option<FileLock>,
}

impl Bureau {
    /// Opens the data folder, repairs what a crash left, and listens. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartError`]; nothing is served then.
    pub async fn start(config: BureauConfig) -> Result<Self, StartError> {
        if !config.listen.ip().is_loopback() && !config.behind_tls_proxy && config.tls.is_none() {
            return Err(StartError::Exposed(config.listen));
        }
        let listener = TcpListener::bind(config.listen).await.map_err(StartError::Listen)?;
        let address = listener.local_addr().map_err(StartError::Listen)?;
        let scheme = if config.tls.is_some() { "https" } else { "http" };
        let url = config.public_url.as_deref().map(|url| url.trim_end_matches('/').to_owned());
        let url = url.unwrap_or_else(|| format!("{scheme}://{address}"));
        let (finaliser, queue) = Finaliser::new();
        let limits = config.connections;
        let told = url.clone();
        let opening = tokio::task::spawn_blocking(move || open(&config, &told, finaliser));
        let Inside { office, new_identity, tls, lock } =
            opening.await.map_err(|e| StartError::Listen(e.into()))??;
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, tls, router(office.clone()), limits, stopped));
        let tasks = vec![
            tokio::spawn(queue.work(Arc::downgrade(&office))),
            tokio::spawn(sweep_for_ever(Arc::downgrade(&office))),
            tokio::spawn(office.witnesses.clone().ask_for_ever(Arc::downgrade(&office))),
            tokio::spawn(office.stamper.clone().stamp_for_ever(Arc::downgrade(&office))),
        ];
        Ok(Self { office, address, url, new_identity, stop: Some(stop), serving, tasks, lock })
    }

    /// Where phones find it, without a slash at the end.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where people find it.
    pub fn console_url(&self) -> String {
        format!("{}/console", self.url)
    }

    /// Where an age identity was written, when this was the first start without recipients: move it offline.
    pub fn new_identity(&self) -> Option<&std::path::Path> {
        self.new_identity.as_deref()
    }

    /// Makes an enrolment code.
    ///
    /// # Errors
    /// [`MakeCodeError`].
    pub fn enrol_code(&self) -> Result<String, MakeCodeError> {
        let office = &self.office;
        let (now_ms, ttl_secs) = (office.clock.now_ms(), office.code_ttl_secs);
        let who = Administrator::here();
        office.write(|rows| {
            who.note(rows, now_ms, "enrol_code_made", String::new())?;
            make_code(rows, office.notary.signer().verifier_key(), now_ms, ttl_secs)
        })
    }

    /// Where the bureau is and a new enrolment code in one text, as a QR code carries it: `<url>#<code>`.
    ///
    /// # Errors
    /// [`MakeCodeError`].
    pub fn invitation(&self) -> Result<String, MakeCodeError> {
        Ok(invitation(&self.url, &self.enrol_code()?))
    }

    /// Its insides: for export, checks and tests.
    pub fn office(&self) -> &Arc<Office> {
        &self.office
    }

    /// Waits until every item whose last piece has come is finished.
    pub async fn settled(&self) {
        self.office.finaliser.settled().await;
    }

    /// The checkpoint of the log as it is now, with its cosignatures; waits a little for witnesses.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub async fn cosigned_checkpoint(&self) -> Result<String, CheckpointError> {
        let checkpoint = cosigned_checkpoint(&self.office).await?;
        let work = move |office: &Office| office.read(|rows| cosigned(rows, &checkpoint));
        Ok(self.office.blocking(work).await?)
    }

    /// Waits until the time-stamping authority was asked once since the start; for ever when there is none.
    pub async fn stamped(&self) {
        self.office.stamper.tried().await;
    }

    /// Ends it: requests under way have a few seconds.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _gone = stop.send(());
        }
        let _ended = (&mut self.serving).await;
        self.office.finaliser.settled().await;
        self.end_tasks();
        for task in std::mem::take(&mut self.tasks) {
            // What it held of the office is let go when it has ended.
            let _aborted = task.await;
        }
        drop(self.lock.take());
    }

    fn end_tasks(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Drop for Bureau {
    fn drop(&mut self) {
        self.serving.abort();
        self.end_tasks();
    }
}

/// What [`open`] gives.
struct Inside {
    office: Arc<Office>,
    /// The identity file that it made.
    new_identity: Option<PathBuf>,
    tls: Option<Arc<ServerConfig>>,
    lock: Option<FileLock>,
}

fn open(config: &BureauConfig, url: &str, finaliser: Finaliser) -> Result<Inside, StartError> {
    let mut opened = open_for_server(config)?;
    let lock = opened.take_lock();
    let http = Outgoing::new()?;
    let challenges = Challenges::new(&keys::challenge_secret(&Layout::new(&config.data_dir).keys())?);
    let office = Arc::new(Office {
        ledger: opened.ledger,
        pieces: opened.pieces,
        notary: opened.notary,
        challenges,
        witnesses: Arc::new(Witnesses::new(config.witnesses.clone(), http.clone())),
        stamper: Arc::new(Stamper::new(config.tsa.clone(), http)),
        clock: config.clock.clone(),
        faults: config.faults.clone(),
        name: config.name.clone(),
        code_ttl_secs: config.code_ttl_secs,
        behind_tls_proxy: config.behind_tls_proxy,
        over_tls: config.behind_tls_proxy || config.tls.is_some(),
        finaliser,
        running_digests: RunningDigests::default(),
        takeovers: Takeovers::default(),
        due: config.due,
        patience: config.patience,
        crowd: Crowd::new(Doing::Uploading, config.crowd),
        batches: Crowd::new(Doing::Sending, config.batches),
        tries: Tries::default(),
        resumable_draft: config.resumable_draft,
    });
    if !config.beside_another {
        recover::at_start(&office)?;
        office.write(|rows| put_url(rows, url))?;
    }
    finalise::sweep(&office)?;
    if let Err(error) = signed_in::forget_ended(&office) {
        // They are refused all the same, and the sweep tries again: a full disk keeps nobody from what is stored.
        report(&error);
    }
    let tls = opened.tls.map(|identity| identity.config);
    Ok(Inside { office, new_identity: opened.new_identity, tls, lock })
}

async fn sweep_for_ever(office: std::sync::Weak<Office>) {
    let mut ticks = tokio::time::interval(SWEEP_EVERY);
    loop {
        ticks.tick().await;
        let Some(office) = office.upgrade() else { return };
        let swept = tokio::task::spawn_blocking(move || {
            finalise::sweep(&office)?;
            recover::expire(&office)?;
            signed_in::forget_ended(&office)
        });
        if let Ok(Err(error)) = swept.await {
            report(&error);
        }
    }
}

fn report(error: &StoreError) {
    eprintln!("the sweep failed: {error}");
}

//! A witness (C2SP tlog-witness): what a second office, say the General Section, runs to watch a bureau's log. It
//! keeps the last checkpoint that it cosigned of each log and signs a newer one only when that is proved to continue
//! it. It sees no record and no item.

mod http;
mod state;

pub use state::{AddError, OpenWitnessError, WitnessState};

use crate::{
    clock::{Clock, SystemClock},
    fault::{Faults, NoFaults},
    http::{ConnectionLimits, serve::serve},
};
use liuhen_record::{note::VerifierKey, witness::WitnessKey};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// How to run a witness.
#[derive(Clone)]
pub struct WitnessConfig {
    /// Its key and what it has cosigned are below this folder.
    pub state_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Name of its key, e.g. `general-section.rsj.example/witness`. Fixed at the first start; `None` takes the one that
    /// is there, or makes one up.
    pub name: Option<String>,
    /// The logs that it watches, by their verifier keys.
    pub logs: Vec<VerifierKey>,
    /// A TLS proxy stands before it: only then may it listen on more than loopback.
    pub behind_tls_proxy: bool,
    /// Tells the time that cosignatures carry.
    pub clock: Arc<dyn Clock>,
    /// Stops the world in tests.
    #[doc(hidden)]
    pub faults: Arc<dyn Faults>,
}

impl WitnessConfig {
    /// A witness of these logs on a free loopback port.
    pub fn new(state_dir: impl Into<PathBuf>, logs: Vec<VerifierKey>) -> Self {
        Self {
            state_dir: state_dir.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            name: None,
            logs,
            behind_tls_proxy: false,
            clock: Arc::new(SystemClock),
            faults: Arc::new(NoFaults),
        }
    }
}

/// Why a witness did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartWitnessError {
    /// It would be reachable from other machines without TLS.
    #[error("refusing to listen on {0} without a TLS proxy in front")]
    Exposed(SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen: {0}")]
    Listen(#[source] std::io::Error),
    /// Its folder cannot be used.
    #[error(transparent)]
    State(#[from] OpenWitnessError),
}

/// A running witness. Dropping it ends it without waiting; [`Witness::stop`] waits.
pub struct Witness {
    key: WitnessKey,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Witness {
    /// Opens the folder and listens. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`StartWitnessError`]; nothing is served then.
    pub async fn start(config: WitnessConfig) -> Result<Self, StartWitnessError> {
        if !config.listen.ip().is_loopback() && !config.behind_tls_proxy {
            return Err(StartWitnessError::Exposed(config.listen));
        }
        let listener = TcpListener::bind(config.listen).await.map_err(StartWitnessError::Listen)?;
        let address = listener.local_addr().map_err(StartWitnessError::Listen)?;
        let opening = tokio::task::spawn_blocking(move || WitnessState::open(&config));
        let state = opening.await.map_err(|error| StartWitnessError::Listen(error.into()))??;
        let key = state.key().clone();
        let (stop, stopped) = oneshot::channel();
        let router = http::router(Arc::new(state));
        let limits = ConnectionLimits::default();
        let serving = tokio::spawn(serve(listener, None, router, limits, stopped));
        Ok(Self { key, address, stop: Some(stop), serving })
    }

    /// Its submission prefix, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its verifier key.
    pub fn key(&self) -> &WitnessKey {
        &self.key
    }

    /// Ends it: requests under way have a few seconds.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _gone = stop.send(());
        }
        let _ended = (&mut self.serving).await;
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

//! What the bureau is told when it starts.

use crate::{
    clock::{Clock, SystemClock},
    fault::{Faults, NoFaults},
    http::{ConnectionLimits, Patience},
    index::DueHour,
    log::{stamps::Tsa, witnesses::WitnessAddress},
    tls::TlsSource,
    tus::crowd::CrowdLimits,
};
use liuhen_record::seal::Recipient;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

/// How long an enrolment code may be used, seconds.
pub const CODE_TTL_SECS: u32 = 600;

/// What becomes of the recovery key, which is kept offline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Recovery {
    /// It is the one that is there, or there is none.
    #[default]
    AsBefore,
    /// It is this one.
    Is(Recipient),
    /// There is none any more.
    Nobody,
}

/// The keys to which phones seal. What is not named stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recipients {
    /// Current key of the owning section. At the first start `None` makes an identity beside the data folder.
    pub section: Option<Recipient>,
    /// Recovery key.
    pub recovery: Recovery,
}

/// How to run a bureau.
#[derive(Clone)]
pub struct BureauConfig {
    /// Everything durable is below this folder.
    pub data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Identity of the log and name of its key, e.g. `rsj.example/liuhen`. Fixed at the first start; `None` takes
    /// the one that is there, or makes one up.
    pub origin: Option<String>,
    /// Name of the office, as the console shows it.
    pub name: String,
    /// To whom items are sealed. Others than before make a new epoch.
    pub recipients: Recipients,
    /// How long an enrolment code may be used, seconds.
    pub code_ttl_secs: u32,
    /// Who cosigns the log.
    pub witnesses: Vec<WitnessAddress>,
    /// So many of the witnesses must have cosigned before a phone frees anything: signed as a list, from enrolment
    /// on. `None` leaves the list as it is; at first there is none.
    pub witness_quorum: Option<u32>,
    /// Who time-stamps the log.
    pub tsa: Option<Tsa>,
    /// Where the server's own certificate comes from; `None`: it speaks plain HTTP.
    pub tls: Option<TlsSource>,
    /// A TLS proxy stands before this server: only then, or with TLS of its own, may it listen on more than loopback.
    pub behind_tls_proxy: bool,
    /// Where phones find it, when that is not where it listens (a name, all addresses of the machine, a proxy).
    pub public_url: Option<String>,
    /// Uploads speak the IETF draft on resumable uploads, too (`spec/bureau-api.md` §8).
    pub resumable_draft: bool,
    /// When the media of a day must be stored.
    pub due: DueHour,
    /// How many connections are kept, and how long quiet ones.
    pub connections: ConnectionLimits,
    /// How slowly a body may come.
    pub patience: Patience,
    /// How many uploads are let in at once.
    pub crowd: CrowdLimits,
    /// How many batches of records are let in at once.
    pub batches: CrowdLimits,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// A second server on the folder of another: for tests of what happens between two.
    #[doc(hidden)]
    pub beside_another: bool,
    /// Stops the world in tests.
    #[doc(hidden)]
    pub faults: Arc<dyn Faults>,
}

impl BureauConfig {
    /// A bureau on a free loopback port, with what its folder already knows.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            origin: None,
            name: "行政执法全过程记录".to_owned(),
            recipients: Recipients::default(),
            code_ttl_secs: CODE_TTL_SECS,
            witnesses: Vec::new(),
            witness_quorum: None,
            tsa: None,
            tls: None,
            behind_tls_proxy: false,
            public_url: None,
            resumable_draft: false,
            due: DueHour::MIDNIGHT,
            connections: ConnectionLimits::default(),
            patience: Patience::default(),
            crowd: CrowdLimits::UPLOADS,
            batches: CrowdLimits::BATCHES,
            beside_another: false,
            clock: Arc::new(SystemClock),
            faults: Arc::new(NoFaults),
        }
    }
}

impl std::fmt::Debug for BureauConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BureauConfig")
            .field("data_dir", &self.data_dir)
            .field("listen", &self.listen)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

//! Opening a data folder: database, keys, lists, lock. Shared by the server and by the commands that work beside
//! it.

use crate::{
    administrator::Administrator,
    config::BureauConfig,
    durable,
    keys::{self, KeyError},
    lists::{self, ListError},
    lock::FileLock,
    log::checkpoint::{CheckpointError, Notary},
    outgoing::OutgoingError,
    random,
    store::{self, FilePieces, LedgerStore, SqliteLedger, StoreError},
    tls::{self, TlsError, TlsIdentity},
};
use liuhen_record::note::NoteSigner;
use std::{
    fs::TryLockError,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Why a bureau did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The folder cannot be used.
    #[error("the data folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// Another bureau runs on this folder.
    #[error("another bureau runs on this data folder")]
    Locked,
    /// There is no bureau in this folder.
    #[error("there is no bureau in this data folder")]
    Empty,
    /// It would be reachable from other machines without TLS.
    #[error(
        "refusing to listen on {0}: other machines could read everything; use a loopback address, \
         speak TLS, or state that a TLS proxy stands in front"
    )]
    Exposed(std::net::SocketAddr),
    /// The address cannot be used.
    #[error("cannot listen: {0}")]
    Listen(#[source] io::Error),
    /// The folder belongs to another log.
    #[error("the data folder belongs to the log {found}")]
    Origin {
        /// The log found there.
        found: String,
    },
    /// The log key is not the one of this data.
    #[error("the log key is not the one with which this log was signed")]
    OtherKey,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TLS could not be set up.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A key failed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A signed list failed.
    #[error(transparent)]
    List(#[from] ListError),
    /// The log is not the one that was signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// No HTTP client could be made.
    #[error(transparent)]
    Http(#[from] OutgoingError),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] random::RandomError),
}

/// Where things are below the data folder.
#[derive(Debug, Clone)]
pub struct Layout(PathBuf);

impl Layout {
    /// The layout of this data folder.
    pub fn new(data_dir: &Path) -> Self {
        Self(data_dir.to_owned())
    }
    /// The database.
    pub fn ledger(&self) -> PathBuf {
        self.0.join("ledger.sqlite3")
    }
    /// Pieces, staged and kept.
    pub fn pieces(&self) -> PathBuf {
        self.0.join("store")
    }
    /// Keys.
    pub fn keys(&self) -> PathBuf {
        self.0.join("keys")
    }
    /// The last signed checkpoint.
    pub fn checkpoint(&self) -> PathBuf {
        self.0.join("checkpoint.note")
    }
    /// Held while a bureau runs.
    pub fn lock(&self) -> PathBuf {
        self.0.join("bureau.lock")
    }
}

/// An opened data folder.
pub struct Opened {
    /// Rows.
    pub ledger: Arc<dyn LedgerStore>,
    /// Bytes.
    pub pieces: Arc<FilePieces>,
    /// Signs.
    pub notary: Arc<Notary>,
    /// Where an identity was written, if this was the first start without recipients.
    pub new_identity: Option<PathBuf>,
    /// The server's certificate, where it speaks TLS.
    pub tls: Option<TlsIdentity>,
    lock: Option<FileLock>,
}

impl Opened {
    /// Keeps others out until it is dropped.
    pub fn take_lock(&mut self) -> Option<FileLock> {
        self.lock.take()
    }
}

/// Opens the folder for a server: makes what is missing, takes the lock, checks the log.
///
/// # Errors
/// [`StartError`].
pub fn open_for_server(config: &BureauConfig) -> Result<Opened, StartError> {
    let layout = Layout::new(&config.data_dir);
    durable::make_dir(&config.data_dir)?;
    let lock = if config.beside_another { None } else { Some(take_lock(&layout)?) };
    let open_tls = |source| TlsIdentity::open(source, &layout.keys(), config.listen.ip());
    let tls = config.tls.as_ref().map(open_tls).transpose()?;
    let ledger: Arc<dyn LedgerStore> = Arc::new(SqliteLedger::open(&layout.ledger())?);
    tls::put_pin(ledger.as_ref(), tls.as_ref().map(TlsIdentity::pin))?;
    let origin = origin(ledger.as_ref(), config.origin.as_deref())?;
    let signer = signer(ledger.as_ref(), &layout, &origin)?;
    let new_identity = put_lists(ledger.as_ref(), &signer, config)?;
    let pieces = Arc::new(FilePieces::open(&layout.pieces(), config.faults.clone())?);
    let notary = Notary::new(signer, layout.checkpoint(), config.clock.clone(), config.faults.clone());
    notary.check(ledger.as_ref())?;
    let notary = Arc::new(notary);
    Ok(Opened { ledger, pieces, notary, new_identity, tls, lock })
}

/// Opens the folder of a bureau that has run before, beside a running server or without one.
///
/// # Errors
/// [`StartError::Empty`] when there is none.
pub fn open_beside(config: &BureauConfig) -> Result<Opened, StartError> {
    let layout = Layout::new(&config.data_dir);
    if !layout.ledger().is_file() {
        return Err(StartError::Empty);
    }
    let ledger: Arc<dyn LedgerStore> = Arc::new(SqliteLedger::open(&layout.ledger())?);
    let origin = store::read(ledger.as_ref(), |rows| rows.setting(ORIGIN))?.ok_or(StartError::Empty)?;
    let signer = signer(ledger.as_ref(), &layout, &origin)?;
    let pieces = Arc::new(FilePieces::open(&layout.pieces(), config.faults.clone())?);
    let notary = Notary::new(signer, layout.checkpoint(), config.clock.clone(), config.faults.clone());
    Ok(Opened { ledger, pieces, notary: Arc::new(notary), new_identity: None, tls: None, lock: None })
}

/// As [`open_beside`], for a command that signs: a folder that was put back to an earlier day, or whose log was changed, signs
/// nothing. Safe beside a running server: it keeps a checkpoint in the ledger before it does in the file, and the check reads the
/// file first.
///
/// # Errors
/// As [`open_beside`], and [`StartError::Checkpoint`].
pub fn open_to_sign(config: &BureauConfig) -> Result<Opened, StartError> {
    let opened = open_beside(config)?;
    opened.notary.check(opened.ledger.as_ref())?;
    Ok(opened)
}

const ORIGIN: &str = "origin";
const VKEY: &str = "vkey";

fn take_lock(layout: &Layout) -> Result<FileLock, StartError> {
    FileLock::take(&layout.lock()).map_err(|error| match error {
        TryLockError::WouldBlock => StartError::Locked,
        TryLockError::Error(error) => error.into(),
    })
}

fn origin(ledger: &dyn LedgerStore, wanted: Option<&str>) -> Result<String, StartError> {
    let random = random::bytes::<4>()?;
    store::write(ledger, |rows| match (rows.setting(ORIGIN)?, wanted) {
        (Some(found), Some(wanted)) if found != wanted => Err(StartError::Origin { found }),
        (Some(found), _) => Ok(found),
        (None, wanted) => {
            let made = || format!("bureau-{}.liuhen.internal/log", hex::encode(random));
            let origin = wanted.map_or_else(made, str::to_owned);
            rows.put_setting(ORIGIN, &origin)?;
            Ok(origin)
        }
    })
}

fn signer(ledger: &dyn LedgerStore, layout: &Layout, origin: &str) -> Result<NoteSigner, StartError> {
    let known = store::read(ledger, |rows| rows.setting(VKEY))?;
    if known.is_some() && !layout.keys().join("log.pk8").is_file() {
        return Err(StartError::OtherKey);
    }
    let signer = keys::log_key(&layout.keys(), origin)?;
    let vkey = signer.verifier_key().to_string();
    match known {
        Some(known) if known == vkey => {}
        Some(_) => return Err(StartError::OtherKey),
        None => store::write(ledger, |rows| rows.put_setting(VKEY, &vkey))?,
    }
    Ok(signer)
}

/// Signs the recipients, at the first start an empty roster, and the witnesses that are demanded.
fn put_lists(
    ledger: &dyn LedgerStore,
    signer: &NoteSigner,
    config: &BureauConfig,
) -> Result<Option<PathBuf>, StartError> {
    let (recipients, roster) =
        store::read(ledger, |rows| Ok::<_, StoreError>((lists::recipients(rows)?, rows.setting("roster")?)))?;
    let mut new_identity = None;
    let mut wanted = config.recipients;
    if wanted.section.is_none() && recipients.is_none() {
        wanted.section = Some(keys::make_identity(&config.data_dir)?);
        new_identity = Some(keys::identity_path(&config.data_dir)?);
    }
    let (now_ms, who) = (config.clock.now_ms(), Administrator::here());
    store::write(ledger, |rows| {
        let before = (lists::recipients(rows)?, lists::witnesses(rows)?);
        lists::put_recipients(rows, signer, &wanted)?;
        if roster.is_none() {
            lists::put_roster(rows, signer, &[])?;
        }
        if let Some(quorum) = config.witness_quorum {
            let keys: Vec<_> = config.witnesses.iter().map(|witness| witness.key.clone()).collect();
            lists::put_witnesses(rows, signer, quorum, &keys)?;
        }
        if lists::recipients(rows)? != before.0 {
            who.note(rows, now_ms, "recipients_signed", String::new())?;
        }
        if lists::witnesses(rows)? != before.1 {
            who.note(rows, now_ms, "witnesses_signed", String::new())?;
        }
        Ok::<_, ListError>(())
    })?;
    Ok(new_identity)
}

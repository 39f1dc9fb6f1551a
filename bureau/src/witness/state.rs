//! What a witness keeps: its key, and the last checkpoint that it cosigned of each log.

use super::WitnessConfig;
use crate::{
    clock::Clock,
    durable,
    fault::{Faults, Point},
    lock::FileLock,
    random,
};
use liuhen_record::{
    Digest,
    note::{NoteSignError, NoteSignature, SignedNote, VerifierKey},
    tlog::Checkpoint,
    witness::{
        AddCheckpoint, AddCheckpointError, CosignError, Cosigner, Judgement, WitnessKey, WitnessRefusal,
        judge,
    },
};
use ring::rand::SystemRandom;
use std::{
    collections::BTreeMap,
    fs::{self, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Most proofs of forks that are kept: each is signed by the log's key, but disks are finite.
const MAX_KEPT_FORKS: usize = 100;

/// Why a witness's folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenWitnessError {
    /// The file system failed.
    #[error("the witness's folder cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// Another witness runs on this folder.
    #[error("another witness runs on this folder")]
    Locked,
    /// The key file is not a key, or the name is not allowed.
    #[error(transparent)]
    Key(#[from] NoteSignError),
    /// The folder belongs to a witness of another name.
    #[error("the folder belongs to the witness {0}")]
    Name(String),
    /// What was cosigned last cannot be told: nothing may be signed.
    #[error("the last checkpoint cosigned of {0} does not read")]
    Damaged(String),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] random::RandomError),
}

/// Why there is no cosignature.
#[derive(Debug, thiserror::Error)]
pub enum AddError {
    /// The body does not read.
    #[error(transparent)]
    Body(#[from] AddCheckpointError),
    /// No key is trusted for that log.
    #[error("the log is unknown here")]
    UnknownLog,
    /// The protocol forbids to sign.
    #[error(transparent)]
    Refused(#[from] WitnessRefusal),
    /// Nothing was signed because nothing could be kept.
    #[error("the witness could not keep the checkpoint: {0}")]
    Keep(#[from] io::Error),
    /// The clock stands before 1970.
    #[error(transparent)]
    Cosign(#[from] CosignError),
}

impl AddError {
    /// The status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::Body(_) => 400,
            Self::UnknownLog => 404,
            Self::Refused(refusal) => refusal.status(),
            Self::Keep(_) | Self::Cosign(_) => 500,
        }
    }
}

struct Held {
    checkpoint: Checkpoint,
    note: String,
}

/// A witness without its HTTP.
pub struct WitnessState {
    dir: PathBuf,
    cosigner: Cosigner,
    logs: BTreeMap<String, VerifierKey>,
    /// Held through judging, keeping and signing: two requests for one log never cross.
    held: Mutex<BTreeMap<String, Held>>,
    clock: Arc<dyn Clock>,
    faults: Arc<dyn Faults>,
    _lock: FileLock,
}

impl WitnessState {
    /// Opens the folder; makes a key at the first start.
    ///
    /// # Errors
    /// [`OpenWitnessError`].
    pub fn open(config: &WitnessConfig) -> Result<Self, OpenWitnessError> {
        let dir = config.state_dir.clone();
        durable::make_dir(&dir)?;
        let lock = FileLock::take(&dir.join("witness.lock")).map_err(|error| match error {
            TryLockError::WouldBlock => OpenWitnessError::Locked,
            TryLockError::Error(error) => error.into(),
        })?;
        let cosigner = cosigner(&dir, config.name.as_deref())?;
        let logs: BTreeMap<_, _> =
            config.logs.iter().map(|key| (key.name().to_owned(), key.clone())).collect();
        let mut held = BTreeMap::new();
        for (origin, key) in &logs {
            if let Some(one) = read_held(&dir, origin, key, cosigner.witness_key())? {
                held.insert(origin.clone(), one);
            }
        }
        let (clock, faults) = (config.clock.clone(), config.faults.clone());
        Ok(Self { dir, cosigner, logs, held: Mutex::new(held), clock, faults, _lock: lock })
    }

    /// Its verifier key.
    pub fn key(&self) -> &WitnessKey {
        self.cosigner.witness_key()
    }

    /// Judges a request; when it passes, keeps the checkpoint durably and only then returns the cosignature line,
    /// newline included.
    ///
    /// # Errors
    /// [`AddError`]; what is held is as before, unless the file system failed while it was replaced: then it may be
    /// the new one, and no cosignature of it was given away.
    pub fn add(&self, body: &str) -> Result<String, AddError> {
        let request = AddCheckpoint::parse(body)?;
        let origin = request.unverified_origin();
        let key = self.logs.get(origin).ok_or(AddError::UnknownLog)?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let judged = judge(&request, key, held.get(origin).map(|held| &held.checkpoint));
        if judged == Err(WitnessRefusal::Forked) {
            self.keep_fork(origin, &request.checkpoint_note)?;
        }
        let Judgement { checkpoint, text } = judged?;
        let now_secs = u64::try_from(self.clock.now_ms() / 1000).unwrap_or_default();
        let line = self.cosigner.cosign(&text, now_secs)?;
        let note = cosigned_note(&request.checkpoint_note, key, &text, &line);
        self.faults.hit(Point::WitnessJudged)?;
        durable::replace_file(&held_path(&self.dir, origin), note.as_bytes())?;
        self.faults.hit(Point::WitnessKept)?;
        held.insert(origin.to_owned(), Held { checkpoint, note });
        Ok(format!("{line}\n"))
    }

    /// The last checkpoint cosigned of the log whose origin has this SHA-256, with the log's signature and ours.
    pub fn checkpoint(&self, origin_sha256: &str) -> Option<String> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found =
            held.iter().find(|(origin, _)| Digest::of(origin.as_bytes()).to_string() == origin_sha256);
        found.map(|(_, held)| held.note.clone())
    }

    /// A checkpoint that contradicts the one held: the log signed both, and together they prove it to anybody.
    fn keep_fork(&self, origin: &str, note: &str) -> io::Result<()> {
        eprintln!(
            "{origin} has signed two different checkpoints of one size; both are kept in the state folder"
        );
        let forks = self.dir.join("forks");
        durable::make_dir(&forks)?;
        if fs::read_dir(&forks)?.count() < MAX_KEPT_FORKS {
            durable::replace_file(
                &forks.join(format!("{}.note", Digest::of(note.as_bytes()))),
                note.as_bytes(),
            )?;
        }
        Ok(())
    }
}

fn held_path(dir: &Path, origin: &str) -> PathBuf {
    dir.join(format!("{}.note", Digest::of(origin.as_bytes())))
}

fn cosigner(dir: &Path, wanted: Option<&str>) -> Result<Cosigner, OpenWitnessError> {
    let (name_file, key_file) = (dir.join("name"), dir.join("witness.pk8"));
    let name = match (read(&name_file)?, wanted) {
        (Some(found), Some(wanted)) if found != wanted.as_bytes() => {
            return Err(OpenWitnessError::Name(String::from_utf8_lossy(&found).into_owned()));
        }
        (Some(found), _) => String::from_utf8_lossy(&found).into_owned(),
        (None, wanted) => {
            let random = random::bytes::<4>()?;
            let made = || format!("witness-{}.liuhen.internal", hex::encode(random));
            let name = wanted.map_or_else(made, str::to_owned);
            // A name that no key may have is refused before it is kept.
            Cosigner::make(&name, &SystemRandom::new())?;
            durable::replace_file(&name_file, name.as_bytes())?;
            name
        }
    };
    if let Some(pkcs8) = read(&key_file)? {
        return Ok(Cosigner::from_pkcs8(&name, &pkcs8)?);
    }
    let (cosigner, pkcs8) = Cosigner::make(&name, &SystemRandom::new())?;
    durable::replace_file(&key_file, &pkcs8)?;
    Ok(cosigner)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What was cosigned last must be told without doubt: a witness that forgot would sign a fork.
fn read_held(
    dir: &Path,
    origin: &str,
    key: &VerifierKey,
    own: &WitnessKey,
) -> Result<Option<Held>, OpenWitnessError> {
    let Some(bytes) = read(&held_path(dir, origin))? else { return Ok(None) };
    let damaged = || OpenWitnessError::Damaged(origin.to_owned());
    let note = String::from_utf8(bytes).map_err(|_| damaged())?;
    let checkpoint = Checkpoint::open(&note, key).map_err(|_| damaged())?;
    let ours = SignedNote::parse(&note).ok().and_then(|note| own.cosigned(&note).ok().flatten());
    if ours.is_none() {
        return Err(damaged());
    }
    Ok(Some(Held { checkpoint, note }))
}

/// The text with the log's own signatures and our cosignature; lines of strangers are left out.
fn cosigned_note(note: &str, key: &VerifierKey, text: &str, line: &NoteSignature) -> String {
    let lines = SignedNote::parse(note).map(|note| note.signatures().to_vec()).unwrap_or_default();
    let of_log = lines.into_iter().filter(|line| line.name == key.name() && line.key_id == key.key_id());
    let lines: Vec<String> = of_log.chain([line.clone()]).map(|line| line.to_string()).collect();
    format!("{text}\n{}\n", lines.join("\n"))
}

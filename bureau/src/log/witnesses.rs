//! Asking witnesses to cosign our checkpoints (C2SP tlog-witness), and keeping what they answer.
//!
//! All are shown one and the same checkpoint, so that as many as a phone demands meet under it; the next is shown when
//! they have answered, or after [`ROUND`]. Each is asked by itself: one that says nothing keeps nobody from the others.
//! A witness that is out of reach never holds anything up: phones wait for it at most [`PATIENCE`] once, and from then
//! on only the background asks it. It is shown wherever the log is shown.

use super::{LogHashes, checkpoint::CheckpointError, prove_error};
use crate::{
    fault::Point,
    office::Office,
    outgoing::Outgoing,
    store::{CheckpointRow, CosignatureRow, Ledger, StoreError},
};
use futures_util::future::join_all;
use liuhen_record::{
    note::{NoteSignature, SignedNote},
    tlog::prove_consistency,
    witness::{AddCheckpoint, WitnessKey},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::{Notify, watch};

/// Longest wait of a phone for cosignatures of the checkpoint that it is about to be given.
pub const PATIENCE: Duration = Duration::from_secs(2);
/// Longest time for which one checkpoint is shown before a newer one is: half of [`PATIENCE`], so that a phone which
/// comes while somebody says nothing still sees its own checkpoint shown.
const ROUND: Duration = Duration::from_secs(1);
/// So often the log is shown to witnesses when nobody else asks for a checkpoint, and those out of reach are tried
/// again.
const ASK_EVERY: Duration = Duration::from_mins(1);
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// A witness to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessAddress {
    /// Its submission prefix.
    pub url: String,
    /// Its verifier key.
    pub key: WitnessKey,
}

impl std::str::FromStr for WitnessAddress {
    type Err = String;

    /// Reads `<url>=<verifier key>`.
    fn from_str(text: &str) -> Result<Self, String> {
        // The key itself may end in equals signs, the address has none before it.
        let (url, key) = text.split_once('=').ok_or("expected URL=VKEY")?;
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err("expected an http or https address before the =".to_owned());
        }
        let key = WitnessKey::parse(key).map_err(|error| error.to_string())?;
        Ok(Self { url: url.trim_end_matches('/').to_owned(), key })
    }
}

/// What is wrong with a witness, as far as the last attempt showed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It did not answer.
    #[error("out of reach")]
    Unreachable,
    /// It answered with this status.
    #[error("refused with status {0}")]
    Refused(u16),
    /// What it answered is no cosignature of ours by its key.
    #[error("answered with a cosignature that does not verify")]
    Forged,
    /// It has cosigned a checkpoint of more leaves than this log has: data of ours was lost, or somebody else signs
    /// with our key.
    #[error("has cosigned {0} leaves of this log, more than there are here")]
    Ahead(u64),
    /// Our own store failed.
    #[error("the store failed")]
    Store,
}

impl Trouble {
    /// The word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Refused(_) => "refused",
            Self::Forged => "forged",
            Self::Ahead(_) => "ahead",
            Self::Store => "store",
        }
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        eprintln!("cosignatures: {error}");
        Self::Store
    }
}

/// How a witness stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The witness.
    pub address: WitnessAddress,
    /// The greatest checkpoint that it has cosigned, if any.
    pub last: Option<CosignatureRow>,
    /// What went wrong last; `None` when all is well, or nothing was asked since the start.
    pub trouble: Option<Trouble>,
}

struct Asked {
    address: WitnessAddress,
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    size: u64,
    trouble: Option<Trouble>,
}

/// The witnesses of this bureau.
pub struct Witnesses {
    asked: Vec<Asked>,
    http: Outgoing,
    wake: Notify,
    shown: watch::Sender<Option<Arc<CheckpointRow>>>,
    answers: watch::Sender<u64>,
}

impl Witnesses {
    /// Witnesses at these addresses.
    pub fn new(addresses: Vec<WitnessAddress>, http: Outgoing) -> Self {
        let asked = addresses.into_iter().map(|address| Asked { address, now: Mutex::default() }).collect();
        let (shown, answers) = (watch::Sender::new(None), watch::Sender::new(0));
        Self { asked, http, wake: Notify::new(), shown, answers }
    }

    /// How every witness stands.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn standings(&self, rows: &dyn Ledger) -> Result<Vec<Standing>, StoreError> {
        let standing = |asked: &Asked| {
            let last = rows.last_cosignature(&asked.address.key.to_string())?;
            Ok(Standing { address: asked.address.clone(), last, trouble: asked.now().trouble.clone() })
        };
        self.asked.iter().map(standing).collect()
    }

    /// A checkpoint of `size` was signed: witnesses should see it soon.
    pub fn show(&self, size: u64) {
        if self.asked.iter().any(|asked| asked.now().size < size) {
            self.wake.notify_one();
        }
    }

    /// Waits until every witness that is not in trouble has cosigned a checkpoint of at least `size`; at most
    /// [`PATIENCE`].
    pub async fn wait_for(&self, size: u64) {
        let all = async {
            let mut answers = self.answers.subscribe();
            while self.lacks(size) {
                if self.shown.borrow().as_ref().is_none_or(|shown| shown.size < size) {
                    self.wake.notify_one();
                }
                if answers.changed().await.is_err() {
                    return;
                }
            }
        };
        let _too_late = tokio::time::timeout(PATIENCE, all).await;
    }

    /// Of the checkpoints from `least` on the one that most of these witnesses have cosigned, and of those the newest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn most_cosigned(
        &self,
        rows: &dyn Ledger,
        least: &CheckpointRow,
    ) -> Result<CheckpointRow, StoreError> {
        let own: Vec<_> = self.asked.iter().map(|asked| asked.address.key.to_string()).collect();
        let mut counts = BTreeMap::<u64, usize>::new();
        for kept in rows.cosignatures_from(least.size)? {
            *counts.entry(kept.size).or_default() += usize::from(own.contains(&kept.witness));
        }
        match counts.into_iter().max_by_key(|(size, count)| (*count, *size)) {
            Some((size, _)) if size > least.size => {
                rows.checkpoint(size)?.ok_or(StoreError::Impossible("cosignature of no checkpoint"))
            }
            _ => Ok(least.clone()),
        }
    }

    /// Is there a witness that is not in trouble and has not cosigned a checkpoint of at least `size`?
    fn lacks(&self, size: u64) -> bool {
        self.asked.iter().map(Asked::now).any(|now| now.size < size && now.trouble.is_none())
    }

    /// Asks whenever there is something to ask, until the office is gone.
    pub async fn ask_for_ever(self: Arc<Self>, office: Weak<Office>) {
        if self.asked.is_empty() {
            return;
        }
        let each = join_all(self.asked.iter().map(|asked| self.ask_one_for_ever(&office, asked)));
        tokio::select! {
            () = self.show_for_ever(&office) => (),
            _ = each => (),
        }
    }

    async fn show_for_ever(&self, office: &Weak<Office>) {
        loop {
            let Some(strong) = office.upgrade() else { return };
            let newest = strong.blocking(newest).await;
            drop(strong);
            match newest {
                Ok(row) => {
                    let size = row.size;
                    self.shown.send_replace(Some(Arc::new(row)));
                    let mut answers = self.answers.subscribe();
                    let answered = async { while self.lacks(size) && answers.changed().await.is_ok() {} };
                    let _somebody_says_nothing = tokio::time::timeout(ROUND, answered).await;
                }
                Err(trouble) => {
                    self.asked.iter().for_each(|asked| asked.note(Err(trouble.clone())));
                    self.answers.send_modify(|answers| *answers += 1);
                }
            }
            let _time_for_another = tokio::time::timeout(ASK_EVERY, self.wake.notified()).await;
        }
    }

    async fn ask_one_for_ever(&self, office: &Weak<Office>, asked: &Asked) {
        let mut shown = self.shown.subscribe();
        shown.mark_changed();
        while shown.changed().await.is_ok() {
            let Some(row) = shown.borrow_and_update().clone() else { continue };
            let Some(strong) = office.upgrade() else { return };
            asked.note(self.ask(&strong, asked, &row).await);
            self.answers.send_modify(|answers| *answers += 1);
        }
    }

    /// Shows a checkpoint to one witness; returns the size that it has cosigned.
    async fn ask(
        &self,
        office: &Arc<Office>,
        asked: &Asked,
        row: &Arc<CheckpointRow>,
    ) -> Result<u64, Trouble> {
        let key = &asked.address.key;
        let mut old_size = None;
        // A second time when the witness tells that it holds another size than we thought.
        for _ in 0..2 {
            let (name, wanted, shown) = (key.to_string(), old_size, row.clone());
            let question = office.blocking(move |office| question(office, &name, wanted, &shown)).await?;
            let request = match question {
                Question::Done(size) => return Ok(size),
                Question::Ask(request) => request,
            };
            let url = format!("{}/add-checkpoint", asked.address.url);
            let asking = self.http.post(&url, "text/plain", request.to_string().into(), MAX_ANSWER_BYTES);
            let answer = asking.await.map_err(|_| Trouble::Unreachable)?;
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            match answer.status.as_u16() {
                200 => {
                    let (shown, key) = (row.clone(), key.clone());
                    office.blocking(move |office| take(office, &key, &shown, &text)).await?;
                    return Ok(row.size);
                }
                409 => {
                    let held = text.trim_end().parse().map_err(|_| Trouble::Refused(409))?;
                    if held > row.size {
                        // Another process of this bureau may have shown it a newer one.
                        let here = office.blocking(|office| office.read(|rows| rows.log_size())).await?;
                        return Err(if held > here { Trouble::Ahead(held) } else { Trouble::Refused(409) });
                    }
                    old_size = Some(held);
                }
                status => return Err(Trouble::Refused(status)),
            }
        }
        Err(Trouble::Refused(409))
    }
}

impl Asked {
    fn now(&self) -> std::sync::MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps how an attempt ended.
    fn note(&self, outcome: Result<u64, Trouble>) {
        let mut now = self.now();
        match outcome {
            Ok(size) => *now = Now { size, trouble: None },
            Err(trouble) => {
                if now.trouble.as_ref() != Some(&trouble) {
                    eprintln!("witness {}: {trouble}", self.address.key.name());
                }
                now.trouble = Some(trouble);
            }
        }
    }
}

enum Question {
    /// A checkpoint of this size, at least the one shown, is cosigned already.
    Done(u64),
    Ask(AddCheckpoint),
}

/// The checkpoint of the log as it is now.
fn newest(office: &Office) -> Result<CheckpointRow, Trouble> {
    office.notary.checkpoint(office.ledger.as_ref()).map_err(|error| match error {
        CheckpointError::Store(error) => error.into(),
        error => {
            eprintln!("cosignatures: {error}");
            Trouble::Store
        }
    })
}

/// What to ask a witness that holds `old_size`, or what it cosigned last as far as we know.
fn question(
    office: &Office,
    witness: &str,
    old_size: Option<u64>,
    row: &CheckpointRow,
) -> Result<Question, Trouble> {
    office.read(|rows| {
        let last = rows.last_cosignature(witness)?.map_or(0, |last| last.size);
        if row.size <= last && old_size.is_none() {
            return Ok(Question::Done(last));
        }
        let old_size = old_size.unwrap_or(last).min(row.size);
        let hashes = prove_consistency(&LogHashes(rows), old_size, row.size).map_err(prove_error)?;
        Ok(Question::Ask(AddCheckpoint { old_size, hashes, checkpoint_note: row.note.clone() }))
    })
}

/// Keeps the witness's cosignature, if the answer holds one and nothing that pretends to be one.
fn take(office: &Office, key: &WitnessKey, row: &CheckpointRow, answer: &str) -> Result<(), Trouble> {
    let note = SignedNote::parse(&row.note).map_err(|_| Trouble::Store)?;
    let mut found = None;
    for line in answer.lines() {
        let line = NoteSignature::parse(line).map_err(|_| Trouble::Forged)?;
        if key.is_named_by(&line) {
            let time_secs = key.verify(note.unverified_text(), &line).map_err(|_| Trouble::Forged)?;
            found = Some((line, time_secs));
        }
    }
    let (line, time_secs) = found.ok_or(Trouble::Forged)?;
    let row = CosignatureRow {
        size: row.size,
        witness: key.to_string(),
        line: line.to_string(),
        time_secs,
        received_ms: office.clock.now_ms(),
    };
    office.faults.hit(Point::CosignatureReceived).map_err(StoreError::from)?;
    office.write(|rows| rows.put_cosignature(&row))?;
    office.faults.hit(Point::CosignatureCommitted).map_err(StoreError::from)?;
    Ok(())
}

//! One synchronisation from beginning to end.

use super::{
    ENROLMENT_KEY, Enrolment, Progress, Stage, SyncError, SyncOutcome, Syncer,
    cancel::Cancel,
    client::{Client, Login},
    distrust::Distrust,
    evidence::Conflict,
    fault::Fault,
    identity::{Bureau, pinned, replace_recipients, replace_roster},
    office_network::blame_portal,
    pieces::MissingView,
    queue::{Queue, QueueError},
    receipts::{check_not_behind, open_checkpoint},
    status::ANCHOR_KEY,
    waiting::Waiting,
    witnesses::replace_witnesses,
};
use crate::{
    ports::Internet,
    vault::{Vault, VaultError},
};
use liuhen_record::{ItemId, note::VerifierKey, tlog::Checkpoint, witness::WitnessPolicy};

/// What a synchronisation writes (receipts, freed media) is sent in the same synchronisation; this bounds how often.
const MOST_PASSES: u32 = 3;

/// The last checkpoint believed.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub note: String,
    pub checkpoint: Checkpoint,
}

/// A synchronisation under way.
pub(super) struct Round<'a> {
    pub syncer: &'a Syncer,
    pub vault: &'a mut Vault,
    pub queue: &'a mut Queue,
    pub client: Client<'a>,
    pub login: Login,
    pub key: VerifierKey,
    pub bureau: Bureau,
    pub held: Held,
    /// Whom the bureau's log must have been shown to before anything is freed.
    pub witnesses: Option<WitnessPolicy>,
    /// What is waited for when too few of them have cosigned.
    pub unwitnessed: Option<Waiting>,
    /// What the bureau said it still misses, when it was last asked.
    pub missing: MissingView,
    pub progress: &'a mut dyn FnMut(Progress),
    pub outcome: SyncOutcome,
}

impl Syncer {
    /// Brings the bureau what it lacks, verifies what it proves, frees what may be freed. Whatever interrupts it,
    /// the next call goes on where this one stopped.
    ///
    /// # Errors
    /// [`SyncError::NotEnrolled`]; [`SyncError::Untrusted`] when the other side is not the bureau or lies: nothing
    /// was freed on its word; failures of the vault or the keystore. What merely cannot be done now is reported in
    /// the outcome's `waiting`.
    pub async fn sync(
        &self,
        vault: &mut Vault,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<SyncOutcome, SyncError> {
        let ended = self.sync_once(vault, progress, cancel).await;
        if let Err(error) = &ended {
            self.note_failure(vault, error);
        }
        ended
    }

    async fn sync_once(
        &self,
        vault: &mut Vault,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<SyncOutcome, SyncError> {
        let enrolment: Enrolment = vault.get_setting(ENROLMENT_KEY)?.ok_or(SyncError::NotEnrolled)?;
        if let Some(waiting) = self.obstacle(vault)? {
            return Ok(self.not_begun(vault, waiting)?);
        }
        let mut queue = match Queue::open(vault.dir(), &self.ports) {
            Ok(queue) => queue,
            Err(QueueError::InUse) => {
                return Ok(SyncOutcome { waiting: Some(Waiting::OtherCore), ..SyncOutcome::default() });
            }
            Err(error) => return Err(error.into()),
        };
        if let Some(anchor) = vault.get_setting(ANCHOR_KEY)? {
            // Both reckon by the same clock.
            queue.put_anchor(&anchor)?;
        }
        progress(Progress { stage: Stage::Meeting, item: None, done_bytes: 0, total_bytes: 0 });
        let (url, idle_timeout_ms) = (enrolment.url.clone(), self.options.idle_timeout_ms);
        let client =
            Client::new(&self.ports, cancel, url, enrolment.tls_pin, idle_timeout_ms).only_by(&self.options);
        let (outcome, ended) = match self.meet(vault, &mut queue, client, enrolment, progress).await {
            Ok(mut round) => {
                let ended = round.run().await;
                let ended = round.accuse_log(ended);
                round.outcome.requests = round.client.requests();
                (round.outcome, ended)
            }
            // Whoever did not prove to be the bureau was asked once.
            Err(fault) => (SyncOutcome { requests: 1, ..SyncOutcome::default() }, Err(fault)),
        };
        self.conclude(vault, queue, outcome, ended)
    }

    /// Lets the server prove that it is the bureau, before anything is sent to it.
    async fn meet<'a>(
        &'a self,
        vault: &'a mut Vault,
        queue: &'a mut Queue,
        client: Client<'a>,
        mut enrolment: Enrolment,
        progress: &'a mut dyn FnMut(Progress),
    ) -> Result<Round<'a>, Fault> {
        let key = pinned(&enrolment.vkey)?;
        let held = held(vault, &enrolment, &key)?;
        let bureau = Bureau::meet(&client).await.map_err(|fault| self.on_this_network(fault))?;
        if bureau.key != key {
            return Err(Distrust::OtherKey.into());
        }
        if let Err(why) = check_not_behind(&held.checkpoint, &bureau.checkpoint) {
            let at_ms = self.now(vault)?.best_ms();
            let (held, offered) = (held.note, bureau.checkpoint_note);
            self.accuse(vault, Conflict { at_ms, held, offered, why: why.clone(), settled: false })?;
            return Err(why.into());
        }
        let newer = replace_recipients(&mut enrolment.recipients_note, &bureau.recipients_note, &key)?
            | replace_roster(&mut enrolment.roster_note, &bureau.roster_note, &key)?
            | replace_witnesses(&mut enrolment.witnesses_note, bureau.witnesses_note.as_deref(), &key)?;
        let witnesses = enrolment.witnesses()?;
        if newer {
            vault.put_setting(ENROLMENT_KEY, &enrolment)?;
        }
        let login =
            Login { device: enrolment.device, origin: enrolment.origin, signing_key: enrolment.signing_key };
        let outcome = SyncOutcome::default();
        let missing = MissingView::default();
        Ok(Round {
            syncer: self,
            vault,
            queue,
            client,
            login,
            key,
            bureau,
            held,
            witnesses,
            unwitnessed: None,
            missing,
            progress,
            outcome,
        })
    }
}

impl Syncer {
    /// What a failure to meet the bureau means on the network as the system describes it.
    pub(super) fn on_this_network(&self, fault: Fault) -> Fault {
        let network = self.ports.network.state();
        match fault {
            Fault::Waiting(why) => Fault::Waiting(blame_portal(&network, why)),
            // Where a login is wanted, a wrong certificate is the portal's.
            Fault::Distrust(Distrust::Certificate) if network.internet == Internet::Portal => {
                Fault::Waiting(Waiting::Portal)
            }
            fault => fault,
        }
    }
}

impl Round<'_> {
    async fn run(&mut self) -> Result<(), Fault> {
        let (mut waiting, mut contradicted) = (None, None);
        self.queue.begin_session()?;
        self.keep_account().await?;
        for pass in 0..MOST_PASSES {
            waiting = self.send_records().await?;
            let pieces = self.send_pieces().await?;
            waiting = waiting.or(pieces);
            self.fetch_proofs(pass == 0).await?;
            if let Some(why) = self.reconcile_conflicts().await? {
                contradicted = Some(Waiting::Contradicted(why));
            } else {
                self.free()?;
            }
            if self.vault.unsent_records(1)?.is_empty() || waiting.is_some() {
                break;
            }
        }
        // Nothing is left to do only when everything is proved.
        let items = self.unproved_items()?.len() as u32;
        let waiting = contradicted.or(waiting);
        let waiting = waiting.or(self.unwitnessed.take().filter(|_| items > 0));
        self.outcome.waiting = waiting.or((items > 0).then_some(Waiting::BureauChecking { items }));
        Ok(())
    }

    pub(super) fn tell(&mut self, stage: Stage, item: Option<ItemId>, done_bytes: u64, total_bytes: u64) {
        (self.progress)(Progress { stage, item, done_bytes, total_bytes });
    }

    /// Keeps what contradicts the checkpoint held.
    pub(super) fn keep_conflict(&mut self, offered: &str, why: &Distrust) -> Result<(), VaultError> {
        let conflict = Conflict {
            at_ms: self.syncer.now(self.vault)?.best_ms(),
            held: self.held.note.clone(),
            offered: offered.to_owned(),
            why: why.clone(),
            settled: false,
        };
        self.syncer.accuse(self.vault, conflict)
    }

    /// When the log itself is accused and no proof was under way, what it showed at the meeting is the evidence.
    fn accuse_log(&mut self, ended: Result<(), Fault>) -> Result<(), Fault> {
        if let Err(Fault::Distrust(why)) = &ended
            && why.accuses_log()
        {
            let offered = self.bureau.checkpoint_note.clone();
            self.keep_conflict(&offered, &why.clone())?;
        }
        ended
    }
}

/// The last checkpoint believed; at first the one seen at enrolment.
fn held(vault: &Vault, enrolment: &Enrolment, key: &VerifierKey) -> Result<Held, Fault> {
    let note = vault.checkpoint()?.unwrap_or_else(|| enrolment.checkpoint_note.clone());
    let checkpoint = open_checkpoint(&note, key)?;
    Ok(Held { note, checkpoint })
}

//! Uploading without the vault: while it is locked, ciphertext goes on to the bureau with the upload token alone. No
//! key is touched; nothing is believed, freed or written into the ledger. What arrived is proved when the vault is
//! open again.

use super::{
    Stage, SyncError, SyncOutcome, Syncer,
    cancel::Cancel,
    client::{Client, check_token},
    distrust::Distrust,
    fault::Fault,
    identity::{Bureau, pinned},
    office_network,
    protocol::{Missing, UploadToken},
    queue::{Account, Conditions, Plan, Queue, QueueError, TaskOutcome, Verdict},
    round::Round,
    status::ANCHOR_KEY,
    waiting::Waiting,
};
use crate::{ports::Method, sync::Progress};
use liuhen_record::DeviceId;
use serde_json::json;
use std::{collections::BTreeSet, path::Path};

/// A token that has less time left than this is replaced while that can be done, milliseconds.
const REPLACE_MS: i64 = 5 * 86_400_000;

impl Round<'_> {
    /// Keeps what uploading needs while the vault is locked; fetches another token before the one held runs out. A
    /// bureau that gives none is uploaded to with the vault open.
    pub(super) async fn keep_account(&mut self) -> Result<(), Fault> {
        let device = self.login.device;
        let now_ms = self.syncer.now(self.vault)?.best_ms();
        let known = self.queue.account(device)?.filter(|account| account.is_usable(now_ms + REPLACE_MS));
        let given = match known {
            Some(account) => account.token.map(|token| (token, account.token_expires_ms)),
            None => self.fetch_token().await?,
        };
        let (token, token_expires_ms) = given.map_or((None, 0), |(token, at_ms)| (Some(token), at_ms));
        let account = Account {
            url: self.client.address.clone(),
            tls_pin: self.client.tls_pin,
            vkey: self.key.to_string(),
            token,
            token_expires_ms,
            anchor: self.vault.get_setting(ANCHOR_KEY)?,
        };
        Ok(self.queue.put_account(device, &account)?)
    }

    async fn fetch_token(&mut self) -> Result<Option<(String, i64)>, Fault> {
        match self.client.post::<UploadToken>(&self.login, "/v1/upload-token", &json!({})).await {
            Ok(given) => {
                check_token(&given.bearer)?;
                Ok(Some((given.bearer, given.expires_ms)))
            }
            Err(Fault::Refused { status: 400 | 404 | 405, .. }) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

impl Syncer {
    /// Uploads what the queue beside the vault in `dir` holds, without opening the vault and without any key. The
    /// server must prove to be the bureau first, as in [`Syncer::sync`].
    ///
    /// # Errors
    /// As [`Syncer::sync`]; nothing is freed here in any case.
    pub async fn upload(
        &self,
        dir: &Path,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<SyncOutcome, SyncError> {
        let mut outcome = SyncOutcome::default();
        if let Some(waiting) = self.network_obstacle() {
            outcome.waiting = Some(waiting);
            return Ok(outcome);
        }
        let mut queue = match Queue::open(dir, &self.ports) {
            Ok(queue) => queue,
            Err(QueueError::InUse) => {
                outcome.waiting = Some(Waiting::OtherCore);
                return Ok(outcome);
            }
            Err(error) => return Err(error.into()),
        };
        let ended = self.drain(&mut queue, &mut outcome, progress, cancel).await;
        let ended = match ended {
            Err(fault) if fault.is_server_wide() => {
                let (why, retry_after_ms) = fault.server_wide().unwrap_or((Waiting::ConnectionLost, None));
                queue.trip_circuit(why.clone(), retry_after_ms)?;
                outcome.waiting = Some(why);
                Ok(())
            }
            Err(Fault::Network(why)) => {
                outcome.waiting = Some(why);
                Ok(())
            }
            Err(Fault::Cancelled) => {
                outcome.waiting = Some(Waiting::Stopped);
                Ok(())
            }
            ended => ended,
        };
        queue.prepare_suspend()?;
        ended.map(|()| outcome).map_err(SyncError::from)
    }

    async fn drain(
        &self,
        queue: &mut Queue,
        outcome: &mut SyncOutcome,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<(), Fault> {
        queue.begin_session()?;
        if let Some(waiting) = queue.circuit_obstacle(self.options.wake, queue.now_ms()?)? {
            outcome.waiting = Some(waiting);
            return Ok(());
        }
        for (device, account) in queue.accounts()? {
            if account.is_usable(queue.now_ms()?) {
                outcome.requests += self.meet_by_token(queue, cancel, device, &account).await?;
            }
        }
        loop {
            let conditions =
                Conditions { network: self.ports.network.state(), options: self.options.clone() };
            let plan = queue.plan_own(&conditions)?;
            outcome.waiting.clone_from(&plan.waiting);
            if plan.tasks.is_empty() {
                return Ok(());
            }
            self.send_all(queue, plan, outcome, progress, cancel).await?;
        }
    }

    async fn send_all(
        &self,
        queue: &mut Queue,
        plan: Plan,
        outcome: &mut SyncOutcome,
        progress: &mut dyn FnMut(Progress),
        cancel: &Cancel,
    ) -> Result<(), Fault> {
        let total_bytes = plan.tasks.iter().map(|task| task.len_bytes).sum();
        let (mut done_bytes, mut refused) = (0, BTreeSet::new());
        for task in plan.tasks {
            let device = queue.row(task.key.as_str())?.map(|row| row.device);
            if refused.contains(&device) {
                // Planned with a token that is gone; the next session takes it up.
                continue;
            }
            progress(Progress { stage: Stage::Pieces, item: Some(task.item), done_bytes, total_bytes });
            done_bytes += task.len_bytes;
            if let Some(why) = self.network_obstacle() {
                return Err(Fault::Network(why));
            }
            let sent = cancel.or(self.ports.transport.send(task.request)).await;
            let sent = sent.map_err(|_| Fault::Cancelled)?;
            outcome.requests += 1;
            let what = sent.map_or_else(TaskOutcome::Unanswered, TaskOutcome::Answered);
            let verdict = queue.judged(&task.key, &what)?;
            if queue.is_done(&task.key)? {
                outcome.pieces_sent += 1;
                outcome.bytes_sent += task.len_bytes;
            }
            match verdict {
                Verdict::ServerWide { why, .. } => return Err(Fault::Waiting(why)),
                Verdict::Token => drop(refused.insert(device)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Why nothing may be sent over the network that there is now.
    fn network_obstacle(&self) -> Option<Waiting> {
        office_network::obstacle(&self.ports.network.state(), &self.options)
    }

    /// Lets the server at an account's address prove that it is the bureau, and compares what it lacks with the
    /// queue. Returns the number of requests made.
    async fn meet_by_token(
        &self,
        queue: &mut Queue,
        cancel: &Cancel,
        device: DeviceId,
        account: &Account,
    ) -> Result<u64, Fault> {
        let (url, idle_timeout_ms) = (account.url.clone(), self.options.idle_timeout_ms);
        let client =
            Client::new(&self.ports, cancel, url, account.tls_pin, idle_timeout_ms).only_by(&self.options);
        let bureau = Bureau::meet(&client).await.map_err(|fault| self.on_this_network(fault))?;
        if bureau.key != pinned(&account.vkey)? {
            return Err(Distrust::OtherKey.into());
        }
        let mut request = client.request(Method::Get, account.url.join("/v1/items/missing"));
        if let Some(token) = &account.token {
            request.headers.push(("authorization".into(), format!("Bearer {token}")));
        }
        match client.fetch::<Missing>(request).await {
            Ok(missing) => queue.reconcile(device, &missing)?,
            Err(Fault::Refused { status: 401 | 403, .. }) => queue.drop_token(device)?,
            Err(fault) => return Err(fault),
        }
        Ok(client.requests())
    }
}

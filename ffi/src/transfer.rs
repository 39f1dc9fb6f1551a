//! Pieces that the system's transfer service carries.

use crate::{
    core::Core,
    failure::CoreFailure,
    port::{Header, Transfer, TransferTask},
    sync::wake,
};
use liuhen_core::{
    phone::HandedTask,
    ports::{Response, TransportError},
    sync::{TaskKey, TaskOutcome},
};
use std::sync::Arc;

/// What the bureau answered to a piece.
#[derive(Debug, Clone, uniffi::Record)]
pub struct TransferAnswer {
    /// Status code.
    pub status: u16,
    /// Headers.
    pub headers: Vec<Header>,
    /// Body; it says little.
    pub body: Vec<u8>,
}

fn told(handed: HandedTask, allow_metered: bool) -> TransferTask {
    let HandedTask { task, path, offset } = handed;
    let header = |(name, value)| Header { name, value };
    TransferTask {
        key: task.key.to_string(),
        method: "POST".to_owned(),
        url: task.request.url,
        headers: task.request.headers.into_iter().map(header).collect(),
        tls_pin: task.request.tls_pin.map(|pin| pin.to_string()),
        path: path.to_string_lossy().into_owned(),
        offset,
        len_bytes: task.len_bytes,
        allow_metered,
    }
}

fn answered(answer: TransferAnswer) -> Response {
    let header = |h: Header| (h.name.to_ascii_lowercase(), h.value);
    let headers = answer.headers.into_iter().map(header).collect();
    Response { status: answer.status, headers, body: answer.body }
}

#[uniffi::export]
impl Core {
    /// Hands every piece that may be sent now to the transfer service; returns how many it took. `asked` is that of `SyncGiven`:
    /// without it, whatever failed waits until it is due again.
    pub async fn hand_out_transfers(
        &self,
        transfer: Arc<dyn Transfer>,
        asked: bool,
    ) -> Result<u32, CoreFailure> {
        let wake = wake(asked);
        let planned = self.with(move |phone| {
            let options = phone.sync_options(wake)?;
            let allow_metered = options.allow_metered;
            Ok((phone.hand_out(options)?, allow_metered))
        });
        let (handed, allow_metered) = planned.await?;
        let mut taken = 0;
        for task in handed {
            let key = task.task.key.clone();
            if transfer.start(told(task, allow_metered)).await.is_ok() {
                taken += 1;
            } else {
                self.with(move |phone| phone.handed_result(&key, &TaskOutcome::NotTaken)).await?;
            }
        }
        Ok(taken)
    }

    /// The bureau answered to a piece.
    pub async fn transfer_answered(&self, key: String, answer: TransferAnswer) -> Result<(), CoreFailure> {
        let outcome = TaskOutcome::Answered(answered(answer));
        self.with(move |phone| phone.handed_result(&TaskKey::from(key), &outcome)).await
    }

    /// Nobody answered to a piece.
    pub async fn transfer_unanswered(&self, key: String) -> Result<(), CoreFailure> {
        let outcome = TaskOutcome::Unanswered(TransportError::Lost);
        self.with(move |phone| phone.handed_result(&TaskKey::from(key), &outcome)).await
    }

    /// The program woke up and the transfer service still has these; returns how many others are planned again.
    pub async fn transfers_woken(&self, running: Vec<String>) -> Result<u32, CoreFailure> {
        let running: Vec<TaskKey> = running.into_iter().map(TaskKey::from).collect();
        self.with(move |phone| Ok(phone.still_handed(&running)? as u32)).await
    }
}

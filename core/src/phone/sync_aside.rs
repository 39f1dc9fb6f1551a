//! Synchronising and copying while officers work: long work that steps aside, and pieces that the shell carries.

use super::{Desk, Phone, PhoneError};
use crate::{
    ports::Body,
    sync::{
        Cancel, Conditions, Progress, Queue, SyncError, SyncOptions, SyncOutcome, Task, TaskKey, TaskOutcome,
        Waiting,
    },
};
use std::path::PathBuf;
use tokio::runtime::Handle;

/// A piece that the shell carries, and where its bytes lie.
pub struct HandedTask {
    /// The request.
    pub task: Task,
    /// The file of its body.
    pub path: PathBuf,
    /// First byte.
    pub offset: u64,
}

impl Desk {
    /// Synchronises from beginning to end; blocks. An officer's verb interrupts it for as long as the verb takes: what
    /// was on its way is dropped and goes on where it was. `stop` ends it for good.
    ///
    /// # Errors
    /// As [`Phone::sync`].
    pub fn sync(
        &self,
        runtime: &Handle,
        options: &SyncOptions,
        progress: &mut dyn FnMut(Progress),
        stop: &Cancel,
    ) -> Result<SyncOutcome, PhoneError> {
        let mut all = SyncOutcome::default();
        loop {
            let part = self.aside(|phone, step| {
                runtime.block_on(async {
                    let stopped = async {
                        let _ = stop.or(std::future::pending::<()>()).await;
                        step.cancel();
                        // What is on its way ends by itself now.
                        std::future::pending::<()>().await;
                    };
                    tokio::select! {
                        part = phone.sync(options.clone(), progress, step) => part,
                        () = stopped => Err(PhoneError::Suspended),
                    }
                })
            })?;
            let stepped_aside = part.waiting == Some(Waiting::Stopped) && !stop.is_cancelled();
            all = all.and(part);
            if !stepped_aside {
                return Ok(all);
            }
        }
    }
}

impl Phone {
    /// Pieces for the shell to carry now; they count as under way.
    ///
    /// # Errors
    /// [`PhoneError::Sync`].
    pub fn hand_out(&self, options: SyncOptions) -> Result<Vec<HandedTask>, PhoneError> {
        let conditions = Conditions { network: self.ports.network.state(), options };
        let plan = self.queue()?.plan(&conditions).map_err(SyncError::from)?;
        let handed = plan.tasks.into_iter().filter_map(|task| match &task.request.body {
            Body::File { path, offset, .. } => {
                let (path, offset) = (self.vault.dir().join(path), *offset);
                Some(HandedTask { task, path, offset })
            }
            _ => None,
        });
        Ok(handed.collect())
    }

    /// What became of a piece that the shell carried.
    ///
    /// # Errors
    /// [`PhoneError::Sync`].
    pub fn handed_result(&self, key: &TaskKey, outcome: &TaskOutcome) -> Result<(), PhoneError> {
        Ok(self.queue()?.on_result(key, outcome).map_err(SyncError::from)?)
    }

    /// The shell woke up and still carries these; whatever else it was given is planned again. Returns how many are.
    ///
    /// # Errors
    /// [`PhoneError::Sync`].
    pub fn still_handed(&self, running: &[TaskKey]) -> Result<usize, PhoneError> {
        Ok(self.queue()?.on_wake(running).map_err(SyncError::from)?)
    }

    fn queue(&self) -> Result<Queue, PhoneError> {
        Ok(Queue::open(self.vault.dir(), &self.ports).map_err(SyncError::from)?)
    }
}

//! Copying a recorder's card: from a folder by its path, or from one that only the shell can read.

use crate::{
    core::Core,
    failure::CoreFailure,
    port::{CardPort, RecorderCard},
    runtime::{handle, run},
    view::word::Text,
};
use liuhen_core::phone::{CardCopy, Phone};
use liuhen_record::kind::{Supervisor, SupervisorRole};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::watch;

/// Who supervises the copying of a recorder that is out of order.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SupervisorGiven {
    /// Name.
    pub name: String,
    /// A custodian; otherwise an officer.
    pub custodian: bool,
}

/// How far a copy has come.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportProgress {
    /// Files looked at.
    pub files_done: u64,
    /// Files on the card.
    pub files_total: u64,
    /// Bytes read.
    pub bytes_done: u64,
    /// Bytes on the card.
    pub bytes_total: u64,
    /// The file being read.
    pub path: String,
}

/// A card being copied.
#[derive(uniffi::Object)]
pub struct ImportJob {
    copy: Arc<CardCopy>,
    progress: tokio::sync::Mutex<watch::Receiver<Option<ImportProgress>>>,
    outcome: tokio::sync::Mutex<Option<tokio::task::JoinHandle<Result<Text, CoreFailure>>>>,
}

#[uniffi::export]
impl ImportJob {
    /// The newest progress since the last was asked for; nothing at the end.
    pub async fn next(&self) -> Option<ImportProgress> {
        let mut progress = self.progress.lock().await;
        progress.changed().await.ok()?;
        progress.borrow_and_update().clone()
    }

    /// Waits for the end, and says what it came to. To be asked once.
    pub async fn outcome(&self) -> Result<Text, CoreFailure> {
        let task = self.outcome.lock().await.take().ok_or_else(CoreFailure::over)?;
        task.await.map_err(|_| CoreFailure::panicked())?
    }

    /// Stops it; importing again goes on where it was.
    pub fn cancel(&self) {
        self.copy.cancel();
    }
}

fn supervisors(given: Vec<SupervisorGiven>) -> Vec<Supervisor> {
    let role = |custodian| if custodian { SupervisorRole::Custodian } else { SupervisorRole::Officer };
    given.into_iter().map(|s| Supervisor { name: s.name, role: role(s.custodian) }).collect()
}

impl Core {
    async fn copy(&self, copy: CardCopy) -> Result<Arc<ImportJob>, CoreFailure> {
        // A phone that has joined no bureau seals nothing: said before anything begins.
        self.with(|phone| phone.roster().map(drop)).await?;
        let copy = Arc::new(copy);
        let (sender, receiver) = watch::channel(None);
        let (desk, work) = (Arc::clone(&self.desk), Arc::clone(&copy));
        let task = handle()?.spawn(run(move || {
            let mut tell = |p: liuhen_core::phone::ImportProgress<'_>| {
                let (files_done, files_total) = (p.files_done as u64, p.files_total as u64);
                let (bytes_done, bytes_total, path) = (p.bytes_done, p.bytes_total, p.path.to_owned());
                sender.send_replace(Some(ImportProgress {
                    files_done,
                    files_total,
                    bytes_done,
                    bytes_total,
                    path,
                }));
            };
            desk.with(|phone: &mut Phone| work.run(phone, &mut tell))
        }));
        let (progress, outcome) = (tokio::sync::Mutex::new(receiver), tokio::sync::Mutex::new(Some(task)));
        Ok(Arc::new(ImportJob { copy, progress, outcome }))
    }
}

#[uniffi::export]
impl Core {
    /// Copies a recorder's card, or a folder that stands for one. No other verb runs meanwhile.
    pub async fn import_folder(
        &self,
        recorder_no: String,
        path: String,
        supervisors: Vec<SupervisorGiven>,
    ) -> Result<Arc<ImportJob>, CoreFailure> {
        self.copy(CardCopy::of(recorder_no, PathBuf::from(path), self::supervisors(supervisors))).await
    }

    /// Copies a recorder's card that has no path, through the shell. No other verb runs meanwhile.
    pub async fn import_card(
        &self,
        recorder_no: String,
        card: Arc<dyn RecorderCard>,
        supervisors: Vec<SupervisorGiven>,
    ) -> Result<Arc<ImportJob>, CoreFailure> {
        let open = move || Ok(Box::new(CardPort(Arc::clone(&card))) as Box<dyn liuhen_core::ports::Card>);
        self.copy(CardCopy::from(recorder_no, Box::new(open), self::supervisors(supervisors))).await
    }
}

//! The body recorder of the day: simulated in this process, or one that another process has over a real Bluetooth host stack.

use super::Failure;
use crate::recorder::far;
use liuhen_btle::{Recorder, SimulatedRecorder, far::FarRecorder};
use std::{
    fs,
    path::{Path, PathBuf},
};
use tokio::runtime::Handle;

/// A recorder and its card.
pub enum DayRecorder {
    /// Exists only here.
    InProcess(Box<SimulatedRecorder>),
    /// Another process has it.
    Far {
        /// It.
        recorder: FarRecorder,
        /// The folder that is its card.
        card: PathBuf,
    },
}

fn wall_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

impl DayRecorder {
    /// The recorder at the end of `link`, whose card is a folder; without one a recorder in this process.
    pub fn open(link: Option<&str>, card: Option<&Path>) -> Result<Self, Failure> {
        let (Some(link), Some(card)) = (link, card) else {
            return Ok(Self::InProcess(Box::new(SimulatedRecorder::new(7, Box::new(wall_ms)))));
        };
        let at = link.strip_prefix("sim:").and_then(|at| at.parse().ok());
        let at = at.ok_or_else(|| format!("not sim:HOST:PORT: {link}"))?;
        Ok(Self::Far { recorder: far::at(at), card: card.to_owned() })
    }

    /// As the phone asks it.
    pub fn ask(&mut self) -> &mut dyn Recorder {
        match self {
            Self::InProcess(recorder) => recorder.as_mut(),
            Self::Far { recorder, .. } => recorder,
        }
    }

    /// What it is, in both languages.
    pub fn says(&self) -> (String, String) {
        match self {
            Self::InProcess(_) => {
                ("进程内模拟设备，不经蓝牙".to_owned(), "simulated in this process, no Bluetooth".to_owned())
            }
            Self::Far { recorder, .. } => {
                let protocol = recorder.capabilities().protocol;
                (format!("另一进程中的设备，{protocol}"), format!("in another process, {protocol}"))
            }
        }
    }

    /// The folder that is its card; of the one in this process it is written now.
    pub fn card(&mut self, out: &Path, runtime: &Handle) -> Result<PathBuf, Failure> {
        let recorder = match self {
            Self::Far { card, .. } => return Ok(card.clone()),
            Self::InProcess(recorder) => recorder,
        };
        let card = out.join("recorder-card");
        let folder = card.join("DCIM").join("100LIUHEN");
        fs::create_dir_all(&folder)?;
        fs::write(card.join("sn.txt"), runtime.block_on(recorder.identity())?.officer_no)?;
        let list = runtime.block_on(recorder.list_files())?;
        for file in list.files() {
            let content = recorder.content(&file.name).ok_or("a listed file is not there")?;
            fs::write(folder.join(&file.name), content)?;
        }
        Ok(card)
    }
}

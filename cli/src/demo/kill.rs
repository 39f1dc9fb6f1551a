//! A phone that dies in the middle of a recording, or of an upload: a real process, a real SIGKILL.

use super::cut::Cut;
use std::{
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// What the process had said before it was killed.
#[derive(Debug, Clone)]
pub struct Killed {
    /// The item it was recording.
    pub item: String,
    /// Bytes that it had acknowledged as safe.
    pub acked_bytes: u64,
}

/// Lets another process record `audio` into the vault at microphone pace and kills it once it has acknowledged at
/// least `after_bytes`.
///
/// # Errors
/// When the process cannot be started, or ends by itself before that.
pub fn record_and_kill(vault: &Path, audio: &Path, after_bytes: u64) -> io::Result<Killed> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("patrol")
        .arg("--vault")
        .arg(vault)
        .args(["--json", "record-audio", "--pace", "64000"])
        .arg(audio)
        .stdout(Stdio::piped())
        .spawn()?;
    let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
    let mut killed = None;
    for line in BufReader::new(stdout).lines() {
        let said: serde_json::Value = serde_json::from_str(&line?)?;
        let (Some(item), Some(acked)) = (said["recording"].as_str(), said["acked_bytes"].as_u64()) else {
            break;
        };
        if acked >= after_bytes {
            killed = Some(Killed { item: item.to_owned(), acked_bytes: acked });
            break;
        }
    }
    // On Unix this is SIGKILL: nothing of the process runs any more.
    child.kill()?;
    child.wait()?;
    killed.ok_or_else(|| io::Error::other("the recording ended before it could be killed"))
}

/// Lets another process synchronise the vault and kills it once the network in front of the bureau has stalled in
/// the middle of its upload.
///
/// # Errors
/// When the process cannot be started, or ends by itself before that.
pub fn sync_and_kill(vault: &Path, cut: &Cut) -> io::Result<()> {
    let mut child = Command::new(std::env::current_exe()?)
        .arg("patrol")
        .arg("--vault")
        .arg(vault)
        .args(["--json", "sync"])
        .stdout(Stdio::null())
        .spawn()?;
    while cut.stalls() == 0 {
        if child.try_wait()?.is_some() {
            return Err(io::Error::other("the synchronisation ended before it could be killed"));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    // On Unix this is SIGKILL.
    child.kill()?;
    child.wait()?;
    Ok(())
}

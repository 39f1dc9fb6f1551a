//! A server in a process of its own some of whose system calls fail, or are its last (`strace -e inject`).

use super::{
    child::{Process, say},
    clock::TestClock,
};
use liuhen_bureau::{Bureau, BureauConfig};
use reqwest::{RequestBuilder, Response};
use rustix::fs::{CWD, Mode, mkfifoat};
use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

const DIR: &str = "LIUHEN_STRACE_DIR";
/// A server whose wake-up call failed does not answer: the phone gives up after this and tries again later.
const PATIENCE: Duration = Duration::from_secs(5);

// Calls as strace selects them. Those that one thread makes of the same file are apart: each is counted by itself, and two of
// a selection would fail together.
pub const OPENING: &str = "/^openat2?$";
pub const READING: &str = "/^read$";
pub const READING_PAGES: &str = "/^pread64$";
pub const LOOKING: &str = "/^statx$";
pub const LOOKING_AT_LEDGER: &str = "/^(stat|lstat|fstat|newfstatat)$";
pub const LISTING: &str = "/^getdents(64)?$";
pub const WRITING: &str = "/^write$";
pub const WRITING_PAGES: &str = "/^pwrite64$";
pub const SYNCING: &str = "/^f(data)?sync$";
pub const RENAMING: &str = "/^rename(at2?)?$";
pub const REMOVING: &str = "/^unlink(at)?$";
pub const MAKING: &str = "/^mkdir(at)?$";
pub const CUTTING: &str = "/^ftruncate(64)?$";
pub const CLOSING: &str = "/^close$";
/// From file to file, in the way that the system has.
pub const COPYING: &str = "/^(copy_file_range|sendfile(64)?|splice)$";

/// Whoever sets one of these wants every test to have run: one that cannot run here fails.
const DEMANDED_BY: [&str; 2] = ["CI", "LIUHEN_STRACE"];

/// Whether this machine lets us watch our own processes; says so where it does not.
///
/// # Panics
/// When it does not and [`DEMANDED_BY`] says that it must.
pub fn permitted() -> bool {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "-e", "trace=close", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if tried.is_ok_and(|status| status.success()) {
        return true;
    }
    let demanded = DEMANDED_BY.iter().find(|variable| std::env::var_os(variable).is_some());
    assert!(demanded.is_none(), "{demanded:?} is set, and strace is not here or may not watch processes");
    eprintln!("skipped: strace is not here, or is not permitted to watch processes");
    false
}

/// Which calls fail, and how.
pub struct Injection<'i> {
    /// The calls, as strace selects them.
    pub calls: &'i str,
    /// `error=EIO`, `signal=SIGKILL`.
    pub fault: &'i str,
    /// Only this call of each thread; `None`: every one.
    pub when: Option<usize>,
    /// Only calls about these files and folders; empty: about any.
    pub paths: &'i [PathBuf],
}

impl Injection<'_> {
    /// The server on this data folder from its first call on; its address, unless it ends before it serves.
    pub async fn start(&self, data: &Path, log: &Path) -> (Process, Option<String>) {
        let mut command = Command::new("strace");
        command.arg("-q").args(self.arguments(log)).arg(std::env::current_exe().unwrap());
        let process = Process::start_under(command, &[(DIR, data.display().to_string())]);
        let waiting = tokio::task::spawn_blocking(move || {
            let url = process.says("url");
            (process, url)
        });
        waiting.await.unwrap()
    }

    /// The same from when it serves: what it does for its start is not counted. strace takes the place of the shell that
    /// started the server, because a process may be watched by its parent where it may not be by others.
    pub async fn attach(&self, data: &Path, log: &Path) -> (Process, Option<String>) {
        let gate = log.with_extension("gate");
        mkfifoat(CWD, &gate, Mode::RUSR | Mode::WUSR).unwrap();
        let arguments: Vec<_> = self.arguments(log).iter().map(|argument| format!("'{argument}'")).collect();
        let script = format!(
            r#"exec 3<&0; "$@" <&3 & read -r go <'{}'; exec strace {} -p $! 2>&1"#,
            gate.display(),
            arguments.join(" ")
        );
        let mut command = Command::new("sh");
        command.args(["-c", &script, "sh"]).arg(std::env::current_exe().unwrap());
        let process = Process::start_under(command, &[(DIR, data.display().to_string())]);
        let waiting = tokio::task::spawn_blocking(move || {
            let url = process.hear("url");
            fs::write(gate, "\n").unwrap();
            let said = process.line_with("strace: ");
            assert!(said.contains(" attached"), "{said}");
            (process, Some(url))
        });
        waiting.await.unwrap()
    }

    /// Not with `--seccomp-bpf`: strace injects no signals then.
    fn arguments(&self, log: &Path) -> Vec<String> {
        let mut arguments = vec!["-f".to_owned(), "-o".to_owned(), log.display().to_string()];
        for path in self.paths {
            arguments.extend(["-P".to_owned(), path.display().to_string()]);
        }
        let when = self.when.map_or_else(String::new, |n| format!(":when={n}"));
        let (trace, inject) =
            (format!("trace={}", self.calls), format!("inject={}:{}{when}", self.calls, self.fault));
        arguments.extend(["-e".to_owned(), trace, "-e".to_owned(), inject]);
        arguments
    }
}

/// Waits until the process has ended.
pub async fn end(process: Process) {
    tokio::task::spawn_blocking(move || process.end()).await.unwrap();
}

/// The bureau, in the process that strace watches; nothing in another.
pub async fn serve() {
    let Ok(dir) = std::env::var(DIR) else { return };
    // It ends with its parent, as abruptly as a power cut.
    std::thread::spawn(|| {
        // This call may be the one that fails, too.
        while std::io::stdin().read(&mut [0]).is_err() {}
        std::process::abort();
    });
    let mut config = BureauConfig::new(dir);
    config.clock = Arc::<TestClock>::default();
    match Bureau::start(config).await {
        Ok(bureau) => {
            say("url", &bureau.url());
            std::future::pending::<()>().await;
        }
        Err(error) => say("failed", &error.to_string()),
    }
}

/// Copies a data folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else if from.parent().is_some_and(|above| above.ends_with("store/pieces")) {
            // Nobody ever writes to a piece that has its name.
            fs::hard_link(entry.path(), target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The answer if it is a success. A bureau that cannot do it now says so, and that it lies with it.
pub async fn answered(request: RequestBuilder, told: &str) -> Option<Response> {
    let answer = request.timeout(PATIENCE).send().await.ok()?;
    if answer.status().is_success() {
        return Some(answer);
    }
    let status = answer.status();
    let Ok(said) = answer.json::<serde_json::Value>().await else { panic!("{told}: {status}, and no word") };
    assert!(status.is_server_error(), "{told}: the phone is blamed: {status} {said}");
    assert!(said["error"]["zh"].as_str().unwrap().contains("服务器"), "{told}: {said}");
    None
}

/// The same of an answer in JSON.
pub async fn said(request: RequestBuilder, told: &str) -> Option<serde_json::Value> {
    answered(request, told).await?.json().await.ok()
}

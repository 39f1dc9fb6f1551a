//! The command `liuhen` as real processes that can be killed.

use crate::root;
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Read as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::SystemTime,
};

/// The built command, built now unless it is newer than every source: `cargo test --workspace` has built it before, a
/// single test has not.
pub fn liuhen() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = std::env::current_exe().expect("this test");
        // target/<profile>/deps/<this test>
        let profile = test.ancestors().nth(2).expect("a profile's folder");
        let program = profile.join("liuhen");
        let sources = ["record", "core", "bridge-btle", "bureau", "cli"].map(|room| root().join(room));
        let newest = sources.iter().filter_map(|room| newest_source(room)).max();
        if modified(&program) < newest {
            build(profile);
        }
        program
    })
}

fn build(profile: &Path) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    // A test of the command brings the command; named together with this crate, its libraries are those built already.
    build.args([
        "test",
        "--no-run",
        "--locked",
        "--quiet",
        "-p",
        "liuhen",
        "-p",
        "liuhen-tests",
        "--test",
        "by_hand",
    ]);
    build.current_dir(root()).arg("--target-dir").arg(profile.parent().expect("target"));
    if profile.ends_with("release") {
        build.arg("--release");
    }
    assert!(build.status().expect("cargo runs").success(), "the command could not be built");
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// When the newest Rust source, manifest or template below `folder` was changed.
fn newest_source(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    entries.filter_map(|path| if path.is_dir() { newest_source(&path) } else { modified(&path) }).max()
}

/// A process that may be killed from elsewhere.
#[derive(Clone)]
pub struct Killable(Arc<Mutex<Child>>);

impl Killable {
    fn child(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// SIGKILL: nothing of it runs any more.
    pub fn kill(&self) {
        let _ended_before = self.child().kill();
    }

    /// Waits for its end; whether it ended by itself and well.
    pub fn wait(&self) -> bool {
        self.child().wait().expect("a child").success()
    }
}

fn example(name: &str) -> String {
    root().join("spec/examples").join(name).display().to_string()
}

/// A bureau in its own process; killed when dropped.
pub struct BureauProcess {
    data: PathBuf,
    /// The process.
    pub process: Killable,
    ready: Value,
}

impl BureauProcess {
    /// Starts it on `data` and waits until it listens.
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(liuhen())
            .args(["bureau", "--officers", &example("officers.json"), "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("it says that it is ready");
        let ready = serde_json::from_str(&line).expect("JSON");
        Self { data: data.to_owned(), process: Killable(Arc::new(Mutex::new(child))), ready }
    }

    /// A new process on the same data. Kills this one.
    #[must_use]
    pub fn again(self) -> Self {
        let data = self.data.clone();
        drop(self);
        Self::start(&data)
    }

    /// Something it said when it was ready.
    pub fn says(&self, name: &str) -> &str {
        self.ready[name].as_str().expect("said")
    }
}

impl Drop for BureauProcess {
    fn drop(&mut self) {
        self.process.kill();
        self.process.wait();
    }
}

/// An officer's phone, one process a command.
pub struct PhoneProcess {
    vault: PathBuf,
}

impl PhoneProcess {
    /// The phone whose vault is (or will be) in `vault`.
    pub fn new(vault: &Path) -> Self {
        Self { vault: vault.to_owned() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(liuhen());
        command.args(["patrol", "--json", "--vault"]).arg(&self.vault).args(arguments);
        command
    }

    /// Runs a command that must succeed; what it said last.
    pub fn must(&self, arguments: &[&str]) -> Value {
        let said = self.says(arguments);
        assert_eq!(said["ok"], true, "{arguments:?}: {said}");
        said
    }

    /// Runs a command; what it said last.
    pub fn says(&self, arguments: &[&str]) -> Value {
        self.ends(arguments).1
    }

    /// Runs a command; the code it ended with, and what it said last.
    pub fn ends(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let output = self.command(arguments).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let last = text.lines().last();
        let last =
            last.unwrap_or_else(|| panic!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code(), serde_json::from_str(last).expect("JSON"))
    }

    /// Starts a command whose process `arm` is told of; gives what it said last when it ends by itself, `None` when
    /// it was killed before.
    pub fn killable(&self, arguments: &[&str], arm: impl FnOnce(Killable)) -> Option<Value> {
        let mut command = self.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
        let mut stdout = child.stdout.take().expect("piped");
        let process = Killable(Arc::new(Mutex::new(child)));
        arm(process.clone());
        let mut text = String::new();
        stdout.read_to_string(&mut text).expect("UTF-8");
        process.wait();
        serde_json::from_str(text.lines().last()?).ok()
    }

    /// Joins a bureau at `url`, which may be a proxy before it, and does everything of a small activity until it is
    /// closed, with `files` captured.
    pub fn work_a_day(&self, url: &str, code: &str, files: &[&Path]) {
        self.must(&["enrol", "--url", url, "--code", code]);
        self.must(&["check"]);
        self.must(&[
            "open",
            "--officer",
            "li-wen",
            "--officer",
            "ding-yi",
            "--party",
            "示例公司",
            "--representative",
            "王平",
            "--place",
            "示例路1号",
        ]);
        self.must(&["show-certificate"]);
        self.must(&["notice"]);
        for file in files {
            self.must(&["capture", file.to_str().expect("UTF-8")]);
        }
        self.must(&["document", "on_site_inspection_record", "--fields", &example("inspection.json")]);
        self.must(&["review"]);
        let officers = [example("strokes-officer-1.json"), example("strokes-officer-2.json")];
        let mut sign = vec!["sign", "--strokes"];
        let party = example("strokes-party.json");
        sign.push(&party);
        for officer in &officers {
            sign.extend(["--officer-strokes", officer]);
        }
        self.must(&sign);
        self.must(&["close"]);
    }
}

/// Writes the bureau's package below `dir` and lets the verifier judge it, opening every item; what it said.
pub fn verified_package(dir: &Path, bureau_data: &Path) -> Value {
    let package = dir.join("package");
    let made = Command::new(liuhen())
        .args(["bureau", "package", "--data"])
        .arg(bureau_data)
        .arg("--out")
        .arg(&package)
        .output()
        .expect("it runs");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let identity = bureau_data.with_extension("bureau-identity.txt");
    let verified = Command::new(liuhen())
        .args(["verify", "--json", "--identity"])
        .arg(identity)
        .arg(&package)
        .output()
        .expect("it runs");
    let said = String::from_utf8(verified.stdout).expect("UTF-8");
    assert!(verified.status.success(), "{said}");
    serde_json::from_str(&said).expect("JSON")
}

//! Other people's programs, and ours as a process of its own.

use crate::Outcome;
use crate::setup::Skip;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a command to its end; gives its time from start to end and what it printed.
pub fn run(command: &mut Command) -> Outcome<(Duration, String)> {
    let started = Instant::now();
    let answer = command.stdin(Stdio::null()).output().map_err(|error| missing(command, &error))?;
    let time = started.elapsed();
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("{} failed: {}", command.get_program().display(), said.trim()).into());
    }
    Ok((time, String::from_utf8_lossy(&answer.stdout).into_owned()))
}

fn missing(command: &Command, error: &std::io::Error) -> Box<dyn std::error::Error> {
    let name = command.get_program();
    match error.kind() {
        std::io::ErrorKind::NotFound => Skip(format!("{} is not installed", name.display())).into(),
        _ => format!("{}: {error}", name.display()).into(),
    }
}

/// This program as a child that does one thing (see [`crate::child`]).
pub fn child(args: &[&OsStr]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(crate::child::FLAG).args(args);
    Ok(command)
}

/// The same on one processor only.
pub fn pinned_child(args: &[&OsStr]) -> Outcome<Command> {
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(std::env::current_exe()?).arg(crate::child::FLAG).args(args);
    Ok(command)
}

/// `age -e -r RECIPIENT -o OUT SOURCE`.
pub fn age_encrypt(recipient: &str, source: &Path, out: &Path) -> Command {
    let mut command = Command::new("age");
    command.args(["-e", "-r", recipient, "-o"]).arg(out).arg(source);
    command
}

/// `openssl dgst -sha256 FILE…`.
pub fn openssl_sha256(files: &[&Path]) -> Command {
    let mut command = Command::new("openssl");
    command.args(["dgst", "-sha256"]).args(files);
    command
}

/// Which versions these are, for the notes.
pub fn versions() -> String {
    let line = |program: &str, arg: &str| {
        let said = run(Command::new(program).arg(arg)).map(|(_, said)| said).unwrap_or_default();
        said.lines().next().unwrap_or("unknown").to_owned()
    };
    format!("age {}, {}", line("age", "--version"), line("openssl", "version"))
}

/// How many P-256 signatures OpenSSL verifies in a second, by its own `openssl speed`.
pub fn openssl_p256_verifies_per_sec() -> Outcome<f64> {
    let (_, said) = run(Command::new("openssl").args(["speed", "-seconds", "1", "ecdsap256"]))?;
    // The last line: name, seconds per signature, seconds per verification, signatures/s, verifications/s.
    let line =
        said.lines().rev().find(|line| line.contains("nistp256")).ok_or("openssl speed said nothing")?;
    Ok(line.split_whitespace().next_back().ok_or("openssl speed said nothing")?.parse()?)
}

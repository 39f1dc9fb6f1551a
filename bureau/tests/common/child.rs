//! A server in a process of its own, which is really killed (SIGKILL) at a point between two durable steps.

use liuhen_bureau::fault::{Faults, Point};
use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

/// A process that never comes to its point would hang a test for ever.
const TOO_LONG: Duration = Duration::from_mins(2);

/// Stands still at its point, so that the parent can kill the process there.
pub struct StandAt(pub Option<Point>);

impl Faults for StandAt {
    fn hit(&self, point: Point) -> io::Result<()> {
        if self.0 != Some(point) {
            return Ok(());
        }
        say("stands", "");
        loop {
            std::thread::park();
        }
    }
}

/// Fails at its points and goes on elsewhere: a step that was never done.
pub struct FailAt(pub Vec<Point>);

impl Faults for FailAt {
    fn hit(&self, point: Point) -> io::Result<()> {
        if self.0.contains(&point) { Err(io::Error::other("injected")) } else { Ok(()) }
    }
}

/// A line from the child to its parent.
pub fn say(word: &str, text: &str) {
    println!("\n{word}={text}");
    let _parent_is_gone = io::stdout().flush();
}

/// Another process of this test program, running only the test `child_process`.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    pub fn start(variables: &[(&str, String)]) -> Self {
        Self::start_under(Command::new(std::env::current_exe().unwrap()), variables)
    }

    /// Started by a program that is given the command at its end, like `strace`.
    pub fn start_under(mut command: Command, variables: &[(&str, String)]) -> Self {
        let mut child = command
            .args(["--exact", "child_process", "--nocapture"])
            .stdin(Stdio::piped())
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// Its number in the system.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The text of the next line that begins with `<word>=`.
    pub fn hear(&self, word: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(TOO_LONG).unwrap_or_else(|_| panic!("no {word}"));
            if let Some(text) = line.strip_prefix(word).and_then(|rest| rest.strip_prefix('=')) {
                return text.to_owned();
            }
        }
    }

    /// The next line in which this stands.
    pub fn line_with(&self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(TOO_LONG).unwrap_or_else(|_| panic!("no {text}"));
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Whether it says such a line before it ends.
    pub fn says(&self, word: &str) -> Option<String> {
        let said = |line: String| line.strip_prefix(word)?.strip_prefix('=').map(str::to_owned);
        std::iter::from_fn(|| self.lines.recv_timeout(TOO_LONG).ok()).find_map(said)
    }

    /// Waits until it ends. One that looks for the end of its standard input ends now.
    pub fn end(mut self) {
        drop(self.child.stdin.take());
        self.child.wait().unwrap();
    }

    /// Waits until it stands at its point, and kills it there.
    pub fn kill_where_it_stands(mut self) {
        self.hear("stands");
        self.child.kill().unwrap();
        assert!(!self.child.wait().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _killed_before = self.child.kill();
        let _reaped_before = self.child.wait();
    }
}

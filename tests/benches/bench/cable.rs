//! Two network namespaces and a cable between them of so many bits a second: the kernel's own TCP, and its own shaper (`tbf`).
//! They hang on two processes and are gone with them.

use crate::{Outcome, tools};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

/// Addresses for documentation (RFC 5737): nobody but the two ends is in these namespaces.
const NEAR: &str = "192.0.2.1";
const FAR: &str = "192.0.2.2";
/// What the shaper lets through at once: the largest packet that TCP hands down.
const BURST_BYTES: u32 = 64 << 10;
/// What waits before the shaper: 1 MiB, as a switch may; what comes then is dropped, and TCP learns from it.
const QUEUE_BYTES: u32 = 1 << 20;

/// A network namespace, held by a process until its input is closed.
struct Namespace {
    holder: Child,
}

impl Namespace {
    fn make() -> Outcome<Self> {
        let mut command = Command::new("unshare");
        command.args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut made = Self { holder: command.spawn()? };
        // What comes back says that it is in its namespace.
        let mut back = String::new();
        let asked = made.holder.stdin.as_mut().map(|input| input.write_all(b"here\n"));
        let answered = made.holder.stdout.as_mut().map(|output| BufReader::new(output).read_line(&mut back));
        match (asked, answered, back.as_str()) {
            (Some(Ok(())), Some(Ok(_)), "here\n") => Ok(made),
            _ => Err("no network namespace can be made here (that takes root)".into()),
        }
    }

    fn number(&self) -> String {
        self.holder.id().to_string()
    }

    fn run(&self, words: &str) -> Outcome<()> {
        let words: Vec<&str> = words.split(' ').collect();
        tools::run(&mut self.inside(Command::new(words[0]).args(&words[1..])))?;
        Ok(())
    }

    fn inside(&self, command: &Command) -> Command {
        let mut within = Command::new("nsenter");
        within.arg(format!("--net=/proc/{}/ns/net", self.holder.id()));
        within.arg(command.get_program()).args(command.get_args());
        within
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        drop(self.holder.stdin.take());
        drop(self.holder.wait());
    }
}

/// The cable. What is sent from the near end is shaped.
pub struct Cable {
    near: Namespace,
    far: Namespace,
}

impl Cable {
    /// Lays one.
    ///
    /// # Errors
    /// Where the kernel or whoever runs this has no namespaces, no `veth` or no `tbf`, or `ip` and `tc` are not installed.
    pub fn lay(bits_per_sec: u64) -> Outcome<Self> {
        let (near, far) = (Namespace::make()?, Namespace::make()?);
        let mut pair = Command::new("ip");
        pair.args(["link", "add", "near", "netns", &near.number(), "type", "veth"]);
        tools::run(pair.args(["peer", "name", "far", "netns", &far.number()]))?;
        for (end, name, address) in [(&near, "near", NEAR), (&far, "far", FAR)] {
            end.run(&format!("ip address add {address}/30 dev {name}"))?;
            end.run(&format!("ip link set {name} up"))?;
            end.run("ip link set lo up")?;
        }
        near.run(&format!(
            "tc qdisc add dev near root tbf rate {bits_per_sec}bit burst {BURST_BYTES} limit {QUEUE_BYTES}"
        ))?;
        Ok(Self { near, far })
    }

    /// The same command at the near end.
    pub fn near(&self, command: &Command) -> Command {
        self.near.inside(command)
    }

    /// This program at the far end, as a child told where to listen.
    pub fn far_child(&self, args: &[&OsStr]) -> Outcome<Command> {
        let all: Vec<_> = args.iter().copied().chain([FAR.as_ref()]).collect();
        Ok(self.far(&tools::child(&all)?))
    }

    /// The same command at the far end.
    pub fn far(&self, command: &Command) -> Command {
        self.far.inside(command)
    }
}

//! The recorder that was written from the specification, without our code (sim/recorder.py), as a process beside the test.

use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// A random static address, as bumble is told and as the air carries it.
pub const ADDRESS: [u8; 6] = [0xBB, 0x1D, 0x1A, 0x17, 0xF2, 0xC4];

/// A running recorder; ends with the test.
pub struct Bumble {
    child: Child,
    control: TcpStream,
    /// Where a Bluetooth host attaches by HCI.
    pub hci_port: u16,
}

/// Python with bumble in it, which `./dev test` installs; `None` says that it is not there.
pub fn python() -> Option<PathBuf> {
    let python = match std::env::var_os("LIUHEN_BUMBLE_PYTHON") {
        Some(python) => PathBuf::from(python),
        None => top().join(".cache/bumble-0.0.236/bin/python"),
    };
    python.is_file().then_some(python)
}

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Bumble {
    /// Starts it with these options and waits until it advertises. `None` without Python; the test then says so.
    pub fn start(options: &[&str]) -> Option<Self> {
        let Some(python) = python() else {
            assert!(
                std::env::var_os("LIUHEN_RADIO_REQUIRED").is_none(),
                "bumble is not installed, and LIUHEN_RADIO_REQUIRED is set"
            );
            eprintln!("skipped: bumble is not installed (./dev test installs it into .cache)");
            return None;
        };
        let (hci_port, control_port) = (free_port(), free_port());
        let script = top().join("bridge-btle/sim/recorder.py");
        let mut child = Command::new(python)
            .arg(script)
            .arg(format!("tcp-server:127.0.0.1:{hci_port}"))
            .args(["--control", &control_port.to_string()])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let up = lines.find(|line| line.as_ref().is_ok_and(|line| line == "advertising"));
        assert!(up.is_some(), "the recorder did not start");
        // Whatever it says later is read, so that its pipe never fills.
        std::thread::spawn(move || lines.for_each(drop));
        let control = TcpStream::connect(("127.0.0.1", control_port)).unwrap();
        Some(Self { child, control, hci_port })
    }

    /// A command of the simulator; gives its answer.
    pub fn tell(&mut self, command: &str) -> String {
        writeln!(self.control, "{command}").unwrap();
        let mut answer = String::new();
        BufReader::new(&self.control).read_line(&mut answer).unwrap();
        answer.trim_end().to_owned()
    }

    /// Its list, as it has it itself.
    pub fn list(&mut self) -> Vec<u8> {
        let hex = self.tell("list");
        (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
    }
}

impl Drop for Bumble {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

//! Servers by other people.

use super::installed;
use crate::tus_rules::{Server, Upload};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// How often, and how long apart, a server that was started is looked for.
const LOOKS: u32 = 1_000;
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerKind {
    /// tusd: its handler and file store.
    Tusd,
    /// @tus/server with @tus/file-store.
    TusNode,
    /// tus-axum: what the crate tus-server speaks.
    TusAxum,
}

impl PeerKind {
    /// Name and version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tusd => "tusd 2.10.0",
            Self::TusNode => "@tus/server 2.4.5",
            Self::TusAxum => "tus-axum 0.1.0",
        }
    }

    fn command(self, port: u16, files: &Path) -> Option<Command> {
        let port = port.to_string();
        Some(match self {
            Self::Tusd => {
                let mut command = Command::new(installed("tusd", "tusd-2.10.0/tusd")?);
                command.arg(port).arg(files);
                command
            }
            Self::TusNode => {
                let script = installed("node", "node/serve.mjs")?;
                let mut command = Command::new("node");
                command.arg(script).arg(port).arg(files);
                command
            }
            Self::TusAxum => {
                let mut command = Command::new(installed("tus-axum", "tus-axum-0.1.0/bin/tus-axum-peer")?);
                command.arg(port);
                command
            }
        })
    }
}

/// A running server; killed when dropped.
pub struct PeerServer {
    /// Which one.
    pub kind: PeerKind,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it keeps uploads, if it keeps them in files.
    pub files: TempDir,
    process: Child,
}

impl PeerServer {
    /// Starts one and waits until it listens; `None` when it is not installed.
    pub async fn start(kind: PeerKind) -> Option<Self> {
        let files = tempfile::tempdir().expect("a folder");
        // These servers want a number: one that was free a moment ago.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let mut command = kind.command(address.port(), files.path())?;
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
        let server = Self { kind, address, files, process };
        assert!(is_up(address).await, "{} does not listen", kind.name());
        Some(server)
    }

    /// As the rules ask it.
    pub fn for_rules(&self) -> Server {
        let mut made = 0_u8;
        Server {
            name: self.kind.name().to_owned(),
            address: self.address,
            collection: "/files".to_owned(),
            unknown: "/files/0123456789abcdef0123456789abcdef".to_owned(),
            headers: Vec::new(),
            next_upload: Box::new(move || {
                made = made.wrapping_add(1);
                let metadata = format!("filename {}", STANDARD.encode(format!("upload-{made}")));
                Upload { metadata, content: vec![made; 128] }
            }),
        }
    }
}

impl Drop for PeerServer {
    fn drop(&mut self) {
        let _ended_before = self.process.kill();
        let _waited = self.process.wait();
    }
}

/// Waits until somebody listens.
pub async fn is_up(address: SocketAddr) -> bool {
    for _ in 0..LOOKS {
        if tokio::net::TcpStream::connect(address).await.is_ok() {
            return true;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    false
}

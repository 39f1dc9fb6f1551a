//! Other people's servers, each for one measurement.

use crate::Outcome;
use crate::setup::Skip;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server is given so long to listen.
const STARTED_IN: Duration = Duration::from_secs(10);

struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start(command: &mut Command, port: u16) -> Outcome<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let process = spawned.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Skip(format!("{program} is not installed")).into(),
            _ => Box::<dyn std::error::Error>::from(format!("{program}: {error}")),
        })?;
        let server = Self { process, url: format!("http://127.0.0.1:{port}") };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if started.elapsed() > STARTED_IN {
                return Err(format!("{program} does not listen").into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn first_line(program: &str, args: &[&str]) -> String {
    let answer = Command::new(program).args(args).output();
    let text = answer.map(|answer| [answer.stdout, answer.stderr].concat()).unwrap_or_default();
    String::from_utf8_lossy(&text).lines().next().unwrap_or("unknown version").to_owned()
}

/// `nginx` that takes `PUT`s into a folder.
pub struct Nginx(Server);

impl Nginx {
    /// Starts it with its files below `dir`.
    pub fn start(dir: &Path) -> Outcome<Self> {
        let port = free_port()?;
        let d = dir.display();
        let config = format!(
            "daemon off; master_process off; pid {d}/pid; error_log {d}/error.log;
events {{}}
http {{ access_log off; client_max_body_size 0; client_body_temp_path {d}/temp; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{port}; root {d}/files; location / {{ dav_methods PUT; }} }} }}
"
        );
        std::fs::create_dir_all(dir.join("files"))?;
        let path = dir.join("nginx.conf");
        std::fs::write(&path, config)?;
        Ok(Self(Server::start(Command::new("nginx").arg("-c").arg(path), port)?))
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Which it is.
    pub fn version() -> String {
        first_line("nginx", &["-v"])
    }
}

/// `tusd`'s handler and file store, as `./dev bench` installs them.
pub struct Tusd(Server);

impl Tusd {
    /// Starts it with its files below `dir`.
    pub fn start(dir: &Path) -> Outcome<Self> {
        let port = free_port()?;
        let files = dir.join("files");
        std::fs::create_dir_all(&files)?;
        let mut command = Command::new(installed("tusd-2.10.0/tusd")?);
        command.arg(port.to_string()).arg(files);
        Ok(Self(Server::start(&mut command, port)?))
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Which it is.
    pub fn version() -> Outcome<String> {
        installed("tusd-2.10.0/tusd")?;
        Ok(format!("tusd 2.10.0, {}", first_line("go", &["version"])))
    }
}

/// `@tus/server` with its file store, as `./dev bench` installs it.
pub struct TusNode(Server);

impl TusNode {
    /// Starts it with its files below `dir`.
    pub fn start(dir: &Path) -> Outcome<Self> {
        let port = free_port()?;
        let files = dir.join("files");
        std::fs::create_dir_all(&files)?;
        let mut command = Command::new("node");
        command.arg(installed("node/serve.mjs")?).arg(port.to_string()).arg(files);
        Ok(Self(Server::start(&mut command, port)?))
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// Which it is.
    pub fn version() -> Outcome<String> {
        let package = std::fs::read(installed("node/node_modules/@tus/server/package.json")?)?;
        let package: serde_json::Value = serde_json::from_slice(&package)?;
        let version = package["version"].as_str().unwrap_or("of unknown version");
        Ok(format!("@tus/server {version} on node {}", first_line("node", &["--version"])))
    }
}

fn installed(file: &str) -> Outcome<PathBuf> {
    let path = liuhen_tests::root().join(".cache/peers").join(file);
    if path.exists() { Ok(path) } else { Err(Skip(format!("{} is not installed", path.display())).into()) }
}

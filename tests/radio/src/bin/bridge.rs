//! The simulated recorder for programs that have no Bluetooth host stack: starts it (bumble), pairs with it over HCI and LE
//! Secure Connections by trouble-host, and answers for it on a port of this machine, one JSON line asked, one answered. Says
//! `--link sim:HOST:PORT` once it is paired, and ends when its standard input does. `./dev demo` runs it.
#![forbid(unsafe_code)]

use liuhen_btle::{
    PeerId, Recorder,
    far::{Ask, Told},
    profile::ProfileRecorder,
};
use liuhen_radio::{
    bumble::{ADDRESS, Bumble},
    trouble::{RealClock, TroubleLink},
};
use std::{error::Error, io::Read as _};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// Longest question, bytes.
const MAX_ASK_BYTES: u64 = 4096;

async fn answer(recorder: &mut dyn Recorder, mut stream: TcpStream) -> Result<(), Box<dyn Error>> {
    let (reader, mut writer) = stream.split();
    let mut line = String::new();
    BufReader::new(reader.take(MAX_ASK_BYTES)).read_line(&mut line).await?;
    let ask: Ask = serde_json::from_str(&line)?;
    let told = serde_json::to_string(&Told::by(recorder, ask).await)?;
    writer.write_all(format!("{told}\n").as_bytes()).await?;
    Ok(())
}

async fn serve(recorder: &mut dyn Recorder, listener: &TcpListener) -> std::io::Error {
    loop {
        match listener.accept().await {
            // Whoever asked may have gone away: the recorder goes on.
            Ok((stream, _)) => drop(answer(recorder, stream).await),
            Err(error) => return error,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options: Vec<String> = std::env::args().skip(1).collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let bumble = Bumble::start(&options).ok_or("bumble is not installed")?;
    let link = TroubleLink::attach(bumble.hci_port, ADDRESS);
    let mut count = 0_u64;
    // The core asks for proofs with nonces of its own; these only tell that the same device answers after a lost connection.
    let started_ms = chrono::Utc::now().timestamp_millis();
    let nonces = Box::new(move || {
        count += 1;
        let mut nonce = [0; 32];
        nonce[..8].copy_from_slice(&started_ms.to_le_bytes());
        nonce[8..16].copy_from_slice(&count.to_le_bytes());
        nonce
    });
    let peer = PeerId("recorder".into());
    let mut recorder = ProfileRecorder::open(link, RealClock::new(), peer, nonces).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("--link sim:{}", listener.local_addr()?);
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    let served = tokio::select! {
        error = serve(&mut recorder, &listener) => Err(error.into()),
        _ = ended => Ok(()),
    };
    // The host stack's thread panics when its controller goes; here that is the end.
    std::panic::set_hook(Box::new(|_| {}));
    drop(bumble);
    served
}

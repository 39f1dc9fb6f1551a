//! A recorder that another process has, over TCP on this machine.

use liuhen_btle::far::{FarRecorder, MAX_LINE_BYTES};
use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// The recorder that listens there.
pub fn at(at: SocketAddr) -> FarRecorder {
    FarRecorder::over(Box::new(move |line| exchange(at, line).ok()))
}

fn exchange(at: SocketAddr, line: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&at, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{line}\n").as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream.take(MAX_LINE_BYTES)).read_line(&mut answer)?;
    Ok(answer)
}

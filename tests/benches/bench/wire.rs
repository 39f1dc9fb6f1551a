//! A bare HTTP/1.1 client, the same for every server that is measured: one connection, one request at a time.

use crate::Outcome;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;

const COPY_BYTES: usize = 256 * 1024;

/// What a request carries.
#[derive(Clone, Copy)]
pub enum Body<'a> {
    /// Bytes in memory.
    Bytes(&'a [u8]),
    /// A whole file.
    File(&'a Path),
}

/// What came back.
pub struct Answer {
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// A connection kept open.
pub struct Wire {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    host: String,
}

impl Wire {
    /// Connects to `http://host:port`.
    pub fn open(url: &str) -> Outcome<Self> {
        let host = url.trim_start_matches("http://").split('/').next().unwrap_or_default().to_owned();
        let writer = TcpStream::connect(&host)?;
        writer.set_nodelay(true)?;
        Ok(Self { reader: BufReader::new(writer.try_clone()?), writer, host })
    }

    /// Sends a request and reads its whole answer; anything but 2xx is an error.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Body<'_>,
    ) -> Outcome<Answer> {
        self.begin(method, path, headers, body_len(body)?)?;
        match body {
            Body::Bytes(bytes) => self.writer.write_all(bytes)?,
            Body::File(path) => {
                let (mut file, mut buffer) = (File::open(path)?, vec![0; COPY_BYTES]);
                loop {
                    let got = file.read(&mut buffer)?;
                    if got == 0 {
                        break;
                    }
                    self.writer.write_all(&buffer[..got])?;
                }
            }
        }
        self.answer()
    }

    /// Sends the head of a request whose body the caller will write.
    pub fn begin(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        len_bytes: u64,
    ) -> Outcome<()> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Length: {len_bytes}\r\n", self.host);
        for (name, value) in headers {
            head.extend([*name, ": ", *value, "\r\n"]);
        }
        head.push_str("\r\n");
        Ok(self.writer.write_all(head.as_bytes())?)
    }

    /// Writes a part of a body.
    pub fn write(&mut self, part: &[u8]) -> Outcome<()> {
        Ok(self.writer.write_all(part)?)
    }

    /// Reads the answer to what was sent.
    pub fn answer(&mut self) -> Outcome<Answer> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let status: u16 = line.split(' ').nth(1).ok_or("no status line")?.parse()?;
        let mut headers = Vec::new();
        loop {
            line.clear();
            self.reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut answer = Answer { headers, body: Vec::new() };
        if status != 204 {
            answer.body = self.body(&answer)?;
        }
        if (200..300).contains(&status) {
            return Ok(answer);
        }
        Err(format!("status {status}: {}", String::from_utf8_lossy(&answer.body)).into())
    }

    fn body(&mut self, answer: &Answer) -> Outcome<Vec<u8>> {
        let mut body = Vec::new();
        if answer.header("transfer-encoding") != Some("chunked") {
            let len: usize = answer.header("content-length").ok_or("an answer without length")?.parse()?;
            body.resize(len, 0);
            self.reader.read_exact(&mut body)?;
            return Ok(body);
        }
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line)?;
            let len = usize::from_str_radix(line.trim_end(), 16)?;
            let before = body.len();
            // A chunk ends with a line break, the last one too.
            body.resize(before + len + 2, 0);
            self.reader.read_exact(&mut body[before..])?;
            body.truncate(before + len);
            if len == 0 {
                return Ok(body);
            }
        }
    }
}

fn body_len(body: Body<'_>) -> Outcome<u64> {
    match body {
        Body::Bytes(bytes) => Ok(bytes.len() as u64),
        Body::File(path) => Ok(path.metadata()?.len()),
    }
}

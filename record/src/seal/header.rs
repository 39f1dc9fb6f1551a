//! The text of the age header, read as strictly as the specification allows (`age.md`, Header).

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

/// Longest header that is read, in bytes. A header for two recipients has 266.
pub const MAX_HEADER_BYTES: usize = 16 * 1024;

/// Most stanzas that are read or written in one header.
pub const MAX_STANZAS: usize = 64;

const VERSION_LINE: &[u8] = b"age-encryption.org/v1";
const BODY_COLUMNS: usize = 64;

/// Why the start of a file is not the envelope of a sealed item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The bytes end inside the header; with more of the file it may become one.
    #[error("header is cut short")]
    Cut,
    /// The header is whole, the payload nonce after it is not.
    #[error("payload nonce is cut short")]
    NonceCut,
    /// The first line is not that of age v1.
    #[error("not an age v1 file")]
    Version,
    /// The header has no stanza, or something that is neither stanza nor MAC.
    #[error("header has a line that cannot stand there")]
    Line,
    /// A stanza's arguments are empty or hold a character outside 0x21 to 0x7e.
    #[error("stanza has a malformed argument")]
    Argument,
    /// A stanza's body is not canonical unpadded base64 in lines of 64 columns and a shorter one.
    #[error("stanza has a malformed body")]
    Body,
    /// The MAC is not 43 characters of canonical unpadded base64.
    #[error("header has a malformed mac")]
    Mac,
    /// A passphrase stanza must stand alone.
    #[error("passphrase stanza beside another one")]
    MixedPassphrase,
    /// Longer than [`MAX_HEADER_BYTES`] or more stanzas than [`MAX_STANZAS`].
    #[error("header is too large")]
    TooLarge,
}

/// One recipient stanza: its arguments, of which the first names its type, and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stanza {
    args: Vec<String>,
    body: Vec<u8>,
}

impl Stanza {
    pub(super) fn new(args: Vec<String>, body: Vec<u8>) -> Self {
        Self { args, body }
    }

    /// The recipient type, for example `X25519`.
    pub fn kind(&self) -> &str {
        self.args.first().map_or("", String::as_str)
    }

    /// The arguments after the type.
    pub fn args(&self) -> &[String] {
        self.args.get(1..).unwrap_or(&[])
    }

    /// The decoded body: for X25519, the wrapped file key of 32 bytes.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"-> ");
        out.extend_from_slice(self.args.join(" ").as_bytes());
        out.push(b'\n');
        let body = STANDARD_NO_PAD.encode(&self.body);
        let mut rest = body.as_bytes();
        // The last line is shorter than the others, and empty when the body fills whole lines.
        while let Some((line, after)) = rest.split_at_checked(BODY_COLUMNS) {
            out.extend_from_slice(line);
            out.push(b'\n');
            rest = after;
        }
        out.extend_from_slice(rest);
        out.push(b'\n');
    }
}

/// A header as read: where it ends, what the MAC covers, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) stanzas: Vec<Stanza>,
    pub(super) mac: [u8; 32],
    /// The MAC covers this many bytes: up to and including `---`.
    pub(super) covered_bytes: usize,
    pub(super) len_bytes: usize,
}

/// The header up to and including the `---` before the MAC.
pub(super) fn write_covered(stanzas: &[Stanza]) -> Vec<u8> {
    let mut out = VERSION_LINE.to_vec();
    out.push(b'\n');
    for stanza in stanzas {
        stanza.write(&mut out);
    }
    out.extend_from_slice(b"---");
    out
}

/// The rest of the last line.
pub(super) fn write_mac(mac: &[u8], out: &mut Vec<u8>) {
    out.push(b' ');
    out.extend_from_slice(STANDARD_NO_PAD.encode(mac).as_bytes());
    out.push(b'\n');
}

/// Reads the header at the start of `bytes`; what follows it is not looked at.
pub(super) fn read(bytes: &[u8]) -> Result<Header, HeaderError> {
    let mut lines = Lines { bytes, at: 0 };
    if lines.next_line()? != VERSION_LINE {
        return Err(HeaderError::Version);
    }
    let mut stanzas: Vec<Stanza> = Vec::new();
    loop {
        let start = lines.at;
        let line = lines.next_line()?;
        if let Some(mac) = line.strip_prefix(b"--- ") {
            let mac = decode(mac).and_then(|mac| mac.try_into().ok()).ok_or(HeaderError::Mac)?;
            if stanzas.is_empty() {
                return Err(HeaderError::Line);
            }
            if stanzas.len() > 1 && stanzas.iter().any(|stanza| stanza.kind() == "scrypt") {
                return Err(HeaderError::MixedPassphrase);
            }
            return Ok(Header { stanzas, mac, covered_bytes: start + 3, len_bytes: lines.at });
        }
        let args = line.strip_prefix(b"-> ").ok_or(HeaderError::Line)?;
        if stanzas.len() == MAX_STANZAS {
            return Err(HeaderError::TooLarge);
        }
        stanzas.push(Stanza { args: read_args(args)?, body: read_body(&mut lines)? });
    }
}

fn read_args(line: &[u8]) -> Result<Vec<String>, HeaderError> {
    line.split(|byte| *byte == b' ')
        .map(|arg| {
            if arg.is_empty() || !arg.iter().all(u8::is_ascii_graphic) {
                return Err(HeaderError::Argument);
            }
            String::from_utf8(arg.to_vec()).map_err(|_| HeaderError::Argument)
        })
        .collect()
}

fn read_body(lines: &mut Lines<'_>) -> Result<Vec<u8>, HeaderError> {
    let mut body = Vec::new();
    loop {
        let line = lines.next_line()?;
        if line.len() > BODY_COLUMNS {
            return Err(HeaderError::Body);
        }
        // A full line is 48 whole bytes, so that each line can be decoded by itself.
        body.extend_from_slice(&decode(line).ok_or(HeaderError::Body)?);
        if line.len() < BODY_COLUMNS {
            return Ok(body);
        }
    }
}

/// Canonical base64 without padding, or nothing.
pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    /// The bytes up to the next line feed, which is consumed.
    fn next_line(&mut self) -> Result<&'a [u8], HeaderError> {
        let limit = self.bytes.len().min(MAX_HEADER_BYTES);
        let rest = self.bytes.get(self.at..limit).unwrap_or(&[]);
        match rest.iter().position(|byte| *byte == b'\n') {
            Some(len) => {
                self.at += len + 1;
                Ok(&rest[..len])
            }
            None if self.bytes.len() >= MAX_HEADER_BYTES => Err(HeaderError::TooLarge),
            None => Err(HeaderError::Cut),
        }
    }
}

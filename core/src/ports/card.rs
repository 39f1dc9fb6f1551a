//! A recorder's memory card or a folder copied from one: read, and never written to.

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    io::{self, Read},
};

/// Where something lies on a card: names from the top, verbatim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardPath(pub Vec<OsString>);

impl CardPath {
    /// The last name, as far as it is text.
    pub fn name(&self) -> String {
        self.0.last().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The path as text, to be compared with what a recorder listed.
    pub fn text(&self) -> String {
        let names: Vec<_> = self.0.iter().map(|name| name.to_string_lossy()).collect();
        names.join("/")
    }

    /// The path as it is written down: `/` between names, what misleads or is no text escaped, nothing dropped.
    pub fn shown(&self) -> String {
        let names: Vec<String> = self.0.iter().map(|name| shown(name)).collect();
        names.join("/")
    }
}

/// A name on a card: characters that mislead as `\u{…}`, bytes that are no text as `\x{…}`.
fn shown(name: &OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(&crate::capture::escape_name(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing into a string cannot fail.
            let _ = write!(text, "\\x{{{byte:02x}}}");
        }
    }
    text
}

/// A file's length and time on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardFile {
    /// Length, bytes.
    pub len_bytes: u64,
    /// Last change by the card's own time, Unix milliseconds.
    pub modified_ms: Option<i64>,
}

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardEntryKind {
    /// A file.
    File(CardFile),
    /// A symbolic link, not followed.
    SymbolicLink,
    /// A device, pipe or socket.
    Special,
    /// It cannot be looked at.
    Unreadable,
    /// Everything below, or everything after it, was not looked at: too deep or too many.
    TooMany,
}

/// Something on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardEntry {
    /// Where.
    pub path: CardPath,
    /// What.
    pub kind: CardEntryKind,
}

/// A card, or a folder that stands for one. There is no verb that writes.
pub trait Card: Send {
    /// Everything on it but folders, sorted by path; at most some hundred thousand entries.
    ///
    /// # Errors
    /// When the card itself cannot be read.
    fn entries(&mut self) -> io::Result<Vec<CardEntry>>;
    /// Opens a file for reading; links are not followed.
    fn open(&mut self, path: &CardPath) -> io::Result<Box<dyn Read + Send>>;
    /// Looks at a file again.
    fn look(&mut self, path: &CardPath) -> io::Result<CardFile>;
    /// Whether the card is still the one that was opened.
    fn is_there(&mut self) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_hostile_name_is_written_down_whole_and_harmless() {
        use std::os::unix::ffi::OsStrExt as _;
        let names = [OsStr::from_bytes(b"DCIM"), OsStr::from_bytes(b"a\xff\n\\.MP4")];
        let path = CardPath(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(path.shown(), r"DCIM/a\x{ff}\u{a}\u{5c}.MP4");
    }
}

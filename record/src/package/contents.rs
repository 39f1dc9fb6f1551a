//! What the bureau signs when it hands a package over: the last record of every device, every item, and every
//! file for which nothing else vouches. A removed tail or item shows even if both manifests were rewritten.
//!
//! The text of `data/contents.note` (C2SP signed-note, signed by the bureau's log key):
//!
//! ```text
//! liuhen.contents/v1
//! device <device> <last seq> <SHA-256 of that record>
//! item <item> <ct_sha256>
//! file <path> <SHA-256>
//! ```
//!
//! Devices, then items, then files, each in ascending order of their ids or paths. Normative: `spec/package.md` §5.

use super::layout::Entry;
use crate::{DeviceId, Digest, ItemId, tlog::parse_decimal};
use std::collections::BTreeMap;
use std::fmt;

/// First line of the text.
pub const FIRST_LINE: &str = "liuhen.contents/v1";

/// What a package holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// The last record of every device: its number and the digest of its bytes.
    pub devices: BTreeMap<DeviceId, (i64, Digest)>,
    /// Every item in the package, with the digest of the sealed file.
    pub items: BTreeMap<ItemId, Digest>,
    /// Every file for which nothing else vouches ([`Entry::needs_contents_line`]).
    pub files: BTreeMap<Entry, Digest>,
}

/// A text that is not such a list in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a list of contents in its one spelling")]
pub struct ContentsError;

impl Contents {
    /// Reads the text of a note, already verified.
    ///
    /// # Errors
    /// [`ContentsError`] for every text that [`fmt::Display`] would not write.
    pub fn parse(text: &str) -> Result<Self, ContentsError> {
        let mut lines = text.split_terminator('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(ContentsError);
        }
        let mut contents = Self::default();
        for line in lines {
            contents.take(line).ok_or(ContentsError)?;
        }
        // Order, repetition and every other spelling are refused by writing it again.
        if contents.to_string() == text { Ok(contents) } else { Err(ContentsError) }
    }

    fn take(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        let (rest, digest) = rest.rsplit_once(' ')?;
        let digest: Digest = digest.parse().ok()?;
        match what {
            "device" => {
                let (device, seq) = rest.split_once(' ')?;
                let seq = i64::try_from(parse_decimal(seq)?).ok()?;
                self.devices.insert(device.parse().ok()?, (seq, digest));
            }
            "item" => {
                self.items.insert(rest.parse().ok()?, digest);
            }
            "file" => {
                self.files.insert(Entry::parse(rest)?, digest);
            }
            _ => return None,
        }
        Some(())
    }
}

impl fmt::Display for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{FIRST_LINE}")?;
        for (device, (seq, digest)) in &self.devices {
            writeln!(f, "device {device} {seq} {digest}")?;
        }
        for (item, digest) in &self.items {
            writeln!(f, "item {item} {digest}")?;
        }
        // By path: the order of the enum is not the order of the paths.
        let mut files: Vec<(String, &Digest)> =
            self.files.iter().map(|(entry, digest)| (entry.to_string(), digest)).collect();
        files.sort();
        files.iter().try_for_each(|(path, digest)| writeln!(f, "file {path} {digest}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> Contents {
        let mut contents = Contents::default();
        for n in [2, 1] {
            contents.devices.insert(DeviceId([n; 16]), (i64::from(n), Digest::of(&[n])));
            contents.items.insert(ItemId([n; 16]), Digest::of(&[n]));
            contents.files.insert(Entry::Opened(ItemId([n; 16]), "jpg".to_owned()), Digest::of(&[n]));
        }
        contents.files.insert(Entry::IndexHtml, Digest::of(b"html"));
        contents.files.insert(Entry::TimestampToken(3), Digest::of(b"tsr"));
        contents
    }

    #[test]
    fn contents_are_read_back() {
        assert_eq!(Contents::parse(&contents().to_string()), Ok(contents()));
    }

    #[test]
    fn another_order_a_repeated_line_and_a_missing_line_feed_are_refused() {
        let text = contents().to_string();
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(1, 2);
        assert_eq!(Contents::parse(&(lines.join("\n") + "\n")), Err(ContentsError));
        lines.swap(1, 2);
        lines.insert(1, lines[1]);
        assert_eq!(Contents::parse(&(lines.join("\n") + "\n")), Err(ContentsError));
        assert_eq!(Contents::parse(text.trim_end()), Err(ContentsError));
        assert_eq!(Contents::parse(&(text + "note x\n")), Err(ContentsError));
    }
}

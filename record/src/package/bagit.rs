//! The BagIt parts of a package (RFC 8493): declaration, bag-info, manifests.

use super::layout::{BAG_INFO, BAGIT, MANIFEST};
use crate::Digest;
use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};

/// The only content of `bagit.txt`.
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// The package format that this crate writes and reads: the value of `Liuhen-Format`.
pub const FORMAT: &str = "1";
/// Most payload files in a package.
pub const MAX_FILES: usize = 500_000;
/// Longest manifest that is read, bytes: what [`MAX_FILES`] entries can need.
pub const MAX_MANIFEST_BYTES: u64 = 96 << 20;
/// Longest tag file other than the manifest that is read, bytes.
pub const MAX_TAG_BYTES: u64 = 64 << 10;

const ORGANIZATION: &str = "Source-Organization";
const DATE: &str = "Bagging-Date";
const OXUM: &str = "Payload-Oxum";
const AGENT: &str = "Bag-Software-Agent";
const FORMAT_LABEL: &str = "Liuhen-Format";
const DESCRIPTION: &str = "External-Description";

/// What a bag says about itself: a label for people; nothing signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagInfo {
    /// Who hands the package over (`Source-Organization`).
    pub organization: String,
    /// The day it was made (`Bagging-Date`), `YYYY-MM-DD`.
    pub date: String,
    /// What it is about, in words (`External-Description`).
    pub description: String,
}

impl BagInfo {
    /// The text of `bag-info.txt` for a payload of `bytes` in `files`.
    pub fn text(&self, bytes: u64, files: u64) -> String {
        let mut text = String::new();
        for (label, value) in [
            (ORGANIZATION, self.organization.as_str()),
            (DATE, self.date.as_str()),
            (DESCRIPTION, self.description.as_str()),
            (AGENT, concat!("liuhen/", env!("CARGO_PKG_VERSION"))),
            (FORMAT_LABEL, FORMAT),
        ] {
            let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(text, "{label}: {}", value.trim());
        }
        let _ = writeln!(text, "{OXUM}: {bytes}.{files}");
        text
    }
}

/// The value of `label` in the text of a `bag-info.txt`, if it stands there exactly once.
pub fn info_value<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut found = text.lines().filter_map(|line| line.split_once(':')).filter(|(name, _)| *name == label);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.trim())
}

/// Checks `bag-info.txt` against the payload found: the format and `Payload-Oxum`.
///
/// # Errors
/// What is wrong, in words.
pub fn check_info(text: &str, bytes: u64, files: u64) -> Result<(), &'static str> {
    if info_value(text, FORMAT_LABEL) != Some(FORMAT) {
        return Err("Liuhen-Format is not 1");
    }
    if info_value(text, OXUM) != Some(format!("{bytes}.{files}").as_str()) {
        return Err("Payload-Oxum does not match the payload");
    }
    Ok(())
}

/// The text of a manifest: `<64 hex>  <path>` a line, in the order of `files`.
pub fn manifest_text<'a, P: Display + 'a>(files: impl Iterator<Item = (&'a P, &'a Digest)>) -> String {
    let mut text = String::new();
    for (path, digest) in files {
        let _ = writeln!(text, "{digest}  {path}");
    }
    text
}

/// One line of a manifest. Stricter than RFC 8493: lower-case digits, two spaces, no percent encoding, because
/// no path of the layout needs it.
pub fn manifest_line(line: &str) -> Option<(Digest, &str)> {
    let (digest, path) = line.split_once("  ")?;
    let plain = !path.is_empty() && !path.contains(['%', '\r']) && !path.starts_with([' ', '*', '\t']);
    plain.then(|| digest.parse().ok().map(|digest| (digest, path)))?
}

/// The lines of the tag manifest.
///
/// # Errors
/// The first line that is wrong, or a name that is not one of the three tag files or occurs twice.
pub fn tag_manifest(text: &str) -> Result<BTreeMap<String, Digest>, String> {
    let mut tags = BTreeMap::new();
    for line in text.lines() {
        let (digest, path) = manifest_line(line).ok_or_else(|| shorten(line))?;
        if ![BAGIT, BAG_INFO, MANIFEST].contains(&path) || tags.insert(path.to_owned(), digest).is_some() {
            return Err(shorten(line));
        }
    }
    if text.ends_with('\n') { Ok(tags) } else { Err("no final line feed".to_owned()) }
}

/// A hostile line as it may be shown: escaped and cut.
pub fn shorten(line: &str) -> String {
    const SHOWN_CHARS: usize = 100;
    line.chars().take(SHOWN_CHARS).flat_map(char::escape_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_line_has_one_spelling() {
        let digest = Digest::of(b"x");
        assert_eq!(manifest_line(&format!("{digest}  data/a")), Some((digest, "data/a")));
        for line in [
            format!("{digest} data/a"),
            format!("{digest}   data/a"),
            format!("{digest} *data/a"),
            format!("{}  data/a", digest.to_string().to_uppercase()),
            format!("{digest}  "),
            format!("{digest}  data/a%0A"),
            format!("{digest}  data/a\r"),
            String::new(),
        ] {
            assert_eq!(manifest_line(&line), None, "{line:?}");
        }
    }

    #[test]
    fn bag_info_has_one_line_a_value_whatever_the_organization_is_called() {
        let info = BagInfo {
            organization: "长沙市\nPayload-Oxum: 1.1".to_owned(),
            date: "2026-11-23".to_owned(),
            description: String::new(),
        };
        let text = info.text(10, 2);
        assert_eq!(check_info(&text, 10, 2), Ok(()));
        assert!(check_info(&text, 11, 2).is_err());
        assert!(check_info(&text.replace("Format: 1", "Format: 2"), 10, 2).is_err());
    }
}

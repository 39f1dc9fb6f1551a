//! What a recorder says it holds, kept byte for byte as it was transferred.
//!
//! The list is text (spec/recorder-profile.md §6.1): one line per file, fields separated by a tab:
//! name, length in bytes, SHA-256 (64 lower-case hexadecimal digits, or `-`), start and end in Unix
//! milliseconds by the recorder's clock, and `important` or `-` (重点标记). Every line ends with a line feed.

use ring::digest::{SHA256, digest};
use std::collections::HashSet;

/// Longest list that is read, bytes: some ten thousand files.
pub const MAX_LIST_BYTES: usize = 2 << 20;

/// A file that a recorder says it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderFile {
    /// Name on the recorder, verbatim. It is a claim, never a path.
    pub name: String,
    /// Length, bytes.
    pub len_bytes: u64,
    /// SHA-256 of the content, when the recorder can tell.
    pub sha256: Option<[u8; 32]>,
    /// Start by its clock, Unix milliseconds.
    pub started_ms: i64,
    /// End by its clock, Unix milliseconds.
    pub ended_ms: i64,
    /// Whether it was marked as important (重点标记).
    pub important: bool,
}

/// The list of a recorder's files, with the bytes that it came as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileList {
    bytes: Vec<u8>,
    files: Vec<RecorderFile>,
}

/// Why bytes are not a list of files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileListError {
    /// Longer than 2 MiB.
    #[error("the list is longer than {MAX_LIST_BYTES} bytes")]
    TooLong,
    /// Not UTF-8, or the last line is cut off.
    #[error("the list is cut off or not text")]
    CutOff,
    /// A line has a field that cannot be read.
    #[error("line {line} of the list: {field} cannot be read")]
    Field {
        /// Line, from 1.
        line: usize,
        /// The field.
        field: &'static str,
    },
}

impl FileList {
    /// Reads a list as it was transferred.
    ///
    /// # Errors
    /// See [`FileListError`]; a list is read whole or not at all.
    pub fn parse(bytes: &[u8]) -> Result<Self, FileListError> {
        if bytes.len() > MAX_LIST_BYTES {
            return Err(FileListError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| FileListError::CutOff)?;
        if !(text.is_empty() || text.ends_with('\n')) {
            return Err(FileListError::CutOff);
        }
        let mut names = HashSet::new();
        let mut files = Vec::new();
        for (index, line) in text.split_terminator('\n').enumerate() {
            let in_line = |field| FileListError::Field { line: index + 1, field };
            let file = parse_line(line).map_err(in_line)?;
            // A name that stands for two files would let one of them vanish.
            if !names.insert(line.split('\t').next()) {
                return Err(in_line("name"));
            }
            files.push(file);
        }
        Ok(Self { bytes: bytes.to_vec(), files })
    }

    /// The files, in the order of the list.
    pub fn files(&self) -> &[RecorderFile] {
        &self.files
    }

    /// The list exactly as it was transferred.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of [`Self::bytes`]: what the `recorder_listed` record names.
    pub fn sha256(&self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(digest(&SHA256, &self.bytes).as_ref());
        out
    }
}

impl RecorderFile {
    /// The file's line in a list, with its line feed.
    pub fn to_line(&self) -> String {
        let sha256 = self.sha256.map_or_else(|| "-".to_owned(), hex::encode);
        let important = if self.important { "important" } else { "-" };
        format!(
            "{}\t{}\t{sha256}\t{}\t{}\t{important}\n",
            self.name, self.len_bytes, self.started_ms, self.ended_ms
        )
    }
}

fn parse_line(line: &str) -> Result<RecorderFile, &'static str> {
    let mut fields = line.split('\t');
    let mut next = |field| fields.next().filter(|text| !text.is_empty()).ok_or(field);
    let name = next("name")?.to_owned();
    if name.chars().any(char::is_control) {
        return Err("name");
    }
    let len_bytes = parse_number(next("length")?).ok_or("length")?;
    let sha256 = parse_sha256(next("sha256")?).ok_or("sha256")?;
    let started_ms = parse_number(next("start")?).ok_or("start")?;
    let ended_ms = parse_number(next("end")?).ok_or("end")?;
    let important = match next("mark")? {
        "important" => true,
        "-" => false,
        _ => return Err("mark"),
    };
    match fields.next() {
        None => Ok(RecorderFile { name, len_bytes, sha256, started_ms, ended_ms, important }),
        Some(_) => Err("end of line"),
    }
}

/// Decimal digits without sign and without leading zeros.
fn parse_number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

/// `None` when unreadable; `Some(None)` when the recorder cannot tell.
#[expect(clippy::option_option, reason = "absent and unreadable are different answers")]
fn parse_sha256(text: &str) -> Option<Option<[u8; 32]>> {
    if text == "-" {
        return Some(None);
    }
    let mut out = [0; 32];
    let lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    (lower && hex::decode_to_slice(text, &mut out).is_ok()).then_some(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> RecorderFile {
        RecorderFile {
            name: name.into(),
            len_bytes: 12,
            sha256: Some([0xab; 32]),
            started_ms: 1,
            ended_ms: 2,
            important: true,
        }
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let files = [file("a.MP4"), RecorderFile { sha256: None, important: false, ..file("乙.MP4") }];
        let text: String = files.iter().map(RecorderFile::to_line).collect();
        let list = FileList::parse(text.as_bytes()).unwrap();
        assert_eq!(list.files(), files);
        assert_eq!(list.bytes(), text.as_bytes());
    }

    #[test]
    fn an_empty_list_is_a_list() {
        assert_eq!(FileList::parse(b"").unwrap().files(), []);
    }

    #[test]
    fn a_list_cut_off_anywhere_inside_a_line_is_refused() {
        let line = file("a.MP4").to_line();
        for cut in 1..line.len() {
            assert!(FileList::parse(&line.as_bytes()[..cut]).is_err(), "cut at {cut}");
        }
    }

    #[test]
    fn the_unreadable_field_is_named_with_its_line() {
        let text = file("a.MP4").to_line() + &file("b.MP4").to_line().replace("12", "twelve");
        assert_eq!(FileList::parse(text.as_bytes()), Err(FileListError::Field { line: 2, field: "length" }));
    }

    #[test]
    fn a_list_longer_than_any_recorder_makes_is_refused() {
        assert_eq!(FileList::parse(&vec![b'\n'; MAX_LIST_BYTES + 1]), Err(FileListError::TooLong));
    }
}

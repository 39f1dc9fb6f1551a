//! Lines `path` TAB `content`, and the bytes as a manifest: no path leads out of the package, and a package made of
//! them is reported on without a panic and never found sound.
#![no_main]

use liuhen_record::package::{Contents, Entry, Fetch, Options, bagit, verify};
use std::{
    collections::BTreeMap,
    io::{self, Read},
    num::NonZeroUsize,
};

struct Memory(BTreeMap<String, Vec<u8>>);

impl Fetch for Memory {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(contents) = Contents::parse(&text) {
        assert_eq!(contents.to_string(), text);
    }
    let _ = bagit::tag_manifest(&text);
    let mut files = BTreeMap::from([("bagit.txt".to_owned(), b"BagIt-Version: 1.0\n".to_vec())]);
    for line in text.split('\n') {
        if let Some((_, path)) = bagit::manifest_line(line) {
            check_path(path);
        }
        if let Some((path, content)) = line.split_once('\t') {
            check_path(path);
            files.insert(path.to_owned(), content.replace("\\n", "\n").into_bytes());
        }
    }
    files.insert("manifest-sha256.txt".to_owned(), bytes.to_vec());
    let options = Options { workers: NonZeroUsize::new(1), ..Options::default() };
    if let Ok(report) = verify(&Memory(files), &options) {
        assert!(!report.is_sound(), "nobody signed this");
    }
});

fn check_path(path: &str) {
    if let Some(entry) = Entry::parse(path) {
        assert_eq!(entry.to_string(), path);
        assert!(path.starts_with("data/") && !path.split('/').any(|part| part == ".." || part.is_empty()));
    }
}

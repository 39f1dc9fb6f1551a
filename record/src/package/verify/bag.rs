//! The bag: which files there must be, which there are, and that each has the bytes listed. Every payload file is
//! read and hashed once, by whoever needs what is in it.

use super::super::layout::{BAG_INFO, BAGIT, DATA, MANIFEST, TAG_MANIFEST};
use super::{Broken, Entry, Fetch, Report, Rule, VerifyError, bagit};
use crate::Digest;
use ring::digest::{Context, SHA256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes read at a time.
pub const BUFFER_BYTES: usize = 256 << 10;

/// A package whose manifest was read.
pub struct Bag<'f, F: ?Sized> {
    fetch: &'f F,
    manifest: BTreeMap<Entry, Digest>,
    info: Option<String>,
    bytes: AtomicU64,
    files: AtomicU64,
}

impl<'f, F: Fetch + ?Sized> Bag<'f, F> {
    /// Reads the tag files and compares the manifest with what is there, both ways. Afterwards the bag holds
    /// exactly the entries that are both listed and there. `None` when the manifest cannot be read: that is
    /// reported, and nothing else could be said.
    pub fn open(fetch: &'f F, report: &mut Report) -> Result<Option<Self>, VerifyError> {
        let present: BTreeSet<String> = fetch.list().map_err(VerifyError::List)?.into_iter().collect();
        if !present.contains(BAGIT) && !present.contains(MANIFEST) {
            return Err(VerifyError::NotAPackage);
        }
        let mut bag = Self {
            fetch,
            manifest: BTreeMap::new(),
            info: None,
            bytes: AtomicU64::new(0),
            files: AtomicU64::new(0),
        };
        let Some(manifest) = bag.read_tags(&present, report) else { return Ok(None) };
        let listed = bag.read_manifest(&manifest, &present, report);
        for path in &present {
            let tag = [BAGIT, BAG_INFO, MANIFEST, TAG_MANIFEST].contains(&path.as_str());
            if !tag && !listed.contains(path.as_str()) {
                report.add([Broken::path(Rule::Extra, bagit::shorten(path))]);
            }
        }
        Ok(Some(bag))
    }

    /// Checks the four tag files; returns the text of the manifest, when it has one.
    fn read_tags(&mut self, present: &BTreeSet<String>, report: &mut Report) -> Option<String> {
        let read =
            |path: &str, max_bytes: u64, report: &mut Report| self.read_tag(path, max_bytes, present, report);
        let tags = read(TAG_MANIFEST, bagit::MAX_TAG_BYTES, report);
        let declaration = read(BAGIT, bagit::MAX_TAG_BYTES, report);
        let info = read(BAG_INFO, bagit::MAX_TAG_BYTES, report);
        let manifest = read(MANIFEST, bagit::MAX_MANIFEST_BYTES, report);
        if declaration.as_ref().is_some_and(|text| text != bagit::DECLARATION) {
            report.add([Broken::path(Rule::TagFile, BAGIT)]);
        }
        if let Some(tags) = tags {
            check_tags(&tags, [(BAGIT, &declaration), (BAG_INFO, &info), (MANIFEST, &manifest)], report);
        }
        self.info = info;
        manifest
    }

    /// Reads a tag file. `None` when that fails, which is then reported.
    fn read_tag(
        &self,
        path: &str,
        max_bytes: u64,
        present: &BTreeSet<String>,
        report: &mut Report,
    ) -> Option<String> {
        if !present.contains(path) {
            report.add([Broken::path(Rule::Missing, path)]);
            return None;
        }
        let text = self.fetch.read(path, max_bytes).map(String::from_utf8);
        let broken = match text {
            Ok(Ok(text)) => return Some(text),
            Ok(Err(_)) => Broken::path(Rule::TagFile, path).because("not UTF-8"),
            Err(error) => Broken::path(Rule::Unreadable, path).because(error),
        };
        report.add([broken]);
        None
    }

    /// Takes the manifest's lines; returns every path that it lists.
    fn read_manifest<'m>(
        &mut self,
        manifest: &'m str,
        present: &BTreeSet<String>,
        report: &mut Report,
    ) -> BTreeSet<&'m str> {
        let mut listed = BTreeSet::new();
        for (line, n) in manifest.split_terminator('\n').zip(1..) {
            if n > bagit::MAX_FILES {
                report.add([Broken::path(Rule::Manifest, MANIFEST).because("too many lines")]);
                break;
            }
            let Some((digest, path)) = bagit::manifest_line(line) else {
                report.add([Broken::path(Rule::Manifest, MANIFEST)
                    .because(format_args!("line {n}: {}", bagit::shorten(line)))]);
                continue;
            };
            if !listed.insert(path) || !path.starts_with(DATA) {
                report.add([Broken::path(Rule::Manifest, MANIFEST)
                    .because(format_args!("line {n}: {}", bagit::shorten(path)))]);
                continue;
            }
            // A path that is not one of the layout is never opened, so no name can lead outside the package.
            match Entry::parse(path) {
                None => report.add([Broken::path(Rule::Unknown, bagit::shorten(path))]),
                Some(entry) if !present.contains(path) => report.add([Broken::at(Rule::Missing, &entry)]),
                Some(entry) => {
                    self.manifest.insert(entry, digest);
                }
            }
        }
        listed
    }

    /// Every payload file that is both listed and there.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.manifest.keys()
    }

    /// Whether the file is both listed and there.
    pub fn has(&self, entry: &Entry) -> bool {
        self.manifest.contains_key(entry)
    }

    /// Reads a small file whole, hashing it. `None` when it cannot be read, which is then reported.
    pub fn read(&self, entry: &Entry, max_bytes: u64, broken: &mut Vec<Broken>) -> Option<(Vec<u8>, Digest)> {
        match self.fetch.read(&entry.to_string(), max_bytes) {
            Ok(bytes) => {
                let digest = Digest::of(&bytes);
                self.count(entry, digest, bytes.len() as u64, broken);
                Some((bytes, digest))
            }
            Err(error) => {
                broken.push(Broken::at(Rule::Unreadable, entry).because(error));
                None
            }
        }
    }

    /// Reads a small file that is counted elsewhere; what is wrong with it is reported there.
    pub fn read_again(&self, entry: &Entry, max_bytes: u64) -> Option<Vec<u8>> {
        self.fetch.read(&entry.to_string(), max_bytes).ok()
    }

    /// As [`read`](Self::read), for text.
    pub fn read_text(
        &self,
        entry: &Entry,
        max_bytes: u64,
        bad: Rule,
        broken: &mut Vec<Broken>,
    ) -> Option<String> {
        let (bytes, _) = self.read(entry, max_bytes, broken)?;
        let text = String::from_utf8(bytes).ok();
        if text.is_none() {
            broken.push(Broken::at(bad, entry).because("not UTF-8"));
        }
        text
    }

    /// Opens a file for streaming; the caller reports its digest and length with [`count`](Self::count).
    pub fn open_stream(&self, entry: &Entry) -> std::io::Result<Box<dyn Read + '_>> {
        self.fetch.open(&entry.to_string())
    }

    /// Hashes a file of any length. `None` when it cannot be read, which is then reported.
    pub fn hash(&self, entry: &Entry, broken: &mut Vec<Broken>) -> Option<(Digest, u64)> {
        let mut context = Context::new(&SHA256);
        let mut len_bytes = 0;
        let mut buffer = vec![0; BUFFER_BYTES];
        let streamed = self.open_stream(entry).and_then(|mut stream| {
            loop {
                let got = read_full(&mut *stream, &mut buffer)?;
                context.update(&buffer[..got]);
                len_bytes += got as u64;
                if got < buffer.len() {
                    return Ok(());
                }
            }
        });
        if let Err(error) = streamed {
            broken.push(Broken::at(Rule::Unreadable, entry).because(error));
            return None;
        }
        let digest = context.finish().into();
        self.count(entry, digest, len_bytes, broken);
        Some((digest, len_bytes))
    }

    /// Compares the digest of a file with the manifest.
    pub fn count(&self, entry: &Entry, digest: Digest, len_bytes: u64, broken: &mut Vec<Broken>) {
        self.bytes.fetch_add(len_bytes, Ordering::Relaxed);
        self.files.fetch_add(1, Ordering::Relaxed);
        if self.manifest.get(entry) != Some(&digest) {
            broken.push(Broken::at(Rule::Changed, entry));
        }
    }

    /// Compares what was read with what `bag-info.txt` says. Only where no file is missing, extra or changed:
    /// there the totals differ for a reason already named.
    pub fn check_totals(&self, report: &mut Report) {
        let (bytes, files) = (self.bytes.load(Ordering::Relaxed), self.files.load(Ordering::Relaxed));
        report.counts.bytes = bytes;
        report.counts.files = files;
        let explains = |rule| {
            matches!(rule, Rule::Missing | Rule::Extra | Rule::Changed | Rule::Unknown | Rule::Unreadable)
        };
        if report.broken.iter().any(|b| explains(b.rule)) {
            return;
        }
        if let Some(Err(reason)) = self.info.as_deref().map(|text| bagit::check_info(text, bytes, files)) {
            report.add([Broken::path(Rule::TagFile, BAG_INFO).because(reason)]);
        }
    }
}

/// Compares the tag files with the tag manifest.
fn check_tags(tags: &str, files: [(&str, &Option<String>); 3], report: &mut Report) {
    let listed = match bagit::tag_manifest(tags) {
        Ok(listed) => listed,
        Err(line) => return report.add([Broken::path(Rule::TagFile, TAG_MANIFEST).because(line)]),
    };
    for (path, text) in files {
        match (listed.get(path), text) {
            (Some(digest), Some(text)) if *digest != Digest::of(text.as_bytes()) => {
                report.add([Broken::path(Rule::Changed, path).because(TAG_MANIFEST)]);
            }
            (None, _) => {
                let detail = format_args!("{path} is not listed");
                report.add([Broken::path(Rule::TagFile, TAG_MANIFEST).because(detail)]);
            }
            _ => {}
        }
    }
}

/// Fills `buffer` as far as the stream reaches.
pub fn read_full(stream: &mut dyn Read, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(got) => filled += got,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

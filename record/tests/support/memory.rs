use liuhen_record::Digest;
use liuhen_record::package::{Fetch, PackageSink};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// A package in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Fetch for Memory {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.0.keys().cloned().collect())
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        match self.0.get(path) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl PackageSink for Memory {
    fn put(&mut self, path: &str, content: &mut dyn Read) -> io::Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        assert!(self.0.insert(path.to_owned(), bytes).is_none(), "{path} written twice");
        Ok(())
    }
}

impl Memory {
    /// What an attacker does after changing a file: writes manifests that fit again.
    pub fn rebag(&mut self) {
        let payload = || self.0.iter().filter(|(path, _)| path.starts_with("data/"));
        let manifest: String =
            payload().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
        let oxum =
            format!("Payload-Oxum: {}.{}", payload().map(|(_, b)| b.len()).sum::<usize>(), payload().count());
        let info = String::from_utf8(self.0["bag-info.txt"].clone()).unwrap();
        let info: String = info
            .lines()
            .map(|line| if line.starts_with("Payload-Oxum") { oxum.as_str() } else { line })
            .map(|line| format!("{line}\n"))
            .collect();
        self.0.insert("manifest-sha256.txt".to_owned(), manifest.into_bytes());
        self.0.insert("bag-info.txt".to_owned(), info.into_bytes());
        let tags: String = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"]
            .iter()
            .map(|path| format!("{}  {path}\n", Digest::of(&self.0[*path])))
            .collect();
        self.0.insert("tagmanifest-sha256.txt".to_owned(), tags.into_bytes());
    }

    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.0[path].clone()).unwrap()
    }

    /// The first path that contains `part`.
    pub fn path(&self, part: &str) -> String {
        self.0.keys().find(|path| path.contains(part)).unwrap().clone()
    }

    pub fn swap(&mut self, a: &str, b: &str) {
        let (first, second) = (self.0[a].clone(), self.0[b].clone());
        self.0.insert(a.to_owned(), second);
        self.0.insert(b.to_owned(), first);
    }
}

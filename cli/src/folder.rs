//! Packages in folders: read without following links, written without ever replacing a file.

use liuhen_record::package::{Fetch, PackageSink};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

/// A package folder being read.
pub struct PackageFolder {
    root: PathBuf,
}

impl PackageFolder {
    /// The package in `root`.
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }
}

impl Fetch for PackageFolder {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        let mut waiting = vec![(self.root.clone(), String::new())];
        while let Some((folder, prefix)) = waiting.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
                // `file_type` does not follow links: a link is listed like a file and refused when opened.
                if entry.file_type()?.is_dir() {
                    waiting.push((entry.path(), format!("{name}/")));
                } else {
                    found.push(name);
                }
            }
        }
        Ok(found)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = self.root.join(path);
        if !fs::symlink_metadata(&path)?.is_file() {
            return Err(io::Error::other("not a plain file"));
        }
        Ok(Box::new(File::open(path)?))
    }
}

/// A package folder being written; new, so that nothing is ever overwritten.
pub struct NewPackageFolder {
    root: PathBuf,
}

impl NewPackageFolder {
    /// Makes the folder.
    ///
    /// # Errors
    /// When it exists already or cannot be made.
    pub fn make(root: &Path) -> io::Result<Self> {
        if let Some(parent) = root.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::create_dir(root)?;
        Ok(Self { root: root.to_owned() })
    }
}

impl PackageSink for NewPackageFolder {
    fn put(&mut self, path: &str, content: &mut dyn Read) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        io::copy(&mut BufReader::with_capacity(256 * 1024, content), &mut file)?;
        file.sync_all()
    }
}

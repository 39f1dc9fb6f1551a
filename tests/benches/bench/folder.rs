//! A package in a folder.

use liuhen_record::package::{Fetch, PackageSink};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::PathBuf;

/// Reads and writes the files below a folder.
pub struct Folder(pub PathBuf);

impl Folder {
    fn walk(&self, inside: &str, found: &mut Vec<String>) -> io::Result<()> {
        for entry in fs::read_dir(self.0.join(inside))? {
            let entry = entry?;
            let path = format!("{inside}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.walk(&format!("{path}/"), found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
}

impl Fetch for Folder {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        self.walk("", &mut found)?;
        Ok(found)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = self.0.join(path);
        // As the command does: links are not followed.
        if !fs::symlink_metadata(&path)?.is_file() {
            return Err(io::Error::other("not a plain file"));
        }
        Ok(Box::new(File::open(path)?))
    }
}

impl PackageSink for Folder {
    fn put(&mut self, path: &str, content: &mut dyn Read) -> io::Result<()> {
        let path = self.0.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.0))?;
        io::copy(content, &mut File::create_new(path)?)?;
        Ok(())
    }
}

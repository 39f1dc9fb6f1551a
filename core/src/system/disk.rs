//! Files on a real disk, below one folder.

use crate::ports::{Storage, StoredFile};
use std::{
    fmt,
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt},
    path::{Component, Path, PathBuf},
};

/// A folder of a file system. Files are readable by their owner only.
pub struct DiskStorage {
    root: PathBuf,
}

impl DiskStorage {
    /// Uses the folder `root`, making it when it is missing.
    ///
    /// # Errors
    /// What the file system says.
    pub fn open(root: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(root)?;
        Ok(Self { root: root.to_owned() })
    }

    /// Where a path of the port lies; the empty path is the folder itself. Only our own names are accepted: anything that could leave the folder is a
    /// programming error, answered with an I/O error.
    fn place(&self, path: &str) -> io::Result<PathBuf> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if inside && !path.contains('\0') {
            Ok(self.root.join(path))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "a path outside the store"))
        }
    }
}

impl fmt::Debug for DiskStorage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DiskStorage(..)")
    }
}

impl Storage for DiskStorage {
    fn make_dir(&self, path: &str) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(self.place(path)?)
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create_new(true).mode(0o600).open(self.place(path)?)?;
        Ok(Box::new(DiskFile(file)))
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        let file = OpenOptions::new().read(true).write(true).open(self.place(path)?)?;
        Ok(Box::new(DiskFile(file)))
    }

    fn exists(&self, path: &str) -> io::Result<bool> {
        self.place(path)?.try_exists()
    }

    fn list(&self, path: &str) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(self.place(path)?) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is not UTF-8 is not ours.
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        fs::rename(self.place(from)?, self.place(to)?)
    }

    fn remove_file(&self, path: &str) -> io::Result<()> {
        fs::remove_file(self.place(path)?)
    }

    fn remove_dir(&self, path: &str) -> io::Result<()> {
        fs::remove_dir(self.place(path)?)
    }

    fn sync_dir(&self, path: &str) -> io::Result<()> {
        File::open(self.place(path)?)?.sync_all()
    }

    fn free_bytes(&self) -> io::Result<u64> {
        let space = rustix::fs::statvfs(&self.root)?;
        Ok(space.f_bavail.saturating_mul(space.f_frsize))
    }
}

struct DiskFile(File);

impl StoredFile for DiskFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read_at(buf, offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.0.set_len(len_bytes)
    }

    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back_at_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let disk = DiskStorage::open(dir.path()).unwrap();
        disk.make_dir("items/a").unwrap();
        let mut file = disk.create("items/a/0000.piece").unwrap();
        file.write_at(3, b"abc").unwrap();
        file.sync().unwrap();
        disk.sync_dir("items/a").unwrap();
        let mut buf = [9; 8];
        assert_eq!(file.read_at(0, &mut buf).unwrap(), 6);
        assert_eq!(&buf[..6], b"\0\0\0abc");
        assert_eq!(disk.list("items").unwrap(), ["a"]);
        assert_eq!(disk.list("nothing").unwrap(), [""; 0]);
        assert!(disk.free_bytes().unwrap() > 0);
    }

    #[test]
    fn an_existing_file_is_never_created_again() {
        let dir = tempfile::tempdir().unwrap();
        let disk = DiskStorage::open(dir.path()).unwrap();
        drop(disk.create("a").unwrap());
        assert_eq!(disk.create("a").err().unwrap().kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn no_path_leaves_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let disk = DiskStorage::open(&dir.path().join("inside")).unwrap();
        for path in ["../x", "/etc/x", "a/../../x", ".", "a\0b"] {
            assert!(disk.create(path).is_err(), "{path:?} was accepted");
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}

//! A mounted card or a folder as [`Card`].

use crate::ports::{Card, CardEntry, CardEntryKind, CardFile, CardPath};
use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Deepest folder that is looked into.
const MAX_DEPTH: usize = 32;
/// Most entries looked at, folders included.
const MAX_ENTRIES: usize = 200_000;

/// A folder of the file system.
#[derive(Debug)]
pub struct FolderCard {
    root: PathBuf,
    mark: Mark,
}

/// What tells a folder from another at the same place: a card pulled out leaves an empty mount point behind.
#[derive(Debug, PartialEq, Eq)]
struct Mark(u64, u64);

fn mark_of(meta: &Metadata) -> Mark {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Mark(meta.dev(), meta.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = meta;
        Mark(0, 0)
    }
}

impl FolderCard {
    /// Takes the folder `root`.
    ///
    /// # Errors
    /// When it is not there, is no folder, or cannot be read.
    pub fn open(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        fs::read_dir(&root)?;
        let mark = mark_of(&fs::metadata(&root)?);
        Ok(Self { root, mark })
    }

    fn place(&self, path: &CardPath) -> PathBuf {
        // Names come from `entries`, each of them one component: nothing leads out of the folder.
        path.0.iter().fold(self.root.clone(), |place, name| place.join(name))
    }
}

fn file_of(meta: &Metadata) -> CardFile {
    let modified = meta.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let modified_ms = modified.and_then(|since| i64::try_from(since.as_millis()).ok());
    CardFile { len_bytes: meta.len(), modified_ms }
}

/// The names in a folder, sorted; `None` when it cannot be read to its end.
fn names_in(folder: &Path, room: usize) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)?.take(room) {
        names.push(entry?.file_name());
    }
    names.sort();
    Ok(names)
}

impl Card for FolderCard {
    fn entries(&mut self) -> io::Result<Vec<CardEntry>> {
        let mut entries = Vec::new();
        // Paths yet to be looked at, the next one last.
        let mut todo: Vec<CardPath> =
            names_in(&self.root, MAX_ENTRIES)?.into_iter().rev().map(|name| CardPath(vec![name])).collect();
        let mut seen = todo.len();
        while let Some(path) = todo.pop() {
            let place = self.place(&path);
            let kind = match fs::symlink_metadata(&place) {
                Err(_) => CardEntryKind::Unreadable,
                Ok(meta) if meta.is_symlink() => CardEntryKind::SymbolicLink,
                Ok(meta) if meta.is_file() => CardEntryKind::File(file_of(&meta)),
                Ok(meta) if !meta.is_dir() => CardEntryKind::Special,
                Ok(_) if path.0.len() >= MAX_DEPTH || seen >= MAX_ENTRIES => CardEntryKind::TooMany,
                Ok(_) => match names_in(&place, MAX_ENTRIES - seen) {
                    Err(_) => CardEntryKind::Unreadable,
                    Ok(names) => {
                        seen += names.len();
                        todo.extend(
                            names
                                .into_iter()
                                .rev()
                                .map(|name| CardPath(path.0.iter().cloned().chain([name]).collect())),
                        );
                        continue;
                    }
                },
            };
            entries.push(CardEntry { path, kind });
        }
        if seen >= MAX_ENTRIES {
            entries.push(CardEntry { path: CardPath(Vec::new()), kind: CardEntryKind::TooMany });
        }
        Ok(entries)
    }

    fn open(&mut self, path: &CardPath) -> io::Result<Box<dyn Read + Send>> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            // A pipe put in the file's place must not make us wait, a link not lead us away.
            let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
            options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
        }
        let file: File = options.open(self.place(path))?;
        if !file.metadata()?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Box::new(file))
    }

    fn look(&mut self, path: &CardPath) -> io::Result<CardFile> {
        fs::symlink_metadata(self.place(path)).map(|meta| file_of(&meta))
    }

    fn is_there(&mut self) -> bool {
        let same = fs::metadata(&self.root).is_ok_and(|meta| mark_of(&meta) == self.mark);
        same && fs::read_dir(&self.root).is_ok()
    }
}

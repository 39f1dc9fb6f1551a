//! The only place that makes bytes durable: write → fsync → rename → fsync of the folder.
//!
//! After a failed fsync the kernel may have dropped the dirty pages and will not say so again, so a file whose
//! fsync failed is lost: it is removed and the caller starts over (PostgreSQL's "fsyncgate" of 2018).

use crate::random;
use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

/// Makes a folder's entries durable.
///
/// # Errors
/// The file system's error.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Makes a folder and its missing parents, durably.
///
/// # Errors
/// The file system's error.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
        make_dir(parent)?;
        match fs::create_dir(dir) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => sync_dir(parent)?,
        }
        return Ok(());
    }
    fs::create_dir_all(dir)
}

/// Makes a file durable; on failure removes it, because nothing may be believed about it any more.
///
/// # Errors
/// The file system's error; the file is gone then.
pub fn sync_file(file: &File, path: &Path) -> io::Result<()> {
    file.sync_all().inspect_err(|_| {
        // Nothing more can be done when even this fails: the name is never listed anywhere.
        let _gone = fs::remove_file(path);
    })
}

/// Moves a durable file to its final name, durably.
///
/// # Errors
/// The file system's error. The final name may or may not exist then; the caller does not rely on it.
pub fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_dir(to.parent().unwrap_or(Path::new(".")))
}

/// Replaces a small file as a whole: readers see the old bytes or the new ones, also after a power cut, and so do others who
/// replace it at the same time, here or in another process. On Unix the file can be read by its owner only.
///
/// # Errors
/// The file system's error, or that of the random source.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    // A command works beside the server: nobody else writes to a name that nobody else knows.
    temporary.push(format!(".{}.new", hex::encode(random::bytes::<8>().map_err(io::Error::other)?)));
    let temporary = Path::new(&temporary);
    let replaced = write_and_move(temporary, path, bytes);
    if replaced.is_err() {
        let _moved_already = fs::remove_file(temporary);
    }
    replaced
}

fn write_and_move(temporary: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = private_file(temporary)?;
    file.write_all(bytes)?;
    sync_file(&file, temporary)?;
    move_file(temporary, path)
}

/// Opens a file for writing from its start, readable by its owner only (on Unix), and empties it.
///
/// # Errors
/// The file system's error.
pub fn private_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_many_replace_at_once_is_always_whole_and_nothing_is_left_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("checkpoint.note");
        let text = |writer: usize| writer.to_string().repeat(10 + 4000 * writer).into_bytes();
        replace_file(&path, &text(0)).unwrap();
        std::thread::scope(|scope| {
            for writer in 1..5 {
                let path = &path;
                scope.spawn(move || (0..40).for_each(|_| replace_file(path, &text(writer)).unwrap()));
            }
            for _ in 0..400 {
                let read = fs::read(&path).unwrap();
                assert!((0..5).any(|writer| read == text(writer)), "{} bytes of nobody", read.len());
            }
        });
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}

//! How a verifier reaches the files of a package, wherever they lie.

use std::io::{self, Read};

const SMALL_FILE_BYTES: usize = 4096;

/// Files by path. The verifier does no I/O itself: a folder, an archive or a test's memory stands behind this.
///
/// A folder must not follow symbolic links: a link in a package is listed like a file and opening it fails.
pub trait Fetch: Sync {
    /// Every file of the package, by path relative to its root, with `/` between folders, in any order. A name
    /// that is not UTF-8 is given with replacement characters: it matches no manifest and is reported.
    ///
    /// # Errors
    /// Whatever keeps the package from being listed.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Opens one of the listed files for reading from its start. Only paths that [`list`](Self::list) gave are
    /// asked for.
    ///
    /// # Errors
    /// Whatever keeps the file from being opened.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>>;

    /// The whole file, if it has at most `max_bytes`.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`io::ErrorKind::FileTooLarge`] for a longer file.
    fn read(&self, path: &str, max_bytes: u64) -> io::Result<Vec<u8>> {
        // Most files are smaller than this: with the room ready, one read takes the file and one finds its end.
        let mut bytes = Vec::with_capacity(SMALL_FILE_BYTES);
        self.open(path)?.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > max_bytes {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(bytes)
    }
}

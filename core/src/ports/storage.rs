//! Files for sealed media and beside the database. Paths are relative, with `/` between names, and made only of our
//! own names and ids: no name that came from outside ever becomes a path. The empty path is the folder itself.

use std::io;

/// A file open for reading and writing.
pub trait StoredFile: Send {
    /// Writes all of `bytes` at `offset`, growing the file as needed. Not durable before [`StoredFile::sync`].
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Reads up to `buf.len()` bytes at `offset`; 0 at the end.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize>;
    /// Makes content and size durable (fdatasync; F_FULLFSYNC on Apple systems).
    ///
    /// # Errors
    /// After an error the file's unsynced content must be treated as lost: syncing again proves nothing.
    fn sync(&mut self) -> io::Result<()>;
    /// Cuts or extends the file to `len_bytes`.
    fn truncate(&mut self, len_bytes: u64) -> io::Result<()>;
    /// Length, bytes.
    fn len_bytes(&self) -> io::Result<u64>;
}

/// A folder tree.
pub trait Storage: Send + Sync {
    /// Makes a folder and the folders above it. Each name is durable after [`Storage::sync_dir`] of the folder above.
    fn make_dir(&self, path: &str) -> io::Result<()>;
    /// Creates a new, empty file; refuses one that exists. The name is durable after [`Storage::sync_dir`].
    fn create(&self, path: &str) -> io::Result<Box<dyn StoredFile>>;
    /// Opens an existing file.
    fn open(&self, path: &str) -> io::Result<Box<dyn StoredFile>>;
    /// Whether a file or folder is there.
    fn exists(&self, path: &str) -> io::Result<bool>;
    /// Names in a folder, sorted; empty when the folder does not exist.
    fn list(&self, path: &str) -> io::Result<Vec<String>>;
    /// Moves a file or folder. Durable after [`Storage::sync_dir`] of both folders.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file. Only ever called for journals of sealed items, for space set aside, for media with a verified receipt, and for
    /// files that never came to hold evidence: of a capture whose creation failed, or behind the authenticated end
    /// of a recovered item.
    fn remove_file(&self, path: &str) -> io::Result<()>;
    /// Removes an empty folder.
    fn remove_dir(&self, path: &str) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, path: &str) -> io::Result<()>;
    /// Space left, bytes.
    fn free_bytes(&self) -> io::Result<u64>;
}

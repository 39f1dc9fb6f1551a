//! The lock of a file: whoever has it owns the folder.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

/// A locked file; free again when this is dropped.
pub struct FileLock(File);

impl FileLock {
    /// Locks the file, making it if need be.
    ///
    /// # Errors
    /// [`TryLockError::WouldBlock`] while somebody else has it; the file system's error otherwise.
    pub fn take(path: &Path) -> Result<Self, TryLockError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(TryLockError::Error)?;
        file.try_lock()?;
        Ok(Self(file))
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // Closing the file is not enough: a child process that is just being started has it open, too, for a moment.
        let _closing_frees_it_later = self.0.unlock();
    }
}

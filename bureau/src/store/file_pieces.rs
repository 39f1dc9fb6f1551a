//! Pieces as files: `staged/<upload>` while they arrive, `pieces/<aa>/<sha256>` for good.

use super::{PieceReader, PieceStore, StagedPiece, StoreError, UploadId};
use crate::{
    durable,
    fault::{Faults, Point},
};
use liuhen_record::Digest;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

/// Pieces in a folder of the local file system.
pub struct FilePieces {
    staged: PathBuf,
    pieces: PathBuf,
    faults: Arc<dyn Faults>,
}

impl FilePieces {
    /// Opens the folder, making it if need be.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn open(dir: &Path, faults: Arc<dyn Faults>) -> Result<Self, StoreError> {
        let store = Self { staged: dir.join("staged"), pieces: dir.join("pieces"), faults };
        durable::make_dir(&store.staged)?;
        durable::make_dir(&store.pieces)?;
        Ok(store)
    }

    fn staged_path(&self, upload: &UploadId) -> PathBuf {
        self.staged.join(upload.to_string())
    }

    fn kept_path(&self, sha256: &Digest) -> PathBuf {
        let name = sha256.to_string();
        self.pieces.join(&name[..2]).join(&name)
    }
}

impl PieceStore for FilePieces {
    fn stage(&self, upload: &UploadId, offset_bytes: u64) -> Result<Box<dyn StagedPiece>, StoreError> {
        let path = self.staged_path(upload);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(offset_bytes == 0);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        if file.metadata()?.len() < offset_bytes {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "staged bytes are missing").into());
        }
        file.set_len(offset_bytes)?;
        file.seek(SeekFrom::Start(offset_bytes))?;
        Ok(Box::new(StagedFile { file, path, dir: self.staged.clone(), faults: self.faults.clone() }))
    }

    fn discard(&self, upload: &UploadId) -> Result<(), StoreError> {
        match fs::remove_file(self.staged_path(upload)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn keep(&self, upload: &UploadId, sha256: &Digest) -> Result<(), StoreError> {
        let (from, to) = (self.staged_path(upload), self.kept_path(sha256));
        let dir = to.parent().unwrap_or(&self.pieces);
        durable::make_dir(dir)?;
        // Renaming over an equal piece is harmless, and makes the name durable even if an earlier attempt died
        // between its rename and its fsync.
        fs::rename(&from, &to)?;
        self.faults.hit(Point::PieceRenamed)?;
        durable::sync_dir(dir)?;
        self.faults.hit(Point::PieceInPlace)?;
        Ok(())
    }

    fn kept_bytes(&self, sha256: &Digest) -> Result<Option<u64>, StoreError> {
        match fs::metadata(self.kept_path(sha256)) {
            Ok(metadata) => Ok(Some(metadata.len())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn open(&self, sha256: &Digest) -> Result<PieceReader, StoreError> {
        Ok(Box::new(File::open(self.kept_path(sha256))?))
    }

    fn staged(&self) -> Result<Vec<UploadId>, StoreError> {
        let mut uploads = Vec::new();
        for entry in fs::read_dir(&self.staged)? {
            uploads.extend(entry?.file_name().to_str().and_then(|name| name.parse::<UploadId>().ok()));
        }
        uploads.sort_unstable();
        Ok(uploads)
    }
}

struct StagedFile {
    file: File,
    path: PathBuf,
    dir: PathBuf,
    faults: Arc<dyn Faults>,
}

impl StagedPiece for StagedFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        Ok(self.file.write_all(bytes)?)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.faults.hit(Point::PieceWritten)?;
        durable::sync_file(&self.file, &self.path)?;
        durable::sync_dir(&self.dir)?;
        self.faults.hit(Point::PieceSynced)?;
        Ok(())
    }

    fn reread(&self) -> Result<PieceReader, StoreError> {
        Ok(Box::new(File::open(&self.path)?))
    }
}

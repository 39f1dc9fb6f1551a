//! Pieces as files: `staged/<random>` while they arrive, `pieces/<aa>/<sha256>` for good, `quarantine/<sha256>-<random>` when
//! the disk damaged them.

use super::{
    PieceReader, PieceStore, StagedId, StagedPiece, StoreError,
    direct::{Blocks, DirectFile},
    is_damage, read_through,
};
use crate::{
    durable,
    fault::{Faults, Point},
    random,
};
use liuhen_record::Digest;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// So many bytes of a piece are written at a time while the rest of it arrives.
const BEGIN_WRITING_BYTES: u64 = 4 << 20;

/// Pieces in a folder of the local file system.
pub struct FilePieces {
    staged: PathBuf,
    pieces: PathBuf,
    quarantine: PathBuf,
    /// Of which folders of `pieces` this process knows that their own names are durable.
    durable_folders: [AtomicBool; 256],
    faults: Arc<dyn Faults>,
    blocks: Arc<Blocks>,
}

impl FilePieces {
    /// Opens the folder, making it if need be.
    ///
    /// # Errors
    /// [`StoreError::File`].
    pub fn open(dir: &Path, faults: Arc<dyn Faults>) -> Result<Self, StoreError> {
        let store = Self {
            staged: dir.join("staged"),
            pieces: dir.join("pieces"),
            quarantine: dir.join("quarantine"),
            durable_folders: [const { AtomicBool::new(false) }; 256],
            faults,
            blocks: Arc::default(),
        };
        durable::make_dir(&store.staged)?;
        durable::make_dir(&store.pieces)?;
        // Whoever made these folders may have died before their names were durable.
        durable::sync_dir(dir)?;
        if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            durable::sync_dir(parent)?;
        }
        Ok(store)
    }

    /// The folder of a piece, made if need be, and its own name durable: once in every process, because whoever made it may
    /// have died before it was.
    fn folder(&self, sha256: &Digest) -> Result<PathBuf, StoreError> {
        let known = &self.durable_folders[usize::from(sha256.0[0])];
        let dir = self.pieces.join(&sha256.to_string()[..2]);
        durable::make_dir(&dir)?;
        if !known.load(Ordering::Acquire) {
            durable::sync_dir(&self.pieces)?;
            known.store(true, Ordering::Release);
        }
        Ok(dir)
    }

    fn staged_path(&self, staged: &StagedId) -> PathBuf {
        self.staged.join(staged.to_string())
    }

    fn kept_path(&self, sha256: &Digest) -> PathBuf {
        let name = sha256.to_string();
        self.pieces.join(&name[..2]).join(&name)
    }
}

impl FilePieces {
    fn open_staged(&self, staged: &StagedId, offset_bytes: u64) -> Result<StagedFile, StoreError> {
        let path = self.staged_path(staged);
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
        Ok(StagedFile {
            file,
            path,
            dir: self.staged.clone(),
            faults: self.faults.clone(),
            direct: None,
            end_bytes: offset_bytes,
            begun_bytes: offset_bytes,
        })
    }
}

impl PieceStore for FilePieces {
    fn stage(&self, staged: &StagedId, offset_bytes: u64) -> Result<Box<dyn StagedPiece>, StoreError> {
        Ok(Box::new(self.open_staged(staged, offset_bytes)?))
    }

    fn stage_whole(&self, staged: &StagedId, len_bytes: u64) -> Result<Box<dyn StagedPiece>, StoreError> {
        let mut piece = self.open_staged(staged, 0)?;
        piece.direct = DirectFile::open(&self.blocks, &piece.path, len_bytes);
        Ok(Box::new(piece))
    }

    fn copy_staged(&self, from: &StagedId, to: &StagedId, len_bytes: u64) -> Result<(), StoreError> {
        let path = self.staged_path(to);
        let mut copy = durable::private_file(&path)?;
        let copied = io::copy(&mut File::open(self.staged_path(from))?.take(len_bytes), &mut copy)?;
        if copied < len_bytes {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "staged bytes are missing").into());
        }
        durable::sync_file(&copy, &path)?;
        Ok(durable::sync_dir(&self.staged)?)
    }

    fn discard(&self, staged: &StagedId) -> Result<(), StoreError> {
        match fs::remove_file(self.staged_path(staged)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn keep(&self, staged: &StagedId, sha256: &Digest) -> Result<(), StoreError> {
        let (from, to) = (self.staged_path(staged), self.kept_path(sha256));
        let dir = self.folder(sha256)?;
        // Renaming over an equal piece is harmless, and makes the name durable even if an earlier attempt died
        // between its rename and its fsync.
        fs::rename(&from, &to)?;
        self.faults.hit(Point::PieceRenamed)?;
        durable::sync_dir(&dir)?;
        self.faults.hit(Point::PieceInPlace)?;
        Ok(())
    }

    fn settle(&self, sha256: &Digest) -> Result<(), StoreError> {
        let dir = self.folder(sha256)?;
        // Not removed when that fails: another item may stand on the same piece.
        File::open(self.kept_path(sha256))?.sync_all()?;
        Ok(durable::sync_dir(&dir)?)
    }

    fn set_aside(&self, sha256: &Digest) -> Result<bool, StoreError> {
        let (place, dir) = (self.kept_path(sha256), self.folder(sha256)?);
        durable::make_dir(&self.quarantine)?;
        let random = random::bytes::<8>().map_err(io::Error::other)?;
        let aside = self.quarantine.join(format!("{sha256}-{}", hex::encode(random)));
        match fs::rename(&place, &aside) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            moved => moved?,
        }
        let read = File::open(&aside).and_then(|file| read_through(file, |_| ()));
        let damaged = match &read {
            Ok(found) => found != sha256,
            Err(error) => is_damage(error),
        };
        if !damaged {
            fs::rename(&aside, &place)?;
        }
        durable::sync_dir(&self.quarantine)?;
        durable::sync_dir(&dir)?;
        if damaged { Ok(true) } else { Ok(read.map(|_| false)?) }
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

    fn staged(&self) -> Result<Vec<StagedId>, StoreError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.staged)? {
            found.extend(entry?.file_name().to_str().and_then(|name| name.parse::<StagedId>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Asks the system to begin writing these bytes to the disk, so that the fsync that everything rests on waits for little.
/// Only a hint: on Linux "not needed" starts the writing and waits for nothing.
fn begin_writing(file: &File, from_bytes: u64, len_bytes: u64) {
    #[cfg(target_os = "linux")]
    let _hint = rustix::fs::fadvise(
        file,
        from_bytes,
        std::num::NonZeroU64::new(len_bytes),
        rustix::fs::Advice::DontNeed,
    );
    #[cfg(not(target_os = "linux"))]
    let _unused = (file, from_bytes, len_bytes);
}

struct StagedFile {
    file: File,
    path: PathBuf,
    dir: PathBuf,
    faults: Arc<dyn Faults>,
    /// Writes until the first sync, where there is one.
    direct: Option<DirectFile>,
    end_bytes: u64,
    /// The system was asked to begin writing what is before this.
    begun_bytes: u64,
}

impl StagedPiece for StagedFile {
    fn append(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        if let Some(direct) = &mut self.direct {
            direct.append(bytes)?;
            self.end_bytes += bytes.len() as u64;
            self.begun_bytes = self.end_bytes;
            return Ok(());
        }
        self.file.write_all(bytes)?;
        self.end_bytes += bytes.len() as u64;
        if self.end_bytes - self.begun_bytes >= BEGIN_WRITING_BYTES {
            begin_writing(&self.file, self.begun_bytes, self.end_bytes - self.begun_bytes);
            self.begun_bytes = self.end_bytes;
        }
        Ok(())
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.sync_bytes()?;
        Ok(durable::sync_dir(&self.dir)?)
    }

    fn sync_bytes(&mut self) -> Result<(), StoreError> {
        if let Some(direct) = self.direct.take() {
            direct.finish(&mut self.file)?;
        }
        self.faults.hit(Point::PieceWritten)?;
        durable::sync_file(&self.file, &self.path)?;
        Ok(self.faults.hit(Point::PieceSynced)?)
    }

    fn reread(&self) -> Result<PieceReader, StoreError> {
        Ok(Box::new(File::open(&self.path)?))
    }
}

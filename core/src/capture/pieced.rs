//! One sealed file, kept as pieces of 32 MiB: what is written here is what is uploaded.

use crate::ports::{Storage, StoredFile};
use liuhen_record::{
    ItemId,
    seal::{PIECE_BYTES, ReadAt},
};
use std::{io, sync::Arc};

/// The folder that holds one folder for each item.
pub(crate) const ITEMS: &str = "items";

/// The folder of an item.
pub(crate) fn item_dir(item: ItemId) -> String {
    format!("{ITEMS}/{item}")
}

/// Path of a piece of an item below the vault's folder, as [`crate::ports::Body::File`] wants it.
pub fn piece_path(item: ItemId, index: i64) -> String {
    format!("{}/{index:04}.piece", item_dir(item))
}

/// A logical file over piece files.
pub struct PiecedFile {
    storage: Arc<dyn Storage>,
    item: ItemId,
    pieces: Vec<Piece>,
    /// A piece was created whose name is not durable yet.
    new_names: bool,
}

struct Piece {
    file: Box<dyn StoredFile>,
    unsynced: bool,
}

impl PiecedFile {
    /// Makes the item's folder and its first, empty piece. Nothing of it is durable before [`PiecedFile::sync`].
    pub(crate) fn create(storage: &Arc<dyn Storage>, item: ItemId) -> io::Result<Self> {
        storage.make_dir(&item_dir(item))?;
        let mut file = Self { storage: Arc::clone(storage), item, pieces: Vec::new(), new_names: false };
        file.add_piece()?;
        Ok(file)
    }

    /// Opens the pieces that are there.
    ///
    /// # Errors
    /// When there is no first piece, or the storage fails.
    pub fn open(storage: &Arc<dyn Storage>, item: ItemId) -> io::Result<Self> {
        let mut file = Self { storage: Arc::clone(storage), item, pieces: Vec::new(), new_names: false };
        loop {
            let path = piece_path(item, file.pieces.len() as i64);
            if !storage.exists(&path)? {
                break;
            }
            file.pieces.push(Piece { file: storage.open(&path)?, unsynced: false });
        }
        if file.pieces.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(file) }
    }

    /// Opens the pieces that are there, making folder and first piece where a crash left none.
    pub(crate) fn open_or_create(storage: &Arc<dyn Storage>, item: ItemId) -> io::Result<Self> {
        match Self::open(storage, item) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(storage, item),
            result => result,
        }
    }

    fn add_piece(&mut self) -> io::Result<()> {
        let path = piece_path(self.item, self.pieces.len() as i64);
        self.pieces.push(Piece { file: self.storage.create(&path)?, unsynced: true });
        self.new_names = true;
        Ok(())
    }

    /// Writes `bytes` at `offset`, adding pieces as needed.
    pub(crate) fn write_at(&mut self, mut offset: u64, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let index = (offset / PIECE_BYTES) as usize;
            while self.pieces.len() <= index {
                self.add_piece()?;
            }
            let within = offset % PIECE_BYTES;
            let (now, later) = bytes.split_at(bytes.len().min((PIECE_BYTES - within) as usize));
            let piece = &mut self.pieces[index];
            piece.unsynced = true;
            piece.file.write_at(within, now)?;
            offset += now.len() as u64;
            bytes = later;
        }
        Ok(())
    }

    /// Makes everything written durable, names included.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        for piece in self.pieces.iter_mut().filter(|piece| piece.unsynced) {
            piece.file.sync()?;
            piece.unsynced = false;
        }
        if self.new_names {
            // After the files: where the file system writes names with the data, this then costs next to nothing.
            self.storage.sync_dir(&item_dir(self.item))?;
            self.storage.sync_dir(ITEMS)?;
            self.new_names = false;
        }
        Ok(())
    }

    /// Makes every piece durable, also what another process wrote before it crashed.
    pub(crate) fn sync_all(&mut self) -> io::Result<()> {
        self.pieces.iter_mut().for_each(|piece| piece.unsynced = true);
        self.new_names = true;
        self.sync()
    }

    /// Cuts the file to `len_bytes`, which lies within it; pieces that lie wholly behind are removed.
    pub(crate) fn cut(&mut self, len_bytes: u64) -> io::Result<()> {
        let kept = len_bytes.div_ceil(PIECE_BYTES).max(1) as usize;
        while self.pieces.len() > kept {
            self.pieces.pop();
            self.storage.remove_file(&piece_path(self.item, self.pieces.len() as i64))?;
            self.new_names = true;
        }
        let end = len_bytes - (kept as u64 - 1) * PIECE_BYTES;
        if let Some(last) = self.pieces.last_mut()
            && last.file.len_bytes()? != end
        {
            last.unsynced = true;
            last.file.truncate(end)?;
        }
        Ok(())
    }

    /// Hands all bytes to `take`, in order, in slices of at most 1 MiB.
    pub(crate) fn read_through(&self, mut take: impl FnMut(&[u8])) -> io::Result<()> {
        let mut buf = vec![0; 1 << 20];
        let mut offset = 0;
        loop {
            match self.read_at(offset, &mut buf)? {
                0 => return Ok(()),
                got => {
                    take(&buf[..got]);
                    offset += got as u64;
                }
            }
        }
    }
}

impl ReadAt for PiecedFile {
    /// Up to the end of the last piece; pieces before it that are too short are holes, found when they are read.
    fn len_bytes(&self) -> io::Result<u64> {
        let last = self.pieces.len().saturating_sub(1);
        let end = self.pieces.get(last).map_or(Ok(0), |piece| piece.file.len_bytes())?;
        Ok(last as u64 * PIECE_BYTES + end)
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let within = offset % PIECE_BYTES;
        let room = usize::try_from(PIECE_BYTES - within).unwrap_or(usize::MAX).min(buf.len());
        match self.pieces.get((offset / PIECE_BYTES) as usize) {
            Some(piece) => piece.file.read_at(within, &mut buf[..room]),
            None => Ok(0),
        }
    }
}

impl std::fmt::Debug for PiecedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PiecedFile").field("pieces", &self.pieces.len()).finish_non_exhaustive()
    }
}

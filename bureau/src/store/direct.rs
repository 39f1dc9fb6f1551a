//! Bytes to the disk past the page cache, beside the thread that hashes them: half the processor's work, and the fsync at
//! the end finds nothing left to write.

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::{
    fs::File,
    io,
    os::unix::fs::FileExt as _,
    sync::{
        Arc,
        mpsc::{Receiver, Sender, channel},
    },
    thread::JoinHandle,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes of one write.
const BLOCK_BYTES: usize = 512 * 1024;
/// What the system wants of addresses, offsets and lengths: a page, which every block device divides.
pub(super) const ALIGN_BYTES: u64 = 4096;
/// Blocks of one file: one is filled while the other is written.
const BLOCKS: usize = 2;
/// Files that are written so at once. Of more, the page cache takes the bytes: two hundred must not have blocks of their own.
const FILES: usize = 4;

/// Who may write past the page cache.
pub(super) struct Lanes(Arc<Semaphore>);

impl Default for Lanes {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(FILES)))
    }
}

/// A page-aligned stretch of memory.
struct Block {
    memory: Vec<u8>,
    start: usize,
    filled: usize,
    at_bytes: u64,
}

impl Block {
    fn new() -> Option<Self> {
        let align = ALIGN_BYTES as usize;
        let memory = vec![0; BLOCK_BYTES + align];
        let start = memory.as_ptr().align_offset(align);
        (start <= align).then_some(Self { memory, start, filled: 0, at_bytes: 0 })
    }

    fn fill<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let (now, later) = bytes.split_at(bytes.len().min(BLOCK_BYTES - self.filled));
        let from = self.start + self.filled;
        self.memory[from..from + now.len()].copy_from_slice(now);
        self.filled += now.len();
        later
    }

    fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.filled]
    }
}

/// A file that is being written so. Dropped, it writes nothing more; nobody writes the file after that.
pub(super) struct Direct {
    file: File,
    /// Nothing once the thread was told to end.
    to_write: Option<Sender<Block>>,
    written: Receiver<Block>,
    writing: Option<JoinHandle<io::Result<()>>>,
    /// The one that is being filled; nothing after an error.
    block: Option<Block>,
    /// Blocks that exist.
    blocks: usize,
    _lane: OwnedSemaphorePermit,
}

impl Direct {
    /// Goes on at `at_bytes` of the file. Nothing where that is not aligned, no lane is free or the file system cannot do it.
    pub(super) fn start(lanes: &Lanes, file: &File, at_bytes: u64) -> Option<Self> {
        if !at_bytes.is_multiple_of(ALIGN_BYTES) {
            return None;
        }
        let lane = Arc::clone(&lanes.0).try_acquire_owned().ok()?;
        let file = file.try_clone().ok()?;
        let target = file.try_clone().ok()?;
        set_direct(&file, true).ok()?;
        let (to_write, full) = channel::<Block>();
        let (done, written) = channel();
        let write = move || {
            for mut block in full {
                write_block(&target, &block)?;
                block.filled = 0;
                // Nobody waits for the last ones.
                drop(done.send(block));
            }
            Ok(())
        };
        let started = std::thread::Builder::new().name("liuhen-direct".to_owned()).spawn(write);
        let (Ok(writing), Some(mut block)) = (started, Block::new()) else {
            drop(set_direct(&file, false));
            return None;
        };
        block.at_bytes = at_bytes;
        let (to_write, writing, block) = (Some(to_write), Some(writing), Some(block));
        Some(Self { file, to_write, written, writing, block, blocks: 1, _lane: lane })
    }

    /// Takes the next bytes.
    pub(super) fn append(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let block = self.block.as_mut().ok_or_else(broken)?;
            bytes = block.fill(bytes);
            if block.filled == BLOCK_BYTES {
                self.exchange()?;
            }
        }
        Ok(())
    }

    /// Sends the full block on its way and takes an empty one, waiting for the disk if it must.
    fn exchange(&mut self) -> io::Result<()> {
        let Some(block) = self.block.take() else { return Err(broken()) };
        let next_bytes = block.at_bytes + block.filled as u64;
        let sent = self.to_write.as_ref().is_some_and(|to_write| to_write.send(block).is_ok());
        let fresh = if sent && self.blocks < BLOCKS { Block::new() } else { None };
        let empty = match fresh {
            Some(fresh) => {
                self.blocks += 1;
                Some(fresh)
            }
            None => self.written.recv().ok(),
        };
        // The thread ended: it says why.
        let Some(mut empty) = empty else { return self.join().and_then(|()| Err(broken())) };
        empty.at_bytes = next_bytes;
        self.block = Some(empty);
        Ok(())
    }

    /// Waits until everything is written; the last bytes, which fill no page, go through the page cache.
    pub(super) fn finish(mut self) -> io::Result<()> {
        let last = self.block.take();
        self.join()?;
        set_direct(&self.file, false)?;
        match last {
            Some(last) => self.file.write_all_at(last.bytes(), last.at_bytes),
            None => Err(broken()),
        }
    }

    fn join(&mut self) -> io::Result<()> {
        self.to_write = None;
        self.writing.take().map_or(Ok(()), |writing| writing.join().unwrap_or_else(|_| Err(broken())))
    }
}

impl Drop for Direct {
    /// Waits for the thread: what is discarded or cut after this must not be written once more.
    fn drop(&mut self) {
        drop(self.join());
    }
}

fn broken() -> io::Error {
    io::Error::other("an earlier write of this file failed")
}

fn set_direct(file: &File, on: bool) -> io::Result<()> {
    let flags = fcntl_getfl(file)?;
    let flags = if on { flags | OFlags::DIRECT } else { flags - OFlags::DIRECT };
    Ok(fcntl_setfl(file, flags)?)
}

fn write_block(file: &File, block: &Block) -> io::Result<()> {
    match file.write_all_at(block.bytes(), block.at_bytes) {
        // A file system that took the flag and cannot do it after all, or a write that ended within a page.
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            set_direct(file, false)?;
            file.write_all_at(block.bytes(), block.at_bytes)
        }
        done => done,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

    use super::*;
    use std::path::Path;

    fn noise(len: usize) -> Vec<u8> {
        (0..len as u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect()
    }

    /// A folder whose file system can do it.
    fn folder() -> Option<tempfile::TempDir> {
        let folder = tempfile::tempdir().unwrap();
        let able = set_direct(&File::create(folder.path().join("try")).unwrap(), true).is_ok();
        if !able {
            println!(
                "skipped: the file system of {} has no way past the page cache",
                folder.path().display()
            );
        }
        able.then_some(folder)
    }

    fn new_file(path: &Path) -> File {
        File::options().read(true).write(true).create_new(true).open(path).unwrap()
    }

    #[test]
    fn bytes_in_parts_of_any_length_are_in_the_file_in_order() {
        let Some(folder) = folder() else { return };
        for (len, part) in
            [(0, 1), (1, 1), (4_096, 4_096), (BLOCK_BYTES, 30_000), (5 * BLOCK_BYTES + 12_345, 32_768)]
        {
            let path = folder.path().join(len.to_string());
            let file = new_file(&path);
            file.write_all_at(&noise(8_192), 0).unwrap();
            let mut direct = Direct::start(&Lanes::default(), &file, 8_192).unwrap();
            for bytes in noise(len).chunks(part) {
                direct.append(bytes).unwrap();
            }
            direct.finish().unwrap();
            let whole = std::fs::read(&path).unwrap();
            assert!(whole[..8_192] == noise(8_192) && whole[8_192..] == noise(len), "{len} in {part}");
        }
    }

    #[test]
    fn an_error_of_the_disk_comes_out_and_nothing_is_taken_after_it() {
        let Some(folder) = folder() else { return };
        let read_only = File::open(folder.path().join("try")).unwrap();
        let mut direct = Direct::start(&Lanes::default(), &read_only, 0).unwrap();
        let refused = (0..100).find_map(|_| direct.append(&noise(BLOCK_BYTES)).err()).unwrap();
        assert_eq!(refused.raw_os_error(), Some(rustix::io::Errno::BADF.raw_os_error()), "{refused}");
        direct.append(&[1]).unwrap_err();
        direct.finish().unwrap_err();
        // Also when it is noticed only at the end.
        let mut direct = Direct::start(&Lanes::default(), &read_only, 0).unwrap();
        direct.append(&noise(BLOCK_BYTES)).unwrap();
        direct.finish().unwrap_err();
    }

    #[test]
    fn only_some_files_have_blocks_of_their_own_and_only_where_a_page_begins() {
        let Some(folder) = folder() else { return };
        let file = new_file(&folder.path().join("file"));
        let lanes = Lanes::default();
        assert!(Direct::start(&lanes, &file, 1).is_none());
        let mut running: Vec<_> = (0..FILES).map(|_| Direct::start(&lanes, &file, 0).unwrap()).collect();
        assert!(Direct::start(&lanes, &file, 0).is_none());
        running.pop();
        assert!(Direct::start(&lanes, &file, 0).is_some(), "given back");
    }
}

//! Writing past the page cache: a long piece that comes whole goes to the disk block by block, on a thread of its own,
//! while the next block fills.
//!
//! The bureau does not read a piece again soon, and a page of the cache costs it more than the writing of it: on a
//! virtual machine whose free memory goes back to the host 1 GiB took 0.7 s to 1.6 s of a processor through the cache and
//! 0.2 s past it. Only a way of writing: what is durable, and when, is as ever the fsync's affair. But that one makes the disk
//! empty its own cache, and the phone waits for it (40 ms after 32 MiB, which is 4 % of a line of 300 Mbit/s): so that is asked
//! for before, too, whenever the disk has nothing else to do because the line is slower.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Seek as _, SeekFrom, Write as _},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, SyncSender, TryRecvError, channel, sync_channel},
    },
    thread::{self, JoinHandle},
};

/// Bytes of a block. Shorter ones cost more each: with 256 KiB 1 GiB took twice the time of a processor.
const BLOCK_BYTES: usize = 1 << 20;
/// Where blocks begin, in memory and in the file. A disk with larger sectors refuses them, and gets them through the cache.
const ALIGN_BYTES: usize = 4096;
/// One fills while the other is written.
const BLOCKS_OF_ONE: usize = 2;
/// Blocks of all uploads together, which bounds their memory; who finds none writes through the cache.
const MOST_BLOCKS: usize = 4;
/// With so many bytes in it the disk's own cache is emptied when there is time.
const WORTH_FLUSHING_BYTES: u64 = 2 << 20;
/// A piece no longer than this is not worth a thread.
const WORTH_IT_BYTES: u64 = (2 * BLOCK_BYTES) as u64;

/// Memory that begins where a disk can take it.
#[derive(Default)]
struct Block {
    memory: Vec<u8>,
    from: usize,
}

impl Block {
    fn fresh() -> Self {
        let memory = vec![0; BLOCK_BYTES + ALIGN_BYTES];
        let from = memory.as_ptr().align_offset(ALIGN_BYTES);
        Self { memory, from }
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut self.memory[self.from..self.from + BLOCK_BYTES]
    }
}

/// The blocks of all uploads.
#[derive(Default)]
pub(super) struct Blocks(Mutex<Idle>);

#[derive(Default)]
struct Idle {
    lent: usize,
    /// Kept, because fresh memory costs more than filling it.
    blocks: Vec<Block>,
}

impl Blocks {
    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lend(&self) -> Option<[Block; BLOCKS_OF_ONE]> {
        let mut idle = self.idle();
        if idle.lent + BLOCKS_OF_ONE > MOST_BLOCKS {
            return None;
        }
        idle.lent += BLOCKS_OF_ONE;
        Some(std::array::from_fn(|_| idle.blocks.pop().unwrap_or_else(Block::fresh)))
    }

    fn take_back(&self, blocks: impl IntoIterator<Item = Block>) {
        let mut idle = self.idle();
        idle.lent -= BLOCKS_OF_ONE;
        idle.blocks.extend(blocks.into_iter().filter(|block| !block.memory.is_empty()));
    }
}

/// A new file that is written block by block from its start.
pub(super) struct DirectFile {
    blocks: Arc<Blocks>,
    filling: Block,
    filled_bytes: usize,
    /// Handed to the disk before what is filling.
    handed_bytes: u64,
    to_disk: Option<SyncSender<Block>>,
    back: Receiver<Block>,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl DirectFile {
    /// For a piece of `len_bytes` in the empty file at `path`; `None` when it is short, all blocks are in use, or the file
    /// system knows only the cache.
    pub fn open(blocks: &Arc<Blocks>, path: &Path, len_bytes: u64) -> Option<Self> {
        if len_bytes < WORTH_IT_BYTES {
            return None;
        }
        Self::over(blocks, open_direct(path)?, OpenOptions::new().write(true).open(path).ok()?)
    }

    /// The same file twice.
    fn over(blocks: &Arc<Blocks>, direct: File, cached: File) -> Option<Self> {
        let [filling, second] = blocks.lend()?;
        let (to_disk, blocks_to_write) = sync_channel(1);
        let (written, back) = channel();
        let mut file = Self {
            blocks: Arc::clone(blocks),
            filling,
            filled_bytes: 0,
            handed_bytes: 0,
            to_disk: Some(to_disk),
            back,
            writing: None,
        };
        let preloaded = written.send(second);
        let writer = Writer { direct, cached, written_bytes: 0, flushed_bytes: 0 };
        let spawned = thread::Builder::new()
            .name("piece to disk".to_owned())
            .spawn(move || writer.run(&blocks_to_write, &written));
        // Dropped otherwise, which gives the blocks back.
        file.writing = Some(spawned.ok()?);
        preloaded.ok()?;
        Some(file)
    }

    /// Appends bytes. Not durable.
    ///
    /// # Errors
    /// What the file system said of these bytes, or of earlier ones.
    pub fn append(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let room = &mut self.filling.bytes()[self.filled_bytes..];
            let taken = room.len().min(bytes.len());
            room[..taken].copy_from_slice(&bytes[..taken]);
            self.filled_bytes += taken;
            bytes = &bytes[taken..];
            if self.filled_bytes == BLOCK_BYTES {
                self.hand_over()?;
            }
        }
        Ok(())
    }

    /// Waits for the disk, and writes what does not fill a block through `cached`, which is left at the end of the file.
    ///
    /// # Errors
    /// What the file system said.
    pub fn finish(mut self, cached: &mut File) -> io::Result<()> {
        self.settle()?;
        cached.seek(SeekFrom::Start(self.handed_bytes))?;
        let filled_bytes = self.filled_bytes;
        cached.write_all(&self.filling.bytes()[..filled_bytes])
    }

    fn hand_over(&mut self) -> io::Result<()> {
        let full = std::mem::take(&mut self.filling);
        let handed = self.to_disk.as_ref().is_some_and(|to_disk| to_disk.send(full).is_ok());
        match self.back.recv() {
            Ok(next) if handed => self.filling = next,
            _ => {
                self.settle()?;
                return Err(io::Error::other("the thread that writes is gone"));
            }
        }
        (self.filled_bytes, self.handed_bytes) = (0, self.handed_bytes + BLOCK_BYTES as u64);
        Ok(())
    }

    /// Waits until nothing writes the file any more.
    fn settle(&mut self) -> io::Result<()> {
        drop(self.to_disk.take());
        match self.writing.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(written)) => written,
            Some(Err(_)) => Err(io::Error::other("the thread that writes panicked")),
        }
    }
}

impl Drop for DirectFile {
    fn drop(&mut self) {
        // Whoever did not ask for the end does not rely on these bytes; but the file may be somebody else's afterwards.
        let _given_up = self.settle();
        let filling = std::mem::take(&mut self.filling);
        self.blocks.take_back(self.back.try_iter().chain([filling]));
    }
}

struct Writer {
    direct: File,
    cached: File,
    written_bytes: u64,
    /// Of these, how many the disk was made to keep.
    flushed_bytes: u64,
}

impl Writer {
    fn run(mut self, blocks: &Receiver<Block>, back: &std::sync::mpsc::Sender<Block>) -> io::Result<()> {
        let mut next = blocks.recv().ok();
        while let Some(mut block) = next {
            let written = self.write(block.bytes());
            // Whoever gave up takes none back.
            let _gone = back.send(block);
            written?;
            next = match blocks.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.flush()?;
                    blocks.recv().ok()
                }
                next => next.ok(),
            };
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.written_bytes - self.flushed_bytes >= WORTH_FLUSHING_BYTES {
            self.direct.sync_data()?;
            self.flushed_bytes = self.written_bytes;
        }
        Ok(())
    }

    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        match self.direct.write_all(block) {
            // Larger sectors than were foreseen.
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                self.cached.seek(SeekFrom::Start(self.written_bytes))?;
                self.cached.write_all(block)?;
                self.direct.seek(SeekFrom::Start(self.written_bytes + block.len() as u64))?;
            }
            written => written?,
        }
        self.written_bytes += block.len() as u64;
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn open_direct(path: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let flags = rustix::fs::OFlags::DIRECT.bits().cast_signed();
    OpenOptions::new().write(true).custom_flags(flags).open(path).ok()
}

#[cfg(not(target_os = "linux"))]
fn open_direct(_: &Path) -> Option<File> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use tempfile::TempDir;

    fn place() -> (TempDir, PathBuf, File) {
        // Beside this test: what is temporary may lie in memory, where there is no other way than the cache.
        let test = std::env::current_exe().unwrap();
        let dir = tempfile::tempdir_in(test.parent().unwrap()).unwrap();
        let path = dir.path().join("piece");
        let file = File::create(&path).unwrap();
        (dir, path, file)
    }

    fn plain(path: &Path) -> File {
        OpenOptions::new().write(true).open(path).unwrap()
    }

    /// Past the cache, where this file system knows that way.
    fn opened(blocks: &Arc<Blocks>, path: &Path) -> Option<DirectFile> {
        let direct = open_direct(path).unwrap_or_else(|| plain(path));
        DirectFile::over(blocks, direct, plain(path))
    }

    #[cfg(target_os = "linux")]
    fn full(blocks: &Arc<Blocks>) -> DirectFile {
        let full = Path::new("/dev/full");
        DirectFile::over(blocks, plain(full), plain(full)).unwrap()
    }

    #[test]
    fn a_file_written_past_the_cache_reads_as_it_was_appended() {
        let long: Vec<u8> =
            (0..3_300_123_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        let blocks = Arc::default();
        for part_bytes in [70_000, BLOCK_BYTES, 3 * BLOCK_BYTES] {
            let (_dir, path, mut file) = place();
            let mut direct = opened(&blocks, &path).unwrap();
            assert!(long.chunks(part_bytes).all(|part| direct.append(part).is_ok()));
            direct.finish(&mut file).unwrap();
            assert!(std::fs::read(&path).unwrap() == long, "in parts of {part_bytes} bytes");
        }
        assert_eq!(blocks.idle().blocks.len(), BLOCKS_OF_ONE, "the blocks of one are those of the next");
    }

    #[test]
    fn who_finds_no_block_or_brings_little_writes_through_the_cache() {
        let (_dir, path, _file) = place();
        let blocks = Arc::default();
        assert!(DirectFile::open(&blocks, &path, WORTH_IT_BYTES - 1).is_none(), "a short piece");
        let open = || opened(&blocks, &path);
        let both = [open(), open()];
        assert!(both.iter().all(Option::is_some) && open().is_none(), "there is memory for two");
        drop(both);
        assert!(open().is_some(), "what is given up is there again");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_error_of_the_disk_is_told_and_gives_the_blocks_back() {
        let (blocks, part) = (Arc::default(), vec![7; BLOCK_BYTES]);
        let mut direct = full(&blocks);
        let told = (0..4).find_map(|_| direct.append(&part).err()).unwrap();
        assert_eq!(told.kind(), ErrorKind::StorageFull);
        drop(direct);
        assert_eq!(blocks.idle().lent, 0);
        let mut direct = full(&blocks);
        direct.append(&part).unwrap();
        let end = direct.finish(&mut tempfile::tempfile().unwrap());
        assert_eq!(end.unwrap_err().kind(), ErrorKind::StorageFull, "also at the end");
    }

    #[test]
    fn a_disk_that_wants_longer_steps_is_written_through_the_cache() {
        let (_dir, path, _file) = place();
        let mut block = Block::fresh();
        block.bytes().fill(5);
        // One byte off is refused as larger sectors would refuse the whole.
        let Some(mut direct) = open_direct(&path) else { return };
        direct.seek(SeekFrom::Start(1)).unwrap();
        let mut writer = Writer { direct, cached: plain(&path), written_bytes: 0, flushed_bytes: 0 };
        writer.write(block.bytes()).unwrap();
        block.bytes().fill(6);
        writer.write(block.bytes()).unwrap();
        let written = std::fs::read(&path).unwrap();
        assert_eq!(written.len(), 2 * BLOCK_BYTES);
        assert!(written[..BLOCK_BYTES].iter().all(|byte| *byte == 5));
        assert!(written[BLOCK_BYTES..].iter().all(|byte| *byte == 6));
    }
}

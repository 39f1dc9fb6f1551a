//! Where measurements take place, and with which inputs.

use crate::Outcome;
use liuhen_record::seal::Identity;
use ring::rand::SystemRandom;
use std::fmt;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A file system in memory.
const TMPFS: &str = "/dev/shm";

/// Why a row is not measured here, through no fault of ours.
#[derive(Debug)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

/// Folders, sizes and keys that rows share.
pub struct Setup {
    /// Smaller inputs.
    pub quick: bool,
    /// Runs of each side.
    pub runs: usize,
    /// The office's key.
    pub identity: Identity,
    tmpfs: TempDir,
    disk: TempDir,
}

impl Setup {
    /// Makes the folders.
    pub fn new(quick: bool, runs: usize) -> Outcome<Self> {
        let near_target = env!("CARGO_TARGET_TMPDIR");
        std::fs::create_dir_all(near_target)?;
        Ok(Self {
            quick,
            runs,
            identity: Identity::make(&SystemRandom::new())?,
            tmpfs: if Path::new(TMPFS).is_dir() {
                tempfile::tempdir_in(TMPFS)?
            } else {
                tempfile::tempdir()?
            },
            disk: tempfile::tempdir_in(near_target)?,
        })
    }

    /// A folder in memory.
    pub fn tmpfs(&self) -> &Path {
        self.tmpfs.path()
    }

    /// A new folder on a disk, gone when dropped.
    pub fn disk(&self) -> Outcome<TempDir> {
        Ok(tempfile::tempdir_in(self.disk.path())?)
    }

    /// Where the report goes.
    pub fn report_file() -> PathBuf {
        Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("bench.json")
    }

    /// `wanted` bytes, or less when memory holds less than `copies` of them; and a note when it is less.
    pub fn tmpfs_size(&self, wanted: u64, copies: u64) -> Outcome<(u64, Option<String>)> {
        let wanted = if self.quick { wanted / 8 } else { wanted };
        let fits = (free_bytes(self.tmpfs())? / (copies + 1)) & !((1 << 20) - 1);
        if fits >= wanted {
            return Ok((wanted, None));
        }
        if fits < 64 << 20 {
            return Err(Skip(format!("{TMPFS} has no room for {copies} × 64 MiB")).into());
        }
        Ok((fits, Some(format!("{TMPFS} has room for {} MiB only, instead of {}", fits >> 20, wanted >> 20))))
    }
}

/// Free space of the file system that holds `path`, bytes.
pub fn free_bytes(path: &Path) -> Outcome<u64> {
    let answer = std::process::Command::new("df").args(["--output=avail", "-B1"]).arg(path).output()?;
    let text = String::from_utf8(answer.stdout)?;
    Ok(text.lines().nth(1).ok_or("df said nothing")?.trim().parse()?)
}

/// Bytes that do not compress and are the same in every run: xorshift64*.
pub struct Noise(u64);

impl Noise {
    /// Another sequence for another seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Fills `bytes`.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let next = self.next_u64().to_le_bytes();
            part.copy_from_slice(&next[..part.len()]);
        }
    }

    /// So many bytes.
    pub fn bytes(&mut self, len_bytes: usize) -> Vec<u8> {
        let mut bytes = vec![0; len_bytes];
        self.fill(&mut bytes);
        bytes
    }
}

/// Writes a file of noise.
pub fn noise_file(path: &Path, len_bytes: u64) -> Outcome<()> {
    let mut noise = Noise::new(1);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut block = vec![0; 1 << 20];
    let mut left = len_bytes;
    while left > 0 {
        let now = left.min(block.len() as u64);
        noise.fill(&mut block[..now as usize]);
        file.write_all(&block[..now as usize])?;
        left -= now;
    }
    Ok(file.flush()?)
}

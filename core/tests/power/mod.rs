//! A disk that loses power: everything written since the last sync may be there in part, in any order, or not at all.

#![allow(dead_code, reason = "the vectors use the disk without its power losses")]

use liuhen_core::ports::{Storage, StoredFile};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex},
};

pub const SECTOR: usize = 512;

/// What was asked of the disk.
#[derive(Clone, Debug)]
pub enum Op {
    Create(String),
    Write(String, u64, Vec<u8>),
    Sync(String),
    Truncate(String, u64),
    SyncDir,
    Ack(u64),
}

/// Contents of every file.
pub type Image = BTreeMap<String, Vec<u8>>;

/// What a planted bug does to the calls of a writer or a recovery, without the code under test knowing.
pub type Meddle = Box<dyn FnMut(Op) -> Vec<Op> + Send>;

pub struct Disk {
    pub now: Image,
    pub log: Vec<Op>,
    pub meddle: Option<Meddle>,
}

#[derive(Clone)]
pub struct SimStorage(pub Arc<Mutex<Disk>>);

impl SimStorage {
    pub fn over(now: Image) -> Self {
        Self(Arc::new(Mutex::new(Disk { now, log: Vec::new(), meddle: None })))
    }

    pub fn set_meddle(&self, meddle: Option<Meddle>) {
        self.0.lock().unwrap().meddle = meddle;
    }

    pub fn ack(&self, bytes: u64) {
        self.0.lock().unwrap().log.push(Op::Ack(bytes));
    }

    pub fn log(&self) -> Vec<Op> {
        self.0.lock().unwrap().log.clone()
    }

    pub fn log_len(&self) -> usize {
        self.0.lock().unwrap().log.len()
    }

    fn perform(&self, op: Op) {
        let mut disk = self.0.lock().unwrap();
        let ops = match &mut disk.meddle {
            Some(meddle) => meddle(op),
            None => vec![op],
        };
        for op in ops {
            apply(&mut disk.now, &op);
            disk.log.push(op);
        }
    }
}

/// Carries an operation out in full.
pub fn apply(image: &mut Image, op: &Op) {
    match op {
        Op::Create(path) => drop(image.insert(path.clone(), Vec::new())),
        Op::Write(path, offset, bytes) => {
            if let Some(file) = image.get_mut(path) {
                patch(file, *offset as usize, bytes);
            }
        }
        Op::Truncate(path, len) => {
            if let Some(file) = image.get_mut(path) {
                file.resize(*len as usize, 0);
            }
        }
        Op::Sync(_) | Op::SyncDir | Op::Ack(_) => {}
    }
}

fn patch(file: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    let end = offset + bytes.len();
    if file.len() < end {
        file.resize(end, 0);
    }
    file[offset..end].copy_from_slice(bytes);
}

impl Storage for SimStorage {
    fn make_dir(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        assert!(!self.exists(path)?, "{path} was created twice");
        self.perform(Op::Create(path.to_owned()));
        self.open(path)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn StoredFile>> {
        if !self.exists(path)? {
            return Err(io::ErrorKind::NotFound.into());
        }
        Ok(Box::new(SimFile { storage: self.clone(), path: path.to_owned() }))
    }

    fn exists(&self, path: &str) -> io::Result<bool> {
        Ok(self.0.lock().unwrap().now.contains_key(path))
    }

    fn list(&self, _path: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn rename(&self, _from: &str, _to: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove_file(&self, _path: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn remove_dir(&self, _path: &str) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync_dir(&self, _path: &str) -> io::Result<()> {
        self.perform(Op::SyncDir);
        Ok(())
    }

    fn free_bytes(&self) -> io::Result<u64> {
        Ok(u64::MAX)
    }
}

struct SimFile {
    storage: SimStorage,
    path: String,
}

impl StoredFile for SimFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.storage.perform(Op::Write(self.path.clone(), offset, bytes.to_vec()));
        Ok(())
    }

    fn read_at(&self, offset: u64, buf: &mut [u8]) -> io::Result<usize> {
        let disk = self.storage.0.lock().unwrap();
        let rest = disk.now[&self.path].get(offset as usize..).unwrap_or(&[]);
        let len = rest.len().min(buf.len());
        buf[..len].copy_from_slice(&rest[..len]);
        Ok(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.storage.perform(Op::Sync(self.path.clone()));
        Ok(())
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.storage.perform(Op::Truncate(self.path.clone(), len_bytes));
        Ok(())
    }

    fn len_bytes(&self) -> io::Result<u64> {
        Ok(self.storage.0.lock().unwrap().now[&self.path].len() as u64)
    }
}

/// Small, seeded, good enough.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d | 1)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) % bound
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What is on the disk when the power fails after `log`, and what had been acknowledged.
pub fn crash(base: &Image, log: &[Op], dice: &mut Dice) -> (Image, u64) {
    let mut image = base.clone();
    let durable_names = log.iter().rposition(|op| matches!(op, Op::SyncDir)).unwrap_or(0);
    for (at, op) in log.iter().enumerate() {
        // A name that no folder sync followed may be lost, and the whole file with it.
        if let Op::Create(path) = op
            && (at < durable_names || !dice.one_in(4))
        {
            image.insert(path.clone(), Vec::new());
        }
    }
    let paths: BTreeSet<&String> = log.iter().filter_map(path_of).collect();
    for path in paths {
        if let Some(file) = image.get_mut(path) {
            lose(file, path, log, dice);
        }
    }
    let acked = log.iter().rev().find_map(|op| if let Op::Ack(bytes) = op { Some(*bytes) } else { None });
    (image, acked.unwrap_or(0))
}

fn path_of(op: &Op) -> Option<&String> {
    match op {
        Op::Write(path, ..) | Op::Truncate(path, _) => Some(path),
        _ => None,
    }
}

/// Applies to one file what was synced, and of the rest as much as chance allows.
fn lose(file: &mut Vec<u8>, path: &String, log: &[Op], dice: &mut Dice) {
    let synced = log.iter().rposition(|op| matches!(op, Op::Sync(synced) if synced == path)).unwrap_or(0);
    let ops: Vec<(usize, &Op)> = log.iter().enumerate().filter(|(_, op)| path_of(op) == Some(path)).collect();
    let pending = ops.iter().filter(|(at, _)| *at > synced).count() as u64;
    let style = dice.below(4);
    let cut = dice.below(pending + 1);
    let mut number = 0;
    for (at, op) in ops {
        if at < synced {
            one(file, op);
            continue;
        }
        number += 1;
        match style {
            1 => one(file, op),
            // In order up to a point, the last one torn.
            2 if number <= cut => one(file, op),
            2 if number == cut + 1 => tear(file, op, dice),
            // In any order: each sector and each change of size by itself.
            3 => scatter(file, op, dice),
            _ => {}
        }
    }
}

fn one(file: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write(_, offset, bytes) => patch(file, *offset as usize, bytes),
        Op::Truncate(_, len) => file.resize(*len as usize, 0),
        _ => {}
    }
}

fn tear(file: &mut Vec<u8>, op: &Op, dice: &mut Dice) {
    if let Op::Write(_, offset, bytes) = op {
        let kept = dice.below(bytes.len() as u64 + 1) as usize / SECTOR * SECTOR;
        patch(file, *offset as usize, &bytes[..kept]);
    }
}

fn scatter(file: &mut Vec<u8>, op: &Op, dice: &mut Dice) {
    match op {
        Op::Write(_, offset, bytes) => {
            let end = *offset as usize + bytes.len();
            // The size may have become durable without the data.
            if dice.one_in(2) && file.len() < end {
                file.resize(end, 0);
            }
            let mut from = 0;
            while from < bytes.len() {
                let at = *offset as usize + from;
                let len = (SECTOR - at % SECTOR).min(bytes.len() - from);
                if dice.one_in(2) {
                    patch(file, at, &bytes[from..from + len]);
                }
                from += len;
            }
        }
        Op::Truncate(_, len) if dice.one_in(2) => file.resize(*len as usize, 0),
        _ => {}
    }
}

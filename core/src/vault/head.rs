//! The head file: the last record, noted beside the database.
//!
//! A database put back from yesterday's copy is a perfectly good database. What tells is this small file, written
//! after every commit: it names a record that the database then does not have. It is not synced with every record
//! (that would double the cost of appending), so after a power loss it may lag behind, never run ahead. Whoever puts
//! both back is found by the bureau, which refuses the second record of the same number (`spec/vault.md` §5).

use super::columns::{Columns, Row};
use crate::ports::{Rng, Storage, StoredFile};
use liuhen_record::Digest;
use std::io;

pub(super) const NAME: &str = "vault.head";

/// Sealed length: version, nonce, number and digest, tag.
const LEN_BYTES: usize = 1 + 12 + 40 + 16;

/// The head file.
pub(super) struct HeadFile {
    file: Box<dyn StoredFile>,
}

/// What the head file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted {
    /// Number of the last record.
    pub seq: i64,
    /// Its digest.
    pub digest: Digest,
}

impl HeadFile {
    /// Opens it, making an empty one when there is none.
    pub(super) fn open(storage: &dyn Storage) -> io::Result<Self> {
        let file = if storage.exists(NAME)? {
            storage.open(NAME)?
        } else {
            let mut file = storage.create(NAME)?;
            // The space is taken now, so that a full disk cannot make it lag.
            file.write_at(0, &[0; LEN_BYTES])?;
            file.sync()?;
            file
        };
        Ok(Self { file })
    }

    /// What it says; `None` when nothing was noted yet or the note is not readable.
    pub(super) fn read(&self, columns: &Columns) -> io::Result<Option<Noted>> {
        let mut sealed = [0; LEN_BYTES];
        let mut filled = 0;
        while filled < LEN_BYTES {
            match self.file.read_at(filled as u64, &mut sealed[filled..])? {
                0 => return Ok(None),
                got => filled += got,
            }
        }
        let Ok(plain) = columns.open(Row::of("head"), &sealed) else { return Ok(None) };
        let Some((seq, digest)) = plain.split_first_chunk::<8>() else { return Ok(None) };
        let Ok(digest) = digest.try_into() else { return Ok(None) };
        Ok(Some(Noted { seq: i64::from_be_bytes(*seq), digest: Digest(digest) }))
    }

    /// Whether nothing was ever noted.
    pub(super) fn is_blank(&self) -> io::Result<bool> {
        let mut bytes = [0; LEN_BYTES];
        let got = self.file.read_at(0, &mut bytes)?;
        Ok(got < LEN_BYTES || bytes == [0; LEN_BYTES])
    }

    /// Notes the head; `durable` where losing the note would matter most.
    pub(super) fn note(
        &mut self,
        columns: &Columns,
        rng: &dyn Rng,
        noted: Noted,
        durable: bool,
    ) -> io::Result<()> {
        let plain = [&noted.seq.to_be_bytes()[..], &noted.digest.0].concat();
        let sealed = columns.seal(Row::of("head"), &plain, rng).map_err(io::Error::other)?;
        self.file.write_at(0, &sealed)?;
        if durable { self.file.sync() } else { Ok(()) }
    }
}

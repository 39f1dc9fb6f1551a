//! A recorder's card that only the shell can read: on Android a folder that the officer chose has no path.

use crate::{failure::PlatformFailure, runtime::CHUNK_BYTES};
use liuhen_core::ports::{self, CardEntry, CardEntryKind, CardFile, CardPath};
use std::{
    ffi::OsString,
    io::{self, Read},
    sync::Arc,
};

/// What lies on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum CardEntrySort {
    /// A file.
    File {
        /// Length, bytes.
        len_bytes: u64,
        /// Last change by the card's own time, Unix milliseconds, when the system tells.
        modified_ms: Option<i64>,
    },
    /// It cannot be looked at.
    Unreadable,
    /// Everything below it was not looked at: too deep or too many.
    TooMany,
}

/// Something on a card that is no folder.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CardEntryGiven {
    /// Names from the top.
    pub path: Vec<String>,
    /// What it is.
    pub sort: CardEntrySort,
}

/// Reads a card. Asked on threads that may wait.
#[uniffi::export(with_foreign)]
pub trait RecorderCard: Send + Sync {
    /// Everything on it but folders.
    fn entries(&self) -> Result<Vec<CardEntryGiven>, PlatformFailure>;
    /// Up to `max_bytes` of a file from `offset`; empty at its end.
    fn read(&self, path: Vec<String>, offset: u64, max_bytes: u32) -> Result<Vec<u8>, PlatformFailure>;
    /// Looks at a file again.
    fn look(&self, path: Vec<String>) -> Result<CardEntryGiven, PlatformFailure>;
    /// Whether the card is still the one that was opened.
    fn is_there(&self) -> Result<bool, PlatformFailure>;
}

pub(crate) struct CardPort(pub Arc<dyn RecorderCard>);

fn broken(failure: PlatformFailure) -> io::Error {
    io::Error::other(failure)
}

/// A path as the shell gave it: every name of an entry came from there as text.
fn names(path: &CardPath) -> Vec<String> {
    path.0.iter().map(|name| name.to_string_lossy().into_owned()).collect()
}

impl CardEntryGiven {
    fn entry(self) -> CardEntry {
        let kind = match self.sort {
            CardEntrySort::File { len_bytes, modified_ms } => {
                CardEntryKind::File(CardFile { len_bytes, modified_ms })
            }
            CardEntrySort::Unreadable => CardEntryKind::Unreadable,
            CardEntrySort::TooMany => CardEntryKind::TooMany,
        };
        CardEntry { path: CardPath(self.path.into_iter().map(OsString::from).collect()), kind }
    }
}

impl ports::Card for CardPort {
    fn entries(&mut self) -> io::Result<Vec<CardEntry>> {
        let mut entries: Vec<_> =
            self.0.entries().map_err(broken)?.into_iter().map(CardEntryGiven::entry).collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(entries)
    }

    fn open(&mut self, path: &CardPath) -> io::Result<Box<dyn Read + Send>> {
        let card = Arc::clone(&self.0);
        Ok(Box::new(CardReader { card, path: names(path), offset: 0, piece: Vec::new(), taken: 0 }))
    }

    fn look(&mut self, path: &CardPath) -> io::Result<CardFile> {
        match self.0.look(names(path)).map_err(broken)?.entry().kind {
            CardEntryKind::File(file) => Ok(file),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn is_there(&mut self) -> bool {
        // A shell that cannot tell is not believed: what was copied until now is kept.
        self.0.is_there().unwrap_or(false)
    }
}

/// A file read piece by piece.
struct CardReader {
    card: Arc<dyn RecorderCard>,
    path: Vec<String>,
    offset: u64,
    piece: Vec<u8>,
    taken: usize,
}

impl Read for CardReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.len() {
            let most = u32::try_from(CHUNK_BYTES).unwrap_or(u32::MAX);
            self.piece = self.card.read(self.path.clone(), self.offset, most).map_err(broken)?;
            self.taken = 0;
            self.offset = self.offset.saturating_add(self.piece.len() as u64);
        }
        let rest = self.piece.get(self.taken..).unwrap_or_default();
        let len = rest.len().min(buffer.len());
        buffer[..len].copy_from_slice(&rest[..len]);
        self.taken += len;
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use liuhen_core::ports::Card as _;

    /// A card with one file of three mebibytes and a bit, and one that cannot be looked at.
    struct OneFile;

    const LEN: usize = 3 * CHUNK_BYTES + 7;

    fn byte(at: usize) -> u8 {
        u8::try_from(at % 251).unwrap()
    }

    impl RecorderCard for OneFile {
        fn entries(&self) -> Result<Vec<CardEntryGiven>, PlatformFailure> {
            let hidden = CardEntryGiven { path: vec!["Z".into()], sort: CardEntrySort::Unreadable };
            Ok(vec![hidden, self.look(vec!["DCIM".into(), "A.MP4".into()])?])
        }

        fn read(&self, _: Vec<String>, offset: u64, max_bytes: u32) -> Result<Vec<u8>, PlatformFailure> {
            let from = usize::try_from(offset).unwrap().min(LEN);
            let to = (from + usize::try_from(max_bytes).unwrap()).min(LEN);
            Ok((from..to).map(byte).collect())
        }

        fn look(&self, path: Vec<String>) -> Result<CardEntryGiven, PlatformFailure> {
            let sort = CardEntrySort::File { len_bytes: LEN as u64, modified_ms: Some(5) };
            Ok(CardEntryGiven { path, sort })
        }

        fn is_there(&self) -> Result<bool, PlatformFailure> {
            Err(PlatformFailure::TimedOut)
        }
    }

    #[test]
    fn a_card_of_the_shell_is_read_whole_and_in_order() {
        let mut card = CardPort(Arc::new(OneFile));
        let entries = card.entries().unwrap();
        assert_eq!(entries[0].path.shown(), "DCIM/A.MP4");
        assert_eq!(entries[1].kind, CardEntryKind::Unreadable);
        let mut bytes = Vec::new();
        card.open(&entries[0].path).unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len(), LEN);
        assert!(bytes.iter().enumerate().all(|(at, found)| *found == byte(at)));
        assert_eq!(card.look(&entries[0].path).unwrap().modified_ms, Some(5));
    }

    #[test]
    fn a_shell_that_cannot_tell_whether_the_card_is_there_is_taken_to_have_lost_it() {
        assert!(!CardPort(Arc::new(OneFile)).is_there());
    }
}

//! One file of a card, sealed while it is read.

use super::super::{Phone, PhoneError, media_type_of};
use crate::{
    capture::{BeginCapture, Capture, CaptureError, Sealed},
    ports::{Card, CardFile, CardPath},
    sync::Cancel,
};
use liuhen_record::{
    Digest, ItemId, SessionId,
    kind::{CloseCause, MediaKind, MediaSource, NotImported},
};
use ring::digest::{Context, SHA256};
use std::io::{self, Read};

/// How much is read at once, bytes.
const READ_BYTES: usize = 256 * 1024;
/// How much may be read between two moments of durability, bytes: the card still has it.
const TICK_BYTES: u64 = 32 << 20;

/// What is to be copied.
pub(super) struct Wanted<'a> {
    pub(super) path: &'a CardPath,
    pub(super) file: CardFile,
    pub(super) recorder_no: String,
    pub(super) session: Option<SessionId>,
}

/// What became of it.
pub(super) enum Copied {
    /// Sealed to its end.
    Whole { item: ItemId, len_bytes: i64, sha256: Digest, changed: bool },
    /// Not to its end; the item holds what could be read.
    Broken { item: Option<ItemId>, reason: NotImported },
}

/// The SHA-256 of a file on the card.
pub(super) fn digest_of(card: &mut dyn Card, path: &CardPath) -> io::Result<Digest> {
    let mut file = card.open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match read(&mut *file, &mut buffer)? {
            0 => break,
            read => context.update(&buffer[..read]),
        }
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Ok(Digest(digest))
}

fn read(file: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn storage(cause: CloseCause) -> NotImported {
    if cause == CloseCause::StorageFull { NotImported::StorageFull } else { NotImported::StorageError }
}

/// Why a capture could not be made or ended, and the item that it may have left for recovery.
fn broken(error: &CaptureError) -> Copied {
    let (item, cause) = match error {
        CaptureError::StillOpen { item, cause, .. } => (Some(*item), *cause),
        CaptureError::Interrupted { cause, .. } => (None, *cause),
        CaptureError::Vault(error) if error.is_full() => (None, CloseCause::StorageFull),
        CaptureError::Storage(error) if error.kind() == io::ErrorKind::StorageFull => {
            (None, CloseCause::StorageFull)
        }
        _ => (None, CloseCause::StorageError),
    };
    Copied::Broken { item, reason: storage(cause) }
}

impl Phone {
    /// Reads a file of `card` to its end and seals it on the way.
    pub(super) fn copy_file(
        &mut self,
        card: &mut dyn Card,
        wanted: &Wanted<'_>,
        tell: &mut dyn FnMut(u64),
        cancel: &Cancel,
    ) -> Result<Copied, PhoneError> {
        let mut buffer = vec![0; READ_BYTES];
        let first = card.open(wanted.path).and_then(|mut file| {
            let read = read(&mut *file, &mut buffer)?;
            Ok((file, read))
        });
        let Ok((mut file, first_bytes)) = first else {
            return Ok(Copied::Broken { item: None, reason: NotImported::Unreadable });
        };
        let media_type = media_type_of(&wanted.path.name(), &buffer[..first_bytes]);
        let mut capture = match self.begin_copy(wanted, media_type) {
            Ok(capture) => capture,
            Err(PhoneError::Capture(error)) => return Ok(broken(&error)),
            Err(error) => return Err(error),
        };
        let mut stopped = None;
        let (mut filled, mut done_bytes, mut unticked_bytes) = (first_bytes, 0u64, 0u64);
        while filled > 0 {
            if capture.push(&buffer[..filled]).is_err() {
                break;
            }
            done_bytes += filled as u64;
            unticked_bytes += filled as u64;
            tell(done_bytes);
            if unticked_bytes >= TICK_BYTES {
                unticked_bytes = 0;
                if capture.tick().is_err() {
                    break;
                }
            }
            if cancel.is_cancelled() {
                stopped = Some(NotImported::Cancelled);
                break;
            }
            if let Ok(read) = read(&mut *file, &mut buffer) {
                filled = read;
            } else {
                stopped = Some(NotImported::ReadError);
                break;
            }
        }
        let stamp = self.stamp()?;
        let sealed = match capture.finish(&mut self.vault, stamp) {
            Ok(sealed) => sealed,
            Err(error) => return Ok(broken(&error)),
        };
        let after = card.look(wanted.path).ok();
        Ok(ended(&sealed, stopped, wanted.file, after, done_bytes))
    }

    fn begin_copy(&mut self, wanted: &Wanted<'_>, media_type: &str) -> Result<Capture, PhoneError> {
        let known = self.enrolment()?;
        let recipients = known.recipients.recipients();
        let name = wanted.path.name();
        let begin = BeginCapture {
            session: wanted.session,
            media: kind_of(media_type),
            source: MediaSource::Recorder,
            source_no: &wanted.recorder_no,
            media_type,
            original_name: Some(&name),
            label: None,
            derived_from: None,
            recipients: &recipients,
            epoch: i64::from(known.recipients.epoch),
            stamp: self.stamp()?,
        };
        Ok(Capture::begin(&mut self.vault, &self.ports, &begin)?)
    }
}

fn kind_of(media_type: &str) -> MediaKind {
    super::super::media::media_kind(media_type)
}

fn ended(
    sealed: &Sealed,
    stopped: Option<NotImported>,
    before: CardFile,
    after: Option<CardFile>,
    done_bytes: u64,
) -> Copied {
    let item = sealed.item;
    if sealed.cause != CloseCause::Finished {
        return Copied::Broken { item: Some(item), reason: storage(sealed.cause) };
    }
    if let Some(reason) = stopped {
        return Copied::Broken { item: Some(item), reason };
    }
    Copied::Whole {
        item,
        len_bytes: sealed.digests.pt_len_bytes as i64,
        sha256: sealed.digests.pt_sha256,
        changed: after != Some(before) || done_bytes != before.len_bytes,
    }
}

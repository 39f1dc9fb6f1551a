//! Photographs, and whatever else comes whole in memory: one write, one sync, one commit.

use super::{
    pieced::{PiecedFile, item_dir},
    stream::{BeginCapture, CaptureError, Opened, Sealed, cause_of, describe_memory, sealed_kind},
};
use crate::{
    ports::Ports,
    vault::{Draft, SealedItem, Vault, VaultError},
};
use liuhen_record::{
    kind::CloseCause,
    seal::{SealError, SealedDigests, Sealer},
};
use std::io::{self, Write};

/// Captures bytes that are all here. Acknowledged and durable when this returns: both records, the sealed file and
/// its place in the outbox.
///
/// # Errors
/// [`CaptureError`]; the item does not exist then, and the caller still has the bytes.
pub fn take_photo(
    vault: &mut Vault,
    ports: &Ports,
    begin: &BeginCapture<'_>,
    bytes: &[u8],
) -> Result<Sealed, CaptureError> {
    let mut opened = Opened::draw(ports, begin)?;
    let wrapped_key = vault.wrap_file_key(begin.session, &opened.file_key)?;
    let digests = match write_file(ports, &opened, bytes) {
        Ok(digests) => digests,
        Err(error) => {
            forget(ports, &opened);
            return Err(error);
        }
    };
    let description = describe_memory(bytes, &opened);
    let started = begin.stamp.time.mono_ms;
    let ended = ports.clock.read();
    let ended_mono_ms = if ended.boot_id == begin.stamp.time.boot_id { ended.mono_ms } else { started };
    let kind = sealed_kind(opened.item, started, &digests, &description, CloseCause::Finished, ended_mono_ms);
    let written = vault.write(|writing| {
        let first = writing.append(opened.draft(begin))?;
        writing.insert_item(&opened.new_item(begin, &wrapped_key), first.seq)?;
        let appended = writing.append(Draft::new(begin.session, kind, begin.stamp.clone()))?;
        writing.seal_item(&SealedItem { item: opened.item, sealed_seq: appended.seq, digests: &digests })?;
        Ok((first.seq, appended))
    });
    match written {
        Ok((opened_seq, appended)) => {
            opened.opened_seq = opened_seq;
            let (item, cause) = (opened.item, CloseCause::Finished);
            Ok(Sealed { item, opened_seq, appended, digests, cause, lost_bytes: 0, description })
        }
        Err(error) => {
            // A commit that failed in the storage may still turn out to have happened: then the file must be there.
            if !matches!(error, VaultError::Storage(_) | VaultError::Database(_)) {
                forget(ports, &opened);
            }
            Err(error.into())
        }
    }
}

fn write_file(ports: &Ports, opened: &Opened, bytes: &[u8]) -> Result<SealedDigests, CaptureError> {
    let file = PiecedFile::create(&ports.storage, opened.item).map_err(CaptureError::Storage)?;
    let mut end = End { file, offset: 0 };
    let mut sealer = Sealer::new(&mut end, &opened.envelope, &opened.file_key).map_err(into_capture_error)?;
    sealer.read_from(&mut &*bytes).map_err(into_capture_error)?;
    let digests = sealer.finish().map_err(into_capture_error)?;
    end.file.sync().map_err(CaptureError::Storage)?;
    Ok(digests)
}

fn into_capture_error(error: SealError) -> CaptureError {
    match error {
        SealError::Write(error) => CaptureError::Storage(error),
        other => CaptureError::Seal(other),
    }
}

/// Removes what was written of an item that does not come to exist. What cannot be removed does no harm.
fn forget(ports: &Ports, opened: &Opened) {
    let dir = item_dir(opened.item);
    for name in ports.storage.list(&dir).unwrap_or_default() {
        drop(ports.storage.remove_file(&format!("{dir}/{name}")));
    }
    drop(ports.storage.remove_dir(&dir));
}

/// The end of a file, for a writer that only appends.
struct End {
    file: PiecedFile,
    offset: u64,
}

impl Write for End {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_at(self.offset, bytes)?;
        self.offset += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl CaptureError {
    /// Why, in the terms of a closed capture.
    pub fn cause(&self) -> CloseCause {
        match self {
            Self::Storage(error) => cause_of(error),
            Self::Interrupted { cause, .. } | Self::StillOpen { cause, .. } => *cause,
            Self::Vault(error) if error.is_full() => CloseCause::StorageFull,
            _ => CloseCause::StorageError,
        }
    }
}

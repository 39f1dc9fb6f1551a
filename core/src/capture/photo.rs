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
    seal::{CHUNK_BYTES, ItemHasher, PayloadKey, SealError, SealedDigests, TAG_BYTES},
};
use std::{
    io,
    sync::{Arc, mpsc},
    thread,
};

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
    let opened = Opened::draw(ports, begin)?;
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

/// One thread seals and takes the digests of the sealed file; the other makes the file, takes the digest of the
/// plaintext meanwhile, then writes and syncs. Together that takes little longer than writing and syncing alone.
fn write_file(ports: &Ports, opened: &Opened, bytes: &[u8]) -> Result<SealedDigests, CaptureError> {
    let hasher = || ItemHasher::from_start(opened.envelope.header_bytes().len());
    let (hand_over, sealed_bytes) = mpsc::channel::<Arc<Vec<u8>>>();
    thread::scope(|scope| {
        let write = move || -> io::Result<SealedDigests> {
            let mut file = PiecedFile::create(&ports.storage, opened.item)?;
            let mut plain = hasher();
            plain.plaintext(bytes);
            // The sender is gone when sealing failed; its error is the one to report.
            let sealed = sealed_bytes.recv().map_err(io::Error::other)?;
            file.write_at(0, &sealed)?;
            file.sync()?;
            Ok(plain.finish())
        };
        let name = "liuhen-photo".to_owned();
        let writing =
            thread::Builder::new().name(name).spawn_scoped(scope, write).map_err(CaptureError::Storage)?;
        let sealed = Arc::new(seal(opened, bytes)?);
        // A writer that failed already has its own error.
        drop(hand_over.send(Arc::clone(&sealed)));
        let mut cipher = hasher();
        cipher.ciphertext(&sealed);
        let written = writing.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        let plain = written.map_err(CaptureError::Storage)?;
        Ok(SealedDigests { pt_len_bytes: plain.pt_len_bytes, pt_sha256: plain.pt_sha256, ..cipher.finish() })
    })
}

/// The whole sealed file.
fn seal(opened: &Opened, bytes: &[u8]) -> Result<Vec<u8>, SealError> {
    let key = PayloadKey::derive(&opened.file_key, &opened.envelope);
    let chunks = bytes.len().div_ceil(CHUNK_BYTES).max(1);
    let mut sealed = Vec::with_capacity(opened.envelope.bytes().len() + bytes.len() + chunks * TAG_BYTES);
    sealed.extend_from_slice(opened.envelope.bytes());
    if bytes.is_empty() {
        key.seal_chunk(0, true, bytes, &mut sealed)?;
    }
    for (index, chunk) in bytes.chunks(CHUNK_BYTES).enumerate() {
        key.seal_chunk(index as u64, index + 1 == chunks, chunk, &mut sealed)?;
    }
    Ok(sealed)
}

/// Removes what was written of an item that does not come to exist. What cannot be removed does no harm.
fn forget(ports: &Ports, opened: &Opened) {
    let dir = item_dir(opened.item);
    for name in ports.storage.list(&dir).unwrap_or_default() {
        drop(ports.storage.remove_file(&format!("{dir}/{name}")));
    }
    drop(ports.storage.remove_dir(&dir));
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

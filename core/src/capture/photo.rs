//! Photographs, and whatever else comes whole in memory: one write, one sync, one commit.

use super::{
    pieced::PiecedFile,
    stream::{BeginCapture, CaptureError, Opened, Sealed, cause_of, describe_memory, sealed_kind},
};
use crate::{
    ports::Ports,
    vault::{Draft, SealedItem, Vault},
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
    let digests = write_file(ports, &opened, bytes).inspect_err(|_| opened.forget(ports))?;
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
    let (opened_seq, appended) = written.inspect_err(|error| opened.forget_unless_committed(ports, error))?;
    let (item, cause) = (opened.item, CloseCause::Finished);
    Ok(Sealed { item, opened_seq, appended, digests, cause, lost_bytes: 0, description })
}

/// Up to this many bytes one thread does everything: more of them would cost more than they save.
const ALONE_BYTES: usize = 4 * CHUNK_BYTES;

/// Sealed and handed on at once, chunks: the file is written while the rest is still being sealed.
const SLICE_CHUNKS: usize = 4;

/// Seals `bytes` into the item's file and makes it durable.
fn write_file(ports: &Ports, opened: &Opened, bytes: &[u8]) -> Result<SealedDigests, CaptureError> {
    if bytes.len() > ALONE_BYTES {
        return write_overlapped(ports, opened, bytes);
    }
    let mut hasher = ItemHasher::new(&opened.envelope);
    let mut sealed = opened.envelope.bytes().to_vec();
    seal(opened, bytes, |slice| sealed.extend_from_slice(&slice))?;
    hasher.ciphertext(&sealed[opened.envelope.bytes().len()..]);
    hasher.plaintext(bytes);
    let mut file = PiecedFile::create(&ports.storage, opened.item).map_err(CaptureError::Storage)?;
    file.write_at(0, &sealed).and_then(|()| file.sync()).map_err(CaptureError::Storage)?;
    Ok(hasher.finish())
}

/// Three at once: this thread seals, slice by slice, and then takes the digest of the plaintext; one writes each slice
/// as it comes and syncs; one takes the digests of the sealed bytes. Syncing waits for the medium only, so that what
/// is left to hash is hashed meanwhile.
fn write_overlapped(ports: &Ports, opened: &Opened, bytes: &[u8]) -> Result<SealedDigests, CaptureError> {
    let (to_file, for_file) = mpsc::channel::<Arc<Vec<u8>>>();
    let (to_hasher, for_hasher) = mpsc::channel::<Arc<Vec<u8>>>();
    let hash = move || {
        let mut hasher = ItemHasher::new(&opened.envelope);
        for slice in for_hasher {
            hasher.ciphertext(&slice);
        }
        hasher
    };
    thread::scope(|scope| {
        let writing = spawn(scope, "liuhen-write", move || write_slices(ports, opened, &for_file))?;
        let hashing = spawn(scope, "liuhen-hash", hash)?;
        // A writer that failed already has its own error, which is the one to report.
        let sealed = seal(opened, bytes, |slice| {
            let slice = Arc::new(slice);
            drop((to_file.send(Arc::clone(&slice)), to_hasher.send(slice)));
        });
        drop((to_file, to_hasher));
        sealed?;
        let mut plain = ItemHasher::from_start(0);
        plain.plaintext(bytes);
        let lost = || io::Error::from(io::ErrorKind::Other);
        let cipher = hashing.join().map_err(|_| CaptureError::Storage(lost()))?.finish();
        writing.join().unwrap_or_else(|_| Err(lost())).map_err(CaptureError::Storage)?;
        let plain = plain.finish();
        Ok(SealedDigests { pt_len_bytes: plain.pt_len_bytes, pt_sha256: plain.pt_sha256, ..cipher })
    })
}

fn spawn<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> Result<thread::ScopedJoinHandle<'scope, T>, CaptureError> {
    thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work).map_err(CaptureError::Storage)
}

/// Makes the file, appends every slice that comes, and syncs file and folders once, at the end.
fn write_slices(ports: &Ports, opened: &Opened, slices: &mpsc::Receiver<Arc<Vec<u8>>>) -> io::Result<()> {
    let mut file = PiecedFile::create(&ports.storage, opened.item)?;
    file.write_at(0, opened.envelope.bytes())?;
    let mut end = opened.envelope.bytes().len() as u64;
    for slice in slices {
        file.write_at(end, &slice)?;
        end += slice.len() as u64;
    }
    file.sync()
}

/// Seals all of `bytes` and gives the sealed chunks away, some at a time, in order.
fn seal(opened: &Opened, bytes: &[u8], mut give: impl FnMut(Vec<u8>)) -> Result<(), SealError> {
    let key = PayloadKey::derive(&opened.file_key, &opened.envelope);
    let last = bytes.len().div_ceil(CHUNK_BYTES).saturating_sub(1) as u64;
    if bytes.is_empty() {
        let mut sealed = Vec::with_capacity(TAG_BYTES);
        key.seal_chunk(0, true, bytes, &mut sealed)?;
        give(sealed);
    }
    let mut index = 0;
    for slice in bytes.chunks(SLICE_CHUNKS * CHUNK_BYTES) {
        let mut sealed = Vec::with_capacity(slice.len() + SLICE_CHUNKS * TAG_BYTES);
        for chunk in slice.chunks(CHUNK_BYTES) {
            key.seal_chunk(index, index == last, chunk, &mut sealed)?;
            index += 1;
        }
        give(sealed);
    }
    Ok(())
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

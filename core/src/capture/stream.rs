//! A streaming capture with its records.

use super::{
    describe,
    end::{EndError, end_file},
    journal,
    pieced::item_dir,
    reserve,
    writer::{WriteError, Writer},
};
use crate::{
    ports::{Ports, Storage},
    vault::{Appended, Draft, NewItem, SealedItem, Stamp, Vault, VaultError},
};
use liuhen_record::{
    ItemId, Kind, SessionId,
    kind::{CaptureOpened, CaptureSealed, CloseCause, MediaDescription, MediaKind, MediaSource},
    seal::{Envelope, FileKey, Recipient, SUITE, SealError, SealedDigests},
};
use ring::rand::SystemRandom;
use std::{io, sync::Arc};

/// What is known when a capture begins.
#[derive(Debug, Clone)]
pub struct BeginCapture<'a> {
    /// The activity it belongs to.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// What makes it.
    pub source: MediaSource,
    /// The bureau's number of what makes it.
    pub source_no: &'a str,
    /// IANA media type of the bytes.
    pub media_type: &'a str,
    /// The file's name where it came from, as it is there; it is escaped before it is written down.
    pub original_name: Option<&'a str>,
    /// What the officer called it.
    pub label: Option<&'a str>,
    /// The item from which it is derived.
    pub derived_from: Option<ItemId>,
    /// Who will be able to open it: the bureau.
    pub recipients: &'a [Recipient],
    /// Epoch of the recipient list.
    pub epoch: i64,
    /// Who, when and where.
    pub stamp: Stamp,
}

/// Why capturing failed.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// Nothing was captured: the storage failed before the first byte was accepted.
    #[error("the storage failed")]
    Storage(#[source] io::Error),
    /// The item could not be sealed for its recipients.
    #[error("sealing failed")]
    Seal(#[from] SealError),
    /// No randomness.
    #[error("no randomness")]
    Random,
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Capturing cannot go on; finish it to close the item with what is durable.
    #[error("the capture was interrupted")]
    Interrupted {
        /// Why.
        cause: CloseCause,
        /// Plaintext bytes that are durable.
        acked_bytes: u64,
    },
    /// The item could not even be closed now. What was acknowledged is durable; [`super::recover`] will close it, at
    /// once when called again after space was made, or when the vault is opened next.
    #[error("the item stays open until the storage works again")]
    StillOpen {
        /// The item.
        item: ItemId,
        /// Why.
        cause: CloseCause,
        /// Plaintext bytes that are durable.
        acked_bytes: u64,
        /// Plaintext bytes that were pushed and are lost.
        lost_bytes: u64,
    },
}

/// An item that is complete and durable, with its records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The item.
    pub item: ItemId,
    /// Its `capture_opened` record's number.
    pub opened_seq: i64,
    /// Its `capture_sealed` record.
    pub appended: Appended,
    /// Its digests.
    pub digests: SealedDigests,
    /// Why it was closed. Anything but [`CloseCause::Finished`] is a gap to be recorded.
    pub cause: CloseCause,
    /// Plaintext bytes that were pushed and are lost.
    pub lost_bytes: u64,
    /// What it turned out to be.
    pub description: MediaDescription,
}

/// A capture under way.
pub struct Capture {
    pub(super) opened: Opened,
    storage: Arc<dyn Storage>,
    writer: Writer,
    /// Why it was interrupted.
    cause: Option<CloseCause>,
    /// Keeps recovery away while this lives.
    _running: Arc<()>,
}

/// What belongs to an item from its beginning.
pub(super) struct Opened {
    pub(super) item: ItemId,
    pub(super) session: Option<SessionId>,
    pub(super) media: MediaKind,
    pub(super) media_type: String,
    pub(super) file_key: FileKey,
    pub(super) envelope: Envelope,
    pub(super) started_mono_ms: i64,
    /// Number of its `capture_opened` record.
    pub(super) seq: i64,
}

impl Opened {
    /// Draws id and keys.
    pub(super) fn draw(ports: &Ports, begin: &BeginCapture<'_>) -> Result<Self, CaptureError> {
        let (mut item, mut key) = ([0; 16], zeroize::Zeroizing::new([0; 16]));
        ports.rng.fill(&mut item).map_err(|_| CaptureError::Random)?;
        ports.rng.fill(key.as_mut()).map_err(|_| CaptureError::Random)?;
        let file_key = FileKey::from_bytes(*key);
        let envelope = Envelope::make(&file_key, begin.recipients, &SystemRandom::new())?;
        Ok(Self {
            item: ItemId(item),
            session: begin.session,
            media: begin.media,
            media_type: begin.media_type.to_owned(),
            file_key,
            envelope,
            started_mono_ms: begin.stamp.time.mono_ms,
            seq: 0,
        })
    }

    /// The `capture_opened` record.
    pub(super) fn draft(&self, begin: &BeginCapture<'_>) -> Draft {
        let kind = Kind::CaptureOpened(CaptureOpened {
            item: self.item,
            media: begin.media,
            source: begin.source,
            source_no: begin.source_no.to_owned(),
            media_type: begin.media_type.to_owned(),
            original_name: begin.original_name.map(super::escape_name),
            derived_from: begin.derived_from,
            label: begin.label.map(str::to_owned),
            suite: SUITE.to_owned(),
            header_epoch: begin.epoch,
        });
        Draft::new(begin.session, kind, begin.stamp.clone())
    }

    /// Removes what was written of an item that does not come to exist. What cannot be removed does no harm.
    pub(super) fn forget(&self, ports: &Ports) {
        let dir = item_dir(self.item);
        for name in ports.storage.list(&dir).unwrap_or_default() {
            drop(ports.storage.remove_file(&format!("{dir}/{name}")));
        }
        drop(ports.storage.remove_dir(&dir));
    }

    /// As [`Opened::forget`], after a failed commit. One that failed in the storage may still turn out to have
    /// happened: then the files must be there.
    pub(super) fn forget_unless_committed(&self, ports: &Ports, error: &VaultError) {
        if !matches!(error, VaultError::Storage(_) | VaultError::Database(_)) {
            self.forget(ports);
        }
    }

    /// The item's row.
    pub(super) fn new_item<'a>(&'a self, begin: &BeginCapture<'_>, wrapped_key: &'a [u8]) -> NewItem<'a> {
        NewItem {
            item: self.item,
            session: self.session,
            media: self.media,
            media_type: &self.media_type,
            derived_from: begin.derived_from,
            envelope: &self.envelope,
            wrapped_key,
            started_mono_ms: self.started_mono_ms,
        }
    }
}

/// The `capture_sealed` record of an item.
pub(super) fn sealed_kind(
    item: ItemId,
    started_mono_ms: i64,
    digests: &SealedDigests,
    description: &MediaDescription,
    cause: CloseCause,
    ended_mono_ms: i64,
) -> Kind {
    Kind::CaptureSealed(CaptureSealed {
        item,
        suite: SUITE.to_owned(),
        len_bytes: digests.len_bytes as i64,
        pt_len_bytes: digests.pt_len_bytes as i64,
        ct_sha256: digests.ct_sha256,
        payload_sha256: digests.payload_sha256,
        pt_sha256: digests.pt_sha256,
        pieces: digests.pieces.clone(),
        started_mono_ms,
        ended_mono_ms,
        cause,
        description: description.clone(),
    })
}

/// What an I/O error means for a capture.
pub(super) fn cause_of(error: &io::Error) -> CloseCause {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            CloseCause::StorageFull
        }
        _ => CloseCause::StorageError,
    }
}

fn write_cause(error: &WriteError) -> CloseCause {
    match error {
        WriteError::Storage(error) => cause_of(error),
        WriteError::Seal(_) | WriteError::Broken => CloseCause::StorageError,
    }
}

impl Capture {
    /// Begins a capture: when this returns, the `capture_opened` record, the file key and the file are durable, and
    /// the first byte may come.
    ///
    /// # Errors
    /// [`CaptureError`]; no item exists then.
    pub fn begin(vault: &mut Vault, ports: &Ports, begin: &BeginCapture<'_>) -> Result<Self, CaptureError> {
        let mut opened = Opened::draw(ports, begin)?;
        let wrapped_key = vault.wrap_file_key(begin.session, &opened.file_key)?;
        let writer = make_files(ports, &opened).inspect_err(|_| opened.forget(ports))?;
        let appended = vault.write(|writing| {
            let appended = writing.append(opened.draft(begin))?;
            writing.insert_item(&opened.new_item(begin, &wrapped_key), appended.seq)?;
            Ok(appended)
        });
        let appended = appended.inspect_err(|error| opened.forget_unless_committed(ports, error))?;
        opened.seq = appended.seq;
        let running = vault.start_running(opened.item);
        Ok(Self { opened, storage: Arc::clone(&ports.storage), writer, cause: None, _running: running })
    }

    /// The item being captured.
    pub fn item(&self) -> ItemId {
        self.opened.item
    }

    /// Bytes taken so far.
    pub fn pushed_bytes(&self) -> u64 {
        self.writer.pushed_bytes()
    }

    /// Takes the next bytes; durable after the next [`Capture::tick`].
    ///
    /// # Errors
    /// [`CaptureError::Interrupted`]: finish the capture then, and begin another.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), CaptureError> {
        let result = self.writer.push(bytes);
        result.map_err(|error| self.interrupted(&error))
    }

    /// Makes everything pushed so far survive a power loss, and returns its length in bytes.
    ///
    /// # Errors
    /// As [`Capture::push`].
    pub fn tick(&mut self) -> Result<u64, CaptureError> {
        let result = self.writer.tick();
        result.map_err(|error| self.interrupted(&error))
    }

    fn interrupted(&mut self, error: &WriteError) -> CaptureError {
        let cause = *self.cause.get_or_insert(write_cause(error));
        CaptureError::Interrupted { cause, acked_bytes: self.writer.acked_bytes() }
    }

    /// Closes the item: completely, or, when the storage failed, with everything that is durable.
    ///
    /// # Errors
    /// [`CaptureError::StillOpen`] when it cannot be closed now.
    pub fn finish(mut self, vault: &mut Vault, stamp: Stamp) -> Result<Sealed, CaptureError> {
        let (pushed, acked) = (self.writer.pushed_bytes(), self.writer.acked_bytes());
        let finished = if self.cause.is_none() { self.writer.finish() } else { Err(WriteError::Broken) };
        let acked = acked.max(self.writer.acked_bytes());
        let Self { opened, storage, writer, cause, .. } = self;
        let durable = writer.give_up();
        let (digests, cause) = match finished {
            Ok(digests) => (digests, CloseCause::Finished),
            Err(error) => {
                let cause = cause.unwrap_or_else(|| write_cause(&error));
                if cause == CloseCause::StorageFull {
                    // Space was set aside for this.
                    drop(reserve::release(&*storage, opened.item));
                }
                let ended =
                    end_file(&storage, opened.item, &opened.file_key, &opened.envelope, Some(durable));
                (ended.map_err(|_| still_open(opened.item, cause, acked, pushed))?.digests, cause)
            }
        };
        let lost_bytes = pushed.saturating_sub(digests.pt_len_bytes);
        let mut seal =
            |digests, stamp| seal_in_vault(vault, &storage, &opened, digests, cause, lost_bytes, stamp);
        let sealed = match seal(digests.clone(), stamp.clone()) {
            Err(error) if error.is_full() && reserve::release(&*storage, opened.item).is_ok() => {
                seal(digests, stamp)
            }
            done => done,
        };
        sealed.map_err(|error| {
            let cause = if error.is_full() { CloseCause::StorageFull } else { CloseCause::StorageError };
            still_open(opened.item, cause, pushed - lost_bytes, pushed)
        })
    }
}

/// Sets space aside and makes the item's files, durably.
fn make_files(ports: &Ports, opened: &Opened) -> Result<Writer, CaptureError> {
    reserve::take(&*ports.storage, opened.item).map_err(CaptureError::Storage)?;
    Writer::create(&ports.storage, opened.item, &opened.file_key, &opened.envelope).map_err(|error| {
        match error {
            WriteError::Storage(error) => CaptureError::Storage(error),
            WriteError::Seal(error) => CaptureError::Seal(error),
            WriteError::Broken => CaptureError::Seal(SealError::Broken),
        }
    })
}

fn still_open(item: ItemId, cause: CloseCause, acked_bytes: u64, pushed_bytes: u64) -> CaptureError {
    let lost_bytes = pushed_bytes.saturating_sub(acked_bytes);
    CaptureError::StillOpen { item, cause, acked_bytes, lost_bytes }
}

fn seal_in_vault(
    vault: &mut Vault,
    storage: &Arc<dyn Storage>,
    opened: &Opened,
    digests: SealedDigests,
    cause: CloseCause,
    lost_bytes: u64,
    stamp: Stamp,
) -> Result<Sealed, VaultError> {
    let item = opened.item;
    let description =
        describe::describe_item(storage, item, &opened.file_key, opened.media, &opened.media_type);
    let (started, ended) = (opened.started_mono_ms, stamp.time.mono_ms);
    let kind = sealed_kind(item, started, &digests, &description, cause, ended);
    let appended = vault.write(|writing| {
        let appended = writing.append(Draft::new(opened.session, kind, stamp))?;
        writing.seal_item(&SealedItem { item, sealed_seq: appended.seq, digests: &digests })?;
        Ok(appended)
    })?;
    // Both have served; what cannot be removed now is removed by the next recovery.
    drop(reserve::release(&**storage, item));
    drop(journal::remove(&**storage, item));
    Ok(Sealed { item, opened_seq: opened.seq, appended, digests, cause, lost_bytes, description })
}

impl From<EndError> for CaptureError {
    fn from(error: EndError) -> Self {
        match error {
            EndError::Storage(error) => Self::Storage(error),
            EndError::Seal(error) => Self::Seal(error),
        }
    }
}

impl std::fmt::Debug for Capture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Capture").field("item", &self.opened.item).finish_non_exhaustive()
    }
}

/// Bytes in memory, described.
pub(super) fn describe_memory(bytes: &[u8], opened: &Opened) -> MediaDescription {
    describe::describe_bytes(opened.media, &opened.media_type, bytes)
}

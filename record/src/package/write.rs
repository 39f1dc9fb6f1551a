//! Writing a package: the caller pushes records, items and proofs, the writer lays them out, hashes what passes
//! and ends with the readable page, the bureau's signed contents and the BagIt manifests.

use super::bagit::{self, BagInfo, MAX_FILES};
use super::contents::Contents;
use super::index_html::Index;
use super::layout::{self, Entry, is_extension};
use super::planned::Planned;
use crate::note::{NoteSignError, NoteSigner, VerifierKey};
use crate::proof::TlogProof;
use crate::receipt::ItemStored;
use crate::sign::DeviceKey;
use crate::tlog::Checkpoint;
use crate::{DeviceId, Digest, ItemId, Kind, Record, RecordError, canonical::CanonicalError};
use ring::digest::{Context, SHA256};
use std::collections::BTreeMap;
use std::io::{self, Read};

/// Where the files of a package go: a folder, an archive, a test's memory.
pub trait PackageSink {
    /// Writes one file. `path` is relative to the package, with `/` between folders, and never given twice;
    /// `content` is to be read to its end.
    ///
    /// # Errors
    /// Whatever keeps the file from being written, and what `content` reported.
    fn put(&mut self, path: &str, content: &mut dyn Read) -> io::Result<()>;
}

/// Why a package was not written.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The sink or a source failed.
    #[error("package could not be written")]
    Sink(#[from] io::Error),
    /// The sink did not read the file to its end.
    #[error("sink did not take the whole of {0}")]
    Unfinished(String),
    /// The same file was given twice.
    #[error("{0} was given twice")]
    Twice(String),
    /// A record is not in its exact form.
    #[error("record could not be read")]
    Record(#[from] RecordError),
    /// A record whose device key was not given before, or not the next of its device.
    #[error("record {1} of device {0} is not the next, or its device is unknown")]
    Order(DeviceId, i64),
    /// An item that no record sealed, or other bytes than those sealed.
    #[error("item {0} is not what was sealed")]
    Item(ItemId),
    /// A statement that is not one.
    #[error("receipt is malformed")]
    Receipt(#[source] CanonicalError),
    /// A text that is not a checkpoint.
    #[error("checkpoint is malformed")]
    Checkpoint,
    /// An extension other than 1 to 16 of `a-z0-9`.
    #[error("extension of a decrypted copy is malformed")]
    Extension,
    /// More than readers take (`spec/package.md` §2, §5).
    #[error(
        "{files} files and {items} items are too many for one package (at most {MAX_FILES} files, about 9600 items): \
         select fewer devices or days"
    )]
    TooLarge {
        /// Payload files.
        files: u64,
        /// Items among them.
        items: u64,
    },
    /// The contents could not be signed: above about 9,600 items they exceed the longest note.
    #[error("contents could not be signed")]
    Sign(#[from] NoteSignError),
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// What the bureau signed, or would have signed.
    pub contents: Contents,
    /// Payload files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 of the tag manifest, which covers everything.
    pub tag_manifest_sha256: Digest,
}

/// Writes one package. Order of calls: [`bureau`](Self::bureau) and every [`device`](Self::device) first, each
/// device's records in their order, an item after its `capture_sealed` record, [`finish`](Self::finish) last.
pub struct PackageWriter<S> {
    sink: S,
    info: BagInfo,
    files: BTreeMap<String, Digest>,
    bytes: u64,
    contents: Contents,
    sealed: BTreeMap<ItemId, Digest>,
    index: Index,
}

impl<S: PackageSink> PackageWriter<S> {
    /// A writer into an empty sink.
    pub fn new(sink: S, info: BagInfo) -> Self {
        let index = Index::new(&info);
        Self {
            sink,
            info,
            files: BTreeMap::new(),
            bytes: 0,
            contents: Contents::default(),
            sealed: BTreeMap::new(),
            index,
        }
    }

    /// As [`new`](Self::new), for whoever can count what is to come: a package too large for its readers is refused
    /// before its first byte.
    ///
    /// # Errors
    /// [`PackageError::TooLarge`]; nothing was written then.
    pub fn planned(sink: S, info: BagInfo, planned: &Planned) -> Result<Self, PackageError> {
        planned.check()?;
        Ok(Self::new(sink, info))
    }

    /// The bureau's verifier key.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn bureau(&mut self, key: &VerifierKey) -> Result<(), PackageError> {
        self.index.bureau(key);
        self.put_bytes(&Entry::BureauKey, format!("{key}\n").as_bytes()).map(drop)
    }

    /// The bureau's signed list of recipients, verbatim.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn recipients(&mut self, note: &str) -> Result<(), PackageError> {
        self.put_bytes(&Entry::Recipients, note.as_bytes()).map(drop)
    }

    /// A device's public key.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn device(&mut self, key: &DeviceKey) -> Result<(), PackageError> {
        self.contents.devices.insert(key.device(), (0, Digest::ZERO));
        self.put_bytes(&Entry::Device(key.device()), key.pem().as_bytes()).map(drop)
    }

    /// The next record of its device: its exact bytes, its DER signature where it has one, and the proof that
    /// the bureau's log holds it.
    ///
    /// # Errors
    /// [`PackageError::Record`], [`PackageError::Order`], or that of the sink. A wrong signature or proof is not
    /// looked for here: that is the verifier's work.
    pub fn record(
        &mut self,
        bytes: &[u8],
        signature: Option<&[u8]>,
        proof: Option<&TlogProof>,
    ) -> Result<(), PackageError> {
        let record = Record::parse(bytes)?;
        let (device, seq) = (record.device, record.seq);
        if self.contents.devices.get(&device).is_none_or(|(last, _)| last + 1 != seq) {
            return Err(PackageError::Order(device, seq));
        }
        let digest = self.put_bytes(&Entry::Record(device, seq), bytes)?;
        if let Some(signature) = signature {
            self.put_bytes(&Entry::Signature(device, seq), signature)?;
        }
        if let Some(proof) = proof {
            self.put_bytes(&Entry::Proof(device, seq), proof.to_string().as_bytes())?;
        }
        self.contents.devices.insert(device, (seq, digest));
        if let Kind::CaptureSealed(sealed) = &record.kind {
            self.sealed.insert(sealed.item, sealed.ct_sha256);
        }
        self.index.record(&record, signature.is_some(), proof.is_some());
        Ok(())
    }

    /// A sealed item, whole: the concatenation of its pieces.
    ///
    /// # Errors
    /// [`PackageError::Item`] when no record sealed exactly these bytes (the file is in the sink then and the
    /// package is not to be used), or that of the sink or of `content`.
    pub fn item(&mut self, item: ItemId, content: &mut dyn Read) -> Result<(), PackageError> {
        let expected = *self.sealed.get(&item).ok_or(PackageError::Item(item))?;
        let digest = self.put(&Entry::Item(item), content)?;
        if digest != expected {
            return Err(PackageError::Item(item));
        }
        self.contents.items.insert(item, digest);
        self.index.item(item);
        Ok(())
    }

    /// A decrypted copy of an item. `extension` is 1 to 16 of `a-z0-9`.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn opened(
        &mut self,
        item: ItemId,
        extension: &str,
        content: &mut dyn Read,
    ) -> Result<(), PackageError> {
        if !is_extension(extension) {
            return Err(PackageError::Extension);
        }
        self.put_listed(Entry::Opened(item, extension.to_owned()), content)
    }

    /// The bureau's statement that it holds an item (the exact bytes of an [`ItemStored`]) and the proof that its
    /// log holds that statement.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn receipt(&mut self, statement: &[u8], proof: &TlogProof) -> Result<(), PackageError> {
        let stored = ItemStored::parse(statement).map_err(PackageError::Receipt)?;
        self.put_bytes(&Entry::Receipt(stored.item), statement)?;
        self.put_bytes(&Entry::ReceiptProof(stored.item), proof.to_string().as_bytes())?;
        self.index.receipt(&stored);
        Ok(())
    }

    /// A signed checkpoint of the bureau's log, verbatim. The same one twice is written once.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn checkpoint(&mut self, note: &str) -> Result<(), PackageError> {
        let (text, _) = note.split_once("\n\n").ok_or(PackageError::Checkpoint)?;
        let checkpoint = Checkpoint::parse(&format!("{text}\n")).map_err(|_| PackageError::Checkpoint)?;
        let entry = Entry::Checkpoint(checkpoint.size);
        if self.files.get(&entry.to_string()) == Some(&Digest::of(note.as_bytes())) {
            return Ok(());
        }
        self.put_bytes(&entry, note.as_bytes()).map(drop)
    }

    /// An RFC 3161 token over the checkpoint file of `size`.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn timestamp(&mut self, size: u64, token: &[u8]) -> Result<(), PackageError> {
        self.put_listed(Entry::TimestampToken(size), &mut &token[..])
    }

    /// Writes the readable page, the contents (signed by the bureau, when it is the bureau that exports) and the
    /// manifests. Gives back the sink.
    ///
    /// # Errors
    /// [`PackageError`].
    pub fn finish(mut self, bureau: Option<&NoteSigner>) -> Result<(S, Written), PackageError> {
        let page = self.index.html();
        self.put_listed(Entry::IndexHtml, &mut page.as_bytes())?;
        if let Some(signer) = bureau {
            let note = signer.sign(&self.contents.to_string())?;
            self.put_bytes(&Entry::Contents, note.as_bytes())?;
        }
        let (files, bytes) = (self.files.len() as u64, self.bytes);
        let manifest = bagit::manifest_text(self.files.iter());
        let info = self.info.text(bytes, files);
        let mut tags = BTreeMap::new();
        for (path, text) in [
            (layout::BAGIT, bagit::DECLARATION),
            (layout::BAG_INFO, info.as_str()),
            (layout::MANIFEST, manifest.as_str()),
        ] {
            self.sink.put(path, &mut text.as_bytes())?;
            tags.insert(path, Digest::of(text.as_bytes()));
        }
        let tag_manifest = bagit::manifest_text(tags.iter());
        self.sink.put(layout::TAG_MANIFEST, &mut tag_manifest.as_bytes())?;
        let tag_manifest_sha256 = Digest::of(tag_manifest.as_bytes());
        Ok((self.sink, Written { contents: self.contents, files, bytes, tag_manifest_sha256 }))
    }

    fn put_listed(&mut self, entry: Entry, content: &mut dyn Read) -> Result<(), PackageError> {
        let digest = self.put(&entry, content)?;
        self.contents.files.insert(entry, digest);
        Ok(())
    }

    fn put_bytes(&mut self, entry: &Entry, mut bytes: &[u8]) -> Result<Digest, PackageError> {
        self.put(entry, &mut bytes)
    }

    fn put(&mut self, entry: &Entry, content: &mut dyn Read) -> Result<Digest, PackageError> {
        let path = entry.to_string();
        if self.files.contains_key(&path) {
            return Err(PackageError::Twice(path));
        }
        if self.files.len() >= MAX_FILES {
            let (files, items) = (self.files.len() as u64 + 1, self.contents.items.len() as u64);
            return Err(PackageError::TooLarge { files, items });
        }
        let mut hashing = Hashing { content, context: Context::new(&SHA256), bytes: 0, ended: false };
        self.sink.put(&path, &mut hashing)?;
        if !hashing.ended && hashing.read(&mut [0])? > 0 {
            return Err(PackageError::Unfinished(path));
        }
        let digest: Digest = hashing.context.finish().into();
        self.bytes += hashing.bytes;
        self.files.insert(path, digest);
        Ok(digest)
    }
}

impl<S> std::fmt::Debug for PackageWriter<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackageWriter").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

/// Hashes what passes on its way into the sink.
struct Hashing<'a> {
    content: &'a mut dyn Read,
    context: Context,
    bytes: u64,
    ended: bool,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.content.read(buf)?;
        self.ended |= got == 0 && !buf.is_empty();
        self.context.update(&buf[..got]);
        self.bytes += got as u64;
        Ok(got)
    }
}

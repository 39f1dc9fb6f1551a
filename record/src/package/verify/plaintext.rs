//! Decrypting an item while its bytes pass, to compare what is inside with the record.

use super::super::rule::Rule;
use super::ledger::Sealed;
use crate::Digest;
use crate::seal::{AuthError, CHUNK_BYTES, Envelope, Identity, PayloadKey, TAG_BYTES, UnwrapError};
use ring::digest::{Context, SHA256};

const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// The state of one decryption. Holds at most one chunk.
pub struct Decrypting {
    key: Result<PayloadKey, UnwrapError>,
    chunk: Vec<u8>,
    index: u64,
    context: Context,
    len_bytes: u64,
    failed: Option<u64>,
}

impl Decrypting {
    /// Unwraps the file key.
    pub fn start(envelope: &Envelope, identity: &Identity) -> Self {
        let key = identity.unwrap(envelope).map(|file_key| PayloadKey::derive(&file_key, envelope));
        let context = Context::new(&SHA256);
        Self {
            key,
            chunk: Vec::with_capacity(SEALED_CHUNK_BYTES),
            index: 0,
            context,
            len_bytes: 0,
            failed: None,
        }
    }

    /// Takes the next bytes after the envelope.
    pub fn take(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.key.is_ok() && self.failed.is_none() {
            // A full chunk is known not to be the last only when another byte follows it.
            if self.chunk.len() == SEALED_CHUNK_BYTES {
                self.open(false);
            }
            let room = SEALED_CHUNK_BYTES - self.chunk.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.chunk.extend_from_slice(now);
            bytes = later;
        }
    }

    fn open(&mut self, last: bool) {
        let Ok(key) = &self.key else { return };
        match key.open_chunk_in_place(self.index, last, &mut self.chunk) {
            Ok(plain) => {
                self.context.update(plain);
                self.len_bytes += plain.len() as u64;
            }
            Err(AuthError) => self.failed = Some(self.index),
        }
        self.index += 1;
        self.chunk.clear();
    }

    /// Compares what was inside with the record.
    pub fn finish(mut self, sealed: &Sealed) -> Result<(), (Rule, String)> {
        self.open(true);
        if let Err(error) = &self.key {
            return Err((Rule::ItemLocked, error.to_string()));
        }
        if let Some(index) = self.failed {
            return Err((Rule::ItemPlaintext, format!("chunk {index} does not open")));
        }
        if i64::try_from(self.len_bytes) != Ok(sealed.pt_len_bytes) {
            return Err((Rule::ItemPlaintext, format!("{} bytes", self.len_bytes)));
        }
        let digest: Digest = self.context.finish().into();
        if digest == sealed.pt_sha256 { Ok(()) } else { Err((Rule::ItemPlaintext, digest.to_string())) }
    }
}

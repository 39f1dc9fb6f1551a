//! The hashes of the tree (RFC 6962 §2.1) and their text form in checkpoints and proofs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Context, SHA256};

use crate::digest::Digest;

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;
/// base64 of 32 bytes, with padding.
const HASH_TEXT_BYTES: usize = 44;

/// A text is not the canonical base64 of a SHA-256 hash (RFC 4648 §4, padded, 44 characters).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the base64 of a sha-256 hash")]
pub struct HashTextError;

/// Hash of a leaf: `SHA-256(0x00 || data)`.
pub fn leaf_hash(data: &[u8]) -> Digest {
    prefixed(LEAF_PREFIX, &[data])
}

/// Hash of an inner node: `SHA-256(0x01 || left || right)`.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    prefixed(NODE_PREFIX, &[&left.0, &right.0])
}

/// Root of the tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// The base64 text of a tree hash: 44 characters.
pub fn format_hash(hash: &Digest) -> String {
    STANDARD.encode(hash.0)
}

/// Reads the base64 text of a tree hash.
pub fn parse_hash(text: &str) -> Result<Digest, HashTextError> {
    if text.len() != HASH_TEXT_BYTES {
        return Err(HashTextError);
    }
    let bytes = STANDARD.decode(text).map_err(|_| HashTextError)?;
    Ok(Digest(bytes.try_into().map_err(|_| HashTextError)?))
}

fn prefixed(prefix: u8, parts: &[&[u8]]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(&[prefix]);
    for part in parts {
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    Digest(hash)
}

//! The sealed item: one age v1 file, written and read by a small sealer of our own.
//!
//! The format is C2SP `age.md` (X25519 recipients, HKDF-SHA-256, HMAC header MAC, ChaCha20-Poly1305
//! STREAM in 64 KiB chunks); what this project adds to it (digests, pieces, limits) is
//! `spec/sealed-item.md`. Sealing, and opening with a file key, need *ring* only; opening with an age
//! identity needs a static X25519 and stands behind the `identity` feature, because a phone never does it.
//!
//! - [`Envelope`]: the header and the payload nonce, durable before the first byte of the payload.
//! - [`PayloadKey`]: one chunk at a time, for a writer that keeps its own file (the capture writer).
//! - [`Sealer`]: a whole item in one streaming pass, with every digest of it.
//! - [`ItemHasher`]: the digests alone.
//! - [`Opener`]: random access to a sealed item, every chunk authenticated.
//! - [`regrant`]: a new header for a new reader; the payload is untouched.

mod batch;
mod digests;
mod envelope;
mod header;
#[cfg(feature = "identity")]
mod identity;
mod key;
mod opener;
mod recipient;
mod sealer;
mod stream;
mod workers;

pub use crate::kind::Piece;
pub use digests::{Digests, FileDigests, ItemHasher, Part, SealedDigests};
pub use envelope::{Envelope, regrant};
pub use header::{HeaderError, MAX_HEADER_BYTES, MAX_STANZAS, Stanza};
#[cfg(feature = "identity")]
pub use identity::{Identity, UnwrapError};
pub use key::FileKey;
pub use opener::{OpenError, Opener, ReadAt};
pub use recipient::{KeyTextError, Recipient};
pub use sealer::Sealer;
pub use stream::{AuthError, PayloadKey, RecoverKey, SealError, TailKey};

/// Plaintext bytes of every chunk but the last (`age.md`, Payload).
pub const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes that the Poly1305 tag adds to each chunk.
pub const TAG_BYTES: usize = 16;

/// Bytes of the payload nonce, which stands between the header and the first chunk.
pub const NONCE_BYTES: usize = 16;

/// Bytes of every piece of a sealed file but the last (`spec/sealed-item.md` §3).
pub const PIECE_BYTES: u64 = 32 << 20;

/// The suite id that every record about such an item carries.
pub const SUITE: &str = "age-v1";

//! Pieces over tus 1.0.0 (creation, creation-with-upload, checksum, termination, expiration).
//!
//! Source: <https://tus.io/protocols/resumable-upload> 1.0.0. One upload is one piece of a sealed item that a
//! record names; it is verified by SHA-256 before it is kept. Mild deviations, each for a lost answer: a `PATCH`
//! of a finished upload whose checksum is the piece's is answered 204 again, and `POST` for a piece that has an
//! upload already answers with that upload. A whole piece with its own digest needs no offset at all ([`whole`]).

mod append;
mod body;
mod create;
pub mod crowd;
mod draft;
mod errors;
mod handlers;
pub mod headers;
mod kept;
pub mod recover;
pub mod takeover;
mod whole;
mod writer;

pub use handlers::{collection, one};

use serde::Serialize;

/// The only version spoken.
pub const VERSION: &str = "1.0.0";
/// Extensions spoken.
pub const EXTENSIONS: &str = "creation,creation-with-upload,checksum,termination,expiration";
/// Checksum algorithms of the checksum extension; `sha1` is what the protocol demands.
pub const CHECKSUMS: &str = "sha256,sha1";
/// An upload that is not continued is forgotten after this, milliseconds.
pub const UPLOAD_TTL_MS: i64 = 7 * 24 * 3_600_000;
/// Where uploads live.
pub const PATH: &str = "/v1/uploads";

/// What `GET /v1/identity` says about uploads.
#[derive(Debug, Clone, Serialize)]
pub struct Offer {
    version: &'static str,
    extensions: &'static str,
    checksums: &'static str,
    max_size_bytes: u64,
    url: &'static str,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            version: VERSION,
            extensions: EXTENSIONS,
            checksums: CHECKSUMS,
            max_size_bytes: liuhen_record::seal::PIECE_BYTES,
            url: PATH,
        }
    }
}

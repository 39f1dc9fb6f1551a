//! From the sensor to the vault: bytes are sealed while they arrive, and no crash takes back what was acknowledged.
//!
//! * sound and moving pictures: [`Capture`], ticked at least every [`TICK_MS`];
//! * photographs and other bytes in memory: [`take_photo`];
//! * after a crash: [`recover`], once, before anything else is captured;
//! * what the bytes turned out to be: [`describe()`]; a small picture of them: [`thumbnail()`];
//! * the file alone, without records: [`Writer`], [`end_file`].
//!
//! The bytes are the evidence: they are never re-encoded and never refused, whatever they claim to be.

mod describe;
mod end;
mod journal;
mod names;
mod open_item;
mod photo;
mod pieced;
mod recovery;
mod reserve;
mod say;
mod stream;
mod thumbnail;
mod writer;

pub use describe::{MediaBytes, describe, describe_bytes};
pub use end::{EndError, Ended, end_file};
pub use names::escape_name;
pub use open_item::{OpenItemError, open_item};
pub use photo::take_photo;
pub use pieced::{PiecedFile, piece_path};
pub use recovery::{Recovered, Recovery, recover};
pub use stream::{BeginCapture, Capture, CaptureError, Sealed};
pub use thumbnail::{THUMBNAIL_PX, thumbnail};
pub use writer::{Durable, WriteError, Writer};

pub(crate) use pieced::ITEMS;

/// A running capture is ticked at least this often, milliseconds: what was ticked survives a power loss.
pub const TICK_MS: u64 = 250;

//! How large a package may be, counted before its first byte: the limits of `spec/package.md` §2 and §5 are those of
//! its readers, and a package beyond them would be written to its end for nothing.

use super::bagit::MAX_FILES;
use super::contents::FIRST_LINE;
use super::write::PackageError;
use crate::note::{MAX_NAME_BYTES, MAX_NOTE_BYTES};

/// Files of every package that the bureau signs: page, key, recipients, contents.
const FIXED_FILES: u64 = 4;
/// A `device` line with the longest number, bytes.
const DEVICE_LINE_BYTES: u64 = 7 + 32 + 1 + 20 + 1 + 64 + 1;
/// An `item` line, bytes.
const ITEM_LINE_BYTES: u64 = 5 + 32 + 1 + 64 + 1;
/// A `file` line of a time-stamp token with the longest number, or of the page, which is shorter, bytes.
const FILE_LINE_BYTES: u64 = 5 + 17 + 20 + 4 + 1 + 64 + 1;
/// The blank line and the bureau's signature, with the longest name, bytes.
const SIGNATURE_BYTES: u64 = MAX_NAME_BYTES as u64 + 128;

/// What a package is to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planned {
    /// Devices.
    pub devices: u64,
    /// Files of their records: each record, and where they have them its signature and its proof.
    pub record_files: u64,
    /// Items, each with its receipt and the proof of it.
    pub items: u64,
    /// Checkpoints.
    pub checkpoints: u64,
    /// Time-stamp tokens.
    pub timestamps: u64,
}

impl Planned {
    /// Payload files.
    pub fn files(&self) -> u64 {
        let Self { devices, record_files, items, checkpoints, timestamps } = *self;
        let items = items.saturating_mul(3);
        [devices, record_files, items, checkpoints, timestamps]
            .into_iter()
            .fold(FIXED_FILES, u64::saturating_add)
    }

    /// Length of `contents.note` at most, bytes.
    pub fn contents_bytes(&self) -> u64 {
        let devices = self.devices.saturating_mul(DEVICE_LINE_BYTES);
        let items = self.items.saturating_mul(ITEM_LINE_BYTES);
        let files = self.timestamps.saturating_add(1).saturating_mul(FILE_LINE_BYTES);
        [devices, items, files]
            .into_iter()
            .fold(FIRST_LINE.len() as u64 + 1 + SIGNATURE_BYTES, u64::saturating_add)
    }

    /// Whether readers take a package of this size.
    ///
    /// # Errors
    /// [`PackageError::TooLarge`].
    pub fn check(&self) -> Result<(), PackageError> {
        let (files, contents_bytes) = (self.files(), self.contents_bytes());
        if files > MAX_FILES as u64 || contents_bytes > MAX_NOTE_BYTES as u64 {
            return Err(PackageError::TooLarge { files, items: self.items });
        }
        Ok(())
    }
}

//! What captured bytes turn out to be. A description, never a judgement: nothing is refused, nothing re-encoded, and
//! bytes that are not what they claim to be are kept like all others and said to be unreadable.
//!
//! Bounded whatever the bytes say: pictures are never decoded here, sound is walked frame by frame, films box by
//! box; every allocation has a limit and a panic of a library ends as "unreadable".

mod boxes;
mod exif;
mod picture;
mod source;
mod timed;

use super::pieced::PiecedFile;
use crate::ports::Storage;
use liuhen_record::{
    ItemId,
    kind::{MediaDescription, MediaKind, Readability},
    seal::{FileKey, Opener},
};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

pub(super) use picture::limits as picture_limits;
pub use source::MediaBytes;

/// What the first bytes show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Jpeg,
    Png,
    Adts,
    Mp4,
    Unknown,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Adts => "adts_aac",
            Self::Mp4 => "mp4",
            Self::Unknown => "unknown",
        }
    }

    /// What a media type promises, where it is one of ours.
    fn promised(media: MediaKind, media_type: &str) -> Option<Self> {
        match media_type.split(';').next().unwrap_or_default().trim() {
            "image/jpeg" | "image/jpg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "audio/aac" | "audio/aacp" | "audio/x-aac" | "audio/vnd.dlna.adts" => Some(Self::Adts),
            "video/mp4" | "audio/mp4" => Some(Self::Mp4),
            _ => match media {
                MediaKind::Photo => Some(Self::Jpeg),
                MediaKind::Audio => Some(Self::Adts),
                MediaKind::Video => Some(Self::Mp4),
                MediaKind::Thumbnail | MediaKind::Other => None,
            },
        }
    }

    fn of(start: &[u8]) -> Self {
        match start {
            [0xff, 0xd8, 0xff, ..] => Self::Jpeg,
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Self::Png,
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => Self::Mp4,
            // Sync word, layer 0.
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Self::Adts,
            _ => Self::Unknown,
        }
    }
}

/// An empty description in a format.
fn blank(format: &str) -> MediaDescription {
    MediaDescription {
        readability: Readability::Readable,
        format: format.to_owned(),
        width_px: None,
        height_px: None,
        duration_ms: None,
        sample_rate_hz: None,
        channels: None,
        exif: std::collections::BTreeMap::new(),
    }
}

fn unreadable(reason: impl Into<String>) -> Readability {
    Readability::Unreadable { reason: reason.into() }
}

/// Describes bytes that are in memory or can be read at any place.
pub fn describe(media: MediaKind, media_type: &str, bytes: &mut dyn MediaBytes) -> MediaDescription {
    let described = catch_unwind(AssertUnwindSafe(|| look(media, media_type, bytes)));
    match described {
        Ok(Ok(description)) => description,
        Ok(Err(_)) => MediaDescription {
            readability: unreadable("the bytes could not be read back"),
            ..blank(Format::Unknown.name())
        },
        // A library gave up on hostile bytes: they are kept all the same.
        Err(_) => MediaDescription { readability: unreadable("malformed"), ..blank(Format::Unknown.name()) },
    }
}

/// As [`describe`], for bytes in memory.
pub fn describe_bytes(media: MediaKind, media_type: &str, mut bytes: &[u8]) -> MediaDescription {
    describe(media, media_type, &mut bytes)
}

fn look(media: MediaKind, media_type: &str, bytes: &mut dyn MediaBytes) -> io::Result<MediaDescription> {
    let mut start = [0; 16];
    let got = source::read_full(bytes, 0, &mut start)?;
    let found = Format::of(&start[..got]);
    let promised = Format::promised(media, media_type);
    let mut description = match found {
        Format::Jpeg | Format::Png => picture::describe(found, bytes)?,
        Format::Adts => timed::describe_sound(bytes)?,
        Format::Mp4 => timed::describe_film(bytes)?,
        Format::Unknown if promised.is_none() && got > 0 => {
            MediaDescription { readability: Readability::NotExamined, ..blank(found.name()) }
        }
        Format::Unknown => {
            let reason = if got == 0 { "empty" } else { "of no known format" };
            MediaDescription { readability: unreadable(reason), ..blank(found.name()) }
        }
    };
    if let Some(promised) = promised.filter(|promised| *promised != found && found != Format::Unknown) {
        let (promised, found) = (promised.name(), found.name());
        description.readability = unreadable(format!("claims to be {promised}, is {found}"));
    }
    Ok(description)
}

/// Describes an item that was sealed a moment ago.
pub(super) fn describe_item(
    storage: &Arc<dyn Storage>,
    item: ItemId,
    key: &FileKey,
    media: MediaKind,
    media_type: &str,
) -> MediaDescription {
    let item_bytes = PiecedFile::open(storage, item)
        .map_err(liuhen_record::seal::OpenError::Read)
        .and_then(|file| Opener::open(file, key));
    match item_bytes {
        Ok(mut opener) => describe(media, media_type, &mut opener),
        Err(_) => MediaDescription {
            readability: unreadable("the bytes could not be read back"),
            ..blank(Format::Unknown.name())
        },
    }
}

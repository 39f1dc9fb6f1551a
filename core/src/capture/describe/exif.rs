//! EXIF as text: what a camera says about a photograph, copied into the record and never believed.

use crate::capture::escape_name;
use ::exif::{Exif, Field, In, Reader, Tag, Value};
use std::{
    collections::BTreeMap,
    fmt::{self, Write},
    io::Cursor,
};

/// EXIF is looked for within so many bytes: a JPEG holds it in one segment of at most 64 KiB near the start.
const START_BYTES: usize = 192 << 10;

/// A value longer than this is cut, bytes.
const MAX_VALUE_BYTES: usize = 512;

/// The fields worth keeping: which device, when, where, how exposed, what somebody wrote.
const TAGS: [Tag; 38] = [
    Tag::Make,
    Tag::Model,
    Tag::Orientation,
    Tag::Software,
    Tag::DateTime,
    Tag::Artist,
    Tag::Copyright,
    Tag::ImageDescription,
    Tag::ExposureTime,
    Tag::FNumber,
    Tag::PhotographicSensitivity,
    Tag::DateTimeOriginal,
    Tag::DateTimeDigitized,
    Tag::OffsetTime,
    Tag::OffsetTimeOriginal,
    Tag::SubSecTimeOriginal,
    Tag::Flash,
    Tag::FocalLength,
    Tag::FocalLengthIn35mmFilm,
    Tag::UserComment,
    Tag::PixelXDimension,
    Tag::PixelYDimension,
    Tag::LensMake,
    Tag::LensModel,
    Tag::BodySerialNumber,
    Tag::CameraOwnerName,
    Tag::ImageUniqueID,
    Tag::GPSLatitudeRef,
    Tag::GPSLatitude,
    Tag::GPSLongitudeRef,
    Tag::GPSLongitude,
    Tag::GPSAltitudeRef,
    Tag::GPSAltitude,
    Tag::GPSTimeStamp,
    Tag::GPSDateStamp,
    Tag::GPSImgDirection,
    Tag::GPSHPositioningError,
    Tag::GPSMapDatum,
];

/// The fields that can be read, by tag name.
pub(super) fn read(start: &[u8]) -> BTreeMap<String, String> {
    let start = &start[..start.len().min(START_BYTES)];
    let mut reader = Reader::new();
    reader.continue_on_error(true);
    let exif = match reader.read_from_container(&mut Cursor::new(start)) {
        Ok(exif) => exif,
        Err(error) => match error.distill_partial_result(|_| ()) {
            Ok(exif) => exif,
            Err(_) => return BTreeMap::new(),
        },
    };
    TAGS.iter()
        .filter_map(|tag| Some((tag.to_string(), text(&exif, exif.get_field(*tag, In::PRIMARY)?)?)))
        .collect()
}

fn text(exif: &Exif, field: &Field) -> Option<String> {
    let text = match &field.value {
        // Written by phones in UTF-8, though the standard says ASCII.
        Value::Ascii(parts) => utf8(parts.first()?)?,
        Value::Undefined(bytes, _) if field.tag == Tag::UserComment => comment(exif, bytes)?,
        _ => {
            let mut cut = Cut(String::new());
            // An error only says that the value is longer than what is kept.
            let _too_long = write!(cut, "{}", field.display_value().with_unit(exif));
            cut.0
        }
    };
    let text = text.trim();
    if text.is_empty() { None } else { Some(escape_name(text)) }
}

fn utf8(bytes: &[u8]) -> Option<String> {
    let bytes = &bytes[..bytes.len().min(MAX_VALUE_BYTES)];
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.to_owned()),
        // Cut in the middle of a character, by us or by the camera.
        Err(error) if error.error_len().is_none() => {
            Some(String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned())
        }
        // Some older encoding: left out rather than guessed.
        Err(_) => None,
    }
}

/// A comment names its own encoding in the first eight bytes (EXIF 2.32 §4.6.5, UserComment).
fn comment(exif: &Exif, bytes: &[u8]) -> Option<String> {
    let (encoding, text) = bytes.split_first_chunk::<8>()?;
    match encoding {
        b"UNICODE\0" => {
            let pairs = text.chunks_exact(2).take(MAX_VALUE_BYTES);
            let unit = if exif.little_endian() { u16::from_le_bytes } else { u16::from_be_bytes };
            let units = pairs.map(|pair| unit([pair[0], pair[1]]));
            String::from_utf16(&units.take_while(|unit| *unit != 0).collect::<Vec<_>>()).ok()
        }
        b"ASCII\0\0\0" | b"\0\0\0\0\0\0\0\0" => {
            let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
            utf8(&text[..end])
        }
        _ => None,
    }
}

/// Keeps the first bytes of what is written to it.
struct Cut(String);

impl Write for Cut {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.0.len() + c.len_utf8() > MAX_VALUE_BYTES {
                return Err(fmt::Error);
            }
            self.0.push(c);
        }
        Ok(())
    }
}

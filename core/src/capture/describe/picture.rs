//! Pictures: dimensions from the header, whether the end is there, EXIF. Never decoded.

use super::{Format, MediaBytes, blank, exif, source, unreadable};
use image::{ImageFormat, ImageReader, Limits};
use liuhen_record::kind::MediaDescription;
use std::io::{self, Cursor};

/// A picture larger than this in either direction is not measured, pixels.
pub(in crate::capture) const MAX_SIDE_PX: u32 = 32_768;

/// What a library may allocate for a picture, bytes.
pub(in crate::capture) const MAX_ALLOC_BYTES: u64 = 256 << 20;

/// Headers are looked for within so many bytes at the start.
const START_BYTES: u64 = 8 << 20;

/// The end is looked for within so many bytes at the end: some cameras append more after the picture.
const END_BYTES: u64 = 1 << 20;

/// Dimensions and allocations that a hostile picture may claim.
pub(in crate::capture) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_ALLOC_BYTES);
    limits
}

pub(super) fn describe(format: Format, bytes: &mut dyn MediaBytes) -> io::Result<MediaDescription> {
    let mut description = blank(format.name());
    let ends = has_end(format, bytes)?;
    let mut copied = Vec::new();
    if bytes.whole().is_none() {
        copied.resize(bytes.len_bytes().min(START_BYTES) as usize, 0);
        let got = source::read_full(bytes, 0, &mut copied)?;
        copied.truncate(got);
    }
    let start = bytes.whole().unwrap_or(&copied);
    match dimensions(format, start) {
        Ok((width, height)) => {
            description.width_px = Some(i64::from(width));
            description.height_px = Some(i64::from(height));
            if !ends {
                description.readability = unreadable("the end of the picture is missing");
            }
        }
        Err(reason) => description.readability = unreadable(reason),
    }
    description.exif = exif::read(start);
    Ok(description)
}

fn dimensions(format: Format, start: &[u8]) -> Result<(u32, u32), String> {
    let format = if format == Format::Png { ImageFormat::Png } else { ImageFormat::Jpeg };
    let mut reader = ImageReader::with_format(Cursor::new(start), format);
    reader.limits(limits());
    let (width, height) = reader.into_dimensions().map_err(|error| match error {
        image::ImageError::Limits(_) => format!("larger than {MAX_SIDE_PX} pixels in a direction"),
        _ => "the header is malformed".to_owned(),
    })?;
    if width.max(height) > MAX_SIDE_PX {
        return Err(format!("larger than {MAX_SIDE_PX} pixels in a direction"));
    }
    Ok((width, height))
}

/// Whether the marker that ends such a picture is there: at the very end, or shortly before it.
fn has_end(format: Format, bytes: &mut dyn MediaBytes) -> io::Result<bool> {
    let marker: &[u8] = if format == Format::Png { b"IEND\xaeB`\x82" } else { b"\xff\xd9" };
    let len = bytes.len_bytes();
    for tail_bytes in [marker.len() as u64, END_BYTES] {
        let mut tail = vec![0; tail_bytes.min(len) as usize];
        let got = source::read_full(bytes, len - tail.len() as u64, &mut tail)?;
        if tail[..got].windows(marker.len()).any(|window| window == marker) {
            return Ok(true);
        }
    }
    Ok(false)
}

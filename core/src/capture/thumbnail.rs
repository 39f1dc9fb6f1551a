//! A small picture of a photograph, for lists. It is derived, sealed as an item of its own, and never evidence.

use super::describe::picture_limits;
use fast_image_resize::{ResizeOptions, Resizer};
use image::{DynamicImage, ImageReader, codecs::jpeg::JpegEncoder};
use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// The longer side of a thumbnail, pixels.
pub const THUMBNAIL_PX: u32 = 512;

/// JPEG quality of a thumbnail.
const QUALITY: u8 = 80;

/// A JPEG of at most [`THUMBNAIL_PX`] on its longer side; `None` when the bytes are no picture that can be decoded
/// within the limits.
pub fn thumbnail(bytes: &[u8]) -> Option<Vec<u8>> {
    // A decoder that gives up on hostile bytes by a panic only means that there is no thumbnail.
    catch_unwind(AssertUnwindSafe(|| make(bytes))).ok().flatten()
}

fn make(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(picture_limits());
    let picture = DynamicImage::ImageRgb8(reader.decode().ok()?.into_rgb8());
    let longer = picture.width().max(picture.height());
    let small = if longer > THUMBNAIL_PX {
        let side = |px: u32| (u64::from(px) * u64::from(THUMBNAIL_PX) / u64::from(longer)).max(1) as u32;
        let mut small = DynamicImage::new_rgb8(side(picture.width()), side(picture.height()));
        Resizer::new().resize(&picture, &mut small, &ResizeOptions::default()).ok()?;
        small
    } else {
        picture
    };
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&small).ok()?;
    Some(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgb8(width, height);
        JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
        bytes
    }

    #[test]
    fn the_longer_side_of_a_thumbnail_has_512_pixels() {
        let small = image::load_from_memory(&thumbnail(&photo(1200, 900)).unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (512, 384));
    }

    #[test]
    fn a_small_picture_is_not_enlarged() {
        let small = image::load_from_memory(&thumbnail(&photo(40, 30)).unwrap()).unwrap();
        assert_eq!((small.width(), small.height()), (40, 30));
    }

    #[test]
    fn bytes_that_are_no_picture_have_no_thumbnail() {
        let whole = photo(200, 200);
        assert_eq!(thumbnail(b""), None);
        assert_eq!(thumbnail(b"\xff\xd8\xff"), None);
        assert_eq!(thumbnail(&whole[..20]), None);
    }
}

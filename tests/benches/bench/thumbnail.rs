//! The thumbnail of a photograph against the two libraries used directly.

use crate::finding::{Bar, Finding};
use crate::measure::{interleaved, ratio, timed};
use crate::setup::Setup;
use crate::{Outcome, jpeg};
use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageFormat};
use liuhen_core::capture::{THUMBNAIL_PX, thumbnail};
use std::hint::black_box;

/// As ours, so that both write as much.
const QUALITY: u8 = 80;

/// Ours and theirs in turn.
pub fn of_12_mp(setup: &Setup) -> Outcome<Finding> {
    let photo = jpeg::of_12_mp()?;
    let runs = setup.runs.max(15);
    let (mut our_bytes, mut peer_bytes) = (0, 0);
    let (ours, peer) = interleaved(
        runs,
        || {
            let (time, small) = timed(|| Ok(thumbnail(black_box(&photo)).ok_or("no thumbnail")?))?;
            our_bytes = small.len();
            Ok(time)
        },
        || {
            let (time, small) = timed(|| direct(black_box(&photo)))?;
            peer_bytes = small.len();
            Ok(time)
        },
    )?;
    let value = 100.0 * ratio(ours.median(), peer.median());
    let mut finding =
        Finding::of(&ours, "image + fast_image_resize used directly", &peer, value, Bar::AtMost(110.0)).note(
            format!(
                "{runs} of each in turn; a JPEG of {:.2} MB to {our_bytes} and {peer_bytes} bytes",
                photo.len() as f64 / 1e6
            ),
        );
    finding.unit = "%";
    Ok(finding)
}

/// The shortest way: decode, resize to fit, encode.
fn direct(photo: &[u8]) -> Outcome<Vec<u8>> {
    let picture = image::load_from_memory_with_format(photo, ImageFormat::Jpeg)?.into_rgb8();
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    let (small_width, small_height) = (width * THUMBNAIL_PX / longest, height * THUMBNAIL_PX / longest);
    let source = Image::from_vec_u8(width, height, picture.into_raw(), PixelType::U8x3)?;
    let mut small = Image::new(small_width, small_height, PixelType::U8x3);
    Resizer::new().resize(&source, &mut small, None)?;
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode(
        small.buffer(),
        small_width,
        small_height,
        ExtendedColorType::Rgb8,
    )?;
    Ok(bytes)
}

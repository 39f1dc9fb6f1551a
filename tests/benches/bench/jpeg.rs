//! A photograph of 12 megapixels that nobody took: gradients and grain, the same in every run.

use crate::Outcome;
use crate::setup::Noise;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, RgbImage};

const WIDTH_PX: u32 = 4000;
const HEIGHT_PX: u32 = 3000;
/// Grain, in steps of 256.
const GRAIN: u64 = 18;
/// What a phone's photograph has at least, bytes: the quality is raised until this one has as much.
const LEAST_BYTES: usize = 4_000_000;

/// The JPEG.
pub fn of_12_mp() -> Outcome<Vec<u8>> {
    let mut noise = Noise::new(6);
    let mut picture = RgbImage::new(WIDTH_PX, HEIGHT_PX);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let grain = noise.next_u64() % GRAIN;
        let shade = |value: u32| (u64::from(value % 256) * (256 - GRAIN) / 256 + grain) as u8;
        pixel.0 = [shade(x * 255 / WIDTH_PX), shade(y * 255 / HEIGHT_PX), shade((x / 8) ^ (y / 8))];
    }
    for quality in 88..=99 {
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, quality).encode(
            picture.as_raw(),
            WIDTH_PX,
            HEIGHT_PX,
            ExtendedColorType::Rgb8,
        )?;
        if bytes.len() >= LEAST_BYTES {
            return Ok(bytes);
        }
    }
    Err("a photograph of 4 MB was not reached".into())
}

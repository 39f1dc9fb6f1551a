//! The boxes of an MP4 file (ISO/IEC 14496-12): enough to say whether it is fragmented, whether its end is there, and
//! how long it plays. Media data is skipped, not read.

use super::{MediaBytes, source};
use std::{collections::BTreeMap, io};

/// More boxes than this at the top are not looked at: twelve hours in fragments of half a second have 172,800.
const MAX_BOXES: usize = 400_000;

/// A box of metadata longer than this is not read, bytes.
const MAX_READ_BYTES: u64 = 1 << 20;

/// What the boxes show.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Walk {
    pub(super) has_movie: bool,
    pub(super) has_fragments: bool,
    /// Why walking stopped before the end, if it did.
    pub(super) broken: Option<&'static str>,
    /// The end of the last fragment of each track, in the track's own time scale.
    pub(super) ends: BTreeMap<u32, u64>,
    /// The default duration of a sample of each track.
    defaults: BTreeMap<u32, u32>,
}

/// Walks the boxes at the top of the file.
pub(super) fn walk(bytes: &mut dyn MediaBytes) -> io::Result<Walk> {
    let mut walk = Walk::default();
    let len = bytes.len_bytes();
    let mut offset = 0;
    for _ in 0..MAX_BOXES {
        if offset == len {
            return Ok(walk);
        }
        let mut start = [0; 16];
        let got = source::read_full(bytes, offset, &mut start)?;
        let Some((kind, head, size)) = header(&start[..got], len - offset) else {
            walk.broken = Some("a box is malformed");
            return Ok(walk);
        };
        if size > len - offset {
            walk.broken = Some("cut in the middle of a box");
            return Ok(walk);
        }
        if matches!(&kind, b"moov" | b"moof") {
            let body = read_body(bytes, offset + head, size - head)?;
            if &kind == b"moov" {
                walk.has_movie = true;
                walk.movie(&body);
            } else {
                walk.has_fragments = true;
                walk.fragment(&body);
            }
        }
        offset += size;
    }
    walk.broken = Some("too many boxes");
    Ok(walk)
}

fn read_body(bytes: &mut dyn MediaBytes, offset: u64, len: u64) -> io::Result<Vec<u8>> {
    let mut body = vec![0; len.min(MAX_READ_BYTES) as usize];
    let got = source::read_full(bytes, offset, &mut body)?;
    body.truncate(got);
    Ok(body)
}

/// Kind, length of the header and length of the whole box; `left` is what a box of "the rest of the file" has.
fn header(start: &[u8], left: u64) -> Option<([u8; 4], u64, u64)> {
    let (size, rest) = start.split_first_chunk::<4>()?;
    let (kind, rest) = rest.split_first_chunk::<4>()?;
    let (head, size) = match u32::from_be_bytes(*size) {
        0 => (8, left),
        1 => (16, u64::from_be_bytes(*rest.first_chunk()?)),
        size => (8, u64::from(size)),
    };
    (size >= head).then_some((*kind, head, size))
}

/// The boxes directly inside `body`; ends at the first that does not fit.
fn inside(mut body: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (kind, head, size) = header(body, body.len() as u64)?;
        let end = usize::try_from(size).ok().filter(|end| *end <= body.len())?;
        let content = &body[head as usize..end];
        body = &body[end..];
        Some((kind, content))
    })
}

fn u32_at(body: &[u8], offset: usize) -> Option<u32> {
    body.get(offset..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

impl Walk {
    /// `moov`: the defaults in `mvex/trex` (§8.8.3).
    fn movie(&mut self, body: &[u8]) {
        for (_, mvex) in inside(body).filter(|(kind, _)| kind == b"mvex") {
            self.has_fragments = true;
            for (_, trex) in inside(mvex).filter(|(kind, _)| kind == b"trex") {
                if let (Some(track), Some(duration)) = (u32_at(trex, 4), u32_at(trex, 12)) {
                    self.defaults.insert(track, duration);
                }
            }
        }
    }

    /// `moof`: where each of its track fragments ends (§8.8.7, §8.8.8, §8.8.12).
    fn fragment(&mut self, body: &[u8]) {
        for (_, traf) in inside(body).filter(|(kind, _)| kind == b"traf") {
            let mut track = 0;
            let mut default = 0;
            let mut end = 0;
            for (kind, content) in inside(traf) {
                match &kind {
                    b"tfhd" => {
                        track = u32_at(content, 4).unwrap_or(0);
                        default = default_duration(content)
                            .or_else(|| self.defaults.get(&track).copied())
                            .unwrap_or(0);
                        end = self.ends.get(&track).copied().unwrap_or(0);
                    }
                    b"tfdt" => end = base_time(content).unwrap_or(end),
                    b"trun" => end = end.saturating_add(run_duration(content, default)),
                    _ => {}
                }
            }
            self.ends.insert(track, end);
        }
    }
}

/// `default_sample_duration` of a `tfhd`, behind two optional fields.
fn default_duration(tfhd: &[u8]) -> Option<u32> {
    let flags = u32_at(tfhd, 0)? & 0x00ff_ffff;
    let before =
        [(0x1, 8), (0x2, 4)].iter().filter(|(flag, _)| flags & flag != 0).map(|(_, len)| len).sum::<usize>();
    if flags & 0x8 == 0 { None } else { u32_at(tfhd, 8 + before) }
}

fn base_time(tfdt: &[u8]) -> Option<u64> {
    match tfdt.first()? {
        0 => u32_at(tfdt, 4).map(u64::from),
        _ => tfdt.get(4..)?.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)),
    }
}

fn run_duration(trun: &[u8], default: u32) -> u64 {
    let (Some(flags), Some(count)) = (u32_at(trun, 0), u32_at(trun, 4)) else { return 0 };
    if flags & 0x100 == 0 {
        return u64::from(count) * u64::from(default);
    }
    let before = [0x1, 0x4].iter().filter(|flag| flags & **flag != 0).count() * 4;
    let stride = [0x100, 0x200, 0x400, 0x800].iter().filter(|flag| flags & **flag != 0).count() * 4;
    let samples = trun.get(8 + before..).unwrap_or_default().chunks_exact(stride).take(count as usize);
    samples.filter_map(|sample| u32_at(sample, 0)).map(u64::from).fold(0, u64::saturating_add)
}

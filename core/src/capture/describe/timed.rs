//! Sound and film, read by symphonia within a budget.

use super::{MediaBytes, blank, boxes, source::Budgeted, unreadable};
use liuhen_record::kind::MediaDescription;
use std::io;
use symphonia::{
    core::{
        codecs::CodecParameters,
        errors::Error,
        formats::{FormatOptions, FormatReader, Track},
        io::{MediaSourceStream, MediaSourceStreamOptions},
    },
    default::formats::{AdtsReader, IsoMp4Reader},
};

/// Sound longer than this is described without its duration, bytes: nine hours at 64 kbit/s.
const MAX_SOUND_BYTES: u64 = 256 << 20;

/// What may be read to find the tracks of a film, bytes.
const MAX_FILM_HEADER_BYTES: u64 = 16 << 20;

/// Samples in one AAC frame of an ADTS stream.
const SAMPLES_PER_FRAME: u64 = 1024;

/// ADTS AAC: every frame is walked, so that the duration is counted and not guessed.
pub(super) fn describe_sound(bytes: &mut dyn MediaBytes) -> io::Result<MediaDescription> {
    let mut description = blank("adts_aac");
    let len = bytes.len_bytes();
    let mut second = [0; 2];
    super::source::read_full(bytes, 0, &mut second)?;
    let head_bytes = if second[1] & 1 == 0 { 9 } else { 7 };
    let stream = stream(bytes, MAX_SOUND_BYTES);
    let mut reader = match AdtsReader::try_new(stream, FormatOptions::default()) {
        Ok(reader) => reader,
        Err(error) => return broken(description, error),
    };
    note_tracks(&mut description, reader.tracks());
    let (mut frames, mut walked, mut failed) = (0, 0, false);
    loop {
        match reader.next_packet() {
            Ok(Some(packet)) => {
                frames += 1;
                walked += packet.data.len() as u64 + head_bytes;
            }
            Ok(None) => break,
            Err(Error::IoError(error)) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error),
            Err(_) => {
                failed = true;
                break;
            }
        }
    }
    if let Some(rate) = description.sample_rate_hz.filter(|rate| *rate > 0 && len <= MAX_SOUND_BYTES) {
        description.duration_ms = Some((frames * SAMPLES_PER_FRAME * 1000 / rate as u64) as i64);
    }
    if len > MAX_SOUND_BYTES {
        return Ok(description);
    }
    if frames == 0 {
        description.readability = unreadable("no whole frame");
    } else if failed || walked != len {
        let left = len.saturating_sub(walked);
        description.readability =
            unreadable(format!("{left} bytes are no whole frame: cut or damaged; {frames} frames read well"));
    }
    Ok(description)
}

/// MP4: the tracks as symphonia finds them, the duration from the boxes.
pub(super) fn describe_film(bytes: &mut dyn MediaBytes) -> io::Result<MediaDescription> {
    let walk = boxes::walk(bytes)?;
    let mut description = blank(if walk.has_fragments { "fmp4" } else { "mp4" });
    if !walk.has_movie {
        description.readability = unreadable("no moov box: cannot be played");
        return Ok(description);
    }
    let reader = match IsoMp4Reader::try_new(stream_after_size(bytes)?, FormatOptions::default()) {
        Ok(reader) => reader,
        Err(error) => return broken(description, error),
    };
    note_tracks(&mut description, reader.tracks());
    description.duration_ms = duration_ms(reader.tracks(), &walk);
    if let Some(reason) = walk.broken {
        description.readability = unreadable(reason);
    }
    Ok(description)
}

/// The longest track: by its fragments where there are any, else as the movie box says.
fn duration_ms(tracks: &[Track], walk: &boxes::Walk) -> Option<i64> {
    let lengths = tracks.iter().filter_map(|track| {
        let base = track.time_base?;
        let ticks = if walk.has_fragments { *walk.ends.get(&track.id)? } else { track.duration?.get() };
        let ms = u128::from(ticks) * u128::from(base.numer.get()) * 1000 / u128::from(base.denom.get());
        i64::try_from(ms).ok()
    });
    lengths.max().filter(|ms| *ms > 0)
}

fn note_tracks(description: &mut MediaDescription, tracks: &[Track]) {
    for track in tracks {
        match &track.codec_params {
            Some(CodecParameters::Audio(audio)) => {
                description.sample_rate_hz = audio.sample_rate.map(i64::from);
                description.channels = audio.channels.as_ref().map(|channels| channels.count() as i64);
            }
            Some(CodecParameters::Video(video)) => {
                description.width_px = video.width.map(i64::from);
                description.height_px = video.height.map(i64::from);
            }
            _ => {}
        }
    }
}

fn stream(bytes: &mut dyn MediaBytes, budget_bytes: u64) -> MediaSourceStream<'_> {
    MediaSourceStream::new(Box::new(Budgeted::new(bytes, budget_bytes)), MediaSourceStreamOptions::default())
}

/// The reader of films expects to have been found by the four bytes behind the first size field.
fn stream_after_size(bytes: &mut dyn MediaBytes) -> io::Result<MediaSourceStream<'_>> {
    let mut stream = stream(bytes, MAX_FILM_HEADER_BYTES);
    symphonia::core::io::ReadBytes::ignore_bytes(&mut stream, 4)?;
    Ok(stream)
}

/// An error of the storage is ours to report; every other one is about the bytes.
fn broken(mut description: MediaDescription, error: Error) -> io::Result<MediaDescription> {
    match error {
        Error::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(error),
        Error::IoError(_) => {
            description.readability = unreadable("cut in the middle");
            Ok(description)
        }
        _ => {
            description.readability = unreadable("malformed");
            Ok(description)
        }
    }
}

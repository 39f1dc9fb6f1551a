//! How long the space on the phone lasts (article 19: checked before use, watched while recording).

use super::Phone;
use crate::say::{self, Sentence};

/// A second of sound, bytes: AAC at 128 kbit/s.
pub const AUDIO_BYTES_PER_SEC: u64 = 16_000;
/// Space that is left alone, bytes: the database, the journals and what closes an item must go on.
const RESERVE_BYTES: u64 = 256 << 20;
/// Less than this is low, minutes of video: an inspection that has just begun.
const LOW_MINUTES: i64 = 30;

/// How much space is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpaceLevel {
    /// Enough.
    Plenty,
    /// Low: a long recording should not begin.
    Low,
    /// Nothing can be recorded.
    Full,
}

/// The space on the phone and what it is enough for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Space {
    /// Free, bytes.
    pub free_bytes: i64,
    /// Enough for so many minutes of sound.
    pub audio_minutes_left: i64,
    /// Enough for so many minutes of video.
    pub video_minutes_left: i64,
    /// In one word.
    pub level: SpaceLevel,
    /// In a sentence.
    pub sentence: Sentence,
}

/// Minutes for which `free_bytes` last at `bytes_per_sec`, the reserve left alone.
pub fn minutes_left(free_bytes: u64, bytes_per_sec: u64) -> i64 {
    let secs = free_bytes.saturating_sub(RESERVE_BYTES) / bytes_per_sec.max(1);
    i64::try_from(secs / 60).unwrap_or(i64::MAX)
}

impl Space {
    /// What `free_bytes` are enough for when a second of video takes `video_bytes_per_sec`.
    pub fn of(free_bytes: u64, video_bytes_per_sec: u64) -> Self {
        let video_minutes_left = minutes_left(free_bytes, video_bytes_per_sec);
        let audio_minutes_left = minutes_left(free_bytes, AUDIO_BYTES_PER_SEC);
        let level = Self::level(audio_minutes_left, video_minutes_left);
        let sentence = match level {
            SpaceLevel::Plenty => say::screen::space(free_bytes, video_minutes_left),
            SpaceLevel::Low => say::screen::space_low(video_minutes_left),
            SpaceLevel::Full => say::screen::space_full(),
        };
        let free_bytes = i64::try_from(free_bytes).unwrap_or(i64::MAX);
        Self { free_bytes, audio_minutes_left, video_minutes_left, level, sentence }
    }

    fn level(audio_minutes: i64, video_minutes: i64) -> SpaceLevel {
        match (audio_minutes, video_minutes) {
            (0, _) => SpaceLevel::Full,
            (_, ..LOW_MINUTES) => SpaceLevel::Low,
            _ => SpaceLevel::Plenty,
        }
    }
}

impl Phone {
    /// The space on this phone.
    pub fn space(&self) -> Space {
        let free_bytes = self.ports.storage.free_bytes().unwrap_or(0);
        Space::of(free_bytes, self.rules.recording_bytes_per_sec.unsigned_abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn space_is_told_in_minutes_and_the_reserve_is_not_promised() {
        let video = 750_000;
        let space = Space::of(RESERVE_BYTES + video * 60 * 30, video);
        assert_eq!((space.video_minutes_left, space.level), (30, SpaceLevel::Plenty));
        assert_eq!(Space::of(RESERVE_BYTES + video * 60 * 30 - 1, video).level, SpaceLevel::Low);
        assert_eq!(Space::of(RESERVE_BYTES + 59 * AUDIO_BYTES_PER_SEC, video).level, SpaceLevel::Full);
        assert_eq!(Space::of(0, video).level, SpaceLevel::Full);
        assert_eq!(Space::of(u64::MAX, 0).level, SpaceLevel::Plenty);
    }
}

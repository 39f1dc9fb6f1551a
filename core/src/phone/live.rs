//! A recording as a screen sees it: it goes on whatever else the phone does, and can be asked at any moment.

use super::{AUDIO_BYTES_PER_SEC, CaptureRequest, Desk, Phone, PhoneError, Recording, SpaceLevel, forecast};
use crate::{
    capture::Sealed,
    ports::{Clock, Storage},
    say::{self, Sentence},
};
use liuhen_record::{ItemId, kind::MediaKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The space is measured again after so long, milliseconds.
const MEASURE_MS: i64 = 5_000;
/// A recording younger than this says nothing about how fast it grows, milliseconds.
const SETTLED_MS: i64 = 10_000;

/// A recording at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveStatus {
    /// The item.
    pub item: ItemId,
    /// What sort of media.
    pub media: MediaKind,
    /// How long it has been going on, milliseconds.
    pub elapsed_ms: i64,
    /// The loudness last told, 0 to 1000.
    pub level_permille: u32,
    /// Bytes taken.
    pub pushed_bytes: u64,
    /// Bytes that survive a crash by now.
    pub safe_bytes: u64,
    /// Minutes for which the space lasts at the rate of this recording.
    pub minutes_left: i64,
    /// The space in one word.
    pub space: SpaceLevel,
    /// Up to where it survives a crash, in a sentence.
    pub sentence: Sentence,
    /// Why it cannot go on; it is to be finished then.
    pub interrupted: Option<Sentence>,
}

/// What is shown, apart from the recording itself: never locked while somebody else is asked for something.
struct Shown {
    level_permille: u32,
    free_bytes: u64,
    measured_ms: i64,
    pushed_bytes: u64,
    safe_bytes: u64,
    interrupted: Option<Sentence>,
}

/// A recording under way. Dropping it without [`LiveRecording::finish`] leaves the item for recovery.
pub struct LiveRecording {
    item: ItemId,
    media: MediaKind,
    started_ms: i64,
    expected_bytes_per_sec: u64,
    clock: Arc<dyn Clock>,
    storage: Arc<dyn Storage>,
    recording: Mutex<Option<Recording>>,
    shown: Mutex<Shown>,
}

impl Phone {
    /// Begins a recording that lives beside the phone. `bytes_per_sec` is what the encoder is set to, when known.
    ///
    /// # Errors
    /// As [`Phone::start_recording`].
    pub fn start_live(
        &mut self,
        request: &CaptureRequest,
        bytes_per_sec: Option<u64>,
    ) -> Result<LiveRecording, PhoneError> {
        let recording = self.start_recording(request)?;
        let media = super::media::media_kind(&request.media_type);
        let usual = match media {
            MediaKind::Audio => AUDIO_BYTES_PER_SEC,
            _ => self.rules.recording_bytes_per_sec.unsigned_abs(),
        };
        let started_ms = self.ports.clock.read().mono_ms;
        Ok(LiveRecording {
            item: recording.item(),
            media,
            started_ms,
            expected_bytes_per_sec: bytes_per_sec.filter(|rate| *rate > 0).unwrap_or(usual),
            clock: Arc::clone(&self.ports.clock),
            storage: Arc::clone(&self.ports.storage),
            recording: Mutex::new(Some(recording)),
            shown: Mutex::new(Shown {
                level_permille: 0,
                free_bytes: self.ports.storage.free_bytes().unwrap_or(0),
                measured_ms: started_ms,
                pushed_bytes: 0,
                safe_bytes: 0,
                interrupted: None,
            }),
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How much of what was taken survives a crash, milliseconds: bytes come evenly enough for that.
fn safe_ms(elapsed_ms: i64, shown: &Shown) -> i64 {
    let safe = u128::from(shown.safe_bytes) * u128::from(elapsed_ms.max(0).unsigned_abs());
    i64::try_from(safe / u128::from(shown.pushed_bytes.max(1))).map_or(elapsed_ms, |ms| ms.min(elapsed_ms))
}

impl LiveRecording {
    /// Takes the next bytes, and how loud it is, 0 to 1000.
    ///
    /// # Errors
    /// [`PhoneError::Capture`]: finish it then. [`PhoneError::NoRecording`] after it was finished.
    pub fn push(&self, bytes: &[u8], level_permille: Option<u32>) -> Result<(), PhoneError> {
        if let Some(level) = level_permille {
            lock(&self.shown).level_permille = level.min(1_000);
        }
        self.work(|recording| recording.push(bytes))
    }

    /// Makes what was taken survive a crash and measures the space now and then. Called every 250 ms by whoever runs
    /// the recording, also when nothing arrives. Tells whether the recording still goes on.
    pub fn tick(&self) -> bool {
        let now_ms = self.clock.read().mono_ms;
        let measured_ms = lock(&self.shown).measured_ms;
        if now_ms.saturating_sub(measured_ms) >= MEASURE_MS {
            let free = self.storage.free_bytes();
            let mut shown = lock(&self.shown);
            shown.free_bytes = free.unwrap_or(shown.free_bytes);
            shown.measured_ms = now_ms;
        }
        self.work(|recording| recording.tick().map(drop)).is_ok()
    }

    fn work(&self, act: impl FnOnce(&mut Recording) -> Result<(), PhoneError>) -> Result<(), PhoneError> {
        let mut recording = lock(&self.recording);
        let recording = recording.as_mut().ok_or(PhoneError::NoRecording)?;
        let done = act(recording);
        let mut shown = lock(&self.shown);
        shown.pushed_bytes = recording.pushed_bytes();
        shown.safe_bytes = recording.acked_bytes();
        if let Err(error) = &done {
            shown.interrupted = Some(say::sentence(error.zh(), error.en()));
        }
        done
    }

    /// The recording now; touches no storage.
    pub fn status(&self) -> LiveStatus {
        let elapsed_ms = self.clock.read().mono_ms.saturating_sub(self.started_ms).max(0);
        let shown = lock(&self.shown);
        let measured = shown.pushed_bytes.saturating_mul(1_000) / elapsed_ms.max(1).unsigned_abs();
        let rate =
            if elapsed_ms < SETTLED_MS || measured == 0 { self.expected_bytes_per_sec } else { measured };
        let minutes_left = forecast::minutes_left(shown.free_bytes, rate);
        let space = match minutes_left {
            0 => SpaceLevel::Full,
            1..10 => SpaceLevel::Low,
            _ => SpaceLevel::Plenty,
        };
        LiveStatus {
            item: self.item,
            media: self.media,
            elapsed_ms,
            level_permille: shown.level_permille,
            pushed_bytes: shown.pushed_bytes,
            safe_bytes: shown.safe_bytes,
            minutes_left,
            space,
            sentence: say::screen::recording(safe_ms(elapsed_ms, &shown)),
            interrupted: shown.interrupted.clone(),
        }
    }

    /// Leaves the item for recovery: waits for the bytes that are being written, takes none afterwards.
    pub fn let_go(&self) {
        drop(lock(&self.recording).take());
    }

    /// Ends it: the item is sealed and durable when this returns.
    ///
    /// # Errors
    /// As [`Phone::finish_recording`]; [`PhoneError::NoRecording`] the second time.
    pub fn finish(&self, desk: &Desk) -> Result<Sealed, PhoneError> {
        // Taken out first: the phone is not waited for while the recording is locked.
        let recording = lock(&self.recording).take().ok_or(PhoneError::NoRecording)?;
        desk.with(|phone| phone.finish_recording(recording))
    }
}

//! Capturing on the phone: photographs in memory, sound and moving pictures as streams, files of other devices.

use super::{Phone, PhoneError};
use crate::{
    capture::{self, BeginCapture, Capture, Sealed, TICK_MS},
    ports::Clock,
    session::Action,
};
use liuhen_record::{
    ItemId, Kind,
    kind::{CloseCause, GapReason, GapRecorded, MediaKind, MediaSource},
};
use std::{io::Read, sync::Arc};

/// Bytes up to this length are captured in memory, in one write; more is streamed.
pub const IN_MEMORY_BYTES: u64 = 64 << 20;
/// How much of a stream is read at once, bytes.
const READ_BYTES: usize = 256 * 1024;
/// Bytes of a stream that may arrive between two ticks when they come faster than time passes.
const TICK_BYTES: u64 = 8 << 20;

/// What is captured.
#[derive(Debug, Clone)]
pub struct CaptureRequest {
    /// What makes it.
    pub source: MediaSource,
    /// The bureau's number of what makes it; this phone's number when absent.
    pub source_no: Option<String>,
    /// IANA media type of the bytes.
    pub media_type: String,
    /// Name of the file it came from, verbatim.
    pub original_name: Option<String>,
    /// What the officer calls it.
    pub label: Option<String>,
}

/// A recording under way. Dropping it without [`Phone::finish_recording`] leaves the item for recovery.
pub struct Recording {
    capture: Capture,
    clock: Arc<dyn Clock>,
    last_tick_ms: i64,
    unticked_bytes: u64,
    acked_bytes: u64,
}

impl Recording {
    /// The item being recorded.
    pub fn item(&self) -> ItemId {
        self.capture.item()
    }

    /// Bytes that survive a crash by now.
    pub fn acked_bytes(&self) -> u64 {
        self.acked_bytes
    }

    /// Bytes taken so far.
    pub fn pushed_bytes(&self) -> u64 {
        self.capture.pushed_bytes()
    }

    /// Takes the next bytes and, when it is time, makes them survive a crash. Needs no phone: a recording goes on
    /// whatever else the phone does.
    ///
    /// # Errors
    /// [`PhoneError::Capture`]: finish the recording then, and start another.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), PhoneError> {
        self.capture.push(bytes)?;
        self.unticked_bytes += bytes.len() as u64;
        let now_ms = self.clock.read().mono_ms;
        if now_ms - self.last_tick_ms >= TICK_MS as i64 || self.unticked_bytes >= TICK_BYTES {
            self.tick()?;
        }
        Ok(())
    }

    /// Makes everything taken so far survive a crash; returns its length in bytes.
    ///
    /// # Errors
    /// As [`Recording::push`].
    pub fn tick(&mut self) -> Result<u64, PhoneError> {
        self.acked_bytes = self.capture.tick()?;
        self.last_tick_ms = self.clock.read().mono_ms;
        self.unticked_bytes = 0;
        Ok(self.acked_bytes)
    }
}

/// The media type a file claims: by the ending of its name, else by its first bytes.
pub fn media_type_of(name: &str, head: &[u8]) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("aac" | "adts") => "audio/aac",
        Some("mp4" | "m4v" | "mov" | "m4s") => "video/mp4",
        Some("m4a") => "audio/mp4",
        Some("wav") => "audio/wav",
        _ => match head {
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [0xff, 0xf1 | 0xf9, ..] => "audio/aac",
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => "video/mp4",
            _ => "application/octet-stream",
        },
    }
}

pub(super) fn media_kind(media_type: &str) -> MediaKind {
    match media_type.split_once('/').map(|(class, _)| class) {
        Some("image") => MediaKind::Photo,
        Some("audio") => MediaKind::Audio,
        Some("video") => MediaKind::Video,
        _ => MediaKind::Other,
    }
}

impl Phone {
    /// Captures bytes that are in memory; acknowledged and durable when this returns. A photograph gets its thumbnail
    /// afterwards, by [`Phone::make_thumbnail`].
    ///
    /// # Errors
    /// [`PhoneError::Refused`] outside an open session; [`PhoneError::Capture`], the caller still has the bytes.
    pub fn capture_bytes(&mut self, bytes: &[u8], request: &CaptureRequest) -> Result<Sealed, PhoneError> {
        self.take(bytes, request, media_kind(&request.media_type), None)
    }

    /// Captures everything `source` gives, as a stream, in bounded memory.
    ///
    /// # Errors
    /// As [`Phone::capture_bytes`]; [`PhoneError::Source`] when the source fails: what came before is kept.
    pub fn capture_stream(
        &mut self,
        source: &mut dyn Read,
        request: &CaptureRequest,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Sealed, PhoneError> {
        let mut recording = self.start_recording(request)?;
        let mut buffer = vec![0; READ_BYTES];
        let mut done_bytes = 0u64;
        let failed = loop {
            match source.read(&mut buffer) {
                Ok(0) => break None,
                Ok(read) => {
                    if self.record(&mut recording, &buffer[..read]).is_err() {
                        break None;
                    }
                    done_bytes += read as u64;
                    progress(done_bytes);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        let captured = self.finish_recording(recording)?;
        failed.map_or(Ok(captured), |error| Err(PhoneError::Source(error)))
    }

    /// Begins a recording; when this returns, the first byte may come.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] outside an open session; [`PhoneError::Capture`], no item exists then.
    pub fn start_recording(&mut self, request: &CaptureRequest) -> Result<Recording, PhoneError> {
        let kind = media_kind(&request.media_type);
        let capture = self.with_begin(request, kind, None, |phone, begin| {
            Ok(Capture::begin(&mut phone.vault, &phone.ports, begin)?)
        })?;
        let clock = Arc::clone(&self.ports.clock);
        let last_tick_ms = clock.read().mono_ms;
        Ok(Recording { capture, clock, last_tick_ms, unticked_bytes: 0, acked_bytes: 0 })
    }

    /// Takes the next bytes of a recording and, when it is time, makes them survive a crash.
    ///
    /// # Errors
    /// [`PhoneError::Capture`]: finish the recording then, and start another.
    pub fn record(&mut self, recording: &mut Recording, bytes: &[u8]) -> Result<(), PhoneError> {
        recording.push(bytes)
    }

    /// Makes everything recorded so far survive a crash; returns its length in bytes. To be called at least every
    /// 250 ms while nothing arrives.
    ///
    /// # Errors
    /// As [`Phone::record`].
    pub fn tick_recording(&mut self, recording: &mut Recording) -> Result<u64, PhoneError> {
        recording.tick()
    }

    /// Ends a recording. When the storage had failed, the item is closed with everything that is durable, and a gap
    /// is recorded. Whoever came back to it after [`super::LOCK_AFTER_MS`] or more is signed out once it is sealed.
    ///
    /// # Errors
    /// [`PhoneError::Capture`] when it cannot be closed now: it will be when the phone is opened next.
    pub fn finish_recording(&mut self, recording: Recording) -> Result<Sealed, PhoneError> {
        let ended = self.seal_recording(recording);
        self.settle_after_recording();
        ended
    }

    fn seal_recording(&mut self, recording: Recording) -> Result<Sealed, PhoneError> {
        let started_ms = self.now_ms()?;
        let stamp = self.stamp()?;
        let sealed = recording.capture.finish(&mut self.vault, stamp)?;
        if sealed.cause != CloseCause::Finished {
            self.note_interruption(sealed.cause, started_ms)?;
        }
        Ok(sealed)
    }

    fn note_interruption(&mut self, cause: CloseCause, from_ms: i64) -> Result<(), PhoneError> {
        let (reason, explanation) = match cause {
            CloseCause::StorageFull => (GapReason::StorageFull, "存储空间不足，录制中断"),
            _ => (GapReason::DeviceFault, "存储读写错误，录制中断"),
        };
        self.write(Kind::GapRecorded(GapRecorded {
            from_ms,
            to_ms: self.now_ms()?.max(from_ms),
            reason,
            explanation: explanation.to_owned(),
            items: Vec::new(),
            documents: Vec::new(),
            reporter: "system".to_owned(),
        }))?;
        Ok(())
    }

    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        request: &CaptureRequest,
        media: MediaKind,
        derived_from: Option<ItemId>,
    ) -> Result<Sealed, PhoneError> {
        self.with_begin(request, media, derived_from, |phone, begin| {
            Ok(capture::take_photo(&mut phone.vault, &phone.ports, begin, bytes)?)
        })
    }

    fn with_begin<T>(
        &mut self,
        request: &CaptureRequest,
        media: MediaKind,
        derived_from: Option<ItemId>,
        run: impl FnOnce(&mut Self, &BeginCapture<'_>) -> Result<T, PhoneError>,
    ) -> Result<T, PhoneError> {
        let view = self.current()?;
        view.check(Action::Capture { source: request.source })?;
        let known = self.enrolment()?;
        let recipients = known.recipients.recipients();
        let source_no = request.source_no.clone().unwrap_or(known.enrolment.device_no);
        let begin = BeginCapture {
            session: Some(view.session),
            media,
            source: request.source,
            source_no: &source_no,
            media_type: &request.media_type,
            original_name: request.original_name.as_deref(),
            label: request.label.as_deref(),
            derived_from,
            recipients: &recipients,
            epoch: i64::from(known.recipients.epoch),
            stamp: self.stamp()?,
        };
        run(self, &begin)
    }
}

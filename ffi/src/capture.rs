//! Capturing: what the phone's camera and microphone give, in chunks.

use crate::{
    core::Core,
    failure::CoreFailure,
    runtime::{check_chunk, handle, run},
    view::{
        capture::{CaptureView, RecordingStatus},
        item::ItemLine,
    },
};
use liuhen_core::{
    capture::TICK_MS,
    phone::{CaptureRequest, Desk, HeldPhoto, LiveRecording},
};
use liuhen_record::kind::MediaSource;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// What makes the media.
pub type CaptureSource = MediaSource;

/// What makes the media.
#[uniffi::remote(Enum)]
pub enum CaptureSource {
    /// This phone.
    Phone,
    /// A body recorder.
    Recorder,
    /// A camera.
    Camera,
    /// A camcorder.
    Camcorder,
    /// A camera that hangs somewhere.
    FixedCamera,
}

/// What is captured.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CaptureGiven {
    /// IANA media type of the bytes.
    pub media_type: String,
    /// What makes them.
    pub source: CaptureSource,
    /// The bureau's number of that; this phone's when absent.
    pub source_no: Option<String>,
    /// Name of the file they come from.
    pub original_name: Option<String>,
    /// What the officer calls it.
    pub label: Option<String>,
    /// What the encoder is set to, bytes a second, for the forecast.
    pub bytes_per_sec: Option<u64>,
}

impl From<CaptureGiven> for CaptureRequest {
    fn from(given: CaptureGiven) -> Self {
        let CaptureGiven { media_type, source, source_no, original_name, label, .. } = given;
        Self { source, source_no, media_type, original_name, label }
    }
}

/// A photograph that arrives in memory. Nothing exists of it before it is sealed.
#[derive(uniffi::Object)]
pub struct PhotoCapture {
    desk: Arc<Desk>,
    photo: Arc<HeldPhoto>,
}

#[uniffi::export]
impl PhotoCapture {
    /// Takes the next bytes, at most 1 MiB.
    pub async fn add(&self, chunk: Vec<u8>) -> Result<(), CoreFailure> {
        check_chunk(&chunk)?;
        let photo = Arc::clone(&self.photo);
        run(move || photo.add(&chunk)).await
    }

    /// Seals it: durable when this returns. When it fails, what was added is still here and sealing can be tried again.
    pub async fn seal(&self) -> Result<ItemLine, CoreFailure> {
        let (desk, photo) = (Arc::clone(&self.desk), Arc::clone(&self.photo));
        run(move || desk.with(|phone| photo.seal(phone))).await
    }

    /// Forgets it.
    pub fn discard(&self) {
        self.photo.discard();
    }
}

/// A recording under way. Closing it without `finish` leaves the item for recovery.
#[derive(uniffi::Object)]
pub struct RecordingCapture {
    desk: Arc<Desk>,
    recording: Arc<LiveRecording>,
}

#[uniffi::export]
impl RecordingCapture {
    /// Takes the next bytes, at most 1 MiB, and how loud it is, 0 to 1000.
    pub async fn push(&self, chunk: Vec<u8>, level_permille: Option<u32>) -> Result<(), CoreFailure> {
        check_chunk(&chunk)?;
        let recording = Arc::clone(&self.recording);
        run(move || recording.push(&chunk, level_permille)).await
    }

    /// The recording now; touches no storage.
    pub fn status(&self) -> RecordingStatus {
        self.recording.status()
    }

    /// Ends it: sealed and durable when this returns.
    pub async fn finish(&self) -> Result<ItemLine, CoreFailure> {
        let (desk, recording) = (Arc::clone(&self.desk), Arc::clone(&self.recording));
        run(move || {
            let sealed = recording.finish(&desk)?;
            desk.with(|phone| phone.line_of(sealed.item))
        })
        .await
    }
}

impl Drop for RecordingCapture {
    fn drop(&mut self) {
        // Whatever of the core's threads still has it writes no more: the vault can be put away at once.
        self.recording.let_go();
    }
}

/// Makes what arrived survive a crash, as long as the recording lives.
async fn keep_safe(recording: Arc<LiveRecording>) {
    let mut every = tokio::time::interval(Duration::from_millis(TICK_MS));
    let recording = {
        let weak = Arc::downgrade(&recording);
        drop(recording);
        weak
    };
    loop {
        every.tick().await;
        let Some(recording) = recording.upgrade() else { return };
        if !matches!(run(move || Ok(recording.tick())).await, Ok(true)) {
            return;
        }
    }
}

#[uniffi::export]
impl Core {
    /// The capture screen before it captures.
    pub async fn capture_screen(&self) -> Result<CaptureView, CoreFailure> {
        self.with(|phone| phone.capture_view()).await
    }

    /// Begins a photograph that comes in memory.
    pub async fn begin_photo(&self, request: CaptureGiven) -> Result<Arc<PhotoCapture>, CoreFailure> {
        let photo = self.with(move |phone| phone.begin_photo(request.into())).await?;
        Ok(Arc::new(PhotoCapture { desk: Arc::clone(&self.desk), photo: Arc::new(photo) }))
    }

    /// Begins a recording; when this returns, the first byte may come.
    pub async fn begin_recording(&self, request: CaptureGiven) -> Result<Arc<RecordingCapture>, CoreFailure> {
        let rate = request.bytes_per_sec;
        let recording = Arc::new(self.with(move |phone| phone.start_live(&request.into(), rate)).await?);
        handle()?.spawn(keep_safe(Arc::clone(&recording)));
        Ok(Arc::new(RecordingCapture { desk: Arc::clone(&self.desk), recording }))
    }

    /// Captures a file of the app's own, as a stream.
    pub async fn capture_file(&self, path: String, request: CaptureGiven) -> Result<ItemLine, CoreFailure> {
        self.with(move |phone| phone.capture_path(&PathBuf::from(path), &request.into())).await
    }
}

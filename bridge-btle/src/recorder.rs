//! The questions that a phone asks a recorder, whatever radio or cable carries them.

use crate::{FileList, RecorderIdentity};

/// The memory card of a recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardState {
    /// Fit for use.
    Ready,
    /// No space is left.
    Full,
    /// No card is in.
    Absent,
    /// It cannot be read or written.
    Damaged,
}

/// A recorder as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderState {
    /// Battery, percent, 0 to 100.
    pub battery_percent: u8,
    /// Free space on its card, bytes.
    pub free_bytes: u64,
    /// The card.
    pub card: CardState,
    /// Its clock, Unix milliseconds: a claim, see [`crate::clock`].
    pub clock_ms: i64,
    /// Name of the file being recorded, while recording.
    pub recording: Option<String>,
}

/// Something the recorder did, by its own clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// When, by the recorder's clock, Unix milliseconds.
    pub recorder_ms: i64,
    /// The file concerned.
    pub file: String,
}

/// Why a recorder did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecorderError {
    /// No answer: out of range, off, or its battery is empty. What it does is unknown until it is found.
    #[error("the recorder does not answer")]
    OutOfReach,
    /// Start was asked while it records.
    #[error("the recorder is recording already")]
    AlreadyRecording,
    /// Stop or mark was asked while it does not record.
    #[error("the recorder is not recording")]
    NotRecording,
    /// Its card is full, absent or damaged.
    #[error("the recorder's card cannot be written")]
    NoCard,
    /// It answered with something that is not an answer.
    #[error("the recorder's answer is malformed: {0}")]
    Malformed(&'static str),
}

/// A paired recorder. Calls block until it answers or the driver gives up; every failure is a
/// [`RecorderError`], and none of them may hold up the phone's own capture.
pub trait Recorder: Send {
    /// What it says of itself.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`], [`RecorderError::Malformed`].
    fn identity(&mut self) -> Result<RecorderIdentity, RecorderError>;

    /// How it is now.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`], [`RecorderError::Malformed`].
    fn state(&mut self) -> Result<RecorderState, RecorderError>;

    /// Sets its clock to `utc_ms`, Unix milliseconds. Measure before and after: recorders keep whole seconds.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`].
    fn set_clock(&mut self, utc_ms: i64) -> Result<(), RecorderError>;

    /// Begins recording.
    ///
    /// # Errors
    /// [`RecorderError::AlreadyRecording`], [`RecorderError::NoCard`], [`RecorderError::OutOfReach`].
    fn start(&mut self) -> Result<Moment, RecorderError>;

    /// Ends recording.
    ///
    /// # Errors
    /// [`RecorderError::NotRecording`], [`RecorderError::OutOfReach`].
    fn stop(&mut self) -> Result<Moment, RecorderError>;

    /// Marks this moment as important (重点标记).
    ///
    /// # Errors
    /// [`RecorderError::NotRecording`], [`RecorderError::OutOfReach`].
    fn mark(&mut self) -> Result<Moment, RecorderError>;

    /// The files that it holds, closed ones only, in the order of recording.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`], [`RecorderError::Malformed`].
    fn list_files(&mut self) -> Result<FileList, RecorderError>;
}

//! The questions that a phone asks a recorder, whatever radio or cable carries them.

use crate::{FileList, IdentityProof, RecorderIdentity};
use std::{future::Future, pin::Pin};

/// What a recorder is asked for, once it has answered. `Send`, boxed and without a runtime: whoever has one polls it.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, RecorderError>> + Send + 'a>>;

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

/// A recording that is going on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// Name of the file, when the recorder tells it before the file is closed.
    pub file: Option<String>,
    /// How long it has been going on, seconds, when the recorder tells.
    pub elapsed_secs: Option<u32>,
}

/// A recorder as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecorderState {
    /// Battery, percent, 0 to 100.
    pub battery_percent: u8,
    /// Whether it is being charged, when it tells.
    pub charging: Option<bool>,
    /// Free space on its card, bytes.
    pub free_bytes: u64,
    /// How long that space lasts by its own reckoning, seconds, when it tells.
    pub remaining_secs: Option<u32>,
    /// The card.
    pub card: CardState,
    /// The recording, while it records.
    pub recording: Option<Recording>,
    /// Whether it says that it is too hot to go on.
    pub overheated: bool,
}

/// The recorder's clock as it told it: a claim, see [`crate::clock::measure`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockTold {
    /// Unix milliseconds; the true reading lies in `utc_ms .. utc_ms + resolution_ms`.
    pub utc_ms: i64,
    /// What the answer is rounded down to, milliseconds: 1000 for a clock that tells whole seconds.
    pub resolution_ms: u32,
}

/// Something the recorder did, by its own clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// When, by the recorder's clock, Unix milliseconds, when it tells.
    pub recorder_ms: Option<i64>,
    /// The file concerned, when it tells.
    pub file: Option<String>,
}

/// What a recorder's list of files is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListSupport {
    /// No list over this protocol: files can only be matched when they are imported.
    None,
    /// Names and lengths, no digests.
    Names,
    /// Names, lengths and SHA-256 of every closed file.
    Digests,
}

/// What a driver can do with a recorder. The app shows what is missing; asking for it is
/// [`RecorderError::Unsupported`].
#[expect(clippy::struct_excessive_bools, reason = "a list of independent yes and no, shown one by one")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The protocol, for people: `Liuhen Recorder Profile 1`, `Open GoPro 2.0`.
    pub protocol: &'static str,
    /// [`Recorder::clock`] and [`Recorder::set_clock`].
    pub clock: bool,
    /// [`Recorder::start`] and [`Recorder::stop`].
    pub control: bool,
    /// [`Recorder::mark`].
    pub mark: bool,
    /// [`Recorder::list_files`].
    pub list: ListSupport,
    /// Whether its identity carries the officer and unit that are configured in it (`ZFY_INFO`).
    pub configured_officer: bool,
    /// [`Recorder::prove`].
    pub proof: bool,
}

/// Why a recorder did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecorderError {
    /// No answer: out of range, off, or its battery is empty. What it does is unknown until it is found.
    #[error("the recorder does not answer")]
    OutOfReach,
    /// The phone's own radio is off or forbidden to the app.
    #[error("the radio is off")]
    RadioOff,
    /// It demands a pairing that was refused, does not exist, or that it has forgotten.
    #[error("the recorder is not paired")]
    NotPaired,
    /// After a reconnection somebody else answered: another serial number or another key. An alarm, not a fault.
    #[error("another recorder answers in its place")]
    Replaced,
    /// Start was asked while it records.
    #[error("the recorder is recording already")]
    AlreadyRecording,
    /// Stop or mark was asked while it does not record.
    #[error("the recorder is not recording")]
    NotRecording,
    /// Its card is full, absent or damaged.
    #[error("the recorder's card cannot be written")]
    NoCard,
    /// It is busy and stayed so.
    #[error("the recorder is busy")]
    Busy,
    /// Its battery is too low for that.
    #[error("the recorder's battery is too low")]
    BatteryLow,
    /// The protocol or this model has no such thing; see [`Capabilities`].
    #[error("the recorder cannot do that: {0}")]
    Unsupported(&'static str),
    /// It refused, with a code of its protocol.
    #[error("the recorder refused with code {0:#04x}")]
    Refused(u8),
    /// Its list of files kept changing while it was read.
    #[error("the recorder's list changed while it was read")]
    ListChanged,
    /// Its list of files did not get through: too much was lost on the way.
    #[error("{got_bytes} of {total_bytes} bytes of the recorder's list got through")]
    ListIncomplete {
        /// What arrived, bytes.
        got_bytes: u32,
        /// The whole list, bytes.
        total_bytes: u32,
    },
    /// It answered with something that is not an answer.
    #[error("the recorder's answer is malformed: {0}")]
    Malformed(&'static str),
}

/// A paired recorder. Every failure is a [`RecorderError`] within bounded time, and none of them may hold up the
/// phone's own capture. Dropping an answer before it is ready abandons the question, not the recorder.
pub trait Recorder: Send {
    /// What can be asked of it.
    fn capabilities(&self) -> Capabilities;

    /// What it says of itself.
    ///
    /// # Errors
    /// [`RecorderError::OutOfReach`], [`RecorderError::NotPaired`], [`RecorderError::Malformed`].
    fn identity(&mut self) -> Answer<'_, RecorderIdentity>;

    /// Proves that it holds the key that goes with its identity. `nonce` is fresh and random.
    ///
    /// # Errors
    /// As [`Recorder::identity`], and [`RecorderError::Unsupported`].
    fn prove(&mut self, nonce: [u8; 32]) -> Answer<'_, IdentityProof>;

    /// How it is now.
    ///
    /// # Errors
    /// As [`Recorder::identity`].
    fn state(&mut self) -> Answer<'_, RecorderState>;

    /// What its clock shows.
    ///
    /// # Errors
    /// As [`Recorder::identity`], and [`RecorderError::Unsupported`].
    fn clock(&mut self) -> Answer<'_, ClockTold>;

    /// Sets its clock to `utc_ms`, Unix milliseconds. Measure before and after: recorders keep whole seconds.
    ///
    /// # Errors
    /// As [`Recorder::clock`], and [`RecorderError::AlreadyRecording`] where a file must have one clock.
    fn set_clock(&mut self, utc_ms: i64) -> Answer<'_, ()>;

    /// Begins recording.
    ///
    /// # Errors
    /// [`RecorderError::AlreadyRecording`], [`RecorderError::NoCard`], and as [`Recorder::clock`].
    fn start(&mut self) -> Answer<'_, Moment>;

    /// Ends recording.
    ///
    /// # Errors
    /// [`RecorderError::NotRecording`], and as [`Recorder::clock`].
    fn stop(&mut self) -> Answer<'_, Moment>;

    /// Marks this moment as important (重点标记).
    ///
    /// # Errors
    /// [`RecorderError::NotRecording`], and as [`Recorder::clock`].
    fn mark(&mut self) -> Answer<'_, Moment>;

    /// The files that it holds, closed ones only, in the order of recording: whole and as the recorder digested it,
    /// or not at all. Pages, holes and repetitions are the driver's affair.
    ///
    /// # Errors
    /// [`RecorderError::ListChanged`], [`RecorderError::ListIncomplete`], [`RecorderError::Malformed`], and as
    /// [`Recorder::clock`].
    fn list_files(&mut self) -> Answer<'_, FileList>;
}

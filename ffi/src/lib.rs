//! # liuhen-ffi 留痕：the membrane
//!
//! What a shell in Kotlin, Swift or Python sees of the phone. This is the only room that knows UniFFI; it decides
//! nothing: every function takes what it was given to a verb of [`liuhen_core::phone`] and brings back what that said.
//!
//! The rules of the membrane:
//! * data crosses as owned snapshots ([`view`]), one for each screen, with sentences finished in both languages;
//! * objects exist only where there is identity: [`Core`], a capture under way, an item being read, a job, a recorder;
//! * the phone's hardware is behind the traits of [`port`], which the shell implements;
//! * every function that can fail gives a [`CoreFailure`]; a panic of the core and an unknown exception of the shell
//!   become one, too;
//! * nothing runs on the caller's thread: all work is done by the core's own ([`runtime`]);
//! * what takes long can be stopped by its `cancel`; what comes bit by bit is asked for by `next`, which ends with
//!   nothing; the core never calls a shell but through the ports;
//! * media passes in chunks of at most 1 MiB.
#![forbid(unsafe_code)]
#![allow(clippy::needless_pass_by_value, reason = "what crosses the membrane arrives by value")]

mod capture;
mod card;
mod core;
mod failure;
mod flow;
mod footage;
mod item;
mod paper;
mod party;
mod planted;
pub mod port;
mod recorder;
mod runtime;
mod sync;
mod transfer;
pub mod view;

pub use capture::{CaptureGiven, CaptureSource, PhotoCapture, RecordingCapture};
pub use card::{ImportJob, ImportProgress, SupervisorGiven};
pub use core::{
    Core, CoreConfig, EnrolRequest, PhonePorts, StartReport, core_version, open_core, read_invitation,
};
pub use failure::{CoreFailure, FailureKind, PlatformFailure};
pub use flow::{CheckRequest, OpenSessionRequest, OverrideGiven, RecorderState};
pub use footage::AssignGiven;
pub use item::ItemReader;
pub use party::{PadView, RefusalGiven, SignView, Stroke, StrokePoint, WitnessGiven};
pub use planted::PlantedPanic;
pub use recorder::{FoundRecorder, IssueGiven, RecorderConnection, RecorderIdentityView, ReturnGiven};
pub use sync::{SyncGiven, SyncJob, SyncOutcomeView, SyncProgress};
pub use transfer::TransferAnswer;

uniffi::setup_scaffolding!("liuhen");

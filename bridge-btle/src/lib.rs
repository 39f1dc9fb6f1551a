//! # liuhen-btle 记录仪：body-worn recorders
//!
//! What the phone needs to know of a body-worn recorder (执法记录仪), and how it is asked. This crate owns the
//! words ([`RecorderIdentity`], [`RecorderState`], [`FileList`]), the questions ([`Recorder`]) and the place
//! where a radio will be plugged in ([`BleLink`]). It refuses the vault, the ledger and any platform code: what
//! is heard here becomes a record in `liuhen-core`.
//!
//! **What is here today:** the traits, the types, the measurement of a recorder's clock
//! ([`clock::measure`]) and a [`SimulatedRecorder`] for the demo and the tests. **What is not:** no driver
//! speaks to a real recorder and nothing implements [`BleLink`] yet.
//!
//! ```
//! use liuhen_btle::{Recorder, SimulatedRecorder, clock};
//! let phone_ms = || 1_764_000_000_000;
//! let mut recorder = SimulatedRecorder::new(7, Box::new(phone_ms));
//! recorder.set_clock(phone_ms())?;
//! assert!(clock::measure(&mut recorder, phone_ms)?.offset_ms.abs() < 1_000);
//! recorder.start()?;
//! recorder.stop()?;
//! assert_eq!(recorder.list_files()?.files().len(), 1);
//! # Ok::<(), liuhen_btle::RecorderError>(())
//! ```
#![forbid(unsafe_code)]

pub mod clock;
mod files;
mod identity;
pub mod link;
mod recorder;
mod simulated;

pub use files::{FileList, FileListError, RecorderFile};
pub use identity::{IdentityError, RecorderIdentity};
pub use link::{BleLink, LinkError, LinkEvent, Uuid};
pub use recorder::{CardState, Moment, Recorder, RecorderError, RecorderState};
pub use simulated::{SimulatedRecorder, Simulation};

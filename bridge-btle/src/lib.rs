//! # liuhen-btle 记录仪：body-worn recorders
//!
//! What the phone needs to know of a body-worn recorder (执法记录仪), and how it is asked. This crate owns the
//! words ([`RecorderIdentity`], [`RecorderState`], [`FileList`]), the questions ([`Recorder`]) and the place
//! where a radio is plugged in ([`BleLink`]); the drivers between them are [`profile`] (makers' recorders, by
//! spec/recorder-profile.md) and [`gopro`], chosen by [`driver`]. It refuses the vault, the ledger and any platform code: what
//! is heard here becomes a record in `liuhen-core`. It has no runtime: every answer is a future that anybody may
//! poll, and time comes through [`Clock`].
//!
//! ```
//! use futures_util::FutureExt; // the simulated recorder answers at once
//! use liuhen_btle::{Recorder, SimulatedRecorder, clock};
//! let phone_ms = || 1_764_000_000_000;
//! let mut recorder = SimulatedRecorder::new(7, Box::new(phone_ms));
//! let set = clock::set(&mut recorder, phone_ms).now_or_never().unwrap()?;
//! assert!(set.before.offset_ms > 4_000 && set.after.offset_ms.abs() < 1_000);
//! recorder.start().now_or_never().unwrap()?;
//! recorder.stop().now_or_never().unwrap()?;
//! assert_eq!(recorder.list_files().now_or_never().unwrap()?.files().len(), 1);
//! # Ok::<(), liuhen_btle::RecorderError>(())
//! ```
#![forbid(unsafe_code)]

pub mod clock;
#[cfg(feature = "desktop")]
pub mod desktop;
pub mod driver;
#[cfg(feature = "far")]
pub mod far;
pub mod fault;
mod files;
pub mod gopro;
mod identity;
pub mod inbox;
pub mod link;
pub mod profile;
mod recorder;
pub mod session;
mod simulated;

pub use clock::Clock;
pub use files::{FileList, FileListError, RecorderFile};
pub use identity::{IdentityError, IdentityProof, RecorderIdentity};
pub use link::{
    BleLink, BondState, Characteristic, DisconnectReason, Found, LinkAnswer, LinkError, LinkEvent,
    LinkListener, PeerId, Properties, Uuid, UuidError,
};
pub use recorder::{
    Answer, Capabilities, CardState, ClockTold, ListSupport, Moment, Recorder, RecorderError, RecorderState,
    Recording,
};
pub use simulated::{SimulatedRecorder, Simulation};

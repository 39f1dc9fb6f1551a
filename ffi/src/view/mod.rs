//! What crosses the membrane as data: owned snapshots. Each is a type of the core, mirrored field by field, so that a
//! field that is renamed or forgotten does not compile.

pub mod capture;
pub mod enrol;
pub mod footage;
pub mod item;
pub mod open;
pub mod paper;
pub mod recorder;
pub mod review;
pub mod session;
pub mod sheet;
pub mod sync;
pub mod today;
pub mod word;

//! Mirrors of what the core says for a screen: see the types of the same names in `liuhen_core::phone`.

use super::{
    session::{HoleLine, Suggestion},
    word::{Choice, Gate, Text},
};

/// Holes and why there may be some.
pub type GapSheetView = liuhen_core::phone::screen::GapSheetView;

/// Holes and why there may be some.
#[uniffi::remote(Record)]
pub struct GapSheetView {
    /// Holes that nobody explained.
    pub holes: Vec<HoleLine>,
    /// Reasons.
    pub reasons: Vec<Choice>,
    /// Whether one can be explained now.
    pub gate: Gate,
}

/// Circumstances of article 12.
pub type TriggerSheetView = liuhen_core::phone::screen::TriggerSheetView;

/// Circumstances of article 12.
#[uniffi::remote(Record)]
pub struct TriggerSheetView {
    /// All.
    pub triggers: Vec<Choice>,
    /// Those that the records point to.
    pub suggestions: Vec<Suggestion>,
    /// Those that were marked.
    pub marked: Vec<Text>,
    /// Whether one can be marked now.
    pub gate: Gate,
}

/// A device that can be out of order.
pub type DeviceLine = liuhen_core::phone::screen::DeviceLine;

/// A device that can be out of order.
#[uniffi::remote(Record)]
pub struct DeviceLine {
    /// The bureau's number.
    pub device_no: String,
    /// What it is.
    pub label: Text,
    /// Whether it is out of order.
    pub faulty: bool,
}

/// Devices that can be reported.
pub type FaultSheetView = liuhen_core::phone::screen::FaultSheetView;

/// Devices that can be reported.
#[uniffi::remote(Record)]
pub struct FaultSheetView {
    /// This phone first, then the recorders that are issued.
    pub devices: Vec<DeviceLine>,
}

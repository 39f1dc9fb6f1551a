//! Places without a location service.

use crate::ports::Location;
use liuhen_record::place::PlaceClaim;

/// The same claim every time: for tests, and for desktops whose place was entered by hand.
#[derive(Debug, Clone)]
pub struct FixedPlace(pub PlaceClaim);

impl Location for FixedPlace {
    fn place(&self) -> PlaceClaim {
        self.0.clone()
    }
}

/// No location service at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLocation;

impl Location for NoLocation {
    fn place(&self) -> PlaceClaim {
        PlaceClaim::Absent { reason: "off".to_owned() }
    }
}

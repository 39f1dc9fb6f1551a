//! Where the phone says it is.

use crate::failure::PlatformFailure;
use liuhen_core::ports::{self, graded};
use liuhen_record::place::{self, PlaceClaim};
use std::sync::Arc;

/// A position on WGS 84.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Position {
    /// Latitude, 1e-7 degrees.
    pub lat_e7: i64,
    /// Longitude, 1e-7 degrees.
    pub lon_e7: i64,
    /// Radius of 68 % confidence, centimetres.
    pub accuracy_cm: i64,
    /// When it was fixed by its own source, Unix milliseconds.
    pub fixed_at_ms: i64,
}

/// Why there is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum PlaceAbsent {
    /// The service is off.
    Off,
    /// No signal.
    NoSignal,
    /// No answer in time.
    Timeout,
    /// Nobody asked.
    NotAsked,
}

/// Where the phone says it is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Place {
    /// A position; the core calls it stale when it is old.
    Fixed {
        /// The position.
        position: Position,
    },
    /// The last known position.
    Stale {
        /// The position.
        position: Position,
        /// Its age, milliseconds.
        age_ms: i64,
    },
    /// The system says that a mock provider made it.
    Mock {
        /// The position.
        position: Position,
    },
    /// Access to the location was denied.
    Denied,
    /// No position could be had.
    Absent {
        /// Why.
        reason: PlaceAbsent,
    },
}

/// Asks the location service.
#[uniffi::export(with_foreign)]
pub trait Location: Send + Sync {
    /// The best claim available now, without waiting.
    fn place(&self) -> Result<Place, PlatformFailure>;
}

pub(crate) struct LocationPort {
    pub location: Arc<dyn Location>,
    pub clock: Arc<dyn ports::Clock>,
}

fn position(position: Position) -> place::Position {
    let Position { lat_e7, lon_e7, accuracy_cm, fixed_at_ms } = position;
    place::Position { lat_e7, lon_e7, accuracy_cm, fixed_at_ms }
}

fn absent(reason: PlaceAbsent) -> PlaceClaim {
    let reason = match reason {
        PlaceAbsent::Off => "off",
        PlaceAbsent::NoSignal => "no_signal",
        PlaceAbsent::Timeout => "timeout",
        PlaceAbsent::NotAsked => "not_asked",
    };
    PlaceClaim::Absent { reason: reason.to_owned() }
}

impl ports::Location for LocationPort {
    fn place(&self) -> PlaceClaim {
        let claim = match self.location.place() {
            Ok(Place::Fixed { position: at }) => PlaceClaim::Fixed(position(at)),
            Ok(Place::Stale { position: at, age_ms }) => PlaceClaim::Stale { position: position(at), age_ms },
            Ok(Place::Mock { position: at }) => PlaceClaim::Mock(position(at)),
            Ok(Place::Denied) => PlaceClaim::Denied,
            Ok(Place::Absent { reason }) => absent(reason),
            Err(_) => absent(PlaceAbsent::NoSignal),
        };
        graded(claim, self.clock.read().wall_ms)
    }
}

//! Place claims: what the phone's location service said, graded by kind. Never proof of presence.

use serde::{Deserialize, Serialize};

/// A position on WGS 84.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Latitude in 1e-7 degrees.
    pub lat_e7: i64,
    /// Longitude in 1e-7 degrees.
    pub lon_e7: i64,
    /// Radius of 68 % confidence, centimetres.
    pub accuracy_cm: i64,
    /// When the position was fixed by its own source, Unix milliseconds.
    pub fixed_at_ms: i64,
}

/// Where a record claims to have been written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum PlaceClaim {
    /// A fresh position.
    Fixed(Position),
    /// The last known position, too old to be called fresh.
    Stale {
        /// The old position.
        #[serde(flatten)]
        position: Position,
        /// Its age, milliseconds.
        age_ms: i64,
    },
    /// The system says that a mock provider supplied the position; kept and shown as such.
    Mock(Position),
    /// The officer or the system denied access to the location.
    Denied,
    /// No position could be had, and why.
    Absent {
        /// `off`, `no_signal`, `timeout` or `not_asked`.
        reason: String,
    },
}

/// A position older than this is stale, milliseconds.
pub const FRESH_FOR_MS: i64 = 120_000;

impl PlaceClaim {
    /// Whether numbers are within the globe.
    pub fn is_possible(&self) -> bool {
        match self {
            Self::Fixed(p) | Self::Mock(p) | Self::Stale { position: p, .. } => {
                p.lat_e7.abs() <= 900_000_000 && p.lon_e7.abs() <= 1_800_000_000 && p.accuracy_cm >= 0
            }
            Self::Denied | Self::Absent { .. } => true,
        }
    }
}

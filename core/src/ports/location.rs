//! Where the phone says it is.

use liuhen_record::place::PlaceClaim;

/// Asks the location service.
pub trait Location: Send + Sync {
    /// The best claim available now, without waiting.
    fn place(&self) -> PlaceClaim;
}

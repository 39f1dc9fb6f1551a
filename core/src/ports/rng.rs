//! Randomness.

/// A source of cryptographically secure random bytes.
pub trait Rng: Send + Sync {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// When the system cannot supply randomness; nothing may be sealed then.
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()>;
}

//! Randomness from the operating system.

use crate::ports::Rng;
use ring::rand::{SecureRandom, SystemRandom};
use std::{fmt, io};

/// The operating system's random source, by way of *ring*.
#[derive(Clone)]
pub struct SystemRng(SystemRandom);

impl SystemRng {
    /// Ready for use.
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemRng {
    fn default() -> Self {
        Self::new()
    }
}

impl Rng for SystemRng {
    fn fill(&self, bytes: &mut [u8]) -> io::Result<()> {
        self.0.fill(bytes).map_err(|_| io::Error::other("no randomness"))
    }
}

impl fmt::Debug for SystemRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemRng")
    }
}

//! Randomness that a seed brings back.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use tokio::runtime::Builder;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The sequence of one seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// Sequence number `n` of one seed: what was drawn from another does not shift it.
    pub fn nth(seed: u64, n: u64) -> Self {
        Self::new(Self::new(seed).next_u64() ^ n)
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { self.next_u64() % bound }
    }

    /// True `times` times in `of`.
    pub fn chance(&mut self, times: u64, of: u64) -> bool {
        self.below(of) < times
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// The seeds to run: the one of the environment variable `LIUHEN_SEED`, or 1 to `many`.
pub fn seeds(many: u64) -> Vec<u64> {
    match number_from("LIUHEN_SEED") {
        Some(seed) => vec![seed],
        None => (1..=many).collect(),
    }
}

/// Plays one seed on a runtime of its own; when it panics, whatever it says itself, the seed is named.
pub fn play_alone<T>(seed: u64, play: impl Future<Output = T>) -> T {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(play))).unwrap_or_else(|panic| {
        eprintln!("seed {seed} failed; LIUHEN_SEED={seed} plays it again");
        resume_unwind(panic)
    })
}

/// A number from the environment.
pub fn number_from(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

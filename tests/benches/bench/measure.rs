//! Samples and how they are taken.

use crate::Outcome;
use std::time::{Duration, Instant};

/// Measured times, shortest first.
#[derive(Debug, Clone)]
pub struct Samples(Vec<Duration>);

impl Samples {
    /// Takes times in any order.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The time that `percent` of the samples do not exceed; zero of none.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).clamp(1, self.0.len().max(1));
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// The middle.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// `median (shortest–longest)`.
    pub fn text(&self) -> String {
        let (first, last) = (self.percentile(1), self.percentile(100));
        format!("{} ({}–{})", spoken(self.median()), spoken(first), spoken(last))
    }

    /// Milliseconds of each.
    pub fn ms(&self) -> Vec<f64> {
        self.0.iter().map(|time| time.as_secs_f64() * 1e3).collect()
    }
}

/// A time with three digits.
pub fn spoken(time: Duration) -> String {
    let secs = time.as_secs_f64();
    let (value, unit) = match secs {
        secs if secs >= 1.0 => (secs, "s"),
        secs if secs >= 1e-3 => (secs * 1e3, "ms"),
        secs => (secs * 1e6, "µs"),
    };
    let digits = if value < 10.0 { 2 } else { usize::from(value < 100.0) };
    format!("{value:.digits$} {unit}")
}

/// How often the longer time holds the shorter.
pub fn ratio(numerator: Duration, denominator: Duration) -> f64 {
    numerator.as_secs_f64() / denominator.as_secs_f64().max(1e-12)
}

/// How long `work` takes, and its result.
pub fn timed<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(Duration, T)> {
    let started = Instant::now();
    let result = work()?;
    Ok((started.elapsed(), result))
}

/// Both sides in turn, A B A B …, after one pair that does not count. Each side measures itself, so that what it
/// tidies up is not counted.
pub fn interleaved(
    runs: usize,
    mut ours: impl FnMut() -> Outcome<Duration>,
    mut peer: impl FnMut() -> Outcome<Duration>,
) -> Outcome<(Samples, Samples)> {
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let times = (ours()?, peer()?);
        if run > 0 {
            our_times.push(times.0);
            peer_times.push(times.1);
        }
    }
    Ok((Samples::new(our_times), Samples::new(peer_times)))
}

/// Most memory that a process ever had resident (`VmHWM`), bytes. `pid` may be `self`.
pub fn peak_bytes(pid: &str) -> Outcome<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib << 10)
}

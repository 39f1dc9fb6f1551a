//! What can happen to a request, and the dice that choose.

use crate::random::Random;

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The connection is closed before the server sees anything.
    Drop,
    /// It waits before it goes on.
    Delay {
        /// For so long.
        ms: u64,
    },
    /// So much time passes on the clocks of phone and bureau while it is on its way, and none for who waits
    /// ([`super::FaultProxy::clocks`]): the phone's system held the program still.
    Suspend {
        /// Milliseconds.
        ms: u64,
    },
    /// It is held until the phone gives up waiting; then it reaches the server.
    Outlast,
    /// So many bytes of its body reach the server, then both connections break.
    TruncateRequest {
        /// Bytes that arrive.
        after_bytes: u64,
    },
    /// So many bytes of the answer's body reach the phone, then its connection breaks.
    TruncateAnswer {
        /// Bytes that arrive.
        after_bytes: u64,
    },
    /// The server does what was asked; the phone's connection breaks before the answer.
    LoseAnswer,
    /// The whole request reaches the server twice; the phone gets the second answer.
    Duplicate,
    /// The request goes its way, and once more, whole, after so many later requests.
    Replay {
        /// Later requests in between.
        after: u32,
    },
    /// The phone's connection breaks; the request reaches the server after so many later ones.
    Reorder {
        /// Later requests that overtake it.
        after: u32,
    },
    /// The phone's connection breaks in the middle of the body; the server's stays open, and the rest comes after so many
    /// later requests.
    Linger {
        /// Bytes that arrive before.
        at_bytes: u64,
        /// Later requests in between.
        after: u32,
    },
    /// Somebody on the way answers; the server sees nothing.
    Answer {
        /// HTTP status.
        status: u16,
        /// `Retry-After`, seconds.
        retry_after_secs: Option<u32>,
    },
    /// `Upload-Offset` in the answer is so much smaller than the server said.
    StaleOffset {
        /// Bytes less; never below 0.
        behind_bytes: u64,
    },
    /// One bit of the body is changed on its way to the server.
    FlipRequest {
        /// In this byte.
        at_bytes: u64,
    },
    /// One bit of the answer's body is changed.
    FlipAnswer {
        /// In this byte.
        at_bytes: u64,
    },
}

impl Fault {
    /// Every name.
    pub const NAMES: [&str; 16] = [
        "drop",
        "delay",
        "suspend",
        "outlast",
        "truncate_request",
        "truncate_answer",
        "lose_answer",
        "duplicate",
        "replay",
        "reorder",
        "linger",
        "answer",
        "answer_retry_after",
        "stale_offset",
        "flip_request",
        "flip_answer",
    ];

    /// Its name, as [`super::Seen::happened`] counts it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Delay { .. } => "delay",
            Self::Suspend { .. } => "suspend",
            Self::Outlast => "outlast",
            Self::TruncateRequest { .. } => "truncate_request",
            Self::TruncateAnswer { .. } => "truncate_answer",
            Self::LoseAnswer => "lose_answer",
            Self::Duplicate => "duplicate",
            Self::Replay { .. } => "replay",
            Self::Reorder { .. } => "reorder",
            Self::Linger { .. } => "linger",
            Self::Answer { retry_after_secs: None, .. } => "answer",
            Self::Answer { .. } => "answer_retry_after",
            Self::StaleOffset { .. } => "stale_offset",
            Self::FlipRequest { .. } => "flip_request",
            Self::FlipAnswer { .. } => "flip_answer",
        }
    }
}

/// A request on its way, as the dice see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// Its number, from 1.
    pub number: u64,
    /// `GET`, `PATCH`, …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Length of its body as announced, bytes.
    pub len_bytes: u64,
}

/// Dice that are thrown for each request: its number in the storm and the seed decide, not what was thrown before.
#[derive(Debug, Clone)]
pub struct Storm {
    seed: u64,
    /// Requests so far.
    thrown: u64,
    /// How many requests in a hundred meet a fault.
    per_cent: u64,
    /// Faults left; then the weather is fine.
    left: u32,
    /// Whether bytes may be changed on the way to the phone.
    flips_answers: bool,
}

impl Storm {
    /// At most `most` faults, met by `per_cent` of the requests.
    pub fn new(seed: u64, per_cent: u64, most: u32) -> Self {
        Self { seed, thrown: 0, per_cent, left: most, flips_answers: true }
    }

    /// No byte is changed on the way to the phone: without TLS a changed answer is a lie, and the phone says so.
    #[must_use]
    pub fn without_flipped_answers(mut self) -> Self {
        self.flips_answers = false;
        self
    }

    /// Faults that may still happen.
    pub fn left(&self) -> u32 {
        self.left
    }

    /// What happens to this request.
    pub fn throw(&mut self, passing: &Passing) -> Option<Fault> {
        let mut random = Random::nth(self.seed, self.thrown);
        self.thrown += 1;
        if self.left == 0 || !random.chance(self.per_cent, 100) {
            return None;
        }
        self.left -= 1;
        loop {
            let fault = one_of_all(&mut random, passing);
            let applies = match fault {
                Fault::TruncateRequest { .. } | Fault::FlipRequest { .. } | Fault::Linger { .. } => {
                    passing.len_bytes > 0
                }
                Fault::StaleOffset { .. } => passing.path.starts_with("/v1/uploads"),
                Fault::FlipAnswer { .. } => self.flips_answers,
                _ => true,
            };
            if applies {
                return Some(fault);
            }
        }
    }
}

fn one_of_all(random: &mut Random, passing: &Passing) -> Fault {
    // A body of JSON has a few hundred bytes; one of a piece up to 32 MiB.
    let inside = |random: &mut Random| random.below(passing.len_bytes);
    match random.below(15) {
        0 => Fault::Drop,
        1 => {
            let most_ms = random.pick(&[15, 150, 600]);
            Fault::Delay { ms: random.below(most_ms) }
        }
        2 => Fault::TruncateRequest { after_bytes: inside(random) },
        3 => Fault::TruncateAnswer { after_bytes: random.below(300) },
        4 => Fault::LoseAnswer,
        5 => Fault::Duplicate,
        6 => Fault::Replay { after: 1 + random.below(12) as u32 },
        7 => Fault::Reorder { after: 1 + random.below(6) as u32 },
        8 => Fault::Answer {
            status: random.pick(&[408, 429, 500, 502, 503, 504]),
            retry_after_secs: random.pick(&[None, None, Some(0), Some(1), Some(30)]),
        },
        9 => Fault::StaleOffset { behind_bytes: 1 + random.below(40_000) },
        10 => Fault::FlipRequest { at_bytes: inside(random) },
        11 => Fault::FlipAnswer { at_bytes: random.below(400) },
        // A challenge lives 2 minutes, a session 30.
        12 => Fault::Suspend { ms: random.below(40 * 60_000) },
        13 => Fault::Outlast,
        _ => Fault::Linger { at_bytes: inside(random), after: 1 + random.below(6) as u32 },
    }
}

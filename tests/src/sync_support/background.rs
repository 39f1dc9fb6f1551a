//! A simulator of the transfer service of a phone's system (a background `URLSession` of iOS), as it is described in
//! Apple's documentation and forum threads: it owns the transfers and goes on without the program; it repeats whole
//! requests from byte 0 with the same headers, in any order, sometimes twice at a time; it loses answers after they
//! were given; it delivers results when the program is launched again, perhaps twice; whoever ends the program by
//! force makes it forget everything; and each task that was created in the background waits twice as long as the one
//! before. What it does is drawn from a seed, so that a failing run can be replayed.

use super::wire::CutWire;
use liuhen_core::{
    ports::{Transport, TransportError},
    sync::{Task, TaskKey, TaskOutcome},
};
use std::{collections::BTreeMap, sync::Arc};

/// Wait before the first task that was created in the background, milliseconds; it doubles.
const FIRST_DELAY_MS: i64 = 60_000;
/// How often the system repeats a request that got no answer, before it tells the program.
const MOST_REPEATS: u32 = 3;

/// Numbers that look random and are the same for the same seed (xorshift64*, Vigna 2016).
pub struct Dice(u64);

impl Dice {
    /// Dice for a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) % end
    }

    /// True once in `times`.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

struct Transfer {
    task: Task,
    not_before_ms: i64,
    repeats: u32,
    has_waited: bool,
}

/// The service.
pub struct BackgroundSession {
    transport: Arc<dyn Transport>,
    /// The wire that it cuts; without one it does nothing worse than carry.
    wire: Option<Arc<CutWire>>,
    dice: Dice,
    transfers: Vec<Transfer>,
    results: Vec<(TaskKey, TaskOutcome)>,
    delay_ms: i64,
    requests: u64,
    happened: BTreeMap<&'static str, u64>,
}

impl BackgroundSession {
    /// What it does to transfers and results, as [`Self::happened`] counts it.
    pub const KINDS: [&str; 11] = [
        // A whole request again from byte 0, because no answer came to the one before.
        "repeated",
        // A request before one that was taken over earlier and might have gone too.
        "out_of_order",
        // A request whose time had not come when the service went on.
        "delayed",
        // A task that must wait longer than the first one created in the background.
        "delay_doubled",
        "two_at_once",
        "cut",
        "answer_lost",
        // Transfers or results that are gone with a program that was ended by force.
        "forgotten",
        "result_after_relaunch",
        "results_shuffled",
        "result_twice",
    ];

    /// A service that sends over `transport` through `wire`, which it cuts as it likes.
    pub fn new(transport: Arc<dyn Transport>, wire: Arc<CutWire>, seed: u64) -> Self {
        Self::made(transport, Some(wire), seed)
    }

    /// A service on a day on which nothing goes wrong: each request is sent once and answered.
    pub fn calm(transport: Arc<dyn Transport>) -> Self {
        Self::made(transport, None, 1)
    }

    fn made(transport: Arc<dyn Transport>, wire: Option<Arc<CutWire>>, seed: u64) -> Self {
        let dice = Dice::new(seed);
        let (transfers, results) = (Vec::new(), Vec::new());
        let (delay_ms, requests, happened) = (FIRST_DELAY_MS, 0, BTreeMap::new());
        Self { transport, wire, dice, transfers, results, delay_ms, requests, happened }
    }

    /// How often each of [`Self::KINDS`] happened.
    pub fn happened(&self) -> &BTreeMap<&'static str, u64> {
        &self.happened
    }

    fn count(&mut self, kind: &'static str, times: usize) {
        if times > 0 {
            *self.happened.entry(kind).or_default() += times as u64;
        }
    }

    /// Takes tasks over. Those created while the program is on the screen start at once and end the waiting.
    pub fn create(&mut self, tasks: Vec<Task>, in_foreground: bool, now_ms: i64) {
        if in_foreground {
            self.delay_ms = FIRST_DELAY_MS;
        }
        for task in tasks {
            let delay_ms = if in_foreground { 0 } else { self.delay_ms };
            if !in_foreground {
                self.count("delay_doubled", usize::from(delay_ms > FIRST_DELAY_MS));
                self.delay_ms = self.delay_ms.saturating_mul(2).min(24 * 3_600_000);
            }
            self.transfers.push(Transfer {
                task,
                not_before_ms: now_ms + delay_ms,
                repeats: 0,
                has_waited: false,
            });
        }
    }

    /// The tasks that it still has.
    pub fn running(&self) -> Vec<TaskKey> {
        self.transfers.iter().map(|transfer| transfer.task.key.clone()).collect()
    }

    /// Requests that reached the network.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Somebody swiped the program away: everything is forgotten, results too.
    pub fn force_quit(&mut self) {
        self.count("forgotten", self.transfers.len() + self.results.len());
        self.transfers.clear();
        self.results.clear();
    }

    /// The program was launched: the results since then, in any order, some of them twice.
    pub fn relaunch(&mut self) -> Vec<(TaskKey, TaskOutcome)> {
        let mut results = std::mem::take(&mut self.results);
        self.count("result_after_relaunch", results.len());
        let mut moved = 0;
        for index in (1..results.len()).rev() {
            let to = self.dice.below(index as u64 + 1) as usize;
            moved += usize::from(to != index);
            results.swap(index, to);
        }
        self.count("results_shuffled", moved);
        if let Some(first) = results.first().cloned()
            && self.dice.once_in(2)
        {
            self.count("result_twice", 1);
            results.push(first);
        }
        results
    }

    /// Goes on by itself for a while: up to `steps` requests of transfers whose time has come.
    pub async fn work(&mut self, steps: u64, now_ms: i64) {
        let mut began_to_wait = 0;
        for transfer in self.transfers.iter_mut().filter(|transfer| transfer.not_before_ms > now_ms) {
            began_to_wait += usize::from(!std::mem::replace(&mut transfer.has_waited, true));
        }
        self.count("delayed", began_to_wait);
        for _ in 0..steps {
            let ready: Vec<usize> =
                (0..self.transfers.len()).filter(|i| self.transfers[*i].not_before_ms <= now_ms).collect();
            if ready.is_empty() {
                return;
            }
            let chosen = ready[self.dice.below(ready.len() as u64) as usize];
            self.count("out_of_order", usize::from(chosen != ready[0]));
            self.step(chosen).await;
        }
    }

    async fn step(&mut self, chosen: usize) {
        let request = self.transfers[chosen].task.request.clone();
        let len_bytes = self.transfers[chosen].task.len_bytes;
        self.requests += 1;
        let Some(wire) = self.wire.clone() else {
            let outcome = match self.transport.send(request).await {
                Ok(answer) => TaskOutcome::Answered(answer),
                Err(error) => TaskOutcome::Unanswered(error),
            };
            return self.end(chosen, outcome);
        };
        self.count("repeated", usize::from(self.transfers[chosen].repeats > 0));
        if self.dice.once_in(4) {
            // Somewhere in the headers, the body or the answer.
            wire.cut_up_after(self.dice.below(len_bytes + 800));
        } else if self.dice.once_in(6) {
            wire.cut_down_after(self.dice.below(120));
        }
        let cuts_before = wire.cuts_left();
        let answer = if self.dice.once_in(5) {
            self.requests += 1;
            self.count("two_at_once", 1);
            let (first, second) =
                tokio::join!(self.transport.send(request.clone()), self.transport.send(request));
            if self.dice.once_in(2) { first } else { second }
        } else {
            self.transport.send(request).await
        };
        self.count("cut", cuts_before - wire.cuts_left());
        // The bureau answered and the answer was lost on the way to the service.
        let is_lost = self.dice.once_in(6);
        self.count("answer_lost", usize::from(is_lost && answer.is_ok()));
        let answer = if is_lost { Err(TransportError::Lost) } else { answer };
        match answer {
            Ok(answer) => self.end(chosen, TaskOutcome::Answered(answer)),
            Err(_) if self.transfers[chosen].repeats < MOST_REPEATS => self.transfers[chosen].repeats += 1,
            Err(error) => self.end(chosen, TaskOutcome::Unanswered(error)),
        }
    }

    fn end(&mut self, chosen: usize, outcome: TaskOutcome) {
        // In the order in which they were taken over, so that overtaking can be seen.
        let transfer = self.transfers.remove(chosen);
        self.results.push((transfer.task.key, outcome));
    }
}

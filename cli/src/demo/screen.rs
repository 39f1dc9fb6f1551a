//! What a person sees of the demo: numbered steps, what each did, and a short table at the end.

use crate::{lang::Lang, output::print_line};
use std::time::Instant;

/// The screen.
pub struct Screen {
    lang: Lang,
    step: u32,
    started: Instant,
}

impl Screen {
    /// An empty one.
    pub fn new(lang: Lang) -> Self {
        Self { lang, step: 0, started: Instant::now() }
    }

    /// The language spoken.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// A part of the story.
    pub fn part(&self, zh: &str, en: &str) {
        print_line(&format!("\n── {} ──", self.lang.pick(zh, en)));
    }

    /// A step that was done.
    pub fn done(&mut self, zh: &str, en: &str) {
        self.step += 1;
        print_line(&format!("{:>3}  ✓ {}", self.step, self.lang.pick(zh, en)));
    }

    /// Something that went wrong on purpose.
    pub fn broke(&mut self, zh: &str, en: &str) {
        self.step += 1;
        print_line(&format!("{:>3}  ✗ {}", self.step, self.lang.pick(zh, en)));
    }

    /// A remark to the step before.
    pub fn note(&self, zh: &str, en: &str) {
        print_line(&format!("       {}", self.lang.pick(zh, en)));
    }

    /// A row of the table.
    pub fn row(&self, zh: &str, en: &str, value: &str) {
        let label = self.lang.pick(zh, en);
        // A Chinese character takes two columns.
        let width: usize = label.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
        print_line(&format!("  {label}{} {value}", " ".repeat(30_usize.saturating_sub(width))));
    }

    /// Seconds since the beginning.
    pub fn elapsed_secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }
}

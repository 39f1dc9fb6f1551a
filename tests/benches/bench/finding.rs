//! What a row found, and the report of all of them.

use crate::Outcome;
use crate::measure::Samples;
use crate::setup::Setup;
use serde_json::{Value, json};

/// What a row must reach.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
}

impl Bar {
    fn is_met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(limit) => value >= limit,
            Self::AtMost(limit) => value <= limit,
        }
    }

    fn text(self, unit: &str) -> String {
        match self {
            Self::AtLeast(limit) => format!("≥ {limit} {unit}"),
            Self::AtMost(limit) => format!("≤ {limit} {unit}"),
        }
    }
}

/// One measured row.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What we did and how long it took.
    pub ours: String,
    /// Who else did it.
    pub peer_name: String,
    /// How long the peer took.
    pub peer: String,
    /// The figure that the bar judges.
    pub value: f64,
    /// Its unit: `×`, `ms`, `MiB`.
    pub unit: &'static str,
    /// What it must reach.
    pub bar: Bar,
    /// What a reader must know to understand the figure.
    pub notes: Vec<String>,
    /// Every sample by name, milliseconds or bytes.
    pub samples: Value,
}

impl Finding {
    /// Two sides of samples and the ratio of their medians.
    pub fn of(ours: &Samples, peer_name: &str, peer: &Samples, value: f64, bar: Bar) -> Self {
        Self {
            ours: ours.text(),
            peer_name: peer_name.to_owned(),
            peer: peer.text(),
            value,
            unit: "×",
            bar,
            notes: Vec::new(),
            samples: json!({ "ours_ms": ours.ms(), "peer_ms": peer.ms() }),
        }
    }

    /// Adds a note.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }
}

/// Everything found, printed as it comes and written to `target/bench.json` at the end.
pub struct Report {
    machine: Value,
    rows: Vec<Value>,
    table: Vec<String>,
    broken: bool,
    file: std::path::PathBuf,
}

impl Report {
    /// Describes the machine.
    pub fn begin(setup: &Setup) -> Outcome<Self> {
        let machine = json!({
            "cpu": cpu_name(),
            "processors": std::thread::available_parallelism()?.get(),
            "kernel": first_line("/proc/sys/kernel/osrelease"),
            "load_at_start": first_line("/proc/loadavg"),
            "runs": setup.runs,
            "quick": setup.quick,
        });
        println!("{} × {}", machine["processors"], machine["cpu"].as_str().unwrap_or("unknown processor"));
        println!("kernel {}, load {}", text(&machine["kernel"]), text(&machine["load_at_start"]));
        if setup.quick {
            println!("QUICK: smaller inputs; these figures are no evidence");
        }
        Ok(Self { machine, rows: Vec::new(), table: Vec::new(), broken: false, file: Setup::report_file() })
    }

    /// Prints and keeps a finding.
    pub fn found(&mut self, name: &str, work: &str, finding: &Finding) {
        let met = if finding.bar.is_met(finding.value) { "MET" } else { "NOT MET" };
        let value = format!("{:.2} {}", finding.value, finding.unit);
        let bar = finding.bar.text(finding.unit);
        println!("\n{name}: {work}");
        println!("  ours   {}", finding.ours);
        println!("  peer   {}   [{}]", finding.peer, finding.peer_name);
        println!("  {value}, bar {bar}: {met}");
        for note in &finding.notes {
            println!("  · {note}");
        }
        self.table.push(format!("{name:<13} {value:>11}   {bar:<10}  {met:<8} {work}"));
        self.rows.push(json!({
            "row": name, "work": work, "ours": finding.ours, "peer": finding.peer, "peer_name": finding.peer_name,
            "value": finding.value, "unit": finding.unit, "bar": bar, "met": met == "MET", "notes": finding.notes,
            "samples": finding.samples,
        }));
    }

    /// A row that this machine has no room or tool for.
    pub fn skipped(&mut self, name: &str, work: &str, reason: &str) {
        self.missing(name, work, "SKIPPED", reason);
    }

    /// A row whose measurement failed.
    pub fn broken(&mut self, name: &str, work: &str, reason: &str) {
        self.broken = true;
        self.missing(name, work, "FAILED", reason);
    }

    fn missing(&mut self, name: &str, work: &str, what: &str, reason: &str) {
        println!("\n{name}: {work}\n  {what}: {reason}");
        self.table.push(format!("{name:<13} {:>11}   {:<10}  {what:<8} {work}", "–", "–"));
        self.rows.push(json!({ "row": name, "work": work, "not_measured": what, "reason": reason }));
    }

    /// Prints the table and writes the file. Whether everything could be measured.
    pub fn end(self) -> Outcome<bool> {
        println!();
        self.table.iter().for_each(|line| println!("{line}"));
        let load = first_line("/proc/loadavg");
        let whole = json!({ "machine": self.machine, "load_at_end": load, "rows": self.rows });
        std::fs::write(&self.file, serde_json::to_vec_pretty(&whole)?)?;
        println!("\nload at the end {load}; every sample in {}", self.file.display());
        Ok(!self.broken)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("unknown")
}

fn first_line(path: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("unknown").to_owned()
}

fn cpu_name() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| "unknown processor".to_owned(), |(_, name)| name.to_owned())
}

//! Speed and memory against named peers, measured in the same run: `./dev bench [ROW…]` (see `tests/bench/README.md`).
//!
//! A row that misses its bar is printed as NOT MET and nothing more: how fast a machine is today is not a test. The
//! exit status is 1 only when a row could not be measured at all because something is broken.
#![forbid(unsafe_code)]

mod append;
mod cable;
mod child;
mod crowd;
mod desk;
mod finding;
mod folder;
mod intake;
mod joined;
mod jpeg;
mod measure;
mod memory;
mod movie;
mod office;
mod open;
mod package;
mod parts;
mod patrol;
mod peer;
mod photo;
mod rows;
mod seal;
mod setup;
mod shaped;
mod streams;
mod thumbnail;
mod tools;
mod upload;
mod vault;
mod verify;
mod wakes;
mod wire;

use finding::{Finding, Report};
use setup::{Setup, Skip};
use std::process::ExitCode;

/// What every step of a measurement may fail with: the reason is for people.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// One line of the table of bars.
struct Row {
    name: &'static str,
    work: &'static str,
    measure: fn(&Setup) -> Outcome<Finding>,
}

const ROWS: &[Row] = &[
    Row { name: "seal", work: "seal 1 GiB and hash both sides", measure: seal::with_digests },
    Row { name: "seal-alone", work: "seal 1 GiB, no digest", measure: seal::alone },
    Row { name: "pass", work: "the single pass against the sum of its parts", measure: parts::pass },
    Row { name: "open", work: "open + random 32 KiB read in a sealed 1 GiB", measure: open::random_reads },
    Row { name: "verify", work: "verify a package of 10,000 records, 1,000 items", measure: verify::package },
    Row { name: "append", work: "append one record durably", measure: append::one_record },
    Row {
        name: "photo",
        work: "12 MP photo: bytes in to acknowledged durable",
        measure: photo::acknowledged,
    },
    Row { name: "thumbnail", work: "thumbnail of 12 MP", measure: thumbnail::of_12_mp },
    Row { name: "memory", work: "peak memory: seal, upload, verify a 4 GiB item", measure: memory::peak },
    Row {
        name: "vault",
        work: "open a vault of 100,000 records, first screen",
        measure: vault::first_screen,
    },
    Row {
        name: "upload",
        work: "2 GiB in pieces to the bureau, against nginx",
        measure: upload::against_nginx,
    },
    Row {
        name: "upload-tusd",
        work: "2 GiB in pieces to the bureau, against tusd",
        measure: upload::against_tusd,
    },
    Row {
        name: "upload-node",
        work: "2 GiB in pieces to the bureau, against @tus/server",
        measure: upload::against_tus_node,
    },
    Row { name: "intake", work: "records a second in batches of 100, one processor", measure: intake::rate },
    Row {
        name: "intake-sqlite",
        work: "records in batches of 100, one processor, against SQLite with the same rows",
        measure: intake::against_sqlite,
    },
    Row {
        name: "intake-plain",
        work: "records in batches of 100, one processor, against SQLite with their bytes only",
        measure: intake::against_plain_sqlite,
    },
    Row { name: "crowd", work: "memory of the bureau under 200 uploads at once", measure: crowd::memory },
    Row { name: "crowd-each", work: "of which each upload more", measure: crowd::memory_of_each },
    Row {
        name: "crowd-h2",
        work: "the same by HTTP/2 over TLS: 200 connections, and 4 with 50 streams each",
        measure: crowd::memory_by_http_2,
    },
    Row {
        name: "crowd-h2-each",
        work: "of which each upload more, by HTTP/2 over TLS",
        measure: crowd::memory_of_each_by_http_2,
    },
    Row { name: "wakes", work: "requests and wakes of a day of 40 items", measure: wakes::of_a_day },
    Row { name: "line", work: "a film over a line of 300 Mbit/s", measure: shaped::line },
];

const USAGE: &str = "\
cargo bench -p liuhen-tests --bench bench -- [--quick] [--runs N] [ROW…]

--quick    smaller inputs, for a look in passing; its figures are no evidence
--runs N   runs of each side (default 7)
";

struct Wanted {
    rows: Vec<&'static Row>,
    quick: bool,
    runs: usize,
}

fn wanted(args: &[String]) -> Outcome<Wanted> {
    let mut wanted = Wanted { rows: Vec::new(), quick: false, runs: 7 };
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--bench" => {}
            "--quick" => wanted.quick = true,
            "--runs" => wanted.runs = args.next().ok_or("--runs needs a number")?.parse::<usize>()?.max(1),
            name => wanted.rows.push(ROWS.iter().find(|row| row.name == name).ok_or_else(|| {
                let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
                format!("no row {name}; there are: {}", names.join(", "))
            })?),
        }
    }
    if wanted.rows.is_empty() {
        wanted.rows = ROWS.iter().collect();
    }
    Ok(wanted)
}

fn run(args: &[String]) -> Outcome<bool> {
    let wanted = wanted(args)?;
    let setup = Setup::new(wanted.quick, wanted.runs)?;
    let mut report = Report::begin(&setup)?;
    for row in wanted.rows {
        eprintln!("… {}", row.work);
        match (row.measure)(&setup) {
            Ok(finding) => report.found(row.name, row.work, &finding),
            Err(error) if error.is::<Skip>() => report.skipped(row.name, row.work, &error.to_string()),
            Err(error) => report.broken(row.name, row.work, &error.to_string()),
        }
    }
    report.end()
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        Some((first, rest)) if first == child::FLAG => child::run(rest).map(|()| true),
        // `cargo test --benches` runs this too, without `--bench`: nothing is measured then.
        _ if !args.iter().any(|arg| arg == "--bench") => {
            print!("{USAGE}");
            Ok(true)
        }
        _ => run(&args),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

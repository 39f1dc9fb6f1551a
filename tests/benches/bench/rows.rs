//! SQLite alone, given the very rows that the bureau wrote for a batch: same tables, same indices, same settings, one
//! transaction, one processor. What the bureau takes longer is its protocol and its judgement.

use crate::{Outcome, tools};
use rusqlite::{Connection, OpenFlags, types::Value};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::{Duration, Instant};

/// Word that names the child.
pub const CHILD: &str = "rows";

/// Rows of one table, and how one is written.
struct Rows {
    insert: String,
    rows: Vec<Vec<Value>>,
}

/// A process that writes the rows of a batch once more.
pub struct RowsProcess {
    process: Child,
    ask: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl RowsProcess {
    /// Reads from the bureau's database, and writes into a new one of the same schema.
    pub fn start(bureau: &Path, copy: &Path) -> Outcome<Self> {
        let args = [CHILD.as_ref(), bureau.as_os_str(), copy.as_os_str()];
        let mut process = tools::pinned_child(&args)?.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let answers = BufReader::new(process.stdout.take().ok_or("no output")?).lines();
        Ok(Self { ask: process.stdin.take(), process, answers })
    }

    /// Writes what the bureau wrote for the records with these numbers; how long that took, and how many rows it was.
    pub fn write_again(&mut self, first: i64, last: i64) -> Outcome<(Duration, u64)> {
        let ask = self.ask.as_mut().ok_or("ended")?;
        writeln!(ask, "{first} {last}")?;
        let line = self.answers.next().ok_or("the copying process ended")??;
        let (ns, rows) = line.split_once(' ').ok_or("not an answer")?;
        Ok((Duration::from_nanos(ns.parse()?), rows.parse()?))
    }
}

impl Drop for RowsProcess {
    fn drop(&mut self) {
        drop(self.ask.take());
        drop(self.process.wait());
    }
}

/// The child: a line `FIRST LAST` in, a line `NANOSECONDS ROWS` out.
pub fn child(bureau: &Path, copy: &Path) -> Outcome<()> {
    let source = Connection::open_with_flags(bureau, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let target = same_schema(&source, copy)?;
    for line in std::io::stdin().lines() {
        let line = line?;
        let (first, last) = line.split_once(' ').ok_or("two numbers are wanted")?;
        let tables = written_for(&source, first.parse()?, last.parse()?)?;
        let started = Instant::now();
        write(&target, &tables)?;
        let ns = started.elapsed().as_nanos();
        println!("{ns} {}", tables.iter().map(|table| table.rows.len()).sum::<usize>());
    }
    Ok(())
}

fn same_schema(source: &Connection, path: &Path) -> Outcome<Connection> {
    let target = Connection::open(path)?;
    target.set_prepared_statement_cache_capacity(128);
    target.pragma_update(None, "journal_mode", "WAL")?;
    target.pragma_update(None, "synchronous", "FULL")?;
    let mut statement = source.prepare(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
    )?;
    for sql in statement.query_map([], |row| row.get::<_, String>(0))? {
        target.execute_batch(&sql?)?;
    }
    Ok(target)
}

fn written_for(source: &Connection, first: i64, last: i64) -> Outcome<Vec<Rows>> {
    let record = format!("seq BETWEEN {first} AND {last}");
    let items = format!("item IN (SELECT item FROM item WHERE opened_seq BETWEEN {first} AND {last})");
    let mut tables = vec![
        read(source, "record", &record)?,
        read(source, "record_item", &record)?,
        read(source, "item", &items)?,
        read(source, "piece", &items)?,
        read(source, "item_index", &items)?,
    ];
    let (from, to): (i64, i64) = source.query_row(
        &format!("SELECT min(leaf), max(leaf) + 1 FROM record WHERE {record}"),
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    // A node is written with the last leaf below it.
    for level in 0..63 {
        let (from, to) = (from >> level, to >> level);
        if to == 0 {
            break;
        }
        tables.push(read(source, "log_hash", &format!("level = {level} AND idx >= {from} AND idx < {to}"))?);
    }
    Ok(tables)
}

/// Without columns that SQLite computes: they are no one's to write.
fn read(source: &Connection, table: &str, which: &str) -> Outcome<Rows> {
    let mut info = source.prepare_cached("SELECT name FROM pragma_table_info(?1)")?;
    let columns = info.query_map([table], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
    let (named, marks) = (columns.join(", "), vec!["?"; columns.len()].join(", "));
    let mut statement = source.prepare_cached(&format!("SELECT {named} FROM {table} WHERE {which}"))?;
    let rows = statement
        .query_map([], |row| (0..columns.len()).map(|column| row.get(column)).collect())?
        .collect::<Result<_, _>>()?;
    Ok(Rows { insert: format!("INSERT INTO {table} ({named}) VALUES ({marks})"), rows })
}

fn write(target: &Connection, tables: &[Rows]) -> Outcome<()> {
    target.execute_batch("BEGIN IMMEDIATE")?;
    for table in tables {
        let mut statement = target.prepare_cached(&table.insert)?;
        for row in &table.rows {
            statement.execute(rusqlite::params_from_iter(row))?;
        }
    }
    Ok(target.execute_batch("COMMIT")?)
}

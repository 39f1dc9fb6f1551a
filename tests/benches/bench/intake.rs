//! Records taken in by the bureau in batches of 100, each batch durable before it is acknowledged, on one processor.

use crate::finding::{Bar, Finding};
use crate::joined::Joined;
use crate::measure::{Samples, ratio, timed};
use crate::memory::OfficeProcess;
use crate::rows::RowsProcess;
use crate::setup::Setup;
use crate::wire::Wire;
use crate::{Outcome, patrol};
use liuhen_record::ItemId;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

const BATCH: usize = 100;
const RECORDS: usize = 20_000;

struct Taken {
    ours: Samples,
    /// SQLite with the same rows.
    same_rows: Samples,
    rows: u64,
    /// SQLite with one table of the records' bytes, on both processors.
    plain: Samples,
    signed: usize,
}

/// How many a second.
pub fn rate(setup: &Setup) -> Outcome<Finding> {
    let taken = take(setup)?;
    let value = BATCH as f64 / taken.ours.median().as_secs_f64();
    let mut finding =
        Finding::of(&taken.ours, SAME_ROWS, &taken.same_rows, value, Bar::AtLeast(5000.0)).note(note(&taken));
    finding.unit = "/s";
    Ok(finding)
}

/// Against SQLite that writes the same rows.
pub fn against_sqlite(setup: &Setup) -> Outcome<Finding> {
    let taken = take(setup)?;
    let value = ratio(taken.same_rows.median(), taken.ours.median());
    Ok(Finding::of(&taken.ours, SAME_ROWS, &taken.same_rows, value, Bar::AtLeast(HALF)).note(note(&taken)))
}

/// Against SQLite that writes the records' bytes and nothing else.
pub fn against_plain_sqlite(setup: &Setup) -> Outcome<Finding> {
    let taken = take(setup)?;
    let value = ratio(taken.plain.median(), taken.ours.median());
    let finding = Finding::of(&taken.ours, PLAIN, &taken.plain, value, Bar::AtLeast(HALF)).note(note(&taken));
    Ok(finding.note(
        "the peer is this process, on all processors, and what it writes has no log, no index and no signature that is checked",
    ))
}

/// Of SQLite's rate.
const HALF: f64 = 0.5;
const PLAIN: &str =
    "SQLite, one transaction with the same records' bytes in one table, WAL, synchronous=FULL";
const SAME_ROWS: &str =
    "SQLite on one processor, one transaction with the same rows in the same tables, WAL, synchronous=FULL";

fn note(taken: &Taken) -> String {
    format!(
        "{} batches of {BATCH}, {} of {RECORDS} records signed, {} rows each, over one loopback connection; the bureau on \
         one processor checks form, chain and signatures, appends to its log and its index, and commits before it answers",
        taken.ours.ms().len(),
        taken.signed,
        taken.rows / taken.ours.ms().len().max(1) as u64,
    )
}

/// Batch by batch in turn.
fn take(setup: &Setup) -> Outcome<Taken> {
    let dir = setup.disk()?;
    let mut office = OfficeProcess::start_pinned(&dir.path().join("bureau"))?;
    let mut phone = Joined::at(&office, &dir.path().join("phone"))?;
    phone.send_records()?;
    let records = if setup.quick { RECORDS / 10 } else { RECORDS };
    let first = phone.vault.head().0;
    write(&mut phone, records)?;
    // That took longer than the bureau waits for a connection on which nothing comes.
    phone.wire = Wire::open(&office.url)?;
    let rows = phone.vault.records_from(first, records)?;
    let signed = rows.iter().filter(|row| row.sig.is_some()).count();
    let bodies = phone.batches(BATCH)?;
    let plain = plain_table(&dir.path().join("plain.db"))?;
    let mut copy =
        RowsProcess::start(&dir.path().join("bureau/ledger.sqlite3"), &dir.path().join("copy.db"))?;
    let (mut ours, mut same, mut theirs, mut written) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (body, batch) in bodies.iter().zip(rows.chunks(BATCH)) {
        ours.push(timed(|| phone.send_batch(body))?.0);
        let (first, last) = (batch.first().map_or(0, |row| row.seq), batch.last().map_or(0, |row| row.seq));
        let (time, rows) = copy.write_again(first, last)?;
        same.push(time);
        written += rows;
        theirs.push(insert(&plain, batch.iter().map(|row| (row.seq, row.bytes.as_slice())))?);
    }
    drop((phone, copy));
    office.stop()?;
    Ok(Taken {
        ours: Samples::new(ours),
        same_rows: Samples::new(same),
        rows: written,
        plain: Samples::new(theirs),
        signed,
    })
}

/// As in a patrol: of ten records one photograph begun, one sealed and signed, eight smaller ones.
fn write(phone: &mut Joined, records: usize) -> Outcome<()> {
    let mut item = ItemId(patrol::id(0));
    let digests = {
        let mut hasher = liuhen_record::seal::ItemHasher::from_start(0);
        hasher.ciphertext(&[7; 3000]);
        hasher.finish()
    };
    for n in 0..records as u64 {
        let kind = match n % 10 {
            0 => {
                item = ItemId(patrol::id(100_000 + n));
                patrol::capture_opened(item)
            }
            1 => patrol::capture_sealed(item, &digests),
            _ => patrol::happening(n as i64, item),
        };
        phone.write(kind)?;
    }
    Ok(())
}

fn insert<'a>(plain: &Connection, rows: impl Iterator<Item = (i64, &'a [u8])>) -> Outcome<Duration> {
    let (time, ()) = timed(|| {
        plain.execute_batch("BEGIN IMMEDIATE")?;
        let mut statement = plain.prepare_cached("INSERT INTO record VALUES (?1, ?2)")?;
        for row in rows {
            statement.execute(row)?;
        }
        Ok(plain.execute_batch("COMMIT")?)
    })?;
    Ok(time)
}

fn plain_table(path: &Path) -> Outcome<Connection> {
    let conn = Connection::open(path)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.execute("CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT", [])?;
    Ok(conn)
}

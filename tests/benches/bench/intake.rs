//! Records taken in by the bureau in batches of 100, each batch durable before it is acknowledged, on one processor.

use crate::finding::{Bar, Finding};
use crate::joined::Joined;
use crate::measure::{Samples, ratio, timed};
use crate::memory::OfficeProcess;
use crate::setup::Setup;
use crate::{Outcome, patrol};
use liuhen_record::ItemId;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

const BATCH: usize = 100;
const RECORDS: usize = 20_000;

struct Taken {
    ours: Samples,
    plain: Samples,
    signed: usize,
}

/// How many a second.
pub fn rate(setup: &Setup) -> Outcome<Finding> {
    let Taken { ours, plain, signed } = take(setup)?;
    let value = BATCH as f64 / ours.median().as_secs_f64();
    let mut finding = Finding::of(
        &ours,
        "INSERT of the same bytes, WAL, synchronous=FULL",
        &plain,
        value,
        Bar::AtLeast(5000.0),
    );
    finding.unit = "/s";
    Ok(finding.note(note(&ours, signed)))
}

/// Against SQLite alone.
pub fn against_sqlite(setup: &Setup) -> Outcome<Finding> {
    let Taken { ours, plain, signed } = take(setup)?;
    let value = ratio(plain.median(), ours.median());
    let name = "one transaction with 100 INSERTs of the same bytes, WAL, synchronous=FULL";
    Ok(Finding::of(&ours, name, &plain, value, Bar::AtLeast(0.5)).note(note(&ours, signed)))
}

fn note(ours: &Samples, signed: usize) -> String {
    format!(
        "{} batches of {BATCH}, {signed} of {RECORDS} records signed, over one loopback connection; the bureau on one \
         processor checks form, chain and signatures, appends to its log and its index, and commits before it answers",
        ours.ms().len()
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
    let rows = phone.vault.records_from(first, records)?;
    let signed = rows.iter().filter(|row| row.sig.is_some()).count();
    let bodies = phone.batches(BATCH)?;
    let plain = plain_table(&dir.path().join("plain.db"))?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for (body, batch) in bodies.iter().zip(rows.chunks(BATCH)) {
        ours.push(timed(|| phone.send_batch(body))?.0);
        theirs.push(insert(&plain, batch.iter().map(|row| (row.seq, row.bytes.as_slice())))?);
    }
    drop(phone);
    office.stop()?;
    Ok(Taken { ours: Samples::new(ours), plain: Samples::new(theirs), signed })
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

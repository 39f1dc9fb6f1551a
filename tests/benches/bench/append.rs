//! Appending one record durably against one plain SQLite insert of the same bytes with the same settings on the same
//! file system.

use crate::Outcome;
use crate::desk::{Desk, draft};
use crate::finding::{Bar, Finding};
use crate::measure::{Samples, ratio, spoken, timed};
use crate::patrol;
use crate::setup::Setup;
use liuhen_core::ports::Ports;
use liuhen_core::vault::Vault;
use liuhen_record::SessionId;
use rusqlite::Connection;
use std::path::Path;
use std::time::Duration;

/// Appends in turn with inserts, one by one, and judges the middle of each.
pub fn one_record(setup: &Setup) -> Outcome<Finding> {
    let dir = setup.disk()?;
    let desk = Desk::below(dir.path());
    let ports = desk.ports()?;
    let (mut vault, session) = desk.enrolled(&ports, setup.identity.to_recipient())?;
    let plain = plain_table(&dir.path().join("plain.db"))?;
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    let mut len_bytes = 0;
    for n in 0..if setup.quick { 200 } else { 4000 } {
        let (our_time, bytes) = append(&mut vault, &ports, session, n)?;
        len_bytes = bytes.len();
        let (peer_time, _) = timed(|| Ok(plain.execute("INSERT INTO record VALUES (?1, ?2)", (n, bytes))?))?;
        ours.push(our_time);
        peer.push(peer_time);
    }
    let (ours, peer) = (Samples::new(ours), Samples::new(peer));
    let value = ratio(ours.median(), peer.median());
    let slow = format!("p99 {} against {}", spoken(ours.percentile(99)), spoken(peer.percentile(99)));
    Ok(Finding::of(&ours, "INSERT of the same bytes, WAL, synchronous=FULL", &peer, value, Bar::AtMost(1.5))
        .note(format!("{} of each in turn, a record of {len_bytes} bytes, unsigned; {slow}", ours.ms().len()))
        .note("ours builds, hashes and seals the record, writes two more index entries and the chain's row"))
}

fn append(vault: &mut Vault, ports: &Ports, session: SessionId, n: i64) -> Outcome<(Duration, Vec<u8>)> {
    let draft = draft(ports, Some(session), patrol::gap(n));
    let (time, appended) = timed(|| Ok(vault.append(draft)?))?;
    Ok((time, vault.record(appended.seq)?.ok_or("the record is not there")?.bytes))
}

fn plain_table(path: &Path) -> Outcome<Connection> {
    let conn = Connection::open(path)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.execute("CREATE TABLE record (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT", [])?;
    Ok(conn)
}

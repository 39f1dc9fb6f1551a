//! The queue's database: opened, thrown away when it is not readable, written in transactions that prove the lease.

use super::{QueueError, lease::Lease};
use crate::lock::FileLock;
use crate::ports::{Clock, Rng};
use liuhen_record::{DeviceId, Digest, ItemId};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Serialize, de::DeserializeOwned};
use std::{fs::TryLockError, io, path::Path, sync::Arc, time::Duration};

/// Name of the database, beside the vault.
const DATABASE: &str = "queue.db";
/// The file whose lock says that a core is at work.
const LOCK: &str = "queue.lock";
pub(super) const SCHEMA: &str = include_str!("schema.sql");
const SCHEMA_VERSION: i64 = 1;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum TaskState {
    /// To be sent.
    Waiting,
    /// The core's own executor has it.
    WithCore,
    /// A foreign executor has it.
    WithShell,
    /// It failed and waits for its time.
    Later,
    /// It cannot be sent and will not become so by waiting.
    Parked,
    /// The bureau says that it has it.
    Done,
}

const STATES: [(TaskState, &str); 6] = [
    (TaskState::Waiting, "waiting"),
    (TaskState::WithCore, "with_core"),
    (TaskState::WithShell, "with_shell"),
    (TaskState::Later, "later"),
    (TaskState::Parked, "parked"),
    (TaskState::Done, "done"),
];

impl TaskState {
    fn name(self) -> &'static str {
        STATES.iter().find(|(state, _)| *state == self).map_or("waiting", |(_, name)| name)
    }

    /// What an unknown name means is asked from the bureau again: waiting.
    fn parse(name: &str) -> Self {
        STATES.iter().find(|(_, known)| *known == name).map_or(Self::Waiting, |(state, _)| *state)
    }
}

/// A row of the table `task`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sync) struct TaskRow {
    pub device: DeviceId,
    pub item: ItemId,
    pub index: i64,
    /// Number of the record that seals the item: the order of sending.
    pub seq: i64,
    pub sha256: Digest,
    pub len_bytes: i64,
    pub state: TaskState,
    /// When it was handed to an executor, milliseconds by the best clock.
    pub handed_ms: i64,
    pub attempts: i64,
    pub not_before_ms: i64,
    /// Number of the session in which it was last tried.
    pub tried_in: i64,
    pub upload_url: Option<String>,
    pub last_error: Option<String>,
}

impl TaskRow {
    /// Its unique name: derived from what is sent, the same at every attempt and on every machine.
    pub fn key(&self) -> String {
        key_of(self.item, self.index, &self.sha256)
    }
}

pub(in crate::sync) fn key_of(item: ItemId, index: i64, sha256: &Digest) -> String {
    format!("piece/{item}/{index}/{}", &sha256.to_string()[..16])
}

const COLUMNS: &str = "device, item, piece, seq, sha256, len_bytes, state, handed_ms, attempts, not_before_ms, tried_in, upload_url, last_error";

fn from_row(row: &Row<'_>) -> rusqlite::Result<TaskRow> {
    fn parsed<T: std::str::FromStr>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
        let text: String = row.get(column)?;
        text.parse().map_err(|_| rusqlite::Error::InvalidQuery)
    }
    Ok(TaskRow {
        device: parsed(row, 0)?,
        item: parsed(row, 1)?,
        index: row.get(2)?,
        seq: row.get(3)?,
        sha256: parsed(row, 4)?,
        len_bytes: row.get(5)?,
        state: TaskState::parse(&row.get::<_, String>(6)?),
        handed_ms: row.get(7)?,
        attempts: row.get(8)?,
        not_before_ms: row.get(9)?,
        tried_in: row.get(10)?,
        upload_url: row.get(11)?,
        last_error: row.get(12)?,
    })
}

/// The tasks, in the order in which they are sent.
pub(super) fn tasks(conn: &Connection) -> rusqlite::Result<Vec<TaskRow>> {
    let sql = format!("SELECT {COLUMNS} FROM task ORDER BY seq, item, piece");
    conn.prepare_cached(&sql)?.query_map([], from_row)?.collect()
}

pub(super) fn task(conn: &Connection, key: &str) -> rusqlite::Result<Option<TaskRow>> {
    let sql = format!("SELECT {COLUMNS} FROM task WHERE key = ?1");
    conn.prepare_cached(&sql)?.query_row([key], from_row).optional()
}

pub(super) fn put_task(conn: &Connection, row: &TaskRow) -> rusqlite::Result<()> {
    let sql = format!(
        "INSERT OR REPLACE INTO task (key, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
    );
    conn.prepare_cached(&sql)?.execute(params![
        row.key(),
        row.device.to_string(),
        row.item.to_string(),
        row.index,
        row.seq,
        row.sha256.to_string(),
        row.len_bytes,
        row.state.name(),
        row.handed_ms,
        row.attempts,
        row.not_before_ms,
        row.tried_in,
        row.upload_url,
        row.last_error,
    ])?;
    Ok(())
}

pub(super) fn drop_item(conn: &Connection, item: ItemId) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM task WHERE item = ?1")?.execute([item.to_string()])?;
    Ok(())
}

/// A note; what cannot be read counts as not there.
pub(super) fn note<T: DeserializeOwned>(conn: &Connection, key: &str) -> rusqlite::Result<Option<T>> {
    let mut query = conn.prepare_cached("SELECT value FROM note WHERE key = ?1")?;
    let text = query.query_row([key], |row| row.get::<_, String>(0)).optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

pub(super) fn put_note<T: Serialize>(conn: &Connection, key: &str, value: &T) -> rusqlite::Result<()> {
    let text = serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    conn.prepare_cached("INSERT OR REPLACE INTO note (key, value) VALUES (?1, ?2)")?.execute([key, &text])?;
    Ok(())
}

/// An open database under a lease.
pub(super) struct Store {
    conn: Connection,
    lease: Lease,
    clock: Arc<dyn Clock>,
    /// Held while a core is at work; `None` where the file system knows no locks.
    _lock: Option<FileLock>,
}

impl Store {
    /// Opens the queue in `dir` and takes the lease. A database that is not ours or not readable is thrown away.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>, rng: &dyn Rng) -> Result<Self, QueueError> {
        let lock = lock(dir)?;
        let path = dir.join(DATABASE);
        let mut conn = match connect(&path) {
            Ok(conn) => conn,
            Err(_) if lock.is_some() => {
                throw_away(&path)?;
                connect(&path)?
            }
            Err(error) => return Err(error.into()),
        };
        let mut random = [0; 8];
        rng.fill(&mut random).map_err(QueueError::Storage)?;
        let owner = format!("{}-{}", std::process::id(), hex::encode(random));
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let lease = Lease::take(&tx, owner, &clock.read(), lock.is_some())?;
        tx.commit()?;
        Ok(Self { conn, lease, clock, _lock: lock })
    }

    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// One transaction, refused when the lease is another's by now.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, QueueError>,
    ) -> Result<T, QueueError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.lease.renew(&tx, &self.clock.read())?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// Ends the turn and closes the database: no file of it is open or locked afterwards.
    pub fn close(self) -> Result<(), QueueError> {
        let Self { conn, lease, _lock, .. } = self;
        lease.release(&conn)?;
        conn.close().map_err(|(_, error)| QueueError::Database(error))
    }
}

/// Reads without a lease: for showing only.
pub(super) fn peek<T>(dir: &Path, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Option<T> {
    let path = dir.join(DATABASE);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).ok()?;
    conn.busy_timeout(Duration::from_secs(2)).ok()?;
    read(&conn).ok()
}

fn lock(dir: &Path) -> Result<Option<FileLock>, QueueError> {
    match FileLock::take(&dir.join(LOCK)) {
        Ok(lock) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Err(QueueError::InUse),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(None),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let conn = Connection::open(path)?;
    conn.busy_timeout(Duration::from_secs(2))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // What a power cut may take back here is asked from the bureau again.
    conn.pragma_update(None, "synchronous", "NORMAL")?;
    match conn.pragma_query_value(None, "user_version", |row| row.get(0))? {
        0 => conn.execute_batch(&format!("BEGIN IMMEDIATE; {SCHEMA} COMMIT;"))?,
        SCHEMA_VERSION => {
            // Every row must be readable now, not in the middle of a synchronisation.
            tasks(&conn)?;
        }
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    Ok(conn)
}

fn throw_away(path: &Path) -> io::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

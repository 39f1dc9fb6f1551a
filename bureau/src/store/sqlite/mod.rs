//! The default ledger: one SQLite file, WAL, `synchronous=FULL`, STRICT tables; `user_version` is the number of
//! the last migration. [`SqliteLedger::open`] is its only opener.

mod accounts;
mod devices;
mod footage;
mod index;
mod items;
mod log;
mod proofs;
mod records;
mod search;
mod uploads;

use super::{Ledger, LedgerStore, SettingRows, StoreError, Work};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use rusqlite_migration::{M, Migrations};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const MIGRATIONS: &[M<'_>] = &[
    M::up(include_str!("0001.sql")),
    M::up(include_str!("0002.sql")),
    M::up(include_str!("0003.sql")),
    M::up(include_str!("0004.sql")),
    M::up(include_str!("0005.sql")),
    M::up(include_str!("0006.sql")),
    M::up(include_str!("0007.sql")),
    M::up(include_str!("0008.sql")),
    M::up(include_str!("0009.sql")),
];
/// The setting that says which of these are filled.
const PROJECTIONS: &str = "projections_filled";
/// What only the program can derive from what an older one kept, counted: initials of parties, footage assigned by hand, footage
/// that came or is missing.
const PROJECTIONS_FILLED: &str = "3";
/// A writer of another process (the command line) holds the database for milliseconds only.
const BUSY_FOR: Duration = Duration::from_secs(30);
const PREPARED_STATEMENTS: usize = 128;
const IDLE_READERS: usize = 8;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Database(Box::new(error)),
        }
    }
}

/// A ledger in one SQLite file.
pub struct SqliteLedger {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl SqliteLedger {
    /// Opens the database, making or migrating it if need be.
    ///
    /// # Errors
    /// [`StoreError::Newer`] when a newer program wrote it, [`StoreError::Database`] when it cannot be used.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut writer = connect(path)?;
        let found: i64 = writer.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let known = MIGRATIONS.len() as i64;
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        Migrations::from_slice(MIGRATIONS)
            .to_latest(&mut writer)
            .map_err(|error| StoreError::Database(Box::new(error)))?;
        fill_projections(&mut writer)?;
        Ok(Self { path: path.to_owned(), writer: Mutex::new(writer), readers: Mutex::default() })
    }

    fn reader(&self) -> Result<Connection, StoreError> {
        match lock(&self.readers).pop() {
            Some(reader) => Ok(reader),
            None => connect(&self.path),
        }
    }
}

/// Derives what was added to the projections since an older program kept this ledger; whether that was done is written
/// in the same transaction, so that a process that ended in between does it when it is started again.
fn fill_projections(writer: &mut Connection) -> Result<(), StoreError> {
    if Tx(writer).setting(PROJECTIONS)?.as_deref() == Some(PROJECTIONS_FILLED) {
        return Ok(());
    }
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let rows = Tx(&transaction);
    index::fill_initials(&rows)?;
    index::fill_footage(&rows)?;
    rows.put_setting(PROJECTIONS, PROJECTIONS_FILLED)?;
    Ok(transaction.commit()?)
}

/// A panic while the lock was held rolled its transaction back, so what is behind the lock is sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_FOR)?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

impl LedgerStore for SqliteLedger {
    fn write(&self, work: Work<'_>) -> Result<(), StoreError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&Tx(&transaction))?;
        Ok(transaction.commit()?)
    }

    fn read(&self, work: Work<'_>) -> Result<(), StoreError> {
        let mut reader = self.reader()?;
        {
            let transaction = reader.transaction()?;
            work(&Tx(&transaction))?;
        }
        let mut readers = lock(&self.readers);
        if readers.len() < IDLE_READERS {
            readers.push(reader);
        }
        Ok(())
    }
}

/// One transaction.
struct Tx<'c>(&'c Connection);

impl Ledger for Tx<'_> {}

impl Tx<'_> {
    fn execute(&self, sql: &str, params: impl rusqlite::Params) -> Result<usize, StoreError> {
        Ok(self.0.prepare_cached(sql)?.execute(params)?)
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnOnce(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.0.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    fn all<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_map(params, read)?.collect::<Result<_, _>>()?)
    }

    fn number(&self, sql: &str, params: impl rusqlite::Params) -> Result<i64, StoreError> {
        self.one(sql, params, |row| row.get(0))?.ok_or(StoreError::Impossible("empty count"))
    }
}

/// A word that no row of this program can hold.
fn bad_word(column: usize) -> rusqlite::Error {
    rusqlite::Error::InvalidColumnType(column, "word".into(), rusqlite::types::Type::Text)
}

impl SettingRows for Tx<'_> {
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.one("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
    }

    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![name, value],
        )?;
        Ok(())
    }
}

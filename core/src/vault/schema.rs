//! Connecting: settings of the database, its header, its migrations.

use super::error::is_damage;
use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};
use std::{io::Read, path::Path};

/// The newest schema this program knows; `user_version` of the database is the schema it has.
pub(super) const SCHEMA: i64 = 1;

/// `application_id` of the database: "LHVT".
const APPLICATION_ID: i64 = 0x4C48_5654;

/// Up to this many pages the whole database is checked at every open; beyond, opening must stay quick.
const QUICK_CHECK_PAGES: i64 = 1024;

/// Why there is no connection.
pub(super) enum ConnectError {
    /// The database is not what was written.
    Damaged(String),
    /// A newer program wrote it.
    Newer(i64),
    /// The machine cannot use it now.
    Database(rusqlite::Error),
    /// The file cannot be read now.
    Storage(std::io::Error),
}

impl From<rusqlite::Error> for ConnectError {
    fn from(error: rusqlite::Error) -> Self {
        if is_damage(&error) {
            Self::Damaged("the database is not readable".to_owned())
        } else {
            Self::Database(error)
        }
    }
}

/// Opens the database at `path`, making or migrating it as needed. A newer one is not touched.
pub(super) fn connect(path: &Path) -> Result<Connection, ConnectError> {
    check_header(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(std::time::Duration::from_secs(2))?;
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > SCHEMA {
        return Err(ConnectError::Newer(version));
    }
    set_up(&conn)?;
    if version > 0 {
        check_small(&conn)?;
    }
    migrations().to_latest(&mut conn).map_err(|error| match error {
        rusqlite_migration::Error::RusqliteError { err, .. } => err.into(),
        _ => ConnectError::Damaged("the schema of the database is not ours".to_owned()),
    })?;
    let application: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    Ok(conn)
}

/// All migrations; the n-th leads to schema n. A released one never changes.
pub(super) fn migrations() -> Migrations<'static> {
    Migrations::new(vec![M::up(include_str!("../../migrations/0001_vault.sql"))])
}

fn set_up(conn: &Connection) -> rusqlite::Result<()> {
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is durable before it is reported.
    conn.pragma_update(None, "synchronous", "FULL")?;
    // On Apple systems a plain fsync does not reach the medium.
    #[cfg(target_vendor = "apple")]
    {
        conn.pragma_update(None, "fullfsync", true)?;
        conn.pragma_update(None, "checkpoint_fullfsync", true)?;
    }
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// The fields of the header that SQLite would answer by silently opening read-only or starting anew
/// (<https://sqlite.org/fileformat2.html#the_database_header>).
fn check_header(path: &Path) -> Result<(), ConnectError> {
    let mut header = Vec::with_capacity(100);
    match std::fs::File::open(path) {
        Ok(file) => file.take(100).read_to_end(&mut header).map_err(ConnectError::Storage)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(ConnectError::Storage(error)),
    };
    if header.is_empty() {
        return Ok(());
    }
    let versions = header.get(18..20);
    let application =
        header.get(68..72).map(|id| i64::from(u32::from_be_bytes([id[0], id[1], id[2], id[3]])));
    let ours = header.starts_with(b"SQLite format 3\0")
        && matches!(versions, Some([1, 1] | [2, 2]))
        && header.get(20..24) == Some(&[0, 64, 32, 32])
        // 0 until the first opening has come to its end.
        && matches!(application, Some(0 | APPLICATION_ID));
    if ours {
        Ok(())
    } else {
        Err(ConnectError::Damaged("the header of the database is not ours".to_owned()))
    }
}

fn check_small(conn: &Connection) -> Result<(), ConnectError> {
    let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0))?;
    if pages > QUICK_CHECK_PAGES {
        return Ok(());
    }
    let result: String = conn.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if result == "ok" {
        Ok(())
    } else {
        Err(ConnectError::Damaged("the pages of the database do not fit together".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid_and_lead_to_the_known_schema() {
        migrations().validate().unwrap();
        assert_eq!(
            migrations().current_version(&Connection::open_in_memory().unwrap()).unwrap(),
            rusqlite_migration::SchemaVersion::NoneSet
        );
        let mut conn = Connection::open_in_memory().unwrap();
        migrations().to_latest(&mut conn).unwrap();
        let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, SCHEMA);
    }
}

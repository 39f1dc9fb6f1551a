//! What the phone must remember besides the ledger.

use super::{
    Vault, VaultError, Writing,
    columns::{Columns, Row},
};
use crate::ports::Rng;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Serialize, de::DeserializeOwned};

fn row(key: &str) -> Row {
    Row::of("setting").text(key)
}

fn damaged(key: &str) -> VaultError {
    VaultError::Damaged(format!("setting {key} does not open"))
}

fn put<T: Serialize>(
    conn: &Connection,
    columns: &Columns,
    rng: &dyn Rng,
    key: &str,
    value: &T,
) -> Result<(), VaultError> {
    let plain = serde_json::to_vec(value).map_err(|_| VaultError::TooLong)?;
    let sealed = columns.seal(row(key), &plain, rng)?;
    conn.prepare_cached("INSERT OR REPLACE INTO setting (key, sealed) VALUES (?1, ?2)")?
        .execute(params![key, sealed])?;
    Ok(())
}

fn remove(conn: &Connection, key: &str) -> Result<(), VaultError> {
    conn.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
    Ok(())
}

impl Writing<'_> {
    /// Keeps `value` under `key`, together with everything else that is written here.
    pub(crate) fn put_setting<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), VaultError> {
        put(&self.tx, self.columns, self.rng, key, value)
    }

    /// Forgets what is kept under `key`, together with everything else that is written here.
    pub(crate) fn remove_setting(&mut self, key: &str) -> Result<(), VaultError> {
        remove(&self.tx, key)
    }
}

impl Vault {
    /// The value kept under `key`.
    ///
    /// # Errors
    /// [`VaultError`]; damaged when it cannot be read as a `T`.
    pub fn get_setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, VaultError> {
        let mut query = self.conn.prepare_cached("SELECT sealed FROM setting WHERE key = ?1")?;
        let Some(sealed) = query.query_row([key], |row| row.get::<_, Vec<u8>>(0)).optional()? else {
            return Ok(None);
        };
        let plain = self.columns.open(row(key), &sealed).map_err(|_| damaged(key))?;
        serde_json::from_slice(&plain).map(Some).map_err(|_| damaged(key))
    }

    /// Keeps `value` under `key`; durable when this returns.
    ///
    /// # Errors
    /// [`VaultError`]; the setting is then as it was.
    pub fn put_setting<T: Serialize>(&mut self, key: &str, value: &T) -> Result<(), VaultError> {
        put(&self.conn, &self.columns, &*self.rng, key, value)
    }

    /// Forgets what is kept under `key`.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn remove_setting(&mut self, key: &str) -> Result<(), VaultError> {
        remove(&self.conn, key)
    }

    /// Opens every setting.
    pub(super) fn verify_settings(&self) -> Result<(), VaultError> {
        let mut query = self.conn.prepare_cached("SELECT key, sealed FROM setting ORDER BY key")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        for entry in rows {
            let (key, sealed) = entry?;
            self.columns.open(row(&key), &sealed).map_err(|_| damaged(&key))?;
        }
        Ok(())
    }
}

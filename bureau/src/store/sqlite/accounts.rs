//! Accounts, sign-ins, audit.

use super::Tx;
use crate::store::{AccountRow, AccountRows, AuditRow, StoreError, WebSessionRow};
use liuhen_record::Digest;
use rusqlite::{Row, params};

const ACCOUNT: &str = "SELECT account, name, role, password, must_change, created_ms FROM account";

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        account: row.get(0)?,
        name: row.get(1)?,
        role: row.get(2)?,
        password: row.get(3)?,
        must_change: row.get(4)?,
        created_ms: row.get(5)?,
    })
}

impl AccountRows for Tx<'_> {
    fn add_account(&self, account: &AccountRow) -> Result<bool, StoreError> {
        let added = self.execute(
            "INSERT OR IGNORE INTO account (name, role, password, must_change, created_ms) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![account.name, account.role, account.password, account.must_change, account.created_ms],
        )?;
        Ok(added == 1)
    }

    fn account(&self, name: &str) -> Result<Option<AccountRow>, StoreError> {
        self.one(&format!("{ACCOUNT} WHERE name = ?1"), [name], account_row)
    }

    fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.all(&format!("{ACCOUNT} ORDER BY name"), [], account_row)
    }

    fn set_password(&self, account: i64, password: &str, must_change: bool) -> Result<(), StoreError> {
        self.execute(
            "UPDATE account SET password = ?2, must_change = ?3 WHERE account = ?1",
            params![account, password, must_change],
        )?;
        self.execute("DELETE FROM web_session WHERE account = ?1", [account])?;
        Ok(())
    }

    fn add_web_session(&self, session: &WebSessionRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO web_session VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                session.token_sha256.0,
                session.account,
                session.csrf,
                session.created_ms,
                session.seen_ms
            ],
        )?;
        Ok(())
    }

    fn web_session(&self, token_sha256: &Digest) -> Result<Option<(WebSessionRow, AccountRow)>, StoreError> {
        self.one(
            "SELECT a.account, a.name, a.role, a.password, a.must_change, a.created_ms, \
             w.csrf, w.created_ms, w.seen_ms FROM web_session w JOIN account a ON a.account = w.account \
             WHERE w.token_sha256 = ?1",
            [token_sha256.0],
            |row| {
                let account = account_row(row)?;
                let session = WebSessionRow {
                    token_sha256: *token_sha256,
                    account: account.account,
                    csrf: row.get(6)?,
                    created_ms: row.get(7)?,
                    seen_ms: row.get(8)?,
                };
                Ok((session, account))
            },
        )
    }

    fn touch_web_session(&self, token_sha256: &Digest, at_ms: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE web_session SET seen_ms = ?2 WHERE token_sha256 = ?1",
            params![token_sha256.0, at_ms],
        )?;
        Ok(())
    }

    fn end_web_session(&self, token_sha256: &Digest) -> Result<(), StoreError> {
        self.execute("DELETE FROM web_session WHERE token_sha256 = ?1", [token_sha256.0])?;
        Ok(())
    }

    fn forget_web_sessions(&self, within_ms: (i64, i64)) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM web_session WHERE seen_ms NOT BETWEEN ?1 AND ?2",
            params![within_ms.0, within_ms.1],
        )?;
        Ok(())
    }

    fn add_failure(&self, name: &str, source: &str, at_ms: i64) -> Result<(), StoreError> {
        self.execute("INSERT INTO sign_in_failure VALUES (?1, ?2, ?3)", params![name, source, at_ms])?;
        Ok(())
    }

    fn failures(&self, name: &str, source: &str, within_ms: (i64, i64)) -> Result<(i64, i64), StoreError> {
        let by_name = self.number(
            "SELECT count(*) FROM sign_in_failure WHERE name = ?1 AND at_ms BETWEEN ?2 AND ?3",
            params![name, within_ms.0, within_ms.1],
        )?;
        let by_source = self.number(
            "SELECT count(*) FROM sign_in_failure WHERE source = ?1 AND at_ms BETWEEN ?2 AND ?3",
            params![source, within_ms.0, within_ms.1],
        )?;
        Ok((by_name, by_source))
    }

    fn forget_failures(&self, name: &str, within_ms: (i64, i64)) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM sign_in_failure WHERE name = ?1 OR at_ms NOT BETWEEN ?2 AND ?3",
            params![name, within_ms.0, within_ms.1],
        )?;
        Ok(())
    }

    fn add_audit(&self, entry: &AuditRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO audit (at_ms, name, role, source, action, target) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![entry.at_ms, entry.name, entry.role, entry.source, entry.action, entry.target],
        )?;
        Ok(())
    }

    fn audit(&self, target: &str, skip: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        self.all(
            "SELECT at_ms, name, role, source, action, target FROM audit WHERE ?1 = '' OR target = ?1 \
             ORDER BY entry DESC LIMIT ?3 OFFSET ?2",
            params![target, skip, limit],
            |row| {
                Ok(AuditRow {
                    at_ms: row.get(0)?,
                    name: row.get(1)?,
                    role: row.get(2)?,
                    source: row.get(3)?,
                    action: row.get(4)?,
                    target: row.get(5)?,
                })
            },
        )
    }
}

//! Codes, devices, used challenges, tokens.

use super::{Tx, bad_word};
use crate::store::{CodeRow, DeviceRow, DeviceRows, StoreError, TokenRow, TokenScope};
use liuhen_record::{DeviceId, Digest};
use rusqlite::{Row, params};

const DEVICE: &str = "SELECT device, spki, device_no, app, enrolled_ms, predecessor, successor, next_seq, head, \
                      revoked_ms FROM device";

fn device_row(row: &Row<'_>) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        device: DeviceId(row.get(0)?),
        spki: row.get(1)?,
        device_no: row.get(2)?,
        app: row.get(3)?,
        enrolled_ms: row.get(4)?,
        predecessor: row.get::<_, Option<_>>(5)?.map(DeviceId),
        successor: row.get::<_, Option<_>>(6)?.map(DeviceId),
        next_seq: row.get(7)?,
        head: Digest(row.get(8)?),
        revoked_ms: row.get(9)?,
    })
}

impl DeviceRows for Tx<'_> {
    fn add_code(&self, secret_sha256: &Digest, created_ms: i64, expires_ms: i64) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO enrol_code (secret_sha256, created_ms, expires_ms) VALUES (?1, ?2, ?3)",
            params![secret_sha256.0, created_ms, expires_ms],
        )?;
        Ok(())
    }

    fn code(&self, secret_sha256: &Digest) -> Result<Option<CodeRow>, StoreError> {
        self.one(
            "SELECT expires_ms, device FROM enrol_code WHERE secret_sha256 = ?1",
            [secret_sha256.0],
            |row| Ok(CodeRow { expires_ms: row.get(0)?, device: row.get::<_, Option<_>>(1)?.map(DeviceId) }),
        )
    }

    fn use_code(&self, secret_sha256: &Digest, device: DeviceId, at_ms: i64) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE enrol_code SET used_ms = ?3, device = ?2 WHERE secret_sha256 = ?1 AND used_ms IS NULL",
            params![secret_sha256.0, device.0, at_ms],
        )?;
        Ok(changed == 1)
    }

    fn add_device(&self, device: &DeviceRow) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO device (device, spki, device_no, app, enrolled_ms, predecessor, successor, next_seq, head) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                device.device.0,
                device.spki,
                device.device_no,
                device.app,
                device.enrolled_ms,
                device.predecessor.map(|d| d.0),
                device.successor.map(|d| d.0),
                device.next_seq,
                device.head.0,
            ],
        )?;
        Ok(())
    }

    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>, StoreError> {
        self.one(&format!("{DEVICE} WHERE device = ?1"), [device.0], device_row)
    }

    fn devices(&self) -> Result<Vec<DeviceRow>, StoreError> {
        self.all(&format!("{DEVICE} ORDER BY device_no, enrolled_ms, device"), [], device_row)
    }

    fn set_successor(&self, device: DeviceId, successor: DeviceId) -> Result<(), StoreError> {
        self.execute("UPDATE device SET successor = ?2 WHERE device = ?1", params![device.0, successor.0])?;
        Ok(())
    }

    fn advance(&self, device: DeviceId, next_seq: i64, head: Digest) -> Result<(), StoreError> {
        self.execute(
            "UPDATE device SET next_seq = ?2, head = ?3 WHERE device = ?1",
            params![device.0, next_seq, head.0],
        )?;
        Ok(())
    }

    fn use_challenge(
        &self,
        challenge_sha256: &Digest,
        device: DeviceId,
        expires_ms: i64,
    ) -> Result<bool, StoreError> {
        let used = self.execute(
            "INSERT OR IGNORE INTO challenge VALUES (?1, ?2, ?3)",
            params![challenge_sha256.0, device.0, expires_ms],
        )?;
        Ok(used == 1)
    }

    fn forget_challenges(&self, device: DeviceId, now_ms: i64, keep: i64) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM challenge WHERE device = ?1 AND expires_ms <= ?2 AND rowid NOT IN \
             (SELECT rowid FROM challenge WHERE device = ?1 ORDER BY rowid DESC LIMIT ?3)",
            params![device.0, now_ms, keep],
        )?;
        Ok(())
    }

    fn add_token(&self, token: &TokenRow, most: i64) -> Result<(), StoreError> {
        let TokenRow { token_sha256, device, scope, expires_ms } = token;
        self.execute(
            "INSERT INTO token (token_sha256, device, expires_ms, scope) VALUES (?1, ?2, ?3, ?4)",
            params![token_sha256.0, device.0, expires_ms, scope.word()],
        )?;
        self.execute(
            "DELETE FROM token WHERE device = ?1 AND scope = ?2 AND rowid NOT IN (SELECT rowid FROM token \
             WHERE device = ?1 AND scope = ?2 ORDER BY rowid DESC LIMIT ?3)",
            params![device.0, scope.word(), most],
        )?;
        Ok(())
    }

    fn token(&self, token_sha256: &Digest, now_ms: i64) -> Result<Option<TokenRow>, StoreError> {
        self.one(
            "SELECT device, scope, expires_ms FROM token WHERE token_sha256 = ?1 AND expires_ms > ?2",
            params![token_sha256.0, now_ms],
            |row| {
                let scope = row.get_ref(1)?.as_str()?;
                Ok(TokenRow {
                    token_sha256: *token_sha256,
                    device: DeviceId(row.get(0)?),
                    scope: TokenScope::of_word(scope).ok_or_else(|| bad_word(1))?,
                    expires_ms: row.get(2)?,
                })
            },
        )
    }

    fn revoke(&self, device: DeviceId, at_ms: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE device SET revoked_ms = ?2 WHERE device = ?1 AND revoked_ms IS NULL",
            params![device.0, at_ms],
        )?;
        self.execute("DELETE FROM token WHERE device = ?1", [device.0])?;
        Ok(())
    }

    fn forget_expired(&self, now_ms: i64) -> Result<(), StoreError> {
        self.execute("DELETE FROM token WHERE expires_ms <= ?1", [now_ms])?;
        Ok(())
    }
}

//! Reading the ledger.

use super::{
    Vault, VaultError,
    columns::Columns,
    ledger::{record_row, split_signature},
};
use liuhen_record::{Digest, Record, SessionId, chain::Chain};
use rusqlite::{OptionalExtension, Row as SqlRow, params};

/// A record as it lies in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its number.
    pub seq: i64,
    /// Its exact bytes.
    pub bytes: Vec<u8>,
    /// DER signature, where its kind is signed.
    pub sig: Option<Vec<u8>>,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// Whether the bureau has it.
    pub sent: bool,
}

impl StoredRecord {
    /// The record itself.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] when the bytes are no record.
    pub fn parse(&self) -> Result<Record, VaultError> {
        Record::parse(&self.bytes)
            .map_err(|error| VaultError::Damaged(format!("record {} does not read: {error}", self.seq)))
    }
}

const COLUMNS: &str = "seq, session, kind, sealed";

/// A row as the database gives it.
struct RawRecord {
    seq: i64,
    session: Option<[u8; 16]>,
    kind: String,
    sealed: Vec<u8>,
}

fn raw(row: &SqlRow<'_>) -> rusqlite::Result<RawRecord> {
    Ok(RawRecord { seq: row.get(0)?, session: row.get(1)?, kind: row.get(2)?, sealed: row.get(3)? })
}

impl RawRecord {
    fn open(self, columns: &Columns, sent_to: i64) -> Result<StoredRecord, VaultError> {
        let seq = self.seq;
        let damaged = || VaultError::Damaged(format!("record {seq} does not open"));
        let row = record_row(seq, self.session.as_ref(), &self.kind);
        let plain = columns.open(row, &self.sealed).map_err(|_| damaged())?;
        let (sig, bytes) = split_signature(plain).ok_or_else(damaged)?;
        Ok(StoredRecord { seq, digest: Digest::of(&bytes), bytes, sig, sent: seq <= sent_to })
    }
}

impl Vault {
    /// The record with this number.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn record(&self, seq: i64) -> Result<Option<StoredRecord>, VaultError> {
        let mut query = self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE seq = ?1"))?;
        let found = query.query_row([seq], raw).optional()?;
        found.map(|raw| raw.open(&self.columns, self.chain.sent_to)).transpose()
    }

    /// Up to `limit` records from number `seq` on, in order.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn records_from(&self, seq: i64, limit: usize) -> Result<Vec<StoredRecord>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE seq >= ?1 ORDER BY seq LIMIT ?2");
        self.collect(&sql, params![seq, limit as i64])
    }

    /// All records of a session, in order.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn session_records(&self, session: SessionId) -> Result<Vec<Record>, VaultError> {
        self.session_records_from(session, 1)
    }

    /// The records of a session from number `from_seq` on, in order.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn session_records_from(&self, session: SessionId, from_seq: i64) -> Result<Vec<Record>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE session = ?1 AND seq >= ?2 ORDER BY seq");
        self.collect(&sql, params![session.0, from_seq])?.iter().map(StoredRecord::parse).collect()
    }

    /// All records of one kind ([`liuhen_record::Kind::name`]) from number `from_seq` on, in order.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn kind_records(&self, kind: &str, from_seq: i64) -> Result<Vec<Record>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE kind = ?1 AND seq >= ?2 ORDER BY seq");
        self.collect(&sql, params![kind, from_seq])?.iter().map(StoredRecord::parse).collect()
    }

    /// The last record of one kind.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn last_of_kind(&self, kind: &str) -> Result<Option<Record>, VaultError> {
        let sql = format!("SELECT {COLUMNS} FROM record WHERE kind = ?1 ORDER BY seq DESC LIMIT 1");
        self.collect(&sql, [kind])?.first().map(StoredRecord::parse).transpose()
    }

    fn collect(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<StoredRecord>, VaultError> {
        let mut query = self.conn.prepare_cached(sql)?;
        let rows = query.query_map(params, raw)?;
        rows.map(|row| row?.open(&self.columns, self.chain.sent_to)).collect()
    }

    /// Verifies the chain from record `from` to the head: every link, every signature, every column in clear.
    pub(super) fn verify_chain(&self, from: i64) -> Result<(), VaultError> {
        const PAGE: usize = 256;
        let last: i64 =
            self.conn.query_row("SELECT coalesce(max(seq), 0) FROM record", [], |row| row.get(0))?;
        if last != self.chain.next_seq - 1 {
            let next = self.chain.next_seq;
            return Err(VaultError::Damaged(format!(
                "the ledger ends at record {last}, the chain at {}",
                next - 1
            )));
        }
        if last == 0 {
            return Ok(());
        }
        let owner = self.chain.owner.as_ref();
        let owner = owner.ok_or_else(|| VaultError::Damaged("records without a device".to_owned()))?;
        let before = match from {
            1 => Digest::ZERO,
            _ => self.record(from - 1)?.map_or(Digest::ZERO, |record| record.digest),
        };
        let mut chain = Chain::resume(owner.device, from, before);
        while chain.next_seq() <= last {
            let page = self.records_from(chain.next_seq(), PAGE)?;
            if page.is_empty() {
                return Err(VaultError::Damaged(format!("record {} is missing", chain.next_seq())));
            }
            for stored in page {
                let record = stored.parse()?;
                chain
                    .append(&record, stored.digest)
                    .map_err(|error| VaultError::Damaged(error.to_string()))?;
                verify_signature(&stored, &record, owner)?;
            }
        }
        if chain.head() == self.chain.head {
            Ok(())
        } else {
            Err(VaultError::Damaged(format!("record {last} is not the head of the chain")))
        }
    }
}

fn verify_signature(
    stored: &StoredRecord,
    record: &Record,
    owner: &super::ledger::Owner,
) -> Result<(), VaultError> {
    let seq = stored.seq;
    match (&stored.sig, record.kind.must_be_signed()) {
        (None, true) => Err(VaultError::Damaged(format!("record {seq} lacks its signature"))),
        (Some(signature), _) => owner
            .public_key
            .verify(&stored.bytes, signature)
            .map_err(|_| VaultError::Damaged(format!("the signature of record {seq} does not verify"))),
        (None, false) => Ok(()),
    }
}

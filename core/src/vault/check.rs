//! The whole vault against itself: is all of it still what was written?

use super::{ItemFilter, ItemRow, Vault, VaultError};
use crate::capture::PiecedFile;
use liuhen_record::{
    ItemId, Kind,
    kind::{CaptureSealed, ItemState},
    seal::{Envelope, ItemHasher, MAX_HEADER_BYTES, NONCE_BYTES, ReadAt},
};
use std::fmt;

/// Something that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// The database as a whole, or a row of it.
    Database {
        /// What is wrong.
        reason: String,
    },
    /// The ledger; the reason names the record.
    Ledger {
        /// What is wrong.
        reason: String,
    },
    /// An item.
    Item {
        /// Which.
        item: ItemId,
        /// What is wrong.
        reason: String,
    },
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { reason } => write!(f, "database: {reason}"),
            Self::Ledger { reason } => write!(f, "ledger: {reason}"),
            Self::Item { item, reason } => write!(f, "item {item}: {reason}"),
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckReport {
    /// Records of the ledger.
    pub records: i64,
    /// Items known.
    pub items: usize,
    /// Items whose bytes were hashed: all that are sealed and not freed.
    pub items_hashed: usize,
    /// Everything found to be wrong.
    pub broken: Vec<Broken>,
}

impl CheckReport {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.broken.is_empty()
    }
}

impl Vault {
    /// Checks everything: the database, every record, link and signature, every sealed column, every byte of every
    /// item that is here. Takes as long as reading all of it; memory stays flat.
    ///
    /// # Errors
    /// [`VaultError`] only when the check itself could not be carried out; what is wrong is in the report.
    pub fn check(&self) -> Result<CheckReport, VaultError> {
        let mut report = self.look_over(|row| self.check_item(row))?;
        if let Err(error) = self.verify_head() {
            note(&mut report, error, |reason| Broken::Database { reason })?;
        }
        Ok(report)
    }

    /// The same without the bytes of the items, which lie outside the database: the first thing found to be wrong is the
    /// error.
    pub(super) fn verify_rows(&self) -> Result<(), VaultError> {
        let report = self.look_over(|row| self.check_row(row).map(|_| false))?;
        match report.broken.first() {
            Some(broken) => Err(VaultError::Damaged(broken.to_string())),
            None => Ok(()),
        }
    }

    /// Everything in the database; what of each item is looked at, and whether that hashed it, the caller says.
    fn look_over(
        &self,
        check_item: impl Fn(&ItemRow) -> Result<bool, VaultError>,
    ) -> Result<CheckReport, VaultError> {
        let mut report = CheckReport { records: self.chain.next_seq - 1, ..CheckReport::default() };
        match self.conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0)) {
            Ok(result) if result == "ok" => {}
            Ok(reason) => report.broken.push(Broken::Database { reason }),
            Err(error) => note(&mut report, error.into(), |reason| Broken::Database { reason })?,
        }
        if let Err(error) = self.verify_chain(1) {
            note(&mut report, error, |reason| Broken::Ledger { reason })?;
        }
        for verified in [self.verify_settings(), self.verify_receipts()] {
            if let Err(error) = verified {
                note(&mut report, error, |reason| Broken::Database { reason })?;
            }
        }
        match self.items(&ItemFilter::default()) {
            Ok(items) => self.check_items(&items, check_item, &mut report)?,
            Err(error) => note(&mut report, error, |reason| Broken::Database { reason })?,
        }
        Ok(report)
    }

    fn check_items(
        &self,
        items: &[ItemRow],
        check_item: impl Fn(&ItemRow) -> Result<bool, VaultError>,
        report: &mut CheckReport,
    ) -> Result<(), VaultError> {
        report.items = items.len();
        let captures = self.kind_records("capture_opened", 1).map_or(0, |records| records.len());
        if captures != items.len() {
            let reason = format!("{captures} captures in the ledger, {} rows of items", items.len());
            report.broken.push(Broken::Database { reason });
        }
        for row in items {
            let item = row.item;
            match check_item(row) {
                Ok(hashed) => report.items_hashed += usize::from(hashed),
                Err(error) => note(report, error, |reason| Broken::Item { item, reason })?,
            }
        }
        Ok(())
    }

    /// Whether the item's bytes were hashed.
    fn check_item(&self, row: &ItemRow) -> Result<bool, VaultError> {
        match self.check_row(row)? {
            Some(sealed) if !row.freed => self.check_bytes(row.item, &sealed).map(|()| true),
            _ => Ok(false),
        }
    }

    /// What the record that seals the item says; `None` before it is sealed.
    fn check_row(&self, row: &ItemRow) -> Result<Option<CaptureSealed>, VaultError> {
        let wrong = |reason: &str| VaultError::Damaged(reason.to_owned());
        let pieces = self.pieces(row.item)?;
        let Some(seq) = row.sealed_seq else {
            return if row.state == ItemState::Captured {
                Ok(None)
            } else {
                Err(wrong("its seal is missing"))
            };
        };
        let stored = self.record(seq)?.ok_or_else(|| wrong("its sealing record is missing"))?;
        let Kind::CaptureSealed(sealed) = stored.parse()?.kind else {
            return Err(wrong("its sealing record is another record"));
        };
        let same_pieces = pieces.len() == sealed.pieces.len()
            && pieces
                .iter()
                .zip(&sealed.pieces)
                .all(|(a, b)| (a.sha256, a.len_bytes) == (b.sha256, b.len_bytes));
        let same = sealed.item == row.item
            && sealed.len_bytes == row.len_bytes
            && row.ct_sha256 == Some(sealed.ct_sha256);
        if !same || !same_pieces {
            return Err(wrong("its row is not what its sealing record says"));
        }
        if row.receipt_index.is_some() && self.item_receipt(row.item)?.is_none() {
            return Err(wrong("its receipt is missing"));
        }
        Ok(Some(sealed))
    }

    fn check_bytes(&self, item: ItemId, sealed: &CaptureSealed) -> Result<(), VaultError> {
        let wrong = |reason: String| VaultError::Damaged(reason);
        let file =
            PiecedFile::open(&self.storage, item).map_err(|_| wrong("its bytes are missing".to_owned()))?;
        let mut start = vec![0; MAX_HEADER_BYTES + NONCE_BYTES];
        let got = file.read_at(0, &mut start)?;
        let envelope =
            Envelope::parse(&start[..got]).map_err(|_| wrong("its header is not readable".to_owned()))?;
        let mut hasher = ItemHasher::from_start(envelope.header_bytes().len());
        file.read_through(|bytes| hasher.ciphertext(bytes))?;
        let found = hasher.finish();
        for (index, piece) in sealed.pieces.iter().enumerate() {
            if found.pieces.get(index) != Some(piece) {
                return Err(wrong(format!("piece {index} is not what was sealed")));
            }
        }
        if found.ct_sha256 != sealed.ct_sha256 || found.payload_sha256 != sealed.payload_sha256 {
            return Err(wrong("its bytes are not what was sealed".to_owned()));
        }
        Ok(())
    }

    fn verify_head(&self) -> Result<(), VaultError> {
        let readable = self.head.read(&self.columns)?.is_some() || self.chain.next_seq == 1;
        if readable { Ok(()) } else { Err(VaultError::Damaged("the head file is not readable".to_owned())) }
    }

    fn verify_receipts(&self) -> Result<(), VaultError> {
        let mut query = self.conn.prepare("SELECT seq FROM record_receipt ORDER BY seq")?;
        let seqs = query.query_map([], |row| row.get::<_, i64>(0))?;
        for seq in seqs {
            self.record_receipt(seq?)?;
        }
        Ok(())
    }
}

/// Damage is a finding; everything else means that the check could not go on.
fn note(
    report: &mut CheckReport,
    error: VaultError,
    broken: impl FnOnce(String) -> Broken,
) -> Result<(), VaultError> {
    match error {
        VaultError::Damaged(reason) => {
            report.broken.push(broken(reason));
            Ok(())
        }
        other => Err(other),
    }
}

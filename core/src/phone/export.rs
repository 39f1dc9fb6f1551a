//! A package of what the phone still holds: every record, every proof it has, every item not yet freed.

use super::{Phone, PhoneError};
use crate::capture::PiecedFile;
use liuhen_record::{
    ItemId, Kind,
    kind::ItemState,
    package::{BagInfo, PackageError, PackageSink, PackageWriter},
    proof::TlogProof,
    seal::ReadAt,
};
use std::io::{self, Read};

/// Records read from the vault at once.
const BATCH: usize = 500;

/// What was exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Payload files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Items that were freed after a verified receipt: the bureau has them.
    pub items_not_here: u64,
}

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The package.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A proof kept in the vault does not read.
    #[error("a kept proof does not read")]
    Proof,
}

impl From<crate::vault::VaultError> for ExportError {
    fn from(error: crate::vault::VaultError) -> Self {
        Self::Phone(error.into())
    }
}

impl From<ExportError> for PhoneError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Phone(error) => error,
            other => Self::Package(other.to_string()),
        }
    }
}

impl Phone {
    /// Writes a package into `sink`. The bureau does not sign it: a verifier says so.
    ///
    /// # Errors
    /// [`ExportError`]; what is in the sink then is not a package.
    pub fn export(&self, sink: impl PackageSink) -> Result<Exported, ExportError> {
        let known = self.enrolment()?;
        let key = self.vault.device_key().ok_or(PhoneError::NotEnrolled)?;
        let info = BagInfo {
            organization: known.enrolment.origin.clone(),
            date: crate::session::day::day_of(self.now_ms()?),
            description: format!("执法手机 {} 导出", known.enrolment.device_no),
        };
        let mut writer = PackageWriter::new(sink, info);
        let bureau_key = known.enrolment.vkey.parse().map_err(|_| ExportError::Proof)?;
        writer.bureau(&bureau_key)?;
        writer.recipients(&known.enrolment.recipients_note)?;
        writer.device(key)?;
        let mut items_not_here = 0;
        let mut next = 1;
        loop {
            let batch = self.vault.records_from(next, BATCH)?;
            let Some(last) = batch.last() else { break };
            next = last.seq + 1;
            for record in &batch {
                let proof =
                    self.vault.record_receipt(record.seq)?.map(|text| parse_proof(&text)).transpose()?;
                writer.record(&record.bytes, record.sig.as_deref(), proof.as_ref())?;
                if let Kind::CaptureSealed(body) = &record.parse()?.kind {
                    items_not_here += u64::from(!self.export_item(&mut writer, body.item)?);
                }
            }
        }
        if let Some(note) = self.vault.checkpoint()? {
            writer.checkpoint(&note)?;
        }
        let (_, written) = writer.finish(None)?;
        Ok(Exported { files: written.files, bytes: written.bytes, items_not_here })
    }

    /// Whether the item was here and is in the package now.
    fn export_item<S: PackageSink>(
        &self,
        writer: &mut PackageWriter<S>,
        item: ItemId,
    ) -> Result<bool, ExportError> {
        if let Some(receipt) = self.vault.item_receipt(item)? {
            writer.receipt(receipt.statement.as_bytes(), &parse_proof(&receipt.proof)?)?;
        }
        let row = self.vault.item(item)?;
        if !row.is_some_and(|row| !row.freed && row.state >= ItemState::Sealed) {
            return Ok(false);
        }
        let file = PiecedFile::open(&self.ports.storage, item).map_err(PackageError::Sink)?;
        writer.item(item, &mut Whole { file, offset: 0 })?;
        Ok(true)
    }
}

fn parse_proof(text: &str) -> Result<TlogProof, ExportError> {
    text.parse().map_err(|_| ExportError::Proof)
}

/// A sealed file from its beginning to its end.
struct Whole {
    file: PiecedFile,
    offset: u64,
}

impl Read for Whole {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(self.offset, buf)?;
        self.offset += read as u64;
        Ok(read)
    }
}

//! Packages: what the bureau holds of its devices, or of some of them and of some days, with proofs, signed contents
//! included (`spec/package.md`). Items leave as they came: sealed. One that is damaged stays behind and is named; it
//! does not keep the others.

mod selection;
mod survey;

pub use selection::Selection;
pub use survey::{Damage, LeftOut};

use crate::log::checkpoint::Notary;
use crate::{
    administrator::Administrator,
    config::BureauConfig,
    lists,
    log::{LogHashes, checkpoint::CheckpointError, cosigned::cosigned, prove_error},
    office::Office,
    open::{StartError, open_to_sign},
    store::{
        self, CheckpointRow, Ledger, LedgerStore, PieceRow, PieceStore, RecordRow, StampRow, StoreError,
    },
};
use chrono::{FixedOffset, NaiveDate, TimeZone};
use liuhen_record::{
    DeviceId, ItemId, Kind, Record, RecordError,
    package::{BagInfo, PackageError, PackageSink, PackageWriter, Written},
    proof::TlogProof,
    sign::{DeviceKey, SignError},
    tlog::prove_inclusion,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read},
    path::Path,
    vec,
};
use survey::Survey;

/// Records read at once.
const BATCH: i64 = 500;
/// Most tokens of one package: the bureau signs a line for each. Of more, every second (third, …) is taken.
const MAX_STAMPS: usize = 2_000;
/// Most tokens looked at: an hourly one for eleven years.
const STAMPS_LOOKED_AT: i64 = 100_000;
/// Asia/Shanghai, seconds east of UTC.
const SHANGHAI_SECS: i32 = 8 * 3600;

/// Why no package was written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The data folder could not be opened.
    #[error(transparent)]
    Open(#[from] StartError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No checkpoint could be signed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The package could not be written.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// A stored record does not read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A stored device key does not read.
    #[error(transparent)]
    Key(#[from] SignError),
    /// A device was chosen that is not enrolled.
    #[error("no device {0} is enrolled")]
    Device(DeviceId),
    /// No day lies between these.
    #[error("the last day {to} is before the first, {from}")]
    Days {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The package.
    pub written: Written,
    /// Items that were chosen but are damaged, and so are not in it.
    pub left_out: Vec<LeftOut>,
}

/// Writes a package of all devices of a running bureau. Reads every item twice: before the first byte is written,
/// whatever is damaged must be known.
///
/// # Errors
/// [`ExportError`]; what is in the sink then is not a package. Nothing is in it when the package would be too large
/// ([`PackageError::TooLarge`]).
pub fn package(office: &Office, sink: impl PackageSink) -> Result<Exported, ExportError> {
    let source = Source {
        stamps: stamps(office.ledger.as_ref())?,
        ledger: office.ledger.as_ref(),
        pieces: office.pieces.as_ref(),
        notary: &office.notary,
        name: &office.name,
        now_ms: office.clock.now_ms(),
    };
    source.write(&Selection::default(), || Ok(sink))
}

/// Writes a package of what was chosen from a data folder, beside a running bureau or without one. `make_sink` is
/// called once it is certain that there will be something to write.
///
/// # Errors
/// As [`package`], [`StartError::Checkpoint`] where the log is not the one that was signed, [`ExportError::Device`],
/// [`ExportError::Days`], or that of `make_sink`.
pub fn package_beside<S: PackageSink>(
    data_dir: &Path,
    selection: &Selection,
    make_sink: impl FnOnce() -> io::Result<S>,
) -> Result<Exported, ExportError> {
    let config = BureauConfig::new(data_dir);
    let opened = open_to_sign(&config)?;
    let source = Source {
        stamps: stamps(opened.ledger.as_ref())?,
        ledger: opened.ledger.as_ref(),
        pieces: opened.pieces.as_ref(),
        notary: &opened.notary,
        name: &config.name,
        now_ms: config.clock.now_ms(),
    };
    source.write(selection, make_sink)
}

/// The tokens that go into a package, by the size of their checkpoints.
fn stamps(ledger: &dyn LedgerStore) -> Result<BTreeMap<u64, StampRow>, StoreError> {
    let all = store::read(ledger, |rows| rows.stamps(STAMPS_LOOKED_AT))?;
    let step = all.len().div_ceil(MAX_STAMPS).max(1);
    Ok(all.into_iter().step_by(step).map(|stamp| (stamp.size, stamp)).collect())
}

struct Source<'a> {
    stamps: BTreeMap<u64, StampRow>,
    ledger: &'a dyn LedgerStore,
    pieces: &'a dyn PieceStore,
    notary: &'a Notary,
    name: &'a str,
    now_ms: i64,
}

impl Source<'_> {
    fn write<S: PackageSink>(
        &self,
        selection: &Selection,
        make_sink: impl FnOnce() -> io::Result<S>,
    ) -> Result<Exported, ExportError> {
        let checkpoint = self.newest()?;
        let checkpoint = &checkpoint;
        let (devices, recipients) = store::read(self.ledger, |rows| {
            Ok::<_, StoreError>((rows.devices()?, lists::recipients(rows)?))
        })?;
        let devices = selection.devices(devices)?;
        let survey = Survey::of(self, selection, &devices, checkpoint.size)?;
        let (who, target) = (Administrator::here(), format!("package:{}", selection.word()));
        store::write(self.ledger, |rows| who.note(rows, self.now_ms, "package_written", target.clone()))?;
        let sink = make_sink().map_err(PackageError::Sink)?;
        let mut writer = PackageWriter::planned(sink, self.info(selection), &survey.planned)?;
        writer.bureau(self.notary.signer().verifier_key())?;
        if let Some(note) = recipients {
            writer.recipients(&note)?;
        }
        for device in &devices {
            writer.device(&DeviceKey::from_spki(&device.spki)?)?;
        }
        for device in &devices {
            self.write_device(&mut writer, device.device, &survey.items, checkpoint)?;
        }
        writer.checkpoint(&checkpoint.note)?;
        for stamp in self.stamps.range(..=checkpoint.size).map(|(_, stamp)| stamp) {
            writer.checkpoint(&stamp.note)?;
            writer.timestamp(stamp.size, &stamp.reply)?;
        }
        let written = writer.finish(Some(self.notary.signer()))?.1;
        Ok(Exported { written, left_out: survey.left_out })
    }

    /// The newest checkpoint, as it was stamped if it was, and else with the cosignatures that have come.
    fn newest(&self) -> Result<CheckpointRow, ExportError> {
        let row = self.notary.checkpoint(self.ledger)?;
        let note = match self.stamps.get(&row.size) {
            Some(stamp) => stamp.note.clone(),
            None => store::read(self.ledger, |rows| cosigned(rows, &row))?,
        };
        Ok(CheckpointRow { note, ..row })
    }

    fn info(&self, selection: &Selection) -> BagInfo {
        let day = FixedOffset::east_opt(SHANGHAI_SECS)
            .and_then(|zone| zone.timestamp_millis_opt(self.now_ms).single());
        BagInfo {
            organization: self.name.to_owned(),
            date: day.map_or_else(String::new, |day| day.format("%Y-%m-%d").to_string()),
            description: selection.label(),
        }
    }

    /// Calls `take` with each record of a device that the log holds at this size. What came later is in the next
    /// package.
    fn each_record(
        &self,
        device: DeviceId,
        size: u64,
        mut take: impl FnMut(&RecordRow) -> Result<(), ExportError>,
    ) -> Result<(), ExportError> {
        let mut from_seq = 1;
        loop {
            let batch = store::read(self.ledger, |rows| rows.records_from(device, from_seq, BATCH))?;
            let Some(last) = batch.last() else { return Ok(()) };
            from_seq = last.seq + 1;
            for row in &batch {
                if row.leaf >= size {
                    return Ok(());
                }
                take(row)?;
            }
        }
    }

    fn write_device<S: PackageSink>(
        &self,
        writer: &mut PackageWriter<S>,
        device: DeviceId,
        items: &BTreeSet<ItemId>,
        checkpoint: &CheckpointRow,
    ) -> Result<(), ExportError> {
        let mut items = items.clone();
        self.each_record(device, checkpoint.size, |row| {
            let proof = self.proof(row.leaf, checkpoint)?;
            writer.record(&row.bytes, row.sig.as_deref(), Some(&proof))?;
            // Once, even if two records should seal it.
            match sealed_item(row)?.filter(|item| items.remove(item)) {
                Some(item) => self.write_item(writer, device, item, checkpoint),
                None => Ok(()),
            }
        })
    }

    fn write_item<S: PackageSink>(
        &self,
        writer: &mut PackageWriter<S>,
        device: DeviceId,
        item: ItemId,
        checkpoint: &CheckpointRow,
    ) -> Result<(), ExportError> {
        let (row, pieces) =
            store::read(self.ledger, |rows| Ok::<_, StoreError>((rows.item(item)?, rows.pieces(item)?)))?;
        let row = row.filter(|row| row.device == device);
        let (Some(leaf), Some(statement)) = row.map_or((None, None), |row| (row.leaf, row.statement)) else {
            return Ok(());
        };
        let mut whole = Whole { store: self.pieces, pieces: pieces.into_iter(), current: None };
        writer.item(item, &mut whole)?;
        writer.receipt(&statement, &self.proof(leaf, checkpoint)?)?;
        Ok(())
    }

    /// A proof under the earliest checkpoint that was stamped, which bounds the leaf's age most narrowly; under
    /// the newest checkpoint if no stamp covers it yet.
    fn proof(&self, leaf: u64, checkpoint: &CheckpointRow) -> Result<TlogProof, ExportError> {
        let stamp = self.stamps.range(leaf + 1..=checkpoint.size).next();
        let (size, note) =
            stamp.map_or((checkpoint.size, &checkpoint.note), |(size, stamp)| (*size, &stamp.note));
        let hashes = store::read(self.ledger, |rows: &dyn Ledger| {
            prove_inclusion(&LogHashes(rows), size, leaf).map_err(prove_error)
        })?;
        Ok(TlogProof { index: leaf, hashes, checkpoint_note: note.clone(), extra: None })
    }
}

fn sealed_item(row: &RecordRow) -> Result<Option<ItemId>, RecordError> {
    match Record::parse(&row.bytes)?.kind {
        Kind::CaptureSealed(body) => Ok(Some(body.item)),
        _ => Ok(None),
    }
}

/// The pieces of an item, one after the other.
struct Whole<'a> {
    store: &'a dyn PieceStore,
    pieces: vec::IntoIter<PieceRow>,
    current: Option<crate::store::PieceReader>,
}

impl Read for Whole<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(current) = &mut self.current {
                let read = current.read(buf)?;
                if read > 0 || buf.is_empty() {
                    return Ok(read);
                }
            }
            let Some(next) = self.pieces.next() else { return Ok(0) };
            self.current = Some(self.store.open(&next.sha256).map_err(io::Error::other)?);
        }
    }
}

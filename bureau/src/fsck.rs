//! Deriving everything again: is what is listed there, is it what it says, and is it in the log?

use crate::{
    log::LogHashes,
    office::Office,
    store::{DeviceRow, ItemRow, ItemStage, Ledger, RecordRow, StoreError},
};
use liuhen_record::{
    Digest, Record,
    chain::Chain,
    receipt::ItemStored,
    sign::DeviceKey,
    tlog::{Frontier, HashStore as _, leaf_hash},
};
use ring::digest::{Context, SHA256};
use std::{collections::BTreeMap, io::Read as _};

const BATCH: i64 = 500;
const BUFFER_BYTES: usize = 256 * 1024;

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Records looked at.
    pub records: u64,
    /// Stored items looked at.
    pub items: u64,
    /// Pieces read.
    pub pieces: u64,
    /// What is wrong, one line each; empty when all is well.
    pub broken: Vec<String>,
}

/// Looks at everything the bureau holds. Reads every stored byte.
///
/// # Errors
/// [`StoreError`] when the ledger itself cannot be read.
pub fn fsck(office: &Office) -> Result<Findings, StoreError> {
    office.read(|rows| {
        let mut check = Check { office, rows, findings: Findings::default(), leaves: BTreeMap::new() };
        for device in rows.devices()? {
            check.chain(&device)?;
        }
        for stage in [ItemStage::Sealed, ItemStage::Stored] {
            check.items(stage)?;
        }
        check.log()?;
        Ok(check.findings)
    })
}

struct Check<'c> {
    office: &'c Office,
    rows: &'c dyn Ledger,
    findings: Findings,
    /// Every leaf that something claims, by index.
    leaves: BTreeMap<u64, Digest>,
}

impl Check<'_> {
    fn broken(&mut self, what: String) {
        self.findings.broken.push(what);
    }

    fn leaf(&mut self, index: u64, data: &[u8], what: &str) {
        if self.leaves.insert(index, leaf_hash(data)).is_some() {
            self.broken(format!("{what}: leaf {index} is claimed twice"));
        }
    }

    fn chain(&mut self, device: &DeviceRow) -> Result<(), StoreError> {
        let mut chain = Chain::new(device.device);
        loop {
            let batch = self.rows.records_from(device.device, chain.next_seq(), BATCH)?;
            if batch.is_empty() {
                break;
            }
            for row in &batch {
                self.record(device, row, &mut chain);
            }
        }
        if (chain.next_seq(), chain.head()) != (device.next_seq, device.head) {
            self.broken(format!("device {}: the head is not the end of the chain", device.device));
        }
        Ok(())
    }

    fn record(&mut self, device: &DeviceRow, row: &RecordRow, chain: &mut Chain) {
        let name = format!("record {}/{}", row.device, row.seq);
        self.findings.records += 1;
        self.leaf(row.leaf, &row.bytes, &name);
        let digest = Digest::of(&row.bytes);
        let record = match Record::parse(&row.bytes) {
            Ok(record) => record,
            Err(error) => {
                *chain = Chain::resume(row.device, row.seq + 1, digest);
                return self.broken(format!("{name}: {error}"));
            }
        };
        if let Err(error) = chain.append(&record, digest) {
            self.broken(format!("{name}: {error}"));
            *chain = Chain::resume(row.device, row.seq + 1, digest);
        }
        if digest != row.sha256 {
            self.broken(format!("{name}: the digest beside it is another"));
        }
        let key = DeviceKey::from_spki(&device.spki);
        let signed = match (&row.sig, key) {
            (Some(sig), Ok(key)) => key.verify(&row.bytes, sig).is_ok(),
            (None, Ok(_)) => !record.kind.must_be_signed(),
            (_, Err(_)) => false,
        };
        if !signed {
            self.broken(format!("{name}: the signature does not verify"));
        }
    }

    fn items(&mut self, stage: ItemStage) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let items = self.rows.items_at(stage, after, BATCH)?;
            let Some(last) = items.last() else { return Ok(()) };
            after = Some(last.item);
            for item in &items {
                self.item(item)?;
            }
        }
    }

    fn item(&mut self, item: &ItemRow) -> Result<(), StoreError> {
        let name = format!("item {}", item.item);
        let mut whole = Context::new(&SHA256);
        for piece in self.rows.pieces(item.item)? {
            if piece.stored_ms.is_none() {
                if item.stage == ItemStage::Stored {
                    self.broken(format!("{name}: stored without piece {}", piece.idx));
                }
                continue;
            }
            self.findings.pieces += 1;
            match self.piece(&piece.sha256, &mut whole) {
                Ok((digest, len)) if digest == piece.sha256 && len == piece.len_bytes => {}
                Ok(_) => self.broken(format!("{name}: piece {} is damaged", piece.idx)),
                Err(_) => self.broken(format!("{name}: piece {} is listed and cannot be read", piece.idx)),
            }
        }
        if item.stage != ItemStage::Stored {
            return Ok(());
        }
        self.findings.items += 1;
        if item.ct_sha256 != Some(whole.finish().into()) {
            self.broken(format!("{name}: the pieces are not the sealed file"));
        }
        self.statement(item, &name)
    }

    fn statement(&mut self, item: &ItemRow, name: &str) -> Result<(), StoreError> {
        let (Some(leaf), Some(statement)) = (item.leaf, &item.statement) else {
            self.broken(format!("{name}: stored without a statement"));
            return Ok(());
        };
        self.leaf(leaf, statement, name);
        let record = self.rows.record(item.device, item.sealed_seq.unwrap_or_default())?;
        let agrees = ItemStored::parse(statement).is_ok_and(|said| {
            said.item == item.item
                && Some(said.ct_sha256) == item.ct_sha256
                && record.is_some_and(|record| record.sha256 == said.record_sha256)
        });
        if !agrees {
            self.broken(format!("{name}: the statement says something else"));
        }
        Ok(())
    }

    fn piece(&self, sha256: &Digest, whole: &mut Context) -> Result<(Digest, i64), StoreError> {
        let mut reader = self.office.pieces.open(sha256)?;
        let (mut hash, mut len, mut buffer) = (Context::new(&SHA256), 0, vec![0; BUFFER_BYTES]);
        loop {
            let read = reader.read(&mut buffer)?;
            if read == 0 {
                return Ok((hash.finish().into(), len));
            }
            hash.update(&buffer[..read]);
            whole.update(&buffer[..read]);
            len += read as i64;
        }
    }

    /// Every leaf is claimed by exactly one thing, and every inner hash follows from the leaves.
    fn log(&mut self) -> Result<(), StoreError> {
        let size = self.rows.log_size()?;
        let leaves = std::mem::take(&mut self.leaves);
        if leaves.len() as u64 != size || leaves.keys().zip(0..).any(|(index, place)| *index != place) {
            self.broken(format!("the log has {size} leaves, {} are accounted for", leaves.len()));
        }
        let mut frontier = Frontier::default();
        let (stored, mut wrong) = (LogHashes(self.rows), Vec::new());
        for (index, leaf) in leaves {
            frontier.push(leaf, |new| {
                if stored.hash(new.level, new.index).ok() != Some(new.hash) {
                    wrong.push(format!("leaf {index}: the log holds another hash at level {}", new.level));
                }
                Ok::<_, StoreError>(())
            })?;
        }
        self.findings.broken.append(&mut wrong);
        Ok(())
    }
}

//! Deriving everything again: is what is listed there, is it what it says, and is it in the log?

mod finding;
mod proofs;

pub use finding::{Broken, Fault, Findings, Subject};

use crate::{
    config::BureauConfig,
    log::LogHashes,
    office::Office,
    open::{StartError, open_beside},
    store::{self, DeviceRow, ItemRow, ItemStage, Ledger, PieceStore, RecordRow, StoreError},
};
use liuhen_record::{
    Digest, Record,
    chain::Chain,
    note::VerifierKey,
    receipt::ItemStored,
    sign::DeviceKey,
    timestamp::TimestampAuthorities,
    tlog::{Frontier, HashStore as _, leaf_hash},
};
use proofs::SignedRoots;
use ring::digest::{Context, SHA256};
use std::{collections::BTreeMap, io::Read as _, path::Path};

const BATCH: i64 = 500;
const BUFFER_BYTES: usize = 256 * 1024;

/// Looks at everything the bureau holds. Reads every stored byte.
///
/// # Errors
/// [`StoreError`] when the ledger itself cannot be read.
pub fn fsck(office: &Office) -> Result<Findings, StoreError> {
    office.read(|rows| look(rows, office.pieces.as_ref(), office.notary.signer().verifier_key(), None))
}

/// As [`fsck`], on the data folder of a bureau that runs or does not; also whether the log is still the one whose
/// checkpoint was signed last, and, where `authorities` are given, whether time stamps are theirs. A folder that cannot
/// be opened as it should is a finding.
///
/// # Errors
/// [`NotABureau`] when there is nothing to look at.
pub fn fsck_beside(
    data_dir: &Path,
    authorities: Option<&TimestampAuthorities>,
) -> Result<Findings, NotABureau> {
    let opened = match open_beside(&BureauConfig::new(data_dir)) {
        Ok(opened) => opened,
        Err(StartError::Empty) => return Err(NotABureau),
        Err(error) => return Ok(Findings::of(Subject::Folder, Fault::Unusable(error.to_string()))),
    };
    let key = opened.notary.signer().verifier_key();
    let looked =
        store::read(opened.ledger.as_ref(), |rows| look(rows, opened.pieces.as_ref(), key, authorities));
    let mut findings =
        looked.unwrap_or_else(|error| Findings::of(Subject::Ledger, Fault::Unusable(error.to_string())));
    if let Err(error) = opened.notary.check(opened.ledger.as_ref()) {
        findings.add(Subject::Log, Fault::Checkpoint(error.to_string()));
    }
    Ok(findings)
}

/// No bureau ever ran in this folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no bureau in this data folder")]
pub struct NotABureau;

fn look(
    rows: &dyn Ledger,
    pieces: &dyn PieceStore,
    key: &VerifierKey,
    authorities: Option<&TimestampAuthorities>,
) -> Result<Findings, StoreError> {
    let (findings, leaves) = (Findings::default(), BTreeMap::new());
    let mut check = Check { pieces, rows, key, authorities, findings, leaves };
    for device in rows.devices()? {
        check.chain(&device)?;
    }
    for stage in [ItemStage::Sealed, ItemStage::Stored, ItemStage::Refused] {
        check.items(stage)?;
    }
    let signed = check.proofs()?;
    check.log(signed)?;
    Ok(check.findings)
}

struct Check<'c> {
    pieces: &'c dyn PieceStore,
    rows: &'c dyn Ledger,
    /// Signs the log.
    key: &'c VerifierKey,
    /// Whose time stamps count; `None`: anybody's.
    authorities: Option<&'c TimestampAuthorities>,
    findings: Findings,
    /// Every leaf that something claims, by index.
    leaves: BTreeMap<u64, Digest>,
}

impl Check<'_> {
    fn broken(&mut self, subject: Subject, fault: Fault) {
        self.findings.add(subject, fault);
    }

    fn leaf(&mut self, index: u64, data: &[u8], subject: Subject) {
        if self.leaves.insert(index, leaf_hash(data)).is_some() {
            self.broken(subject, Fault::LeafTwice { leaf: index });
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
            self.broken(Subject::Device(device.device), Fault::Head);
        }
        Ok(())
    }

    fn record(&mut self, device: &DeviceRow, row: &RecordRow, chain: &mut Chain) {
        let subject = Subject::Record(row.device, row.seq);
        self.findings.records += 1;
        self.leaf(row.leaf, &row.bytes, subject);
        let digest = Digest::of(&row.bytes);
        let record = match Record::parse(&row.bytes) {
            Ok(record) => record,
            Err(error) => {
                *chain = Chain::resume(row.device, row.seq + 1, digest);
                return self.broken(subject, Fault::Record(error.to_string()));
            }
        };
        if let Err(error) = chain.append(&record, digest) {
            self.broken(subject, Fault::Chain(error.to_string()));
            *chain = Chain::resume(row.device, row.seq + 1, digest);
        }
        if digest != row.sha256 {
            self.broken(subject, Fault::Digest);
        }
        let key = DeviceKey::from_spki(&device.spki);
        let signed = match (&row.sig, key) {
            (Some(sig), Ok(key)) => key.verify(&row.bytes, sig).is_ok(),
            (None, Ok(_)) => !record.kind.must_be_signed(),
            (_, Err(_)) => false,
        };
        if !signed {
            self.broken(subject, Fault::Signature);
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
        let subject = Subject::Item(item.item);
        let mut whole = Context::new(&SHA256);
        for piece in self.rows.pieces(item.item)? {
            if piece.stored_ms.is_none() {
                if item.stage == ItemStage::Stored {
                    self.broken(subject, Fault::PieceMissing { piece: piece.idx });
                }
                continue;
            }
            self.findings.pieces += 1;
            match self.piece(&piece.sha256, &mut whole) {
                Ok((digest, len)) if digest == piece.sha256 && len == piece.len_bytes => {}
                Ok(_) => self.broken(subject, Fault::PieceDamaged { piece: piece.idx }),
                Err(_) => self.broken(subject, Fault::PieceUnreadable { piece: piece.idx }),
            }
        }
        if item.stage != ItemStage::Stored {
            return Ok(());
        }
        self.findings.items += 1;
        if item.ct_sha256 != Some(whole.finish().into()) {
            self.broken(subject, Fault::SealedFile);
        }
        self.statement(item)
    }

    fn statement(&mut self, item: &ItemRow) -> Result<(), StoreError> {
        let subject = Subject::Item(item.item);
        let (Some(leaf), Some(statement)) = (item.leaf, &item.statement) else {
            self.broken(subject, Fault::NoStatement);
            return Ok(());
        };
        self.leaf(leaf, statement, subject);
        let record = self.rows.record(item.device, item.sealed_seq.unwrap_or_default())?;
        let agrees = ItemStored::parse(statement).is_ok_and(|said| {
            said.item == item.item
                && Some(said.ct_sha256) == item.ct_sha256
                && record.is_some_and(|record| record.sha256 == said.record_sha256)
        });
        if !agrees {
            self.broken(subject, Fault::Statement);
        }
        Ok(())
    }

    fn piece(&self, sha256: &Digest, whole: &mut Context) -> Result<(Digest, i64), StoreError> {
        let mut reader = self.pieces.open(sha256)?;
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

    /// Every leaf is claimed by exactly one thing, every inner hash and every signed root follows from the leaves.
    fn log(&mut self, mut signed: SignedRoots) -> Result<(), StoreError> {
        let size = self.rows.log_size()?;
        let leaves = std::mem::take(&mut self.leaves);
        if leaves.len() as u64 != size || leaves.keys().zip(0..).any(|(index, place)| *index != place) {
            self.broken(Subject::Log, Fault::Leaves { size, found: leaves.len() as u64 });
        }
        let mut frontier = Frontier::default();
        let (stored, mut wrong) = (LogHashes(self.rows), Vec::new());
        let mut forked = Vec::new();
        // Its form was checked when it was opened.
        signed.remove(&0);
        for (index, leaf) in leaves {
            frontier.push(leaf, |new| {
                if stored.hash(new.level, new.index).ok() != Some(new.hash) {
                    wrong.push(Fault::Hash { leaf: index, level: new.level });
                }
                Ok::<_, StoreError>(())
            })?;
            if signed.remove(&frontier.size()).is_some_and(|root| root != frontier.root()) {
                forked.push(frontier.size());
            }
        }
        for fault in wrong {
            self.broken(Subject::Log, fault);
        }
        for size in forked {
            let why = "the leaves lead to another root".to_owned();
            self.broken(Subject::Checkpoint(size), Fault::Checkpoint(why));
        }
        for size in signed.into_keys() {
            let why = "the log has fewer leaves".to_owned();
            self.broken(Subject::Checkpoint(size), Fault::Checkpoint(why));
        }
        Ok(())
    }
}

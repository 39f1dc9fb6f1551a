//! One batch of records, in one transaction.

use super::{
    prepare::{Bad, Batch, Prepared, Sent},
    rules::Rules,
};
use crate::{
    index::project,
    log::Appender,
    store::{DeviceRow, Incident, IncidentKind, Ledger, NewRecord, StoreError},
};
use liuhen_record::{
    DeviceId, Digest, Kind,
    chain::{Chain, ChainError},
};

/// Of a refused record, so many bytes are kept.
const KEPT_BYTES: usize = 64 * 1024;

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// Number of the next record.
    pub next_seq: i64,
    /// Digest of the last one; zeros when there is none.
    pub head: Digest,
    /// Records added by this batch.
    pub stored: i64,
    /// Why the rest was not taken.
    pub refusal: Option<Refusal>,
}

/// Why a record was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Another record has that number.
    Fork {
        /// The number.
        seq: i64,
        /// The one that is kept.
        ours: Digest,
        /// The one that was sent.
        yours: Digest,
    },
    /// A number was skipped.
    Gap {
        /// The number expected.
        expected_seq: i64,
        /// The number sent.
        seq: i64,
    },
    /// A rule is broken.
    Invalid {
        /// The record's number, as far as it could be read.
        seq: Option<i64>,
        /// Which rule, in words.
        reason: String,
    },
}

/// Why a batch could not be judged at all.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The device is not enrolled.
    #[error("the device is unknown")]
    Unknown,
    /// Another device continues its chain.
    #[error("the chain is continued by another device")]
    Succeeded,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds the records of `batch` to the chain of `device`, up to the first that is refused. When this returns
/// inside a committed transaction, everything added is durable together with its log leaves.
///
/// # Errors
/// [`IntakeError`]; nothing is written then.
pub fn take_in(
    rows: &dyn Ledger,
    vkey: &str,
    device: DeviceId,
    batch: &Batch,
    now_ms: i64,
) -> Result<Intake, IntakeError> {
    let row = rows.device(device)?.ok_or(IntakeError::Unknown)?;
    let mut taking = Taking::start(rows, vkey, &row, now_ms)?;
    let mut refusal = None;
    for prepared in &batch.good {
        refusal = taking.take(prepared)?;
        if refusal.is_some() {
            break;
        }
    }
    if row.successor.is_some() && taking.stored > 0 {
        return Err(IntakeError::Succeeded);
    }
    if refusal.is_none() {
        refusal = batch.bad.as_ref().map(|bad| taking.refuse_bad(bad)).transpose()?;
    }
    let intake = Intake {
        next_seq: taking.chain.next_seq(),
        head: taking.chain.head(),
        stored: taking.stored,
        refusal,
    };
    taking.finish()?;
    Ok(intake)
}

struct Taking<'t> {
    rows: &'t dyn Ledger,
    rules: Rules<'t>,
    chain: Chain,
    log: Appender<'t>,
    stored: i64,
    now_ms: i64,
}

impl<'t> Taking<'t> {
    fn start(rows: &'t dyn Ledger, vkey: &'t str, row: &DeviceRow, now_ms: i64) -> Result<Self, StoreError> {
        let chain = Chain::resume(row.device, row.next_seq, row.head);
        Ok(Self {
            rows,
            rules: Rules::new(rows, vkey),
            chain,
            log: Appender::start(rows)?,
            stored: 0,
            now_ms,
        })
    }

    fn finish(self) -> Result<(), StoreError> {
        self.rows.advance(self.chain.device(), self.chain.next_seq(), self.chain.head())?;
        self.log.finish()
    }

    fn take(&mut self, prepared: &Prepared) -> Result<Option<Refusal>, StoreError> {
        let record = &prepared.record;
        if record.seq < self.chain.next_seq() {
            return self.again(prepared);
        }
        match self.chain.check(record) {
            Ok(()) => {}
            Err(ChainError::Seq { expected, found }) => {
                let reason = format!("record {found} where {expected} was expected");
                self.keep(IncidentKind::Gap, found, None, &prepared.sent, reason)?;
                return Ok(Some(Refusal::Gap { expected_seq: expected, seq: found }));
            }
            Err(error) => return self.refuse(prepared, error.to_string()).map(Some),
        }
        if let Some(rule) = self.rules.broken_by(record)? {
            return self.refuse(prepared, rule.to_owned()).map(Some);
        }
        self.add(prepared)?;
        Ok(None)
    }

    /// A number that is taken: the same record again is fine, another one is a fork.
    fn again(&self, prepared: &Prepared) -> Result<Option<Refusal>, StoreError> {
        let (seq, yours) = (prepared.record.seq, prepared.sha256);
        let kept = self.rows.record(self.chain.device(), seq)?;
        let ours = kept.ok_or(StoreError::Impossible("hole in a chain"))?.sha256;
        if ours == yours {
            return Ok(None);
        }
        let reason = format!("another record {seq} is kept");
        self.keep(IncidentKind::Fork, seq, Some(ours), &prepared.sent, reason)?;
        Ok(Some(Refusal::Fork { seq, ours, yours }))
    }

    fn add(&mut self, prepared: &Prepared) -> Result<(), StoreError> {
        let Prepared { record, sent, sha256 } = prepared;
        let leaf = self.log.push(&sent.bytes);
        self.rows.add_record(&NewRecord {
            record,
            bytes: &sent.bytes,
            sha256: *sha256,
            sig: sent.sig.as_deref(),
            received_ms: self.now_ms,
            leaf,
        })?;
        match (&record.kind, record.session) {
            (Kind::CaptureOpened(body), session) => {
                self.rows.open_item(body.item, record.device, session, record.seq)?;
            }
            (Kind::CaptureSealed(body), _) => self.rows.seal_item(body.item, record.seq, body)?,
            _ => {}
        }
        project(self.rows, record)?;
        self.chain.append(record, *sha256).map_err(|_| StoreError::Impossible("chain"))?;
        self.stored += 1;
        Ok(())
    }

    fn refuse(&self, prepared: &Prepared, reason: String) -> Result<Refusal, StoreError> {
        let seq = prepared.record.seq;
        self.keep(IncidentKind::Invalid, seq, None, &prepared.sent, reason.clone())?;
        Ok(Refusal::Invalid { seq: Some(seq), reason })
    }

    fn refuse_bad(&self, bad: &Bad) -> Result<Refusal, StoreError> {
        let seq = bad.seq.unwrap_or_else(|| self.chain.next_seq());
        self.keep(IncidentKind::Invalid, seq, None, &bad.sent, bad.reason.clone())?;
        Ok(Refusal::Invalid { seq: bad.seq, reason: bad.reason.clone() })
    }

    fn keep(
        &self,
        kind: IncidentKind,
        seq: i64,
        ours: Option<Digest>,
        sent: &Sent,
        reason: String,
    ) -> Result<(), StoreError> {
        self.rows.add_incident(&Incident {
            device: self.chain.device(),
            kind,
            seq,
            ours,
            theirs: Digest::of(&sent.bytes),
            reason,
            bytes: sent.bytes[..sent.bytes.len().min(KEPT_BYTES)].to_vec(),
            sig: sent.sig.clone(),
            first_ms: self.now_ms,
            last_ms: self.now_ms,
            times: 1,
        })
    }
}

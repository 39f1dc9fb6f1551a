//! What was said about the log: our checkpoints, the cosignatures of witnesses, the tokens of time-stamping authorities.

use super::{
    Check,
    finding::{Fault, Subject},
};
use crate::store::{CheckpointRow, StampRow, StoreError};
use liuhen_record::{
    Digest,
    note::{NoteSignature, SignedNote},
    timestamp::{TimestampError, TimestampToken},
    tlog::Checkpoint,
    witness::WitnessKey,
};
use std::collections::{BTreeMap, BTreeSet};

/// Roots that were signed, by the size of the log.
pub(super) type SignedRoots = BTreeMap<u64, Digest>;

impl Check<'_> {
    /// Checks each signature over the log; what roots were signed is compared with the leaves afterwards.
    pub(super) fn proofs(&mut self) -> Result<SignedRoots, StoreError> {
        let mut signed = SignedRoots::new();
        for row in self.rows.checkpoints(i64::MAX)? {
            self.findings.checkpoints += 1;
            let subject = Subject::Checkpoint(row.size);
            match self.open(&row.note, row.size) {
                Ok(checkpoint) => {
                    signed.insert(row.size, checkpoint.root);
                    self.cosignatures(&row)?;
                }
                Err(why) => self.broken(subject, Fault::Checkpoint(why)),
            }
        }
        let kept: BTreeSet<u64> = self.rows.cosigned_sizes()?.into_iter().collect();
        for size in kept.into_iter().filter(|size| !signed.contains_key(size)) {
            let why = "cosigned, and not kept as it was signed".to_owned();
            self.broken(Subject::Checkpoint(size), Fault::Checkpoint(why));
        }
        for row in self.rows.stamps(i64::MAX)? {
            self.findings.stamps += 1;
            if let Err(why) = self.stamp(&row, &signed) {
                self.broken(Subject::Checkpoint(row.size), Fault::Stamp(why));
            }
        }
        Ok(signed)
    }

    fn open(&self, note: &str, size: u64) -> Result<Checkpoint, String> {
        let checkpoint = Checkpoint::open(note, self.key).map_err(|error| error.to_string())?;
        if checkpoint.size == size { Ok(checkpoint) } else { Err("it is of another size".to_owned()) }
    }

    fn cosignatures(&mut self, row: &CheckpointRow) -> Result<(), StoreError> {
        let Ok(note) = SignedNote::parse(&row.note) else { return Ok(()) };
        for kept in self.rows.cosignatures(row.size)? {
            self.findings.cosignatures += 1;
            let line = NoteSignature::parse(&kept.line).ok();
            let time_secs = WitnessKey::parse(&kept.witness)
                .ok()
                .zip(line)
                .and_then(|(key, line)| key.verify(note.unverified_text(), &line).ok());
            if time_secs != Some(kept.time_secs) {
                let fault = Fault::Cosignature { witness: kept.witness };
                self.broken(Subject::Checkpoint(row.size), fault);
            }
        }
        Ok(())
    }

    fn stamp(&self, row: &StampRow, signed: &SignedRoots) -> Result<(), String> {
        let checkpoint = self.open(&row.note, row.size)?;
        if signed.get(&row.size).is_some_and(|root| *root != checkpoint.root) {
            return Err("it is over another checkpoint of this size".to_owned());
        }
        let checked = || -> Result<TimestampToken, TimestampError> {
            let token = TimestampToken::parse_reply(&row.reply)?;
            token.check(row.note.as_bytes(), None)?;
            if let Some(authorities) = self.authorities {
                token.verify(authorities)?;
            }
            Ok(token)
        };
        let token = checked().map_err(|error| error.to_string())?;
        if token.time_ms == row.time_ms { Ok(()) } else { Err("its time is another".to_owned()) }
    }
}

//! Records: the part of the chain that the bureau lacks, in order, in batches.

use super::{
    Stage,
    distrust::Distrust,
    fault::Fault,
    protocol::{ErrorBody, Head, RecordUpload, RecordsRequest, SignedRecord},
    round::Round,
    waiting::Waiting,
};
use crate::vault::StoredRecord;
use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::{Digest, Record, sign::DeviceKey};

/// Most records in a batch.
const BATCH_RECORDS: usize = 500;
/// Most bytes of records in a batch, unless a single one is longer.
const BATCH_BYTES: usize = 1 << 20;
/// How often a bureau may ask to begin earlier, in one synchronisation.
const MOST_GAPS: u32 = 2;
/// How often a batch that was changed on its way is sent again at once.
const MOST_DAMAGED: u32 = 2;

impl Round<'_> {
    /// Sends what the bureau lacks. `Some` when it refuses a record for good.
    pub(super) async fn send_records(&mut self) -> Result<Option<Waiting>, Fault> {
        let mut next_seq = self.reconcile_head().await?;
        let (mut gaps, mut damaged) = (0, 0);
        loop {
            let end_seq = self.vault.head().0;
            let sent = self.outcome.records_sent;
            self.tell(Stage::Records, None, sent, sent + (end_seq - next_seq).max(0) as u64);
            let batch = self.batch(next_seq)?;
            let Some(last) = batch.last().map(|record| (record.seq, record.digest)) else { return Ok(None) };
            let count = batch.len() as u64;
            let answer = self.client.post(&self.login, "/v1/records", &request(&batch)?).await;
            match answer {
                Ok(head) => {
                    check_taken(&head, last)?;
                    self.vault.mark_sent(last.0)?;
                    self.outcome.records_sent += count;
                    next_seq = last.0 + 1;
                }
                Err(Fault::Refused { status: 409, error }) if error.code == "gap" && gaps < MOST_GAPS => {
                    gaps += 1;
                    next_seq = error.expected_seq.filter(|seq| (1..=end_seq).contains(seq)).unwrap_or(1);
                }
                Err(Fault::Refused { status: 400, error }) if error.code == "batch_digest" => {
                    // Changed on the way, and nothing of it was taken.
                    damaged += 1;
                    if damaged > MOST_DAMAGED {
                        return Err(Fault::Waiting(Waiting::ConnectionLost));
                    }
                }
                Err(Fault::Refused { status: 409, error }) if error.code == "fork" => {
                    return Err(self.other_record(error.seq.unwrap_or(next_seq)).await.into());
                }
                Err(Fault::Refused { status: 409 | 413 | 422, error }) => {
                    return self.refused(next_seq, last.0, &error).map(Some);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Compares heads: the number of the first record that the bureau lacks.
    async fn reconcile_head(&mut self) -> Result<i64, Fault> {
        let theirs: Head = self.client.get(&self.login, "/v1/records/head").await?;
        let last_seq = theirs.next_seq.checked_sub(1).filter(|seq| *seq >= 0);
        let last_seq = last_seq.ok_or_else(|| Distrust::answer("records/head"))?;
        // What it had proved to have cannot be gone.
        let proved_to = self.proved_to()?;
        if last_seq < proved_to {
            return Err(Distrust::RecordLost { seq: theirs.next_seq }.into());
        }
        if last_seq == 0 {
            return Ok(1);
        }
        // More than we ever wrote, or otherwise: its chain is not ours.
        let ours = self.vault.record(last_seq)?.map(|record| record.digest);
        if ours.is_none() || ours != theirs.head {
            let seq = last_seq.min(self.vault.head().0 - 1);
            self.show_other_record(seq).await;
            return Err(self.other_record(seq).await.into());
        }
        self.vault.mark_sent(last_seq)?;
        Ok(theirs.next_seq)
    }

    /// Gives the bureau our record of a number of which it has another, or of our last one: it keeps both, as the proof
    /// of the fork, and shows them to people. Whatever it answers, the exchange is over.
    async fn show_other_record(&mut self, seq: i64) {
        let ours = self.vault.record(seq).ok().flatten();
        if let Some(body) = ours.and_then(|record| request(&[record]).ok()) {
            let answer: Result<Head, Fault> = self.client.post(&self.login, "/v1/records", &body).await;
            drop(answer);
        }
    }

    /// What it means that the bureau has another record `seq` than we: it can show a record that our own key signed and
    /// that we do not have, or it only says so.
    async fn other_record(&mut self, seq: i64) -> Distrust {
        match self.signed_elsewhere().await {
            Some(seq) => Distrust::OlderCopy { seq },
            None => Distrust::OtherRecord { seq },
        }
    }

    /// The number of a record that our key signed and that is not in this vault, as the bureau shows it. Only our key
    /// could have made it: the vault is older than what this device has done.
    async fn signed_elsewhere(&mut self) -> Option<i64> {
        let shown: SignedRecord = self.client.get(&self.login, "/v1/records/last-signed").await.ok()?;
        let spki = self.client.ports.keystore.public_key(&self.login.signing_key).ok()?;
        let sig = STANDARD.decode(&shown.sig).ok()?;
        DeviceKey::from_spki(&spki).ok()?.verify(shown.bytes.as_bytes(), &sig).ok()?;
        let record = Record::parse(shown.bytes.as_bytes()).ok()?;
        let ours = self.vault.record(record.seq).ok()?.map(|ours| ours.digest);
        let elsewhere = ours != Some(Digest::of(shown.bytes.as_bytes()));
        (record.device == self.login.device && elsewhere).then_some(record.seq)
    }

    fn batch(&self, from_seq: i64) -> Result<Vec<StoredRecord>, Fault> {
        let mut batch = self.vault.records_from(from_seq, BATCH_RECORDS)?;
        let mut bytes = 0;
        let fitting = batch.iter().take_while(|record| {
            bytes += record.bytes.len();
            bytes <= BATCH_BYTES
        });
        let fitting = fitting.count().max(1);
        batch.truncate(fitting);
        Ok(batch)
    }

    /// A record that the bureau will never take: what precedes it counts, the rest waits for somebody to look.
    fn refused(&mut self, first_seq: i64, last_seq: i64, error: &ErrorBody) -> Result<Waiting, Fault> {
        let next_seq = error.next_seq.or(error.seq).filter(|seq| (first_seq..=last_seq).contains(seq));
        let seq = next_seq.unwrap_or(first_seq);
        if seq > first_seq {
            self.vault.mark_sent(seq - 1)?;
            self.outcome.records_sent += (seq - first_seq) as u64;
        }
        let reason = [error.reason.as_deref().unwrap_or_default(), &error.message, &error.code];
        let reason = reason.into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        Ok(Waiting::RecordRefused { seq, reason: reason.chars().take(200).collect() })
    }
}

fn check_taken(head: &Head, last: (i64, Digest)) -> Result<(), Distrust> {
    if head.next_seq != last.0 + 1 || head.head != Some(last.1) {
        return Err(Distrust::OtherRecord { seq: last.0 });
    }
    Ok(())
}

fn request(batch: &[StoredRecord]) -> Result<RecordsRequest, Fault> {
    let records = batch.iter().map(|record| {
        let bytes = String::from_utf8(record.bytes.clone())
            .map_err(|_| crate::vault::VaultError::Damaged(format!("record {} is not text", record.seq)))?;
        Ok(RecordUpload { bytes, sig: record.sig.as_ref().map(|sig| STANDARD.encode(sig)) })
    });
    let records = records.collect::<Result<_, crate::vault::VaultError>>()?;
    Ok(RecordsRequest { records, head: batch.last().map(|record| record.digest) })
}

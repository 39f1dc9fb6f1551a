//! Reading records and verifying what can be verified without the ledger.

use liuhen_record::{DeviceId, Digest, Record, sign::DeviceKey};

/// A record as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its signature, DER.
    pub sig: Option<Vec<u8>>,
}

/// A record that reads and whose signature, where there is one, verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// As read.
    pub record: Record,
    /// Its bytes and signature.
    pub sent: Sent,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
}

/// What a batch turned out to be: the records that are good by themselves, and the first that is not.
#[derive(Debug)]
pub struct Batch {
    /// Good so far.
    pub good: Vec<Prepared>,
    /// The first bad one.
    pub bad: Option<Bad>,
}

/// A record that is refused whatever the ledger holds.
#[derive(Debug)]
pub struct Bad {
    /// Its number, as far as it could be read.
    pub seq: Option<i64>,
    /// Why, in words.
    pub reason: String,
    /// What was sent.
    pub sent: Sent,
}

/// These are not the bytes that the phone sent.
#[derive(Debug)]
pub struct NotWhole;

/// Reads a batch of `device`, whose key is `key`. Where the phone says that its last record has the digest `head`, the batch
/// must be what it sent: each record names the digest of the one before it. A record without a signature would otherwise
/// be taken as the way left it.
///
/// # Errors
/// [`NotWhole`]: whatever else is wrong with a record may then be the way's doing.
pub fn prepare(
    device: DeviceId,
    key: &DeviceKey,
    sent: Vec<Sent>,
    head: Option<Digest>,
) -> Result<Batch, NotWhole> {
    let digests: Vec<Digest> = sent.iter().map(|sent| Digest::of(&sent.bytes)).collect();
    if digests.last().zip(head).is_some_and(|(last, head)| *last != head) {
        return Err(NotWhole);
    }
    let mut batch = Batch { good: Vec::with_capacity(sent.len()), bad: None };
    let mut before: Option<Digest> = None;
    for (sent, sha256) in sent.into_iter().zip(digests) {
        // After the first bad one only the links count.
        let record = batch.bad.is_none().then(|| read(device, key, &sent));
        if let Some(expected) = before.replace(sha256).filter(|_| head.is_some()) {
            let prev = match &record {
                Some(Ok(record)) => Some(record.prev),
                _ => prev_of(&sent.bytes),
            };
            if prev != Some(expected) {
                return Err(NotWhole);
            }
        }
        match record {
            Some(Ok(record)) => batch.good.push(Prepared { record, sent, sha256 }),
            Some(Err(reason)) => batch.bad = Some(Bad { seq: seq_of(&sent.bytes), reason, sent }),
            None => {}
        }
    }
    Ok(batch)
}

fn read(device: DeviceId, key: &DeviceKey, sent: &Sent) -> Result<Record, String> {
    let record = Record::parse(&sent.bytes).map_err(|error| error.to_string())?;
    if record.device != device {
        return Err("written by another device".to_owned());
    }
    match &sent.sig {
        Some(sig) => key.verify(&sent.bytes, sig).map_err(|error| error.to_string())?,
        None if record.kind.must_be_signed() => return Err("not signed".to_owned()),
        None => {}
    }
    Ok(record)
}

/// The number of a record that does not read, for naming it.
fn seq_of(bytes: &[u8]) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Seq {
        seq: i64,
    }
    serde_json::from_slice::<Seq>(bytes).ok().map(|s| s.seq)
}

/// The digest of the record before, of a record that does not read.
fn prev_of(bytes: &[u8]) -> Option<Digest> {
    #[derive(serde::Deserialize)]
    struct Link {
        prev: Digest,
    }
    serde_json::from_slice::<Link>(bytes).ok().map(|link| link.prev)
}

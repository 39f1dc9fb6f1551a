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

/// Whether these are the bytes that were sent: each names the digest of the one before it, and the last has the digest
/// `head`. A record without a signature would otherwise be taken as the way left it.
pub fn is_whole(sent: &[Sent], head: &Digest) -> bool {
    #[derive(serde::Deserialize)]
    struct Link {
        prev: Digest,
    }
    let digests = sent.iter().map(|sent| Digest::of(&sent.bytes)).collect::<Vec<_>>();
    let follows = |(before, after): (&Digest, &Sent)| {
        serde_json::from_slice::<Link>(&after.bytes).is_ok_and(|link| link.prev == *before)
    };
    digests.last().is_none_or(|last| last == head) && digests.iter().zip(sent.iter().skip(1)).all(follows)
}

/// Reads a batch of `device`, whose key is `key`.
pub fn prepare(device: DeviceId, key: &DeviceKey, sent: Vec<Sent>) -> Batch {
    let mut good = Vec::with_capacity(sent.len());
    for sent in sent {
        match read(device, key, &sent) {
            Ok(record) => {
                let sha256 = Digest::of(&sent.bytes);
                good.push(Prepared { record, sent, sha256 });
            }
            Err(reason) => {
                let bad = Bad { seq: seq_of(&sent.bytes), reason, sent };
                return Batch { good, bad: Some(bad) };
            }
        }
    }
    Batch { good, bad: None }
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

use base64::{Engine, engine::general_purpose::STANDARD};
use liuhen_record::place::{PlaceClaim, Position};
use liuhen_record::sign::DeviceKey;
use liuhen_record::time::{Anchor, TimeClaim};
use liuhen_record::{DeviceId, Digest, Kind, Record, SessionId};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

const KEYS: [&str; 2] = [
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgCdiWPN39X0Q/W4EnHzbSlKwxvohRpzM36dQHbNdFwkyhRANCAARik5DBWgP7Ym5zWHEU4aphxTukt3VB3KR1q8vuXjG0lKy/GEkY19yhteFiolBVF/TxbkRc5p48r0y7xSbaBml/",
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdVgMHF2OpZxGDHKLWo+jUWNGSEWZk5VKSUDG1HLuYLKhRANCAAQZHlv59ftzIn+u8jBaahQeXwUOL8WmQ4GB9MnFEOXccaEt8PpI6ofPPCI3PHqR7EeDrbB8Hc5+HVR+VXUnTWeU",
];
const START_MS: i64 = 1_795_000_000_000;

/// A record as it left the phone.
#[derive(Debug, Clone)]
pub struct Link {
    pub record: Record,
    pub bytes: Vec<u8>,
    pub signature: Option<Vec<u8>>,
}

/// A phone with a software key that writes a chain.
pub struct Phone {
    pair: EcdsaKeyPair,
    pub key: DeviceKey,
    pub links: Vec<Link>,
}

impl Phone {
    /// One of the two phones of the tests.
    pub fn new(n: usize) -> Self {
        let pkcs8 = STANDARD.decode(KEYS[n]).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8, &SystemRandom::new()).unwrap();
        let key = DeviceKey::from_point(pair.public_key().as_ref()).unwrap();
        Self { pair, key, links: Vec::new() }
    }

    pub fn device(&self) -> DeviceId {
        self.key.device()
    }

    pub fn next_seq(&self) -> i64 {
        self.links.len() as i64 + 1
    }

    /// Writes a record; returns its number.
    pub fn write(&mut self, session: Option<SessionId>, kind: Kind) -> i64 {
        let record = self.record(session, kind);
        self.push(record)
    }

    /// The next record, not yet written.
    pub fn record(&self, session: Option<SessionId>, kind: Kind) -> Record {
        let seq = self.next_seq();
        let ms = seq * 1000;
        let anchor =
            Anchor { bureau_ms: START_MS, mono_ms: 0, boot_id: "boot-1".to_owned(), checkpoint_size: 0 };
        let position = Position {
            lat_e7: 282_280_000,
            lon_e7: 1_129_380_000,
            accuracy_cm: 800,
            fixed_at_ms: START_MS + ms,
        };
        Record {
            v: 1,
            device: self.device(),
            seq,
            prev: self.links.last().map_or(Digest::ZERO, |link| Digest::of(&link.bytes)),
            session,
            officer: (seq > 1).then(|| "o-1".to_owned()),
            kind,
            time: TimeClaim::make(START_MS + ms, 480, ms, "boot-1".to_owned(), Some(anchor)),
            place: PlaceClaim::Fixed(position),
        }
    }

    pub fn push(&mut self, record: Record) -> i64 {
        let bytes = record.bytes().unwrap();
        let signature = record.kind.must_be_signed().then(|| self.sign(&bytes));
        let seq = record.seq;
        self.links.push(Link { record, bytes, signature });
        seq
    }

    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
    }

    /// Changes one record and writes the rest of the chain again, as somebody can who holds the records but not
    /// the key: old signatures stay where they were.
    pub fn rewrite_without_key(&mut self, from: usize, change: impl FnOnce(&mut Record)) {
        change(&mut self.links[from].record);
        self.relink(from, false);
    }

    /// As the device itself could, were it lying.
    pub fn rewrite_with_key(&mut self, from: usize, change: impl FnOnce(&mut Record)) {
        change(&mut self.links[from].record);
        self.relink(from, true);
    }

    /// Writes every record from `from` on again, so that the chain is whole.
    pub fn relink(&mut self, from: usize, sign: bool) {
        for n in from..self.links.len() {
            let prev = n.checked_sub(1).map_or(Digest::ZERO, |before| Digest::of(&self.links[before].bytes));
            let link = &mut self.links[n];
            link.record.prev = prev;
            link.record.seq = n as i64 + 1;
            // Straight to canonical bytes: a liar does not keep the rules of the bodies.
            link.bytes = liuhen_record::canonical::bytes(&link.record).unwrap();
            let (bytes, signed) = (link.bytes.clone(), link.record.kind.must_be_signed());
            if sign {
                self.links[n].signature = signed.then(|| self.sign(&bytes));
            }
        }
    }
}

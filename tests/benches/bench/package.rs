//! Makes a package as a bureau hands it over: one phone's chain, sealed photos, a proof for everything.

use crate::folder::Folder;
use crate::office::Office;
use crate::setup::{Noise, Setup};
use crate::{Outcome, patrol};
use liuhen_record::package::{BagInfo, PackageWriter, Written};
use liuhen_record::receipt::{ITEM_STORED, ItemStored};
use liuhen_record::recipients::RecipientList;
use liuhen_record::seal::SealedDigests;
use liuhen_record::sign::DeviceKey;
use liuhen_record::{Digest, ItemId, Kind, Record, SessionId};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use std::path::Path;

/// How much a package holds.
pub struct Size {
    /// Sessions.
    pub sessions: u64,
    /// Records of each session.
    pub records_each: u64,
    /// Items of each session.
    pub items_each: u64,
    /// Length of what is in an item, bytes.
    pub item_bytes: usize,
}

struct Link {
    bytes: Vec<u8>,
    signature: Option<Vec<u8>>,
}

struct Stored {
    item: ItemId,
    sealed: Vec<u8>,
    statement: Vec<u8>,
}

/// A phone with a key in memory, and what it wrote.
struct Phone<'s> {
    setup: &'s Setup,
    random: SystemRandom,
    pair: EcdsaKeyPair,
    key: DeviceKey,
    links: Vec<Link>,
    stored: Vec<Stored>,
    noise: Noise,
}

impl<'s> Phone<'s> {
    fn new(setup: &'s Setup) -> Outcome<Self> {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| "no key")?;
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).map_err(|_| "no key")?;
        let key = DeviceKey::from_point(pair.public_key().as_ref())?;
        Ok(Self { setup, random, pair, key, links: Vec::new(), stored: Vec::new(), noise: Noise::new(5) })
    }

    fn next_seq(&self) -> i64 {
        self.links.len() as i64 + 1
    }

    fn write(&mut self, session: Option<SessionId>, kind: Kind) -> Outcome<i64> {
        let seq = self.next_seq();
        let record = Record {
            v: 1,
            device: self.key.device(),
            seq,
            prev: self.links.last().map_or(Digest::ZERO, |link| Digest::of(&link.bytes)),
            session,
            officer: (seq > 1).then(|| patrol::OFFICER.to_owned()),
            kind,
            time: patrol::time(seq),
            place: patrol::place(seq),
        };
        let bytes = record.bytes()?;
        let signature = if record.kind.must_be_signed() {
            let signature = self.pair.sign(&self.random, &bytes).map_err(|_| "no signature")?;
            Some(signature.as_ref().to_vec())
        } else {
            None
        };
        self.links.push(Link { bytes, signature });
        Ok(seq)
    }

    fn session(&mut self, n: u64, size: &Size) -> Outcome<()> {
        let id = SessionId(patrol::id(n));
        let until = self.next_seq() + size.records_each as i64 - i64::from(n == 0);
        let check_seq = self.write(None, patrol::checked())?;
        self.write(Some(id), patrol::opened(check_seq))?;
        let mut items = Vec::new();
        for k in 0..size.items_each {
            items.push(self.photo(id, ItemId(patrol::id(1 << 32 | n << 16 | k)), size.item_bytes)?);
        }
        while self.next_seq() + 1 < until {
            let seq = self.next_seq();
            let item =
                items.get(seq as usize % items.len().max(1)).copied().ok_or("a session without items")?;
            self.write(Some(id), patrol::happening(seq, item))?;
        }
        self.write(Some(id), patrol::closed(items))?;
        Ok(())
    }

    fn photo(&mut self, session: SessionId, item: ItemId, len_bytes: usize) -> Outcome<ItemId> {
        self.write(Some(session), patrol::capture_opened(item))?;
        let plain = self.noise.bytes(len_bytes);
        let (sealed, digests) = patrol::seal(self.setup, &plain)?;
        let seq = self.write(Some(session), patrol::capture_sealed(item, &digests))?;
        let statement = self.statement(item, seq, &digests)?;
        self.stored.push(Stored { item, sealed, statement });
        Ok(item)
    }

    fn statement(&self, item: ItemId, seq: i64, digests: &SealedDigests) -> Outcome<Vec<u8>> {
        let record = self.links.last().map_or(&[][..], |link| &link.bytes);
        let stored = ItemStored {
            v: 1,
            statement: ITEM_STORED.to_owned(),
            item,
            device: self.key.device(),
            seq,
            record_sha256: Digest::of(record),
            ct_sha256: digests.ct_sha256,
            len_bytes: digests.len_bytes as i64,
            stored_at_ms: patrol::START_MS + seq * 100,
        };
        Ok(stored.bytes()?)
    }
}

/// Writes the package below `dir`.
pub fn make(setup: &Setup, dir: &Path, size: &Size) -> Outcome<Written> {
    let mut office = Office::new()?;
    let mut phone = Phone::new(setup)?;
    phone.write(None, patrol::enrolled(office.signer.verifier_key()))?;
    for n in 0..size.sessions {
        phone.session(n, size)?;
    }
    for leaf in
        phone.links.iter().map(|link| &link.bytes).chain(phone.stored.iter().map(|stored| &stored.statement))
    {
        office.append(leaf)?;
    }
    let checkpoint = office.checkpoint()?;
    let info = BagInfo {
        organization: "某某市市场监督管理局".to_owned(),
        date: "2026-11-18".to_owned(),
        description: "测速资料包".to_owned(),
    };
    let mut writer = PackageWriter::new(Folder(dir.to_owned()), info);
    writer.bureau(office.signer.verifier_key())?;
    let recipients = RecipientList { epoch: 1, section: setup.identity.to_recipient(), recovery: None };
    writer.recipients(&recipients.sign(&office.signer)?)?;
    writer.device(&phone.key)?;
    for (index, link) in (0..).zip(&phone.links) {
        let proof = office.proof(index, &checkpoint)?;
        writer.record(&link.bytes, link.signature.as_deref(), Some(&proof))?;
    }
    for (index, stored) in (phone.links.len() as u64..).zip(&phone.stored) {
        writer.item(stored.item, &mut stored.sealed.as_slice())?;
        writer.receipt(&stored.statement, &office.proof(index, &checkpoint)?)?;
    }
    writer.checkpoint(&checkpoint)?;
    Ok(writer.finish(Some(&office.signer))?.1)
}

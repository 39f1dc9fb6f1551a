//! Writing the ledger: one transaction for everything that happens together.

use super::{
    Vault, VaultError,
    columns::{Columns, Row},
    head::Noted,
};
use crate::ports::{Keystore, Rng};
use liuhen_record::{
    DeviceId, Digest, Kind, Record, SessionId, place::PlaceClaim, record::VERSION, sign::DeviceKey,
    time::TimeClaim,
};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// Who, when and where: what every record says besides what happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The officer signed in; `None` when nobody is.
    pub officer: Option<String>,
    /// When.
    pub time: TimeClaim,
    /// Where.
    pub place: PlaceClaim,
}

/// A record before it has a place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The activity it belongs to; `None` for what concerns the device as a whole.
    pub session: Option<SessionId>,
    /// The officer signed in.
    pub officer: Option<String>,
    /// What happened.
    pub kind: Kind,
    /// When.
    pub time: TimeClaim,
    /// Where.
    pub place: PlaceClaim,
}

impl Draft {
    /// `kind`, stamped.
    pub fn new(session: Option<SessionId>, kind: Kind, stamp: Stamp) -> Self {
        Self { session, officer: stamp.officer, kind, time: stamp.time, place: stamp.place }
    }
}

/// A record that is durable now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Its number.
    pub seq: i64,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// Whose chain it is.
#[derive(Debug, Clone)]
pub(super) struct Owner {
    pub(super) device: DeviceId,
    pub(super) key_name: String,
    pub(super) public_key: DeviceKey,
}

/// Where the chain stands: the row `chain`.
#[derive(Debug, Clone)]
pub(super) struct ChainState {
    pub(super) owner: Option<Owner>,
    pub(super) next_seq: i64,
    pub(super) head: Digest,
    pub(super) sent_to: i64,
}

/// The sealed column of the row `chain`.
#[derive(Serialize, Deserialize)]
struct SealedChain {
    key_name: Option<String>,
    public_key_pem: Option<String>,
    head: Digest,
}

impl ChainState {
    /// Before anything happened.
    pub(super) fn new() -> Self {
        Self { owner: None, next_seq: 1, head: Digest::ZERO, sent_to: 0 }
    }

    fn row(&self) -> Row {
        Row::of("chain").int(1).int(self.next_seq).int(self.sent_to)
    }

    /// Reads the row; `None` in a new vault.
    pub(super) fn load(conn: &rusqlite::Connection, columns: &Columns) -> Result<Option<Self>, VaultError> {
        let row = conn
            .query_row("SELECT next_seq, sent_to, sealed FROM chain WHERE id = 1", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
            })
            .optional()?;
        let Some((next_seq, sent_to, sealed)) = row else { return Ok(None) };
        let mut state = Self { owner: None, next_seq, head: Digest::ZERO, sent_to };
        let damaged = || VaultError::Damaged("the row of the chain does not open".to_owned());
        let plain = columns.open(state.row(), &sealed).map_err(|_| damaged())?;
        let body: SealedChain = serde_json::from_slice(&plain).map_err(|_| damaged())?;
        state.head = body.head;
        // A joining that broke off before the first record left nothing that belongs to anybody: it is made again.
        let joined = next_seq > 1;
        if let (Some(key_name), Some(pem), true) = (body.key_name, body.public_key_pem, joined) {
            let public_key = DeviceKey::from_pem(&pem).map_err(|_| damaged())?;
            state.owner = Some(Owner { device: public_key.device(), key_name, public_key });
        }
        Ok(Some(state))
    }

    fn store(&self, tx: &Transaction<'_>, columns: &Columns, rng: &dyn Rng) -> Result<(), VaultError> {
        let body = SealedChain {
            key_name: self.owner.as_ref().map(|owner| owner.key_name.clone()),
            public_key_pem: self.owner.as_ref().map(|owner| owner.public_key.pem()),
            head: self.head,
        };
        let plain = serde_json::to_vec(&body).map_err(|_| VaultError::TooLong)?;
        let sealed = columns.seal(self.row(), &plain, rng)?;
        tx.prepare_cached(
            "INSERT OR REPLACE INTO chain (id, next_seq, sent_to, sealed) VALUES (1, ?1, ?2, ?3)",
        )?
        .execute(params![self.next_seq, self.sent_to, sealed])?;
        Ok(())
    }
}

/// One transaction under way.
pub(crate) struct Writing<'v> {
    pub(super) tx: Transaction<'v>,
    pub(super) columns: &'v Columns,
    pub(super) rng: &'v dyn Rng,
    pub(super) chain: ChainState,
    keystore: &'v dyn Keystore,
    /// Whether losing the note of this head would matter most.
    durable_note: bool,
}

impl Writing<'_> {
    /// Gives the chain its owner: the device whose signing key has this name in the keystore. Once.
    pub(crate) fn set_owner(&mut self, device: DeviceId, signing_key_name: &str) -> Result<(), VaultError> {
        if self.chain.owner.is_some() {
            return Err(VaultError::HasDevice);
        }
        let spki = self.keystore.public_key(signing_key_name).map_err(VaultError::Keystore)?;
        let public_key = DeviceKey::from_spki(&spki).map_err(|_| VaultError::WrongDevice)?;
        if public_key.device() != device {
            return Err(VaultError::WrongDevice);
        }
        self.chain.owner = Some(Owner { device, key_name: signing_key_name.to_owned(), public_key });
        Ok(())
    }

    /// Appends one record to the chain, signing it where its kind asks for that.
    pub(crate) fn append(&mut self, draft: Draft) -> Result<Appended, VaultError> {
        let owner = self.chain.owner.as_ref().ok_or(VaultError::NoDevice)?;
        let kind = draft.kind.name();
        if draft.kind.needs_session().is_some_and(|needs| needs != draft.session.is_some()) {
            return Err(VaultError::Session { kind });
        }
        let seq = self.chain.next_seq;
        let record = Record {
            v: VERSION,
            device: owner.device,
            seq,
            prev: self.chain.head,
            session: draft.session,
            officer: draft.officer,
            kind: draft.kind,
            time: draft.time,
            place: draft.place,
        };
        let bytes = record.bytes()?;
        let signature = if record.kind.must_be_signed() {
            self.keystore.sign(&owner.key_name, &bytes).map_err(VaultError::Keystore)?
        } else {
            Vec::new()
        };
        let session = record.session.map(|session| session.0);
        let row = record_row(seq, session.as_ref(), kind);
        let sealed = self.columns.seal(row, &with_signature(&signature, &bytes)?, self.rng)?;
        self.tx
            .prepare_cached("INSERT INTO record (seq, session, kind, sealed) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![seq, session, kind, sealed])?;
        let digest = Digest::of(&bytes);
        self.chain.next_seq += 1;
        self.chain.head = digest;
        self.durable_note |=
            matches!(record.kind, Kind::SessionClosed(_) | Kind::DayEnded(_) | Kind::DeviceEnrolled(_));
        Ok(Appended { seq, digest })
    }
}

/// What the sealed column of a record is bound to.
pub(super) fn record_row(seq: i64, session: Option<&[u8; 16]>, kind: &str) -> Row {
    Row::of("record").int(seq).maybe_blob(session.map(<[u8; 16]>::as_slice)).text(kind)
}

/// `length of the signature (2 bytes, big endian) ‖ signature ‖ record`.
fn with_signature(signature: &[u8], bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
    let len = u16::try_from(signature.len()).map_err(|_| VaultError::TooLong)?;
    Ok([&len.to_be_bytes()[..], signature, bytes].concat())
}

/// Takes apart what [`with_signature`] put together: the signature, if any, and the record.
pub(super) fn split_signature(mut plain: Vec<u8>) -> Option<(Option<Vec<u8>>, Vec<u8>)> {
    let len = usize::from(u16::from_be_bytes(*plain.first_chunk()?));
    let signature = plain.get(2..2 + len)?.to_vec();
    plain.drain(..2 + len);
    Some((Some(signature).filter(|signature| !signature.is_empty()), plain))
}

impl Vault {
    /// Gives the chain its owner: the device whose signing key has this name in the keystore. Once; it lasts with the first
    /// record.
    ///
    /// # Errors
    /// [`VaultError::HasDevice`], [`VaultError::WrongDevice`], or what the keystore or the database says.
    pub fn set_device(&mut self, device: DeviceId, signing_key_name: &str) -> Result<(), VaultError> {
        self.write(|writing| writing.set_owner(device, signing_key_name))
    }

    /// Appends one record: durable when this returns.
    ///
    /// # Errors
    /// [`VaultError`]; the ledger is then as it was.
    pub fn append(&mut self, draft: Draft) -> Result<Appended, VaultError> {
        self.write(|writing| writing.append(draft))
    }

    /// Appends several records in one transaction: all of them or none.
    ///
    /// # Errors
    /// [`VaultError`]; the ledger is then as it was.
    pub fn append_all(&mut self, drafts: Vec<Draft>) -> Result<Vec<Appended>, VaultError> {
        self.write(|writing| drafts.into_iter().map(|draft| writing.append(draft)).collect())
    }

    /// One transaction: what `work` does becomes durable as a whole, or not at all.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        let before = self.chain.next_seq;
        let (done, chain, durable_note) = self.transact(work)?;
        self.chain = chain;
        if self.chain.next_seq > before {
            self.note_head(durable_note);
        }
        Ok(done)
    }

    fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Writing<'_>) -> Result<T, VaultError>,
    ) -> Result<(T, ChainState, bool), VaultError> {
        let mut writing = Writing {
            tx: self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?,
            columns: &self.columns,
            rng: &*self.rng,
            chain: self.chain.clone(),
            keystore: &*self.keystore,
            durable_note: false,
        };
        let done = work(&mut writing)?;
        writing.chain.store(&writing.tx, writing.columns, writing.rng)?;
        let Writing { tx, chain, durable_note, .. } = writing;
        tx.commit()?;
        Ok((done, chain, durable_note))
    }

    /// Notes the head beside the database. The records are durable whatever becomes of the note: one that lags proves
    /// less, never wrong.
    pub(super) fn note_head(&mut self, durable: bool) {
        let noted = Noted { seq: self.chain.next_seq - 1, digest: self.chain.head };
        drop(self.head.note(&self.columns, &*self.rng, noted, durable));
    }
}

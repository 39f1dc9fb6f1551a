//! Where the bureau keeps things, behind two traits: [`LedgerStore`] for rows and [`PieceStore`] for bytes.
//!
//! What the bureau decides is written once, above these traits, in terms of the small row operations of
//! [`Ledger`] inside one transaction; a second implementation (PostgreSQL, S3) has only to pass the same
//! conformance suite ([`conformance`]).

pub mod conformance;
mod direct;
mod file_pieces;
mod footage_rows;
mod index_rows;
mod pieces;
mod proof_rows;
mod rows;
mod search_rows;
pub mod sqlite;
mod upload_rows;

pub use file_pieces::FilePieces;
pub use footage_rows::{FootageCount, FootageRows};
pub use index_rows::{
    DayCount, IndexedItem, IndexedOfficer, IndexedSession, NewItemIndex, SearchPage, SearchQuery,
};
pub use pieces::{PieceReader, PieceStore, StagedPiece, is_damage, read_through};
pub use proof_rows::{CosignatureRow, ProofRows, StampRow};
pub use rows::{
    AccountRow, AuditRow, CheckpointRow, CodeRow, DeviceRow, Incident, IncidentKind, ItemRow, ItemStage,
    NewRecord, PieceRow, RecordRow, Review, SessionOutcome, StagedId, TokenRow, TokenScope, UploadId,
    UploadRow, WebSessionRow,
};
pub use search_rows::SearchRows;
pub use sqlite::SqliteLedger;
pub use upload_rows::UploadRows;

use liuhen_record::{DeviceId, Digest, ItemId, SessionId, tlog::NewHash};

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reported an error.
    #[error("the database failed: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The file system reported an error.
    #[error("the file system failed: {0}")]
    File(#[from] std::io::Error),
    /// A newer program wrote this database.
    #[error("the database has version {found}; this program knows versions up to {known}")]
    Newer {
        /// Version found.
        found: i64,
        /// Highest version known.
        known: i64,
    },
    /// A row holds what no row of this program can hold.
    #[error("the database holds an impossible {0}")]
    Impossible(&'static str),
    /// The disk of the database is full; the same may be tried again when somebody made room.
    #[error("the database's disk is full")]
    Full,
    /// Others held the database for too long; the same may be tried again.
    #[error("the database is busy")]
    Busy,
    /// The work inside a transaction gave up; nothing was written.
    #[error("the transaction was given up")]
    GivenUp,
}

/// Rows, in transactions.
pub trait LedgerStore: Send + Sync {
    /// Runs `work` in one writing transaction. When `work` returns `Ok`, everything it wrote is durable when this
    /// returns; when it returns an error, nothing of it ever happened. Writers run one after another.
    ///
    /// # Errors
    /// What `work` returned, or the store's own error.
    fn write(&self, work: Work<'_>) -> Result<(), StoreError>;

    /// Runs `work` on one consistent snapshot, beside a writer.
    ///
    /// # Errors
    /// What `work` returned, or the store's own error.
    fn read(&self, work: Work<'_>) -> Result<(), StoreError>;
}

/// What is run inside a transaction.
pub type Work<'w> = &'w mut dyn FnMut(&dyn Ledger) -> Result<(), StoreError>;

/// [`LedgerStore::write`] for work that returns a value and has errors of its own.
///
/// # Errors
/// The work's error; nothing was written then.
pub fn write<T, E: From<StoreError>>(
    store: &dyn LedgerStore,
    work: impl FnMut(&dyn Ledger) -> Result<T, E>,
) -> Result<T, E> {
    run(work, |work| store.write(work))
}

/// [`LedgerStore::read`] for work that returns a value and has errors of its own.
///
/// # Errors
/// The work's error.
pub fn read<T, E: From<StoreError>>(
    store: &dyn LedgerStore,
    work: impl FnMut(&dyn Ledger) -> Result<T, E>,
) -> Result<T, E> {
    run(work, |work| store.read(work))
}

fn run<T, E: From<StoreError>>(
    mut work: impl FnMut(&dyn Ledger) -> Result<T, E>,
    transaction: impl FnOnce(Work<'_>) -> Result<(), StoreError>,
) -> Result<T, E> {
    let mut outcome: Option<Result<T, E>> = None;
    let done = transaction(&mut |ledger| {
        let result = work(ledger);
        let given_up = result.is_err();
        outcome = Some(result);
        if given_up { Err(StoreError::GivenUp) } else { Ok(()) }
    });
    match (done, outcome) {
        (Ok(()), Some(Ok(value))) => Ok(value),
        (Err(StoreError::GivenUp), Some(Err(error))) => Err(error),
        (Err(error), _) => Err(error.into()),
        (Ok(()), _) => Err(StoreError::GivenUp.into()),
    }
}

/// Everything that can be read and written inside one transaction.
pub trait Ledger:
    SettingRows
    + DeviceRows
    + RecordRows
    + ItemRows
    + UploadRows
    + LogRows
    + ProofRows
    + IndexRows
    + SearchRows
    + FootageRows
    + AccountRows
{
}

/// Named values of the bureau itself.
pub trait SettingRows {
    /// The value of a setting.
    fn setting(&self, name: &str) -> Result<Option<String>, StoreError>;
    /// Sets a value.
    fn put_setting(&self, name: &str, value: &str) -> Result<(), StoreError>;
}

/// Who is enrolled, and how they prove it.
pub trait DeviceRows {
    /// Adds a one-use enrolment code, by the SHA-256 of its secret.
    fn add_code(&self, secret_sha256: &Digest, created_ms: i64, expires_ms: i64) -> Result<(), StoreError>;
    /// Finds a code.
    fn code(&self, secret_sha256: &Digest) -> Result<Option<CodeRow>, StoreError>;
    /// Marks a code as used by a device; false when it was used before.
    fn use_code(&self, secret_sha256: &Digest, device: DeviceId, at_ms: i64) -> Result<bool, StoreError>;
    /// Adds a device with an empty chain.
    fn add_device(&self, device: &DeviceRow) -> Result<(), StoreError>;
    /// Finds a device.
    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>, StoreError>;
    /// All devices, by number and enrolment.
    fn devices(&self) -> Result<Vec<DeviceRow>, StoreError>;
    /// Names the device that continues this one.
    fn set_successor(&self, device: DeviceId, successor: DeviceId) -> Result<(), StoreError>;
    /// Moves the head of a device's chain.
    fn advance(&self, device: DeviceId, next_seq: i64, head: Digest) -> Result<(), StoreError>;
    /// Writes down that a challenge, by its SHA-256, was used; false when it was used before.
    fn use_challenge(
        &self,
        challenge_sha256: &Digest,
        device: DeviceId,
        expires_ms: i64,
    ) -> Result<bool, StoreError>;
    /// Forgets challenges of a device that are expired, except the `keep` that were used last.
    fn forget_challenges(&self, device: DeviceId, now_ms: i64, keep: i64) -> Result<(), StoreError>;
    /// Keeps a bearer token, by its SHA-256, and at most `most` of its scope a device (the oldest go).
    fn add_token(&self, token: &TokenRow, most: i64) -> Result<(), StoreError>;
    /// A token that is not expired.
    fn token(&self, token_sha256: &Digest, now_ms: i64) -> Result<Option<TokenRow>, StoreError>;
    /// Strikes a device off: its tokens are gone. The first time stays.
    fn revoke(&self, device: DeviceId, at_ms: i64) -> Result<(), StoreError>;
    /// Forgets tokens that are expired.
    fn forget_expired(&self, now_ms: i64) -> Result<(), StoreError>;
}

/// The records and what was refused.
pub trait RecordRows {
    /// Adds a record at the head of its device's chain.
    fn add_record(&self, record: &NewRecord<'_>) -> Result<(), StoreError>;
    /// One record.
    fn record(&self, device: DeviceId, seq: i64) -> Result<Option<RecordRow>, StoreError>;
    /// The last record of a device that carries a signature.
    fn last_signed_record(&self, device: DeviceId) -> Result<Option<RecordRow>, StoreError>;
    /// Digest and leaf index of a device's records from `from_seq` to `to_seq`, both included.
    fn record_leaves(
        &self,
        device: DeviceId,
        from_seq: i64,
        to_seq: i64,
    ) -> Result<Vec<(i64, Digest, u64)>, StoreError>;
    /// A device's records from `from_seq` on, at most `limit`.
    fn records_from(&self, device: DeviceId, from_seq: i64, limit: i64)
    -> Result<Vec<RecordRow>, StoreError>;
    /// The records of one kind ([`liuhen_record::Kind::name`]) in the order in which they came, from this leaf on, at most
    /// `limit`.
    fn kind_records_from(&self, kind: &str, from_leaf: u64, limit: i64)
    -> Result<Vec<RecordRow>, StoreError>;
    /// The records of a session, in order, after the first `skip`, at most `limit`.
    fn session_records(
        &self,
        session: SessionId,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError>;
    /// How many records a session has.
    fn count_session_records(&self, session: SessionId) -> Result<i64, StoreError>;
    /// The records of a session that are of these kinds ([`liuhen_record::Kind::name`]), in order, from this number on, at most
    /// `limit`.
    fn session_kinds(
        &self,
        session: SessionId,
        kinds: &[&str],
        from_seq: i64,
        limit: i64,
    ) -> Result<Vec<RecordRow>, StoreError>;
    /// Keeps a refused record; the same one again only counts. Of each kind a device has a limit of its own, so that what is
    /// easily made in masses hides nothing else.
    fn add_incident(&self, incident: &Incident) -> Result<(), StoreError>;
    /// Refused records, newest first, of one device or of all.
    fn incidents(&self, device: Option<DeviceId>, limit: i64) -> Result<Vec<Incident>, StoreError>;
    /// Of every kind of every device (or of this one) the last `each`, those that say most of the device first, at most `limit`:
    /// what is easily made in masses keeps nothing else out of sight.
    fn incidents_by_kind(
        &self,
        device: Option<DeviceId>,
        each: i64,
        limit: i64,
    ) -> Result<Vec<Incident>, StoreError>;
    /// How many refused records of a device are kept.
    fn count_incidents(&self, device: DeviceId) -> Result<i64, StoreError>;
    /// The devices of which refused records are kept.
    fn devices_with_incidents(&self) -> Result<Vec<DeviceId>, StoreError>;
}

/// Items and their pieces.
pub trait ItemRows {
    /// A capture was opened, in a session or, for footage of recorders, in none.
    fn open_item(
        &self,
        item: ItemId,
        device: DeviceId,
        session: Option<SessionId>,
        opened_seq: i64,
    ) -> Result<(), StoreError>;
    /// A capture was sealed: its pieces are wanted now.
    fn seal_item(
        &self,
        item: ItemId,
        sealed_seq: i64,
        sealed: &liuhen_record::kind::CaptureSealed,
    ) -> Result<(), StoreError>;
    /// One item.
    fn item(&self, item: ItemId) -> Result<Option<ItemRow>, StoreError>;
    /// The pieces of an item, in order.
    fn pieces(&self, item: ItemId) -> Result<Vec<PieceRow>, StoreError>;
    /// Sealed items of a device that are not stored, in order of their records.
    fn unstored(&self, device: DeviceId, limit: i64) -> Result<Vec<ItemRow>, StoreError>;
    /// Items of a device that were refused, in order of their records.
    fn refused(&self, device: DeviceId, limit: i64) -> Result<Vec<ItemId>, StoreError>;
    /// Items whose pieces are all stored while they are not.
    fn unfinalised(&self) -> Result<Vec<ItemId>, StoreError>;
    /// All items at one stage, after `after` in order of their ids.
    fn items_at(
        &self,
        stage: ItemStage,
        after: Option<ItemId>,
        limit: i64,
    ) -> Result<Vec<ItemRow>, StoreError>;
    /// A piece is in the piece store.
    fn piece_stored(&self, item: ItemId, idx: i64, at_ms: i64) -> Result<(), StoreError>;
    /// Every byte of an item is stored and its statement is in the log.
    fn item_stored(&self, item: ItemId, at_ms: i64, leaf: u64, statement: &[u8]) -> Result<(), StoreError>;
    /// Pieces of this digest turned out damaged or missing: wherever their item is not stored yet they are wanted again, and
    /// the uploads that brought them are gone. Returns these items.
    fn piece_wanted_again(&self, sha256: &Digest) -> Result<Vec<ItemId>, StoreError>;
    /// The stored pieces are not the sealed file that the record names.
    fn item_refused(&self, item: ItemId) -> Result<(), StoreError>;
}

/// The log's rows.
pub trait LogRows {
    /// Leaves in the log.
    fn log_size(&self) -> Result<u64, StoreError>;
    /// Sets the number of leaves.
    fn put_log_size(&self, size: u64) -> Result<(), StoreError>;
    /// The hash of a perfect subtree, which must be there.
    fn log_hash(&self, level: u8, index: u64) -> Result<Digest, StoreError>;
    /// Stores hashes of perfect subtrees; they are never changed.
    fn put_log_hashes(&self, hashes: &[NewHash]) -> Result<(), StoreError>;
    /// The checkpoint of the greatest size.
    fn last_checkpoint(&self) -> Result<Option<CheckpointRow>, StoreError>;
    /// The checkpoint of this size.
    fn checkpoint(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError>;
    /// All checkpoints, newest first.
    fn checkpoints(&self, limit: i64) -> Result<Vec<CheckpointRow>, StoreError>;
    /// Keeps a signed checkpoint.
    fn put_checkpoint(&self, checkpoint: &CheckpointRow) -> Result<(), StoreError>;
}

/// Writing the projections by which the console searches.
pub trait IndexRows {
    /// Empties every projection.
    fn clear_index(&self) -> Result<(), StoreError>;
    /// Adds a session and its officers.
    fn put_session(&self, session: &IndexedSession) -> Result<(), StoreError>;
    /// One session.
    fn session(&self, session: SessionId) -> Result<Option<IndexedSession>, StoreError>;
    /// A recorder was used in a session; told again it changes nothing.
    fn put_session_recorder(&self, session: SessionId, recorder_no: &str) -> Result<(), StoreError>;
    /// A session was closed.
    fn close_session(&self, session: SessionId, at_ms: i64) -> Result<(), StoreError>;
    /// How the party's review ended.
    fn set_outcome(&self, session: SessionId, outcome: SessionOutcome) -> Result<(), StoreError>;
    /// A circumstance of article 12 was marked.
    fn add_trigger(&self, session: SessionId, trigger: &str) -> Result<(), StoreError>;
    /// Adds an item.
    fn put_item_index(&self, item: &NewItemIndex) -> Result<(), StoreError>;
    /// When an item of this device was recorded, Unix milliseconds, and on which day; nothing if it is another's.
    fn set_item_times(
        &self,
        item: ItemId,
        device: DeviceId,
        used_ms: (i64, i64),
        day: &str,
    ) -> Result<(), StoreError>;
    /// The last word by hand on an item of this device: the session to which it belongs, or none; nothing if it is another's.
    fn assign_item(
        &self,
        item: ItemId,
        device: DeviceId,
        session: Option<SessionId>,
    ) -> Result<(), StoreError>;
    /// An item is complete: when it was recorded, and it is [`ItemStage::Sealed`].
    fn seal_item_index(&self, item: ItemId, from_ms: i64, to_ms: i64, day: &str) -> Result<(), StoreError>;
    /// How far an item has come.
    fn set_item_stage(
        &self,
        item: ItemId,
        stage: ItemStage,
        stored_ms: Option<i64>,
    ) -> Result<(), StoreError>;
    /// What the party did with an item of this session.
    fn set_item_review(&self, session: SessionId, item: ItemId, review: Review) -> Result<(), StoreError>;
    /// What a review was about that the party did not settle; what it reviewed before stays so.
    fn refuse_item_review(&self, session: SessionId, item: ItemId) -> Result<(), StoreError>;
    /// Whether items of this session stand as refused.
    fn has_refused_items(&self, session: SessionId) -> Result<bool, StoreError>;
    /// A record speaks of an item.
    fn put_record_item(&self, item: ItemId, device: DeviceId, seq: i64) -> Result<(), StoreError>;
    /// Every row of every projection as text, in a fixed order: for comparing two ways of building them.
    fn dump_index(&self) -> Result<Vec<String>, StoreError>;
}

/// Accounts, sign-ins and the audit trail of the console.
pub trait AccountRows {
    /// Adds an account; false when the name is taken.
    fn add_account(&self, account: &AccountRow) -> Result<bool, StoreError>;
    /// Finds an account by name.
    fn account(&self, name: &str) -> Result<Option<AccountRow>, StoreError>;
    /// All accounts, by name.
    fn accounts(&self) -> Result<Vec<AccountRow>, StoreError>;
    /// Sets a password hash and ends every session of the account.
    fn set_password(&self, account: i64, password: &str, must_change: bool) -> Result<(), StoreError>;
    /// Keeps a console session, by the SHA-256 of its token.
    fn add_web_session(&self, session: &WebSessionRow) -> Result<(), StoreError>;
    /// Finds a console session and its account.
    fn web_session(&self, token_sha256: &Digest) -> Result<Option<(WebSessionRow, AccountRow)>, StoreError>;
    /// The session was used.
    fn touch_web_session(&self, token_sha256: &Digest, at_ms: i64) -> Result<(), StoreError>;
    /// Ends a session.
    fn end_web_session(&self, token_sha256: &Digest) -> Result<(), StoreError>;
    /// Forgets sessions whose last use is not from one instant to the other.
    fn forget_web_sessions(&self, within_ms: (i64, i64)) -> Result<(), StoreError>;
    /// A sign-in failed.
    fn add_failure(&self, name: &str, source: &str, at_ms: i64) -> Result<(), StoreError>;
    /// Failures from one instant to another: of this name, and from this source.
    fn failures(&self, name: &str, source: &str, within_ms: (i64, i64)) -> Result<(i64, i64), StoreError>;
    /// A sign-in succeeded: failures of the name are forgotten, and all that are not from one instant to the other.
    fn forget_failures(&self, name: &str, within_ms: (i64, i64)) -> Result<(), StoreError>;
    /// Writes down who did what.
    fn add_audit(&self, entry: &AuditRow) -> Result<(), StoreError>;
    /// Audit entries about a target (all when empty), newest first, after the first `skip`.
    fn audit(&self, target: &str, skip: i64, limit: i64) -> Result<Vec<AuditRow>, StoreError>;
}

//! Captured items: what the vault knows of each, beside its records.

use super::{
    Vault, VaultError, Writing,
    columns::{Columns, Row},
    from_tag, tag,
};
use crate::ports::Rng;
use liuhen_record::{
    Digest, ItemId, SessionId,
    kind::{ItemState, MediaKind},
    seal::{Envelope, FileKey},
};
use rusqlite::{Connection, OptionalExtension, params, types::Value};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// An item as the vault knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// IANA media type.
    pub media_type: String,
    /// The item from which it was derived, for thumbnails.
    pub derived_from: Option<ItemId>,
    /// How far it has come.
    pub state: ItemState,
    /// Number of its `capture_opened` record.
    pub opened_seq: i64,
    /// Number of its `capture_sealed` record.
    pub sealed_seq: Option<i64>,
    /// Length of the sealed file, bytes; 0 until sealed.
    pub len_bytes: i64,
    /// Length of what is inside, bytes; 0 until sealed.
    pub pt_len_bytes: i64,
    /// SHA-256 of the sealed file, once sealed.
    pub ct_sha256: Option<Digest>,
    /// Whether its local bytes were freed.
    pub freed: bool,
    /// Index of the bureau's `item_stored` leaf, once a receipt was verified.
    pub receipt_index: Option<i64>,
}

/// Which items are wanted; the default wants all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Only of this session.
    pub session: Option<SessionId>,
    /// Only in one of these states; empty means any.
    pub states: Vec<ItemState>,
    /// Only freed ones, or only ones still here.
    pub freed: Option<bool>,
}

/// An item whose capture begins.
pub(crate) struct NewItem<'a> {
    pub(crate) item: ItemId,
    pub(crate) session: Option<SessionId>,
    pub(crate) media: MediaKind,
    pub(crate) media_type: &'a str,
    pub(crate) derived_from: Option<ItemId>,
    pub(crate) envelope: &'a Envelope,
    /// From [`Vault::wrap_file_key`].
    pub(crate) wrapped_key: &'a [u8],
    pub(crate) started_mono_ms: i64,
}

/// What sealing an item made final.
pub(crate) struct SealedItem<'a> {
    pub(crate) item: ItemId,
    pub(crate) sealed_seq: i64,
    pub(crate) digests: &'a liuhen_record::seal::SealedDigests,
}

/// What recovery needs to end an item.
pub(crate) struct OpenItem {
    pub(crate) row: ItemRow,
    pub(crate) envelope: Envelope,
    pub(crate) started_mono_ms: i64,
}

/// A row of the table, whole.
pub(super) struct Entry {
    pub(super) id: i64,
    pub(super) row: ItemRow,
    pub(super) body: Body,
}

/// The sealed column.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Body {
    media_type: String,
    derived_from: Option<ItemId>,
    envelope: String,
    wrapped_key: String,
    started_mono_ms: i64,
    ct_sha256: Option<Digest>,
}

const COLUMNS: &str = "id, item, session, media, state, opened_seq, sealed_seq, len_bytes, pt_len_bytes, freed, receipt_index, sealed";

fn bound(id: i64, row: &ItemRow) -> Result<Row, VaultError> {
    Ok(Row::of("item")
        .int(id)
        .maybe_blob(Some(&row.item.0))
        .maybe_blob(row.session.as_ref().map(|s| s.0.as_slice()))
        .text(&tag(&row.media)?)
        .text(&tag(&row.state)?)
        .int(row.opened_seq)
        .maybe_int(row.sealed_seq)
        .int(row.len_bytes)
        .int(row.pt_len_bytes)
        .int(i64::from(row.freed))
        .maybe_int(row.receipt_index))
}

fn damaged(item: ItemId) -> VaultError {
    VaultError::Damaged(format!("the row of item {item} does not open"))
}

impl Entry {
    fn read(columns: &Columns, sql: &rusqlite::Row<'_>) -> Result<Self, VaultError> {
        let id = sql.get(0)?;
        let item = ItemId(sql.get(1)?);
        let mut row = ItemRow {
            item,
            session: sql.get::<_, Option<[u8; 16]>>(2)?.map(SessionId),
            media: from_tag(sql.get(3)?)?,
            media_type: String::new(),
            derived_from: None,
            state: from_tag(sql.get(4)?)?,
            opened_seq: sql.get(5)?,
            sealed_seq: sql.get(6)?,
            len_bytes: sql.get(7)?,
            pt_len_bytes: sql.get(8)?,
            ct_sha256: None,
            freed: sql.get::<_, i64>(9)? == 1,
            receipt_index: sql.get(10)?,
        };
        let sealed: Vec<u8> = sql.get(11)?;
        let plain = columns.open(bound(id, &row)?, &sealed).map_err(|_| damaged(item))?;
        let body: Body = serde_json::from_slice(&plain).map_err(|_| damaged(item))?;
        row.media_type.clone_from(&body.media_type);
        row.derived_from = body.derived_from;
        row.ct_sha256 = body.ct_sha256;
        Ok(Self { id, row, body })
    }

    pub(super) fn load(
        conn: &Connection,
        columns: &Columns,
        item: ItemId,
    ) -> Result<Option<Self>, VaultError> {
        let mut query = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM item WHERE item = ?1"))?;
        let mut rows = query.query([item.0])?;
        rows.next()?.map(|sql| Self::read(columns, sql)).transpose()
    }

    /// Writes the row as it stands now, sealed anew.
    pub(super) fn store(
        &self,
        conn: &Connection,
        columns: &Columns,
        rng: &dyn Rng,
    ) -> Result<(), VaultError> {
        let row = &self.row;
        let plain = serde_json::to_vec(&self.body).map_err(|_| VaultError::TooLong)?;
        let sealed = columns.seal(bound(self.id, row)?, &plain, rng)?;
        conn.prepare_cached(&format!(
            "INSERT INTO item ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (id) DO UPDATE SET state = ?5, sealed_seq = ?7, len_bytes = ?8, pt_len_bytes = ?9,
             freed = ?10, receipt_index = ?11, sealed = ?12"
        ))?
        .execute(params![
            self.id,
            row.item.0,
            row.session.map(|s| s.0),
            tag(&row.media)?,
            tag(&row.state)?,
            row.opened_seq,
            row.sealed_seq,
            row.len_bytes,
            row.pt_len_bytes,
            i64::from(row.freed),
            row.receipt_index,
            sealed
        ])?;
        Ok(())
    }

    pub(super) fn envelope(&self) -> Result<Envelope, VaultError> {
        let bytes = hex::decode(&self.body.envelope).map_err(|_| damaged(self.row.item))?;
        Envelope::parse(&bytes).map_err(|_| damaged(self.row.item))
    }
}

/// Name of the wrapping key under which the file keys of a session can be opened on this phone.
fn review_key_name(session: Option<SessionId>) -> String {
    session.map_or_else(|| "no-session".to_owned(), |session| format!("session-{session}"))
}

impl Writing<'_> {
    /// Enters an item whose `capture_opened` record is `opened_seq`.
    pub(crate) fn insert_item(&mut self, new: &NewItem<'_>, opened_seq: i64) -> Result<(), VaultError> {
        let row = ItemRow {
            item: new.item,
            session: new.session,
            media: new.media,
            media_type: String::new(),
            derived_from: None,
            state: ItemState::Captured,
            opened_seq,
            sealed_seq: None,
            len_bytes: 0,
            pt_len_bytes: 0,
            ct_sha256: None,
            freed: false,
            receipt_index: None,
        };
        let body = Body {
            media_type: new.media_type.to_owned(),
            derived_from: new.derived_from,
            envelope: hex::encode(new.envelope.bytes()),
            wrapped_key: hex::encode(new.wrapped_key),
            started_mono_ms: new.started_mono_ms,
            ct_sha256: None,
        };
        // Numbers are never reused: an item is never deleted. The sealed column binds the number.
        let id: i64 = self.tx.query_row("SELECT coalesce(max(id), 0) + 1 FROM item", [], |row| row.get(0))?;
        Entry { id, row, body }.store(&self.tx, self.columns, self.rng)
    }

    /// Marks an item as sealed and enters its pieces, ready for upload.
    pub(crate) fn seal_item(&mut self, sealed: &SealedItem<'_>) -> Result<(), VaultError> {
        let digests = sealed.digests;
        let mut entry =
            Entry::load(&self.tx, self.columns, sealed.item)?.ok_or(VaultError::NoItem(sealed.item))?;
        if entry.row.state != ItemState::Captured {
            return Err(VaultError::ItemState("sealed already"));
        }
        entry.row.state = ItemState::Sealed;
        entry.row.sealed_seq = Some(sealed.sealed_seq);
        entry.row.len_bytes = digests.len_bytes as i64;
        entry.row.pt_len_bytes = digests.pt_len_bytes as i64;
        entry.body.ct_sha256 = Some(digests.ct_sha256);
        entry.store(&self.tx, self.columns, self.rng)?;
        self.insert_pieces(entry.id, &digests.pieces)
    }
}

impl Vault {
    /// One item.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn item(&self, item: ItemId) -> Result<Option<ItemRow>, VaultError> {
        Ok(Entry::load(&self.conn, &self.columns, item)?.map(|entry| entry.row))
    }

    /// The items that `filter` wants, in the order in which they were captured.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn items(&self, filter: &ItemFilter) -> Result<Vec<ItemRow>, VaultError> {
        let mut sql = format!("SELECT {COLUMNS} FROM item WHERE 1");
        let mut values: Vec<Value> = Vec::new();
        if let Some(session) = filter.session {
            sql.push_str(" AND session = ?");
            values.push(Value::Blob(session.0.to_vec()));
        }
        if let Some(freed) = filter.freed {
            sql.push_str(" AND freed = ?");
            values.push(Value::Integer(i64::from(freed)));
        }
        if !filter.states.is_empty() {
            let marks = vec!["?"; filter.states.len()].join(", ");
            sql = format!("{sql} AND state IN ({marks})");
            for state in &filter.states {
                values.push(Value::Text(tag(state)?));
            }
        }
        sql.push_str(" ORDER BY id");
        let mut query = self.conn.prepare_cached(&sql)?;
        let mut rows = query.query(rusqlite::params_from_iter(values))?;
        let mut items = Vec::new();
        while let Some(sql) = rows.next()? {
            items.push(Entry::read(&self.columns, sql)?.row);
        }
        Ok(items)
    }

    /// The key that opens an item on this phone, for the party's review.
    ///
    /// # Errors
    /// [`VaultError::Keystore`] with [`crate::ports::KeystoreError::Missing`] after
    /// [`Vault::erase_review_key`]: from then on only the bureau's recipients can open the item.
    pub fn file_key(&self, item: ItemId) -> Result<FileKey, VaultError> {
        let entry = Entry::load(&self.conn, &self.columns, item)?.ok_or(VaultError::NoItem(item))?;
        let wrapped = hex::decode(&entry.body.wrapped_key).map_err(|_| damaged(item))?;
        let name = review_key_name(entry.row.session);
        let key = Zeroizing::new(self.keystore.unwrap(&name, &wrapped).map_err(VaultError::Keystore)?);
        let bytes: &[u8; 16] = key.as_slice().try_into().map_err(|_| damaged(item))?;
        Ok(FileKey::from_bytes(*bytes))
    }

    /// Wraps a file key under the review key of its session.
    pub(crate) fn wrap_file_key(
        &self,
        session: Option<SessionId>,
        key: &FileKey,
    ) -> Result<Vec<u8>, VaultError> {
        let name = review_key_name(session);
        self.keystore.make_wrapping_key(&name).map_err(VaultError::Keystore)?;
        self.keystore.wrap(&name, key.as_bytes()).map_err(VaultError::Keystore)
    }

    /// Destroys the review key of a session, or of the items that belong to none: they cannot be opened on this phone any
    /// more. The sealed bytes do not change, and an item that comes later has a new key. Idempotent.
    ///
    /// # Errors
    /// [`VaultError::ItemsOpen`] while one of these items is still open: ending it needs its key.
    pub fn erase_review_key(&mut self, session: Option<SessionId>) -> Result<(), VaultError> {
        let open = ItemFilter { session, states: vec![ItemState::Captured], freed: None };
        if self.items(&open)?.iter().any(|row| row.session == session) {
            return Err(VaultError::ItemsOpen);
        }
        self.keystore.erase(&review_key_name(session)).map_err(VaultError::Keystore)
    }

    /// Items that were opened and not sealed, with what is needed to end them.
    pub(crate) fn open_items(&self) -> Result<Vec<OpenItem>, VaultError> {
        let filter = ItemFilter { states: vec![ItemState::Captured], ..ItemFilter::default() };
        let mut open = Vec::new();
        for row in self.items(&filter)? {
            let entry =
                Entry::load(&self.conn, &self.columns, row.item)?.ok_or(VaultError::NoItem(row.item))?;
            open.push(OpenItem {
                envelope: entry.envelope()?,
                started_mono_ms: entry.body.started_mono_ms,
                row,
            });
        }
        Ok(open)
    }

    /// Opens the last `count` rows of items.
    pub(super) fn verify_last_items(&self, count: i64) -> Result<(), VaultError> {
        let mut query =
            self.conn.prepare_cached(&format!("SELECT {COLUMNS} FROM item ORDER BY id DESC LIMIT ?1"))?;
        let mut rows = query.query([count])?;
        while let Some(sql) = rows.next()? {
            Entry::read(&self.columns, sql)?;
        }
        Ok(())
    }

    pub(super) fn entry(&self, item: ItemId) -> Result<Entry, VaultError> {
        Entry::load(&self.conn, &self.columns, item)?.ok_or(VaultError::NoItem(item))
    }

    /// The number of an item's row.
    pub(super) fn item_number(&self, item: ItemId) -> Result<i64, VaultError> {
        let mut query = self.conn.prepare_cached("SELECT id FROM item WHERE item = ?1")?;
        query.query_row([item.0], |row| row.get(0)).optional()?.ok_or(VaultError::NoItem(item))
    }
}

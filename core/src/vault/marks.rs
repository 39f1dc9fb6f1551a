//! What the columns in clear say of every item: what a list of ten thousand needs, without opening the sealed column of
//! each row. [`Vault::check`] opens them all.

use super::{Vault, VaultError, from_tag};
use liuhen_record::{
    ItemId, SessionId,
    kind::{ItemState, MediaKind},
};

/// An item as its columns in clear tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemMark {
    /// The item.
    pub item: ItemId,
    /// Its session.
    pub session: Option<SessionId>,
    /// What sort of media.
    pub media: MediaKind,
    /// Number of its `capture_opened` record.
    pub opened_seq: i64,
    /// How far it has come.
    pub state: ItemState,
    /// Length of the sealed file, bytes; 0 until sealed.
    pub len_bytes: i64,
    /// Whether its local bytes were freed.
    pub freed: bool,
}

impl Vault {
    /// Every item, in the order of capture.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn item_marks(&self) -> Result<Vec<ItemMark>, VaultError> {
        let sql = "SELECT item, session, media, opened_seq, state, len_bytes, freed FROM item ORDER BY id";
        let mut query = self.conn.prepare_cached(sql)?;
        let mut rows = query.query([])?;
        let mut marks = Vec::new();
        while let Some(row) = rows.next()? {
            marks.push(ItemMark {
                item: ItemId(row.get(0)?),
                session: row.get::<_, Option<[u8; 16]>>(1)?.map(SessionId),
                media: from_tag(row.get(2)?)?,
                opened_seq: row.get(3)?,
                state: from_tag(row.get(4)?)?,
                len_bytes: row.get(5)?,
                freed: row.get::<_, i64>(6)? == 1,
            });
        }
        Ok(marks)
    }
}

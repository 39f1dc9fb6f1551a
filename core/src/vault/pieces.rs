//! The pieces of sealed items, and the upload of each.

use super::{Vault, VaultError, Writing, columns::Row, from_tag, items::Entry, tag};
use liuhen_record::{
    Digest, ItemId,
    kind::{ItemState, Piece},
};
use rusqlite::params;
use serde::{Deserialize, Serialize};

/// How far a piece has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PieceState {
    /// Nothing was sent yet.
    Waiting,
    /// An upload was begun.
    Uploading,
    /// It cannot be sent, and will not become so by waiting: somebody must look.
    Parked,
    /// The bureau says that it has it, verified by digest. Only a receipt proves it.
    Stored,
}

/// The upload of a piece: all of it may be forgotten and asked from the bureau again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PieceProgress {
    /// How far.
    pub state: PieceState,
    /// Where the upload goes on, as the bureau said.
    pub upload_url: Option<String>,
    /// Attempts that failed since the last success.
    pub attempts: i64,
    /// Not before this time, Unix milliseconds.
    pub not_before_ms: i64,
    /// What went wrong last, in words.
    pub last_error: Option<String>,
}

impl PieceProgress {
    fn new() -> Self {
        Self { state: PieceState::Waiting, upload_url: None, attempts: 0, not_before_ms: 0, last_error: None }
    }
}

/// A piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceRow {
    /// Its number in the item, from 0.
    pub index: i64,
    /// SHA-256.
    pub sha256: Digest,
    /// Length, bytes.
    pub len_bytes: i64,
    /// Its upload.
    pub progress: PieceProgress,
}

/// The sealed column.
#[derive(Serialize, Deserialize)]
struct Body {
    sha256: Digest,
    len_bytes: i64,
    upload_url: Option<String>,
    attempts: i64,
    last_error: Option<String>,
}

fn bound(item_id: i64, index: i64, progress: &PieceProgress) -> Result<Row, VaultError> {
    let row = Row::of("piece").int(item_id).int(index).text(&tag(&progress.state)?);
    Ok(row.int(progress.not_before_ms))
}

fn store(writing: &Writing<'_>, item_id: i64, piece: &PieceRow) -> Result<(), VaultError> {
    let progress = &piece.progress;
    let body = Body {
        sha256: piece.sha256,
        len_bytes: piece.len_bytes,
        upload_url: progress.upload_url.clone(),
        attempts: progress.attempts,
        last_error: progress.last_error.clone(),
    };
    let plain = serde_json::to_vec(&body).map_err(|_| VaultError::TooLong)?;
    let sealed = writing.columns.seal(bound(item_id, piece.index, progress)?, &plain, writing.rng)?;
    writing
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO piece (item_id, piece_index, state, not_before_ms, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![item_id, piece.index, tag(&progress.state)?, progress.not_before_ms, sealed])?;
    Ok(())
}

impl Writing<'_> {
    pub(super) fn insert_pieces(&mut self, item_id: i64, pieces: &[Piece]) -> Result<(), VaultError> {
        for (index, piece) in pieces.iter().enumerate() {
            let row = PieceRow {
                index: index as i64,
                sha256: piece.sha256,
                len_bytes: piece.len_bytes,
                progress: PieceProgress::new(),
            };
            store(self, item_id, &row)?;
        }
        Ok(())
    }
}

/// A piece that waits for somebody to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedPiece {
    /// Its item.
    pub item: ItemId,
    /// Its number in the item, from 0.
    pub index: i64,
    /// Its upload; `last_error` says why it is parked.
    pub progress: PieceProgress,
}

impl Vault {
    /// Pieces that cannot be sent without somebody looking.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn parked_pieces(&self) -> Result<Vec<ParkedPiece>, VaultError> {
        let items: Vec<Vec<u8>> = {
            let mut query = self.conn.prepare_cached(
                "SELECT DISTINCT item.item FROM piece JOIN item ON item.id = piece.item_id WHERE piece.state = ?1 ORDER BY item.id",
            )?;
            let rows = query.query_map([tag(&PieceState::Parked)?], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        let mut parked = Vec::new();
        for id in items {
            let id: [u8; 16] =
                id.try_into().map_err(|_| VaultError::Damaged("an id of a wrong length".to_owned()))?;
            let item = ItemId(id);
            let pieces = self.pieces(item)?.into_iter().filter(|p| p.progress.state == PieceState::Parked);
            parked.extend(pieces.map(|p| ParkedPiece { item, index: p.index, progress: p.progress }));
        }
        Ok(parked)
    }

    /// The pieces of an item, in order; none until it is sealed.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn pieces(&self, item: ItemId) -> Result<Vec<PieceRow>, VaultError> {
        let item_id = self.item_number(item)?;
        let mut query = self.conn.prepare_cached(
            "SELECT piece_index, state, not_before_ms, sealed FROM piece WHERE item_id = ?1 ORDER BY piece_index",
        )?;
        let mut rows = query.query([item_id])?;
        let mut pieces = Vec::new();
        while let Some(sql) = rows.next()? {
            let index: i64 = sql.get(0)?;
            let damaged =
                || VaultError::Damaged(format!("the row of piece {index} of item {item} does not open"));
            let mut progress = PieceProgress::new();
            progress.state = from_tag(sql.get(1)?)?;
            progress.not_before_ms = sql.get(2)?;
            let sealed: Vec<u8> = sql.get(3)?;
            let row = bound(item_id, index, &progress)?;
            let plain = self.columns.open(row, &sealed).map_err(|_| damaged())?;
            let body: Body = serde_json::from_slice(&plain).map_err(|_| damaged())?;
            progress.upload_url = body.upload_url;
            progress.attempts = body.attempts;
            progress.last_error = body.last_error;
            pieces.push(PieceRow { index, sha256: body.sha256, len_bytes: body.len_bytes, progress });
        }
        Ok(pieces)
    }

    /// Writes down how far the upload of a piece has come. The first one that is not waiting makes its item pending.
    ///
    /// # Errors
    /// [`VaultError::NoItem`] when there is no such piece; else as the database says.
    pub fn put_piece_progress(
        &mut self,
        item: ItemId,
        index: i64,
        progress: &PieceProgress,
    ) -> Result<(), VaultError> {
        let mut pieces = self.pieces(item)?;
        let found = pieces.iter_mut().find(|piece| piece.index == index);
        let piece = found.ok_or(VaultError::NoItem(item))?;
        piece.progress.clone_from(progress);
        self.write(|writing| {
            let mut entry =
                Entry::load(&writing.tx, writing.columns, item)?.ok_or(VaultError::NoItem(item))?;
            store(writing, entry.id, piece)?;
            if progress.state != PieceState::Waiting && entry.row.state == ItemState::Sealed {
                entry.row.state = ItemState::Pending;
                entry.store(&writing.tx, writing.columns, writing.rng)?;
            }
            Ok(())
        })
    }
}

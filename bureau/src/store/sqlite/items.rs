//! Items and pieces.

use super::{Tx, bad_word};
use crate::store::{ItemRow, ItemRows, ItemStage, PieceRow, StoreError};
use liuhen_record::{DeviceId, Digest, ItemId, SessionId, kind::CaptureSealed};
use rusqlite::{Row, params};

const ITEM: &str = "SELECT item, device, session, opened_seq, sealed_seq, ct_sha256, len_bytes, stage, stored_ms, \
                    leaf, statement FROM item";

fn item_row(row: &Row<'_>) -> rusqlite::Result<ItemRow> {
    let stage: String = row.get(7)?;
    Ok(ItemRow {
        item: ItemId(row.get(0)?),
        device: DeviceId(row.get(1)?),
        session: row.get::<_, Option<_>>(2)?.map(SessionId),
        opened_seq: row.get(3)?,
        sealed_seq: row.get(4)?,
        ct_sha256: row.get::<_, Option<_>>(5)?.map(Digest),
        len_bytes: row.get(6)?,
        stage: ItemStage::of_word(&stage).ok_or_else(|| bad_word(7))?,
        stored_ms: row.get(8)?,
        leaf: row.get::<_, Option<i64>>(9)?.map(|leaf| leaf as u64),
        statement: row.get(10)?,
    })
}

impl ItemRows for Tx<'_> {
    fn open_item(
        &self,
        item: ItemId,
        device: DeviceId,
        session: Option<SessionId>,
        opened_seq: i64,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO item (item, device, session, opened_seq, stage) VALUES (?1, ?2, ?3, ?4, 'captured')",
            params![item.0, device.0, session.map(|s| s.0), opened_seq],
        )?;
        Ok(())
    }

    fn seal_item(&self, item: ItemId, sealed_seq: i64, sealed: &CaptureSealed) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET sealed_seq = ?2, ct_sha256 = ?3, len_bytes = ?4, stage = 'sealed' WHERE item = ?1",
            params![item.0, sealed_seq, sealed.ct_sha256.0, sealed.len_bytes],
        )?;
        for (idx, piece) in (0i64..).zip(&sealed.pieces) {
            self.execute(
                "INSERT INTO piece (item, idx, sha256, len_bytes) VALUES (?1, ?2, ?3, ?4)",
                params![item.0, idx, piece.sha256.0, piece.len_bytes],
            )?;
        }
        Ok(())
    }

    fn item(&self, item: ItemId) -> Result<Option<ItemRow>, StoreError> {
        self.one(&format!("{ITEM} WHERE item = ?1"), [item.0], item_row)
    }

    fn pieces(&self, item: ItemId) -> Result<Vec<PieceRow>, StoreError> {
        self.all(
            "SELECT idx, sha256, len_bytes, stored_ms FROM piece WHERE item = ?1 ORDER BY idx",
            [item.0],
            |row| {
                Ok(PieceRow {
                    idx: row.get(0)?,
                    sha256: Digest(row.get(1)?),
                    len_bytes: row.get(2)?,
                    stored_ms: row.get(3)?,
                })
            },
        )
    }

    fn unstored(&self, device: DeviceId, limit: i64) -> Result<Vec<ItemRow>, StoreError> {
        self.all(
            &format!("{ITEM} WHERE device = ?1 AND stage = 'sealed' ORDER BY sealed_seq LIMIT ?2"),
            params![device.0, limit],
            item_row,
        )
    }

    fn refused(&self, device: DeviceId, limit: i64) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT item FROM item WHERE device = ?1 AND stage = 'refused' ORDER BY sealed_seq LIMIT ?2",
            params![device.0, limit],
            |row| row.get(0).map(ItemId),
        )
    }

    fn unfinalised(&self) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT item FROM item WHERE stage = 'sealed' AND NOT EXISTS \
             (SELECT 1 FROM piece WHERE piece.item = item.item AND stored_ms IS NULL) ORDER BY item",
            [],
            |row| row.get(0).map(ItemId),
        )
    }

    fn items_at(
        &self,
        stage: ItemStage,
        after: Option<ItemId>,
        limit: i64,
    ) -> Result<Vec<ItemRow>, StoreError> {
        self.all(
            &format!("{ITEM} WHERE stage = ?1 AND (?2 IS NULL OR item > ?2) ORDER BY item LIMIT ?3"),
            params![stage.word(), after.map(|item| item.0), limit],
            item_row,
        )
    }

    fn piece_stored(&self, item: ItemId, idx: i64, at_ms: i64) -> Result<(), StoreError> {
        self.execute(
            "UPDATE piece SET stored_ms = ?3 WHERE item = ?1 AND idx = ?2 AND stored_ms IS NULL",
            params![item.0, idx, at_ms],
        )?;
        Ok(())
    }

    fn item_stored(&self, item: ItemId, at_ms: i64, leaf: u64, statement: &[u8]) -> Result<(), StoreError> {
        self.execute(
            "UPDATE item SET stage = 'stored', stored_ms = ?2, leaf = ?3, statement = ?4 WHERE item = ?1",
            params![item.0, at_ms, leaf as i64, statement],
        )?;
        Ok(())
    }

    fn piece_wanted_again(&self, sha256: &Digest) -> Result<Vec<ItemId>, StoreError> {
        let items = self.all(
            "SELECT DISTINCT item FROM piece JOIN item USING (item) \
             WHERE sha256 = ?1 AND piece.stored_ms IS NOT NULL AND stage = 'sealed' ORDER BY item",
            [sha256.0],
            |row| row.get(0).map(ItemId),
        )?;
        for item in &items {
            self.execute(
                "DELETE FROM upload WHERE item = ?1 AND sha256 = ?2 AND done",
                params![item.0, sha256.0],
            )?;
            self.execute(
                "UPDATE piece SET stored_ms = NULL WHERE item = ?1 AND sha256 = ?2",
                params![item.0, sha256.0],
            )?;
        }
        Ok(items)
    }

    fn item_refused(&self, item: ItemId) -> Result<(), StoreError> {
        self.execute("UPDATE item SET stage = 'refused' WHERE item = ?1", [item.0])?;
        Ok(())
    }
}

//! What a package will hold, looked at before its first byte: how much it is, and which items are whole.

use super::{ExportError, Selection, Source, sealed_item};
use crate::store::{self, DeviceRow, ItemRow, PieceRow, StoreError};
use liuhen_record::{DeviceId, Digest, ItemId, package::Planned, receipt::ItemStored};
use ring::digest::{Context, SHA256};
use std::{collections::BTreeSet, io::Read as _};

const BUFFER_BYTES: usize = 256 * 1024;

/// An item that was chosen and is not in the package, because what the bureau holds of it is damaged. Its records are
/// in the package; a verifier says of it that it was not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftOut {
    /// The item.
    pub item: ItemId,
    /// The device that sealed it.
    pub device: DeviceId,
    /// What is damaged.
    pub damage: Damage,
}

/// What is damaged of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// This piece, from 0, is missing, unreadable or not the one that was stored.
    Piece(i64),
    /// The pieces are not the sealed file.
    SealedFile,
    /// The bureau's own statement about it.
    Statement,
}

/// What is to be packed.
pub struct Survey {
    /// How much it is.
    pub planned: Planned,
    /// The items.
    pub items: BTreeSet<ItemId>,
    /// Items that are damaged.
    pub left_out: Vec<LeftOut>,
}

impl Survey {
    /// Counts everything, refuses what is too much, then reads every byte of every item.
    ///
    /// # Errors
    /// [`ExportError`]; a damaged item is none.
    pub fn of(
        source: &Source<'_>,
        selection: &Selection,
        devices: &[DeviceRow],
        size: u64,
    ) -> Result<Self, ExportError> {
        let stamps = source.stamps.range(..=size).count() as u64;
        let planned = Planned {
            devices: devices.len() as u64,
            checkpoints: stamps + 1,
            timestamps: stamps,
            ..Planned::default()
        };
        let mut survey = Self { planned, items: BTreeSet::new(), left_out: Vec::new() };
        for device in devices {
            survey.count(source, selection, device, size)?;
        }
        survey.planned.check()?;
        for item in survey.items.clone() {
            if let Some(left_out) = damaged(source, item)? {
                survey.items.remove(&item);
                survey.left_out.push(left_out);
            }
        }
        Ok(survey)
    }

    fn count(
        &mut self,
        source: &Source<'_>,
        selection: &Selection,
        device: &DeviceRow,
        size: u64,
    ) -> Result<(), ExportError> {
        source.each_record(device.device, size, |row| {
            self.planned.record_files += 2 + u64::from(row.sig.is_some());
            let Some(item) = sealed_item(row)? else { return Ok(()) };
            let chosen = store::read(source.ledger, |rows| {
                let held = rows.item(item)?.filter(|held| held.device == device.device);
                let stored = held.is_some_and(|held| is_stored(&held, size));
                Ok::<_, StoreError>(stored && selection.takes(rows, item)?)
            })?;
            if chosen && self.items.insert(item) {
                self.planned.items += 1;
            }
            Ok(())
        })
    }
}

/// Whether the log, at this size, holds the statement that the bureau has the item.
fn is_stored(item: &ItemRow, size: u64) -> bool {
    item.statement.is_some() && item.leaf.is_some_and(|leaf| leaf < size)
}

fn damaged(source: &Source<'_>, item: ItemId) -> Result<Option<LeftOut>, StoreError> {
    let (row, pieces) =
        store::read(source.ledger, |rows| Ok::<_, StoreError>((rows.item(item)?, rows.pieces(item)?)))?;
    let Some(row) = row else { return Ok(None) };
    let mut whole = Context::new(&SHA256);
    let piece = pieces.iter().find(|piece| !is_whole(source, piece, &mut whole));
    let stated = row.statement.as_deref().is_some_and(|bytes| {
        ItemStored::parse(bytes).is_ok_and(|said| said.item == item && Some(said.ct_sha256) == row.ct_sha256)
    });
    let damage = match piece {
        Some(piece) => Damage::Piece(piece.idx),
        None if row.ct_sha256 != Some(Digest::from(whole.finish())) => Damage::SealedFile,
        None if !stated => Damage::Statement,
        None => return Ok(None),
    };
    Ok(Some(LeftOut { item, device: row.device, damage }))
}

/// Whether a piece can be read and is the one that was stored.
fn is_whole(source: &Source<'_>, piece: &PieceRow, whole: &mut Context) -> bool {
    let Ok(mut reader) = source.pieces.open(&piece.sha256) else { return false };
    let (mut hash, mut len_bytes, mut buffer) = (Context::new(&SHA256), 0, vec![0; BUFFER_BYTES]);
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(got) => {
                hash.update(&buffer[..got]);
                whole.update(&buffer[..got]);
                len_bytes += got as i64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return false,
        }
    }
    len_bytes == piece.len_bytes && Digest::from(hash.finish()) == piece.sha256
}

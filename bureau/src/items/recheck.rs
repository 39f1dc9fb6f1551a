//! Who is wrong when the pieces of an item are not its file: each piece is read by itself. One that is not its own digest was
//! damaged or lost by the bureau's disk after it had been verified: it is set aside and wanted again, and the phone is not
//! blamed. Only when each is right does the signed record contradict itself.

use crate::{
    office::Office,
    store::{PieceRow, StoreError, is_damage, read_through},
};
use liuhen_record::Digest;
use ring::digest::{Context, SHA256};

/// What the pieces of an item turned out to be.
pub enum Found {
    /// Every piece is right; together they have this SHA-256.
    Right(Digest),
    /// These are damaged, or missing.
    Damaged(Vec<Digest>),
}

/// Reads every piece, by itself and as a part of the whole.
///
/// # Errors
/// [`StoreError`] when that cannot be told now.
pub fn read_each(office: &Office, pieces: &[PieceRow]) -> Result<Found, StoreError> {
    let (mut whole, mut damaged) = (Context::new(&SHA256), Vec::new());
    for piece in pieces {
        let found = office
            .pieces
            .open(&piece.sha256)
            .and_then(|reader| Ok(read_through(reader, |bytes| whole.update(bytes))?));
        match found {
            Ok(found) if found == piece.sha256 => {}
            Err(StoreError::File(error)) if !is_damage(&error) => return Err(error.into()),
            Ok(_) | Err(StoreError::File(_)) => damaged.push(piece.sha256),
            Err(error) => return Err(error),
        }
    }
    Ok(if damaged.is_empty() { Found::Right(whole.finish().into()) } else { Found::Damaged(damaged) })
}

/// Sets damaged pieces aside, and has every phone asked for them again whose item is not stored yet.
///
/// # Errors
/// [`StoreError`]; what is left is found again by the next sweep.
pub fn want_again(office: &Office, damaged: &[Digest]) -> Result<(), StoreError> {
    for sha256 in damaged {
        if !office.pieces.set_aside(sha256)? {
            continue;
        }
        let items = office.write(|rows| {
            // Whoever brings it anew gives it its name before he lists it: then it is there, and right.
            match office.pieces.kept_bytes(sha256)? {
                Some(_) => Ok(Vec::new()),
                None => rows.piece_wanted_again(sha256),
            }
        })?;
        for item in items {
            office.running_digests.forget(item);
            eprintln!(
                "分片损坏或丢失，已隔离并请手机重传 / piece {sha256} of item {item} was damaged or lost on this disk: what is left of it is in the quarantine, and its phone is asked for it again"
            );
        }
    }
    Ok(())
}

//! The blocking half of an upload: bytes into the staged file, digests while they pass, the piece kept when it is
//! whole and right.

use super::{
    body::WAITING_PARTS,
    crowd::Room,
    errors::{checksum_mismatch, interrupted, lost, piece_mismatch, taken_over, too_long},
    headers::Checksum,
    kept::{self, Arrived},
    takeover::{Ending, Turn},
};
use crate::{
    fault::Point,
    http::ApiError,
    office::Office,
    store::{PieceReader, StagedPiece, StoreError, UploadRow},
};
use axum::body::Bytes;
use liuhen_record::Digest;
use ring::digest::{Context, SHA256};
use std::{
    io::{ErrorKind, Read as _},
    sync::mpsc::sync_channel,
    thread,
};
use tokio::sync::mpsc;

const BUFFER_BYTES: usize = 256 * 1024;

/// A part of a body with the room that it takes, or its regular end. A channel that closes without the end was
/// interrupted.
pub(super) enum Part {
    Bytes(Bytes, Room),
    End,
}

impl Part {
    fn bytes(&self) -> Option<&Bytes> {
        if let Self::Bytes(bytes, _) = self { Some(bytes) } else { None }
    }
}

/// Where the bytes of a body go, and what they hash to.
pub(super) struct Sink {
    file: Box<dyn StagedPiece>,
    start_bytes: i64,
    end_bytes: i64,
    len_bytes: i64,
    /// Of the body, as the request wants it.
    checksum: Option<Context>,
    /// SHA-256 of the piece, when the body begins where the piece does.
    piece: Option<Context>,
    /// SHA-256 of the item up to the end of this piece, when all before it is known and the piece comes whole.
    item: Option<Context>,
}

impl Sink {
    /// For a body that begins at `start_bytes` of a piece of `len_bytes`.
    pub fn new(
        file: Box<dyn StagedPiece>,
        start_bytes: i64,
        len_bytes: i64,
        checksum: Option<&Checksum>,
    ) -> Self {
        Self {
            file,
            start_bytes,
            end_bytes: start_bytes,
            len_bytes,
            checksum: checksum.map(Checksum::start),
            piece: (start_bytes == 0).then(|| Context::new(&SHA256)),
            item: None,
        }
    }

    /// For a piece that comes whole, and the digest of the item before it.
    pub fn of_whole(file: Box<dyn StagedPiece>, len_bytes: i64, item: Option<Context>) -> Self {
        Self { item, ..Self::new(file, 0, len_bytes, None) }
    }

    /// Writes the body; whether it came to its regular end.
    pub fn receive(&mut self, body: mpsc::Receiver<Part>) -> Result<bool, ApiError> {
        let Some(mut item) = self.item.take() else { return self.receive_all(body, |_| ()) };
        // Beside the piece's own digest: a processor takes as long for each of them as the disk for the bytes.
        thread::scope(|scope| {
            let (sender, receiver) = sync_channel::<Vec<Bytes>>(1);
            let hashing = scope.spawn(move || {
                receiver.iter().flatten().for_each(|bytes| item.update(&bytes));
                item
            });
            let whole = self.receive_all(body, |parts| {
                let bytes = parts.iter().filter_map(Part::bytes).cloned().collect();
                // It takes everything until nobody sends any more.
                let _taken = sender.send(bytes);
            });
            drop(sender);
            self.item = hashing.join().ok();
            whole
        })
    }

    /// All parts that wait are taken at once, so that neither side wakes the other for every one of them.
    fn receive_all(
        &mut self,
        mut body: mpsc::Receiver<Part>,
        mut beside: impl FnMut(&[Part]),
    ) -> Result<bool, ApiError> {
        let mut parts = Vec::with_capacity(WAITING_PARTS);
        while body.blocking_recv_many(&mut parts, WAITING_PARTS) > 0 {
            beside(&parts);
            for part in parts.drain(..) {
                let Part::Bytes(bytes, _room) = part else { return Ok(true) };
                self.take(&bytes)?;
            }
        }
        Ok(false)
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        if bytes.len() as i64 > self.len_bytes - self.end_bytes {
            return Err(too_long((self.len_bytes - self.start_bytes) as u64));
        }
        self.file.append(bytes)?;
        self.end_bytes += bytes.len() as i64;
        for hash in [&mut self.checksum, &mut self.piece].into_iter().flatten() {
            hash.update(bytes);
        }
        Ok(())
    }

    /// The digest of the item up to the end of this piece, if it was taken.
    pub fn item(&mut self) -> Option<Context> {
        self.item.take()
    }

    /// The file, how long the piece is now, and its digest if the whole of it passed.
    pub fn end(self) -> (Box<dyn StagedPiece>, i64, Option<Digest>) {
        (self.file, self.end_bytes, self.piece.map(|piece| piece.finish().into()))
    }
}

/// One claimed append.
pub(super) struct Append {
    /// The upload as it stands; its epoch is the one claimed.
    pub upload: UploadRow,
    /// What the body must hash to, if the phone said so: then all of it counts or nothing.
    pub checksum: Option<Checksum>,
    /// Nobody else in this server writes the file meanwhile.
    pub turn: Turn,
}

impl Append {
    /// Writes the body; returns the new offset. Whatever happens, the claim ends.
    pub fn run(self, office: &Office, body: mpsc::Receiver<Part>) -> Result<i64, ApiError> {
        let start_bytes = self.upload.offset_bytes;
        let file = match office.pieces.stage(&self.upload.staged, start_bytes as u64) {
            Err(error) if bytes_are_gone(&error) => return Err(self.give_up(office)?),
            file => file?,
        };
        let mut sink = Sink::new(file, start_bytes, self.upload.len_bytes, self.checksum.as_ref());
        let whole = match sink.receive(body) {
            Ok(whole) => whole,
            Err(error) => {
                self.undo(office)?;
                return Err(error);
            }
        };
        let ended = self.turn.ended();
        if ended == Some(Ending::Drop) {
            self.undo(office)?;
            return Err(taken_over());
        }
        if let (Some(wanted), Some(found)) = (&self.checksum, sink.checksum.take())
            && (!whole || !wanted.matches(found))
        {
            self.undo(office)?;
            return Err(if whole { checksum_mismatch() } else { interrupted() });
        }
        let (mut file, end_bytes, found) = sink.end();
        if end_bytes == self.upload.len_bytes {
            return self.complete(office, file, found);
        }
        if let Err(error) = file.sync() {
            // After a failed fsync the staged bytes are lost, also those acknowledged before.
            self.give_up(office)?;
            return Err(error.into());
        }
        office.faults.hit(Point::PartInPlace).map_err(StoreError::from)?;
        self.release(office, end_bytes)?;
        office.faults.hit(Point::OffsetCommitted).map_err(StoreError::from)?;
        match (whole, ended) {
            (true, _) => Ok(end_bytes),
            (false, Some(_)) => Err(taken_over()),
            (false, None) => Err(interrupted()),
        }
    }

    /// The piece is whole: it is kept if it is the right one, and starts again if it is not.
    fn complete(
        &self,
        office: &Office,
        mut file: Box<dyn StagedPiece>,
        found: Option<Digest>,
    ) -> Result<i64, ApiError> {
        let UploadRow { upload, item, idx, sha256, epoch, staged, len_bytes, .. } = self.upload;
        let found = match found.map_or_else(|| file.reread().and_then(digest_of), Ok) {
            Err(error) if bytes_are_gone(&error) => return Err(self.give_up(office)?),
            found => found?,
        };
        if found != sha256 {
            office.pieces.discard(&staged)?;
            self.release(office, 0)?;
            return Err(piece_mismatch());
        }
        if let Err(error) = file.sync_bytes() {
            self.give_up(office)?;
            return Err(error.into());
        }
        kept::keep(office, Arrived { item, idx, sha256, staged, whole: None }, file, |rows, _| {
            if rows.finish_upload(&upload, epoch)? { Ok(()) } else { Err(taken_over()) }
        })?;
        Ok(len_bytes)
    }

    fn give_up(&self, office: &Office) -> Result<ApiError, ApiError> {
        give_up(office, &self.upload)
    }

    /// Nothing of the body counts. Its bytes go before the claim does: afterwards the file is somebody else's.
    fn undo(&self, office: &Office) -> Result<(), ApiError> {
        let UploadRow { staged, offset_bytes, .. } = &self.upload;
        if *offset_bytes == 0 {
            office.pieces.discard(staged)?;
        } else {
            match office.pieces.stage(staged, *offset_bytes as u64).map(drop) {
                Err(error) if bytes_are_gone(&error) => return Err(self.give_up(office)?),
                cut => cut?,
            }
        }
        self.release(office, *offset_bytes)
    }

    fn release(&self, office: &Office, offset_bytes: i64) -> Result<(), ApiError> {
        let UploadRow { upload, epoch, .. } = &self.upload;
        let released = office.write(|rows| rows.release_upload(upload, *epoch, offset_bytes))?;
        if released { Ok(()) } else { Err(taken_over()) }
    }
}

/// What was acknowledged is not there any more: nor is the upload then, and the piece must be created anew. Unless somebody
/// took over, who has the bytes elsewhere.
pub(super) fn give_up(office: &Office, row: &UploadRow) -> Result<ApiError, ApiError> {
    let dropped = office.write(|rows| {
        let mine = rows.upload(&row.upload)?.is_some_and(|now| now.epoch == row.epoch && !now.done);
        if mine {
            rows.drop_upload(&row.upload)?;
        }
        Ok::<_, StoreError>(mine)
    })?;
    if !dropped {
        return Ok(taken_over());
    }
    office.pieces.discard(&row.staged)?;
    Ok(lost())
}

/// Whether acknowledged bytes are missing, rather than the disk failing.
pub(super) fn bytes_are_gone(error: &StoreError) -> bool {
    let kind = if let StoreError::File(error) = error { Some(error.kind()) } else { None };
    matches!(kind, Some(ErrorKind::NotFound | ErrorKind::UnexpectedEof))
}

fn digest_of(mut reader: PieceReader) -> Result<Digest, StoreError> {
    let mut hash = Context::new(&SHA256);
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(hash.finish().into());
        }
        hash.update(&buffer[..read]);
    }
}

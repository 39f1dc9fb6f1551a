//! The blocking half of a `PATCH`: bytes into the staged file, digests while they pass, the piece kept when it is
//! whole and right.

use super::{
    errors::{checksum_mismatch, offset_conflict, piece_mismatch, taken_over, too_long},
    headers::Checksum,
    takeover::Turn,
};
use crate::{
    fault::Point,
    http::ApiError,
    items::finalise,
    office::Office,
    store::{PieceReader, StagedPiece, StoreError, UploadRow},
};
use axum::body::Bytes;
use liuhen_record::Digest;
use ring::digest::{Context, SHA256};
use std::io::{ErrorKind, Read as _};
use tokio::sync::mpsc;

const BUFFER_BYTES: usize = 256 * 1024;

/// A part of a body, or its regular end. A channel that closes without the end was interrupted.
pub(super) enum Part {
    Bytes(Bytes),
    End,
}

/// One claimed append.
pub(super) struct Append {
    /// The upload as it stands; its epoch is the one claimed.
    pub upload: UploadRow,
    /// What the body must hash to, if the phone said so: then all of it counts or nothing.
    pub checksum: Option<Checksum>,
    /// Nobody else writes the file meanwhile.
    pub turn: Turn,
}

/// What was received of a body.
struct Received {
    end_bytes: i64,
    whole: bool,
    checksum: Option<Context>,
    piece: Option<Context>,
}

impl Append {
    /// Writes the body; returns the new offset.
    pub fn run(self, office: &Office, body: mpsc::Receiver<Part>) -> Result<i64, ApiError> {
        let start_bytes = self.upload.offset_bytes;
        let mut staged = match office.pieces.stage(&self.upload.upload, start_bytes as u64) {
            Err(StoreError::File(e))
                if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) =>
            {
                return Err(self.restart(office)?);
            }
            staged => staged?,
        };
        let received = self.receive(staged.as_mut(), body)?;
        if self.turn.is_over() {
            return Err(taken_over());
        }
        if let (Some(wanted), Some(found)) = (&self.checksum, received.checksum) {
            if !received.whole {
                return Err(interrupted());
            }
            if !wanted.matches(found) {
                return Err(checksum_mismatch());
            }
        }
        if received.end_bytes == self.upload.len_bytes {
            return self.complete(office, staged, received.piece);
        }
        self.sync(office, staged.as_mut())?;
        self.moved(office, received.end_bytes)?;
        office.faults.hit(Point::OffsetCommitted).map_err(StoreError::from)?;
        if received.whole { Ok(received.end_bytes) } else { Err(interrupted()) }
    }

    fn receive(
        &self,
        staged: &mut dyn StagedPiece,
        mut body: mpsc::Receiver<Part>,
    ) -> Result<Received, ApiError> {
        let start_bytes = self.upload.offset_bytes;
        let mut received = Received {
            end_bytes: start_bytes,
            whole: false,
            checksum: self.checksum.as_ref().map(Checksum::start),
            piece: (start_bytes == 0).then(|| Context::new(&SHA256)),
        };
        while let Some(part) = body.blocking_recv() {
            let Part::Bytes(bytes) = part else {
                received.whole = true;
                break;
            };
            if bytes.len() as i64 > self.upload.len_bytes - received.end_bytes {
                return Err(too_long((self.upload.len_bytes - start_bytes) as u64));
            }
            staged.append(&bytes)?;
            received.end_bytes += bytes.len() as i64;
            for hash in [&mut received.checksum, &mut received.piece].into_iter().flatten() {
                hash.update(&bytes);
            }
        }
        Ok(received)
    }

    /// The piece is whole: it is kept if it is the right one, and starts again if it is not.
    fn complete(
        &self,
        office: &Office,
        mut staged: Box<dyn StagedPiece>,
        piece: Option<Context>,
    ) -> Result<i64, ApiError> {
        let found: Digest = match piece {
            Some(piece) => piece.finish().into(),
            None => digest_of(staged.reread()?)?,
        };
        if found != self.upload.sha256 {
            self.moved(office, 0)?;
            office.pieces.discard(&self.upload.upload)?;
            return Err(piece_mismatch());
        }
        self.sync(office, staged.as_mut())?;
        drop(staged);
        office.pieces.keep(&self.upload.upload, &self.upload.sha256)?;
        let now_ms = office.clock.now_ms();
        let UploadRow { item, idx, epoch, .. } = self.upload;
        let finished = office.write(|rows| {
            let finished = rows.finish_upload(&self.upload.upload, epoch)?;
            if finished {
                rows.piece_stored(item, idx, now_ms)?;
            }
            Ok::<_, StoreError>(finished)
        })?;
        if !finished {
            return Err(taken_over());
        }
        office.faults.hit(Point::PieceCommitted).map_err(StoreError::from)?;
        // The piece is safe whatever becomes of this; the sweep finishes what is left.
        if let Err(error) = finalise::piece_stored(office, item) {
            eprintln!("item {item} could not be finalised: {error}");
        }
        Ok(self.upload.len_bytes)
    }

    /// After a failed fsync the staged bytes are lost, also those acknowledged before.
    fn sync(&self, office: &Office, staged: &mut dyn StagedPiece) -> Result<(), ApiError> {
        let Err(error) = staged.sync() else { return Ok(()) };
        self.restart(office)?;
        Err(error.into())
    }

    /// What was acknowledged is not there any more: the upload starts again.
    fn restart(&self, office: &Office) -> Result<ApiError, ApiError> {
        office.pieces.discard(&self.upload.upload)?;
        self.moved(office, 0)?;
        Ok(offset_conflict(0))
    }

    fn moved(&self, office: &Office, offset_bytes: i64) -> Result<(), ApiError> {
        let UploadRow { upload, epoch, .. } = &self.upload;
        let moved = office.write(|rows| rows.move_upload(upload, *epoch, offset_bytes))?;
        if moved { Ok(()) } else { Err(taken_over()) }
    }
}

fn interrupted() -> ApiError {
    ApiError::new(400, "body_broken", "the body broke off", "上传中断")
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

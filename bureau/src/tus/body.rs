//! The body of a request, read part by part.

use super::{crowd::Crowd, writer::Part};
use crate::http::{ApiError, Patience};
use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use futures_util::StreamExt as _;
use liuhen_record::seal::PIECE_BYTES;
use std::pin::pin;
use tokio::sync::mpsc;

/// Parts of a body that wait for the disk; a part has at most some 32 KiB. Several are taken at once, so that the two sides
/// do not wake each other for every one; between 8 and 64 the time of an upload did not differ by more than it varies.
pub(super) const WAITING_PARTS: usize = 12;

/// A body of which we know whether it was asked for: until then a client that expects `100 Continue` sends nothing.
pub(super) struct Incoming {
    stream: BodyDataStream,
    asked: bool,
    empty: bool,
}

impl Incoming {
    pub fn new(body: Body) -> Self {
        Self { empty: body.is_end_stream(), stream: body.into_data_stream(), asked: false }
    }

    /// Whether the request has no body at all.
    pub fn is_empty(&self) -> bool {
        self.empty
    }

    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        self.asked = true;
        self.stream.next().await
    }

    /// Reads what is left of the body, so that the answer is not lost: closing a connection with unread bytes resets
    /// it, and a phone that never sees the answer would send the same piece for ever. A client that waits for our
    /// word and was refused sends nothing.
    pub async fn drain(&mut self, patience: Patience, expects_continue: bool) {
        if expects_continue && !self.asked {
            return;
        }
        let (mut left_bytes, mut waiting) = (PIECE_BYTES, patience.start());
        while let Ok(Some(Ok(part))) = waiting.next(self.next()).await {
            waiting.came(part.len());
            left_bytes = left_bytes.saturating_sub(part.len() as u64);
            if left_bytes == 0 {
                return;
            }
        }
    }
}

/// Hands the body to the writer until it ends, breaks off, stalls (then it says so), or a newer request takes over.
pub(super) async fn feed(
    body: &mut Incoming,
    patience: Patience,
    crowd: &Crowd,
    sender: mpsc::Sender<Part>,
    over: impl Future<Output = ()>,
) -> Option<ApiError> {
    let (mut over, mut waiting) = (pin!(over), patience.start());
    loop {
        let part = tokio::select! {
            biased;
            () = &mut over => return None,
            part = waiting.next(body.next()) => part,
        };
        let part = match part {
            Ok(Some(Ok(bytes))) => {
                waiting.came(bytes.len());
                let room = crowd.room_for(bytes.len()).await;
                Part::Bytes(bytes, room)
            }
            Ok(None) => Part::End,
            Ok(Some(Err(_))) => return None,
            Err(stalled) => return Some(stalled),
        };
        let last = matches!(part, Part::End);
        // The writer gives up when the body is too long or the disk fails; it says why itself.
        if sender.send(part).await.is_err() || last {
            return None;
        }
    }
}

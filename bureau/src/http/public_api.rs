//! What anybody may ask: who this bureau is, and the log's checkpoint.

use super::{ApiError, blocking, json};
use crate::{lists, log::checkpoint::CheckpointError, office::Office, tus};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use liuhen_record::record::MAX_RECORD_BYTES;
use serde::Serialize;
use std::sync::Arc;

/// Most records in a batch.
pub const MAX_BATCH_RECORDS: usize = 500;

#[derive(Serialize)]
struct Identity {
    origin: String,
    vkey: String,
    recipients: String,
    roster: String,
    checkpoint: String,
    time_ms: i64,
    tus: tus::Offer,
    limits: Limits,
}

#[derive(Serialize)]
struct Limits {
    batch_records: usize,
    batch_bytes: usize,
    record_bytes: usize,
}

impl From<CheckpointError> for ApiError {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Store(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<lists::ListError> for ApiError {
    fn from(error: lists::ListError) -> Self {
        Self::internal(&error)
    }
}

/// `GET /v1/identity`
pub async fn identity(State(office): State<Arc<Office>>) -> Result<Response, ApiError> {
    let identity = blocking(&office, |office| {
        let checkpoint = office.notary.checkpoint(office.ledger.as_ref())?;
        let (recipients, roster) = office.read(|rows| {
            let recipients = lists::recipients(rows)?.ok_or(lists::ListError::Absent)?;
            Ok::<_, lists::ListError>((recipients, lists::roster(rows)?))
        })?;
        Ok::<_, ApiError>(Identity {
            origin: office.origin().to_owned(),
            vkey: office.notary.signer().verifier_key().to_string(),
            recipients,
            roster,
            checkpoint: checkpoint.note,
            time_ms: office.clock.now_ms(),
            tus: tus::Offer::default(),
            limits: Limits {
                batch_records: MAX_BATCH_RECORDS,
                batch_bytes: json::BATCH_BODY_BYTES,
                record_bytes: MAX_RECORD_BYTES,
            },
        })
    })
    .await?;
    Ok(json::answer(&identity))
}

/// `GET /log/checkpoint`
pub async fn checkpoint(State(office): State<Arc<Office>>) -> Result<Response, ApiError> {
    let checkpoint = blocking(&office, |office| office.notary.checkpoint(office.ledger.as_ref())).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, checkpoint.note).into_response())
}

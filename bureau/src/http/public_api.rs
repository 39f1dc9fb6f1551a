//! What anybody may ask: who this bureau is, and the log's checkpoint.

use super::{ApiError, blocking, json};
use crate::{
    lists,
    log::{checkpoint::CheckpointError, cosigned::cosigned, witnesses::Standing},
    office::Office,
    store::StoreError,
    tus,
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use liuhen_record::{
    challenge::{IdentityChallenge, Nonce},
    record::MAX_RECORD_BYTES,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Most records in a batch.
pub const MAX_BATCH_RECORDS: usize = 500;

#[derive(Serialize)]
struct Identity {
    origin: String,
    vkey: String,
    recipients: String,
    roster: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    witnesses: Option<String>,
    checkpoint: String,
    cosigners: Vec<Cosigner>,
    time_ms: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
    tus: tus::Offer,
    limits: Limits,
}

/// A witness that is asked, and how it stands.
#[derive(Serialize)]
struct Cosigner {
    vkey: String,
    /// Leaves in the greatest checkpoint that it has cosigned.
    size: u64,
    /// Its time of that.
    cosigned_ms: Option<u64>,
    /// What went wrong last.
    trouble: Option<&'static str>,
}

impl From<Standing> for Cosigner {
    fn from(standing: Standing) -> Self {
        Self {
            vkey: standing.address.key.to_string(),
            size: standing.last.as_ref().map_or(0, |last| last.size),
            cosigned_ms: standing.last.map(|last| last.time_secs.saturating_mul(1000)),
            trouble: standing.trouble.map(|trouble| trouble.code()),
        }
    }
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

/// Query of `GET /v1/identity`.
#[derive(Deserialize)]
pub struct IdentityQuery {
    #[serde(default)]
    nonce: Option<String>,
}

/// Answers a phone's challenge in the name of the log key.
fn answer_challenge(office: &Office, nonce: Nonce, now_ms: i64) -> Result<String, ApiError> {
    let time_ms = u64::try_from(now_ms).unwrap_or(0);
    IdentityChallenge::sign(nonce, time_ms, office.notary.signer())
        .map_err(|error| ApiError::internal(&error))
}

/// `GET /v1/identity`
pub async fn identity(
    State(office): State<Arc<Office>>,
    query: Result<Query<IdentityQuery>, QueryRejection>,
) -> Result<Response, ApiError> {
    let bad_query =
        || ApiError::new(400, "bad_query", "nonce is not 64 lower-case hexadecimal digits", "请求参数不正确");
    let Query(query) = query.map_err(|_| bad_query())?;
    let nonce = query.nonce.map(|nonce| nonce.parse::<Nonce>()).transpose().map_err(|_| bad_query())?;
    let identity = blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        let checkpoint = office.notary.checkpoint(office.ledger.as_ref())?;
        office.witnesses.show(checkpoint.size);
        let (recipients, roster) = office.read(|rows| {
            let recipients = lists::recipients(rows)?.ok_or(lists::ListError::Absent)?;
            Ok::<_, lists::ListError>((recipients, lists::roster(rows)?))
        })?;
        let (witnesses, cosigned, standings) = office.read(|rows| {
            let standings = office.witnesses.standings(rows)?;
            Ok::<_, StoreError>((lists::witnesses(rows)?, cosigned(rows, &checkpoint)?, standings))
        })?;
        Ok::<_, ApiError>(Identity {
            origin: office.origin().to_owned(),
            vkey: office.notary.signer().verifier_key().to_string(),
            recipients,
            roster,
            witnesses,
            checkpoint: cosigned,
            cosigners: standings.into_iter().map(Cosigner::from).collect(),
            time_ms: now_ms,
            challenge: nonce.map(|nonce| answer_challenge(office, nonce, now_ms)).transpose()?,
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
    let checkpoint = blocking(&office, |office| {
        let checkpoint = office.notary.checkpoint(office.ledger.as_ref())?;
        office.witnesses.show(checkpoint.size);
        Ok::<_, CheckpointError>(office.read(|rows| cosigned(rows, &checkpoint))?)
    })
    .await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, checkpoint).into_response())
}

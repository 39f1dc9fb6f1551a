//! The two routes of a witness.

use super::state::{AddError, WitnessState};
use crate::http::{ApiError, Patience, json::whole_body};
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use liuhen_record::witness::{MAX_ADD_CHECKPOINT_BYTES, WitnessRefusal};
use std::sync::Arc;

const PLAIN: &str = "text/plain; charset=utf-8";
/// By the protocol: the answer is the size of the last checkpoint cosigned.
const SIZE: &str = "text/x.tlog.size";

/// A witness by HTTP.
pub fn router(state: Arc<WitnessState>) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add))
        .route("/{origin}/checkpoint", get(checkpoint))
        .with_state(state)
}

fn text(status: u16, content_type: &'static str, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, text).into_response()
}

/// `POST /add-checkpoint`
async fn add(State(state): State<Arc<WitnessState>>, body: Body) -> Result<Response, ApiError> {
    let body = whole_body(body, MAX_ADD_CHECKPOINT_BYTES, Patience::default()).await?;
    let Ok(body) = String::from_utf8(body.into()) else {
        return Ok(text(400, PLAIN, "the body is not UTF-8\n".to_owned()));
    };
    let added = tokio::task::spawn_blocking(move || state.add(&body)).await;
    Ok(match added.map_err(|error| ApiError::internal(&error))? {
        Ok(line) => text(200, PLAIN, line),
        Err(AddError::Refused(WitnessRefusal::Conflict { held })) => text(409, SIZE, format!("{held}\n")),
        Err(error) => {
            if error.status() == 500 {
                eprintln!("{error}");
            }
            text(error.status(), PLAIN, format!("{error}\n"))
        }
    })
}

/// `GET /<SHA-256 of the origin>/checkpoint`
async fn checkpoint(State(state): State<Arc<WitnessState>>, Path(origin): Path<String>) -> Response {
    match state.checkpoint(&origin) {
        Some(note) => text(200, PLAIN, note),
        None => text(404, PLAIN, "no checkpoint of such a log was cosigned here\n".to_owned()),
    }
}

//! JSON bodies in, with limits; JSON answers out.

use super::{ApiError, Patience};
use crate::office::Office;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt as _;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;

/// Body of a request that carries no records, bytes.
pub const SMALL_BODY_BYTES: usize = 64 * 1024;
/// Body of a batch of records, bytes.
pub const BATCH_BODY_BYTES: usize = 8 << 20;

/// A JSON body of at most `MAX` bytes.
pub struct Json<T, const MAX: usize = SMALL_BODY_BYTES>(pub T);

impl<T: DeserializeOwned, const MAX: usize> FromRequest<Arc<Office>> for Json<T, MAX> {
    type Rejection = ApiError;

    async fn from_request(request: Request, office: &Arc<Office>) -> Result<Self, ApiError> {
        check_type(request.headers(), "application/json")?;
        let body = whole_body(request.into_body(), MAX, office.patience).await?;
        serde_json::from_slice(&body).map(Self).map_err(|error| {
            ApiError::new(
                400,
                "bad_json",
                format!("the body is not the JSON expected here: {error}"),
                "请求内容格式不正确",
            )
        })
    }
}

fn check_type(headers: &HeaderMap, wanted: &str) -> Result<(), ApiError> {
    let found = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = found.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(ApiError::new(415, "content_type", format!("the body must be {wanted}"), "请求内容类型不正确"))
}

/// Reads a whole body of at most `max_bytes`.
///
/// # Errors
/// 413 when it is longer, 408 when it stalls, 400 when it breaks off.
pub async fn whole_body(body: Body, max_bytes: usize, patience: Patience) -> Result<Bytes, ApiError> {
    let mut stream = body.into_data_stream();
    let (mut whole, mut waiting) = (Vec::new(), patience.start());
    loop {
        match waiting.next(stream.next()).await? {
            Some(Ok(part)) => {
                waiting.came(part.len());
                if whole.len() + part.len() > max_bytes {
                    return Err(ApiError::new(
                        413,
                        "body_too_large",
                        format!("the body is longer than {max_bytes} bytes"),
                        "请求内容过大",
                    )
                    .with("max_bytes", max_bytes));
                }
                whole.extend_from_slice(&part);
            }
            Some(Err(_)) => {
                return Err(ApiError::new(400, "body_broken", "the body broke off", "请求内容不完整"));
            }
            None => return Ok(whole.into()),
        }
    }
}

/// A JSON answer that nobody caches.
pub fn answer(value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ];
            (headers, text).into_response()
        }
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

/// Reads base64 (RFC 4648 §4) in a member of a body.
///
/// # Errors
/// 400, naming the member.
pub fn base64(name: &'static str, text: &str) -> Result<Vec<u8>, ApiError> {
    STANDARD.decode(text).map_err(|_| {
        ApiError::new(400, "bad_base64", format!("{name} is not base64"), "请求内容格式不正确")
            .with("field", name)
    })
}

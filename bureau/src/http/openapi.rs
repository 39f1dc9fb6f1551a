//! The API as an OpenAPI 3.1 document: `spec/openapi.json`, built in, so that what is served is what was tested.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};

/// The document.
pub const DOCUMENT: &str = include_str!("../../../spec/openapi.json");

/// `GET /v1/openapi.json`
pub async fn openapi() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, DOCUMENT).into_response()
}

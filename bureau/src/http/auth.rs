//! Who asks: the bearer token of a device.

use super::{ApiError, blocking};
use crate::office::Office;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use liuhen_record::{DeviceId, Digest};
use std::sync::Arc;

/// The device whose token the request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller(pub DeviceId);

fn refused() -> ApiError {
    ApiError::new(401, "token", "the token is missing, unknown or expired", "登录已失效，请重新登录")
        .header("www-authenticate", "Bearer")
}

impl FromRequestParts<Arc<Office>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, ApiError> {
        let value = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, token) = value.and_then(|value| value.split_once(' ')).ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") || token.len() != 64 {
            return Err(refused());
        }
        let token_sha256 = Digest::of(token.as_bytes());
        blocking(office, move |office| {
            let now_ms = office.clock.now_ms();
            office.read(|rows| rows.token_device(&token_sha256, now_ms))
        })
        .await?
        .map(Self)
        .ok_or_else(refused)
    }
}

//! Who asks: the bearer token of a device.

use super::{ApiError, blocking};
use crate::{
    enrol::login,
    office::Office,
    store::{TokenRow, TokenScope},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use liuhen_record::{DeviceId, Digest};
use std::sync::Arc;

/// Hexadecimal digits of a token.
const TOKEN_DIGITS: usize = 64;

/// The device whose token the request carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller(pub DeviceId);

/// The device that uploads: by its own token, or by one that is good for uploading only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uploader(pub DeviceId);

fn refused() -> ApiError {
    ApiError::new(401, "token", "the token is missing, unknown or expired", "登录已失效，请重新登录")
        .header("www-authenticate", "Bearer")
}

/// The token of the one `Authorization` header: with two, a proxy might have looked at the other.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    let well_formed = scheme.eq_ignore_ascii_case("bearer") && token.len() == TOKEN_DIGITS;
    (well_formed && values.next().is_none()).then_some(token)
}

async fn token(parts: &Parts, office: &Arc<Office>) -> Result<TokenRow, ApiError> {
    let token_sha256 = Digest::of(bearer(&parts.headers).ok_or_else(refused)?.as_bytes());
    blocking(office, move |office| {
        let now_ms = office.clock.now_ms();
        let token = office.read(|rows| rows.token(&token_sha256, now_ms))?;
        Ok::<_, ApiError>(token.filter(|token| login::is_of_our_time(token, now_ms)))
    })
    .await?
    .ok_or_else(refused)
}

impl FromRequestParts<Arc<Office>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, ApiError> {
        let token = token(parts, office).await?;
        match token.scope {
            TokenScope::Device => Ok(Self(token.device)),
            TokenScope::Upload => Err(ApiError::new(
                403,
                "token_scope",
                "this token is good for uploading only",
                "该令牌仅可用于上传",
            )),
        }
    }
}

impl FromRequestParts<Arc<Office>> for Uploader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, office: &Arc<Office>) -> Result<Self, ApiError> {
        token(parts, office).await.map(|token| Self(token.device))
    }
}

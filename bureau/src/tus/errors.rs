//! What tus refuses, and what it answers about itself.

use super::{CHECKSUMS, EXTENSIONS, VERSION, headers::HeaderError};
use crate::http::ApiError;
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};
use liuhen_record::seal::PIECE_BYTES;

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");

impl From<HeaderError> for ApiError {
    fn from(error: HeaderError) -> Self {
        Self::new(400, "bad_header", error.to_string(), "上传请求头不正确")
    }
}

pub(super) fn not_found() -> ApiError {
    ApiError::new(404, "upload_unknown", "there is no such upload", "上传任务不存在")
}

pub(super) fn expired() -> ApiError {
    ApiError::new(410, "upload_expired", "the upload is expired", "上传任务已过期")
}

pub(super) fn offset_conflict(offset_bytes: i64) -> ApiError {
    ApiError::new(409, "offset", "the upload stands at another offset", "续传位置不一致")
        .with("offset_bytes", offset_bytes)
        .header("upload-offset", &offset_bytes.to_string())
}

/// Code of [`interrupted`].
pub(super) const INTERRUPTED: &str = "body_broken";

pub(super) fn interrupted() -> ApiError {
    ApiError::new(400, INTERRUPTED, "the body broke off", "上传中断")
}

pub(super) fn lost() -> ApiError {
    ApiError::new(
        410,
        "upload_lost",
        "bytes of this upload were lost; it must be created anew",
        "上传任务数据已丢失，须重新创建",
    )
}

pub(super) fn taken_over() -> ApiError {
    ApiError::new(409, "taken_over", "a newer request took over the upload", "该上传已由新的请求接管")
}

pub(super) fn too_long(max_bytes: u64) -> ApiError {
    ApiError::new(413, "too_long", "longer than the upload", "上传内容超出约定长度")
        .with("max_bytes", max_bytes)
}

pub(super) fn checksum_mismatch() -> ApiError {
    ApiError::new(
        460,
        "checksum",
        "the checksum does not match; nothing was kept",
        "校验值不一致，本次内容未保存",
    )
}

pub(super) fn piece_mismatch() -> ApiError {
    ApiError::new(
        460,
        "piece_digest",
        "the piece is not the one that the record names; it starts again at 0",
        "分片与记录中的摘要不一致，须从头重新上传",
    )
    .header("upload-offset", "0")
}

/// The answer to `OPTIONS`: what is spoken here.
pub fn discover() -> Response {
    let headers = [
        (TUS_VERSION, HeaderValue::from_static(VERSION)),
        (HeaderName::from_static("tus-extension"), HeaderValue::from_static(EXTENSIONS)),
        (HeaderName::from_static("tus-checksum-algorithm"), HeaderValue::from_static(CHECKSUMS)),
        (HeaderName::from_static("tus-max-size"), HeaderValue::from(PIECE_BYTES)),
    ];
    marked((StatusCode::NO_CONTENT, headers).into_response())
}

/// Adds `Tus-Resumable` to an answer.
pub(super) fn marked(mut response: Response) -> Response {
    response.headers_mut().insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// Refuses requests of another version, as the protocol demands: 412 and the versions spoken.
pub(super) fn check_version(headers: &HeaderMap) -> Result<(), ApiError> {
    if super::headers::text(headers, "tus-resumable") == Some(VERSION) {
        return Ok(());
    }
    Err(ApiError::new(412, "tus_version", "Tus-Resumable must be 1.0.0", "上传协议版本不受支持")
        .header("tus-version", VERSION))
}

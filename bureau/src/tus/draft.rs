//! Resumable Uploads for HTTP, as the IETF drafts it, on the same uploads: behind a setting, and off by default.
//!
//! Source: draft-ietf-httpbis-resumable-upload, editors' copy of 2026-07-01, which five days later became -12 with interop
//! version 9; the same is answered to 8 (-08 to -11), and interop version 6 of October 2024, which tus-js-client speaks. Without interim responses: our HTTP library cannot send 104, so a client
//! learns the address of an upload from the answer to an empty creation ("careful upload creation").

use super::{
    append::{Brought, append, find, still},
    create::{self, Wanted},
    errors::not_found,
    handlers::{Call, drop_upload, location},
    headers::{self, Checksum},
};
use crate::{
    http::{ApiError, blocking},
    office::Office,
    store::{UploadId, UploadRow},
};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use liuhen_record::seal::PIECE_BYTES;

const COMPLETE: &str = "upload-complete";
const INTEROP: &str = "upload-draft-interop-version";
const PARTIAL: &str = "application/partial-upload";
const PROBLEMS: &str = "https://iana.org/assignments/http-problem-types";
/// Interop versions that are answered, the preferred one first.
const VERSIONS: [u64; 3] = [9, 8, 6];

/// Whether a request is meant for this dialect. tus names itself in every request, and it goes first.
pub(super) fn speaks(office: &Office, headers: &HeaderMap) -> bool {
    let marked = headers.contains_key(COMPLETE) || headers.contains_key(INTEROP);
    office.resumable_draft && marked && !headers.contains_key("tus-resumable")
}

/// An integer item (RFC 9651 §3.3.1) that is not negative; anything else counts as absent.
fn integer(headers: &HeaderMap, name: &'static str) -> Option<u64> {
    let text = bare(headers, name)?;
    let digits = !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A Boolean item (RFC 9651 §3.3.6); anything else counts as absent.
fn boolean(headers: &HeaderMap, name: &'static str) -> Option<bool> {
    match bare(headers, name)? {
        "?1" => Some(true),
        "?0" => Some(false),
        _ => None,
    }
}

/// An item without its parameters, of which none is defined here.
fn bare<'h>(headers: &'h HeaderMap, name: &'static str) -> Option<&'h str> {
    let text = headers::text(headers, name)?;
    Some(text.split_once(';').map_or(text, |(bare, _)| bare).trim_matches(' '))
}

/// The interop version asked for; the newest when none is.
fn version(headers: &HeaderMap) -> Result<u64, ApiError> {
    if !headers.contains_key(INTEROP) {
        return Ok(VERSIONS[0]);
    }
    integer(headers, INTEROP).filter(|version| VERSIONS.contains(version)).ok_or_else(|| {
        ApiError::new(
            400,
            "draft_version",
            "this interop version of the draft is not spoken here",
            "上传协议版本不受支持",
        )
        .with("versions", VERSIONS)
    })
}

/// `Upload-Limit`: how long a piece may be, and how long the upload stays.
fn limits(row: Option<&UploadRow>, now_ms: i64, version: u64) -> String {
    let age = row.filter(|row| !row.done).map(|row| (row.expires_ms - now_ms).max(0) / 1000);
    let name = if version < 7 { "expires" } else { "max-age" };
    age.map_or_else(
        || format!("max-size={PIECE_BYTES}"),
        |secs| format!("max-size={PIECE_BYTES}, {name}={secs}"),
    )
}

fn put(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}

/// The answer to `OPTIONS` of either dialect says the limits, if this one is spoken.
pub(super) fn announced(office: &Office, mut response: Response) -> Response {
    if office.resumable_draft {
        put(&mut response, "upload-limit", &limits(None, 0, VERSIONS[0]));
    }
    response
}

/// `/v1/uploads`
pub(super) async fn collection(mut call: Call<'_>) -> Response {
    let done = match call.parts.method.clone() {
        Method::OPTIONS => Ok(announced(call.office, StatusCode::NO_CONTENT.into_response())),
        Method::POST => post(&mut call).await,
        _ => Err(wrong_method("OPTIONS, POST")),
    };
    finish(call, done).await
}

/// `/v1/uploads/{upload}`
pub(super) async fn one(mut call: Call<'_>, upload: Option<UploadId>) -> Response {
    let done = match (call.parts.method.clone(), upload) {
        (Method::OPTIONS, _) => Ok(announced(call.office, StatusCode::NO_CONTENT.into_response())),
        (Method::HEAD | Method::GET, Some(upload)) => head(&mut call, upload).await,
        (Method::PATCH, Some(upload)) => patch(&mut call, upload).await,
        (Method::DELETE, Some(upload)) => delete(&mut call, upload).await,
        (Method::HEAD | Method::GET | Method::PATCH | Method::DELETE, None) => Err(not_found()),
        _ => Err(wrong_method("OPTIONS, HEAD, GET, PATCH, DELETE")),
    };
    finish(call, done).await
}

fn wrong_method(allow: &'static str) -> ApiError {
    ApiError::new(405, "method", "the method is not allowed here", "不支持的请求方法").header("allow", allow)
}

async fn finish(mut call: Call<'_>, done: Result<Response, ApiError>) -> Response {
    let taken = done.as_ref().is_err_and(|error| error.code() == "taken_over");
    call.settle(taken).await;
    let mut response = done.unwrap_or_else(|error| {
        let mut response = error.into_response();
        if !response.headers().contains_key(COMPLETE) {
            put(&mut response, COMPLETE, "?0");
        }
        response
    });
    if let Ok(version) = version(&call.parts.headers)
        && call.parts.headers.contains_key(INTEROP)
    {
        put(&mut response, INTEROP, &version.to_string());
    }
    response
}

fn state(office: &Office, status: StatusCode, row: &UploadRow, complete: bool, version: u64) -> Response {
    let mut response = status.into_response();
    let offset_bytes = if row.done { row.len_bytes } else { row.offset_bytes };
    put(&mut response, "upload-offset", &offset_bytes.to_string());
    put(&mut response, COMPLETE, if complete { "?1" } else { "?0" });
    put(&mut response, "upload-limit", &limits(Some(row), office.clock.now_ms(), version));
    response
}

fn missing(name: &'static str) -> ApiError {
    headers::HeaderError::Number(name).into()
}

/// What the request says of the whole length; its two ways of saying it must agree.
fn length(headers: &HeaderMap, complete: bool, offset_bytes: u64) -> Result<Option<u64>, ApiError> {
    let content = headers::number(headers, "content-length").ok().filter(|_| complete);
    match (integer(headers, "upload-length"), content.map(|rest| rest + offset_bytes)) {
        (Some(said), Some(counted)) if said != counted => Err(inconsistent()),
        (said, counted) => Ok(said.or(counted)),
    }
}

fn inconsistent() -> ApiError {
    ApiError::new(400, "inconsistent_length", "inconsistent length values for upload", "上传长度前后不一致")
        .problem(format!("{PROBLEMS}#inconsistent-upload-length"), "inconsistent length values for upload")
}

/// A refusal as this dialect words it: 460 is none of its statuses, and an upload that failed is complete.
fn worded(error: ApiError, provided_bytes: u64) -> ApiError {
    match error.code() {
        "offset" => {
            let expected = error.detail("offset_bytes");
            error
                .problem(
                    format!("{PROBLEMS}#mismatching-upload-offset"),
                    "offset from request does not match offset of resource",
                )
                .member("expected-offset", expected)
                .member("provided-offset", provided_bytes)
        }
        "checksum" => error.with_status(400),
        "piece_digest" => error.with_status(422).without_header("upload-offset").header(COMPLETE, "?1"),
        _ => error,
    }
}

/// After these the bytes received are worth nothing, and an offset must not go back: the upload ends.
fn ends_upload(error: &ApiError) -> bool {
    matches!(error.code(), "piece_digest" | "too_long")
}

/// `Content-Digest` (RFC 9530) by SHA-256, if the client sends one.
fn content_digest(headers: &HeaderMap) -> Result<Option<Checksum>, ApiError> {
    let Some(text) = headers::optional(headers, "content-digest")? else { return Ok(None) };
    let ours =
        text.split(',').map(str::trim).find_map(|member| member.strip_prefix("sha-256=:")?.strip_suffix(':'));
    Ok(ours.map(|digest| Checksum::parse(&format!("sha256 {digest}"))).transpose()?)
}

async fn post(call: &mut Call<'_>) -> Result<Response, ApiError> {
    let version = version(&call.parts.headers)?;
    let device = call.caller().await?;
    let headers = &call.parts.headers;
    let complete = boolean(headers, COMPLETE).ok_or_else(|| missing(COMPLETE))?;
    let len_bytes = length(headers, complete, 0)?.ok_or_else(|| missing("upload-length"))?;
    let wanted = Wanted::of_length(headers, len_bytes)?;
    let checksum = content_digest(headers)?;
    let empty = call.body.is_empty();
    let mut row =
        blocking(call.office, move |office| create::create(office, device, &wanted, !empty)).await?;
    if !empty && !row.done {
        let _present = call.office.crowd.enter(device)?;
        row = bring(call, row, 0, checksum).await?;
    }
    if complete && !row.done {
        return Err(inconsistent());
    }
    let mut response = state(call.office, StatusCode::CREATED, &row, complete, version);
    if let Ok(location) = HeaderValue::from_str(&location(&row)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Appends what the request brings; ends the upload when it can never be completed any more.
async fn bring(
    call: &mut Call<'_>,
    row: UploadRow,
    offset_bytes: u64,
    checksum: Option<Checksum>,
) -> Result<UploadRow, ApiError> {
    let (office, device, upload) = (call.office, row.device, row.upload);
    let brought = Brought::new(&call.parts.headers, offset_bytes, checksum, &mut call.body);
    match append(office, row, brought).await {
        Err(error) if ends_upload(&error) => {
            drop_upload(office, device, upload).await?;
            Err(worded(error, offset_bytes))
        }
        appended => appended.map_err(|error| worded(error, offset_bytes)),
    }
}

async fn head(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let version = version(&call.parts.headers)?;
    let device = call.caller().await?;
    let row = still(call.office, device, upload).await?;
    let mut response = state(call.office, StatusCode::NO_CONTENT, &row, row.done, version);
    put(&mut response, "upload-length", &row.len_bytes.to_string());
    put(&mut response, "cache-control", "no-store");
    Ok(response)
}

async fn patch(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let version = version(&call.parts.headers)?;
    let device = call.caller().await?;
    let headers = &call.parts.headers;
    let found = headers::text(headers, "content-type").unwrap_or("");
    if !found.eq_ignore_ascii_case(PARTIAL) {
        return Err(ApiError::new(
            415,
            "content_type",
            "the body must be application/partial-upload",
            "上传内容类型不正确",
        ));
    }
    let complete = boolean(headers, COMPLETE).ok_or_else(|| missing(COMPLETE))?;
    let offset_bytes = integer(headers, "upload-offset").ok_or_else(|| missing("upload-offset"))?;
    let len_bytes = length(headers, complete, offset_bytes)?;
    let checksum = content_digest(headers)?;
    let empty = call.body.is_empty();
    let row = find(call.office, device, upload).await?;
    let stands_bytes = if row.done { row.len_bytes } else { row.offset_bytes } as u64;
    if stands_bytes != offset_bytes {
        return Err(worded(super::errors::offset_conflict(stands_bytes as i64), offset_bytes));
    }
    if len_bytes.is_some_and(|len| len != row.len_bytes as u64) {
        return Err(inconsistent());
    }
    if !empty && row.done {
        return Err(super::errors::too_long(0));
    }
    let row = if empty {
        row
    } else {
        let _present = call.office.crowd.enter(device)?;
        bring(call, row, offset_bytes, checksum).await?
    };
    if complete && !row.done {
        return Err(inconsistent());
    }
    let status = if complete { StatusCode::OK } else { StatusCode::NO_CONTENT };
    Ok(state(call.office, status, &row, complete, version))
}

async fn delete(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    version(&call.parts.headers)?;
    let device = call.caller().await?;
    drop_upload(call.office, device, upload).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

//! The two resources of tus: the collection (`POST`) and one upload (`HEAD`, `PATCH`, `DELETE`).

use super::{
    PATH,
    append::{append, carries_bytes, drain, find},
    create::{self, Wanted},
    errors::{check_version, discover, marked, not_found, taken_over},
    headers,
};
use crate::{
    http::{ApiError, auth::Uploader, blocking},
    office::Office,
    store::{UploadId, UploadRow},
};
use axum::{
    body::BodyDataStream,
    extract::{FromRequestParts as _, Path, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use liuhen_record::DeviceId;
use std::sync::Arc;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");

/// A request, its body not yet read.
struct Call<'c> {
    office: &'c Arc<Office>,
    parts: Parts,
    body: BodyDataStream,
}

impl Call<'_> {
    /// The method, as `X-HTTP-Method-Override` may replace it.
    fn method(&self) -> Method {
        let other = headers::text(&self.parts.headers, "x-http-method-override");
        other
            .and_then(|name| Method::from_bytes(name.to_ascii_uppercase().as_bytes()).ok())
            .unwrap_or_else(|| self.parts.method.clone())
    }

    /// Checks version and caller.
    async fn device(&mut self) -> Result<DeviceId, ApiError> {
        check_version(&self.parts.headers)?;
        let Uploader(device) = Uploader::from_request_parts(&mut self.parts, self.office).await?;
        Ok(device)
    }

    async fn finish(mut self, done: Result<Response, ApiError>) -> Response {
        if done.as_ref().err().is_none_or(|error| error.code() != taken_over().code()) {
            drain(&mut self.body).await;
        }
        marked(done.unwrap_or_else(axum::response::IntoResponse::into_response))
    }
}

fn wrong_method(allow: &'static str) -> ApiError {
    ApiError::new(405, "method", "the method is not allowed here", "不支持的请求方法").header("allow", allow)
}

/// `/v1/uploads`
pub async fn collection(State(office): State<Arc<Office>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut call = Call { office: &office, parts, body: body.into_data_stream() };
    let done = match call.method() {
        Method::OPTIONS => return discover(),
        Method::POST => post(&mut call).await,
        _ => Err(wrong_method("OPTIONS, POST")),
    };
    call.finish(done).await
}

/// `/v1/uploads/{upload}`
pub async fn one(
    State(office): State<Arc<Office>>,
    Path(upload): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let mut call = Call { office: &office, parts, body: body.into_data_stream() };
    let done = match (call.method(), upload.parse::<UploadId>()) {
        (Method::OPTIONS, _) => return discover(),
        (Method::HEAD, Ok(upload)) => head(&mut call, upload).await,
        (Method::PATCH, Ok(upload)) => patch(&mut call, upload).await,
        (Method::DELETE, Ok(upload)) => delete(&mut call, upload).await,
        (Method::HEAD | Method::PATCH | Method::DELETE, Err(_)) => Err(not_found()),
        _ => Err(wrong_method("OPTIONS, HEAD, PATCH, DELETE")),
    };
    call.finish(done).await
}

async fn post(call: &mut Call<'_>) -> Result<Response, ApiError> {
    let device = call.device().await?;
    let wanted = Wanted::parse(&call.parts.headers)?;
    let with_upload = carries_bytes(&call.parts.headers);
    let mut row =
        blocking(call.office, move |office| create::create(office, device, &wanted, with_upload)).await?;
    let location = format!("{PATH}/{}", row.upload);
    if with_upload && !row.done {
        row = append(call.office, row, 0, &call.parts.headers, &mut call.body)
            .await
            .map_err(|error| error.header("location", &location))?;
    }
    let mut response = state(StatusCode::CREATED, &row);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

async fn head(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let device = call.device().await?;
    let row = still(call.office, device, upload).await?;
    let mut response = state(StatusCode::OK, &row);
    let headers = response.headers_mut();
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(row.len_bytes));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(metadata) = HeaderValue::from_str(&row.metadata)
        && !row.metadata.is_empty()
    {
        headers.insert(UPLOAD_METADATA, metadata);
    }
    Ok(response)
}

/// The upload once nobody writes it any more: whoever asks for the offset wants to go on from there.
async fn still(office: &Arc<Office>, device: DeviceId, upload: UploadId) -> Result<UploadRow, ApiError> {
    let row = find(office, device, upload).await?;
    if row.done {
        return Ok(row);
    }
    let _turn = office.takeovers.take(upload).await.ok_or_else(taken_over)?;
    find(office, device, upload).await
}

async fn patch(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let device = call.device().await?;
    if !carries_bytes(&call.parts.headers) {
        return Err(ApiError::new(
            415,
            "content_type",
            "the body must be application/offset+octet-stream",
            "上传内容类型不正确",
        ));
    }
    let offset_bytes = headers::number(&call.parts.headers, "upload-offset")?;
    let row = find(call.office, device, upload).await?;
    let row = append(call.office, row, offset_bytes, &call.parts.headers, &mut call.body).await?;
    Ok(state(StatusCode::NO_CONTENT, &row))
}

async fn delete(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let device = call.device().await?;
    find(call.office, device, upload).await?;
    let _turn = call.office.takeovers.take(upload).await.ok_or_else(taken_over)?;
    blocking(call.office, move |office| create::terminate(office, upload)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An answer that says how far an upload is.
fn state(status: StatusCode, row: &UploadRow) -> Response {
    let mut response = status.into_response();
    let headers = response.headers_mut();
    let offset_bytes = if row.done { row.len_bytes } else { row.offset_bytes };
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(offset_bytes));
    if let Ok(expires) = HeaderValue::from_str(&headers::http_date(row.expires_ms))
        && !row.done
    {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    response
}

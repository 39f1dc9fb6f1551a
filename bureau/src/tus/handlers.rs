//! The two resources of tus: the collection (`POST`) and one upload (`HEAD`, `PATCH`, `DELETE`).

use super::{
    PATH,
    append::{Brought, append, find, still},
    body::Incoming,
    create::{self, Wanted},
    draft,
    errors::{check_version, discover, marked, not_found, taken_over},
    headers::{self, Checksum},
    takeover::Ending,
    whole,
};
use crate::{
    http::{ApiError, auth::Uploader, blocking},
    office::Office,
    store::{UploadId, UploadRow},
};
use axum::{
    extract::{FromRequestParts as _, Path, Request, State, rejection::PathRejection},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use liuhen_record::DeviceId;
use std::sync::Arc;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const OFFSET_STREAM: &str = "application/offset+octet-stream";

/// A request, its body not yet read.
pub(super) struct Call<'c> {
    pub office: &'c Arc<Office>,
    pub parts: Parts,
    pub body: Incoming,
}

impl<'c> Call<'c> {
    fn new(office: &'c Arc<Office>, request: Request) -> Self {
        let (parts, body) = request.into_parts();
        Self { office, parts, body: Incoming::new(body) }
    }

    /// The method, as `X-HTTP-Method-Override` may replace it.
    fn method(&self) -> Result<Method, ApiError> {
        match headers::optional(&self.parts.headers, "x-http-method-override")? {
            None => Ok(self.parts.method.clone()),
            Some(name) => Method::from_bytes(name.to_ascii_uppercase().as_bytes())
                .map_err(|_| headers::HeaderError::Malformed("x-http-method-override").into()),
        }
    }

    /// Who asks.
    pub async fn caller(&mut self) -> Result<DeviceId, ApiError> {
        let Uploader(device) = Uploader::from_request_parts(&mut self.parts, self.office).await?;
        Ok(device)
    }

    /// Checks version and caller.
    async fn device(&mut self) -> Result<DeviceId, ApiError> {
        check_version(&self.parts.headers)?;
        self.caller().await
    }

    /// What the request brings.
    pub fn brought(&mut self, offset_bytes: u64, checksum: Option<Checksum>) -> Brought<'_> {
        Brought::new(&self.parts.headers, offset_bytes, checksum, &mut self.body)
    }

    fn checksum(&self) -> Result<Option<Checksum>, ApiError> {
        let text = headers::optional(&self.parts.headers, "upload-checksum")?;
        Ok(text.map(Checksum::parse).transpose()?)
    }

    /// Whether the request carries bytes of an upload.
    fn carries_bytes(&self) -> bool {
        headers::text(&self.parts.headers, "content-type")
            .is_some_and(|found| found.eq_ignore_ascii_case(OFFSET_STREAM))
    }

    /// Sees that the answer arrives.
    pub async fn settle(&mut self, taken: bool) {
        if !taken {
            let waits = headers::text(&self.parts.headers, "expect")
                .is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue"));
            self.body.drain(self.office.patience, waits).await;
        }
    }

    async fn finish(mut self, done: Result<Response, ApiError>) -> Response {
        let taken = done.as_ref().is_err_and(|error| error.code() == taken_over().code());
        self.settle(taken).await;
        marked(done.unwrap_or_else(axum::response::IntoResponse::into_response))
    }
}

fn wrong_method(allow: &'static str) -> ApiError {
    ApiError::new(405, "method", "the method is not allowed here", "不支持的请求方法").header("allow", allow)
}

/// `/v1/uploads`
pub async fn collection(State(office): State<Arc<Office>>, request: Request) -> Response {
    let mut call = Call::new(&office, request);
    if draft::speaks(&office, &call.parts.headers) {
        return draft::collection(call).await;
    }
    let done = match call.method() {
        Ok(Method::OPTIONS) => return draft::announced(&office, discover()),
        Ok(Method::POST) => post(&mut call).await,
        Ok(_) => Err(wrong_method("OPTIONS, POST")),
        Err(error) => Err(error),
    };
    call.finish(done).await
}

/// `/v1/uploads/{upload}`
pub async fn one(
    State(office): State<Arc<Office>>,
    upload: Result<Path<String>, PathRejection>,
    request: Request,
) -> Response {
    let mut call = Call::new(&office, request);
    let upload = upload.ok().and_then(|Path(upload)| upload.parse::<UploadId>().ok());
    if draft::speaks(&office, &call.parts.headers) {
        return draft::one(call, upload).await;
    }
    let done = match (call.method(), upload) {
        (Ok(Method::OPTIONS), _) => return draft::announced(&office, discover()),
        (Ok(Method::HEAD), Some(upload)) => head(&mut call, upload).await,
        (Ok(Method::PATCH), Some(upload)) => patch(&mut call, upload).await,
        (Ok(Method::DELETE), Some(upload)) => delete(&mut call, upload).await,
        (Ok(Method::HEAD | Method::PATCH | Method::DELETE), None) => nowhere(&mut call).await,
        (Ok(_), _) => Err(wrong_method("OPTIONS, HEAD, PATCH, DELETE")),
        (Err(error), _) => Err(error),
    };
    call.finish(done).await
}

/// An address that no upload ever had.
async fn nowhere(call: &mut Call<'_>) -> Result<Response, ApiError> {
    call.device().await?;
    Err(not_found())
}

async fn post(call: &mut Call<'_>) -> Result<Response, ApiError> {
    let device = call.device().await?;
    let wanted = Wanted::parse(&call.parts.headers)?;
    let checksum = call.checksum()?;
    if !call.carries_bytes() {
        let row = blocking(call.office, move |office| create::create(office, device, &wanted, false)).await?;
        return Ok(created(&row));
    }
    let _present = call.office.crowd.enter(device)?;
    let brought = call.brought(0, checksum);
    if brought.len_bytes.is_some_and(|len| len > wanted.len_bytes) {
        return Err(super::errors::too_long(wanted.len_bytes));
    }
    if brought.is_piece(&wanted.name.sha256) {
        let place = wanted.place(device);
        let stored = blocking(call.office, move |office| create::stored(office, device, &wanted)).await?;
        let row = match stored {
            Some(row) => row,
            None => whole::receive(call.office, place, &mut call.body).await?,
        };
        return Ok(created(&row));
    }
    let row = blocking(call.office, move |office| create::create(office, device, &wanted, true)).await?;
    let location = location(&row);
    if row.done {
        return Ok(created(&row));
    }
    let (office, brought) =
        (call.office, Brought::new(&call.parts.headers, 0, call.checksum()?, &mut call.body));
    let row = append(office, row, brought).await.map_err(|error| error.header("location", &location))?;
    Ok(created(&row))
}

pub(super) fn location(row: &UploadRow) -> String {
    format!("{PATH}/{}", row.upload)
}

fn created(row: &UploadRow) -> Response {
    let mut response = state(StatusCode::CREATED, row);
    if let Ok(location) = HeaderValue::from_str(&location(row)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
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

async fn patch(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let device = call.device().await?;
    if !call.carries_bytes() {
        return Err(ApiError::new(
            415,
            "content_type",
            "the body must be application/offset+octet-stream",
            "上传内容类型不正确",
        ));
    }
    let offset_bytes = headers::number(&call.parts.headers, "upload-offset")?;
    let checksum = call.checksum()?;
    let row = find(call.office, device, upload).await?;
    let _present = call.office.crowd.enter(device)?;
    let office = call.office;
    let row = append(office, row, call.brought(offset_bytes, checksum)).await?;
    Ok(state(StatusCode::NO_CONTENT, &row))
}

async fn delete(call: &mut Call<'_>, upload: UploadId) -> Result<Response, ApiError> {
    let device = call.device().await?;
    drop_upload(call.office, device, upload).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Ends whoever writes the upload, and removes it.
pub(super) async fn drop_upload(
    office: &Arc<Office>,
    device: DeviceId,
    upload: UploadId,
) -> Result<(), ApiError> {
    find(office, device, upload).await?;
    let _turn = office.takeovers.take(upload, Ending::Drop).await.ok_or_else(taken_over)?;
    let row = find(office, device, upload).await?;
    blocking(office, move |office| create::terminate(office, &row)).await
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

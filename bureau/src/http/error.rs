//! One form for every refusal: `{"error":{"code","message","zh",…details}}`.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::store::StoreError;

const JSON: &str = "application/json; charset=utf-8";
const PROBLEM_JSON: &str = "application/problem+json";
/// Somebody has to make room first.
const FULL_SECS: u32 = 300;
/// Others write for seconds at most.
const BUSY_SECS: u32 = 5;

/// A refusal, in English and in Chinese.
#[derive(Debug, Clone)]
pub struct ApiError(Box<Said>);

#[derive(Debug, Clone)]
struct Said {
    status: StatusCode,
    code: &'static str,
    message: String,
    zh: String,
    details: Map<String, Value>,
    headers: HeaderMap,
    /// Members of an RFC 9457 problem beside `error`; none, and the answer is no problem document.
    problem: Map<String, Value>,
}

impl ApiError {
    /// A refusal; `code` is what programs look at.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>, zh: impl Into<String>) -> Self {
        Self(Box::new(Said {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            code,
            message: message.into(),
            zh: zh.into(),
            details: Map::new(),
            headers: HeaderMap::new(),
            problem: Map::new(),
        }))
    }

    /// Adds a member beside the code.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.details.insert(name.to_owned(), value);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.0.headers.insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// Takes a header away again.
    #[must_use]
    pub fn without_header(mut self, name: &'static str) -> Self {
        self.0.headers.remove(name);
        self
    }

    /// The same refusal with another status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = StatusCode::from_u16(status).unwrap_or(self.0.status);
        self
    }

    /// Makes the answer a problem document (RFC 9457) of this type as well.
    #[must_use]
    pub fn problem(self, kind: impl Into<String>, title: &str) -> Self {
        let kind: String = kind.into();
        let status = self.0.status.as_u16();
        self.member("type", kind).member("title", title).member("status", status)
    }

    /// Adds a member of the problem document.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl serde::Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.0.problem.insert(name.to_owned(), value);
        self
    }

    /// A member beside the code, as it was added.
    pub fn detail(&self, name: &str) -> Value {
        self.0.details.get(name).cloned().unwrap_or(Value::Null)
    }

    /// Says when the same may be tried again.
    #[must_use]
    pub fn retry_after(self, secs: u32) -> Self {
        self.header("retry-after", &secs.to_string())
    }

    /// The refusal's code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Its HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The refusal in Chinese.
    pub fn zh(&self) -> &str {
        &self.0.zh
    }

    /// Something of ours failed; the cause goes to the server's own output only.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        eprintln!("internal error: {error}");
        Self::new(500, "internal", "internal error", "服务器内部错误，请稍后重试或联系管理员")
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let full = match &error {
            StoreError::File(file) => file.kind() == std::io::ErrorKind::StorageFull,
            error => matches!(error, StoreError::Full),
        };
        if full {
            eprintln!("storage full");
            return Self::new(
                507,
                "storage_full",
                "the bureau's storage is full",
                "服务器存储空间已满，请联系管理员",
            )
            .retry_after(FULL_SECS);
        }
        if matches!(&error, StoreError::Busy) {
            return Self::new(503, "busy", "the database is busy", "服务器繁忙，请稍后重试")
                .retry_after(BUSY_SECS);
        }
        Self::internal(&error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Said { status, code, message, zh, details: mut error, headers, problem } = *self.0;
        error.insert("code".to_owned(), Value::String(code.to_owned()));
        error.insert("message".to_owned(), Value::String(message));
        error.insert("zh".to_owned(), Value::String(zh));
        let media_type = if problem.is_empty() { JSON } else { PROBLEM_JSON };
        let mut body = problem;
        body.insert("error".to_owned(), Value::Object(error));
        let mut response = (status, headers, Value::Object(body).to_string()).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        response
    }
}

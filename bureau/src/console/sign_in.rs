//! Signing in and out, and changing the password.

use super::{
    page::{PageError, open_page, page},
    signed_in::{COOKIE, SignedIn, source, window},
    tries::{Tried, Try, hashing},
};
use crate::{
    account::{self, AccountError, MAX_NAME_CHARS, MIN_PASSWORD_CHARS},
    http::{
        ApiError, Patience, blocking,
        json::{SMALL_BODY_BYTES, whole_body},
    },
    office::Office,
    random,
    store::{AccountRow, AuditRow, WebSessionRow},
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts, uri::Authority},
    response::{IntoResponse as _, Redirect, Response},
};
use liuhen_record::Digest;
use maud::{Markup, html};
use std::sync::Arc;

/// What somebody who failed too often reads.
const TOO_OFTEN: &str = "失败次数过多，请 15 分钟后再试，或联系管理员。";

fn sign_in_form(error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { p.alert role="alert" { (error) } }
        form.card.narrow method="post" action="/console/sign-in" {
            label for="name" { "账号" }
            input #name name="name" autocomplete="username" required maxlength=(MAX_NAME_CHARS) autofocus;
            label for="password" { "密码" }
            input #password name="password" type="password" autocomplete="current-password" required;
            button.primary type="submit" { "登录" }
            p.hint { "账号由管理员在服务器上开设，首次登录须修改一次性密码。所有登录与查阅均留有审计记录。" }
        }
    }
}

/// `GET /console/sign-in`
pub async fn form(State(office): State<Arc<Office>>) -> Response {
    open_page(StatusCode::OK, &office.name, "登录", &sign_in_form(None))
}

/// Splits a form: same origin, small, `application/x-www-form-urlencoded`.
async fn fields(request: Request, patience: Patience) -> Result<(Parts, Vec<(String, String)>), PageError> {
    let (parts, body) = request.into_parts();
    if !same_origin(&parts) {
        return Err(PageError(ApiError::new(403, "origin", "foreign form", "请求来自其他网站，已拒绝。")));
    }
    let body = whole_body(body, SMALL_BODY_BYTES, patience).await?;
    let fields = serde_urlencoded_pairs(&body).ok_or_else(|| {
        PageError(ApiError::new(400, "form", "the form does not read", "表单内容不正确，请返回后重试。"))
    })?;
    Ok((parts, fields))
}

fn serde_urlencoded_pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    let uri: axum::http::Uri = format!("/?{text}").parse().ok()?;
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&uri).ok().map(|query| query.0)
}

/// Whether a form came from a page of ours. A browser says so itself (`Sec-Fetch-Site`) over TLS, whatever host a proxy puts.
/// Otherwise the form's origin is compared with the host that was asked: in `Host`, or by HTTP/2 in `:authority`. Old browsers
/// that send neither send no cookie across sites either.
fn same_origin(parts: &Parts) -> bool {
    let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let site = parts.headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    match (site, text(header::ORIGIN)) {
        (Some(b"same-origin"), _) => true,
        (Some(b"cross-site" | b"same-site"), _) => false,
        (site, None | Some("null")) => site.is_none(),
        (_, Some(origin)) => {
            let asked = text(header::HOST).or_else(|| parts.uri.authority().map(Authority::as_str));
            origin.split_once("://").is_some_and(|(_, host)| Some(host) == asked)
        }
    }
}

fn field<'f>(fields: &'f [(String, String)], name: &str) -> &'f str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// `POST /console/sign-in`
pub async fn sign_in(State(office): State<Arc<Office>>, request: Request) -> Result<Response, PageError> {
    let (parts, fields) = fields(request, office.patience).await?;
    let attempt = Try {
        name: field(&fields, "name").chars().take(MAX_NAME_CHARS).collect(),
        role: String::new(),
        source: source(&office, &parts),
        refused: "sign_in_refused",
        throttled: "sign_in_throttled",
    };
    let source = attempt.source.clone();
    let tried = attempt.look(&office, field(&fields, "password").to_owned()).await?;
    let refused = |status, text| Ok(open_page(status, &office.name, "登录", &sign_in_form(Some(text))));
    match tried {
        Tried::Right(account) => {
            let token = blocking(&office, move |office| begin_session(office, &account, source)).await?;
            let secure = if office.over_tls { "; Secure" } else { "" };
            let cookie = format!("{COOKIE}={token}; Path=/console; HttpOnly; SameSite=Strict{secure}");
            let mut response = Redirect::to("/console").into_response();
            let cookie = HeaderValue::from_str(&cookie).map_err(|error| ApiError::internal(&error))?;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Tried::Wrong => refused(StatusCode::FORBIDDEN, "账号或密码不正确。"),
        Tried::TooOften => refused(StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN),
    }
}

/// Keeps a new session and returns its token.
fn begin_session(office: &Office, account: &AccountRow, source: String) -> Result<String, ApiError> {
    let now_ms = office.clock.now_ms();
    let (token, session) = new_session(account, now_ms)?;
    let entry = AuditRow {
        at_ms: now_ms,
        name: account.name.clone(),
        role: account.role.clone(),
        source,
        action: "sign_in".to_owned(),
        target: String::new(),
    };
    office.write(|rows| {
        rows.forget_web_sessions(window(now_ms))?;
        rows.add_web_session(&session)?;
        rows.add_audit(&entry)
    })?;
    Ok(token)
}

fn new_session(account: &AccountRow, now_ms: i64) -> Result<(String, WebSessionRow), ApiError> {
    let secret = || random::bytes::<32>().map(hex::encode).map_err(|error| ApiError::internal(&error));
    let token = secret()?;
    let session = WebSessionRow {
        token_sha256: Digest::of(token.as_bytes()),
        account: account.account,
        csrf: secret()?,
        created_ms: now_ms,
        seen_ms: now_ms,
    };
    Ok((token, session))
}

/// Refuses a form that does not carry the session's secret.
fn check_csrf(user: &SignedIn, fields: &[(String, String)]) -> Result<(), PageError> {
    if field(fields, "csrf") == user.csrf {
        return Ok(());
    }
    Err(PageError(ApiError::new(
        403,
        "csrf",
        "the form does not carry the session's secret",
        "页面已失效，请返回刷新后重试。",
    )))
}

/// `POST /console/sign-out`
pub async fn sign_out(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    request: Request,
) -> Result<Response, PageError> {
    let (_, fields) = fields(request, office.patience).await?;
    check_csrf(&user, &fields)?;
    blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| {
            rows.end_web_session(&user.token_sha256)?;
            user.note(rows, now_ms, "sign_out", String::new())
        })
    })
    .await?;
    Ok(Redirect::to("/console/sign-in").into_response())
}

fn password_page(user: &SignedIn, error: Option<&str>) -> Response {
    let content = html! {
        @if let Some(error) = error { p.alert role="alert" { (error) } }
        @if user.must_change { p.lead { "首次登录：请先修改一次性密码。" } }
        form.card.narrow method="post" action="/console/password" {
            input type="hidden" name="csrf" value=(user.csrf);
            label for="old" { "当前密码" }
            input #old name="old" type="password" autocomplete="current-password" required;
            label for="new" { "新密码（至少 " (MIN_PASSWORD_CHARS) " 个字符）" }
            input #new name="new" type="password" autocomplete="new-password" required minlength=(MIN_PASSWORD_CHARS);
            label for="again" { "再次输入新密码" }
            input #again name="again" type="password" autocomplete="new-password" required;
            button.primary type="submit" { "保存新密码" }
            p.hint { "修改后须用新密码重新登录；其他已登录的会话同时失效。" }
        }
    };
    page(user, "", "修改密码", &content)
}

/// `GET /console/password`
pub async fn password_form(user: SignedIn) -> Response {
    password_page(&user, None)
}

/// `POST /console/password`
pub async fn change_password(
    State(office): State<Arc<Office>>,
    user: SignedIn,
    request: Request,
) -> Result<Response, PageError> {
    let (_, fields) = fields(request, office.patience).await?;
    check_csrf(&user, &fields)?;
    let text = |name| field(&fields, name).to_owned();
    let (old, new, again) = (text("old"), text("new"), text("again"));
    if new != again {
        return Ok(password_page(&user, Some("两次输入的新密码不一致。")));
    }
    if new == old {
        return Ok(password_page(&user, Some("新密码不能与当前密码相同。")));
    }
    let attempt = Try {
        name: user.name.clone(),
        role: user.role.clone(),
        source: user.source.clone(),
        refused: "password_refused",
        throttled: "password_throttled",
    };
    let refused = |status, text| Ok((status, password_page(&user, Some(text))).into_response());
    match attempt.look(&office, old).await? {
        Tried::Right(_) => {}
        Tried::Wrong => return refused(StatusCode::FORBIDDEN, "当前密码不正确。"),
        Tried::TooOften => return refused(StatusCode::TOO_MANY_REQUESTS, TOO_OFTEN),
    }
    let hashed = match hashing(&office, move || account::hash(&new)).await? {
        Ok(hashed) => hashed,
        Err(AccountError::Password) => return Ok(password_page(&user, Some("新密码过短或过长。"))),
        Err(error) => return Err(ApiError::internal(&error).into()),
    };
    blocking(&office, move |office| {
        let now_ms = office.clock.now_ms();
        office.write(|rows| {
            rows.set_password(user.account, &hashed, false)?;
            user.note(rows, now_ms, "password_changed", String::new())
        })
    })
    .await?;
    Ok(Redirect::to("/console/sign-in").into_response())
}

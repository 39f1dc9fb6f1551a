//! The frame of every page, and its headers.

use super::signed_in::SignedIn;
use crate::http::ApiError;
use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};

/// Nothing but our own style sheet and our own pictures; no script at all.
const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                   frame-ancestors 'none'; base-uri 'none'";

const NAV: [(&str, &str, &str); 6] = [
    ("home", "/console", "今日概况"),
    ("search", "/console/search", "资料检索"),
    ("days", "/console/days", "当日存储"),
    ("devices", "/console/devices", "设备"),
    ("log", "/console/log", "日志检查点"),
    (AUDIT, "/console/audit", "审计日志"),
];
/// The entry that not every role sees.
const AUDIT: &str = "audit";

/// A page for somebody who is signed in. `place` names the entry of the navigation.
pub fn page(user: &SignedIn, place: &str, title: &str, content: &Markup) -> Response {
    let nav = html! {
        nav aria-label="主导航" {
            @for (name, href, text) in NAV.into_iter().filter(|(name, ..)| *name != AUDIT || user.may_read_audit()) {
                a href=(href) aria-current=[(name == place).then_some("page")] { (text) }
            }
        }
        form.who method="post" action="/console/sign-out" {
            span { (user.name) "（" (user.role_zh()) "）" }
            input type="hidden" name="csrf" value=(user.csrf);
            a href="/console/password" { "修改密码" }
            button type="submit" { "退出" }
        }
    };
    frame(StatusCode::OK, &user.office, title, &nav, content)
}

/// A page for somebody who is not.
pub fn open_page(status: StatusCode, office: &str, title: &str, content: &Markup) -> Response {
    frame(status, office, title, &html! {}, content)
}

fn frame(status: StatusCode, office: &str, title: &str, nav: &Markup, content: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (office) }
                link rel="stylesheet" href="/console/style.css";
            }
            body {
                a.skip href="#main" { "跳到正文" }
                header.top { div.bar {
                    a.brand href="/console" { span.mark aria-hidden="true" { "留痕" } span { (office) } }
                    (nav)
                } }
                main #main tabindex="-1" { h1 { (title) } (content) }
                footer { "留痕 Liuhen · 记录以设备签名与透明日志为准，本页为其投影 · 本系统不持有声像资料的解密密钥" }
            }
        }
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, headers, page.into_string()).into_response()
}

/// A refusal as a page.
pub fn refusal(office: &str, error: &ApiError) -> Response {
    let content = html! {
        p.lead { (error.zh()) }
        p { a.button href="/console" { "返回首页" } }
    };
    let status = error.status();
    let title = match status.as_u16() {
        404 => "页面不存在",
        403 => "没有权限",
        429 => "请稍后再试",
        500.. => "系统出错",
        _ => "请求不正确",
    };
    open_page(status, office, title, &content)
}

/// Puts refusals of the frame work itself (a wrong method, a broken form) into our words, and adds the headers that
/// every page has.
pub fn in_our_words(office: &str, response: Response) -> Response {
    let html = |value: &HeaderValue| value.to_str().is_ok_and(|text| text.starts_with("text/html"));
    let ours = response.headers().get(header::CONTENT_TYPE).is_some_and(html);
    let status = response.status();
    let mut response = if (status.is_client_error() || status.is_server_error()) && !ours {
        let said = response.extensions().get::<Words>().map(|words| words.0.clone());
        let error = match status.as_u16() {
            _ if said.as_ref().is_some_and(|error| !error.zh().is_empty()) => {
                said.unwrap_or_else(super::nothing)
            }
            404 => super::nothing(),
            500.. => ApiError::new(status.as_u16(), "internal", "", "系统出错，请稍后重试或联系管理员。"),
            other => ApiError::new(other, "bad_request", "", "请求不正确，请返回后重试。"),
        };
        refusal(office, &error)
    } else {
        response
    };
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// What a refusal says, on its way to [`in_our_words`].
#[derive(Clone)]
struct Words(ApiError);

/// A refusal on its way to becoming a page.
#[derive(Debug)]
pub struct PageError(pub ApiError);

impl<E: Into<ApiError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    /// Without a page: [`in_our_words`] makes it, and knows the office's name.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.0.status();
        response.extensions_mut().insert(Words(self.0));
        response
    }
}

/// A table that scrolls by itself on narrow screens.
pub fn table(head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { @for cell in head { th scope="col" { (cell) } } } }
            tbody { (rows) }
        } }
    }
}

/// Names and values.
pub fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { @for (name, value) in rows { div { dt { (name) } dd { (value) } } } } }
}

/// A coloured word.
pub fn badge(tone: &str, text: &str) -> Markup {
    html! { span class={ "badge " (tone) } { (text) } }
}

/// The way from one page of a list to those beside it; nothing when there is no other.
pub fn pages(number: i64, more: bool, link: impl Fn(i64) -> String) -> Markup {
    html! { @if number > 1 || more { nav.pages aria-label="分页" {
        @if number > 1 { a href=(link(number - 1)) rel="prev" { "上一页" } }
        @if more { a href=(link(number + 1)) rel="next" { "下一页" } }
    } } }
}

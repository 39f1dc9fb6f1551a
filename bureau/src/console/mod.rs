//! The console: zh-CN, rendered on the server, works without JavaScript and without any other host.
//!
//! It shows what the records say. It never shows media: the bureau holds no key to open it.

mod audit;
mod day;
mod describe;
mod describe_recorder;
mod describe_review;
mod device;
mod downloads;
mod footage;
mod home;
mod item;
mod log_page;
mod overdue;
mod page;
mod recorders;
mod search;
mod session_page;
mod session_recorders;
mod sign_in;
mod signature;
pub(crate) mod signed_in;
pub(crate) mod tries;
mod words;

use crate::{http::ApiError, office::Office};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use std::sync::Arc;

/// Everything below `/console`.
pub fn router(office: &Arc<Office>) -> Router<Arc<Office>> {
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-out", axum::routing::post(sign_in::sign_out))
        .route("/password", get(sign_in::password_form).post(sign_in::change_password))
        .route("/search", get(search::show))
        .route("/days", get(day::show))
        .route("/item/{item}", get(item::show))
        .route("/item/{item}/{file}", get(downloads::item_file))
        .route("/session/{session}", get(session_page::show))
        .route("/devices", get(device::list))
        .route("/recorders", get(recorders::list))
        .route("/device/{device}", get(device::show))
        .route("/device/{device}/{file}", get(downloads::device_file))
        .route("/record/{device}/{file}", get(downloads::record_file))
        .route("/record/{device}/{seq}/signature/{n}", get(signature::svg))
        .route("/audit", get(audit::list))
        .route("/log", get(log_page::show))
        .route("/log/{file}", get(downloads::stamp_file))
        .route("/style.css", get(style));
    let (name, lost) = (office.name.clone(), office.name.clone());
    let nowhere = move || std::future::ready(page::refusal(&lost, &nothing()));
    Router::new()
        .nest("/console", pages)
        .route("/console/", get(|| async { Redirect::permanent("/console") }))
        .route("/console/{*rest}", axum::routing::any(nowhere))
        .layer(axum::middleware::map_response(move |response| {
            std::future::ready(page::in_our_words(&name, response))
        }))
}

/// The page for what does not exist.
fn nothing() -> ApiError {
    ApiError::new(404, "not_found", "there is nothing here", "您访问的页面不存在，或资料编号有误。")
}

async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, include_str!("style.css")).into_response()
}

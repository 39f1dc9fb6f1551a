//! Every route, in one place.

use super::{ApiError, device_api, join_api, public_api};
use crate::{console, office::Office, tus};
use axum::{
    Router,
    routing::{any, get, post},
};
use std::sync::Arc;

/// The whole server.
pub fn router(office: Arc<Office>) -> Router {
    let api = Router::new()
        .route("/v1/identity", get(public_api::identity))
        .route("/v1/enrol", post(join_api::enrol))
        .route("/v1/succeed", post(join_api::succeed))
        .route("/v1/challenge", post(join_api::challenge))
        .route("/v1/token", post(join_api::token))
        .route("/v1/upload-token", post(join_api::upload_token))
        .route("/v1/records/head", get(device_api::head))
        .route("/v1/records", post(device_api::records))
        .route("/v1/items/missing", get(device_api::items_missing))
        .route("/v1/receipts", get(device_api::receipts))
        .route(tus::PATH, any(tus::collection))
        .route("/v1/uploads/{upload}", any(tus::one))
        .route("/log/checkpoint", get(public_api::checkpoint));
    let root = get(|| async { axum::response::Redirect::temporary("/console") });
    let all = api.route("/", root).merge(console::router(&office));
    all.fallback(nowhere).method_not_allowed_fallback(wrong_method).with_state(office)
}

async fn nowhere() -> ApiError {
    ApiError::new(404, "not_found", "there is nothing here", "请求的地址不存在")
}

async fn wrong_method() -> ApiError {
    ApiError::new(405, "method", "the method is not allowed here", "不支持的请求方法")
}

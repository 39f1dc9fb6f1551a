//! Every route, in one place.

use super::{ApiError, device_api, join_api, openapi, public_api};
use crate::{console, office::Office, tus};
use axum::{
    Router,
    extract::Request,
    http::header,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, any, get, post},
};
use std::sync::Arc;

/// A route that programs use: its address, its methods as `spec/openapi.json` writes them, and who answers.
type Route = (&'static str, &'static [&'static str], MethodRouter<Arc<Office>>);

/// Every route that programs use.
fn machine_routes() -> Vec<Route> {
    vec![
        ("/v1/identity", &["get"], get(public_api::identity)),
        ("/v1/openapi.json", &["get"], get(openapi::openapi)),
        ("/v1/enrol", &["post"], post(join_api::enrol)),
        ("/v1/succeed", &["post"], post(join_api::succeed)),
        ("/v1/challenge", &["post"], post(join_api::challenge)),
        ("/v1/token", &["post"], post(join_api::token)),
        ("/v1/upload-token", &["post"], post(join_api::upload_token)),
        ("/v1/records/head", &["get"], get(device_api::head)),
        ("/v1/records/last-signed", &["get"], get(device_api::last_signed)),
        ("/v1/records", &["post"], post(device_api::records)),
        ("/v1/items/missing", &["get"], get(device_api::items_missing)),
        ("/v1/receipts", &["get"], get(device_api::receipts)),
        // These tell methods apart themselves, because tus can override them.
        (tus::PATH, &["options", "post"], any(tus::collection)),
        ("/v1/uploads/{upload}", &["options", "head", "get", "patch", "delete"], any(tus::one)),
        ("/log/checkpoint", &["get"], get(public_api::checkpoint)),
    ]
}

/// The whole server.
pub fn router(office: Arc<Office>) -> Router {
    let api = machine_routes().into_iter().fold(Router::new(), |all, (path, _, who)| all.route(path, who));
    let root = get(|| async { axum::response::Redirect::temporary("/console") });
    let all = api.route("/", root).merge(console::router(&office));
    let all = all.fallback(nowhere).method_not_allowed_fallback(wrong_method).with_state(office);
    all.layer(middleware::from_fn(refuse_two_lengths))
}

/// A body with two lengths ends elsewhere for a proxy than for us: what follows would be read as somebody's request
/// (RFC 9112 §6.3).
async fn refuse_two_lengths(request: Request, next: Next) -> Response {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) && headers.contains_key(header::CONTENT_LENGTH) {
        let error = ApiError::new(400, "bad_header", "the body has two lengths", "请求头不正确");
        return error.header("connection", "close").into_response();
    }
    next.run(request).await
}

async fn nowhere() -> ApiError {
    ApiError::new(404, "not_found", "there is nothing here", "请求的地址不存在")
}

async fn wrong_method() -> ApiError {
    ApiError::new(405, "method", "the method is not allowed here", "不支持的请求方法")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_document_lists_every_route_and_no_other() {
        let document: serde_json::Value = serde_json::from_str(openapi::DOCUMENT).unwrap();
        let is_method = |name: &str| name != "parameters";
        let documented: BTreeSet<String> = document["paths"]
            .as_object()
            .unwrap()
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().unwrap().keys().filter(|name| is_method(name));
                methods.map(move |method| format!("{method} {path}"))
            })
            .collect();
        let routed: BTreeSet<String> = machine_routes()
            .iter()
            .flat_map(|(path, methods, _)| methods.iter().map(move |method| format!("{method} {path}")))
            .collect();
        assert_eq!(documented, routed);
    }
}

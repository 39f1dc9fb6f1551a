//! Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload, editors' copy of 2026-07-01), on the same uploads as
//! tus: each test is a MUST of that text.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{Office, phone::Phone};
use liuhen_record::{Digest, ItemId, seal::PIECE_BYTES};
use reqwest::{RequestBuilder, Response};
use serde_json::Value;

const PIECE: &[u8] = b"a sealed piece of thirty-six bytes..";

async fn ready() -> (Office, Phone, ItemId) {
    let office = Office::open_tuned(|config| config.resumable_draft = true).await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    (office, phone, item)
}

fn draft(phone: &Phone, method: &str, path: &str) -> RequestBuilder {
    let request = phone.http.request(method.parse().unwrap(), format!("{}{path}", phone.url));
    request.bearer_auth(&phone.token).header("Upload-Draft-Interop-Version", "9")
}

fn create(phone: &Phone, item: ItemId, complete: &str) -> RequestBuilder {
    draft(phone, "POST", "/v1/uploads")
        .header("Upload-Complete", complete)
        .header("Upload-Metadata", Phone::metadata(item, 0, Digest::of(PIECE)))
}

fn append(phone: &Phone, path: &str, offset: usize, complete: &str, body: &[u8]) -> RequestBuilder {
    draft(phone, "PATCH", path)
        .header("Upload-Complete", complete)
        .header("Upload-Offset", offset)
        .header("Content-Type", "application/partial-upload")
        .body(body.to_vec())
}

fn says(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
}

/// Status, `Upload-Offset` and `Upload-Complete`.
fn state(response: &Response) -> (u16, Option<String>, Option<String>) {
    (response.status().as_u16(), says(response, "upload-offset"), says(response, "upload-complete"))
}

fn was(status: u16, offset: &str, complete: &str) -> (u16, Option<String>, Option<String>) {
    (status, Some(offset.to_owned()), Some(complete.to_owned()))
}

async fn carefully(phone: &Phone, item: ItemId) -> String {
    let response = create(phone, item, "?0").header("Upload-Length", PIECE.len()).send().await.unwrap();
    assert_eq!(state(&response), was(201, "0", "?0"));
    says(&response, "location").unwrap()
}

async fn head(phone: &Phone, path: &str) -> Response {
    draft(phone, "HEAD", path).send().await.unwrap()
}

fn stored(office: &Office, item: ItemId) -> bool {
    office.bureau().office().read(|rows| rows.pieces(item)).unwrap()[0].stored_ms.is_some()
}

#[tokio::test]
async fn it_is_off_unless_the_bureau_was_started_with_it() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let response = create(&phone, item, "?0").header("Upload-Length", PIECE.len()).send().await.unwrap();
    assert_eq!(response.status(), 412);
    let options = draft(&phone, "OPTIONS", "/v1/uploads").send().await.unwrap();
    assert_eq!(says(&options, "upload-limit"), None);
}

#[tokio::test]
async fn options_says_the_limits() {
    let (_office, phone, _) = ready().await;
    for request in [
        draft(&phone, "OPTIONS", "/v1/uploads"),
        phone.http.request(reqwest::Method::OPTIONS, format!("{}/v1/uploads", phone.url)),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(says(&response, "upload-limit"), Some(format!("max-size={PIECE_BYTES}")));
    }
}

#[tokio::test]
async fn a_piece_goes_up_in_parts_after_a_careful_creation() {
    let (office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    let response = append(&phone, &path, 0, "?0", &PIECE[..10]).send().await.unwrap();
    assert_eq!(state(&response), was(204, "10", "?0"));
    let response = head(&phone, &path).await;
    assert_eq!(state(&response), was(204, "10", "?0"));
    assert_eq!(says(&response, "upload-length").as_deref(), Some("36"));
    assert_eq!(says(&response, "cache-control").as_deref(), Some("no-store"));
    assert!(says(&response, "upload-limit").unwrap().contains("max-age="));
    let got = draft(&phone, "GET", &path).send().await.unwrap();
    assert_eq!(state(&got), was(204, "10", "?0"));
    let response = append(&phone, &path, 10, "?1", &PIECE[10..]).send().await.unwrap();
    assert_eq!(state(&response), was(200, "36", "?1"));
    assert_eq!(state(&head(&phone, &path).await), was(204, "36", "?1"));
    assert!(stored(&office, item));
}

#[tokio::test]
async fn a_piece_goes_up_with_its_creation() {
    let (office, phone, item) = ready().await;
    let response = create(&phone, item, "?1").body(PIECE).send().await.unwrap();
    assert_eq!(state(&response), was(201, "36", "?1"));
    assert!(stored(&office, item));
}

#[tokio::test]
async fn the_last_request_may_be_empty_and_be_repeated() {
    let (_office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    let response = append(&phone, &path, 0, "?0", PIECE).send().await.unwrap();
    assert_eq!(state(&response), was(204, "36", "?0"));
    for _ in 0..2 {
        let response = append(&phone, &path, 36, "?1", b"").send().await.unwrap();
        assert_eq!(state(&response), was(200, "36", "?1"));
    }
}

#[tokio::test]
async fn another_offset_is_a_conflict_and_says_the_right_one() {
    let (_office, phone, item) = ready().await;
    for version in ["9", "8", "6"] {
        let known = phone.http.head(format!("{}/v1/uploads/{}", phone.url, "0".repeat(32)));
        let known = known.bearer_auth(&phone.token).header("Upload-Draft-Interop-Version", version);
        assert_eq!(known.send().await.unwrap().status(), 404, "{version} is spoken");
    }
    let path = carefully(&phone, item).await;
    append(&phone, &path, 0, "?0", &PIECE[..10]).send().await.unwrap();
    for offset in [0, 9, 11] {
        let response = append(&phone, &path, offset, "?0", &PIECE[..5]).send().await.unwrap();
        assert_eq!(state(&response), was(409, "10", "?0"));
        assert_eq!(says(&response, "content-type").as_deref(), Some("application/problem+json"));
        let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        let kind = "https://iana.org/assignments/http-problem-types#mismatching-upload-offset";
        assert_eq!((&problem["type"], &problem["expected-offset"]), (&kind.into(), &10.into()));
        assert_eq!(problem["provided-offset"], offset);
    }
    append(&phone, &path, 10, "?1", &PIECE[10..]).send().await.unwrap();
    let late = append(&phone, &path, 10, "?1", &PIECE[10..]).send().await.unwrap();
    assert_eq!(state(&late), was(409, "36", "?0"), "nothing is appended to a complete upload");
}

#[tokio::test]
async fn lengths_that_differ_are_refused() {
    let (_office, phone, item) = ready().await;
    let problem = "https://iana.org/assignments/http-problem-types#inconsistent-upload-length";
    let path = carefully(&phone, item).await;
    let table = [
        create(&phone, item, "?1").header("Upload-Length", 40).body(PIECE),
        append(&phone, &path, 0, "?1", &PIECE[..10]),
        append(&phone, &path, 0, "?0", &PIECE[..10]).header("Upload-Length", 35),
    ];
    for request in table {
        let response = request.send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), says(&response, "upload-complete").as_deref()),
            (400, Some("?0"))
        );
        let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(body["type"], problem);
    }
    assert_eq!(state(&head(&phone, &path).await), was(204, "0", "?0"));
}

#[tokio::test]
async fn bytes_beyond_the_length_end_the_upload() {
    let (office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    append(&phone, &path, 0, "?0", &PIECE[..10]).send().await.unwrap();
    let response = append(&phone, &path, 10, "?0", &[0; 27]).send().await.unwrap();
    assert_eq!(response.status(), 413);
    assert_eq!(head(&phone, &path).await.status(), 404);
    assert!(!stored(&office, item));
}

#[tokio::test]
async fn an_offset_never_decreases_a_piece_of_other_bytes_ends_the_upload() {
    let (office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    append(&phone, &path, 0, "?0", &PIECE[..10]).send().await.unwrap();
    let response = append(&phone, &path, 10, "?1", &[b'x'; 26]).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), says(&response, "upload-complete").as_deref()),
        (422, Some("?1"))
    );
    assert_eq!(head(&phone, &path).await.status(), 404);
    assert!(!stored(&office, item));
    let again = carefully(&phone, item).await;
    assert_ne!(again, path);
    assert_eq!(append(&phone, &again, 0, "?1", PIECE).send().await.unwrap().status(), 200);
    assert!(stored(&office, item));
}

#[tokio::test]
async fn a_content_digest_is_compared() {
    let (_office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    let digest = |bytes: &[u8]| format!("sha-512=:AAAA:, sha-256=:{}:", STANDARD.encode(Digest::of(bytes).0));
    let wrong = append(&phone, &path, 0, "?0", &PIECE[..10]).header("Content-Digest", digest(b"other"));
    assert_eq!(wrong.send().await.unwrap().status(), 400);
    assert_eq!(state(&head(&phone, &path).await), was(204, "0", "?0"));
    let right = append(&phone, &path, 0, "?0", &PIECE[..10]).header("Content-Digest", digest(&PIECE[..10]));
    assert_eq!(state(&right.send().await.unwrap()), was(204, "10", "?0"));
}

#[tokio::test]
async fn fields_of_another_type_count_as_absent() {
    let (_office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    for complete in ["1", "true", "?2", "?0, ?1", "\"?1\""] {
        assert_eq!(
            append(&phone, &path, 0, complete, PIECE).send().await.unwrap().status(),
            400,
            "{complete}"
        );
    }
    for offset in ["-1", "0.0", "\"0\"", "0, 0", "9999999999999999"] {
        let request = draft(&phone, "PATCH", &path)
            .header("Upload-Complete", "?0")
            .header("Upload-Offset", offset)
            .header("Content-Type", "application/partial-upload");
        assert_eq!(request.body(PIECE).send().await.unwrap().status(), 400, "{offset}");
    }
    let octets = append(&phone, &path, 0, "?1", PIECE).header("Content-Type", "text/plain");
    assert_eq!(octets.send().await.unwrap().status(), 415);
    assert_eq!(append(&phone, &path, 0, "?1;a=1", PIECE).send().await.unwrap().status(), 200, "parameters");
}

#[tokio::test]
async fn an_upload_can_be_cancelled() {
    let (_office, phone, item) = ready().await;
    let path = carefully(&phone, item).await;
    assert_eq!(draft(&phone, "DELETE", &path).send().await.unwrap().status(), 204);
    assert_eq!(head(&phone, &path).await.status(), 404);
}

#[tokio::test]
async fn other_interop_versions_are_refused_and_both_dialects_share_an_upload() {
    let (office, phone, item) = ready().await;
    for version in ["3", "5", "7", "10", "x"] {
        let request = phone.http.post(format!("{}/v1/uploads", phone.url)).bearer_auth(&phone.token);
        let request = request.header("Upload-Draft-Interop-Version", version).header("Upload-Complete", "?0");
        assert_eq!(request.send().await.unwrap().status(), 400, "{version}");
    }
    let path = carefully(&phone, item).await;
    append(&phone, &path, 0, "?0", &PIECE[..10]).send().await.unwrap();
    assert_eq!(phone.tus("HEAD", &path).send().await.unwrap().headers()["upload-offset"], "10");
    assert_eq!(phone.patch(&path, 10, &PIECE[10..]).send().await.unwrap().status(), 204);
    assert_eq!(state(&head(&phone, &path).await), was(204, "36", "?1"));
    assert!(stored(&office, item));
}

/// Somebody else's client, where `./dev` has installed it.
#[tokio::test]
async fn tus_js_client_uploads_in_parts_and_goes_on_after_a_stop() {
    let installed = concat!(env!("CARGO_MANIFEST_DIR"), "/../.cache/peers/node/node_modules");
    let modules = std::env::var("LIUHEN_TUS_JS").unwrap_or_else(|_| installed.to_owned());
    if !std::path::Path::new(&modules).join("tus-js-client").is_dir() {
        let required = std::env::var("LIUHEN_PEERS_REQUIRED").unwrap_or_default();
        assert!(
            !required.split_whitespace().any(|peer| peer == "node"),
            "there is no tus-js-client in {modules}"
        );
        println!("skipped: there is no tus-js-client in {modules} (./dev peers)");
        return;
    }
    let (office, phone, item) = ready().await;
    let file = office.data_dir().with_file_name("piece");
    std::fs::write(&file, PIECE).unwrap();
    let metadata = serde_json::json!({"item": item, "piece": "0", "sha256": Digest::of(PIECE)});
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/foreign/tus_js_draft.cjs");
    let mut node = tokio::process::Command::new("node");
    node.arg(script).args([format!("{}/v1/uploads", phone.url), phone.token.clone(), metadata.to_string()]);
    let done = node.arg(file).env("NODE_PATH", modules).output().await.unwrap();
    assert_eq!(
        String::from_utf8_lossy(&done.stdout),
        "stopped at 10, went on, done\n",
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(stored(&office, item));
}

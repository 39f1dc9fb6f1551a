//! `spec/openapi.json` is true: it is what is served, its codes are those of the sources, and answers are as it says.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, client, phone::Phone, schema};
use liuhen_record::Digest;
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn document() -> Value {
    serde_json::from_str(&fs::read_to_string(root().join("spec/openapi.json")).unwrap()).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sources(dir: &Path, found: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("console") {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// Everything of the form `(403, "token_scope"` in the sources: a status and a code.
fn refusals() -> BTreeSet<(String, String)> {
    let mut text = String::new();
    sources(&root().join("bureau/src"), &mut text);
    let pair = |after: &str| {
        let (status, rest) = after.trim_start().split_once(',')?;
        let code = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        let is_status = status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
        let is_code = !code.is_empty()
            && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        (is_status && is_code).then(|| (status.to_owned(), code.to_owned()))
    };
    text.split('(').filter_map(pair).collect()
}

#[test]
fn every_code_of_the_sources_is_documented_and_every_documented_code_exists() {
    let document = document();
    let responses = document["components"]["responses"].as_object().unwrap();
    let documented: BTreeSet<(String, String)> = responses
        .iter()
        .flat_map(|(name, response)| {
            let content = response["content"].as_object().unwrap().values().next().unwrap();
            let codes = content["schema"]["properties"]["error"]["properties"]["code"]["enum"].as_array();
            let codes = codes.unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
            codes.map(move |code| (name.trim_start_matches('E').to_owned(), code))
        })
        .collect();
    let mut written = refusals();
    assert!(written.len() > 40, "{written:?}");
    // The dialect of the IETF draft has no status 460 (`tus/draft.rs`).
    written
        .extend([("400".to_owned(), "checksum".to_owned()), ("422".to_owned(), "piece_digest".to_owned())]);
    assert_eq!(documented, written);
    let table = fs::read_to_string(root().join("spec/bureau-api.md")).unwrap();
    let missing: Vec<_> = written.iter().filter(|(_, code)| !table.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "spec/bureau-api.md does not name {missing:?}");
}

#[tokio::test]
async fn the_document_is_served() {
    let office = Office::open().await;
    let phone = Phone::new(&office.url());
    assert_eq!(phone.get("/v1/openapi.json").await.ok(), document());
}

#[tokio::test]
async fn other_methods_are_refused_and_the_answer_names_those_that_are_not() {
    let office = Office::open().await;
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
            if item.get(method.to_ascii_lowercase()).is_some() {
                continue;
            }
            let address = format!("{}{}", office.url(), path.replace("{upload}", &"0".repeat(32)));
            let response = client().request(method.parse().unwrap(), address).send().await.unwrap();
            assert_eq!((path, method, response.status().as_u16()), (path, method, 405));
            assert!(response.headers().contains_key("allow"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn answers_about_uploads_are_as_documented() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let piece = b"a piece".to_vec();
    let (_, item) = phone.capture(std::slice::from_ref(&piece));
    phone.send().await.ok();
    let create = || {
        let metadata = Phone::metadata(item, 0, Digest::of(&piece));
        phone
            .tus("POST", "/v1/uploads")
            .header("Upload-Length", piece.len())
            .header("Upload-Metadata", metadata)
    };
    let path = phone.create(item, 0, &piece).await;
    let unknown = format!("/v1/uploads/{}", "0".repeat(32));
    let table = [
        ("OPTIONS", "/v1/uploads", phone.tus("OPTIONS", "/v1/uploads")),
        ("OPTIONS", path.as_str(), phone.tus("OPTIONS", &path)),
        ("POST", "/v1/uploads", create()),
        ("POST", "/v1/uploads", create().header("Upload-Defer-Length", "1")),
        ("POST", "/v1/uploads", phone.tus("POST", "/v1/uploads").header("Upload-Length", "99999999999")),
        ("HEAD", path.as_str(), phone.tus("HEAD", &path)),
        ("HEAD", unknown.as_str(), phone.tus("HEAD", &unknown)),
        ("PATCH", path.as_str(), phone.patch(&path, 3, b"iece")),
        ("PATCH", path.as_str(), phone.tus("PATCH", &path).header("Tus-Resumable", "2.0.0")),
        ("PATCH", path.as_str(), phone.patch(&path, 0, b"another").header("Upload-Checksum", "sha1 AAAA")),
        ("PATCH", path.as_str(), phone.patch(&path, 0, b"another")),
        ("PATCH", path.as_str(), phone.patch(&path, 0, &piece)),
        ("DELETE", path.as_str(), phone.tus("DELETE", &path)),
        ("DELETE", path.as_str(), phone.tus("DELETE", &path).bearer_auth("0")),
    ];
    for (method, path, request) in table {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or(Value::Null);
        if method == "HEAD" || status < 300 {
            schema::check_status(method, path, status);
        } else {
            schema::check(method, path, status, &body);
        }
    }
}

//! tus 1.0.0: a table of the MUSTs that this server claims, and pieces verified before they count.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{Office, client, phone::Phone};
use futures_util::StreamExt as _;
use liuhen_bureau::store::UploadId;
use liuhen_record::{Digest, ItemId, seal::PIECE_BYTES};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PIECE: &[u8] = b"a sealed piece of thirty-six bytes..";

async fn ready() -> (Office, Phone, ItemId) {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    (office, phone, item)
}

async fn offset(phone: &Phone, path: &str) -> String {
    let response = phone.tus("HEAD", path).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["upload-length"], PIECE.len().to_string().as_str());
    response.headers()["upload-offset"].to_str().unwrap().to_owned()
}

fn stored(office: &Office, item: ItemId) -> bool {
    office.bureau().office().read(|rows| rows.pieces(item)).unwrap()[0].stored_ms.is_some()
}

#[tokio::test]
async fn options_tells_what_is_spoken_without_signing_in() {
    let office = Office::open().await;
    let response = client()
        .request(reqwest::Method::OPTIONS, format!("{}/v1/uploads", office.url()))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 204);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("tus-version"), "1.0.0");
    assert_eq!(header("tus-max-size"), PIECE_BYTES.to_string());
    for extension in ["creation", "creation-with-upload", "checksum", "termination", "expiration"] {
        assert!(header("tus-extension").split(',').any(|e| e == extension), "{extension}");
    }
    assert!(header("tus-checksum-algorithm").split(',').any(|a| a == "sha1"));
}

#[tokio::test]
async fn every_other_request_names_the_version() {
    let (_office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    for (method, path) in [("POST", "/v1/uploads"), ("HEAD", &path), ("PATCH", &path), ("DELETE", &path)] {
        for version in [None, Some("0.2.2")] {
            let mut request = phone
                .http
                .request(method.parse().unwrap(), format!("{}{path}", phone.url))
                .bearer_auth(&phone.token);
            request = version.into_iter().fold(request, |r, v| r.header("Tus-Resumable", v));
            let response = request.send().await.unwrap();
            assert_eq!((method, response.status().as_u16()), (method, 412));
            assert_eq!(response.headers()["tus-version"], "1.0.0");
        }
    }
}

#[tokio::test]
async fn a_piece_goes_up_in_parts_and_resumes_where_it_stood() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    assert_eq!(offset(&phone, &path).await, "0");
    let response = phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["upload-offset"].to_str().unwrap()),
        (204, "10")
    );
    assert!(response.headers().contains_key("upload-expires"));
    assert_eq!(response.headers()["tus-resumable"], "1.0.0");
    assert_eq!(offset(&phone, &path).await, "10");
    assert_eq!(phone.create(item, 0, PIECE).await, path);
    assert!(!stored(&office, item));
    assert_eq!(phone.patch(&path, 10, &PIECE[10..]).send().await.unwrap().status(), 204);
    assert!(stored(&office, item));
    assert_eq!(offset(&phone, &path).await, PIECE.len().to_string());
}

#[tokio::test]
async fn refusals_of_patch_change_nothing() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    let sha1 = |bytes: &[u8]| STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes));
    let rest = &PIECE[10..];
    let wrong_type =
        phone.tus("PATCH", &path).header("Upload-Offset", 10).header("Content-Type", "text/plain").body("x");
    let no_offset =
        phone.tus("PATCH", &path).header("Content-Type", "application/offset+octet-stream").body("x");
    let table = [
        ("offset behind", phone.patch(&path, 9, rest), 409),
        ("offset ahead", phone.patch(&path, 11, rest), 409),
        ("content type", wrong_type, 415),
        ("no offset", no_offset, 400),
        (
            "negative offset",
            phone
                .tus("PATCH", &path)
                .header("Content-Type", "application/offset+octet-stream")
                .header("Upload-Offset", "-1"),
            400,
        ),
        ("longer than the upload", phone.patch(&path, 10, &[rest, b"!"].concat()), 413),
        (
            "sha1 of other bytes",
            phone.patch(&path, 10, rest).header("Upload-Checksum", format!("sha1 {}", sha1(b"other"))),
            460,
        ),
        ("unknown algorithm", phone.patch(&path, 10, rest).header("Upload-Checksum", "md5 AAAA"), 400),
        ("checksum that is none", phone.patch(&path, 10, rest).header("Upload-Checksum", "sha1 !!"), 400),
        ("unknown upload", phone.patch(&format!("/v1/uploads/{}", "0".repeat(32)), 0, rest), 404),
        ("malformed upload", phone.patch("/v1/uploads/..%2f..", 0, rest), 404),
    ];
    for (name, request, status) in table {
        assert_eq!((name, request.send().await.unwrap().status().as_u16()), (name, status));
        assert_eq!((name, offset(&phone, &path).await.as_str()), (name, "10"));
    }
    let good = phone.patch(&path, 10, rest).header("Upload-Checksum", format!("sha1 {}", sha1(rest)));
    assert_eq!(good.send().await.unwrap().status(), 204);
    assert!(stored(&office, item));
}

#[tokio::test]
async fn a_whole_piece_of_other_bytes_starts_again_at_zero() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let other = vec![b'x'; PIECE.len()];
    let response = phone.patch(&path, 0, &other).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 460);
    assert_eq!(offset(&phone, &path).await, "0");
    phone.patch(&path, 0, &other[..10]).send().await.unwrap();
    let rest = phone.patch(&path, 10, &PIECE[10..]).send().await.unwrap();
    assert_eq!(rest.status().as_u16(), 460);
    assert_eq!(offset(&phone, &path).await, "0");
    assert!(!stored(&office, item));
    assert_eq!(phone.patch(&path, 0, PIECE).send().await.unwrap().status(), 204);
    assert!(liuhen_bureau::fsck::fsck(office.bureau().office()).unwrap().broken.is_empty());
}

#[tokio::test]
async fn a_finished_patch_whose_answer_was_lost_is_answered_again() {
    let (_office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let checksum = format!("sha256 {}", STANDARD.encode(Digest::of(PIECE).0));
    for _ in 0..2 {
        let response =
            phone.patch(&path, 0, PIECE).header("Upload-Checksum", &checksum).send().await.unwrap();
        assert_eq!(response.status(), 204);
        assert_eq!(response.headers()["upload-offset"], PIECE.len().to_string().as_str());
    }
    assert_eq!(phone.patch(&path, 0, PIECE).send().await.unwrap().status(), 409);
    assert_eq!(phone.create(item, 0, PIECE).await, path);
}

#[tokio::test]
async fn an_upload_can_be_created_with_its_bytes() {
    let (office, phone, item) = ready().await;
    let response = phone
        .tus("POST", "/v1/uploads")
        .header("Upload-Length", PIECE.len())
        .header("Upload-Metadata", Phone::metadata(item, 0, Digest::of(PIECE)))
        .header("Content-Type", "application/offset+octet-stream")
        .body(PIECE)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (response.status().as_u16(), response.headers()["upload-offset"].to_str().unwrap()),
        (201, "36")
    );
    assert!(stored(&office, item));
}

#[tokio::test]
async fn creations_that_match_no_record_are_refused() {
    let (_office, phone, item) = ready().await;
    let right = Phone::metadata(item, 0, Digest::of(PIECE));
    let len = PIECE.len().to_string();
    let table = [
        ("no length", vec![("Upload-Metadata", right.clone())], 400),
        (
            "deferred length",
            vec![("Upload-Defer-Length", "1".to_owned()), ("Upload-Metadata", right.clone())],
            400,
        ),
        (
            "too long",
            vec![("Upload-Length", (PIECE_BYTES + 1).to_string()), ("Upload-Metadata", right.clone())],
            413,
        ),
        ("another length", vec![("Upload-Length", "35".to_owned()), ("Upload-Metadata", right.clone())], 422),
        ("no metadata", vec![("Upload-Length", len.clone())], 422),
        ("empty metadata", vec![("Upload-Length", len.clone()), ("Upload-Metadata", String::new())], 422),
        (
            "malformed metadata",
            vec![("Upload-Length", len.clone()), ("Upload-Metadata", "item !!!".to_owned())],
            400,
        ),
        (
            "a key twice",
            vec![("Upload-Length", len.clone()), ("Upload-Metadata", format!("{right},piece MA=="))],
            400,
        ),
        (
            "no such piece",
            vec![
                ("Upload-Length", len.clone()),
                ("Upload-Metadata", Phone::metadata(item, 1, Digest::of(PIECE))),
            ],
            404,
        ),
        (
            "another digest",
            vec![("Upload-Length", len.clone()), ("Upload-Metadata", Phone::metadata(item, 0, Digest::ZERO))],
            422,
        ),
        (
            "no such item",
            vec![
                ("Upload-Length", len),
                ("Upload-Metadata", Phone::metadata(common::body::item_id(), 0, Digest::ZERO)),
            ],
            404,
        ),
    ];
    for (name, headers, status) in table {
        let request = headers.into_iter().fold(phone.tus("POST", "/v1/uploads"), |r, (k, v)| r.header(k, v));
        assert_eq!((name, request.send().await.unwrap().status().as_u16()), (name, status));
    }
}

#[tokio::test]
async fn another_phone_sees_none_of_it() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let other = office.phone().await;
    for request in [other.tus("HEAD", &path), other.patch(&path, 0, PIECE), other.tus("DELETE", &path)] {
        assert_eq!(request.send().await.unwrap().status(), 404);
    }
    let create = other.tus("POST", "/v1/uploads").header("Upload-Length", PIECE.len());
    let create = create.header("Upload-Metadata", Phone::metadata(item, 0, Digest::of(PIECE)));
    assert_eq!(create.send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_upload_can_be_terminated_and_expires() {
    let (office, mut phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    assert_eq!(phone.tus("DELETE", &path).send().await.unwrap().status(), 204);
    assert_eq!(phone.tus("HEAD", &path).send().await.unwrap().status(), 404);
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..5]).send().await.unwrap();
    office.clock.advance_ms(7 * 24 * 3_600_000);
    phone.sign_in().await;
    assert_eq!(phone.tus("HEAD", &path).send().await.unwrap().status(), 410);
    phone.upload(item, 0, PIECE).await;
    assert!(stored(&office, item));
    let left = office.bureau().office().pieces.staged().unwrap();
    assert_eq!(left, [], "what the expired upload had received is gone");
}

#[tokio::test]
async fn the_method_can_be_overridden() {
    let (_office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let request = phone.tus("POST", &path).header("X-HTTP-Method-Override", "PATCH");
    let request =
        request.header("Content-Type", "application/offset+octet-stream").header("Upload-Offset", 0);
    assert_eq!(request.body(PIECE).send().await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_newer_patch_takes_over_from_one_that_hangs() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let first = futures_util::stream::iter([Ok::<_, std::io::Error>(PIECE[..10].to_vec())]);
    let endless = reqwest::Body::wrap_stream(first.chain(futures_util::stream::pending()));
    let hanging = phone
        .tus("PATCH", &path)
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", 0);
    let hanging = tokio::spawn(hanging.body(endless).send());
    let id: UploadId = path.rsplit('/').next().unwrap().parse().unwrap();
    // Until the server has begun with the first request.
    while office.bureau().office().read(|rows| rows.upload(&id)).unwrap().unwrap().epoch == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(phone.patch(&path, 0, PIECE).send().await.unwrap().status(), 204);
    assert!(stored(&office, item));
    hanging.abort();
}

#[tokio::test]
async fn a_body_that_breaks_off_keeps_what_came_unless_it_carried_a_checksum() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let checksum = format!("sha1 {}", STANDARD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, PIECE)));
    for (checksum, kept) in [(format!("Upload-Checksum: {checksum}\r\n"), "0"), (String::new(), "10")] {
        let epoch = || office.bureau().office().read(|rows| rows.upload_of(item, 0)).unwrap().unwrap().epoch;
        let before = epoch();
        let mut line = tokio::net::TcpStream::connect(phone.url.trim_start_matches("http://")).await.unwrap();
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nHost: bureau\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n{checksum}Content-Length: {}\r\n\r\n",
            phone.token,
            PIECE.len()
        );
        line.write_all(&[head.as_bytes(), &PIECE[..10]].concat()).await.unwrap();
        line.flush().await.unwrap();
        while epoch() == before {
            tokio::task::yield_now().await;
        }
        // The request ends here. Whoever waits for the connection to close knows that the server saw it.
        line.shutdown().await.unwrap();
        let mut rest = Vec::new();
        let _reset_or_closed = line.read_to_end(&mut rest).await;
        // Asking for the offset waits until the broken request let go.
        assert_eq!(offset(&phone, &path).await, kept);
    }
}

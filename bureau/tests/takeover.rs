//! Who may write a piece: repeated, concurrent and stale requests, in one server and in two on one database.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use common::{Office, phone::Phone};
use futures_util::{StreamExt as _, future::join_all};
use liuhen_bureau::{CrowdLimits, fsck::fsck, store::UploadId};
use liuhen_record::{Digest, ItemId};
use reqwest::RequestBuilder;
use std::{fs, io};
use tokio::sync::mpsc;

const PIECE: &[u8] = b"a sealed piece of thirty-six bytes..";

async fn ready() -> (Office, Phone, ItemId) {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    (office, phone, item)
}

fn stored(office: &Office, item: ItemId) -> bool {
    office.bureau().office().read(|rows| rows.pieces(item)).unwrap()[0].stored_ms.is_some()
}

fn epoch(office: &Office, path: &str) -> i64 {
    let id: UploadId = path.rsplit('/').next().unwrap().parse().unwrap();
    office.bureau().office().read(|rows| rows.upload(&id)).unwrap().unwrap().epoch
}

fn checksum(piece: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Digest::of(piece).0))
}

/// A whole piece in one request, as a phone's transfer service sends it.
fn whole(phone: &Phone, item: ItemId, body: &[u8]) -> RequestBuilder {
    phone
        .tus("POST", "/v1/uploads")
        .header("Upload-Length", PIECE.len())
        .header("Upload-Metadata", Phone::metadata(item, 0, Digest::of(PIECE)))
        .header("Upload-Checksum", checksum(PIECE))
        .header("Content-Type", "application/offset+octet-stream")
        .body(body.to_vec())
}

fn assert_stored_once(office: &Office, phone: &Phone, item: ItemId) {
    assert!(stored(office, item));
    assert!(fsck(office.bureau().office()).unwrap().broken.is_empty());
    assert_eq!(
        fs::read_dir(office.data_dir().join("store/staged")).unwrap().count(),
        0,
        "nothing is left staged"
    );
    let leaves = office.bureau().office().read(|rows| rows.log_size()).unwrap();
    assert_eq!(leaves, phone.records.len() as u64 + 1, "one leaf a record and one for the item");
}

/// A `PATCH` at `offset` whose body comes when the test says so.
fn dripping(phone: &Phone, url: &str, path: &str, offset: usize) -> (mpsc::Sender<Vec<u8>>, RequestBuilder) {
    let (sender, receiver) = mpsc::channel::<Vec<u8>>(1);
    let parts = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|part| (Ok::<_, io::Error>(part), receiver))
    });
    let request = phone
        .http
        .patch(format!("{url}{path}"))
        .bearer_auth(&phone.token)
        .header("Tus-Resumable", "1.0.0")
        .header("Content-Type", "application/offset+octet-stream")
        .header("Upload-Offset", offset)
        .body(reqwest::Body::wrap_stream(parts.boxed()));
    (sender, request)
}

async fn offset(phone: &Phone, url: &str, path: &str) -> String {
    let request = phone.http.head(format!("{url}{path}")).bearer_auth(&phone.token);
    let response = request.header("Tus-Resumable", "1.0.0").send().await.unwrap();
    response.headers()["upload-offset"].to_str().unwrap().to_owned()
}

/// Waits until the server has begun with a request for the upload.
async fn begun(office: &Office, path: &str, before: i64) {
    while epoch(office, path) == before {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_whole_piece_may_be_sent_eight_times_at_once_and_again_afterwards() {
    let (office, phone, item) = ready().await;
    let answers = join_all((0..8).map(|_| whole(&phone, item, PIECE).send())).await;
    let mut locations: Vec<_> = Vec::new();
    for answer in answers.into_iter().map(Result::unwrap) {
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["upload-offset"]),
            (201, &"36".parse().unwrap())
        );
        locations.push(answer.headers()["location"].to_str().unwrap().to_owned());
    }
    locations.dedup();
    assert_eq!(locations.len(), 1, "all of them are one upload");
    assert_stored_once(&office, &phone, item);
    assert_eq!(whole(&phone, item, PIECE).send().await.unwrap().status(), 201);
    let patches = (0..4)
        .map(|_| phone.patch(&locations[0], 0, PIECE).header("Upload-Checksum", checksum(PIECE)).send());
    assert!(join_all(patches).await.into_iter().all(|answer| answer.unwrap().status() == 204));
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn equal_patches_of_a_whole_piece_are_all_answered_204() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let patches =
        (0..8).map(|_| phone.patch(&path, 0, PIECE).header("Upload-Checksum", checksum(PIECE)).send());
    assert!(join_all(patches).await.into_iter().all(|answer| answer.unwrap().status() == 204));
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn a_whole_piece_with_a_flipped_bit_leaves_nothing_behind() {
    let (office, phone, item) = ready().await;
    let mut flipped = PIECE.to_vec();
    flipped[7] ^= 1;
    assert_eq!(whole(&phone, item, &flipped).send().await.unwrap().status().as_u16(), 460);
    assert_eq!(whole(&phone, item, &PIECE[..30]).send().await.unwrap().status().as_u16(), 460);
    assert_eq!(whole(&phone, item, &[PIECE, b"!"].concat()).send().await.unwrap().status().as_u16(), 413);
    assert!(!stored(&office, item));
    assert_eq!(fs::read_dir(office.data_dir().join("store/staged")).unwrap().count(), 0);
    assert_eq!(whole(&phone, item, PIECE).send().await.unwrap().status(), 201);
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn a_whole_piece_ends_an_upload_in_parts() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    let (drip, request) = dripping(&phone, &phone.url, &path, 10);
    let before = epoch(&office, &path);
    let slow = tokio::spawn(request.send());
    begun(&office, &path, before).await;
    drip.send(PIECE[10..20].to_vec()).await.unwrap();
    assert_eq!(whole(&phone, item, PIECE).send().await.unwrap().status(), 201);
    drop(drip);
    assert_eq!(slow.await.unwrap().unwrap().status(), 409);
    assert_eq!(offset(&phone, &phone.url, &path).await, "36");
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn whoever_asks_for_the_offset_gets_what_the_request_before_brought() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    let (drip, request) = dripping(&phone, &phone.url, &path, 0);
    let hanging = tokio::spawn(request.send());
    begun(&office, &path, 0).await;
    drip.send(PIECE[..10].to_vec()).await.unwrap();
    let staged = office.data_dir().join("store/staged");
    let written =
        || fs::read_dir(&staged).unwrap().any(|entry| entry.unwrap().metadata().unwrap().len() == 10);
    while !written() {
        tokio::task::yield_now().await;
    }
    let reached = offset(&phone, &phone.url, &path).await.parse::<usize>().unwrap();
    assert_eq!(reached, 10, "what was written counts");
    assert_eq!(hanging.await.unwrap().unwrap().status(), 409, "the older one is told");
    assert_eq!(offset(&phone, &phone.url, &path).await, reached.to_string(), "and moves the offset no more");
    assert_eq!(phone.patch(&path, reached, &PIECE[reached..]).send().await.unwrap().status(), 204);
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn a_second_server_takes_over_from_a_request_that_hangs_in_the_first() {
    let (office, phone, item) = ready().await;
    let second = office.beside().await;
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    let (drip, request) = dripping(&phone, &phone.url, &path, 10);
    let before = epoch(&office, &path);
    let hanging = tokio::spawn(request.send());
    begun(&office, &path, before).await;
    drip.send(vec![b'x'; 20]).await.unwrap();
    assert_eq!(offset(&phone, &second.url(), &path).await, "10");
    let mut there = phone;
    there.url = second.url();
    assert_eq!(there.patch(&path, 10, &PIECE[10..25]).send().await.unwrap().status(), 204);
    // The first server goes on writing what it gets; none of it may reach the piece.
    drip.send(vec![b'y'; 6]).await.unwrap();
    assert_eq!(there.patch(&path, 25, &PIECE[25..]).send().await.unwrap().status(), 204);
    drop(drip);
    assert_eq!(hanging.await.unwrap().unwrap().status(), 409);
    there.url = office.url();
    assert_eq!(offset(&there, &there.url, &path).await, "36");
    second.stop().await;
    assert_stored_once(&office, &there, item);
}

#[tokio::test]
async fn an_upload_whose_writer_died_goes_on_where_it_was_acknowledged() {
    let (mut office, mut phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    office.stop().await;
    let db = rusqlite::Connection::open(office.data_dir().join("ledger.sqlite3")).unwrap();
    assert_eq!(db.execute("UPDATE upload SET busy = 1, epoch = epoch + 1", []).unwrap(), 1);
    drop(db);
    office.start().await;
    phone.url = office.url();
    assert_eq!(offset(&phone, &phone.url, &path).await, "10");
    assert_eq!(phone.patch(&path, 10, &PIECE[10..]).send().await.unwrap().status(), 204);
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn acknowledged_bytes_that_are_gone_end_the_upload() {
    let (office, phone, item) = ready().await;
    let path = phone.create(item, 0, PIECE).await;
    phone.patch(&path, 0, &PIECE[..10]).send().await.unwrap();
    for entry in fs::read_dir(office.data_dir().join("store/staged")).unwrap() {
        fs::write(entry.unwrap().path(), b"short").unwrap();
    }
    assert_eq!(phone.patch(&path, 10, &PIECE[10..]).send().await.unwrap().status(), 410);
    assert_eq!(phone.tus("HEAD", &path).send().await.unwrap().status(), 404);
    phone.upload(item, 0, PIECE).await;
    assert_stored_once(&office, &phone, item);
}

#[tokio::test]
async fn a_device_with_too_many_uploads_is_told_when_to_come_again() {
    let office = Office::open_tuned(|config| {
        config.crowd = CrowdLimits { at_once: 2, of_one_device: 1 };
    })
    .await;
    let mut phone = office.phone().await;
    let (_, item) = phone.capture(&[PIECE.to_vec()]);
    phone.send().await.ok();
    let path = phone.create(item, 0, PIECE).await;
    let (drip, request) = dripping(&phone, &phone.url, &path, 0);
    let first = tokio::spawn(request.send());
    begun(&office, &path, 0).await;
    let refused = whole(&phone, item, PIECE).send().await.unwrap();
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (429, &"5".parse().unwrap()));
    drip.send(PIECE.to_vec()).await.unwrap();
    drop(drip);
    assert_eq!(first.await.unwrap().unwrap().status(), 204);
    assert_eq!(whole(&phone, item, PIECE).send().await.unwrap().status(), 201);
}

//! Our client driving other people's servers: a phone whose bureau keeps everything but uploads, which somebody else's
//! tus server keeps. And what tus demands of clients, watched while it does.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use liuhen_core::sync::Waiting;
use liuhen_record::Digest;
use liuhen_tests::{
    fault_proxy::{Fault, FaultProxy},
    peers::{PeerKind, PeerServer, Sent, SplitOffice},
    sync_support::{Office, TestPhone, bytes_of},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

fn address_of(url: &str) -> std::net::SocketAddr {
    url.trim_start_matches("http://").parse().unwrap()
}

/// Drives one server; gives what was sent.
async fn drive(kind: PeerKind) -> Option<Vec<Sent>> {
    let peer = PeerServer::start(kind).await?;
    let office = Office::open().await;
    let split = SplitOffice::between(address_of(&office.url()), peer.address).await;
    let proxy = FaultProxy::to(&split.url()).await;
    let mut phone = TestPhone::new();
    phone.enrol(&proxy.url(), &office.code()).await.expect("enrolled");
    phone.closed_session(1, &[&bytes_of(900_000, 1), &[], &bytes_of(60_000, 2)]);
    phone.send_records_only().await;
    // The first time it breaks inside the one request that creates and sends; the second time there is somewhere to go on.
    for _ in 0..2 {
        proxy.plan_for_bodies_over(500_000, Fault::TruncateRequest { after_bytes: 400_000 });
    }
    let outcome = phone.sync().await.expect("nobody lies");
    assert_eq!(proxy.seen().times("truncate_request"), 2, "both breaks were survived");
    // The bureau, which got nothing, goes on missing them: only it can say that something is stored.
    assert!(matches!(outcome.waiting, Some(Waiting::PieceBackOff { .. })), "{:?}", outcome.waiting);
    assert_eq!((outcome.items_stored, outcome.freed), (0, 0));

    let ours: BTreeSet<Digest> = phone.sealed_pieces().iter().map(|piece| piece.sha256).collect();
    let theirs: BTreeSet<Digest> = fs::read_dir(peer.files.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| Digest::of(&fs::read(path).unwrap()))
        .collect();
    assert!(theirs.is_superset(&ours), "{}: byte for byte", kind.name());
    Some(split.sent())
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_uploads_to_tusd() {
    if let Some(sent) = drive(PeerKind::Tusd).await {
        as_a_client_must(&sent);
        resumed(&sent);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_uploads_to_tus_server_of_node() {
    if let Some(sent) = drive(PeerKind::TusNode).await {
        as_a_client_must(&sent);
        resumed(&sent);
    }
}

/// After the break it went on in the middle.
fn resumed(sent: &[Sent]) {
    let offsets: Vec<u64> =
        sent.iter().filter(|s| s.method == "PATCH").map(|s| number(s, "upload-offset")).collect();
    assert!(offsets.iter().any(|offset| *offset > 0), "{offsets:?}");
}

fn text<'s>(sent: &'s Sent, name: &str) -> &'s str {
    sent.headers.get(name).unwrap_or_else(|| panic!("{} without {name}", sent.method)).to_str().unwrap()
}

fn number(sent: &Sent, name: &str) -> u64 {
    text(sent, name).parse().unwrap()
}

/// Every MUST of the protocol that concerns what a client sends.
fn as_a_client_must(sent: &[Sent]) {
    let by_method = sent.iter().fold(BTreeMap::new(), |mut counts: BTreeMap<&str, u32>, sent| {
        *counts.entry(&sent.method).or_default() += 1;
        counts
    });
    assert!(["POST", "PATCH", "HEAD"].iter().all(|method| by_method.contains_key(method)), "{by_method:?}");
    for sent in sent {
        assert_eq!(text(sent, "tus-resumable"), "1.0.0");
        match sent.method.as_str() {
            "POST" => {
                number(sent, "upload-length");
                assert!(
                    !sent.headers.contains_key("upload-defer-length"),
                    "omitted when the length is known"
                );
                let pairs: Vec<_> = text(sent, "upload-metadata").split(',').collect();
                let keys: BTreeSet<_> = pairs.iter().map(|pair| pair.split_once(' ').unwrap().0).collect();
                assert_eq!(keys.len(), pairs.len(), "all keys are unique");
                assert!(pairs.iter().all(|pair| STANDARD.decode(pair.split_once(' ').unwrap().1).is_ok()));
            }
            "PATCH" => {
                assert_eq!(text(sent, "content-type"), "application/offset+octet-stream");
                number(sent, "upload-offset");
            }
            _ => {}
        }
        if sent.headers.contains_key("upload-checksum") {
            let (algorithm, digest) = text(sent, "upload-checksum").split_once(' ').unwrap();
            assert!(algorithm.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            assert_eq!(STANDARD.decode(digest).unwrap().len(), 32);
        }
    }
}

//! Our server driven by other people's clients: each uploads the sealed pieces of a phone with a token of its own, over
//! a wire that breaks on the way; the phone then finds everything stored, and holds the proof.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot set its stage has failed")]

use liuhen_tests::{
    fault_proxy::{Fault, FaultProxy},
    peers::installed,
    root,
    sync_support::{Office, TestPhone, bytes_of},
};
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs,
    process::{Command, Output},
};

/// What a client sends at once, bytes.
const CHUNK_BYTES: u64 = 300_000;

/// Lets `client` upload everything of a phone; `faults` happen to its requests.
async fn drive(mut client: Command, faults: Vec<Option<Fault>>) {
    let happening = faults.iter().flatten().count() as u64;
    let office = Office::open().await;
    let proxy = FaultProxy::to(&office.url()).await;
    let mut phone = TestPhone::new();
    phone.enrol(&office.url(), &office.code()).await.expect("enrolled");
    let items = phone.closed_session(1, &[&bytes_of(1_000_000, 1), &[], &bytes_of(70_000, 2)]);
    phone.send_records_only().await;
    let token = phone.bearer(office.url().trim_start_matches("http://").parse().unwrap()).await;
    let uploads: Vec<_> = phone
        .sealed_pieces()
        .into_iter()
        .map(|piece| json!({ "file": piece.path, "metadata": BTreeMap::from(piece.metadata) }))
        .collect();
    assert_eq!(uploads.len(), items.len());
    let url = format!("{}/v1/uploads", proxy.url());
    let job = json!({ "url": url, "token": token, "chunk_bytes": CHUNK_BYTES, "uploads": uploads });
    let file = phone.dir().join("job.json");
    fs::write(&file, job.to_string()).unwrap();
    proxy.plan(faults);

    let Output { status, stdout, stderr } = client.arg(&file).output().expect("it runs");
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{said}");
    assert_eq!(proxy.seen().faults(), happening, "every fault happened: {said}");
    fs::remove_file(file).unwrap();

    for item in &items {
        let row = phone.vault.item(*item).unwrap().unwrap();
        assert_eq!(office.stored_sha256(*item), row.ct_sha256, "byte for byte");
    }
    let outcome = phone.sync().await.expect("the bureau is honest");
    assert_eq!((outcome.pieces_sent, outcome.items_stored, outcome.freed, outcome.waiting), (0, 3, 3, None));
    assert_eq!(office.broken(), Vec::<String>::new());
}

/// A wire that breaks in a part of the first piece, and loses the answer to a later one.
fn breaking() -> Vec<Option<Fault>> {
    // The creation; the first part, or aiotus' question how far it is; the part after that, cut; the question how far it
    // got; what is left of that part, taken by the server, but the client is not told.
    let cut = Fault::TruncateRequest { after_bytes: 100_000 };
    vec![None, None, Some(cut), None, Some(Fault::LoseAnswer)]
}

#[tokio::test(flavor = "multi_thread")]
async fn tuspy_uploads_real_pieces() {
    let Some(python) = installed("python", "python/bin/python") else { return };
    let mut client = Command::new(python);
    client.arg(root().join("tests/peers/python/upload.py")).arg("tuspy");
    drive(client, breaking()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aiotus_uploads_real_pieces() {
    let Some(python) = installed("python", "python/bin/python") else { return };
    let mut client = Command::new(python);
    client.arg(root().join("tests/peers/python/upload.py")).arg("aiotus");
    drive(client, breaking()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_uploads_real_pieces() {
    let Some(script) = installed("node", "node/upload.mjs") else { return };
    let mut client = Command::new("node");
    client.arg(script);
    drive(client, breaking()).await;
}

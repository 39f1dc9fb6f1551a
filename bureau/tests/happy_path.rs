//! The whole way of an item: enrolled phone, records, pieces, receipt.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod common;

use common::{Office, phone::Phone};
use liuhen_record::{
    Digest,
    note::VerifierKey,
    receipt::ItemStored,
    tlog::{Checkpoint, leaf_hash, parse_hash, verify_consistency, verify_inclusion},
};
use serde_json::Value;

fn hashes(value: &Value) -> Vec<Digest> {
    value.as_array().unwrap().iter().map(|h| parse_hash(h.as_str().unwrap()).unwrap()).collect()
}

fn checkpoint(phone: &Phone, receipts: &Value) -> Checkpoint {
    let key = VerifierKey::parse(&phone.vkey).unwrap();
    Checkpoint::open(receipts["checkpoint"].as_str().unwrap(), &key).unwrap()
}

#[tokio::test]
async fn an_item_travels_from_the_phone_into_the_log() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let piece = common::body::random::<5000>().to_vec();
    let (_, item) = phone.capture(std::slice::from_ref(&piece));
    let sent = phone.send().await.ok();
    assert_eq!(sent["next_seq"], phone.next_seq());
    assert_eq!(sent["head"], phone.head().to_string());

    let missing = phone.get("/v1/items/missing").await.ok();
    assert_eq!(missing["items"][0]["item"], item.to_string());
    assert_eq!(missing["items"][0]["pieces"][0]["sha256"], Digest::of(&piece).to_string());
    phone.upload(item, 0, &piece).await;
    assert_eq!(phone.get("/v1/items/missing").await.ok()["items"], serde_json::json!([]));

    let receipts = phone.get(&format!("/v1/receipts?seqs=1-99&items={item}")).await.ok();
    let checkpoint = checkpoint(&phone, &receipts);
    let records = receipts["records"].as_array().unwrap();
    assert_eq!(records.len(), phone.records.len());
    for (written, receipt) in phone.records.iter().zip(records) {
        let index = receipt["index"].as_u64().unwrap();
        verify_inclusion(&leaf_hash(&written.bytes), index, &hashes(&receipt["hashes"]), &checkpoint)
            .unwrap();
    }
    let receipt = &receipts["items"][0];
    let statement = receipt["statement"].as_str().unwrap().as_bytes();
    let stored = ItemStored::parse(statement).unwrap();
    assert_eq!((stored.item, stored.ct_sha256), (item, Digest::of(&piece)));
    assert_eq!(stored.record_sha256, Digest::of(&phone.records[3].bytes));
    let index = receipt["index"].as_u64().unwrap();
    verify_inclusion(&leaf_hash(statement), index, &hashes(&receipt["hashes"]), &checkpoint).unwrap();
}

#[tokio::test]
async fn a_later_checkpoint_continues_an_earlier_one() {
    let office = Office::open().await;
    let mut phone = office.phone().await;
    let first = phone.get("/v1/receipts").await.ok();
    let first = checkpoint(&phone, &first);
    for _ in 0..3 {
        phone.capture(&[b"piece".to_vec()]);
        phone.send().await.ok();
        let receipts = phone.get(&format!("/v1/receipts?since_size={}", first.size)).await.ok();
        let now = checkpoint(&phone, &receipts);
        verify_consistency(&first, &now, &hashes(&receipts["consistency"])).unwrap();
        assert!(now.size > first.size);
    }
}

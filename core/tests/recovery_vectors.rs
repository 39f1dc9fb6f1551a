//! `spec/tail-journal.md` §4 by example: one file in `tests/vectors/tail-journal/` for each rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod power;

use liuhen_core::{
    capture::{end_file, piece_path},
    ports::Storage,
};
use liuhen_record::{
    ItemId,
    seal::{Envelope, FileKey, Opener},
};
use power::{Image, SimStorage};
use serde_json::Value;
use std::{fs, path::PathBuf, sync::Arc};

const ITEM: ItemId = ItemId([1; 16]);

fn vectors() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/tail-journal"))
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

#[test]
fn every_vector_ends_as_it_says_and_ending_it_again_changes_nothing() {
    let mut cases = 0;
    for entry in fs::read_dir(vectors()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let case: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let file_key = FileKey::from_bytes(bytes(&case["file_key"]).try_into().unwrap());
        let envelope = Envelope::parse(&bytes(&case["envelope"])).unwrap();
        let mut journal = vec![0; case["journal_at"].as_u64().unwrap() as usize];
        journal.extend(bytes(&case["journal"]));
        let piece = piece_path(ITEM, 0);
        let image =
            Image::from([(piece.clone(), bytes(&case["file"])), (format!("items/{ITEM}/tail"), journal)]);
        let disk = SimStorage::over(image);
        let storage: Arc<dyn Storage> = Arc::new(disk.clone());
        let expect = &case["expect"];
        let ended = end_file(&storage, ITEM, &file_key, &envelope, None).unwrap();
        assert_eq!(serde_json::to_value(ended.rule).unwrap(), expect["rule"], "{name}");
        assert_eq!(ended.acked_bytes, expect["acked_bytes"].as_u64().unwrap(), "{name}");
        assert_eq!(ended.digests.ct_sha256.to_string(), expect["ct_sha256"].as_str().unwrap(), "{name}");
        let file = disk.0.lock().unwrap().now[&piece].clone();
        assert_eq!(file, bytes(&expect["file"]), "{name}");
        let mut plain = Vec::new();
        Opener::open(&file, &file_key).unwrap().copy_to(&mut plain).unwrap();
        assert_eq!(plain, bytes(&expect["plaintext"]), "{name}");
        let again = end_file(&storage, ITEM, &file_key, &envelope, None).unwrap();
        assert_eq!(again.digests, ended.digests, "{name}");
        cases += 1;
    }
    assert!(cases >= 9, "only {cases} vectors");
}

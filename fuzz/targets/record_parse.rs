//! Any bytes: what is read as a record is exactly its canonical bytes, and nothing else is read.
#![no_main]

use liuhen_record::{Record, receipt::ItemStored};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::parse(bytes) {
        assert_eq!(record.bytes().expect("what was read can be written"), bytes);
    }
    let _ = ItemStored::parse(bytes);
});

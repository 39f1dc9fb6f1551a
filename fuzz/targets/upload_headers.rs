//! Any three lines: `Upload-Metadata`, `Upload-Checksum` and a number. What is read is bounded and means what it says.
#![no_main]

use axum::http::{HeaderMap, HeaderValue};

// The file itself and not the crate: the bureau brings SQLite and a server, which need no fuzzing here.
#[allow(dead_code)]
#[path = "../../bureau/src/tus/headers.rs"]
mod headers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let mut map = HeaderMap::new();
    for name in ["upload-metadata", "upload-checksum", "upload-length"] {
        if let Some(value) = lines.next().and_then(|line| HeaderValue::from_bytes(line).ok()) {
            map.append(name, value);
        }
    }
    if let Some(pairs) = headers::text(&map, "upload-metadata").and_then(|text| headers::metadata(text).ok())
    {
        let read_bytes: usize = pairs.iter().map(|(key, value)| key.len() + value.len()).sum();
        assert!(read_bytes <= headers::MAX_METADATA_BYTES);
        if let Some(piece) = headers::PieceName::from_metadata(&pairs) {
            assert_eq!(pairs["item"], piece.item.to_string().as_bytes());
            assert_eq!(pairs["sha256"], piece.sha256.to_string().as_bytes());
            assert!((0..1_000_000_000).contains(&piece.idx));
        }
    }
    if let Some(checksum) =
        headers::text(&map, "upload-checksum").and_then(|text| headers::Checksum::parse(text).ok())
    {
        assert!(
            !checksum.matches(checksum.start())
                || checksum.is_sha256(&liuhen_record::Digest::of(b""))
                || is_sha1(&map)
        );
    }
    if let Ok(number) = headers::number(&map, "upload-length") {
        assert!(number < 1 << 53);
    }
});

fn is_sha1(map: &HeaderMap) -> bool {
    headers::text(map, "upload-checksum").is_some_and(|text| text.starts_with("sha1 "))
}
